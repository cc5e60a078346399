"""What `Set` does: variables, and what a call carries along."""

import re
from typing import TYPE_CHECKING

from call_flow.export.labels import shown
from call_flow.importers.asterisk.dialplan import Step, arguments
from call_flow.importers.asterisk.expressions import is_known
from call_flow.importers.asterisk.state import State

if TYPE_CHECKING:
    from call_flow.importers.asterisk.runner import Runner

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_MENTIONED = re.compile(r"\$\{CALLERID\((?:num|number|name|all)\)\}", re.IGNORECASE)
_HIGHEST = 20


def assigned(runner: "Runner", step: Step, state: State) -> State:
    """The call after a step that sets something; `state` is the call after it."""
    for pair in arguments(step.arguments) if step.arguments.count("=") > 1 else [step.arguments]:
        name, mark, value = pair.partition("=")
        if mark:
            known = runner.say(value.strip().strip('"'), state)
            state = _carried(name, known, state) or _assign(runner, step, _bare(name), known, state)
    return state


def _bare(name: str) -> str:
    """A variable without what says how long or for whom it is kept."""
    found = name.strip().lstrip("_")
    match = re.fullmatch(r"(?:LOCAL|GLOBAL)\((.*)\)", found, re.IGNORECASE)
    return match[1].strip() if match else found


def _carried(name: str, value: str, state: State) -> State | None:
    """The call with a language, a place in queues, or words before the caller's name; None for another variable."""
    upper = _bare(name).upper().replace(" ", "")
    if upper in ("CHANNEL(LANGUAGE)", "LANGUAGE()", "LANGUAGE"):
        code = value.replace("_", "-")
        return state.carries(language=code) if _LANGUAGE.fullmatch(code) else state
    if upper == "QUEUE_PRIO":
        return state.carries(priority=int(value)) if value.isdecimal() and int(value[:6]) <= _HIGHEST else state
    if upper in ("CALLERID(NAME)", "CALLERID(ALL)"):
        before = _MENTIONED.split(value)[0].strip() if _MENTIONED.search(value) else value
        words = shown(before.strip('"'))
        return state.carries(caller_prefix=words) if words and is_known(words) else state
    return None


def _assign(runner: "Runner", step: Step, name: str, value: str, state: State) -> State:
    upper = name.upper().replace(" ", "")
    if upper in ("CALLERID(NUM)", "CALLERID(NUMBER)"):
        return state.knows(**{"CALLERID(num)!": value}) if is_known(value) else state
    if upper.startswith("TIMEOUT("):
        return state.knows(**{upper: value}) if is_known(value) else state
    if "(" in name:
        runner.ledger.approximated(step.source, "What it sets is no part of a flow.")
        return state
    return state.knows(**{name: value}) if is_known(value) else state.forgets(name)
