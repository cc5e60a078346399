"""Translations of addresses in the words of ASA 8.3 and later, and how ASA writes addresses."""

import itertools
from collections.abc import Iterator

from engineering_api.facts.filters import Ends
from engineering_api.translate import nat, policies
from engineering_api.translate.nat import Nat
from engineering_api.translate.plan import Block, Source, word

_MOST = 60


def write(source: Source) -> Iterator[Block]:
    """The blocks of translations: what stays as it is, what is reached from outside, then who is hidden.

    ASA tries twice NAT first, then objects, then what is after-auto; so the order of the source does not matter to it
    between these kinds.
    """
    objects: set[str] = set()
    return nat.blocks(source, lambda one: _lines(source, one, objects))


def _lines(source: Source, one: Nat, objects: set[str]) -> tuple[list[str], str]:
    inside = [word(name) for name in source.ends(one.inside)] or ["any"]
    outside = [word(name) for name in source.ends(one.outside)] or ["any"]
    if one.kind == "forward":
        return _forward(source, one, outside)
    made: list[str] = []
    real, towards = _names(one.real, objects, made), _names(one.towards, objects, made)
    if len(real) * len(towards) * len(inside) * len(outside) > _MOST:
        return [], "It stands for too many lines."
    if one.public == "interface" and outside == ["any"] and one.kind == "hide":
        return [], "Behind which interface it hides is not said."
    for zone, other, name, target in itertools.product(inside, outside, real, towards):
        tail = "" if target == "any" else f" destination static {target} {target}"
        pair = f"nat ({zone},{other})"
        if one.kind == "exempt":
            made.append(f"{pair} source static {name} {name}{tail}")
            continue
        public = one.public
        if public != "interface":
            public = f"nat-{public}"
            if public not in objects:
                objects.add(public)
                made += [f"object network {public}", f" host {one.public}"]
        made.append(f"{pair} after-auto source dynamic {name} {public}{tail}")
    return made, ""


def _forward(source: Source, one: Nat, outside: list[str]) -> tuple[list[str], str]:
    near = [word(name) for name in source.ends(one.inside)] or [towards(source, one.host, "") or "any"]
    made: list[str] = []
    for zone, other in itertools.product(near[:4], outside[:4]):
        service = f" service {one.protocol} {one.real_port} {one.public_port}" if one.protocol else ""
        end = f"-{one.protocol}-{one.public_port}" if one.protocol else ""
        name = f"nat-{one.host}-{one.public}{end}" + (f"-{zone}-{other}" if made else "")
        made += [f"object network {name}", f" host {one.host}", f" nat ({zone},{other}) static {one.public}{service}"]
    return made, ""


def _names(ends: Ends, objects: set[str], made: list[str]) -> list[str]:
    """The objects for ends; those of networks and ranges are written first."""
    if policies.is_any(ends) or "0.0.0.0/0" in ends.networks:
        return ["any"]
    names = [word(name) for name in ends.names]
    for literal in policies.literals(ends):
        name = policies.object_name(literal)
        names.append(name)
        if name not in objects:
            objects.add(name)
            made += [f"object network {name}", f" {inside(literal)}"]
    return names


def inside(literal: str) -> str:
    """An address, network or range within an object."""
    if "-" in literal:
        return "range " + literal.replace("-", " ")
    found = policies.network(literal)
    if found.num_addresses == 1:
        return f"host {found.network_address}"
    return f"subnet {found.network_address} {found.netmask}" if found.version == 4 else f"subnet {found}"


def member(literal: str) -> str:
    """An address or network in a group or rule."""
    found = policies.network(literal)
    if found.num_addresses == 1:
        return f"host {found.network_address}"
    return f"{found.network_address} {found.netmask}" if found.version == 4 else str(found)


def towards(source: Source, address: str, interface: str) -> str:
    """What ASA calls the interface behind which an address is."""
    if interface and interface.casefold() in source.zones:
        return word(source.ends([interface])[0])
    return word(found) if (found := source.towards(address)) else ""
