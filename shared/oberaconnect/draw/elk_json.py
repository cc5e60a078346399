"""ELK's JSON as far as it is used here (ELK's documentation, "JSON Format")."""

from typing import TypedDict


class ElkPoint(TypedDict):
    """A place in ELK's JSON."""

    x: float
    y: float


class ElkSection(TypedDict, total=False):
    """A piece of an edge's line."""

    startPoint: ElkPoint
    endPoint: ElkPoint
    bendPoints: list[ElkPoint]


class ElkLabel(TypedDict, total=False):
    """The label of an edge."""

    id: str
    text: str
    x: float
    y: float
    width: float
    height: float
    layoutOptions: dict[str, str]


class ElkPort(TypedDict, total=False):
    """A place of a node where edges end."""

    id: str
    x: float
    y: float
    width: float
    height: float
    layoutOptions: dict[str, str]


class ElkNode(TypedDict, total=False):
    """A node, or a graph as the node that holds all others."""

    id: str
    x: float
    y: float
    width: float
    height: float
    ports: list[ElkPort]
    layoutOptions: dict[str, str]
    children: "list[ElkNode]"
    edges: "list[ElkEdge]"


class ElkEdge(TypedDict, total=False):
    """An edge between ports or nodes."""

    id: str
    sources: list[str]
    targets: list[str]
    labels: list[ElkLabel]
    sections: list[ElkSection]
