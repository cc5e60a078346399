"""Rules about queues."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import Queue
from call_flow.validate.context import Context
from call_flow.validate.naming import listed
from call_flow.validate.rule import Found, Subject

QUEUES = Subject()
_LONG_WAIT = 600
_MOST_QUEUES = 3


def queues(context: Context) -> Iterator[tuple[str, Queue]]:
    """Every queue with its pointer."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Queue):
            yield f"/nodes/{position}", node


@QUEUES.rule(
    "queue.no-agents", "error",
    title="A queue without agents",
    why="Callers wait for nobody.",
    fix="Add its agents, or lead past it.",
)  # fmt: skip
def no_agents(context: Context) -> Iterator[Found]:
    """A queue has no agents."""
    for where, queue in queues(context):
        if not queue.agents:
            end = ", and callers wait all the same" if queue.join_empty else ""
            yield Found(f"{where}/agents", f"{context.name(queue.id)} has no agents{end}.")


@QUEUES.rule(
    "queue.outside-agent", "warning",
    title="A voicemail outside may take waiting callers",
    why="A queue does not ask who answers; the voicemail of a mobile telephone takes the call.",
    fix="Use an extension that follows to this number with confirm.",
)  # fmt: skip
def outside_agent(context: Context) -> Iterator[Found]:
    """An agent is an outside number."""
    for where, queue in queues(context):
        for place, agent in enumerate(queue.agents):
            if agent.number:
                message = f"{context.name(queue.id)} rings {agent.number}, whose voicemail may take the call."
                yield Found(f"{where}/agents/{place}", message)


@QUEUES.rule(
    "queue.long-wait", "warning",
    title="A long wait without a way out",
    why="Callers who cannot wait have to hang up, and nobody knows that they called.",
    fix="Give it an exit key to a mailbox, or a shorter longest wait.",
)  # fmt: skip
def long_wait(context: Context) -> Iterator[Found]:
    """More than ten minutes, and no exit key."""
    for where, queue in queues(context):
        if queue.max_wait_s > _LONG_WAIT and not queue.exit_keys:
            minutes = f"{queue.max_wait_s / 60:.0f} minutes"
            yield Found(f"{where}/max_wait_s", f"{context.name(queue.id)} keeps callers for up to {minutes}.")


@QUEUES.rule(
    "queue.short-wait", "warning",
    title="The wait ends before the first agent was rung",
    why="Callers leave the queue while a telephone still rings.",
    fix="Let the longest wait be several times the ringing time.",
)  # fmt: skip
def short_wait(context: Context) -> Iterator[Found]:
    """The longest wait is shorter than the ringing time."""
    for where, queue in queues(context):
        if queue.max_wait_s < queue.ring_s:
            message = f"{context.name(queue.id)} keeps callers for {queue.max_wait_s} s, "
            yield Found(f"{where}/max_wait_s", f"{message}but rings agents for {queue.ring_s} s.")


@QUEUES.rule(
    "queue.branch-never-taken", "warning",
    title="A way out that is never taken",
    why="Its condition cannot come about.",
    fix="Set max_callers for full, and turn join_empty off for no_agents; or remove the branch.",
)  # fmt: skip
def branch_never_taken(context: Context) -> Iterator[Found]:
    """`full` without a limit, or `no_agents` although callers join all the same."""
    for where, queue in queues(context):
        if queue.full and queue.max_callers == 0:
            message = f"{context.name(queue.id)} is never full, as the number of callers has no limit."
            yield Found(f"{where}/full", message)
        if queue.no_agents and queue.join_empty:
            message = f"{context.name(queue.id)} never takes no_agents, as callers wait without agents."
            yield Found(f"{where}/no_agents", message)


@QUEUES.rule(
    "queue.says-nothing", "warning",
    title="An announcement that says nothing",
    why="It interrupts the music for silence.",
    fix="Say the position, the hold time, or a prompt; or remove it.",
)  # fmt: skip
def says_nothing(context: Context) -> Iterator[Found]:
    """An announcement has neither position, hold time nor prompt."""
    for where, queue in queues(context):
        said = queue.announce
        if said and not (said.position or said.hold_time or said.prompt):
            yield Found(f"{where}/announce", f"The announcement of {context.name(queue.id)} says nothing.")


@QUEUES.rule(
    "queue.busy-agent", "warning",
    title="An agent of many queues",
    why="Callers of one queue wait while the agent serves another, and the waits cannot be foreseen.",
    fix="Share the work among more agents, or bring queues together.",
)  # fmt: skip
def busy_agent(context: Context) -> Iterator[Found]:
    """An agent is in more than three queues."""
    served: dict[str, list[str]] = {}
    for _, queue in queues(context):
        for number in {agent.extension for agent in queue.agents}:
            if number is not None:
                served.setdefault(number, []).append(queue.id)
    for number, names in served.items():
        place = Vertex("extension", number)
        if len(names) > _MOST_QUEUES and place in context.places:
            message = (
                f"{context.name(place)} serves {len(names)} queues: {listed(context.name(item) for item in names)}."
            )
            yield Found(context.places[place], message)


@QUEUES.rule(
    "queue.few-places", "warning",
    title="Fewer places than agents",
    why="Callers are turned away while agents are free.",
    fix="Raise max_callers above the number of agents, or set it to 0.",
)  # fmt: skip
def few_places(context: Context) -> Iterator[Found]:
    """The most callers are fewer than the agents."""
    for where, queue in queues(context):
        if 0 < queue.max_callers < len(queue.agents):
            message = f"{context.name(queue.id)} takes {queue.max_callers} callers, but has {len(queue.agents)} agents."
            yield Found(f"{where}/max_callers", message)
