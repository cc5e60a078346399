"""What came out of a call, compared with what the simulator says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from call_flow.flow.graph import Graph
from call_flow.flow.scenario import Case
from call_flow.pbx.record import CallRecord
from call_flow.prove import shown, trace
from call_flow.prove.report import CaseProof, Message

_LOG_LINES = 60


@dataclass(frozen=True)
class Outcome:
    """What came out of a call.

    `messages` are the mailboxes in which it left one; `told` the telephones that were rung to tell of a call for help
    meanwhile; `is_switched`: the PBX keeps what the case was to switch, if any.
    """

    case: Case
    record: CallRecord
    messages: set[str]
    told: set[str]
    is_switched: bool
    begun: float
    ended: float


def compared(outcome: Outcome, graph: Graph, contexts: Mapping[str, str]) -> CaseProof:
    """The proof of a case. `contexts` are the places for which those of the dialplan stand."""
    case, record = outcome.case, outcome.record
    passed = trace.visited(record.events, contexts)
    actual = trace.terminal(record, passed, graph, outcome.messages)
    wanted, went = trace.expected(case.expect, graph), trace.places(passed)
    said = trace.prompts(record.heard)
    difference = ""
    if actual != case.expect.terminal:
        ended = f"{actual.type} {actual.target}" if actual else "in no way that could be told"
        aim = case.expect.terminal
        difference = f"It should end as {aim.type} {aim.target}, and ended {ended}."
    elif went != wanted:
        difference = f"It should pass {_row(wanted)}, and passed {_row(went)}."
    elif said != case.expect.prompts:
        difference = f"The caller should hear {_row(case.expect.prompts)}, and heard {_row(said)}."
    elif not outcome.is_switched:
        difference = f"It should switch something by {case.scenario.to}, and did not."
    else:
        difference = shown.difference(case, record, graph) or _untold(outcome, graph)
    return CaseProof(
        id=case.id,
        title=case.title,
        covers=case.covers,
        scenario=case.scenario,
        passed=not difference,
        expected=case.expect.terminal,
        actual=actual,
        expected_path=wanted,
        actual_path=went,
        expected_prompts=case.expect.prompts,
        actual_prompts=said,
        difference=difference,
        seconds=round(outcome.ended - outcome.begun, 2),
        ladder=[
            Message(at=round(step.seconds, 3), source=step.source, target=step.destination, text=step.text)
            for step in record.ladder
        ],
        log=_log(record) if difference else [],
    )


def _untold(outcome: Outcome, graph: Graph) -> str:
    """Who should be told of a call for help and was not, in a sentence; empty if there is nobody."""
    help_ = graph.flow.emergency
    if outcome.case.expect.terminal.type != "emergency" or outcome.case.expect.terminal.target not in help_.numbers:
        return ""
    wanted = {notice.extension for notice in help_.notify if notice.extension in graph.extensions}
    phones = {number for number in wanted if number and graph.extensions[number].device != "none"}
    missing = sorted(phones - outcome.told)
    return f"{missing[0]} should be told of the call, and was not." if missing else ""


def _row(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"


def _log(record: CallRecord) -> list[str]:
    """The steps of the dialplan that a call took, as Asterisk told them."""
    return [
        f"{event.get('Channel')} {event.get('Context')},{event.get('Extension')},{event.get('Priority')} "
        f"{event.get('Application')}({event.get('AppData')})"
        for event in record.events if event["Event"] == "Newexten"
    ][-_LOG_LINES:]  # fmt: skip
