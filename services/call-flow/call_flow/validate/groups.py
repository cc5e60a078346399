"""Rules about who is in groups."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import External, Node, Page, RingGroup
from call_flow.validate.context import Context
from call_flow.validate.naming import listed
from call_flow.validate.people import listing, people
from call_flow.validate.rule import Found, Subject

GROUPS = Subject()
SILENT = ("none", "door", "fax")


@GROUPS.rule(
    "group.nobody", "error",
    title="A group without members",
    why="Nobody is rung.",
    fix="Add its members, or lead past it.",
)  # fmt: skip
def nobody(context: Context) -> Iterator[Found]:
    """A ring group or paging group has no members."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, RingGroup | Page) and not node.members:
            yield Found(f"/nodes/{position}/members", f"{context.name(node.id)} has no members.")


@GROUPS.rule(
    "group.member-empty", "error",
    title="A member that is nobody, or two",
    why="What shall ring is not known.",
    fix="Give each member either an extension or a number.",
)  # fmt: skip
def member_empty(context: Context) -> Iterator[Found]:
    """A member or agent names neither an extension nor a number, or both."""
    for person in people(context):
        if (person.extension is None) == (person.number is None):
            what = "neither extension nor number" if person.extension is None else "both extension and number"
            yield Found(person.pointer, f"A member of {context.name(person.group)} has {what}.")


@GROUPS.rule(
    "group.member-twice", "warning",
    title="A member that is listed twice",
    why="The telephone is rung twice at once, or twice in a row.",
    fix="Remove one of the two.",
)  # fmt: skip
def member_twice(context: Context) -> Iterator[Found]:
    """A group, queue or paging group lists the same target twice."""
    seen: set[tuple[str, str | None, str | None]] = set()
    for person in people(context):
        key = (person.group, person.extension, person.number)
        if key in seen and (person.extension or person.number):
            who = person.extension or person.number
            yield Found(person.pointer, f"{context.name(person.group)} lists {who} more than once.")
        seen.add(key)
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Page):
            for place, number in enumerate(node.members):
                if number in node.members[:place]:
                    message = f"{context.name(node.id)} lists {number} more than once."
                    yield Found(f"/nodes/{position}/members/{place}", message)


def for_fax(context: Context, node: Node) -> bool:
    """Whether all members of a group or queue are faxes."""
    extensions = [context.graph.extensions.get(item.extension or "") for item in listing(node)]
    return bool(extensions) and all(extension and extension.device == "fax" for extension in extensions)


@GROUPS.rule(
    "group.member-cannot-answer", "warning",
    title="A member that cannot take calls",
    why="An extension without a telephone, a door station or a fax does not answer like a person.",
    fix="Take it out of the group, or correct its device.",
)  # fmt: skip
def member_cannot_answer(context: Context) -> Iterator[Found]:
    """A member's device is none, door or fax; without a telephone it may still ring other places.

    A group of nothing but faxes is one on purpose.
    """
    for position, node in enumerate(context.flow.nodes):
        if for_fax(context, node):
            continue
        field = "members" if isinstance(node, RingGroup) else "agents"
        for place, item in enumerate(listing(node)):
            extension = context.graph.extensions.get(item.extension or "")
            if extension and extension.device in SILENT and not (extension.device == "none" and extension.follow_me):
                what = "has no telephone" if extension.device == "none" else f"is a {extension.device}"
                message = f"{context.of(extension)} in {context.name(node.id)} {what}."
                yield Found(f"/nodes/{position}/{field}/{place}", message)


@GROUPS.rule(
    "group.without-confirm", "warning",
    title="A voicemail outside may take the call",
    why="The voicemail of a mobile telephone answers like a person, and the caller is lost to the others.",
    fix="Set confirm, so that whoever answers presses 1 first.",
)  # fmt: skip
def without_confirm(context: Context) -> Iterator[Found]:
    """An outside member, follow-me target or outside call does not ask for a key."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, RingGroup):
            for place, member in enumerate(node.members):
                if member.number and not member.confirm:
                    message = f"{context.name(node.id)} rings {member.number}, whose voicemail may take the call."
                    yield Found(f"/nodes/{position}/members/{place}", message)
        elif isinstance(node, External) and not node.confirm:
            message = f"{context.name(node.id)} rings {node.number}, whose voicemail may take the call."
            yield Found(f"/nodes/{position}", message)
    for position, extension in enumerate(context.flow.extensions):
        for place, other in enumerate(extension.follow_me):
            if not other.confirm:
                message = f"{context.of(extension)} also rings {other.number}, whose voicemail may take the call."
                yield Found(f"/extensions/{position}/follow_me/{place}", message)


@GROUPS.rule(
    "group.single-person", "warning",
    title="Everything rests on one person",
    why="When this person is ill or at lunch, nobody answers.",
    fix="Add a second member to at least one of them.",
)  # fmt: skip
def single_person(context: Context) -> Iterator[Found]:
    """Somebody is the only member of several groups or queues."""
    alone: dict[str, list[tuple[str, str]]] = {}
    for position, node in enumerate(context.flow.nodes):
        members = listing(node)
        if len({item.target for item in members}) == 1 and (number := members[0].extension):
            alone.setdefault(number, []).append((node.id, f"/nodes/{position}"))
    for number, groups in alone.items():
        if len(groups) > 1:
            who = context.name(Vertex("extension", number))
            message = f"{who} is the only member of {listed(context.name(group) for group, _ in groups)}."
            yield Found(groups[1][1], message)
