"""From a diagram to a picture's geometry: cards are measured, ELK arranges them, and title and legend are put around.

Links that look alike and go to the same card enter it at the same place, so that a card which many paths lead to has
one arrow for each kind of path. Equal diagrams have equal geometry, to the last digit.
"""

from math import ceil
from typing import Final

from oberaconnect.draw.card import face
from oberaconnect.draw.diagram import Card, Diagram, Group, Link
from oberaconnect.draw.elk_json import ElkEdge, ElkNode, ElkPort, ElkSection
from oberaconnect.draw.engine import arrange
from oberaconnect.draw.frame import LEFT, Frame
from oberaconnect.draw.placed import Box, Face, Placed, PlacedCard, PlacedGroup, PlacedLink, Point, Text
from oberaconnect.draw.text import GROUP, PILL, clean, fit, width

_PILL_HEIGHT = 20.0
_PILL_MOST = 190.0
_GROUP_HEAD = 38.0
_GROUP_PAD = 18.0
_PAGE = 70
#: Where the ends of links may be on a card whose ports have fixed places, and how far apart.
_END_GAP = 11.0

_SPACING: Final = {
    "elk.spacing.nodeNode": "26",
    "elk.spacing.edgeNode": "20",
    "elk.spacing.edgeEdge": "12",
    "elk.layered.spacing.nodeNodeBetweenLayers": "58",
    "elk.layered.spacing.edgeNodeBetweenLayers": "22",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "11",
}
_OPTIONS: Final = _SPACING | {
    "elk.algorithm": "layered",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.randomSeed": "1",
    "elk.padding": "[top=0,left=0,bottom=0,right=0]",
    "elk.omitNodeMicroLayout": "true",
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.spacing.componentComponent": "40",
    "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
}


def lay_out(diagram: Diagram) -> Placed:
    """Arrange the diagram.

    Raises:
        NotArranged: when it is too large.
        Busy: when too many others are being arranged.
    """
    faces = {card.id: face(card, diagram.direction) for card in diagram.cards}
    arranged = arrange(_graph(diagram, faces)) if diagram.cards else ElkNode(width=0, height=0)
    frame = Frame(diagram, arranged["width"], arranged["height"])
    boxes = {node["id"]: _box(node, frame) for node in _nodes(arranged)}
    edges = {edge["id"]: edge for edge in arranged.get("edges", [])}
    return Placed(
        diagram=diagram,
        width=frame.width,
        height=frame.height,
        title=frame.title,
        subtitle=frame.subtitle,
        cards=tuple(PlacedCard(card, boxes[f"c{at}"], faces[card.id]) for at, card in enumerate(diagram.cards)),
        links=tuple(_link(link, edges[f"e{at}"], frame) for at, link in enumerate(diagram.links)),
        groups=tuple(
            PlacedGroup(group, box, _group_title(group, box))
            for at, group in enumerate(diagram.groups)
            if (box := boxes.get(f"g{at}"))
        ),
        legend=frame.legend,
    )


def _graph(diagram: Diagram, faces: dict[str, Face]) -> ElkNode:
    """The diagram in ELK's JSON, with ids of our own: c0 is the first card, e0 the first link, g0 the first group."""
    ends = _Ends(diagram, faces)
    cards = {card.id: ends.node(at, card) for at, card in enumerate(diagram.cards)}
    children = [node for card, node in zip(diagram.cards, cards.values(), strict=True) if not card.group]
    for at, group in enumerate(diagram.groups):
        members = [cards[card.id] for card in diagram.cards if card.group == group.id]
        if members:
            padding = f"[top={_GROUP_HEAD},left={_GROUP_PAD},bottom={_GROUP_PAD},right={_GROUP_PAD}]"
            children.append(
                {"id": f"g{at}", "children": members, "layoutOptions": {**_SPACING, "elk.padding": padding}}
            )
    options = {**_OPTIONS, **_effort(diagram), "elk.direction": diagram.direction.upper()}
    options["elk.aspectRatio"] = "1.8" if diagram.direction == "right" else "0.7"
    if diagram.groups:
        options["elk.hierarchyHandling"] = "INCLUDE_CHILDREN"
    return {"id": "root", "layoutOptions": options, "children": children, "edges": ends.edges}


def _effort(diagram: Diagram) -> dict[str, str]:
    """How hard ELK tries: its best for what fits a page, less for what takes long.

    Of its ways to place cards, network simplex has the shortest lines, linear segments the narrowest pictures, and
    Brandes and Köpf's is the fastest by far.
    """
    size = len(diagram.cards) + len(diagram.links)
    careful = "NETWORK_SIMPLEX" if diagram.direction == "right" else "LINEAR_SEGMENTS"
    return {
        "elk.layered.thoroughness": "7" if size <= _PAGE else "3" if size <= 3 * _PAGE else "1",
        "elk.layered.nodePlacement.strategy": careful if size <= _PAGE else "BRANDES_KOEPF",
    }


class _Ends:
    """The edges, and the places of the cards where they begin and end."""

    def __init__(self, diagram: Diagram, faces: dict[str, Face]) -> None:
        self._right = diagram.direction == "right"
        self._faces = faces
        self._into: dict[str, dict[tuple[str, bool], str]] = {card.id: {} for card in diagram.cards}
        self._out_of: dict[str, list[str]] = {card.id: [] for card in diagram.cards}
        numbers = {card.id: at for at, card in enumerate(diagram.cards)}
        named = {
            (card.id, port.port.id): f"c{numbers[card.id]}p{at}"
            for card in diagram.cards
            for at, port in enumerate(faces[card.id].ports)
        }
        self.edges: list[ElkEdge] = []
        for at, link in enumerate(diagram.links):
            if link.port:
                source = named[link.source, link.port]
            else:
                source = f"e{at}s"
                self._out_of[link.source].append(source)
            into = self._into[link.target]
            target = into.setdefault((link.tone, link.dashed), f"c{numbers[link.target]}t{len(into)}")
            self.edges.append(_edge(f"e{at}", source, target, link))

    def node(self, number: int, card: Card) -> ElkNode:
        """The card with its ends: free to move along their side, unless the card has ports of its own."""
        shape = self._faces[card.id]
        into, out_of = list(self._into[card.id].values()), self._out_of[card.id]
        before, after = ("WEST", "EAST") if self._right else ("NORTH", "SOUTH")
        if shape.ports:
            if self._right:
                entries, exits = _spread(0, shape.head, into), _spread(shape.width, shape.head, out_of)
            else:  # the tabs have the lower edge for themselves
                entries = [(id_, Point(y, x)) for id_, (x, y) in _spread(0, shape.width, into)]
                exits, after_free = _spread(shape.width, shape.head, out_of), "EAST"
            ports = [_port(id_, before, at) for id_, at in entries]
            ports += [_port(id_, after if self._right else after_free, at) for id_, at in exits]
            ports += [_port(f"c{number}p{at}", after, port.anchor) for at, port in enumerate(shape.ports)]
        else:
            ports = [_port(id_, before, None) for id_ in into] + [_port(id_, after, None) for id_ in out_of]
        constraints = "FIXED_POS" if shape.ports else "FIXED_SIDE"
        return {
            "id": f"c{number}",
            "width": shape.width,
            "height": shape.height,
            "ports": ports,
            "layoutOptions": {"elk.portConstraints": constraints},
        }


def _spread(across: float, length: float, ids: list[str]) -> list[tuple[str, Point]]:
    """Places around the middle of a side."""
    gap = min(_END_GAP, (length - 2 * _END_GAP) / len(ids)) if ids else 0
    first = length / 2 - gap * (len(ids) - 1) / 2
    return [(id_, Point(across, round(first + gap * at))) for at, id_ in enumerate(ids)]


def _port(id_: str, side: str, at: Point | None) -> ElkPort:
    port: ElkPort = {"id": id_, "width": 0, "height": 0, "layoutOptions": {"elk.port.side": side}}
    if at:
        port["x"], port["y"] = at
    return port


def _edge(id_: str, source: str, target: str, link: Link) -> ElkEdge:
    edge: ElkEdge = {"id": id_, "sources": [source], "targets": [target]}
    text = fit(clean(link.label), PILL, _PILL_MOST)
    if text:
        pill = max(ceil(width(text, PILL)) + 16, _PILL_HEIGHT)
        edge["labels"] = [
            {
                "id": f"{id_}l",
                "text": text,
                "width": pill,
                "height": _PILL_HEIGHT,
                "layoutOptions": {"elk.edgeLabels.inline": "true"},
            }
        ]
    return edge


def _nodes(arranged: ElkNode) -> list[ElkNode]:
    """The nodes and those inside them."""
    return [inner for node in arranged.get("children", []) for inner in (node, *node.get("children", []))]


def _box(node: ElkNode, frame: Frame) -> Box:
    return Box(_tidy(node["x"] + LEFT), _tidy(node["y"] + frame.top), _tidy(node["width"]), _tidy(node["height"]))


def _group_title(group: Group, box: Box) -> Text:
    return Text(_GROUP_PAD, 25, fit(clean(group.title), GROUP, box.width - 2 * _GROUP_PAD), GROUP)


def _link(link: Link, edge: ElkEdge, frame: Frame) -> PlacedLink:
    points = [Point(_tidy(x + LEFT), _tidy(y + frame.top)) for section in edge["sections"] for x, y in _places(section)]
    for label in edge.get("labels", []):
        x, y = label["x"] + LEFT, label["y"] + frame.top
        box = Box(_tidy(x), _tidy(y), _tidy(label["width"]), _tidy(label["height"]))
        return PlacedLink(
            link, tuple(points), Text(box.middle.x, box.middle.y + 3.8, label["text"], PILL, "middle"), box
        )
    return PlacedLink(link, tuple(points), None, None)


def _places(section: ElkSection) -> list[tuple[float, float]]:
    places = (section["startPoint"], *section.get("bendPoints", []), section["endPoint"])
    return [(place["x"], place["y"]) for place in places]


def _tidy(length: float) -> float:
    return round(length, 2)
