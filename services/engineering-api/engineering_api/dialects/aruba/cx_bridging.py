"""What keeps loops out of switches with AOS-CX, and what makes two of them one: spanning tree, VSX."""

from engineering_api.dialects.aruba.cx import Cx, named
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import SpanningTree
from engineering_api.reading.grammar import Found, Place

BRIDGING: Place[Cx] = Place("bridging")
VSX: Place[Cx] = Place("vsx")


@BRIDGING.opens(VSX, "vsx")
def _vsx(switch: Cx, found: Found) -> Cx:
    switch.device.set("high-availability", found.span, value="vsx")
    return switch


@VSX.line("inter-switch-link lag NUMBER", "inter-switch-link PORT")
def _isl(switch: Cx, found: Found) -> None:
    text = f"lag {found['NUMBER']}" if found["NUMBER"] else found["PORT"]
    switch.device.refer("interface", named(text)[0], found.line, "vsx inter-switch-link")


@VSX.line("role ROLE:(primary|secondary)")
def _role(switch: Cx, found: Found) -> None:
    switch.device.set("high-availability", found.line, value=f"vsx {found['ROLE']}")


VSX.knows(
    *beginnings(
        "keepalive, system-mac, vsx-sync, linkup-delay-timer, inter-switch-link, config-sync, split-recovery, no "
        "split-recovery"
    )
)


def tree(switch: Cx, where: Span) -> SpanningTree:
    """The spanning tree of the switch."""
    if not switch.device.spanning_tree:
        switch.device.spanning_tree.append(SpanningTree(source=where, mode="mstp"))
    return switch.device.spanning_tree[0]


@BRIDGING.line("[NO:(no)] spanning-tree")
def _tree_on(switch: Cx, found: Found) -> None:
    tree(switch, found.line).say(found.line, is_enabled=not found["NO"])


@BRIDGING.line("spanning-tree mode MODE")
def _tree_mode(switch: Cx, found: Found) -> None:
    tree(switch, found.line).say(found.line, mode=found["MODE"])


@BRIDGING.line("spanning-tree priority VALUE", "spanning-tree (instance|vlan) NUMBER priority VALUE")
def _tree_priority(switch: Cx, found: Found) -> None:
    # In steps of 4096, as the standard counts.
    fact = tree(switch, found.line)
    fact.priorities[found["NUMBER"] or "0"] = int(found["VALUE"]) * 4096
    fact.at["priorities"] = found.line


BRIDGING.knows(
    *beginnings("spanning-tree, no spanning-tree, loop-protect, vsx-sync, system interface-group, vsf, lacp")
)
