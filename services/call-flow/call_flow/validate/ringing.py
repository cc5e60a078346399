"""Rules about how long it rings, and what comes after."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import External, Hangup, Queue, RingGroup
from call_flow.validate.context import Context
from call_flow.validate.groups import SILENT, for_fax
from call_flow.validate.rule import Found, Subject

RINGING = Subject()
#: What carriers and callers bear: most carriers end a call that nobody answers after two minutes.
_LONGEST_RING, _LONGEST_ONE = 120, 60
#: North American ringing is two seconds of tone and four of silence.
_SHORTEST_RING = 10
_WHEN = {
    "no_answer": "nobody answers", "busy": "all are busy", "timeout": "the wait is over", "full": "it is full",
    "no_agents": "no agent is there",
}  # fmt: skip


@RINGING.rule(
    "group.rings-long", "warning",
    title="It rings for too long",
    why="Callers hang up, and most carriers end a call that is not answered within two minutes.",
    fix="Ring for 15 to 30 seconds, and fewer members one after the other.",
)  # fmt: skip
def rings_long(context: Context) -> Iterator[Found]:
    """More than 120 seconds in a group, or 60 at one telephone."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, RingGroup):
            in_turn = node.strategy != "simultaneous"
            total = node.ring_s * (len(node.members) if in_turn else 1)
            if total > _LONGEST_RING:
                yield Found(f"/nodes/{position}/ring_s", f"{context.name(node.id)} rings for up to {total} s.")
        elif isinstance(node, External) and node.ring_s > _LONGEST_ONE:
            yield Found(f"/nodes/{position}/ring_s", f"{context.name(node.id)} rings for {node.ring_s} s.")
    for position, extension in enumerate(context.flow.extensions):
        if extension.ring_s > _LONGEST_ONE:
            yield Found(f"/extensions/{position}/ring_s", f"{context.of(extension)} rings for {extension.ring_s} s.")


@RINGING.rule(
    "group.rings-short", "warning",
    title="It rings for a moment only",
    why="One or two rings: nobody gets to the telephone.",
    fix="Ring for 15 to 30 seconds.",
)  # fmt: skip
def rings_short(context: Context) -> Iterator[Found]:
    """Less than 10 seconds."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, RingGroup | External | Queue) and node.ring_s < _SHORTEST_RING:
            yield Found(f"/nodes/{position}/ring_s", f"{context.name(node.id)} rings for {node.ring_s} s.")
    for position, extension in enumerate(context.flow.extensions):
        if extension.ring_s < _SHORTEST_RING:
            yield Found(f"/extensions/{position}/ring_s", f"{context.of(extension)} rings for {extension.ring_s} s.")


@RINGING.rule(
    "group.never-rings", "error",
    title="A member that never rings",
    why="The group has given up before its turn comes.",
    fix="Shorten the delay, or let the group ring longer.",
)  # fmt: skip
def never_rings(context: Context) -> Iterator[Found]:
    """The delay of a member or follow-me target is not shorter than the ringing."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, RingGroup) and node.strategy == "simultaneous":
            for place, member in enumerate(node.members):
                if member.delay_s >= node.ring_s:
                    message = f"{member.target or 'A member'} of {context.name(node.id)} would ring after "
                    ends = f"{member.delay_s} s, but the group rings for {node.ring_s} s."
                    yield Found(f"/nodes/{position}/members/{place}/delay_s", message + ends)
    for position, extension in enumerate(context.flow.extensions):
        for place, other in enumerate(extension.follow_me):
            if other.delay_s >= extension.ring_s:
                message = f"{other.number} would ring {other.delay_s} s after {context.of(extension)}, "
                ends = f"which rings for {extension.ring_s} s."
                yield Found(f"/extensions/{position}/follow_me/{place}/delay_s", message + ends)


@RINGING.rule(
    "group.delay-without-effect", "warning",
    title="A delay that has no effect",
    why="Members who are rung one after the other need none.",
    fix="Remove the delay, or ring all at once.",
)  # fmt: skip
def delay_without_effect(context: Context) -> Iterator[Found]:
    """A member of a group that rings in turn has a delay."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, RingGroup) and node.strategy != "simultaneous":
            for place, member in enumerate(node.members):
                if member.delay_s:
                    message = f"{member.target or 'A member'} of {context.name(node.id)} has a delay, "
                    where = f"/nodes/{position}/members/{place}/delay_s"
                    yield Found(where, f"{message}but the group rings in turn.")


@RINGING.rule(
    "group.cuts-off", "warning",
    title="Who is not answered is cut off",
    why="Callers cannot even leave a message.",
    fix="Lead to a mailbox, another group, or an announcement.",
)  # fmt: skip
def cuts_off(context: Context) -> Iterator[Found]:
    """A group, queue or outside call ends the call when nobody takes it."""
    fields = {
        RingGroup: ("no_answer", "busy"),
        Queue: ("timeout", "full", "no_agents"),
        External: ("no_answer", "busy"),
    }
    for position, node in enumerate(context.flow.nodes):
        for field in fields.get(type(node), ()):
            destination = getattr(node, field)
            after = context.graph.nodes.get(destination.node or "") if destination else None
            silent = isinstance(after, Hangup) and after.prompt is None
            if destination and (destination.hangup is not None or silent) and not for_fax(context, node):
                yield Found(f"/nodes/{position}/{field}", f"{context.name(node.id)} hangs up when {_WHEN[field]}.")


@RINGING.rule(
    "extension.cuts-off", "warning",
    title="An extension where callers are cut off",
    why="Who is not answered hears it ring and then nothing.",
    fix="Give it a mailbox, or a destination when nobody answers.",
)  # fmt: skip
def extension_cuts_off(context: Context) -> Iterator[Found]:
    """An extension that calls from outside are sent to has neither a mailbox nor a destination."""
    for position, extension in enumerate(context.flow.extensions):
        place = Vertex("extension", extension.number)
        if extension.device in SILENT or place not in context.sent_to:
            continue
        if context.graph.after(extension, "no_answer").hangup is not None:
            yield Found(
                f"/extensions/{position}", f"{context.of(extension)} has no mailbox and nowhere else to go on to."
            )


@RINGING.rule(
    "extension.no-telephone", "warning",
    title="Calls are sent to an extension without a telephone",
    why="Nothing rings there.",
    fix="Give it a device, other places to ring, or lead past it.",
)  # fmt: skip
def no_telephone(context: Context) -> Iterator[Found]:
    """The device of an extension is none, calls lead to it by key or outcome, and it goes nowhere else."""
    for position, extension in enumerate(context.flow.extensions):
        quiet = extension.device == "none" and not extension.follow_me and extension.mailbox is None
        if quiet and extension.on_no_answer is None and Vertex("extension", extension.number) in context.sent_to:
            yield Found(f"/extensions/{position}/device", f"{context.of(extension)} has no telephone.")
