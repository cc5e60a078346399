"""pjsip.conf, and the file in which what only the carrier knows is filled in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from call_flow.export.asterisk import emergency, names
from call_flow.export.asterisk.escape import words
from call_flow.export.asterisk.system import System
from call_flow.flow.model import Extension, Trunk

CARRIERS_FILE = "pjsip_carriers.conf"


@dataclass(frozen=True)
class Reach:
    """How the PBX and those around it reach each other.

    Attributes:
        entry: goes before the names of the contexts in which calls come in.
        identified_by: how it is found out who calls; `trunks_by` for trunks: never by a name that anybody can claim.
        phone, trunk: the lines of an address of record.
        identify: the lines by which a trunk's calls are known; none where only the carrier knows.
    """

    bind: str
    entry: str
    has_passwords: bool
    identified_by: str
    trunks_by: str
    phone: Callable[[str], list[str]]
    trunk: Callable[[Trunk], list[str]]
    identify: Callable[[Trunk], list[str]]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


#: As it is installed: phones register, trunks are called by their host, and checked every minute.
INSTALLED = Reach(
    bind="0.0.0.0:5060",
    entry="",
    has_passwords=True,
    identified_by="ip,username",
    trunks_by="ip",
    phone=lambda _: ["max_contacts=1", "remove_existing=yes", "qualify_frequency=60"],
    trunk=lambda trunk: [f"contact=sip:{trunk.host}:{trunk.port}", "qualify_frequency=60"],
    identify=lambda trunk: [f"match={trunk.host}"] if _is_address(trunk.host) else [],
)

_HEAD = """[global]
type=global
user_agent=Asterisk
endpoint_identifier_order={identified_by}

[transport-udp]
type=transport
protocol=udp
bind={bind}

[endpoint](!)
type=endpoint
transport=transport-udp
disallow=all
allow=g722,ulaw,alaw
dtmf_mode=rfc4733
direct_media=no
rtp_symmetric=yes
force_rport=yes
rewrite_contact=yes
language={language}

[phone](!,endpoint)
call_group=1
pickup_group=1
allow_subscribe=yes

[trunk](!,endpoint)
context={entry}from-trunk
identify_by={trunks_by}
trust_id_inbound=yes
send_pai=yes
allow_subscribe=no
allow_transfer=no
"""


def pjsip_conf(system: System, reach: Reach) -> str:
    """pjsip.conf."""
    language = names.language(system.flow.customer.languages[0])
    head = _HEAD.format(
        bind=reach.bind,
        entry=reach.entry,
        identified_by=reach.identified_by,
        trunks_by=reach.trunks_by,
        language=language,
    )
    sections = [*(section for trunk in system.plan.trunks for section in _trunk(system, trunk, reach))]
    sections += [section for phone in system.phones() for section in _phone(system, phone, reach)]
    return "\n".join([head, *(_section(*section) for section in sections), f"#include {CARRIERS_FILE}", ""])


_Section = tuple[str, list[str]]


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([title, *lines, ""])


def _trunk(system: System, trunk: Trunk, reach: Reach) -> Iterator[_Section]:
    name, for_help = names.trunk(trunk.id), names.emergency_trunk(trunk.id)
    # GROUP counts every call of the trunk, in and out.
    common = [f"aors={name}", f"set_var=GROUP(trunk)={trunk.id}"]
    common += [f"outbound_auth={name}"] if trunk.username and reach.has_passwords else []
    common += [f"from_domain={trunk.host}"] if trunk.registers and reach.has_passwords else []
    yield f"[{name}](trunk)", common
    if trunk.id in emergency.trunks(system):
        yield f"[{for_help}](trunk)", [*common, "geoloc_outgoing_call_profile=<prefer_incoming>"]
    yield f"[{name}]", ["type=aor", *reach.trunk(trunk)]
    if identify := reach.identify(trunk):
        yield f"[{name}]", ["type=identify", f"endpoint={name}", *identify]


def _phone(system: System, phone: Extension, reach: Reach) -> Iterator[_Section]:
    number, pointer = phone.number, system.plan.pointer(phone)
    place = emergency.place_of(system, phone)
    external = (phone.caller_id and phone.caller_id.external) or system.own_number(phone.site)
    lines = [
        f"context={reach.entry}phones-{phone.outbound}",
        f"aors={number}",
        f"callerid={system.shown_as(phone.name, pointer) or number} <{number}>",
        f"set_var=EXTENSION={number}",
        *([f"auth={number}"] if reach.has_passwords else []),
        *_mailbox(system, phone),
        *([f"set_var=EXTERNAL_ID={external}"] if external else []),
        *([f"set_var=EMERGENCY_ID={back}"] if (back := emergency.callback(system, phone)) else []),
        *([f"geoloc_incoming_call_profile={place}"] if place else []),
    ]
    yield f"[{number}](phone)", lines
    yield f"[{number}]", ["type=aor", *reach.phone(number)]
    if reach.has_passwords:
        password = system.secret(f"sip:{number}")
        yield f"[{number}]", ["type=auth", "auth_type=userpass", f"username={number}", f"password={password}"]


def _mailbox(system: System, phone: Extension) -> list[str]:
    if phone.mailbox not in system.graph.mailboxes:
        return []
    return [f"mailboxes={phone.mailbox}@default", f"set_var=MAILBOX={phone.mailbox}"]


_FILL_IN = """; What only the carrier knows. Fill in what stands in <angle brackets> and take the semicolons off; then
; `asterisk -rx "module reload res_pjsip.so"`. This file holds passwords: let nobody but Asterisk read it.
"""


def carriers_conf(system: System) -> str:
    """The file to fill in: passwords, registrations, and the addresses from which carriers call."""
    return "\n".join([_FILL_IN, *(line for trunk in system.plan.trunks for line in _to_fill_in(trunk))])


def _to_fill_in(trunk: Trunk) -> Iterator[str]:
    name = names.trunk(trunk.id)
    yield f"; trunk {trunk.id}" + (f" ({shown})" if (shown := words(trunk.provider or trunk.name or "")) else "")
    if trunk.username:
        yield f";[{name}]\n;type=auth\n;auth_type=userpass\n;username={trunk.username}\n;password=<password>\n"
    if trunk.registers:
        server = f"sip:{trunk.host}:{trunk.port}"
        client = f"sip:{trunk.username or '<username>'}@{trunk.host}"
        yield f";[{name}]\n;type=registration\n;transport=transport-udp\n;outbound_auth={name}\n;server_uri={server}"
        yield f";client_uri={client}\n;contact_user={trunk.username or '<username>'}\n;line=yes\n;endpoint={name}\n"
    if not _is_address(trunk.host):
        yield f";[{name}]\n;type=identify\n;endpoint={name}\n;match=<address or network the carrier calls from>\n"
