"""Translations of addresses in the words of EdgeOS: rules below 5000 are for what comes in, the others not."""

import itertools
from collections.abc import Iterator, Sequence

from engineering_api.translate import edgeos, nat, policies
from engineering_api.translate.nat import Nat
from engineering_api.translate.plan import Block, Source

_MOST = 60
_COMES_IN_BY = "By which interface it comes in is not said."


def write(source: Source) -> Iterator[Block]:
    """The blocks of translations. What is left alone is counted before who is hidden, so that it is tried before."""
    counts = {"forward": itertools.count(1), "exempt": itertools.count(5000), "hide": itertools.count(7000)}
    return nat.blocks(source, lambda one: _lines(source, one, counts[one.kind]))


def _lines(source: Source, one: Nat, numbers: Iterator[int]) -> tuple[list[str], str]:
    outside = source.ends(one.outside)
    if one.kind == "forward":
        return _forward(source, one, outside, numbers)
    if not outside:
        return [], "Behind which interface it holds is not said."
    sources, targets = edgeos.sides(source, one.real, "source"), edgeos.sides(source, one.towards, "destination")
    if not 0 < len(sources) * len(targets) * len(outside) <= _MOST:
        return [], "It has addresses that a rule cannot have, or too many."
    lines: list[str] = []
    is_pool = one.kind == "hide" and one.public != "interface"
    for name, real, towards in itertools.product(outside, sources, targets):
        values = ["type source" if is_pool else "type masquerade", f"outbound-interface {name}", real, towards]
        values += ["exclude"] if one.kind == "exempt" else []
        values += [f"outside-address address {one.public}"] if is_pool else []
        head = f"set service nat rule {next(numbers)}"
        lines += [f"{head} {value}" for value in values if value]
    return lines, _COMES_IN_BY if one.inside and (one.kind == "hide" or policies.is_any(one.real)) else ""


def _forward(source: Source, one: Nat, outside: Sequence[str], numbers: Iterator[int]) -> tuple[list[str], str]:
    public, note = one.public, ""
    if public == "interface":
        public, note = source.address_of(one.outside), "The address of the interface is written as it is now."
    if not public or not outside:
        return [], "Where it is reached is not said."
    lines: list[str] = []
    for name in outside:
        values = ["type destination", f"inbound-interface {name}", f"destination address {public}"]
        values += [f"destination port {one.public_port}", f"protocol {one.protocol}"] if one.protocol else []
        values.append(f"inside-address address {one.host}")
        values += [f"inside-address port {one.real_port}"] if one.protocol else []
        head = f"set service nat rule {next(numbers)}"
        lines += [f"{head} {value}" for value in values]
    return lines, note or ("" if one.protocol else "What it sends goes out by the address of the interface.")
