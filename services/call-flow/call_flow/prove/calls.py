"""A case of the test plan as a call: who dials what, when, and what everybody does."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from call_flow.export.asterisk.proving import TIME_HEADER, trunk_headers
from call_flow.flow.calendar import zone
from call_flow.flow.graph import Graph
from call_flow.flow.nodes import External, Page, Queue, RingGroup, Toggle
from call_flow.flow.scenario import Case, Scenario
from call_flow.pbx.behaviour import ANSWER, BUSY, NO_ANSWER, OFFLINE, Answer, Behaviour, Offer, Policy
from call_flow.pbx.handle import Call
from oberaconnect.problems import Unprocessable

_BEHAVIOURS: dict[str, Behaviour] = {"answer": ANSWER, "busy": BUSY, "offline": OFFLINE, "no_answer": NO_ANSWER}
#: Whoever is asked to confirm presses 1; nobody else minds.
_CONFIRMS = Answer(keys="1", keys_after_seconds=0.4)
#: Whoever is told of a call for help hangs up soon: their telephone is needed by other calls.
_TOLD = Answer(talk_seconds=0.2)
_NOTICE = "EMERGENCY"
_TALK_SECONDS = 0.3
_PATIENCE_SECONDS = 60.0
#: How long a caller stays in a room.
STAYS_SECONDS = 0.6


#: Family, key and value of entries in the database of a PBX.
Entries = frozenset[tuple[str, str, str]]


@dataclass(frozen=True)
class Setting:
    """What a case needs of the PBX besides phones: entries of its database, and phones that are not registered."""

    entries: Entries = frozenset()
    unregistered: frozenset[str] = frozenset()


def setting(case: Case, graph: Graph) -> Setting:
    """The setting of a case. Family, key and value of each entry are those of the exported dialplan."""
    entries = set()
    for name, state in case.scenario.states.items():
        if name in graph.schedules:
            entries.add(("override", name, state))
        elif isinstance(graph.nodes.get(name), Toggle):
            entries.add(("toggle", name, state))
    nobody = any(step.outcome == "no_agents" for step in case.expect.path)
    offline = {name for name, state in case.scenario.states.items() if state == "offline" and name in graph.extensions}
    return Setting(frozenset(entries), frozenset(offline if nobody else ()))


def agents(case: Case, graph: Graph) -> frozenset[str]:
    """Those whom the case keeps from others: agents of queues, who take one call at a time, as far as it rings them."""
    queues = [node for node in graph.nodes.values() if isinstance(node, Queue)]
    everybody = {agent.target for node in queues for agent in node.agents}
    rung = {case.scenario.from_, case.scenario.to, case.expect.terminal.target}
    for step in case.expect.path:
        rung.add(step.node)
        node = graph.nodes.get(step.node)
        if isinstance(node, Queue) and step.outcome != "no_agents":
            rung |= {agent.target for agent in node.agents}
        elif isinstance(node, RingGroup):
            rung |= {member.target for member in node.members}
        elif isinstance(node, Page):
            rung |= set(node.members)
        elif isinstance(node, External):
            rung.add(node.number)
    found = everybody & {name for name in rung if name}
    if case.expect.terminal.type == "emergency":
        found.add("help")  # whoever is told of it is not told of which call
    return frozenset(found)


def is_alone(case: Case) -> bool:
    """Whether a case changes what other calls go by."""
    return case.needs is not None and case.needs.startswith("to be alone")


def switched(case: Case, graph: Graph) -> tuple[str, str, str] | None:
    """The entry that a case makes in the database of a PBX in which there was none: it dials the code of a switch."""
    if not is_alone(case):
        return None
    for node in graph.nodes.values():
        if isinstance(node, Toggle) and node.code == case.scenario.to:
            return "toggle", node.id, "off" if node.default == "on" else "on"
    for schedule in graph.schedules.values():
        if schedule.override is not None and schedule.override.code == case.scenario.to:
            return "override", schedule.id, schedule.override.states[0]
    return None


def full_queue(case: Case, graph: Graph) -> Queue | None:
    """The queue that has to be full before the case is called."""
    for name, state in case.scenario.states.items():
        node = graph.nodes.get(name)
        if state == "full" and isinstance(node, Queue):
            return node
    return None


def call(case: Case, graph: Graph, token: str) -> Call:
    """The call of a case. `token` is shown as the caller's name, by which its message is found in the mailbox."""
    scenario = case.scenario
    epoch = int(_instant(scenario, graph).timestamp())
    number = scenario.to or graph.flow.numbers[0].e164
    caller = scenario.from_ or "+12025550100"
    if caller in graph.extensions:
        headers, dialled = {TIME_HEADER: str(epoch)}, number
    else:
        if not graph.flow.trunks:
            raise Unprocessable("The flow has no trunk, so no call can come in. Add one to be able to prove it.")
        headers, dialled = trunk_headers(graph.flow.trunks[0].id, epoch), number.removeprefix("+")
    patience = _PATIENCE_SECONDS + 2 * sum(press.after for press in scenario.keys)
    return Call(
        dialled, caller, caller_name=token, headers=headers, policy=_policy(scenario.states),
        talk_seconds=_TALK_SECONDS, patience_seconds=patience,
    )  # fmt: skip


def _instant(scenario: Scenario, graph: Graph) -> dt.datetime:
    if scenario.at.tzinfo is not None:
        return scenario.at
    return scenario.at.replace(tzinfo=zone(graph.flow.customer.time_zone) or dt.UTC)


def _policy(states: Mapping[str, str]) -> Policy:
    def decide(offer: Offer) -> Behaviour:
        if _NOTICE in offer.caller.name:
            return _TOLD
        state = states.get(offer.number) or states.get(f"+{offer.number}") or "answer"
        if state == "answer" and len(offer.number) > 6:
            return _CONFIRMS
        return _BEHAVIOURS[state]

    return decide
