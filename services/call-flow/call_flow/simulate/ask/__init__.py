"""Questions in plain English, such as "Saturday 19:00, presses 2": read by rule, so that the same words always mean the
same call, and what is not understood is said.
"""

import datetime as dt
from itertools import pairwise

from call_flow.flow.graph import Graph, Vertex
from call_flow.flow.model import Flow
from call_flow.flow.nodes import Menu
from call_flow.flow.scenario import Press, Scenario
from call_flow.simulate import outbound
from call_flow.simulate.ask import answers, pressed, when
from call_flow.simulate.ask.names import PHONE, Called
from call_flow.simulate.ask.text import Text
from call_flow.simulate.menu import Entries
from call_flow.simulate.simulator import Simulator
from call_flow.simulate.switches import ANONYMOUS
from call_flow.simulate.testplan.moments import Moments
from oberaconnect.problems import Unprocessable

_MOST_CHARACTERS = 1000
_HIDDEN = (
    r"(?:with |from )?(?:an? |the |their |his |her )?(?:hidden|withheld|anonymous|private|unknown|suppressed|blocked)"
    r"(?: (?:number|caller(?: id)?|calls?))?|anonymously|hid(?:es|ing) (?:the|their|his|her) number|without caller id"
)
_CALL = r"(?:calls?|dials?|rings?|phones?|calling|dialing|dialling)"
_EXAMPLE = "Write for instance: Saturday 19:00, presses 2, 101 is busy."


def read_question(flow: Flow, question: str, today: dt.date) -> Scenario:
    """The call that a question is about. Days are counted from `today`; what is not said is as usual.

    Raises:
        Unprocessable: naming the words that were not understood, or what the flow does not have.
    """
    if len(question) > _MOST_CHARACTERS:
        raise Unprocessable(f"The question has more than {_MOST_CHARACTERS} characters. {_EXAMPLE}")
    graph = Graph(flow)
    text = Text(question)
    called = Called(graph, text)
    caller, to = _inside(text, called)
    if caller is None:
        caller = _outside_caller(text, called)
        to = _number(text, called)
    first = flow.numbers[0].e164 if flow.numbers else None
    keys = _apart(graph, pressed.take(text, _wrong(graph, to or first)))
    states = answers.take(text, called)
    at = when.take(text, graph, Moments(graph, today), to or first if caller not in graph.extensions else None)
    if left := text.left():
        words = " ".join(f"'{word}'" for word in dict.fromkeys(left))
        raise Unprocessable(f"Not understood: {words}. {_EXAMPLE}")
    scenario = Scenario(at=at, to=to, from_=caller, keys=keys, states=states)
    Simulator(flow, graph).trace(scenario)
    return scenario


def _inside(text: Text, called: Called) -> tuple[str | None, str | None]:
    """The extension that calls and what it dials."""
    emergency = called.graph.flow.emergency.numbers
    services = r"(?:the )?emergency(?: services| number)?|(?:for )?help"
    voicemail = r"(?:their |the |its |his |her |own )*(?:voicemail|mailbox)"
    dialled = (
        rf"(?P<services>{services})|(?P<box>{voicemail})|(?P<code>[0-9*#+][0-9*#]*)|(?P<phone>{PHONE})|"
        rf"(?P<who>{called.one})"
    )
    found = text.take(rf"(?:from )?(?P<caller>{called.one}),? (?:who )?{_CALL} (?:{dialled})")
    if found is None:
        return None, None
    caller = called.extension(found["caller"])
    if caller is None:
        raise Unprocessable(f"'{found['caller']}' is no extension of this flow, so it cannot call from inside.")
    if found["services"]:
        if not emergency:
            raise Unprocessable("This flow has no emergency numbers.")
        return caller, emergency[0]
    if found["box"]:
        code = called.graph.flow.feature_codes.voicemail
        if code is None:
            raise Unprocessable("This flow has no code for the mailbox.")
        return caller, code
    if found["who"]:
        return caller, called.extension(found["who"]) or found["who"]
    return caller, found["code"] or found["phone"]


def _outside_caller(text: Text, called: Called) -> str | None:
    if text.take(_HIDDEN):
        return ANONYMOUS
    found = text.take(rf"(?:from|caller|caller id) (?:number )?({PHONE})")
    if found is None:
        return None
    parsed = outbound.parse(found[1], called.graph.flow.customer.country)
    if parsed is not None:
        return outbound.e164(parsed)
    digits = "".join(sign for sign in found[1] if sign.isdigit())
    if found[1].startswith("+") and len(digits) >= 2:
        return f"+{digits[:15]}"
    raise Unprocessable(f"'{found[1]}' is no telephone number. Give one such as +14155550100.")


def _number(text: Text, called: Called) -> str | None:
    """The customer's number that is called; None when none is said."""
    begin, line = rf"(?:{_CALL}|to|on|over) (?:in )?(?:on |to )?(?:the |our )?", "(?: (?:line|number|hotline))?"
    if found := text.take(rf"{begin}({called.label}){line}"):
        return called.number(found[1])
    if found := text.take(rf"{begin}(?:number )?({PHONE})"):
        parsed = outbound.parse(found[1], called.graph.flow.customer.country)
        number = outbound.e164(parsed) if parsed else found[1]
        if number not in called.graph.numbers:
            known = ", ".join(item.e164 for item in called.graph.flow.numbers[:12]) or "none"
            raise Unprocessable(f"'{number}' is no number of this flow. It has {known}.")
        return number
    text.take(r"(?:the |our )?main (?:line|number)")
    return None


def _apart(graph: Graph, presses: list[Press]) -> list[Press]:
    """The presses so late after each other that no menu takes two of them for one entry."""
    menus = [(Entries(graph, node), node.digit_timeout_s) for node in graph.nodes.values() if isinstance(node, Menu)]
    found = presses[:1]
    for before, press in pairwise(presses):
        pause = max((timeout for entries, timeout in menus if entries.goes_on(before.press)), default=0)
        found.append(press.model_copy(update={"after": press.after + pause}))
    return found


def _wrong(graph: Graph, number: str | None) -> str:
    """A key that means nothing in the first menu that calls to a number come to."""
    waiting = [Vertex("number", number)] if number else []
    seen = set(waiting)
    while waiting:
        place = waiting.pop(0)
        node = graph.nodes.get(place.name) if place.kind == "node" else None
        if isinstance(node, Menu) and (keys := Entries(graph, node).shortest_invalid()):
            return keys
        for edge in graph.outgoing.get(place, []):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return "#"
