"""Translations of addresses in the words of Junos: a set of rules for each pair of zones, and pools."""

from collections.abc import Iterator

from engineering_api.facts.filters import Ends
from engineering_api.translate import nat, policies
from engineering_api.translate.nat import Nat
from engineering_api.translate.plan import Block, Source, word

_MOST = 60
_NAT = "set security nat"


def write(source: Source) -> Iterator[Block]:
    """The blocks of translations; what is left alone comes before who is hidden."""
    count = iter(range(1, 1_000_000))
    told: set[str] = set()

    def lines(one: Nat) -> tuple[list[str], str]:
        """The lines for one; between which zones a set of rules is, is said once."""
        made, note = _lines(source, one, next(count))
        new = [line for line in made if line not in told]
        told.update(new)
        return new, note

    found = list(nat.blocks(source, lines))
    yield from sorted(found, key=lambda one: not any(line.endswith(" source-nat off") for line in one.lines))


def _lines(source: Source, one: Nat, number: int) -> tuple[list[str], str]:
    zones = list(dict.fromkeys(source.ends([port.name])[0] for port in source.interfaces() if port.addresses))
    outside = source.ends(one.outside) or zones
    if one.kind == "forward":
        return _forward(source, one, number, outside)
    inside = source.ends(one.inside) or [zone for zone in zones if zone not in outside]
    real, towards = _matches("source", one.real), _matches("destination", one.towards)
    then = "off" if one.kind == "exempt" else "interface" if one.public == "interface" else f"pool nat-{one.public}"
    lines = [f"{_NAT} source pool nat-{one.public} address {one.public}/32"] if then.startswith("pool") else []
    pairs = [(zone, other) for zone in inside for other in outside if zone != other]
    if not pairs or len(pairs) > _MOST:
        return [], "Between which zones it holds is not said, or they are too many."
    for zone, other in pairs:
        head = f"{_NAT} source rule-set {word(zone)}-{word(other)}"
        lines += [f"{head} from zone {zone}", f"{head} to zone {other}"]
        lines += [f"{head} rule nat-{number} {match}" for match in real + towards]
        lines.append(f"{head} rule nat-{number} then source-nat {then}")
    return lines, ""


def _matches(side: str, ends: Ends) -> list[str]:
    if policies.is_any(ends) or "0.0.0.0/0" in ends.networks:
        return [f"match {side}-address 0.0.0.0/0"]
    made = [f"match {side}-address {one}" for one in ends.networks]
    made += [f"match {side}-address {one.replace('-', ' to ')}" for one in ends.ranges]
    return made + [f"match {side}-address-name {word(name)}" for name in ends.names]


def _forward(source: Source, one: Nat, number: int, outside: list[str]) -> tuple[list[str], str]:
    public, note = one.public, ""
    if public == "interface":
        public, note = source.address_of(one.outside), "The address of the interface is written as it is now."
    if not public or not outside or len(outside) > _MOST:
        return [], "Where it is reached is not said."
    kind = "destination" if one.protocol else "static"
    pool = f"to-{one.host}-{one.real_port}"
    lines = [f"{_NAT} destination pool {pool} address {one.host}/32 port {one.real_port}"] if one.protocol else []
    for zone in outside:
        rule = f"{_NAT} {kind} rule-set from-{word(zone)} rule nat-{number}"
        lines += [f"{_NAT} {kind} rule-set from-{word(zone)} from zone {zone}"]
        lines.append(f"{rule} match destination-address {public}/32")
        if one.protocol:
            lines += [f"{rule} match protocol {one.protocol}", f"{rule} match destination-port {one.public_port}"]
            lines.append(f"{rule} then destination-nat pool {pool}")
        else:
            lines.append(f"{rule} then static-nat prefix {one.host}/32")
    return lines, note
