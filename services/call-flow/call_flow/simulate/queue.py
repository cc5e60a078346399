"""A queue: who may come in, who answers, and when a caller has waited enough."""

from collections.abc import Sequence

from call_flow.flow.graph import Graph
from call_flow.flow.nodes import Agent, Queue
from call_flow.simulate.call import Call, End, Place, Way, way
from call_flow.simulate.ringing import Ask, asking
from call_flow.simulate.spoken import seconds


def queue(graph: Graph, node: Queue) -> Place:
    """A queue as a place."""
    agents = [(agent, asking(graph, agent.extension, agent.number)) for agent in node.agents if agent.target]
    greeting_s = seconds(graph, node.greeting)
    timeout = way(node.timeout)
    full = way(node.full) if node.full else timeout
    no_agents = way(node.no_agents) if node.no_agents else timeout
    exits = {key: way(destination) for key, destination in node.exit_keys.items()}

    def place(call: Call, _: Way) -> Way | End:
        call.play(node.greeting, greeting_s)
        states = [ask(call) for _, ask in agents]
        if not node.join_empty and not _anybody(agents, states):
            call.passes("node", node.id, "queue", "no_agents", "no agent is reachable")
            return no_agents
        if call.states.get(node.id) == "full":
            call.passes("node", node.id, "queue", "full", f"{node.max_callers} callers are waiting already")
            return full
        chosen, after = _answering(node, agents, states)
        pressed = _leaves(call, exits, node.max_wait_s if chosen is None else after)
        if pressed is None and chosen is not None:
            call.wait(after)
            _note_rivals(call, chosen, agents, states, node.strategy)
            call.passes("node", node.id, "queue", f"answered:{chosen.target}", f"{chosen.target} answered")
            return End("answered" if chosen.extension else "external", chosen.target)
        waited = node.max_wait_s if pressed is None else pressed[1]
        call.wait(waited)
        if node.announce and node.announce.prompt and waited > node.announce.every_s:
            call.prompts.append(node.announce.prompt)
        if pressed is not None:
            key = pressed[0]
            call.passes("node", node.id, "queue", f"key:{key}", f"pressed {key} while waiting")
            return exits[key]
        call.passes("node", node.id, "queue", "timeout", f"no agent answered within {node.max_wait_s} s")
        return timeout

    return place


def _anybody(agents: Sequence[tuple[Agent, Ask]], states: Sequence[str]) -> bool:
    """Whether somebody counts as reachable. Of a number outside nobody knows before it is called."""
    return any(agent.extension is None or state != "offline" for (agent, _), state in zip(agents, states, strict=True))


def _answering(node: Queue, agents: Sequence[tuple[Agent, Ask]], states: Sequence[str]) -> tuple[Agent | None, float]:
    """Who answers, and after how many seconds of waiting.

    Only the lowest penalty counts that has somebody who is free, whether or not they answer.
    """
    known = zip(agents, states, strict=True)
    free = [(agent, state) for (agent, _), state in known if state in ("answer", "no_answer")]
    lowest = min((agent.penalty for agent, _ in free), default=0)
    after = 0.0
    for agent, state in free:
        if agent.penalty != lowest:
            continue
        if state == "answer":
            return (agent, after) if after < node.max_wait_s else (None, 0.0)
        if node.strategy != "ringall":
            after += node.ring_s + node.retry_s
    return None, 0.0


def _leaves(call: Call, exits: dict[str, Way], seconds_waiting: float) -> tuple[str, float] | None:
    """The exit key that is pressed while waiting, and when; other keys do nothing."""
    if not exits:
        return None
    waited = 0.0
    while waited < seconds_waiting:
        found = call.pressed_within(seconds_waiting - waited)
        if found is None:
            return None
        key, after = found
        waited += after
        if key in exits:
            return key, waited
    return None


def _note_rivals(
    call: Call, chosen: Agent, agents: Sequence[tuple[Agent, Ask]], states: Sequence[str], strategy: str
) -> None:
    """Who might have answered instead: all of one penalty ring at once, or in an order that memory and chance give."""
    asked = ("answer",) if strategy == "ringall" else ("answer", "no_answer")
    for (agent, _), state in zip(agents, states, strict=True):
        if state in asked and agent.target != chosen.target and agent.penalty == chosen.penalty:
            call.rivals[agent.target] = "busy"
