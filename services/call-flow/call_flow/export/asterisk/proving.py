"""The same configuration where a proof calls it: on loopback, with one socket that plays the carrier and every phone.

`extensions.conf` is that of the package, byte for byte. `pjsip.conf` differs: the phones' and trunks' contacts are
fixed, nothing has a password or is asked whether it is alive, and a trunk is known by the header `X-Trunk`. Calls come
in through contexts of `extensions_custom.conf` that read the time of the call from `X-Test-Time`.
"""

from collections.abc import Collection

from call_flow.export.asterisk.generate import CUSTOM_FILE, configuration
from call_flow.export.asterisk.outbound import phone_classes
from call_flow.export.asterisk.pjsip import CARRIERS_FILE, Reach
from call_flow.export.asterisk.prompts import sounds
from call_flow.export.asterisk.system import System
from call_flow.flow.model import Flow
from call_flow.flow.values import Id

#: Header of a call from the carrier, whose value is the id of the trunk.
TRUNK_HEADER = "X-Trunk"
#: Header with the time of a call, in seconds since 1970. Without it the time is now.
TIME_HEADER = "X-Test-Time"
_ENTRY = "entry-"


def proving(flow: Flow, *, sip_port: int, phones_port: int, unregistered: Collection[str] = ()) -> dict[str, str]:
    """The files of a proof, by their name: what `pbx.Instance` takes.

    Phones in `unregistered` have no contact, as when they are switched off: a queue then knows that its agents are not
    there. Every other phone is reached at `phones_port`, where 480 says the same once it is rung.
    """
    system = System(flow, _no_secret)
    there = f"127.0.0.1:{phones_port}"
    reach = Reach(
        bind=f"127.0.0.1:{sip_port}",
        entry=_ENTRY,
        has_passwords=False,
        identified_by="header,username",
        trunks_by="header",
        phone=lambda number: [] if number in unregistered else [f"contact=sip:{number}@{there}"],
        trunk=lambda _: [f"contact=sip:{there}"],
        identify=lambda trunk: [f"match_header={TRUNK_HEADER}: {trunk.id}"],
    )
    files = configuration(system, reach)
    phones = [f"phones-{phone_class}" for phone_class in phone_classes(system)]
    entries = "\n".join(_entry(context) for context in ("from-trunk", *phones))
    return {**files, CARRIERS_FILE: "", CUSTOM_FILE: entries}


def recordings(flow: Flow) -> list[str]:
    """The sounds that a proof needs, named as `pbx.Instance` takes them."""
    return sounds(System(flow, _no_secret))


def trunk_headers(trunk: Id, epoch: int) -> dict[str, str]:
    """What a call from the carrier carries."""
    return {TRUNK_HEADER: trunk, TIME_HEADER: str(epoch)}


def _entry(context: str) -> str:
    lines = [
        f"[{_ENTRY}{context}]",
        f"exten => _[+*#0-9]!,1,GotoIf(${{DIALPLAN_EXISTS({context},${{EXTEN}},1)}}?known)",
        " same => n,Hangup(1)",
        f" same => n(known),Set(AT=${{FILTER(0-9,${{PJSIP_HEADER(read,{TIME_HEADER})}})}})",
        ' same => n,ExecIf($["${AT}" != ""]?Set(TESTTIME=${AT}))',
        f" same => n,Goto({context},${{EXTEN}},1)",
        "",
    ]
    return "\n".join(lines)


def _no_secret(name: str) -> str:
    return name
