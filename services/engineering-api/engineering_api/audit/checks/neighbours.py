"""The two ends of a cable, as neighbours and descriptions tell of it."""

import re
from collections.abc import Iterator, Sequence

from engineering_api.audit.checking import Given, check_all
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.ports import Interface
from engineering_api.topology.members import Member, canonical
from engineering_api.topology.model import End, Link
from engineering_api.topology.neighbours import layer2

#: Links that only VLANs in common suggest are too little to judge by.
_SURE = ("neighbour", "description", "port-channel")
#: Ethernet's header with two tags, which Junos counts as part of the MTU and others do not.
_LONGEST_HEADER = 22

Port = tuple[Seen, Interface]


def _links(devices: Sequence[Seen]) -> list[tuple[Port, Port]]:
    """Cables of which both ports are known; looked for once, for all rules about them."""
    if not devices:
        return []
    known: dict[str, list[tuple[Port, Port]]] = devices[0].together
    key = f"cables of {len(devices)}"
    if key not in known:
        known[key] = list(_cables(devices))
    return known[key]


def _cables(devices: Sequence[Seen]) -> Iterator[tuple[Port, Port]]:
    members = {
        str(number): Member(str(number), seen.device, name=seen.name, site=seen.subject.site, texts=seen.subject.texts)
        for number, seen in enumerate(devices)
    }
    if len(members) < 2:
        return
    for link in layer2(tuple(members.values())).links:
        one, other = _end(members, link, link.a, link.a_end), _end(members, link, link.b, link.b_end)
        if one and other and link.kind in _SURE:
            yield (devices[int(link.a)], one), (devices[int(link.b)], other)


def _end(members: dict[str, Member], link: Link, node: str, end: End) -> Interface | None:
    member = members.get(node)
    if member is None or not end.ports:
        return None
    port = member.interfaces.get(canonical(end.aggregate or end.ports[0]))
    if port is not None and port.aggregate:
        return member.interfaces.get(canonical(port.aggregate)) or port
    return port


@check_all
def ends_differ(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """The two ends of a cable do not agree on something; `field` says on what."""
    field = given["field"][0]
    for (one, mine), (other, theirs) in _links(devices):
        told = "" if _is_same(field, one, other, mine, theirs) else _difference(field, mine, theirs)
        if told:
            yield Found(
                (one.spot(mine.line_of(field)), other.spot(theirs.line_of(field))),
                f"{one.name} {mine.name} and {other.name} {theirs.name}: {told}.",
                {"interface": mine.name, "other": theirs.name},
                f"{mine.name} {other.name} {theirs.name}",
            )


def _is_same(field: str, one: Seen, other: Seen, mine: Interface, theirs: Interface) -> bool:
    """Whether two vendors only write the same differently: "1000-full" and "1g", an MTU with the frame's header."""
    if field == "speed":
        left, right = _megabits(mine.speed), _megabits(theirs.speed)
        return left == right or 0 in (left, right)
    if field == "mtu" and one.platform != other.platform and mine.mtu and theirs.mtu:
        return abs(mine.mtu - theirs.mtu) <= _LONGEST_HEADER
    return False


def _megabits(text: str) -> int:
    """A speed as a number; 0 where it is none, such as auto."""
    found = re.search(r"(\d+(?:\.\d+)?)\s*(g|t)?", text.casefold())
    if found is None or "auto" in text.casefold():
        return 0
    return int(float(found[1]) * {"g": 1_000, "t": 1_000_000}.get(found[2] or "", 1))


def _difference(field: str, mine: Interface, theirs: Interface) -> str:
    both = mine.mode == theirs.mode == "trunk"
    if field == "mode":
        return (
            "one end is a trunk and the other an access port" if {mine.mode, theirs.mode} == {"trunk", "access"} else ""
        )
    if field == "trunk_vlans":
        return _vlans(mine, theirs) if both else ""
    if field == "native_vlan":
        natives = (mine.native_vlan or 1, theirs.native_vlan or 1)
        is_told = both and (mine.native_vlan, theirs.native_vlan) != (None, None)
        return f"the native VLANs are {natives[0]} and {natives[1]}" if is_told and natives[0] != natives[1] else ""
    left, right = str(getattr(mine, field) or "auto").casefold(), str(getattr(theirs, field) or "auto").casefold()
    return f"the {field} is {left} and {right}" if "auto" not in (left, right) and left != right else ""


def _vlans(mine: Interface, theirs: Interface) -> str:
    if mine.trunk_vlans is None or theirs.trunk_vlans is None:
        return ""
    odd = sorted((set(mine.trunk_vlans) ^ set(theirs.trunk_vlans)) - {mine.native_vlan, theirs.native_vlan})
    listed = ", ".join(str(vlan) for vlan in odd[:12])
    return f"VLANs {listed}{' and more' if len(odd) > 12 else ''} are on one end only" if odd else ""
