"""Whom groups and queues ring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from call_flow.flow.nodes import Agent, Member, Node, Queue, RingGroup
from call_flow.validate.context import Context


@dataclass(frozen=True)
class Person:
    """Somebody whom a group or queue rings: where that stands, the node's id, and the extension or number."""

    pointer: str
    group: str
    extension: str | None
    number: str | None


def listing(node: Node) -> Sequence[Member | Agent]:
    """The members of a ring group or the agents of a queue; of other nodes none."""
    match node:
        case RingGroup():
            return node.members
        case Queue():
            return node.agents
        case _:
            return []


def people(context: Context) -> Iterator[Person]:
    """Every member of a ring group and agent of a queue."""
    for position, node in enumerate(context.flow.nodes):
        field = "members" if isinstance(node, RingGroup) else "agents"
        for place, item in enumerate(listing(node)):
            yield Person(f"/nodes/{position}/{field}/{place}", node.id, item.extension, item.number)
