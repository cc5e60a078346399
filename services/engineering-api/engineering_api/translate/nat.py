"""Translations of addresses in one form for all writers: who is hidden behind what, and what is reached from outside.

Platforms say the same from two ends. ASA names the real address and what it becomes; FortiOS, IOS, RouterOS and Junos
name the address that is seen from outside and where it leads.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import Literal

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, Ends, Service, Services, Translation
from engineering_api.translate.plan import Block, Source

Kind = Literal["hide", "forward", "exempt"]
ANY = Ends(is_any=True)
_NO_ADDRESS = "What it becomes has no single address in the configuration."
_NO_PORTS = "It changes ranges of ports, or other protocols than TCP and UDP."
_IPV6 = "Only translations of IPv4 are carried over."


@dataclass(frozen=True)
class Nat:
    """One translation. `inside` and `outside` are zones or interfaces of the device; none are all.

    Attributes:
        real: who is hidden, or the one address that is reached.
        towards: for what destinations addresses are hidden or left alone.
        public: an address, or "interface".
        protocol: of a forwarded port; "" where the whole address is forwarded.
        also: lines besides those of the fact that say it.
        why_not: what makes it untranslatable.
    """

    fact: Translation
    kind: Kind
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    real: Ends = field(default_factory=lambda: ANY)
    towards: Ends = field(default_factory=lambda: ANY)
    public: str = "interface"
    protocol: str = ""
    public_port: str = ""
    real_port: str = ""
    also: tuple[Span, ...] = ()
    why_not: str = ""

    @property
    def host(self) -> str:
        """The one address that is reached."""
        return self.real.networks[0].partition("/")[0] if self.real.networks else ""


def nats(device: Device) -> Iterator[Nat]:
    """The translations of a device in the order of its file."""
    lists = {one.name: one for one in device.access_lists}
    objects = {one.name: one.ends for one in reversed(device.address_objects)}
    for fact in device.translations:
        if not fact.is_enabled:
            yield Nat(fact, "hide", why_not="It is off.")
        elif fact.kind == "source":
            yield from _hidden(device, fact, lists, objects)
        elif fact.kind == "exempt":
            yield Nat(
                fact,
                "exempt",
                tuple(fact.from_zones),
                tuple(fact.to_zones),
                fact.original_source or ANY,
                fact.original_destination or ANY,
            )
        else:
            yield from _forwarded(device, fact, objects)


def list_names(device: Device) -> set[str]:
    """The access lists that only say whose addresses are translated."""
    known = {one.name for one in device.access_lists}
    return {
        name for one in device.translations for name in (one.original_source or ANY).names if name in known
    }  # fmt: skip


def blocks(source: Source, write: Callable[[Nat], tuple[list[str], str]]) -> Iterator[Block]:
    """A block for each translation, from what is written for each of its parts."""
    grouped: dict[int, list[Nat]] = {}
    for one in nats(source.device):
        grouped.setdefault(id(one.fact), []).append(one)
    for parts in grouped.values():
        fact, lines, notes = parts[0].fact, [], []
        for one in parts:
            made, note = ([], one.why_not) if one.why_not else write(one)
            lines += made
            notes += [note] if note else []
        spans = tuple(dict.fromkeys([fact.source, *(span for one in parts for span in one.also)]))
        yield Block("translations", tuple(lines), spans, (fact,), " ".join(dict.fromkeys(notes)))


def _hidden(device: Device, fact: Translation, lists: dict[str, AccessList], objects: dict[str, Ends]) -> Iterator[Nat]:
    public = "interface" if fact.translated == "interface" else _address(fact.translated, objects)
    base = Nat(
        fact,
        "hide",
        tuple(fact.from_zones),
        tuple(fact.to_zones),
        fact.original_source or ANY,
        fact.original_destination or ANY,
        public,
        why_not="" if public else _NO_ADDRESS,
    )
    name = next(iter(base.real.names), "")
    if fact.service is not None and not fact.service.is_any:
        yield replace(base, why_not="It holds for some services alone.")
    elif name in lists and name not in objects:
        yield from _by_list(base, lists[name])
    elif base.real.interfaces or base.real.fqdns or base.real.is_negated or base.towards.is_negated:
        yield replace(base, why_not="Its addresses are negated, or names of interfaces.")
    elif any(name not in objects for name in [*base.real.names, *base.towards.names]):
        yield replace(base, why_not="Whose addresses it changes is not said by addresses.")
    else:
        yield base


def _by_list(base: Nat, named: AccessList) -> Iterator[Nat]:
    """IOS names a list: what it denies is not translated, what it permits is."""
    real = Ends()
    spans: list[Span] = [named.source]
    for rule in named.rules:
        if rule.action == "permit":
            real.networks += ["0.0.0.0/0"] if rule.source_ends.is_any else rule.source_ends.networks
            real.names += rule.source_ends.names
            spans.append(rule.source)
            if not (rule.destination_ends.is_any or named.kind == "standard") or rule.source_ends.wildcards:
                yield replace(base, why_not="Its list permits by destinations or has a mask with holes.")
                return
        elif real != Ends():
            yield replace(base, why_not="Its list denies after it permits.")
            return
        else:
            apart = Translation(source=rule.source, kind="exempt")
            yield replace(
                base, fact=apart, kind="exempt", real=rule.source_ends, towards=rule.destination_ends, why_not=""
            )
    if "0.0.0.0/0" in real.networks:
        real = Ends(is_any=True)
    yield replace(base, real=real, also=tuple(spans))


def _forwarded(device: Device, fact: Translation, objects: dict[str, Ends]) -> Iterator[Nat]:
    """A port or an address that is reached from outside."""
    is_seen_first = fact.kind == "destination" or not fact.original_source
    seen, meant = fact.original_destination or Ends(), fact.original_source or Ends()
    inside, outside = (
        ((), fact.from_zones)
        if is_seen_first or fact.from_zones == ["nat outside"]
        else (fact.from_zones, fact.to_zones)
    )
    if is_seen_first:
        outside = [*fact.from_zones, *(seen.interfaces if not fact.from_zones or "nat outside" in outside else ())]
        if seen.interfaces:
            outside = seen.interfaces
        is_own = bool(seen.interfaces) or not (seen.networks or seen.names or seen.ranges)
        public, host = "interface" if is_own else _single(seen, objects), _address(fact.translated, objects)
    else:
        host = _single(meant, objects)
        public = "interface" if fact.translated == "interface" else _address(fact.translated, objects)
        if fact.from_zones == ["nat inside"]:
            inside, outside = fact.from_zones, ["nat outside"]
    base = Nat(fact, "forward", tuple(inside), tuple(outside), Ends(networks=[f"{host}/32"]), ANY, public)
    limits = (is_seen_first and fact.original_source and not _is_any(fact.original_source)) or (
        not is_seen_first and fact.original_destination and not _is_any(fact.original_destination)
    )
    if not host or not public:
        yield replace(base, why_not=_NO_ADDRESS)
    elif ":" in host or ":" in public:
        yield replace(base, why_not=_IPV6)
    elif limits:
        yield replace(base, why_not="It holds for some sources or destinations alone.")
    elif fact.service is None or fact.service.is_any:
        yield base if public != "interface" else replace(base, why_not="It forwards all that comes to an interface.")
    elif (ports := _ports(device, fact.service)) is None:
        yield replace(base, why_not=_NO_PORTS)
    else:
        for protocol, port in ports:
            other = fact.translated_port or port
            both = (port, other) if is_seen_first else (other, port)
            is_number = other.isdecimal()
            yield replace(
                base,
                protocol=protocol,
                public_port=both[0],
                real_port=both[1],
                why_not="" if is_number else _NO_PORTS,
            )


def _is_any(ends: Ends) -> bool:
    return ends.is_any or ends == Ends() or ends.networks == ["0.0.0.0/0"]


def _ports(device: Device, services: Services) -> list[tuple[str, str]] | None:
    """Protocols with single ports; None where there are others."""
    known: list[Service] = list(services.services)
    for name in services.names:
        found = next((one for one in device.service_objects if one.name == name), None)
        if found is None or found.services.names:
            return None
        known += found.services.services
    made = []
    for one in known:
        for port in one.ports or [""]:
            low, _, high = port.partition("-")
            if one.protocol not in ("tcp", "udp") or one.source_ports or not low.isdecimal() or low != (high or low):
                return None
            made.append((one.protocol, low))
    return made or None


def _single(ends: Ends, objects: dict[str, Ends]) -> str:
    """The one address of ends; "" where there are others."""
    if ends.names and not (ends.networks or ends.ranges):
        return _address(ends.names[0], objects) if len(ends.names) == 1 else ""
    parts = [*ends.networks, *ends.ranges]
    return _address(parts[0], {}) if len(parts) == 1 and not ends.names else ""


def _address(text: str, objects: dict[str, Ends], depth: int = 0) -> str:
    """The one address that a word stands for; "" where there is none."""
    try:
        found = ip_network(text)
        return str(found.network_address) if found.num_addresses == 1 else ""
    except ValueError:
        pass
    first, _, last = text.partition("-")
    if first and first == last:
        try:
            return str(ip_address(first))
        except ValueError:
            return ""
    ends = objects.get(text)
    if ends is None or depth > 8 or len(ends.networks) + len(ends.names) + len(ends.ranges) != 1:
        return ""
    return _address((ends.networks or ends.ranges or ends.names)[0], objects, depth + 1)
