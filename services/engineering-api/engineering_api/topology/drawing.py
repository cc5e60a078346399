"""The picture as a diagram: a card for each device and subnet, the ports on the cards, addresses on the lines."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from netutils.interface import abbreviated_interface_name

from engineering_api.topology.model import End, Link, LinkKind, Node, NodeKind, Role, Topology
from oberaconnect.draw import Card, Diagram, Direction, Group, Icon, LegendEntry, Port, Tone
from oberaconnect.draw import Link as Line

_ROLES: Final[dict[Role, tuple[str, Icon, Tone]]] = {
    "firewall": ("Firewall", "firewall", "security"),
    "router": ("Router", "router", "network"),
    "switch": ("Switch", "switch", "queue"),
    "wireless": ("Wireless", "wifi", "people"),
    "phone": ("Telephone", "phone", "person"),
    "server": ("Server", "server", "person"),
    "unknown": ("Device", "box", "neutral"),
}
_KINDS: Final[dict[NodeKind, tuple[str, Icon, Tone]]] = {
    "subnet": ("Subnet", "conference", "open"),
    "outside": ("Outside", "cloud", "outside"),
}
#: What a line looks like and what the legend says of it.
_LINES: Final[dict[LinkKind, tuple[Tone, bool, str]]] = {
    "point-to-point": ("choice", False, "Point to point"),
    "member": ("neutral", False, "Address in a subnet"),
    "next-hop": ("outside", True, "Next hop without a configuration"),
    "tunnel": ("time", True, "Tunnel"),
    "neighbour": ("network", False, "Seen by CDP or LLDP"),
    "port-channel": ("open", False, "Port-channel"),
    "description": ("holiday", True, "By a description"),
    "vlans": ("muted", True, "By equal VLANs alone"),
}
#: From the outside inwards: links are drawn from the lesser to the greater.
_RANKS: Final[dict[Role, int]] = {
    "firewall": 1, "router": 2, "switch": 3, "unknown": 4, "wireless": 5, "server": 6, "phone": 7,
}  # fmt: skip
#: More strangers of a kind on one device are one card.
_STRANGERS = 3
_NAMED = 4
#: More cards beside each other cannot be read any more on a screen or a page.
_WIDEST = 7


def diagram(picture: Topology, title: str, *, subtitle: str = "", direction: Direction | None = None) -> Diagram:
    """The diagram of a topology, for every format that the drawings have.

    Without a direction layer 3 reads from top to bottom, because chains of subnets are long, and layer 2 to the right,
    where many ports of a device find room below each other; so does layer 3 where too many cards would be in a row.
    """
    nodes, links = _gathered(picture)
    depths = _depths(nodes, links)
    ports: defaultdict[str, list[Port]] = defaultdict(list)
    lines: list[Line] = []
    for link in sorted(links, key=lambda one: (depths[one.a], depths[one.b], one.a, one.b)):
        source, source_end, target, target_end = link.a, link.a_end, link.b, link.b_end
        if (depths[source], source) > (depths[target], target):
            source, source_end, target, target_end = target, target_end, source, source_end
        tone, dashed, _ = _LINES[link.kind]
        port = ""
        if source_end.ports or source_end.addresses:
            port = f"p{len(ports[source])}"
            ports[source].append(_port(port, source_end, link, tone))
        label = _label(target_end, link, has_port=bool(port))
        lines.append(
            Line(
                source,
                target,
                port=port,
                label=label,
                tone=tone,
                dashed=dashed or link.confidence < 0.5,
                is_directed=False,
            )
        )
    sites = sorted({node.site for node in nodes if node.site})
    linked = {end for link in links for end in (link.a, link.b)}
    groups = {site: f"site{at}" for at, site in enumerate(sites)} if len(sites) > 1 else {}
    return Diagram(
        title=title,
        subtitle=subtitle or _summary(picture),
        cards=tuple(
            _card(node, tuple(ports[node.id]), groups.get(node.site, ""), is_linked=node.id in linked)
            for node in _ordered(nodes, depths)
        ),
        links=tuple(lines),
        legend=tuple(_legend(links)),
        groups=tuple(Group(group, site) for site, group in groups.items()),
        direction=direction or ("down" if picture.layer == "l3" and _width(depths) <= _WIDEST else "right"),
    )


def _width(depths: dict[str, int]) -> int:
    """How many cards are beside each other where most are."""
    return max(Counter(depths.values()).values(), default=0)


def _summary(picture: Topology) -> str:
    devices = sum(node.kind == "device" for node in picture.nodes)
    what = "Layer 3: shared subnets" if picture.layer == "l3" else "Layer 2: neighbours, descriptions and VLANs"
    problems = f", {len(picture.problems)} to look at" if picture.problems else ""
    return f"{what}. {devices} devices, {len(picture.links)} links{problems}"


def _card(node: Node, ports: tuple[Port, ...], group: str, *, is_linked: bool) -> Card:
    kind, icon, tone = _KINDS.get(node.kind) or _ROLES[node.role]
    details = [*node.prefixes[1:], *node.details]
    if not is_linked and node.kind == "device":
        details.append("No link to another device is known")
    data = (("kind", node.kind), ("name", node.name))
    return Card(node.id, node.name, kind, icon, tone, tuple(details), ports, group=group, data=data)


def _port(identity: str, end: End, link: Link, tone: Tone) -> Port:
    """A row of a card: the port as its chip and its address beside it, or the aggregate and its ports.

    The length of the network is on the line or on the card of the subnet.
    """
    if len(end.ports) > 1 or end.aggregate:
        chip = _short(end.aggregate) if end.aggregate else f"{len(end.ports)} ports"
        return Port(identity, _listed(end.ports), chip, tone)
    words = ", ".join(address.partition("/")[0] for address in end.addresses) or (
        link.label if link.kind == "tunnel" else ""
    )
    return Port(identity, words, _ports(end.ports), tone)


def _label(end: End, link: Link, *, has_port: bool) -> str:
    """What stands on the line: the port and the address of the far end, and how sure it is if it is not."""
    words = [_short(end.aggregate) or _ports(end.ports), *end.addresses[:1]]
    if link.kind == "tunnel" and not has_port:
        words.append(link.label)
    if link.confidence < 0.7 and link.kind != "next-hop":
        words.append(f"{link.confidence:.0%}")
    return " · ".join(word for word in words if word)


def _ports(names: list[str]) -> str:
    shown = [_short(name) for name in names]
    return f"{shown[0]} +{len(shown) - 1}" if len(shown) > 1 else "".join(shown)


def _listed(names: list[str]) -> str:
    shown = [_short(name) for name in names]
    return ", ".join(shown) if len(shown) < 3 else f"{shown[0]} … {shown[-1]}"


def _short(name: str) -> str:
    if name.isdecimal():
        # A number alone would not be taken for a port.
        return f"port {name}"
    try:
        return abbreviated_interface_name(name)
    except (ValueError, KeyError):
        return name


def _depths(nodes: list[Node], links: list[Link]) -> dict[str, int]:
    """How far each node is from the outermost one of its part, in links."""
    around: defaultdict[str, list[str]] = defaultdict(list)
    for link in links:
        around[link.a].append(link.b)
        around[link.b].append(link.a)
    found: dict[str, int] = {}
    for start in sorted(nodes, key=lambda node: (_rank(node), -len(around[node.id]), node.name)):
        if start.id in found:
            continue
        found[start.id] = 0
        waiting = [start.id]
        for node in waiting:
            for other in around[node]:
                if other not in found:
                    found[other] = found[node] + 1
                    waiting.append(other)
    return found


def _rank(node: Node) -> int:
    if node.kind == "outside":
        return 0
    return 8 if node.kind == "subnet" else _RANKS[node.role]


def _ordered(nodes: list[Node], depths: dict[str, int]) -> list[Node]:
    return sorted(nodes, key=lambda node: (depths[node.id], _rank(node), node.name))


def _gathered(picture: Topology) -> tuple[list[Node], list[Link]]:
    """Many strangers of a kind on one device, such as its telephones, become one card."""
    at: defaultdict[str, list[Link]] = defaultdict(list)
    for link in picture.links:
        at[link.a].append(link)
        at[link.b].append(link)
    strangers: defaultdict[tuple[str, Role], list[tuple[Node, Link]]] = defaultdict(list)
    for node in picture.nodes:
        if node.kind == "host" and picture.layer == "l2" and len(at[node.id]) == 1:
            (link,) = at[node.id]
            strangers[link.b if link.a == node.id else link.a, node.role].append((node, link))
    nodes = {node.id: node for node in picture.nodes}
    links = list(picture.links)
    for (device, role), found in strangers.items():
        if len(found) <= _STRANGERS:
            continue
        gone = {node.id for node, _ in found}
        nodes = {name: node for name, node in nodes.items() if name not in gone}
        links = [link for link in links if link.a not in gone and link.b not in gone]
        names = [node.name for node, _ in found]
        more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
        what = _ROLES[role][0].casefold()
        identity = f"hosts:{device}:{role}"
        nodes[identity] = Node(
            id=identity, name=f"{len(found)} {what}{'' if what == 'wireless' else 's'}", kind="host", role=role,
            site=found[0][0].site, details=[", ".join([*names[:_NAMED], *more])],
        )  # fmt: skip
        ends = End(ports=[port for _, link in found for port in _device_end(link, device).ports])
        first = found[0][1]
        links.append(Link(a=device, b=identity, kind=first.kind, a_end=ends, confidence=first.confidence))
    return list(nodes.values()), links


def _device_end(link: Link, device: str) -> End:
    return link.a_end if link.a == device else link.b_end


def _legend(links: Iterable[Link]) -> Iterable[LegendEntry]:
    drawn = {link.kind for link in links}
    return (LegendEntry(label, tone, dashed) for kind, (tone, dashed, label) in _LINES.items() if kind in drawn)
