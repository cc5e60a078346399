"""Call queues: queues, and groups that ring."""

from collections.abc import Iterator, Sequence

from call_flow.export.labels import shown
from call_flow.export.plan import Plan
from call_flow.export.teams.entities import entity, user
from call_flow.export.teams.powershell import Raw, Value, command, put, variable
from call_flow.flow.destination import Destination
from call_flow.flow.nodes import Agent, Member, Queue, RingGroup

_METHODS = {"simultaneous": "Attendant", "sequential": "Serial", "rotating": "RoundRobin", "random": "RoundRobin",
            "ringall": "Attendant", "leastrecent": "LongestIdle", "fewestcalls": "RoundRobin", "rrmemory": "RoundRobin",
            "linear": "Serial"}  # fmt: skip
#: Seconds for which a call may alert an agent, and wait; calls that may wait.
_ALERT, _WAIT, _CALLS = (15, 180), (0, 2700), (0, 200)


def queue(plan: Plan, node: Queue | RingGroup) -> Iterator[str]:
    """The commands that make the call queue of a node."""
    inside = [str(person.extension) for person in _people(plan, node) if person.extension]
    if not inside:
        plan.notes.approximated(plan.pointer(node), "Nobody with an extension belongs to it, so nobody is rung.")
    wait = node.max_wait_s if isinstance(node, Queue) else _in_all(node, len(inside))
    if wait % 15:
        how = "Teams rounds the time to wait to quarters of a minute."
        plan.notes.approximated(plan.pointer(node), how)
    timeout = node.timeout if isinstance(node, Queue) else node.no_answer
    values: dict[str, Value | None] = {
        "Name": shown(node.name or "", 60) or node.id, "RoutingMethod": _METHODS[node.strategy],
        "UseDefaultMusicOnHold": Raw("$true"), "AllowOptOut": Raw("$false"), "ConferenceMode": Raw("$true"),
        "PresenceBasedRouting": Raw("$false"), "LanguageId": plan.flow.customer.languages[0],
        "AgentAlertTime": _kept(plan, node, "AgentAlertTime", node.ring_s, _ALERT),
        "TimeoutThreshold": _kept(plan, node, "TimeoutThreshold", round(wait / 15) * 15, _WAIT),
        "User": [user(number) for number in dict.fromkeys(inside)] or None,
    }  # fmt: skip
    if words := shown(plan.words(node.greeting), 1000):
        values["WelcomeTextToSpeechPrompt"] = words
    values |= _goes(plan, "Timeout", timeout)
    if isinstance(node, Queue):
        values |= {"OverflowThreshold": _kept(plan, node, "OverflowThreshold", node.max_callers or 200, _CALLS)}
        values |= _goes(plan, "Overflow", node.full or node.timeout)
        values |= (
            {"NoAgentAction": "Queue"} if node.join_empty else _goes(plan, "NoAgent", node.no_agents or node.timeout)
        )
    else:
        values |= _goes(plan, "NoAgent", node.offline or node.no_answer)
    yield put(variable("app", node.id), command("New-CsCallQueue", **values))


def _people(plan: Plan, node: Queue | RingGroup) -> Sequence[Agent | Member]:
    if isinstance(node, Queue):
        return sorted(plan.agents(node.agents), key=lambda agent: agent.penalty)
    return plan.members(node.members)


def _in_all(node: RingGroup, people: int) -> int:
    return node.ring_s if node.strategy == "simultaneous" else node.ring_s * max(1, people)


def _kept(plan: Plan, node: Queue | RingGroup, what: str, value: int, limits: tuple[int, int]) -> int:
    kept = min(max(value, limits[0]), limits[1])
    if kept != value:
        how = f"{what} is {kept} instead of {value}: Teams takes {limits[0]} to {limits[1]}."
        plan.notes.approximated(plan.pointer(node), how)
    return kept


def _goes(plan: Plan, when: str, destination: Destination) -> dict[str, Value | None]:
    found = entity(plan, destination)
    if found is None:
        return {f"{when}Action": "DisconnectWithBusy" if when == "Overflow" else "Disconnect"}
    action = "SharedVoicemail" if found.kind == "SharedVoicemail" else "Forward"
    values: dict[str, Value | None] = {f"{when}Action": action, f"{when}ActionTarget": found.identity}
    if action == "SharedVoicemail":
        values[f"{when}SharedVoicemailTextToSpeechPrompt"] = "Please leave a message after the tone."
    return values
