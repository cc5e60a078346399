"""Translations of addresses in the words of IOS.

IOS knows which interfaces are inside and which outside; whom it hides is said by a list, whose denying lines are what
is left alone.
"""

from collections.abc import Iterable, Iterator

from engineering_api.facts.filters import Ends
from engineering_api.translate import policies
from engineering_api.translate.nat import Nat, nats
from engineering_api.translate.plan import Block, Source

_NO_EXEMPTION = "It stands in no list: nobody is hidden behind the same interface."


def write(source: Source) -> Iterator[Block]:
    """The blocks of translations."""
    found = list(nats(source.device))
    yield from (_none(one, one.why_not) for one in found if one.why_not)
    written = [one for one in found if not one.why_not]
    if not written:
        return
    yield from _sides(source, written)
    exempt = [one for one in written if one.kind == "exempt"]
    hidden = [one for one in written if one.kind == "hide"]
    told: set[int] = set()
    for number, one in enumerate(hidden, start=1):
        left = [other for other in exempt if _meet(source, other.outside, one.outside)]
        made = list(_hidden(source, one, [other for other in left if id(other) not in told], f"NAT-{number}", left))
        told.update(id(other) for other in left if any(block.lines for block in made))
        yield from made
    yield from (_none(one, _NO_EXEMPTION) for one in exempt if id(one) not in told)
    yield from (_forward(source, one) for one in written if one.kind == "forward")


def _none(one: Nat, why: str) -> Block:
    return Block("translations", (), (one.fact.source, *one.also), (one.fact,), why)


def _meet(source: Source, one: Iterable[str], other: Iterable[str]) -> bool:
    first, second = set(source.ends(list(one))), set(source.ends(list(other)))
    return not first or not second or bool(first & second)


def _sides(source: Source, written: list[Nat]) -> Iterator[Block]:
    outside = {name for one in written for name in source.ends(one.outside)}
    inside = {name for one in written for name in source.ends(one.inside)}
    inside |= {source.towards(one.host) for one in written if one.kind == "forward"}
    is_any = any(one.kind == "hide" and not one.inside for one in written)
    for port in source.device.interfaces:
        name = source.names.get(port.name)
        if name is None or not (name in outside or name in inside or (is_any and port.addresses)):
            continue
        side = "outside" if name in outside else "inside"
        yield Block("translations", (f"interface {name}", f" ip nat {side}"), ())


def _hidden(source: Source, one: Nat, told: list[Nat], name: str, left: list[Nat]) -> Iterator[Block]:
    """The list of who is hidden, and the line that names it. What is left alone is told by its first list."""
    pairs = [(each, _words(source, each.real), _words(source, each.towards)) for each in [*left, one]]
    outside = source.ends(one.outside)
    if any(real is None or towards is None for _, real, towards in pairs):
        yield _none(one, "An object of it has ranges or names, which lists of IOS do not have.")
    elif not policies.is_any(one.towards):
        yield _none(one, "It depends on the destination.")
    elif one.public == "interface" and len(outside) != 1:
        yield _none(one, "Behind which interface it hides is not said.")
    else:
        yield Block("translations", (f"ip access-list extended {name}",), ())
        for each, real, towards in pairs:
            action = "permit" if each is one else "deny"
            lines = tuple(f" {action} ip {a} {b}" for a in real or () for b in towards or ())
            is_told = each is one or any(each is other for other in told)
            yield Block("translations", lines, (each.fact.source,) if is_told else (), (each.fact,) if is_told else ())
        if one.public == "interface":
            target, lines = f"interface {outside[0]}", ()
        else:
            lines = (f"ip nat pool {name} {one.public} {one.public} netmask 255.255.255.255",)
            target = f"pool {name}"
        note = "" if one.public == "interface" else "The address is in a pool, which is not read back."
        final = f"ip nat inside source list {name} {target} overload"
        yield Block("translations", (*lines, final), (one.fact.source, *one.also), (one.fact,), note)


def _words(source: Source, ends: Ends) -> list[str] | None:
    """The addresses of ends with their objects resolved, as lists have them; None where one cannot be written."""
    if policies.is_any(ends):
        return ["any"]
    found = policies.all_networks(source, ends)
    return [word_of(one) for one in found] if found else None


def word_of(literal: str) -> str:
    """An address or network as a list has it."""
    found = policies.network(literal)
    if found.prefixlen == 0:
        return "any"
    if found.num_addresses == 1:
        return f"host {found.network_address}"
    return f"{found.network_address} {found.hostmask}" if found.version == 4 else str(found)


def _forward(source: Source, one: Nat) -> Block:
    outside = source.ends(one.outside)
    if one.public == "interface" and len(outside) != 1:
        return _none(one, "At which interface it is reached is not said.")
    public = f"interface {outside[0]}" if one.public == "interface" else one.public
    ports = (one.protocol, one.real_port, one.public_port)
    if one.protocol:
        line = f"ip nat inside source static {ports[0]} {one.host} {ports[1]} {public} {ports[2]}"
    else:
        line = f"ip nat inside source static {one.host} {public}"
    return Block("translations", (line,), (one.fact.source,), (one.fact,))
