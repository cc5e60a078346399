"""Takes calls from step to step of a dialplan, as far as that is known before they are made."""

from collections.abc import Mapping
from dataclasses import replace

from call_flow.export.labels import shown
from call_flow.importers.asterisk.applications import BESIDES, PASSED
from call_flow.importers.asterisk.assignments import assigned
from call_flow.importers.asterisk.dialplan import Dialplan, Step, arguments
from call_flow.importers.asterisk.expressions import condition, is_known, resolved
from call_flow.importers.asterisk.liveness import Liveness
from call_flow.importers.asterisk.state import Place, State
from call_flow.importers.ledger import Ledger, Source

_MOST_STEPS = 3000
#: However a dialplan is made, following its calls ends.
_MOST_STEPS_IN_ALL = 400_000
#: Where contexts are included at times, that is asked before a step of theirs.
TIMED = "timed include"
_ASKS_WHEN = -1
_MOST_CALLS = 8
_GOES = {"goto", "gotoif", "gosub", "gosubif", "macro", "macroif", "macroexit", "return", "set", "execif", "sipset"}


class Runner:
    """Takes calls from step to step."""

    def __init__(self, dialplan: Dialplan, ledger: Ledger) -> None:
        """Of one dialplan."""
        self.dialplan = dialplan
        self.ledger = ledger
        self.liveness = Liveness(dialplan)
        self._left = _MOST_STEPS_IN_ALL

    def enter(self, context: str, number: str, where: str = "1", before: State | None = None) -> State | None:
        """The call at the extension that a number comes to in a context; before the question when it is included."""
        matches = self.dialplan.find(context, number)
        if not matches:
            return None
        if matches[0].timing:
            place = Place(context, number, _ASKS_WHEN)
            return State(place, number) if before is None else replace(before, place=place, number=number)
        return self.at(matches[0].context, matches[0].extension, number, where, before)

    def at(self, context: str, extension: str, number: str, where: str, before: State | None) -> State | None:
        """The call at an extension as it is written."""
        known = self.dialplan.contexts[context].extensions[extension]
        index = known.index(where)
        if index is None:
            return None
        place = Place(context, extension, index)
        return State(place, number) if before is None else replace(before, place=place, number=number)

    def step(self, state: State) -> Step | None:
        """The step a call is before; None at the end of its extension."""
        if state.place.at == _ASKS_WHEN:
            return Step(TIMED, "", "", 0, self.dialplan.contexts[state.place.context].source)
        steps = self.dialplan.contexts[state.place.context].extensions[state.place.extension].steps
        return steps[state.place.at] if state.place.at < len(steps) else None

    def after(self, state: State) -> State:
        """The call after the step it is before."""
        return replace(state, place=replace(state.place, at=state.place.at + 1))

    def values(self, state: State) -> Mapping[str, str]:
        """What is known: global variables, what was set, and where the call is."""
        return {**self.dialplan.globals, **dict(state.values), "EXTEN": state.number, "CONTEXT": state.place.context}

    def say(self, text: str, state: State) -> str:
        """A text with what is known put in."""
        return resolved(text, self.values(state))

    def words(self, step: Step, state: State) -> list[str]:
        """The arguments of a step with what is known put in."""
        return [self.say(argument, state) for argument in arguments(step.arguments)]

    def run(self, state: State, passed: list[Source]) -> tuple[State, Step | None]:
        """On to the step that decides something; None where the call ends without one. `passed` takes the steps."""
        current: State | None = state
        last = state
        for _ in range(_MOST_STEPS):
            if current is None or self._left <= 0:
                return last, None
            self._left -= 1
            last = current
            step = self.step(current)
            if step is None:
                current = self._back(current, None)
                if current is None:
                    return last, None
                continue
            name = step.application
            if name in BESIDES:
                self.ledger.approximated(step.source, BESIDES[name])
                current = self.after(current)
            elif name in PASSED:
                passed.append(step.source)
                current = self.after(current)
            elif name in _GOES:
                following = self._goes(step, current, passed)
                if isinstance(following, Step):
                    return self._live(current), following
                current = following
            else:
                return self._live(current), step
        self.ledger.approximated(self._source(last), "Calls go round here without end; they end instead.")
        return last, None

    def _source(self, state: State) -> Source:
        context = self.dialplan.contexts[state.place.context]
        if state.place.at == _ASKS_WHEN:
            return context.source
        steps = context.extensions[state.place.extension].steps
        return steps[min(state.place.at, len(steps) - 1)].source

    def _live(self, state: State) -> State:
        """Without values that nothing reads any more."""
        live = self.liveness.before(state.place)
        for place, _ in state.back:
            live = live | self.liveness.before(place)
        kept = tuple(pair for pair in state.values if pair[0] in live or "(" in pair[0] or pair[0].startswith("ARG"))
        if not state.back:
            kept = tuple(pair for pair in kept if pair[0] in live or "(" in pair[0])
        return replace(state, values=kept)

    def _goes(self, step: Step, state: State, passed: list[Source]) -> "State | Step | None":
        """The call after a step that leads on; the step itself when only a call can tell."""
        name = step.application
        if name in ("gotoif", "gosubif", "macroif", "execif"):
            return self._if(step, state, passed)
        passed.append(step.source)
        if name == "set":
            return assigned(self, step, self.after(state))
        if name == "goto":
            return self.jump(self.words(step, state), state, step)
        if name in ("return", "macroexit"):
            return self._back(state, ",".join(self.words(step, state)))
        if name == "sipset":
            return self.after(state)
        words = self.words(step, state)
        return self.call(words, state, step)

    def _if(self, step: Step, state: State, passed: list[Source]) -> "State | Step | None":
        asked, _, ways = _parted(step.arguments)
        holds = condition(asked, self.values(state))
        if holds is None:
            return step
        passed.append(step.source)
        yes, no = either(ways)
        chosen = yes if holds else no
        return self.take(step, chosen, state)

    def take(self, step: Step, chosen: str, state: State) -> "State | None":
        """The call on one of the two ways of a step with a condition."""
        if not chosen.strip():
            return self.after(state)
        if step.application == "gotoif":
            return self.jump(arguments(self.say(chosen, state)), state, step)
        if step.application == "execif":
            return self._execute(step, chosen, state)
        return self.call(arguments(self.say(chosen, state)), state, step)

    def _execute(self, step: Step, chosen: str, state: State) -> "State | None":
        inside = executed(step, chosen)
        if inside.application == "hangup":
            return None
        if inside.application == "set":
            return assigned(self, inside, self.after(state))
        if inside.application == "goto":
            return self.jump(self.words(inside, state), state, step)
        if inside.application in ("gosub", "macro"):
            return self.call(self.words(inside, state), state, inside)
        if inside.application not in PASSED:
            told = f"'{shown(inside.application, 40)}' within a condition is not followed."
            self.ledger.approximated(step.source, told)
        return self.after(state)

    def jump(self, words: list[str], state: State, step: Step) -> "State | None":
        """The call at the target of a Goto; it ends where there is none."""
        if not words or not all(map(is_known, words)):
            self.ledger.approximated(step.source, "Where it leads is decided during the call; calls end here instead.")
            return None
        *before, where = [word.strip() for word in words]
        context = before[-2] if len(before) > 1 else state.place.context
        if before:
            number = before[-1]
            found = self.enter(context, number, where or "1", state)
        else:
            found = self.at(context, state.place.extension, state.number, where, state)
        if found is None and before:
            found = self.enter(context, "i", "1", state)
        if found is None:
            told = shown(",".join(words), 60)
            self.ledger.approximated(step.source, f"There is no place '{told}' in the dialplan; calls end here.")
        return found

    def call(self, words: list[str], state: State, step: Step) -> "State | None":
        """The call inside a subroutine or macro; after it where there is none."""
        given: list[str] = []
        if step.application in ("macro", "macroif"):
            name, *given = words or [""]
            target = [f"macro-{name}", "s", "1"]
        else:
            target = list(words)
            if target and "(" in target[-1]:
                where, _, rest = target[-1].partition("(")
                target[-1], given = where, arguments(rest.removesuffix(")"))
        beyond = self.after(state)
        if len(state.back) >= _MOST_CALLS or not target or not all(map(is_known, target)):
            self.ledger.approximated(step.source, "The subroutine is not followed; calls go on after it.")
            return beyond
        inside = replace(beyond, back=(*state.back, (beyond.place, state.number)))
        inside = inside.forgets(*(name for name, _ in state.values if name.startswith("ARG")))
        named = {f"ARG{at}": value for at, value in enumerate(given, 1) if is_known(value)}
        named |= {"MACRO_EXTEN": state.number, "MACRO_CONTEXT": state.place.context}
        context = target[-3] if len(target) > 2 else state.place.context
        where = target[-1] or "1"
        found = (
            self.enter(context, target[-2], where, inside.knows(**named)) if len(target) > 1
            else self.at(context, state.place.extension, state.number, where, inside.knows(**named))
        )  # fmt: skip
        if found is None:
            self.ledger.approximated(step.source, "There is no such subroutine; calls go on after it.")
            return beyond
        return found

    def _back(self, state: State, value: str | None) -> "State | None":
        """The call after the subroutine it is in; None when it is in none."""
        if not state.back:
            return None
        place, number = state.back[-1]
        found = replace(state, place=place, number=number, back=state.back[:-1])
        found = found.forgets(*(name for name, _ in state.values if name.startswith("ARG")))
        return found if value is None or not is_known(value) else found.knows(GOSUB_RETVAL=value)


def executed(step: Step, chosen: str) -> Step:
    """The step that one way of an ExecIf is."""
    name, _, rest = chosen.strip().partition("(")
    return replace(step, application=name.strip().lower(), arguments=rest.removesuffix(")"))


def _parted(text: str) -> tuple[str, str, str]:
    """A condition and what follows its question mark."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "[{(") - (sign in "]})")
        if sign == "?" and depth <= 0:
            return text[:at], "?", text[at + 1 :]
    return text, "", ""


def either(ways: str) -> tuple[str, str]:
    """Where a condition leads when it holds, and when it does not."""
    depth = 0
    for at, sign in enumerate(ways):
        depth += (sign in "[{(") - (sign in "]})")
        if sign == ":" and depth <= 0:
            return ways[:at].strip(), ways[at + 1 :].strip()
    return ways.strip(), ""


def asked(step: Step) -> tuple[str, str, str]:
    """The condition of a step as it is written, and its two ways."""
    text, _, ways = _parted(step.arguments)
    return (text, *either(ways))
