"""Rules of access lists, as IOS, EOS and NX-OS write them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network
from typing import Literal, cast

from engineering_api.dialects.cisco.words import PROTOCOLS, behind_wildcard, port, protocol
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Action, Ends, Rule, Service, Services

Family = Literal["standard", "extended", "policy", "ipv6", "mac"]
#: Told of a kind of thing, its name and for what it is used.
Refer = Callable[[str, str, str], None]

_OPERATORS = ("eq", "gt", "lt", "neq", "range")
_ANY = frozenset(("any", "any4", "any6", "any-ipv4", "any-ipv6"))
#: What else must be so for a rule to fit: conditions with a word after them, and those without.
_VALUED = frozenset((
    "dscp", "precedence", "tos", "option", "ttl", "packet-length", "vlan", "cos", "flow-label", "hop-limit", "udf",
    "nexthop-group", "match-all", "match-any", "dest-option-type", "mobility-type", "routing-type",
))  # fmt: skip
_FLAGS = frozenset((
    "ack", "fin", "psh", "rst", "syn", "urg", "fragments", "tracked", "auth", "routing", "dest-option", "mobility",
    "undetermined-transport", "hbh", "non-fragments", "inner",
))  # fmt: skip
#: What a rule does besides: none of it decides whether it fits.
_DEEDS = frozenset(("sequence", "reflect", "timeout", "mirror", "capture", "redirect", "set-erspan-dscp"))
_KEYWORDS = frozenset(("time-range", "established", "log", "log-input", "dscp", "reflect", "sequence", "tos"))
#: Protocols whose types follow their addresses.
_TYPED = frozenset(("icmp", "icmp6", "igmp"))
_ICMP = re.compile(r"[a-z][a-z0-9-]*|\d{1,3}")


@dataclass(slots=True)
class _Words:
    """The words of a rule that are still to be read."""

    words: list[str]
    at: int = 0

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def next(self) -> str:
        if self.at >= len(self.words):
            raise ValueError("the rule ends too early")
        self.at += 1
        return self.words[self.at - 1]


@dataclass(slots=True)
class _Ports:
    ranges: list[str] = field(default_factory=list)
    group: str = ""


def rule(action: str, text: str, family: Family, where: Span, *, refer: Refer, number: str = "") -> Rule:
    """The rule that a line says after its action.

    Raises:
        ValueError: for what is no rule of an access list of the family.
    """
    words = _Words(text.split())
    made = Rule(
        source=where,
        id=number,
        action=cast(Action, action),
        source_ends=Ends(),
        destination_ends=Ends(is_any=True),
        services=Services(is_any=True),
    )
    if family == "standard":
        made.source_ends = _ends(words, refer, is_standard=True)
        made.services = Services(services=[Service()])
        _options(words, made, None, refer)
        return made
    service = _protocol(words, made, refer, family)
    made.source_ends = _ends(words, refer)
    source = _ports(words, refer)
    made.destination_ends = _ends(words, refer)
    destination = _ports(words, refer)
    if service is not None:
        service.source_ports, service.ports = source.ranges, destination.ranges
    if source.group:
        made.conditions.append(f"from ports {source.group}")
    made.services.names += [destination.group] if destination.group else []
    _options(words, made, service, refer)
    return made


def _protocol(words: _Words, made: Rule, refer: Refer, family: Family) -> Service | None:
    word = words.next()
    if word in ("object-group", "object"):
        name = words.next()
        refer("object-group", name, "service")
        made.services = Services(names=[name])
        return None
    if word.lower() not in PROTOCOLS and not word.isdecimal() and _is_address(word):
        words.at -= 1  # IPv6 lists of old may leave the protocol out
        word = "ip"
    kind = protocol(word)
    service = Service(protocol="icmp6" if kind == "icmp" and family == "ipv6" else kind)
    made.services = Services(services=[service])
    return service


def _is_address(word: str) -> bool:
    return word in ("any", "host") or ":" in word or word[0].isdecimal()


def _ends(words: _Words, refer: Refer, *, is_standard: bool = False) -> Ends:
    word = words.next()
    if word in _ANY:
        return Ends(is_any=True)
    if word == "host":
        return _host(words.next())
    if word in ("object-group", "addrgroup", "address-group", "object", "net-group"):
        name = words.next()
        refer("object-group", name, "address")
        return Ends(names=[name])
    if word == "interface":
        return Ends(interfaces=[words.next()])
    return _network(word, words, is_standard=is_standard)


def _host(address: str) -> Ends:
    try:
        return Ends(networks=[str(ip_network(address))])
    except ValueError:
        if not re.fullmatch(r"[A-Za-z][\w.-]*", address):
            raise
        return Ends(fqdns=[address])


def _network(word: str, words: _Words, *, is_standard: bool) -> Ends:
    if "/" in word:
        network = ip_network(word, strict=False)
        return Ends(is_any=True) if network.prefixlen == 0 else Ends(networks=[str(network)])
    if ip_address(word).version == 6:
        return _behind6(word, words.next()) if ":" in words.peek() else Ends(networks=[str(ip_network(word))])
    if is_standard and not _is_dotted(words.peek()):
        return Ends(networks=[f"{word}/32"])
    return _behind(word, words.next())


def _is_dotted(word: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+\.\d+", word) is not None


def _behind(address: str, wildcard: str) -> Ends:
    network = behind_wildcard(address, wildcard)
    if network is None:
        return Ends(wildcards=[f"{IPv4Address(address)} {IPv4Address(wildcard)}"])
    return Ends(is_any=True) if network.prefixlen == 0 else Ends(networks=[str(network)])


def _behind6(address: str, wildcard: str) -> Ends:
    bits = int(ip_address(wildcard))
    if bits & (bits + 1):
        return Ends(wildcards=[f"{address} {wildcard}"])
    return Ends(networks=[str(IPv6Network((int(ip_address(address)) & ~bits, 128 - bits.bit_length())))])


def _ports(words: _Words, refer: Refer) -> _Ports:
    word = words.peek()
    if word in ("portgroup", "object-group", "port-group"):
        # Behind an address it may be the next address, where IOS has no ports: a group of services is what remains.
        if word == "object-group" and words.at + 2 >= len(words.words):
            return _Ports()
        if word == "object-group" and not _ends_follow(words):
            return _Ports()
        words.next()
        group = words.next()
        refer("object-group", group, "port")
        return _Ports(group=group)
    if word not in _OPERATORS:
        return _Ports()
    words.next()
    if word == "range":
        first, last = port(words.next()), port(words.next())
        if first > last:
            raise ValueError("the range of ports ends before it begins")
        return _Ports([f"{first}-{last}"])
    given = [port(words.next())]
    while word in ("eq", "neq") and _is_port(words.peek()):
        given.append(port(words.next()))
    return _Ports(_around(word, given))


def _is_port(word: str) -> bool:
    try:
        port(word)
    except ValueError:
        return False
    return True


def _ends_follow(words: _Words) -> bool:
    """Whether an address comes after the group that is next."""
    after = words.words[words.at + 2]
    return after in ("any", "host", "object-group", "addrgroup", "any4", "any6") or _is_dotted(after.partition("/")[0])


def _around(operator: str, given: list[int]) -> list[str]:
    if operator == "eq":
        return [f"{one}-{one}" for one in given]
    if operator == "gt":
        return [f"{min(given[0] + 1, 65535)}-65535"]
    if operator == "lt":
        return [f"0-{max(given[0] - 1, 0)}"]
    ranges, start = [], 0
    for one in sorted(set(given)):
        if one > start:
            ranges.append(f"{start}-{one - 1}")
        start = one + 1
    return [*ranges, f"{start}-65535"] if start <= 65535 else ranges


def _options(words: _Words, made: Rule, service: Service | None, refer: Refer) -> None:
    icmp: list[str] = []
    while word := words.peek():
        words.next()
        if word == "established":
            made.is_established = True
        elif word in ("log", "log-input", "logging"):
            made.is_logged = True
            if words.at == len(words.words) - 1 and words.peek() not in _KEYWORDS:
                words.next()  # IOS keeps a cookie behind "log"
        elif word == "time-range":
            made.schedule = words.next()
            refer("schedule", made.schedule, "time-range")
        elif word in _DEEDS:
            name = words.next()
            if word == "reflect":
                refer("reflect", name, "reflect")
        elif word in _VALUED or word in _FLAGS or word[0] in "+-":
            made.conditions.append(f"{word} {words.next()}" if word in _VALUED else word)
        elif service is not None and service.protocol in _TYPED and _ICMP.fullmatch(word) and len(icmp) < 3:
            icmp.append(word)
        else:
            raise ValueError(word)
    if service is not None and icmp:
        service.icmp = " ".join(icmp)
