"""Translations of addresses in the words of RouterOS."""

import itertools
from collections.abc import Iterator, Sequence

from engineering_api.facts.filters import Ends
from engineering_api.translate import nat, policies
from engineering_api.translate.nat import Nat
from engineering_api.translate.plan import Block, Source, quoted

_MOST = 60
_NAT = "/ip firewall nat add"


def write(source: Source) -> Iterator[Block]:
    """The blocks of translations; what is left alone comes before who is hidden."""
    found = list(nat.blocks(source, lambda one: _lines(source, one)))
    yield from sorted(found, key=lambda one: not any("action=accept" in line for line in one.lines))


def _lines(source: Source, one: Nat) -> tuple[list[str], str]:
    outside = source.ends(one.outside)
    if one.kind == "forward":
        return _forward(source, one, outside)
    if one.kind == "hide" and not outside and one.public == "interface":
        return [], "Behind which interface it hides is not said."
    note = ""
    if one.inside and not policies.is_any(one.real):
        # The chain srcnat does not know by which interface packets came in; their addresses say it.
        note = "By which interface it comes in is not said, only its addresses."
    elif one.inside and one.kind == "hide":
        note = "It hides all that goes out there, wherever it comes in."
    then = "accept" if one.kind == "exempt" else "masquerade"
    if one.kind == "hide" and one.public != "interface":
        then = f"src-nat to-addresses={one.public}"
    columns = [
        _side(one.real, "src"),
        _side(one.towards, "dst"),
        [f" out-interface={quoted(x)}" for x in outside] or [""],
    ]
    made = [f"{_NAT} chain=srcnat{a}{b}{c} action={then}" for a, b, c in itertools.product(*columns)]
    return (made, note) if 0 < len(made) <= _MOST else ([], "It has addresses that a rule cannot have, or too many.")


def _side(ends: Ends, side: str) -> list[str]:
    if policies.is_any(ends) or "0.0.0.0/0" in ends.networks:
        return [""]
    made = [f" {side}-address={one.removesuffix('/32')}" for one in policies.literals(ends)]
    return made + [f" {side}-address-list={quoted(name)}" for name in ends.names]


def _forward(source: Source, one: Nat, outside: Sequence[str]) -> tuple[list[str], str]:
    public, note = one.public, ""
    if public == "interface":
        public, note = source.address_of(one.outside), "The address of the interface is written as it is now."
    if not public:
        return [], "The address at which it is reached is not in the configuration."
    service = f" protocol={one.protocol} dst-port={one.public_port}" if one.protocol else ""
    port = f" to-ports={one.real_port}" if one.protocol else ""
    made = [
        f"{_NAT} chain=dstnat dst-address={public}{service}{place} action=dst-nat to-addresses={one.host}{port}"
        for place in [f" in-interface={quoted(name)}" for name in outside] or [""]
    ]
    if not one.protocol:
        made.append(f"{_NAT} chain=srcnat src-address={one.host} action=src-nat to-addresses={public}")
    return made, note
