"""Who answers in a question, and what is switched."""

from call_flow.flow.nodes import Queue, Toggle
from call_flow.flow.scenario import State
from call_flow.simulate.ask.names import Called
from call_flow.simulate.ask.text import Text
from oberaconnect.problems import Unprocessable

_BE = r"(?:(?:is|are|was|were|being|both|all|currently|already) ?)*"
_NOT = r"(?:(?:do|does|did|will|is|are|wo|ca|can) not (?:(?:want to|get to) )?|not |never |fails? to )"
_TAKE = (
    r"(?:answer(?:s|ing|ed)?(?: (?:the (?:call|phone)|it))?|pick(?:s|ing|ed)? (?:it )?up|repl(?:y|ies)|"
    r"respond(?:s|ing)?|tak(?:e|es|ing) (?:the call|it))"
)
_IGNORES = r"rings? out|rings? unanswered|ignores? (?:it|the call)"
_SAID: tuple[tuple[State, str], ...] = (
    ("busy", rf"{_BE}(?:busy|engaged|on the phone|on another call|in a call|on a call|talking|taken)"),
    ("offline", rf"{_BE}(?:offline|unreachable|not reachable|unplugged|not registered|unregistered|down|"
                r"disconnected|switched off|turned off|not available|unavailable|not connected|not logged in)"),
    ("no_answer", rf"(?:just |only )?(?:{_NOT}{_TAKE}|{_BE}unanswered|{_IGNORES})"),
    ("answer", rf"(?:{_TAKE}|{_BE}(?:available|free|there))"),
)  # fmt: skip
_BY_HAND: dict[str, State] = {"open": "open", "closed": "closed", "holiday": "holiday"}
_ALL = (
    r"(?:everybody|"
    r"all(?: of (?:them|us))?(?: the| our)?(?: ?(?:phones|agents|extensions|lines|members|telephones|staff))?|"
    r"each (?:phone|agent)|(?:the|our) (?:phones|agents|lines|staff))"
)
_NOBODY = r"(?:nobody|none(?: of (?:them|us))?|no (?:agents?|phones?|members?|extensions?|staff))"
_REACHABLE = r"(?:is |are )?(?:available|reachable|online|registered|logged in|connected)"


def take(text: Text, called: Called) -> dict[str, State]:
    """The states that a question gives, in the order in which they were understood.

    Raises:
        Unprocessable: for names that several parts of the flow share, or that it does not have.
    """
    states: dict[str, State] = {}
    _take_switches(text, called, states)
    while found := text.take(rf"no answer (?:from|at|on|by) ({called.some})"):
        _set(states, called, found[1], "no_answer")
    _take_everybody(text, called, states)
    for state, said in _SAID:
        while found := text.take(rf"({called.some}) {said}"):
            _set(states, called, found[1], state)
    return states


def _set(states: dict[str, State], called: Called, said: str, state: State) -> None:
    known = set(called.telephones)
    for target in called.telephones_in(said):
        if target not in known:
            raise Unprocessable(
                f"This flow rings no telephone '{target}'. It rings {', '.join(called.telephones[:12])}."
            )
        states[target] = state


def _take_everybody(text: Text, called: Called, states: dict[str, State]) -> None:
    everybody = called.telephones
    if found := text.take(
        rf"(?:{_NOBODY} (?:but|except(?: for)?|other than) |only |just )({called.some})(?: {_TAKE})?"
    ):
        states.update((name, "no_answer") for name in everybody)
        _set(states, called, found[1], "answer")
    for state, said in _SAID:
        if text.take(rf"{_ALL} {said}"):
            states.update((name, state) for name in everybody)
    if text.take(rf"{_NOBODY} {_REACHABLE}"):
        states.update((name, "offline") for name in everybody)
    if text.take(rf"{_NOBODY}(?: at all)? (?:{_TAKE}|is there|is in(?: the office)?)|no answer|without (?:an )?answer"):
        for name in everybody:
            states.setdefault(name, "no_answer")


def _take_switches(text: Text, called: Called, states: dict[str, State]) -> None:
    queues = called.kind(Queue)
    while found := text.take(rf"(?:the )?({called.any_of([*queues, 'queue'])})(?: queue| line)? (?:is )?full"):
        name = " ".join(found[1].split())
        if name not in queues and len(set(queues.values())) != 1:
            raise Unprocessable(
                f"Say which queue is full: {', '.join(sorted(set(queues.values()))) or 'there is none'}."
            )
        states[queues.get(name) or next(iter(queues.values()))] = "full"
    toggles = called.kind(Toggle)
    while found := text.take(
        rf"(?:with )?(?:the )?({called.any_of(toggles)})(?: switch| toggle| mode)? (?:(?:is|being) )?"
        r"(?:(?:switched|turned|set to) )?(on|off)"
    ):
        states[toggles[" ".join(found[1].split())]] = "on" if found[2] == "on" else "off"
    schedules = {
        " ".join(name.lower().split()): item.id
        for item in called.graph.flow.schedules
        for name in (item.id, item.id.replace("-", " "), item.name or item.id)
    }
    while found := text.take(
        rf"(?:with )?(?:the )?({called.any_of(schedules)})(?: hours| schedule)? (?:is |are )?"
        r"(?:set|switched|forced|overridden)(?: by hand)?(?: to| as)? (open|closed|holiday)"
        r"(?: by (?:hand|code)| manually)?"
    ):
        states[schedules[" ".join(found[1].split())]] = _BY_HAND[found[2]]
