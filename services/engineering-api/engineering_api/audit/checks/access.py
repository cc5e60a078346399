"""How a device is managed: by which protocols, and from where."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.services import Management

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0", "any", "any4", "0.0.0.0/0.0.0.0"})
_LOGINS = ("vty", "tty")
#: What sets FortiOS's ports for administrators to others.
_PORT_SETTINGS = {"https": "admin-sport 8443", "http": "admin-port 8080", "ssh": "admin-ssh-port 2222"}
_ROUTEROS = {"http": "www", "https": "www-ssl"}
#: IOS of this number, as the newest of them, still speaks version 1 of SSH unless it is told otherwise.
_LAST_WITH_SSH_1 = 16
_NO_ACCESS = ("transport input none", "no exec", "transport output none")


def is_everywhere(way: Management) -> bool:
    """Whether nothing limits from where it may be used."""
    return not way.acl and (not way.allowed or any(one in _EVERYWHERE for one in way.allowed))


def told(way: Management) -> str:
    """How a way to manage is named in a sentence."""
    line = next((one for one in way.options if one.startswith("line ")), "")
    return line or way.protocol


def _line(way: Management) -> str:
    return told(way).removeprefix("line ")


@check
def protocol_is_open(seen: Seen, given: Given) -> Iterator[Found]:
    """A protocol that should not be used is open; `default_on` are platforms where it is unless told otherwise."""
    protocols = given["protocols"]
    for way in seen.managed_by(*protocols):
        where = f" on {', '.join(way.interfaces)}" if way.interfaces else ""
        for span in _own_lines(seen, way, protocols):
            yield seen.found(
                span,
                f"{way.protocol.upper()} is open{where}.",
                about=" ".join((way.protocol, *way.interfaces)),
                protocol=way.protocol,
                interface=next(iter(way.interfaces), ""),
                address=next(iter(way.allowed), ""),
            )
    for way in seen.managed_by(*_LOGINS) if "telnet" in protocols else ():
        if option := _transport(way):
            found = seen.line(way.source, re.escape(option))
            yield seen.found(
                found[0] if found else way, f"{told(way)} accepts {option.removeprefix('transport input ')}.",
                about=told(way), line=_line(way),
            )  # fmt: skip
        elif way.protocol == "vty" and _takes_telnet_by_default(seen, way):
            yield seen.found(
                way, f"{told(way)} accepts Telnet by default, and nothing limits it to SSH.", about=told(way),
                is_default=True, line=_line(way),
            )  # fmt: skip
    told_of = {way.protocol for way in seen.device.management}
    if seen.platform in given.get("default_on", ()) and seen.lacks(*given.get("words", protocols)):
        for protocol in given.get("named", protocols):
            if protocol not in told_of:
                yield seen.missing(
                    f"{protocol.upper()} is open by default, and nothing closes it.", about=protocol, protocol=protocol
                )


def _own_lines(seen: Seen, way: Management, protocols: tuple[str, ...]) -> list[Fact | Span]:
    """The lines that open it: of FortiOS and SonicWall one at every interface."""
    at = [
        seen.interfaces[name.casefold()].line_of("management")
        for name in way.interfaces
        if name.casefold() in seen.interfaces and seen.interfaces[name.casefold()].management
    ]
    if at and seen.is_on("fortinet", "sonicwall"):
        return list(dict.fromkeys(at))
    return [way.at.get("is_enabled", way.source)]


def _takes_telnet_by_default(seen: Seen, way: Management) -> bool:
    """Whether lines for logins say nothing of it, and the release is one that takes every protocol then."""
    said = any(option.startswith(("transport input", "no exec")) for option in way.options)
    return not said and seen.is_on("cisco_ios") and re.match(r"1[0-2]\.", seen.device.identity.version) is not None


def _transport(way: Management) -> str:
    """The option by which lines take Telnet."""
    listed = (one for one in way.options if one.startswith("transport input "))
    return next((one for one in listed if {"all", "telnet"} & set(one.split()[2:])), "")


@check
def old_ssh(seen: Seen, given: Given) -> Iterator[Found]:
    """SSH accepts version 1."""
    for way in seen.managed_by("ssh"):
        for option in way.options:
            if re.fullmatch(r"(?:ssh )?(?:version 1|protocol-version v1|v1)", option):
                found = seen.line(seen.whole, rf"ssh.*\b{re.escape(option.split()[-1])}\b")
                yield seen.found(found[0] if found else way, "SSH is limited to version 1, which is broken.")


@check
def ssh_not_limited(seen: Seen, given: Given) -> Iterator[Found]:
    """SSH is used, and nothing limits it to version 2; newer releases know no other."""
    major = re.match(r"\d+", seen.device.identity.version)
    if major is None or int(major[0]) > _LAST_WITH_SSH_1 or seen.line(seen.whole, r"^\s*ip ssh version [12]"):
        return
    for way in seen.managed_by("ssh", *_LOGINS):
        said = [one for one in way.options if one.startswith("transport input ")]
        if way.protocol == "ssh" or any({"ssh", "all"} & set(one.split()) for one in said):
            yield seen.found(
                way, "SSH accepts versions 1 and 2 by default, and nothing limits it to 2.", about="ssh",
                is_default=True,
            )  # fmt: skip
            return


@check
def web_from_everywhere(seen: Seen, given: Given) -> Iterator[Found]:
    """The web interface has no list of those who may use it."""
    ways = [one for one in seen.managed_by("http", "https") if not one.acl and not one.allowed]
    if not ways or seen.line(seen.whole, r"^\s*ip http access-class \S"):
        return
    is_new = re.match(r"1[6-9]|[2-9]\d", seen.device.identity.version) is not None
    name = "MANAGEMENT" if is_new else "98"
    yield seen.found(
        ways, f"{' and '.join(one.protocol.upper() for one in ways)} may be used from everywhere.", about="web",
        is_whole=True, list=name, command=f"ip http access-class {'ipv4 ' if is_new else ''}{name}",
    )  # fmt: skip


@check
def weak_ssh(seen: Seen, given: Given) -> Iterator[Found]:
    """SSH accepts old ciphers or key exchanges; on RouterOS it does unless strong-crypto is set."""
    for way in seen.managed_by("ssh"):
        for option in way.options:
            if "group1-sha1" in option or re.search(r"\b(?:3des-cbc|arcfour|hmac-md5)\b", option):
                found = seen.line(seen.whole, re.escape(option.split()[-1]))
                yield seen.found(found[0] if found else way, f"SSH accepts {option.split()[-1]}.", option=option)
    if not seen.is_on("mikrotik") or not seen.lacks("/ip ssh"):
        return
    ways = [one for one in seen.device.management if one.protocol == "ssh"]
    if all(one.is_enabled for one in ways) and not any("strong-crypto" in " ".join(one.options) for one in ways):
        yield seen.missing("strong-crypto of SSH is off by default, and nothing turns it on.")


@check
def login_from_everywhere(seen: Seen, given: Given) -> Iterator[Found]:
    """Lines for logins over the network have no list of those who may connect."""
    for way in seen.managed_by(*_LOGINS):
        if way.protocol == "tty" or way.acl or any(one in way.options for one in _NO_ACCESS):
            continue
        if any(option.startswith(("access-class", "ip access-class")) for option in way.options):
            continue
        yield seen.found(way, f"{told(way)} has no access-class.", about=told(way), line=_line(way))


@check
def managed_from_everywhere(seen: Seen, given: Given) -> Iterator[Found]:
    """A service to manage the device takes connections from any address, and no filter before it says otherwise."""
    if seen.is_on("mikrotik") and _has_closed_input(seen):
        return
    for way in seen.managed_by(*given["protocols"]):
        if not is_everywhere(way) or (not way.allowed and seen.is_on("cisco_asa")) or _is_apart(way):
            continue
        is_api = way.protocol in ("http", "https")
        applied = (
            ("   vrf default", "      ip access-group MANAGEMENT") if is_api else ("   ip access-group MANAGEMENT in",)
        )
        yield seen.found(
            way,
            f"{way.protocol.upper()} takes connections from any address"
            + (f" on {', '.join(way.interfaces)}." if way.interfaces else "."),
            about=" ".join((way.protocol, *way.interfaces)),
            protocol=word_of(seen, way.protocol),
            interface=next(iter(way.interfaces), ""),
            section="api http-commands" if is_api else way.protocol,
            commands=applied if seen.is_on("arista") else (),
        )


def word_of(seen: Seen, protocol: str) -> str:
    """What a platform's commands call a protocol."""
    if seen.is_on("mikrotik"):
        return _ROUTEROS.get(protocol, protocol)
    return "http" if protocol == "https" and seen.is_on("cisco_asa") else protocol


def _is_apart(way: Management) -> bool:
    """Whether it listens only in a network for management."""
    vrfs = [one.removeprefix("vrf ").casefold() for one in way.options if one.startswith("vrf ")]
    return bool(vrfs) and all(one.startswith(("mgmt", "management", "oob")) for one in vrfs)


def _has_closed_input(seen: Seen) -> bool:
    """Whether RouterOS's input chain refuses something for good."""
    return any(
        rule.action != "permit" and rule.is_enabled and not rule.is_passing and not rule.jump and _is_wide(rule)
        for one in seen.device.access_lists
        if one.name == "input"
        for rule in one.rules
    )


def _is_wide(rule: object) -> bool:
    ends = getattr(rule, "source_ends", None)
    services = getattr(rule, "services", None)
    conditions = [one for one in getattr(rule, "conditions", ()) if "connection-state" not in one]
    return bool(ends and ends.is_any and services and services.is_any and not conditions)


@check
def answers_for_everybody(seen: Seen, given: Given) -> Iterator[Found]:
    """The device resolves names, and nothing keeps those outside from asking."""
    for one in seen.settings("dns-for-everybody"):
        if one.is_on and not _has_closed_input(seen):
            yield seen.found(one, "Names are resolved for whoever asks, and no input filter refuses anybody.")


@check
def default_port(seen: Seen, given: Given) -> Iterator[Found]:
    """A way to manage the device is on its well-known port and open to outside."""
    usual = {"https": 443, "ssh": 22, "http": 80, "winbox": 8291}
    for way in seen.managed_by(*usual):
        outer = [name for name in way.interfaces if seen.is_outside(name)]
        if outer and way.port in (None, usual[way.protocol]):
            span = _own_lines(seen, way, ())[0]
            yield seen.found(
                span, f"{way.protocol.upper()} is reached from outside on port {usual[way.protocol]}.",
                about=way.protocol, is_default=way.port is None, protocol=way.protocol, interface=outer[0],
                port_setting=_PORT_SETTINGS.get(way.protocol),
            )  # fmt: skip


@check
def root_by_ssh(seen: Seen, given: Given) -> Iterator[Found]:
    """The account that may do everything may log in over the network."""
    for way in seen.managed_by("ssh"):
        for option in way.options:
            if option in ("root-login allow", "permitrootlogin"):
                found = seen.line(seen.whole, r"root-login allow|<permitrootlogin>")
                yield seen.found(found[0] if found else way, "The account root may log in by SSH.")


@check
def auxiliary_port(seen: Seen, given: Given) -> Iterator[Found]:
    """The auxiliary port gives a prompt."""
    for way in seen.managed_by("aux"):
        if not any(one in way.options for one in ("no exec", "transport input none")):
            yield seen.found(way, "The auxiliary port takes logins; on the device it does so by default.")


@check
def no_login(seen: Seen, given: Given) -> Iterator[Found]:
    """Lines that let everybody in without a password."""
    if any(one.is_on and one.value.startswith("login") for one in seen.settings("aaa")):
        return
    for way in seen.managed_by("vty", "console", "aux"):
        if "no login" in way.options:
            found = seen.line(way.source, r"^\s*no login\s*$")
            yield seen.found(
                found[0] if found else way, f"{told(way)} asks for no password.", about=told(way), line=_line(way)
            )


@check
def leaks_on_outside(seen: Seen, given: Given) -> Iterator[Found]:
    """Something is on by default at interfaces towards the internet; `pattern` turns it off there, a setting
    everywhere.
    """
    name = given["setting"][0]
    said = [one for one in seen.device.settings if one.name == name]
    if any(not one.is_on and not one.value for one in said):
        return
    off = {one.value for one in said if not one.is_on}
    for interface in seen.outer:
        is_port = interface.kind in ("physical", "subinterface", "aggregate", "other")
        if not is_port or interface.name in off or seen.line(interface.source, given["pattern"][0]):
            continue
        yield seen.found(
            interface, f"{given['told'][0]} is on by default at {interface.name}, and nothing turns it off.",
            about=interface.name, is_default=True, interface=interface.name,
        )  # fmt: skip


@check
def smart_install(seen: Seen, given: Given) -> Iterator[Found]:
    """Smart Install answers: told so, or by default on the switches of the releases that have it on."""
    said = [one for one in seen.settings("auto-install") if one.value.startswith("vstack")]
    for one in said:
        if one.is_on:
            yield seen.found(one, "Smart Install is on.")
    has_it = re.match(r"12\.2|15\.[02]", seen.device.identity.version) and len(seen.switch_ports) > 1
    if not said and has_it and seen.lacks("vstack"):
        yield seen.missing("Smart Install is on by default in this release, and nothing turns it off.")
