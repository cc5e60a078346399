"""Menus: Background with WaitExten, whose keys are extensions, and Read, whose keys are compared with a variable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from call_flow.export.labels import shown
from call_flow.importers.asterisk.dialplan import Step, single
from call_flow.importers.asterisk.state import State
from call_flow.importers.draft import END, Piece, Plain
from call_flow.importers.ledger import Source

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_KEYS = re.compile(r"[0-9*#]{1,4}")
_DIGITS = re.compile(r"[0-9*#]{1,12}")
_COMPARED = r"\$\{{{name}\}}\"?\s*={{1,2}}\s*\"?x?([0-9*#]{{1,4}})"
#: What Asterisk waits if nothing is said: for the first key, and between keys.
_RESPONSE_SECONDS, _DIGIT_SECONDS = 10, 5
_MOST_TRIES = 10
_PLAYS = ("background", "playback", "backgrounddetect")
#: What somebody may enter who presses none of the keys.
_OTHER = "\N{WHITE QUESTION MARK ORNAMENT}"


def is_menu(walker: "Walker", state: State, step: Step) -> bool:
    """Whether callers are listened to from here on."""
    if step.application in ("read", "waitexten"):
        return True
    return step.application == "background" and _listens(walker, state) is not None


@dataclass(frozen=True)
class _Listening:
    """The prompts of a menu, and the call when it waits for keys."""

    prompts: tuple[tuple[State, Step], ...]
    at: State
    step: Step | None


def _listens(walker: "Walker", state: State) -> _Listening | None:
    """What is played, and where it waits; None when no keys lead on."""
    prompts: list[tuple[State, Step]] = []
    current = state
    while len(prompts) < 20:
        there, step = walker.runner.run(current, [])
        if step is not None and step.application in ("background", "backgrounddetect"):
            if there.place in [known.place for known, _ in prompts]:
                return None
            prompts.append((there, step))
            current = walker.runner.after(there)
            continue
        if step is not None and step.application == "waitexten":
            return _Listening(tuple(prompts), there, step)
        break
    # Without WaitExten keys count only while it plays.
    has_keys = any(True for _ in _keys(walker, prompts[-1][0])) if prompts else False
    return _Listening(tuple(prompts), prompts[-1][0], None) if has_keys else None


def menu(walker: "Walker", state: State, step: Step) -> Plain | State:
    """The node of a menu."""
    return _by_variable(walker, state, step) if step.application == "read" else _by_extension(walker, state, step)


def _by_extension(walker: "Walker", state: State, step: Step) -> Plain | State:
    found = _listens(walker, state)
    if found is None:
        walker.ledger.approximated(step.source, "Nothing can be pressed here; calls go on.")
        return walker.runner.after(state)
    played = [(there, known) for there, known in found.prompts]
    names = [name for there, known in played for name in walker.runner.words(known, there)[:1]]
    source = played[0][1].source if played else step.source
    plain: Plain = {
        "kind": "menu",
        "prompt": _prompt(walker, names, source),
        "keys": {},
        "no_input": END,
        "invalid": END,
    }
    plain["timeout_s"], plain["digit_timeout_s"] = _seconds(walker, found)
    for _, known in played:
        walker.ledger.understood(known.source)
    if found.step is not None:
        walker.ledger.understood(found.step.source)

    def complete(piece: Piece) -> None:
        _pressed(walker, piece, found)
        beyond = walker.runner.after(found.at)
        silent = beyond if walker.runner.step(beyond) is not None else walker.runner.enter(state.place.context, "t")
        wrong = walker.runner.enter(state.place.context, "i")
        start = found.prompts[0][0] if found.prompts else state
        _tries(walker, piece, start, silent=_kept(silent, state), wrong=_kept(wrong, state), source=source)

    return walker.node(state, source, plain, complete)


def _kept(there: State | None, state: State) -> State | None:
    """A call with what was known before it."""
    return None if there is None else replace(there, values=state.values, back=state.back)


def _prompt(walker: "Walker", names: list[str], source: Source) -> str:
    joined = "&".join(name for name in names if name)
    found = walker.recordings.file(joined, source) if joined else None
    if found is not None:
        return found
    silence = walker.draft.find("prompts", "silence")
    if silence is None:
        piece = walker.draft.add("prompts", {"id": "silence", "texts": {walker.draft.language: ""}}, source)
        piece.assume(
            "texts", piece.plain["texts"], "Nothing is played here.", "What do callers hear before they press?"
        )
    return "silence"


def _seconds(walker: "Walker", found: _Listening) -> tuple[int, int]:
    known = dict(found.at.values)
    words = walker.runner.words(found.step, found.at) if found.step is not None else ["1"]
    first = words[0] if words and words[0] else known.get("TIMEOUT(RESPONSE)", str(_RESPONSE_SECONDS))
    return _whole(first, _RESPONSE_SECONDS, 60), _whole(known.get("TIMEOUT(DIGIT)", ""), _DIGIT_SECONDS, 20)


def _whole(text: str, otherwise: int, most: int) -> int:
    try:
        return max(1, min(most, round(float(text)))) if len(text) < 10 else otherwise
    except (ValueError, OverflowError):
        return otherwise


def _keys(walker: "Walker", state: State) -> Iterator[tuple[str, str, str]]:
    """What may be entered: context, extension as it is written, and the number."""
    for context, name, _ in walker.dialplan.numbers(state.place.context):
        for number in single(name, 12):
            if _DIGITS.fullmatch(number):
                yield context, name, number


def _pressed(walker: "Walker", piece: Piece, found: _Listening) -> None:
    keys: Plain = {}
    dialled: list[str] = []
    start = found.prompts[0][0] if found.prompts else found.at
    replays = {start.place, *(there.place for there, _ in found.prompts)}
    for context, name, number in _keys(walker, found.at):
        there = _kept(walker.runner.enter(found.at.place.context, number), start)
        if there is None or number in keys or number in dialled:
            continue
        arrives, _ = walker.runner.run(there, [])
        extension = walker.draft.find("extensions", number)
        goes = {"node": piece.plain["id"]} if arrives.place in replays else walker.goes(there)
        if goes == {"extension": number} and extension is not None and len(number) > 1:
            dialled.append(number)
        elif arrives.place in replays and "replay_key" not in piece.plain and _KEYS.fullmatch(number):
            piece.plain["replay_key"] = number
            walker.ledger.understood(
                *(step.source for step in walker.dialplan.contexts[context].extensions[name].steps)
            )
        elif _KEYS.fullmatch(number):
            keys[number] = goes
    dialled += _by_pattern(walker, found, keys, dialled)
    piece.plain["keys"] = keys
    if dialled:
        everybody = {str(known.plain["number"]) for known in walker.draft.sections["extensions"]}
        piece.plain["direct_dial"] = "extensions" if set(dialled) == everybody else dialled


def _by_pattern(walker: "Walker", found: _Listening, keys: Plain, dialled: list[str]) -> list[str]:
    """Extensions that a pattern lets callers dial; others that it lets them dial do not exist."""
    numbers: list[str] = []
    for known in list(walker.draft.sections["extensions"]):
        number = str(known.plain["number"])
        if number in keys or number in dialled:
            continue
        there = walker.runner.enter(found.at.place.context, number)
        if there is not None and walker.goes(there) == {"extension": number}:
            numbers.append(number)
    for _, name, is_included in walker.dialplan.numbers(found.at.place.context):
        if name.startswith("_") and not single(name, 12):
            source = next(iter(_sources(walker, found, name)), None)
            if source is not None and not is_included:
                told = "Of what this pattern takes, callers may dial the extensions that exist, and nothing outside."
                walker.ledger.approximated(source, told)
    return numbers


def _sources(walker: "Walker", found: _Listening, name: str) -> Iterator[Source]:
    extension = walker.dialplan.contexts[found.at.place.context].extensions.get(name)
    yield from (step.source for step in extension.steps) if extension else ()


def _tries(
    walker: "Walker", piece: Piece, start: State, *, silent: State | None, wrong: State | None, source: Source
) -> None:
    """Follow silence and wrong keys until they lead elsewhere, and count how often they come back."""
    ends: list[int] = []
    for outcome, begin in (("no_input", silent), ("invalid", wrong)):
        count, goes, played = _until_elsewhere(walker, begin, start, source)
        if begin is None and outcome == "invalid":
            count, goes, played = 1, piece.plain["no_input"], None
        piece.plain[outcome] = goes
        ends.append(count)
        if played is not None and outcome == "invalid":
            piece.plain["invalid_prompt"] = played
        elif played is not None:
            walker.ledger.approximated(source, "What is played after silence is left out; the prompt is played again.")
    tries = max(ends) if wrong is not None else ends[0]
    if wrong is not None and ends[0] != ends[1]:
        told = f"Silence is heard {ends[0]} times and wrong keys {ends[1]} times; both are {tries} tries."
        walker.ledger.approximated(source, told)
    piece.plain["max_tries"] = tries


def _until_elsewhere(
    walker: "Walker", begin: State | None, start: State, source: Source
) -> tuple[int, Plain, str | None]:
    """How many tries there are, where the last one leads, and what is played before it is tried again."""
    current, tries, played = begin, 1, None
    seen: set[State] = set()
    prompt: str | None = None
    while current is not None:
        passed: list[Source] = []
        there, step = walker.runner.run(current, passed)
        came_back = there.place == start.place
        if not came_back and step is not None and step.application in _PLAYS and prompt is None:
            after, following = walker.runner.run(walker.runner.after(there), [])
            if after.place == start.place and following is not None:
                walker.ledger.understood(*passed)
                prompt = walker.recordings.prompt(walker.runner.words(step, there), step)
                played = prompt or played
                current = walker.runner.after(there)
                continue
        if not came_back:
            if played is not None and step is not None and step.application in _PLAYS:
                said = walker.recordings.prompt(walker.runner.words(step, there), step)
                # The words after a wrong key are those of the menu, also the last time.
                current = walker.runner.after(there) if said == played else current
            break
        walker.ledger.understood(*passed)
        if there in seen or tries >= _MOST_TRIES:
            told = f"It is tried again without end; after {_MOST_TRIES} tries the call ends."
            walker.ledger.approximated(source, told)
            return _MOST_TRIES, {**END}, played
        seen.add(there)
        tries, prompt = tries + 1, None
        current = _again(walker, begin, start, there)
    return tries, walker.goes(current), played


def _again(walker: "Walker", begin: State | None, start: State, there: State) -> State | None:
    """The same outcome of the next try, with what is known by then."""
    return None if begin is None else replace(begin, values=there.values, carried=())


def _by_variable(walker: "Walker", state: State, step: Step) -> Plain | State:
    words = [*walker.runner.words(step, state), "", "", "", "", "", ""]
    name = words[0]
    beyond = walker.runner.after(state)
    pressed = sorted(set(_compared(walker, state, name)))
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        walker.ledger.approximated(step.source, "It reads keys into no variable; calls go on.")
        return beyond
    tries = _whole(words[4], 1, _MOST_TRIES)
    plain: Plain = {
        "kind": "menu", "prompt": _prompt(walker, [words[1]], step.source), "keys": {}, "no_input": END, "invalid": END,
        "timeout_s": _whole(words[5], _RESPONSE_SECONDS, 60), "max_tries": tries,
    }  # fmt: skip
    most = _whole(words[2], 0, 255) if words[2] else 0

    def complete(piece: Piece) -> None:
        goes = {key: walker.goes(beyond.knows(**{name: key})) for key in pressed}
        other = walker.goes(beyond.knows(**{name: _OTHER}))
        piece.plain["keys"] = {key: to for key, to in goes.items() if to != other}
        dialled = [number for number in _extensions(walker) if most in (0, len(number)) and number not in goes
                   and walker.goes(beyond.knows(**{name: number})) == {"extension": number}]  # fmt: skip
        if dialled:
            piece.plain["direct_dial"] = "extensions" if dialled == _extensions(walker) else dialled
        _silent_and_other(walker, piece, state, beyond=beyond, name=name, step=step)

    if not pressed and not _extensions(walker):
        told = f"What is done with {shown(name, 40)} cannot be told; calls go on as if nothing was pressed."
        walker.ledger.approximated(step.source, told)
    return walker.node(state, step.source, plain, complete)


def _silent_and_other(walker: "Walker", piece: Piece, state: State, *, beyond: State, name: str, step: Step) -> None:
    """Silence and wrong keys, which may lead back to the question."""
    tries = piece.plain["max_tries"]
    for outcome, value in (("no_input", ""), ("invalid", _OTHER)):
        begin = beyond.knows(**{name: value})
        count, goes, played = _until_elsewhere(walker, begin, state, step.source)
        piece.plain[outcome] = goes
        tries = max(tries, count)
        if played is not None and outcome == "invalid":
            piece.plain["invalid_prompt"] = played
    piece.plain["max_tries"] = tries


def _extensions(walker: "Walker") -> list[str]:
    return [str(known.plain["number"]) for known in walker.draft.sections["extensions"]]


def _compared(walker: "Walker", state: State, name: str) -> Iterator[str]:
    """The keys with which the steps of this context compare the variable, or that are extensions named after it."""
    pattern = re.compile(_COMPARED.format(name=re.escape(name)))
    named = re.compile(rf"(?:([\w-]+),)?([\w-]*)\$\{{{re.escape(name)}\}}")
    context = walker.dialplan.contexts[state.place.context]
    for step in [step for extension in context.extensions.values() for step in extension.steps]:
        yield from pattern.findall(step.arguments)
        if step.application in ("goto", "gosub", "gosubif", "gotoif"):
            for where, before in named.findall(step.arguments):
                there = walker.dialplan.contexts.get(where, context)
                ends = (number.removeprefix(before) for number in there.extensions if number.startswith(before))
                yield from (end for end in ends if _KEYS.fullmatch(end))
