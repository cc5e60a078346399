"""The ends of rules, and their services.

OPNsense and pfSense name ends by interfaces ("lan" is its network, "lanip" its address), by addresses and by aliases.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Final, Literal

from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.dialects.pf.names import BUILT_IN
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Ends, Service, Services
from engineering_api.reading.xml_tree import Element

#: Names of ports that pf takes from /etc/services and the web interfaces offer.
PORTS: Final = {
    "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "tftp": 69, "http": 80, "pop3": 110, "auth": 113,
    "nntp": 119, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap": 143, "snmp": 161,
    "snmptrap": 162, "ldap": 389, "https": 443, "microsoft-ds": 445, "urd": 465, "igmpv3lite": 465, "isakmp": 500,
    "submission": 587, "imaps": 993, "pop3s": 995, "openvpn": 1194, "l2f": 1701, "ms-streaming": 1755, "radius": 1812,
    "radius-acct": 1813, "hbci": 3000, "ms-wbt-server": 3389, "nat-stun-port": 3478, "teredo": 3544,
    "ipsec-msft": 4500, "avt-profile-1": 5004, "sip": 5060, "aol": 5190, "rfb": 5900, "cvsup": 5999,
    "afs3-fileserver": 7000, "syslog": 514, "ldaps": 636, "bootps": 67, "bootpc": 68, "bgp": 179,
}  # fmt: skip

#: Types of ICMP by pf's names (pf.conf(5)) and those that other platforms write.
_ICMP: Final = {
    "echoreq": "echo-request", "echorep": "echo-reply", "unreach": "unreachable", "redir": "redirect",
    "timex": "time-exceeded", "paramprob": "parameter-problem", "routeradv": "router-advertisement",
    "routersol": "router-solicitation", "timereq": "timestamp-request", "timerep": "timestamp-reply",
    "squench": "source-quench", "maskreq": "mask-request", "maskrep": "mask-reply", "trace": "traceroute",
    "toobig": "packet-too-big", "neighbrsol": "neighbor-solicitation", "neighbradv": "neighbor-advertisement",
    "listqry": "mld-query", "listenrep": "mld-report",
}  # fmt: skip

#: Of a group or an alias that become part of every rule that names it.
_MOST_MEMBERS = 200

#: A port's number, range or name as it is written, and its lines.
Port = tuple[str, Span]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOST = re.compile(r"\*?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+\.?")
#: Tables that the firewall itself keeps.
_OWN_TABLE = re.compile(r"bogons(v6)?|virusprot|sshlockout|sshguard|negate_networks|tonatsubnets|__\w+", re.IGNORECASE)


def ends(context: Context, words: Iterable[str], where: Span, use: str) -> Ends:
    """An end by the words for it; none is any. Raises `ValueError` for what can be no end."""
    made = Ends()
    for word in words:
        _add(context, made, word, where, use)
    if not any((made.networks, made.ranges, made.names, made.fqdns, made.interfaces)):
        made.is_any = True
    return made


def side(context: Context, fields: Fields, name: str, use: str) -> Ends:
    """The source or destination of a legacy rule, without its ports."""
    element = fields.one(name)
    if element is None:
        return Ends(is_any=True)
    inner = Fields(element)
    inner.knows("any", "port", "not")
    words = inner.words("network", "address")
    made = ends(context, [] if inner.has("any") and not words else words, element.span, use)
    made.is_negated = inner.is_on("not")
    _rest(context, inner)
    return made


def entry(context: Context, made: Ends, word: str, where: Span, use: str) -> None:
    """Add a member of an alias. Raises `ValueError`."""
    if word.startswith("!"):
        made.fqdns.append(word)  # an exception from a group
    else:
        _add(context, made, word, where, use)


def _add(context: Context, made: Ends, word: str, where: Span, use: str) -> None:
    names, base = context.names, word.removesuffix("ip")
    if word.casefold() == "any":
        made.is_any = True
    elif word in ("(self)", "self", "This Firewall"):
        made.interfaces.extend([*names.interfaces][:_MOST_MEMBERS])
    elif word in names.interfaces or word.casefold() in BUILT_IN:
        made.interfaces.append(f"{word} network")
        context.use_interface(word, where, use)
    elif base != word and base in names.interfaces:
        made.interfaces.append(base)
        context.use_interface(base, where, use)
    elif word in names.groups:
        made.interfaces.extend(f"{member} network" for member in names.groups[word][:_MOST_MEMBERS])
        context.use("zone", word, where, use)
    elif word in names.aliases:
        made.names.append(word)
        context.use(("object", "service"), word, where, use)
    elif (network := _network(word)) is not None:
        made.networks.append(network)
    elif (addresses := _range(word)) is not None:
        made.ranges.append(addresses)
    elif _OWN_TABLE.fullmatch(word) or _HOST.fullmatch(word) or "://" in word:
        made.fqdns.append(word)
    elif _NAME.fullmatch(word):
        made.names.append(word)
        context.use(("object", "interface"), word, where, use)
    else:
        raise ValueError(word)


def _network(word: str) -> str | None:
    try:
        return str(ip_network(word, strict=False))
    except ValueError:
        return None


def _range(word: str) -> str | None:
    first, dash, last = word.partition("-")
    try:
        return f"{ip_address(first)}-{ip_address(last)}" if dash else None
    except ValueError:
        return None


def services(context: Context, fields: Fields, source: Iterable[Port], destination: Iterable[Port]) -> Services:
    """What a rule's protocol and ports are. Raises `ValueError` for what can be no port."""
    protocol = fields.text("protocol").casefold()
    types = [_ICMP.get(word, word) for word in fields.words("icmptype", "icmp6type", "icmp6-type") if word != "any"]
    if protocol in ("", "any"):
        return Services(is_any=True)
    own, other = ports(context, source), ports(context, destination)
    if protocol in ("icmp", "icmp6", "ipv6-icmp", "icmpv6"):
        family_of = fields.text("ipprotocol")
        names = ("icmp", "icmp6") if family_of == "inet46" else ("icmp6",) if "6" in protocol + family_of else ("icmp",)
        return Services(services=[Service(protocol=name, icmp=one) for name in names for one in types or [""]])
    both = ("tcp", "udp") if protocol in ("tcp/udp", "tcp-udp") else (protocol,)
    return Services(services=[Service(protocol=one, source_ports=own, ports=other) for one in both])


def legacy_ports(element: Element | None) -> list[Port]:
    """The ports of a source or destination of a legacy rule, with their lines."""
    return field_ports(Fields(element), "port") if element else []


def field_ports(fields: Fields, name: str) -> list[Port]:
    """The ports of a field, with their lines."""
    return [(word, fields.line(name)) for word in fields.words(name)]


def ports(context: Context, words: Iterable[Port]) -> list[str]:
    """Ports as ranges; aliases are followed, so that a rule says which ports it means. Raises `ValueError`."""
    made: list[str] = []
    for word, where in words:
        if word in context.names.aliases:
            context.use("service", word, where, "port")
            made.extend(_of_alias(context, word))
        elif word.casefold() != "any":
            ranges = port_range(word)
            if ranges is None:
                context.use("service", word, where, "port")
            made.append(ranges or word)
    return made


def _of_alias(context: Context, name: str) -> list[str]:
    """The ports of an alias and of those that it names; its name alone where they are too many for a rule."""
    if name in context.ports:
        return context.ports[name]
    made: list[str] = []
    seen, waiting = {name}, [name]
    for one in waiting:
        for member in context.names.aliases[one].entries:
            if member in context.names.aliases:
                if member not in seen:
                    seen.add(member)
                    waiting.append(member)
            else:
                made.append(port_range(member) or member)
        if len(made) > _MOST_MEMBERS:
            made = [name]
            break
    context.ports[name] = made
    return made


def port_range(word: str) -> str | None:
    """A port, its name or a range of them as "first-last"; None for another name. Raises `ValueError`."""
    first, dash, last = word.replace(":", "-").partition("-")
    if word in PORTS:
        return f"{PORTS[word]}-{PORTS[word]}"
    if first.isascii() and first.isdigit() and (not dash or (last.isascii() and last.isdigit())):
        low, high = int(first[:6]), int((last or first)[:6])
        if low <= high < 65_536:
            return f"{low}-{high}"
        raise ValueError(word)
    if _NAME.fullmatch(word):
        return None
    raise ValueError(word)


def interfaces(context: Context, fields: Fields, use: str) -> list[str]:
    """The interfaces on which a rule is, groups as their members; none for all."""
    where = fields.line("interface")
    made: list[str] = []
    for word in fields.words("interface"):
        name = context.use_interface(word, where, use)
        made.extend(context.names.groups.get(name, (name,))[:_MOST_MEMBERS])
    made = [] if any(name.casefold() == "any" for name in made) else list(dict.fromkeys(made))
    return [f"!{name}" for name in made] if fields.is_on("interfacenot") else made


def family(fields: Fields) -> Literal["", "ipv4", "ipv6"]:
    """The family of the addresses that a rule is for, as the facts call it. Old rules without one are for IPv4."""
    word = fields.text("ipprotocol")
    return "" if word == "inet46" else "ipv6" if word == "inet6" else "ipv4"


def _rest(context: Context, inner: Fields) -> None:
    for child in inner.left():
        context.miss(child)
