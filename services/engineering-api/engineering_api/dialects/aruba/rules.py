"""Lines of access lists of both families of switches.

ArubaOS-Switch writes wildcard masks ("10.0.0.0 0.0.0.255"), AOS-CX lengths or masks ("10.0.0.0/255.255.255.0"), and
both a line's number first.
"""

from ipaddress import ip_network

from engineering_api.dialects.cisco.words import behind_wildcard, port, protocol
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Ends, Rule, Service, Services
from engineering_api.reading.grammar import Found

_OPERATORS = frozenset({"eq", "gt", "lt", "neq", "range"})
_LAST = 65_535
#: Words after both sides that narrow a rule down or say what else is done with what fits.
_NARROWING = frozenset({"dscp", "ecn", "ip-precedence", "tos", "ttl", "vlan", "precedence", "fragment"})
_FLAGS = frozenset({"ack", "syn", "fin", "rst", "psh", "urg", "cwr", "ece"})
_PROTOCOLS = {"any": "ip"}


class Line:
    """The words of a line, from the left."""

    def __init__(self, text: str, *, has_masks: bool = True) -> None:
        """Of a text. Without masks an address alone is a host, whatever follows it."""
        self.has_masks = has_masks
        self._words = text.split()
        self._next = 0

    def peek(self) -> str:
        """The next word; "" at the end."""
        return self._words[self._next] if self._next < len(self._words) else ""

    def take(self) -> str:
        """The next word, which must be there.

        Raises:
            ValueError: at the end.
        """
        if not (word := self.peek()):
            raise ValueError("the line ends too early")
        self._next += 1
        return word


def side(line: Line, device: Device, where: Span, context: str) -> Ends:
    """One side of a rule.

    Raises:
        ValueError: when it is none.
    """
    word = line.take()
    if word == "any":
        return Ends(is_any=True)
    if word == "host":
        return Ends(networks=[str(ip_network(line.take()))])
    if word[0].isdigit() or ":" in word:
        return _network(word, line)
    device.refer("object-group", word, where, context)
    return Ends(names=[word])


def _network(word: str, line: Line) -> Ends:
    if "/" in word:
        return Ends(networks=[str(ip_network(word, strict=False))])
    if line.has_masks and line.peek()[:1].isdigit() and "." in line.peek():
        mask = line.take()
        if mask == "255.255.255.255":
            return Ends(is_any=True)
        known = behind_wildcard(word, mask)
        return Ends(networks=[str(known)]) if known else Ends(wildcards=[f"{word} {mask}"])
    return Ends(networks=[str(ip_network(word))])


def ports(line: Line) -> list[str]:
    """The ranges of an operator and its ports; none when no operator comes next.

    Raises:
        ValueError: when what follows it is no port.
    """
    if line.peek() not in _OPERATORS:
        return []
    operator, first = line.take(), port(line.take())
    if operator == "range":
        return [f"{first}-{port(line.take())}"]
    if operator == "gt":
        return [f"{min(first + 1, _LAST)}-{_LAST}"]
    if operator == "lt":
        return [f"0-{max(first - 1, 0)}"]
    if operator == "neq":
        return [f"0-{max(first - 1, 0)}", f"{min(first + 1, _LAST)}-{_LAST}"]
    return [f"{first}-{first}"]


def standard(found: Found, device: Device, context: str) -> Rule:
    """A line NUMBER ACTION REST that knows sources alone.

    Raises:
        ValueError: when it is none.
    """
    line, where = Line(found["REST"]), found.line
    rule = _rule(found)
    rule.source_ends = side(line, device, where, context)
    _options(rule, line)
    return rule


def extended(found: Found, device: Device, context: str, *, has_masks: bool = True) -> Rule:
    """A line NUMBER ACTION REST with a protocol and two sides.

    Raises:
        ValueError: when it is none.
    """
    line, where = Line(found["REST"], has_masks=has_masks), found.line
    rule = _rule(found)
    word = line.take()
    kind = _PROTOCOLS.get(word) or protocol(word)
    rule.source_ends = side(line, device, where, context)
    source_ports = ports(line) if kind in {"tcp", "udp", "sctp"} else []
    rule.destination_ends = side(line, device, where, context)
    to_ports = ports(line) if kind in {"tcp", "udp", "sctp"} else []
    icmp = _options(rule, line)
    if kind != "ip":
        service = Service(protocol=kind, source_ports=source_ports, ports=to_ports, icmp=icmp)
        rule.services = Services(services=[service])
    return rule


def _rule(found: Found) -> Rule:
    return Rule(
        source=found.line,
        id=found["NUMBER"],
        action="permit" if found["ACTION"] == "permit" else "deny",
        source_ends=Ends(is_any=True),
        destination_ends=Ends(is_any=True),
        services=Services(is_any=True),
    )


def _options(rule: Rule, line: Line) -> str:
    """What follows both sides; gives ICMP's type and code."""
    icmp: list[str] = []
    while word := line.peek():
        line.take()
        if word == "log":
            rule.is_logged = True
        elif word == "established":
            rule.is_established = True
        elif word in _NARROWING:
            rule.conditions.append(f"{word} {line.take()}" if word != "fragment" else word)
        elif word in _FLAGS:
            rule.conditions.append(word)
        elif word in {"icmp-type", "icmp-code", "count"}:
            continue
        elif len(icmp) < 2 and word.replace("-", "").isalnum():
            icmp.append(word)
        else:
            raise ValueError(f"not known in a rule: {word}")
    return " ".join(icmp)
