"""Translation of addresses: in network objects, twice NAT, and the lines before version 8.3."""

import re

from engineering_api.dialects.asa import addresses
from engineering_api.dialects.asa.addresses import Words
from engineering_api.dialects.asa.ports import port
from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AddressObject, Ends, Service, Services, Translation
from engineering_api.facts.names import Kind
from engineering_api.reading.grammar import Found, Place

NAT: Place[Reading] = Place("nat")
NAT.knows(
    *beginnings("xlate, no xlate, nat-assigned-to-public-ip"),
    "nat-control",
    "no nat-control",
)

_PAIR = re.compile(r"\(([^(),\s]+)(?:,([^(),\s]+))?\)(.*)")
_FLAGS = frozenset({"dns", "net-to-net", "no-proxy-arp", "route-lookup", "unidirectional", "round-robin", "extended",
                    "flat", "include-reserve", "block-allocation", "ipv6", "fallback", "interface", "overload",
                    "norandomseq"})  # fmt: skip
_KINDS: tuple[Kind, ...] = ("object", "object-group")


def _pair(text: str) -> tuple[str, str, str]:
    """The real and the mapped interface at the beginning of a text, and the rest of it."""
    if not (match := _PAIR.fullmatch(text)):
        return "any", "any", text
    return match[1], match[2] or "", match[3]


def _zones(translation: Translation, real: str, mapped: str, reading: Reading, where: Span) -> None:
    for name, zones in ((real, translation.from_zones), (mapped, translation.to_zones)):
        if name and name != "any":
            zones.append(name)
            reading.refer_interface(name, where, "nat")


def read_object(at: Within[AddressObject], found: Found) -> None:
    """Read the `nat` line of a network object.

    Raises:
        ValueError: when it is none.
    """
    real, mapped, rest = _pair(found["REST"])
    words = Words(rest)
    kind = words.take()
    if kind not in {"static", "dynamic"}:
        raise ValueError("neither static nor dynamic")
    target = _target(words, at.reading, found.line)
    made = Translation(
        source=found.line,
        kind="static" if kind == "static" else "source",
        name=at.fact.name,
        original_source=Ends(names=[at.fact.name]),
        translated=target,
    )
    if words.accept("interface") and not target:
        made.translated = "interface"
    while word := words.peek():
        words.take()
        if word == "service":
            protocol = words.take()
            original, becomes = port(words.take()), port(words.take())
            made.service = Services(services=[Service(protocol=protocol, ports=[f"{original}-{original}"])])
            made.translated_port = str(becomes)
        elif word not in _FLAGS:
            raise ValueError(f"not known in nat: {word}")
    _zones(made, real, mapped, at.reading, found.line)
    if kind == "static" and not made.translated_port and _is_same(at.fact, target):
        made.kind = "exempt"
    at.device.translations.append(made)
    at.device.define("object", at.fact.name, found.line, is_used=True)


def _is_same(known: AddressObject, target: str) -> bool:
    own = (*known.ends.networks[:2], *known.ends.ranges[:2])
    return target == known.name or own in {(f"{target}/32",), (f"{target}/128",)}


def _target(words: Words, reading: Reading, where: Span) -> str:
    """What an address becomes: an object, an address, "interface"."""
    words.accept("pat-pool")
    name = words.take()
    if name in {"interface", "any"}:
        return name
    try:
        return addresses.address(name, reading)
    except ValueError:
        reading.device.refer(_KINDS, name, where, "nat")
        return name


def _ends(name: str, reading: Reading, where: Span) -> Ends:
    if name in {"any", "any4"}:
        return Ends(is_any=True)
    if name == "interface":
        return Ends(interfaces=[name])
    ends = Ends()
    try:
        addresses.add_host(ends, name, reading)
    except ValueError:
        ends.names.append(name)
        reading.device.refer(_KINDS, name, where, "nat")
    return ends


@NAT.line("nat REST...")
def _nat(reading: Reading, found: Found) -> None:
    real, mapped, rest = _pair(found["REST"])
    words = Words(rest)
    if mapped and words.peek() != "access-list":
        _twice(reading, found, real, mapped, words)
    else:
        _old(reading, found, real, words)


def _twice(reading: Reading, found: Found, real: str, mapped: str, words: Words) -> None:
    where = found.line
    made = Translation(source=where, kind="source")
    words.accept("after-auto")
    if words.peek().isdigit():
        made.name = words.take()
    if not words.accept("source") or (kind := words.take()) not in {"static", "dynamic"}:
        raise ValueError("neither static nor dynamic")
    original = words.take()
    made.original_source = _ends(original, reading, where)
    made.translated = _target(words, reading, where)
    destinations = _rest(made, words, reading, where)
    if kind == "static":
        made.kind = "static"
        if original == made.translated and not made.translated_port:
            if len(set(destinations)) < 2:
                made.kind = "exempt"
            else:
                made.kind, made.translated = "destination", destinations[1]
    _zones(made, real, mapped, reading, where)
    reading.device.translations.append(made)


def _rest(made: Translation, words: Words, reading: Reading, where: Span) -> list[str]:
    """What follows the source; gives the names of the destination, as it is seen and as it is."""
    destinations: list[str] = []
    while word := words.peek():
        words.take()
        if word == "destination":
            words.accept("static")
            destinations = [words.take(), words.take()]
            made.original_destination = _ends(destinations[0], reading, where)
            _ends(destinations[1], reading, where)
        elif word == "service":
            _service(made, words, reading, where)
        elif word == "description":
            made.comment = " ".join(words.rest())
        elif word == "inactive":
            made.is_enabled = False
        elif word == "pat-pool":
            reading.device.refer(_KINDS, words.take(), where, "nat")
        elif word not in _FLAGS:
            raise ValueError(f"not known in nat: {word}")
    return destinations


def _service(made: Translation, words: Words, reading: Reading, where: Span) -> None:
    """The services of twice NAT, as objects: first the real one of the source, then what it becomes."""
    if words.peek() in {"tcp", "udp"}:
        protocol, original, becomes = words.take(), port(words.take()), port(words.take())
        made.service = Services(services=[Service(protocol=protocol, ports=[f"{original}-{original}"])])
        made.translated_port = str(becomes)
        return
    original_name, made.translated_port = words.take(), words.take()
    made.service = Services(names=[original_name])
    for name in dict.fromkeys((original_name, made.translated_port)):
        if name != "any":
            reading.device.refer("service", name, where, "nat service")


def _old(reading: Reading, found: Found, real: str, words: Words) -> None:
    """`nat (inside) 1 10.0.0.0 255.0.0.0`, and 0 for what is not translated, of versions before 8.3."""
    number = words.take()
    if not number.isdigit():
        raise ValueError("no number of a pool")
    made = Translation(
        source=found.line, kind="exempt" if number == "0" else "source", name=number, from_zones=[real], translated=""
    )
    if words.accept("access-list"):
        name = words.take()
        made.original_source = Ends(names=[name])
        reading.device.refer("acl", name, found.line, "nat access-list")
    else:
        ends = Ends()
        addresses.add_network(ends, words.take(), words.take(), reading)
        made.original_source = Ends(is_any=True) if ends.networks == ["0.0.0.0/0"] else ends
    words.rest()
    if number != "0":
        reading.device.refer("pool", number, found.line, "nat")
    reading.refer_interface(real, found.line, "nat")
    reading.device.translations.append(made)

    def tell() -> None:
        if (known := reading.globals.get(number)) and made.kind == "source":
            made.translated, interface = known
            made.to_zones.append(interface)

    reading.later.append(tell)


@NAT.line("global REST...")
def _global(reading: Reading, found: Found) -> None:
    interface, _, rest = _pair(found["REST"])
    words = Words(rest)
    number = words.take()
    if not number.isdigit():
        raise ValueError("no number of a pool")
    reading.device.define("pool", number, found.line)
    reading.refer_interface(interface, found.line, "global")
    reading.globals.setdefault(number, (words.take(), interface))


@NAT.line("static REST...")
def _static(reading: Reading, found: Found) -> None:
    real, mapped, rest = _pair(found["REST"])
    words = Words(rest)
    made = Translation(source=found.line, kind="static")
    protocol = words.take() if words.peek() in {"tcp", "udp"} else ""
    outside = words.take()
    mapped_port = str(port(words.take())) if protocol else ""
    if words.accept("access-list"):
        name = words.take()
        reading.device.refer("acl", name, found.line, "static access-list")
        made.original_source = Ends(names=[name])
    else:
        inside = words.take()
        real_port = port(words.take()) if protocol else 0
        mask = words.take() if words.accept("netmask") else "255.255.255.255"
        made.original_source = Ends()
        addresses.add_network(made.original_source, inside, mask, reading)
        if protocol:
            made.service = Services(services=[Service(protocol=protocol, ports=[f"{real_port}-{real_port}"])])
            made.translated_port = mapped_port
        if inside == outside and not protocol:
            made.kind = "exempt"
    made.translated = reading.names.get(outside, outside)
    words.rest()
    _zones(made, real, mapped, reading, found.line)
    reading.device.translations.append(made)
