"""Translations of addresses in the words of FortiOS, and how FortiOS writes tables.

Central NAT keeps translations apart from policies, as other firewalls do; policies then name the real addresses.
"""

from collections.abc import Iterator, Sequence

from engineering_api.facts.filters import Ends
from engineering_api.translate import policies
from engineering_api.translate.nat import Nat, nats
from engineering_api.translate.plan import Block, Source, quoted

_AS_NOW = "The address of the interface is written as it is now."


def write(source: Source) -> Iterator[Block]:
    """The blocks of translations: pools and virtual addresses, then who is hidden."""
    found = list(nats(source.device))
    written = [one for one in found if not one.why_not]
    yield from (_none(one, one.why_not) for one in found if one.why_not)
    if not written:
        return
    yield Block("translations", ("config system settings", "    set central-nat enable", "end"), ())
    pools = sorted({one.public for one in written if one.kind == "hide" and one.public != "interface"})
    inside = [
        Block("translations", edit(quoted(f"pool-{one}"), [f"startip {one}", f"endip {one}"]), ()) for one in pools
    ]
    yield from table("config firewall ippool", inside)
    yield from table("config firewall vip", [_virtual(source, one) for one in written if one.kind == "forward"])
    hidden = [one for one in written if one.kind != "forward"]
    hidden.sort(key=lambda one: one.kind != "exempt")
    yield from table(
        "config firewall central-snat-map", [_hidden(source, one, at) for at, one in enumerate(hidden, start=1)]
    )


def table(head: str, entries: Sequence[Block]) -> Iterator[Block]:
    """Entries with the lines of their table around them; entries without lines stay alone."""
    written = [one for one in entries if one.lines]
    yield from (one for one in entries if not one.lines)
    if written:
        yield Block(written[0].section, (head,), ())
        yield from written
        yield Block(written[0].section, ("end",), ())


def edit(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """An entry of a table."""
    return (f"    edit {name}", *(f"        set {value}" for value in values), "    next")


def _none(one: Nat, why: str) -> Block:
    return Block("translations", (), (one.fact.source, *one.also), (one.fact,), why)


def _virtual(source: Source, one: Nat) -> Block:
    public, note = one.public, ""
    outside = source.ends(one.outside)
    if public == "interface":
        public, note = source.address_of(one.outside), _AS_NOW
        if not public:
            return _none(one, "The address of its interface is not in the configuration.")
    if len(outside) > 1:
        return _none(one, "A virtual address is at one interface or at all.")
    end = f"-{one.protocol}-{one.public_port}" if one.protocol else ""
    values = [
        f"extip {public}",
        f'mappedip "{one.host}"',
        f"extintf {quoted(outside[0]) if outside else quoted('any')}",
    ]
    if one.protocol:
        values += ["portforward enable", f"protocol {one.protocol}", f"extport {one.public_port}"]
        values += [f"mappedport {one.real_port}"]
    lines = edit(quoted(f"nat-{public}{end}-{outside[0] if outside else 'any'}"), values)
    return Block("translations", lines, (one.fact.source,), (one.fact,), note)


def _hidden(source: Source, one: Nat, number: int) -> Block:
    values = ["srcintf " + (" ".join(map(quoted, source.ends(one.inside))) or '"any"')]
    values.append("dstintf " + (" ".join(map(quoted, source.ends(one.outside))) or '"any"'))
    values += [f"orig-addr {_names(one.real)}", f"dst-addr {_names(one.towards)}"]
    values += ["nat disable"] if one.kind == "exempt" else []
    values += [f"nat-ippool {quoted(f'pool-{one.public}')}"] if one.public != "interface" else []
    note = "" if one.public == "interface" else "The address is in a pool, which is not read back."
    return Block("translations", edit(str(number), values), (one.fact.source, *one.also), (one.fact,), note)


def _names(ends: Ends) -> str:
    if policies.is_any(ends) or "0.0.0.0/0" in ends.networks:
        return '"all"'
    return " ".join(map(quoted, [*(policies.object_name(one) for one in policies.literals(ends)), *ends.names]))
