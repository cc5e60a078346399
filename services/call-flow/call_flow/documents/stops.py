"""Every other place where a call can be: hours, announcements, outside numbers, switches and the like."""

from collections.abc import Iterator

from call_flow.documents.material import Material
from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import Hangup, Menu, Node, Queue, RingGroup
from call_flow.render.cards import KINDS
from call_flow.render.details import of_node
from call_flow.render.rows import ANYONE, Row, rows
from oberaconnect.typeset import Block, Cell, Column, Heading, Table


def stops(material: Material) -> Iterator[Block]:
    """The places that no other section tells about."""
    found = [
        node
        for node in material.flow.nodes
        if not isinstance(node, Menu | RingGroup | Queue) and not (isinstance(node, Hangup) and node.prompt is None)
    ]
    if found:
        yield Heading("Other places on the way of a call")
        columns = (Column("Place", 1.2), Column("What it is", 1.1), Column("What happens", 2.4), Column("Then", 2.4))
        yield Table("Other places on the way of a call", columns, tuple(_stop(material, node) for node in found))


def _stop(material: Material, node: Node) -> tuple[Cell | str, ...]:
    return (
        Cell(material.names.node(node), "strong"),
        KINDS[node.kind][0],
        "\n".join(of_node(material.graph, node)),
        "\n".join(_way(material, row) for row in rows(material.graph, Vertex("node", node.id))),
    )


def _way(material: Material, row: Row) -> str:
    if row.target is None:
        return row.label
    target = "the telephone with this name" if row.target == ANYONE else material.names.vertex(row.target)
    return target if row.label in ("Then", "Message") else f"{row.label}: {target}"
