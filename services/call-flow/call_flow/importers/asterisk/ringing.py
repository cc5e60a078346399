"""Dial: an extension, a ring group, or a number outside, and where calls go that nobody takes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from call_flow.importers.asterisk.dialplan import Step
from call_flow.importers.asterisk.expressions import is_known
from call_flow.importers.asterisk.state import State
from call_flow.importers.asterisk.targets import Target, options
from call_flow.importers.draft import END, Piece, Plain

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_USUAL_SECONDS, _LONGEST = 60, 600
_STATUS = (("no_answer", "NOANSWER"), ("busy", "BUSY"), ("offline", "CHANUNAVAIL"))
_DEFAULTS = {"no_answer": "no_answer", "busy": "busy", "offline": "no_answer"}
_MOST_IN_TURN = 30


def rings(walker: "Walker", state: State, step: Step) -> Plain | State:
    """Where a Dial leads."""
    words = [*walker.runner.words(step, state), "", "", ""]
    found = walker.targets.read(words[0], walker)
    targets = list(dict.fromkeys(target for target in found if target is not None))
    if None in found:
        told = (
            "Who is rung is not known before the call."
            if not is_known(words[0])
            else "Not everybody it rings is known."
        )
        walker.ledger.approximated(step.source, f"{told} They are left out.")
    if not targets:
        return walker.runner.after(state).knows(DIALSTATUS="CHANUNAVAIL")
    for target in targets:
        if target.extension:
            walker.telephones.ensure(target.extension, step.source)
    seconds = _seconds(walker, words[1], step)
    letters = options(words[2])
    confirm = bool({"U", "M", "P", "p"} & letters.keys())
    if confirm:
        walker.ledger.approximated(step.source, "Whoever answers is taken to be asked to press 1.")
        for name in (letters.get("U", "").partition("^")[0], f"macro-{letters.get('M', '').partition('^')[0]}"):
            asking = walker.dialplan.contexts.get(name)
            for extension in asking.extensions.values() if asking else ():
                walker.ledger.understood(*(known.source for known in extension.steps))
    walker.ledger.understood(step.source)
    if len(targets) == 1 and targets[0].extension and not confirm:
        return _extension(walker, state, step, targets[0].extension, seconds)
    if len(targets) == 1 and targets[0].number:
        return _outside(walker, state, step, targets[0], seconds=seconds, confirm=confirm)
    return _group(walker, state, step, targets, seconds=seconds, confirm=confirm)


def _seconds(walker: "Walker", text: str, step: Step) -> int:
    digits = text.strip()
    if digits.isdecimal() and 0 < int(digits[:6]) <= _LONGEST:
        return int(digits)
    if not digits:
        walker.ledger.approximated(step.source, f"It rings without end; in the flow {_USUAL_SECONDS} seconds.")
    else:
        walker.ledger.approximated(
            step.source, f"How long it rings cannot be told; in the flow {_USUAL_SECONDS} seconds."
        )
    return _USUAL_SECONDS


def _after(walker: "Walker", state: State) -> dict[str, Plain]:
    """Where a call goes by what became of the ringing. The end of the dialplan tells the caller what it was."""
    beyond = walker.runner.after(state)
    found: dict[str, Plain] = {}
    for outcome, status in _STATUS:
        there, following = walker.runner.run(beyond.knows(DIALSTATUS=status), [])
        if following is None and not there.carried:
            walker.goes(beyond.knows(DIALSTATUS=status))
            found[outcome] = {"hangup": _DEFAULTS[outcome]}
        else:
            found[outcome] = walker.goes(beyond.knows(DIALSTATUS=status))
    return found


def _extension(walker: "Walker", state: State, step: Step, number: str, seconds: int) -> Plain:
    """The extension itself where its own number is dialled; elsewhere a group of one, unless it does the same."""
    piece = walker.draft.find("extensions", number)
    assert piece is not None  # noqa: S101 - made sure by the caller
    is_own = number in (state.number, dict(state.values).get("MACRO_EXTEN"), dict(state.values).get("ARG1"))
    if is_own and not walker.is_home(number):
        walker.settle_home(number)
        piece.put("ring_s", seconds, step.source)
        walker.later(lambda: _settle(walker, piece, state, step))
        return {"extension": number}
    if is_own and piece.plain.get("ring_s") == seconds:
        return {"extension": number}
    return _group(walker, state, step, [Target(extension=number)], seconds=seconds, confirm=False)


def _settle(walker: "Walker", piece: Piece, state: State, step: Step) -> None:
    """What an extension does with calls that nobody takes. A call to its own mailbox need not be said."""
    outcomes = _after(walker, state)
    boxes = [to["mailbox"] for to in outcomes.values() if "mailbox" in to and "set" not in to]
    if "mailbox" not in piece.plain and boxes and boxes[0] == piece.plain["number"]:
        piece.put("mailbox", boxes[0], step.source)
    own = piece.plain.get("mailbox")
    for outcome, to in outcomes.items():
        usual: Plain = {"hangup": "busy" if outcome == "busy" else "no_answer"}
        if own is not None:
            usual = {"mailbox": own} | ({"greeting": "busy"} if outcome == "busy" else {})
        given = outcomes["no_answer"] if "on_no_answer" in piece.plain else usual
        if to != given:
            piece.put(f"on_{outcome}", to, step.source)


def _outside(
    walker: "Walker", state: State, step: Step, target: Target, *, seconds: int, confirm: bool
) -> Plain | State:
    after = walker.runner.run(walker.runner.after(state), [])[1]
    if after is None and not confirm and target.trunk is None:
        return {"number": target.number}
    shows = any(name == "CALLERID(num)!" for name, _ in state.values)
    plain: Plain = {
        "kind": "external", "number": target.number, "ring_s": seconds, "confirm": confirm, "no_answer": END,
        "caller_id": "own" if shows else "caller",
    }  # fmt: skip
    if target.trunk is not None and walker.draft.find("trunks", target.trunk):
        plain["trunk"] = target.trunk

    def complete(piece: Piece) -> None:
        outcomes = _after(walker, state)
        piece.plain["no_answer"] = outcomes["no_answer"]
        if outcomes["busy"] != outcomes["no_answer"]:
            piece.plain["busy"] = outcomes["busy"]

    return walker.node(state, step.source, plain, complete)


def _group(
    walker: "Walker", state: State, step: Step, targets: Sequence[Target], *, seconds: int, confirm: bool
) -> Plain:
    members = [_member(target, confirm) for target in targets]
    plain: Plain = {"kind": "ring_group", "members": members, "ring_s": seconds, "no_answer": END}
    beyond = state
    if len(members) == 1 and not confirm:
        in_turn, beyond = _in_turn(walker, state, seconds)
        if len(in_turn) > 1:
            plain |= {"strategy": "sequential", "members": in_turn}

    def complete(piece: Piece) -> None:
        outcomes = _after(walker, beyond)
        piece.plain["no_answer"] = outcomes["no_answer"]
        for outcome in ("busy", "offline"):
            if outcomes[outcome] != outcomes["no_answer"]:
                piece.plain[outcome] = outcomes[outcome]

    return walker.node(state, step.source, plain, complete)


def _member(target: Target, confirm: bool) -> Plain:
    who: Plain = {"extension": target.extension} if target.extension else {"number": target.number}
    return who | ({"confirm": True} if confirm else {})


def _in_turn(walker: "Walker", state: State, seconds: int) -> tuple[list[Plain], State]:
    """Dials of one telephone each that follow each other, whatever became of the one before, and the last of them."""
    members: list[Plain] = []
    current = state
    while len(members) < _MOST_IN_TURN:
        step = walker.runner.step(current)
        assert step is not None  # noqa: S101 - a Dial
        words = [*walker.runner.words(step, current), "", "", ""]
        targets = walker.targets.read(words[0], walker)
        if len(targets) != 1 or targets[0] is None or words[1].strip() != str(seconds):
            break
        members.append(_member(targets[0], confirm=False))
        if targets[0].extension:
            walker.telephones.ensure(targets[0].extension, step.source)
        walker.ledger.understood(step.source)
        beyond = walker.runner.after(current)
        states = []
        for _, status in _STATUS:
            there, following = walker.runner.run(beyond.knows(DIALSTATUS=status), [])
            states.append((there.forgets("DIALSTATUS"), following))
        there, following = states[0]
        if following is None or following.application != "dial" or states.count(states[0]) != len(states):
            return members, current
        if (
            there.carried
            or there.place == state.place
            or options([*walker.runner.words(following, there), "", "", ""][2]).keys() & {"U", "M"}
        ):
            return members, current
        upcoming = [*walker.runner.words(following, there), "", ""]
        known = walker.targets.read(upcoming[0], walker)
        if len(known) != 1 or known[0] is None or upcoming[1].strip() != str(seconds):
            return members, current
        current = there
    return members, current
