"""AAA: lists of methods, groups of servers, RADIUS and TACACS+."""

import re

from engineering_api.dialects.cisco.rest import REST
from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.facts.services import Server
from engineering_api.facts.settings import Name
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("aaa")
GROUP: Place[At[str]] = Place("aaa group")
SERVER: Place[At[Server]] = Place("aaa server")

_BUILTIN_GROUPS = frozenset(("radius", "tacacs+", "tacacs", "ldap", "local", "none"))
#: What lists of methods are for; the name of the list follows.
_PURPOSES = (
    "login|enable|ppp|dot1x|arap|sgbp|exec|network|connection|commands \\S+|reverse-access|auth-proxy|configuration|"
    "credential-download|system|resource|identity|onep|suppress|console|update"
)
_NAMED = re.compile(rf"(?:{_PURPOSES}) (\S+)(?: (.*))?")
#: Words in the place of a name that are none.
_NO_NAMES = frozenset(
    (
        "default",
        "console",
        "group",
        "local",
        "newinfo",
        "null-username",
        "periodic",
        "none",
        "radius",
        "tacacs+",
        "error-enable",
        "invalid-username-log",
        "chap",
        "mschap",
        "mschapv2",
        "ascii-authentication",
    )
)
_SETTINGS: dict[str, Name] = {"authentication": "aaa", "authorization": "authorization", "accounting": "accounting"}


@TOP.line("[no] aaa new-model")
def _new_model(reading: Reading, found: Found) -> None:
    reading.device.set("aaa", found.line, is_on=is_on(found))


@TOP.block("aaa KIND:(authentication|authorization|accounting) WORDS...")
def _list(reading: Reading, found: Found) -> None:
    """A list has a name behind what it is for: "login default group tacacs+ local"; EOS and NX-OS say it alike."""
    kind, text = found["KIND"], found["WORDS"].strip()
    lines = [text, *(below.text for below in found.node.children)]
    for line in lines:
        for group in re.findall(r"\bgroup (\S+)", line):
            if group not in _BUILTIN_GROUPS or ("server-group", group) in reading.known:
                reading.refer("server-group", group, found.line, f"aaa {kind} {text.partition(' ')[0]}")
    named = _NAMED.fullmatch(text)
    if named is None:
        return
    name, methods = named[1], (named[2] or " ".join(lines[1:])).strip()
    if name not in _NO_NAMES:
        reading.define("aaa-list", name, found.span)
    if kind != "authentication" or text.startswith(("login", "enable")):
        purpose = text.partition(" ")[0]
        reading.device.set(_SETTINGS[kind], found.line, value=f"{purpose} {name} {methods}".strip())


@TOP.opens(GROUP, "aaa group server KIND:(radius|tacacs+|ldap) NAME", "aaa group server NAME")
def _group(reading: Reading, found: Found) -> At[str]:
    reading.define("server-group", found["NAME"], found.span)
    return At(reading, found["KIND"])


@GROUP.line("server name NAME")
def _named_member(at: At[str], found: Found) -> None:
    at.reading.refer("server-group", found["NAME"], found.line, "aaa group server")


@GROUP.line("server ADDRESS [WORDS...]", "server-private ADDRESS [WORDS...]")
def _member(at: At[str], found: Found) -> None:
    kind = "tacacs" if at.fact == "tacacs+" else "radius"
    if vrf := re.search(r"\bvrf (\S+)", found["WORDS"]):
        at.reading.refer("vrf", vrf[1], found.line, "aaa group server")
    if found.node.text.startswith("server-private") and kind in ("tacacs", "radius"):
        made = Server(source=found.line, kind="tacacs" if kind == "tacacs" else "radius", address=found["ADDRESS"])
        _options(made, found["WORDS"])
        at.reading.device.servers.append(made)


@GROUP.line(
    "(ip|ipv6) vrf forwarding VRF",
    "(ip|ipv6) (radius|tacacs) source-interface NAME [NUMBER]",
    "source-interface NAME [NUMBER]",
    "use-vrf VRF",
    "vrf VRF",
)
def _group_option(at: At[str], found: Found) -> None:
    at.reading.refer("vrf", found["VRF"], found.line, "aaa group server")
    if found["NAME"]:
        at.reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "aaa group server")


GROUP.knows_words(
    """
    accounting attribute authorization cache deadtime domain-stripping exit ip key load-balance mac-delimiter no
    retransmit subscriber throttle timeout
    """,
)


def _options(server: Server, words: str) -> None:
    if re.search(r"\bkey\b", words):
        server.has_key = True
    for name in ("auth-port", "acct-port", "port", "timeout"):
        if value := re.search(rf"(?<![\w-]){name} (\d+)", words):
            server.options.append(f"{name} {value[1]}")


@TOP.line("KIND:(radius-server|tacacs-server) host ADDRESS [WORDS...]")
def _host(reading: Reading, found: Found) -> None:
    kind = "radius" if found["KIND"].startswith("radius") else "tacacs"
    made = Server(source=found.line, kind="radius" if kind == "radius" else "tacacs", address=found["ADDRESS"])
    _options(made, found["WORDS"])
    if vrf := re.search(r"\bvrf (\S+)", found["WORDS"]):
        made.vrf = vrf[1]
        reading.refer("vrf", vrf[1], found.line, f"{kind}-server host")
    reading.device.servers.append(made)


@TOP.opens(SERVER, "KIND:(radius|tacacs|ldap) server NAME")
def _server(reading: Reading, found: Found) -> At[Server]:
    kinds = {"radius": "radius", "tacacs": "tacacs", "ldap": "ldap"}
    made = Server.model_validate({"source": found.span, "kind": kinds[found["KIND"]], "address": ""})
    made.options.append(f"name {found['NAME']}")
    reading.device.servers.append(made)
    reading.define("server-group", found["NAME"], found.span, is_used=True)
    return At(reading, made)


@SERVER.line("address (ipv4|ipv6) ADDRESS [WORDS...]", "ipv4 ADDRESS")
def _server_address(at: At[Server], found: Found) -> None:
    at.fact.say(found.line, address=found["ADDRESS"])
    _options(at.fact, found["WORDS"])


@SERVER.line("key SECRET...", "pac key SECRET...")
def _server_key(at: At[Server], found: Found) -> None:
    at.fact.say(found.line, has_key=True)


SERVER.knows_words(
    """
    attribute automate-tester backoff base-dn bind dtls exit no non-standard port retransmit send-nat-address
    single-connection timeout tls
    """,
)


@TOP.line("(radius-server|tacacs-server) key SECRET...")
def _global_key(reading: Reading, found: Found) -> None:
    kind = found.node.text.partition("-")[0]
    reading.keyed.add(kind)


@TOP.line(
    "ip (radius|tacacs) source-interface NAME [NUMBER] [vrf VRF]",
    "ip (radius|tacacs) [vrf VRF] source-interface NAME [NUMBER]",
)
def _source(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "aaa source-interface")
    reading.refer("vrf", found["VRF"], found.line, "aaa source-interface")


@TOP.line("aaa local authentication attempts max-fail COUNT")
def _attempts(reading: Reading, found: Found) -> None:
    reading.device.set("login-attempts", found.line, value=str(int(found["COUNT"])))


REST.knows(
    "aaa (session-id|max-sessions|nas|dnis|pod|root|memory|user|banner|local|authentication|accounting) [REST...]",
    "no aaa REST...",
    "[no] (radius-server|tacacs-server|ldap-server) REST...",
)
TOP.block("aaa server radius dynamic-author", "aaa (common-criteria|attribute) REST...")(lambda _reading, _found: None)
