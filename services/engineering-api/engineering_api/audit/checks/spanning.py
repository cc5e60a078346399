"""The spanning tree of a switch, and that of the switches of a site together."""

from collections.abc import Iterator, Sequence

from engineering_api.audit.checking import Given, check, check_all
from engineering_api.audit.seen import Found, Seen, Spot

#: Where it is off unless told otherwise: ArubaOS-Switch's management guide.
_OFF_BY_DEFAULT = ("hp_procurve", "aruba_aoscx")
_DEFAULT_PRIORITY = 32_768


@check
def spanning_tree_off(seen: Seen, given: Given) -> Iterator[Found]:
    """Nothing keeps loops out."""
    for one in seen.device.spanning_tree:
        if one.is_enabled or any(
            other.is_enabled and other.source == one.source for other in seen.device.spanning_tree
        ):
            continue
        if seen.is_on("mikrotik") and not _has_ports(seen, one.source.first):
            continue
        if seen.is_on("arista") and not seen.switch_ports:
            continue  # a router of a fabric, whose ports are all routed
        yield seen.found(one, "The spanning tree is turned off.")
    is_switch = seen.is_on(*_OFF_BY_DEFAULT) and len(seen.switch_ports) > 1
    if is_switch and not seen.device.spanning_tree and seen.lacks("spanning-tree"):
        yield seen.missing("The spanning tree is off by default, and nothing turns it on.")


def _has_ports(seen: Seen, line: int) -> bool:
    """Whether the bridge of a line has two ports or more."""
    bridge = next((one for one in seen.device.interfaces if one.source.first == line and one.kind == "bridge"), None)
    return bridge is not None and sum(one.parent == bridge.name for one in seen.device.interfaces) > 1


@check_all
def root_by_chance(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """At a site with several switches none is told to be the root."""
    sites: dict[str, list[Seen]] = {}
    for seen in devices:
        if seen.device.spanning_tree and len(seen.switch_ports) > 1 and not seen.is_on("mikrotik", "ubiquiti"):
            sites.setdefault(seen.subject.site, []).append(seen)
    for site, switches in sites.items():
        trees = [(seen, tree) for seen in switches for tree in seen.device.spanning_tree if tree.is_enabled]
        if len(switches) < 2 or any(
            value < _DEFAULT_PRIORITY for _, tree in trees for value in tree.priorities.values()
        ):
            continue
        if trees:
            yield Found(
                tuple(Spot(seen, tree.source) for seen, tree in trees[:20]),
                f"None of the {len(switches)} switches{f' of {site}' if site else ''} is told to be the root.",
                {}, f"root {site}", is_default=True, is_whole=True,
            )  # fmt: skip
