"""What changes for callers: the same calls made to both flows, and where they end differently."""

import datetime as dt
from collections.abc import Iterator

from call_flow.flow.model import Flow
from call_flow.flow.scenario import Result, Scenario
from call_flow.simulate.simulator import Simulator
from call_flow.simulate.testplan import plan
from call_flow.simulate.testplan.callers import Callers
from call_flow.simulate.testplan.moments import Moments
from call_flow.simulate.testplan.titles import Titles
from call_flow.simulate.words import ending
from oberaconnect.problems import Unprocessable

_MOST = 50
_NAMED = 3


def differing(before: Flow, after: Flow, *, today: dt.date) -> list[str]:
    """A sentence for each different change, with the calls in which it is noticed."""
    old, new = Simulator(before), Simulator(after)
    titles = [Titles(item.graph, Moments(item.graph, today), Callers(item.graph).find({})[0]) for item in (new, old)]
    grouped: dict[str, list[str]] = {}
    heard: dict[str, None] = {}
    for scenario in _scenarios(before, after, today):
        was, becomes = _run(old, scenario), _run(new, scenario)
        heard.update((prompt, None) for prompt in (becomes.prompts if becomes else ()))
        if _noticed(was) != _noticed(becomes):
            title = titles[0 if becomes else 1].of(scenario)
            grouped.setdefault(f"before, {_said(old, was)}; now, {_said(new, becomes)}", []).append(title)
    found = [_sentence(said, calls) for said, calls in grouped.items()]
    found += [_other_words(prompt) for prompt in heard if _words(old, prompt) not in (None, _words(new, prompt))]
    return found if len(found) <= _MOST else [*found[: _MOST - 1], f"And {len(found) - _MOST + 1} more changes."]


def _scenarios(before: Flow, after: Flow, today: dt.date) -> Iterator[Scenario]:
    """The calls of both test plans, each once. A number that is the first of one flow only is named."""
    seen: set[str] = set()
    firsts = {flow.numbers[0].e164 if flow.numbers else None for flow in (before, after)}
    for flow in (after, before):
        for case in plan(flow, today=today).cases:
            scenario = case.scenario
            if scenario.to is None and flow.numbers and len(firsts) > 1:
                scenario = scenario.model_copy(update={"to": flow.numbers[0].e164})
            key = scenario.model_dump_json()
            if key not in seen:
                seen.add(key)
                yield scenario


def _noticed(result: Result | None) -> tuple[object, ...]:
    """What a caller can tell apart: where the call ends, and which prompts were heard."""
    return () if result is None else (result.terminal, list(dict.fromkeys(result.prompts)))


def _said(simulator: Simulator, result: Result | None) -> str:
    if result is None:
        return "there is no such call"
    heard = ", ".join(f"'{prompt}'" for prompt in dict.fromkeys(result.prompts))
    return f"{f'heard {heard}, then ' if heard else ''}{ending(simulator.graph, result)}"


def _run(simulator: Simulator, scenario: Scenario) -> Result | None:
    """How a call goes, whoever the flow does not know being left out; None if nobody can be called like this."""
    known = simulator.allowed_states
    states = {name: state for name, state in scenario.states.items() if state in known.get(name, ())}
    try:
        return simulator.run(scenario.model_copy(update={"states": states}))
    except Unprocessable:
        return None


def _words(simulator: Simulator, prompt: str) -> object:
    """What a prompt says, in each language; None if the flow does not have it."""
    found = simulator.graph.prompts.get(prompt)
    return found.texts if found else None


def _other_words(prompt: str) -> str:
    return f"Wherever '{prompt}' is played: callers hear other words than before."


def _sentence(said: str, calls: list[str]) -> str:
    more = f" and in {len(calls) - _NAMED} more calls" if len(calls) > _NAMED + 1 else ""
    shown = calls if not more else calls[:_NAMED]
    return f"{'; '.join(shown)}{more}: {said}."
