"""Who may manage the device, and by what: lines, SSH, the web server, users, passwords, banners."""

import re

from engineering_api.dialects.cisco.rest import REST
from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.dialects.cisco.words import kept_as
from engineering_api.facts.services import Management, User
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("management")
LINE: Place[At[Management]] = Place("line")


def user(reading: Reading, name: str, found: Found) -> User:
    """The user of a name, known from now on."""
    if name not in reading.users:
        reading.users[name] = User(source=found.span, name=name)
        reading.device.users.append(reading.users[name])
    return reading.users[name]


@TOP.block("username NAME WORDS...")
def _user(reading: Reading, found: Found) -> None:
    words = found["WORDS"].strip()
    known = user(reading, found["NAME"], found)
    if privilege := re.search(r"\bprivilege (\d+)\b", words):
        known.privilege = privilege[1]
    if role := re.search(r"\brole (\S+)", words):
        known.privilege = role[1]
    if "nopassword" in words.split():
        known.say(found.line, password="")
    elif re.search(r"\b(?:secret|password)\s+\S", words):
        known.say(found.line, password=kept_as(words))
    if re.search(r"\bss?h-?key\b", words):
        known.keys += 1
    if listed := re.search(r"\baccess-class (\S+)", words):
        reading.refer("acl", listed[1], found.line, f"username {found['NAME']} access-class")


@TOP.line("enable (password|secret) [level NUMBER] WORDS...")
def _enable(reading: Reading, found: Found) -> None:
    reading.device.set("enable-password", found.line, value=kept_as(re.sub(r" level \d+", "", found.node.text)))


@TOP.line("no enable (password|secret)")
def _no_enable(reading: Reading, found: Found) -> None:
    reading.device.set("enable-password", found.line, is_on=False)


@TOP.block(
    "banner KIND:(motd|login|exec|incoming|slip-ppp|prompt-timeout) [TEXT...]",
    "banner KIND:(lcd|config-save) [TEXT...]",
)
def _banner(reading: Reading, found: Found) -> None:
    reading.device.set("banner", found.span, value=found["KIND"])
    if found["KIND"] in ("motd", "login"):
        reading.device.set("pre-login-banner", found.span)


@TOP.opens(LINE, "line KIND:(con|console|vty|aux|tty) [FIRST] [LAST]", "line FIRST [LAST]")
def _line(reading: Reading, found: Found) -> At[Management]:
    kind = {"con": "console", "": "tty"}.get(found["KIND"], found["KIND"])
    made = Management(source=found.span, protocol=kind)
    ends = " ".join(one for one in (found["FIRST"], found["LAST"]) if one)
    if ends:
        made.options.append(f"line {kind} {ends}")
    reading.device.management.append(made)
    return At(reading, made)


def _context(at: At[Management]) -> str:
    return at.fact.options[0] if at.fact.options else f"line {at.fact.protocol}"


@LINE.line(
    "login authentication NAME", "authorization (exec|reverse-access|arap) NAME", "authorization commands LEVEL NAME"
)
@LINE.line("accounting (exec|connection) NAME", "accounting commands LEVEL NAME")
def _lists(at: At[Management], found: Found) -> None:
    at.fact.options.append(found.node.text)
    at.reading.refer("aaa-list", found["NAME"], found.line, _context(at))


@LINE.line(
    "transport (input|output|preferred) WORDS...",
    "(privilege|length|width|login) WORDS...",
    "login",
    "no login",
    "no exec",
)
@LINE.line(
    "transport preferred",
    "session-limit COUNT",
    "rotary WORDS...",
    "[no] password",
    "autocommand WORDS...",
    "logout-warning SECONDS",
)
def _option(at: At[Management], found: Found) -> None:
    at.fact.options.append(found.node.text)
    if found.node.text == "transport input none":
        at.fact.say(found.line, is_enabled=False)


@LINE.line("password WORDS...")
def _password(at: At[Management], found: Found) -> None:
    at.fact.options.append(f"password {kept_as(found.node.text)}")
    if at.fact.protocol == "console":
        at.reading.device.set("console-password", found.line, value=kept_as(found.node.text))


@LINE.line(
    "access-class ACL SIDE:(in|out) [vrf-also]",
    "access-class ACL SIDE:(in|out) vrf VRF",
    "access-class ACL SIDE:(in|out) vrfname VRF",
)
@LINE.line("(ip|ipv6) access-class ACL SIDE:(in|out) [vrf-also]", "ipv6 access-class ACL SIDE:(in|out) vrf VRF")
@LINE.line("(ip|ipv6) access-group ACL [vrf VRF] SIDE:(in|out)")
def _access_class(at: At[Management], found: Found) -> None:
    if found["SIDE"] == "in":
        if not found.node.text.startswith("ipv6") and not at.fact.acl:
            at.fact.say(found.line, acl=found["ACL"])
        else:
            at.fact.options.append(found.node.text)
    at.reading.refer("acl", found["ACL"], found.line, f"{_context(at)} access-class {found['SIDE']}")
    at.reading.refer("vrf", found["VRF"], found.line, f"{_context(at)} access-class")


@LINE.line("[no] exec-timeout [MINUTES] [SECONDS]", "absolute-timeout MINUTES", "session-timeout MINUTES [output]")
def _timeout(at: At[Management], found: Found) -> None:
    if "exec-timeout" in found.node.text:
        seconds = int(found["MINUTES"] or 0) * 60 + int(found["SECONDS"] or 0)
        at.fact.say(found.line, idle_seconds=seconds)
    else:
        at.fact.options.append(found.node.text)


LINE.knows_words(
    """
    activation-character autocommand-options autohangup autoselect databits disconnect-character
    escape-character exec exec-banner exec-character-bits exit flowcontrol flush-at-activation history
    international ip location logging modem monitor motd-banner no notify parity refuse-message rxspeed script
    session-disconnect-warning special-character-bits speed start-character stop-character stopbits telnet
    terminal terminal-type timeout transport txspeed vacant-message
    """,
)


@TOP.line("[no] ip http SERVER:(server|secure-server)")
def _web(reading: Reading, found: Found) -> None:
    fact = reading.management("http" if found["SERVER"] == "server" else "https", found.line)
    fact.say(found.line, is_enabled=is_on(found))


@TOP.line("ip http KIND:(port|secure-port) PORT")
def _web_port(reading: Reading, found: Found) -> None:
    fact = reading.management("http" if found["KIND"] == "port" else "https", found.line)
    fact.say(found.line, port=int(found["PORT"]))


@TOP.line("ip http access-class ACL", "ip http access-class (ipv4|ipv6) ACL")
def _web_acl(reading: Reading, found: Found) -> None:
    for protocol in ("http", "https"):
        if protocol in reading.manage:
            reading.manage[protocol].say(found.line, acl=found["ACL"])
    reading.refer("acl", found["ACL"], found.line, "ip http access-class")


@TOP.line(
    "ip http (authentication|timeout-policy|max-connections|secure-ciphersuite|path) WORDS...",
    "ip http tls-version WORDS...",
)
def _web_option(reading: Reading, found: Found) -> None:
    for protocol in ("http", "https"):
        if protocol in reading.manage:
            reading.manage[protocol].options.append(found.node.text.removeprefix("ip http "))
    if "secure-ciphersuite" in found.node.text or "tls-version" in found.node.text:
        reading.device.set("web-cipher", found.line, value=found["WORDS"].strip())


@TOP.line("ip http client source-interface NAME [NUMBER]")
def _web_source(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "ip http client source-interface")


@TOP.block("ip ssh WORDS...", "no ip ssh WORDS...")
def _ssh(reading: Reading, found: Found) -> None:
    words = found["WORDS"].strip()
    if client := re.fullmatch(r"client source-interface ([A-Za-z-]+) ?(\d[\d/]*)", words):
        reading.refer_interface(client[1] + client[2], found.line, "ip ssh client")
        return
    fact = reading.management("ssh", found.line)
    fact.options.append(f"ssh {words}" if is_on(found) else f"no ssh {words}")
    if source := re.fullmatch(r"source-interface (\S+)(?: (\S+))?", words):
        reading.refer_interface(source[1] + (source[2] or ""), found.line, "ip ssh source-interface")
    elif port := re.match(r"port (\d{1,5})\b", words):
        fact.say(found.line, port=int(port[1]))


@TOP.block("[NO:(no)] PROTOCOL:(netconf-yang|restconf|gnxi|netconf) [WORDS...]")
def _api(reading: Reading, found: Found) -> None:
    if not found["WORDS"]:
        reading.management(found["PROTOCOL"].removesuffix("-yang"), found.line).say(found.line, is_enabled=is_on(found))


@TOP.line("login block-for SECONDS attempts COUNT within WINDOW")
def _block(reading: Reading, found: Found) -> None:
    reading.device.set("login-attempts", found.line, value=str(int(found["COUNT"])))


@TOP.line("login quiet-mode access-class ACL")
def _quiet(reading: Reading, found: Found) -> None:
    reading.refer("acl", found["ACL"], found.line, "login quiet-mode")


@TOP.line("login delay SECONDS")
def _delay(reading: Reading, found: Found) -> None:
    reading.device.set("login-delay", found.line, value=found["SECONDS"])


@TOP.line("security passwords min-length LENGTH")
def _length(reading: Reading, found: Found) -> None:
    reading.device.set("password-length", found.line, value=str(int(found["LENGTH"])))


@TOP.line("[no] service password-recovery")
def _recovery(reading: Reading, found: Found) -> None:
    reading.device.set("password-recovery", found.line, is_on=is_on(found))


@TOP.line("[no] service password-encryption")
def _encryption(reading: Reading, found: Found) -> None:
    reading.device.set("password-encryption", found.line, is_on=is_on(found))


@TOP.line("[no] password encryption aes", "key config-key password-encrypt [WORDS...]")
def _master(reading: Reading, found: Found) -> None:
    reading.device.set("encrypted-secrets", found.line, is_on=is_on(found))


@TOP.line("ip (telnet|ftp|tftp|rcmd|scp) source-interface NAME [NUMBER]")
def _client_source(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "source-interface")


REST.knows(
    "[no] login on-(success|failure) [REST...]",
    "login (on-success|on-failure|quiet-mode) [REST...]",
    "[no] ip http REST...",
    "security authentication failure rate REST...",
    "privilege REST...",
    "[no] ip (scp|rcmd|ftp|tftp|telnet) REST...",
    "aaa banner REST...",
)
