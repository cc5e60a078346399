"""What our own export leaves to Functions: who rings in which round, and hours."""

import datetime as dt
import re
from typing import TYPE_CHECKING

from call_flow.export.agenda import Span
from call_flow.export.labels import shown
from call_flow.flow.calendar import MINUTES_A_DAY
from call_flow.importers.draft import END, Piece, Plain
from call_flow.importers.element import Element
from call_flow.importers.twilio.states import Widget
from call_flow.importers.week import Day, Hours, add_schedule

if TYPE_CHECKING:
    from call_flow.importers.twilio.calls import Calls

_RETRY = 5


def place(calls: "Calls", widget: Widget, name: str) -> Plain:
    """The extension, group, queue, outside number or room that a Function rings."""
    status = calls.widget(widget.to("return"))
    if status is not None:
        status.properties.get("input")
        calls.understand(status)
    if match := re.fullmatch(r"ext-(\d{1,12})", name):
        extension(calls, match[1], widget)
        return {"extension": match[1]}
    element = _find(calls, name)
    if element is None:
        widget.element.approximated("The Function does not know this place; calls that come here end.")
        return dict(END)
    rounds = element.children("rounds")
    room = next((text for item in rounds if (text := item.text("room"))), "")
    if room:
        beep = rounds[0].flag("beep")
        plain: Plain = {"kind": "conference", "room": room.removeprefix("room-"), "announce": beep}
        return calls.node(widget, plain, lambda _: None)
    return calls.node(widget, _rings(calls, element, rounds), lambda piece: _after(calls, piece, widget))


def _find(calls: "Calls", name: str) -> Element | None:
    known = calls.data.child("places") if calls.data else None
    return known.child(name) if known else None


def _legs(item: Element) -> list[Plain]:
    found: list[Plain] = []
    for leg in item.children("legs"):
        inside, outside = leg.text("sip"), leg.text("number")
        member: Plain = {"extension": inside} if inside else {"number": outside}
        found.append(member | ({"confirm": True} if leg.flag("confirm") else {}))
    return found


def _rings(calls: "Calls", element: Element, rounds: list[Element]) -> Plain:
    """By its rounds it is a group, a queue or one number outside."""
    legs = [_legs(item) for item in rounds]
    seconds = next((number for item in rounds if (number := item.number("timeout"))), 20)
    own = any(item.text("caller_id") for item in rounds)
    greeting = _greeting(calls, element)
    members = [leg for item in legs for leg in item]
    if len(legs) == 1 and len(members) == 1 and "number" in members[0] and greeting is None:
        return {"kind": "external", **members[0], "ring_s": seconds, "caller_id": "own" if own else "caller"}
    said = {"greeting": greeting} if greeting else {}
    first = [leg for at, leg in enumerate(members) if leg not in members[:at]]
    if len(legs) <= 1 or (len(first) == len(members) and all(len(item) == 1 for item in legs)):
        strategy = "sequential" if len(legs) > 1 else "simultaneous"
        return {"kind": "ring_group", "strategy": strategy, "members": members, "ring_s": seconds, **said}
    strategy = "ringall" if all(item == legs[0] for item in legs) else "linear"
    agents = [{key: value for key, value in leg.items() if key != "confirm"} for leg in first]
    return {"kind": "queue", "strategy": strategy, "agents": agents, "ring_s": seconds, "retry_s": _RETRY,
            "max_wait_s": len(legs) * (seconds + _RETRY), **said}  # fmt: skip


def _greeting(calls: "Calls", element: Element) -> str | None:
    for said in element.children("says"):
        words = shown(said.text("text"), 4000)
        language = said.text("language")
        return calls.words(words, language or calls.draft.language, "greeting", said)
    return None


def _after(calls: "Calls", piece: Piece, widget: Widget) -> None:
    goes = _outcomes(calls, widget)
    if piece.plain["kind"] == "queue":
        piece.plain["timeout"] = goes["no_answer"]
        if goes["offline"] != goes["no_answer"]:
            piece.plain["no_agents"] = goes["offline"]
        return
    piece.plain["no_answer"] = goes["no_answer"]
    if goes["busy"] != goes["no_answer"]:
        piece.plain["busy"] = goes["busy"]
    if goes["offline"] != goes["no_answer"] and piece.plain["kind"] == "ring_group":
        piece.plain["offline"] = goes["offline"]


def _outcomes(calls: "Calls", widget: Widget) -> dict[str, Plain]:
    status = calls.widget(widget.to("return"))
    if status is None:
        return {name: dict(END) for name in ("no_answer", "busy", "offline")}
    by_value = {case.value: case.to for case in status.cases}
    return {"no_answer": calls.to(status.to("noMatch")), "busy": calls.to(by_value.get("busy")),
            "offline": calls.to(by_value.get("failed"))}  # fmt: skip


def extension(calls: "Calls", number: str, widget: Widget | None) -> None:
    """An extension with the seconds it rings, numbers that ring with it, and where its calls go on."""
    piece = calls.draft.find("extensions", number)
    element = _find(calls, f"ext-{number}")
    if piece is None and (element is not None or widget is None):
        source = element.source if element is not None else calls.studio.root.source
        piece = calls.draft.add("extensions", {"number": number}, source)
    if piece is None:
        return
    if element is not None and "ring_s" not in piece.plain:
        for item in element.children("rounds"):
            legs = _legs(item)
            piece.plain["ring_s"] = item.number("timeout") or 20
            followed = [
                {"number": leg["number"], "delay_s": 0, "confirm": "confirm" in leg} for leg in legs if "number" in leg
            ]
            piece.plain |= {"follow_me": followed} if followed else {}
        if not any("extension" in leg for item in element.children("rounds") for leg in _legs(item)):
            piece.plain["device"] = "none"
        element.get("says")
    if widget is not None:
        calls.later(lambda: _settle(calls, piece, widget))


def _settle(calls: "Calls", piece: Piece, widget: Widget) -> None:
    goes = _outcomes(calls, widget)
    number = piece.plain["number"]
    boxes = [to["mailbox"] for to in goes.values() if "mailbox" in to]
    if boxes and boxes[0] == number:
        piece.plain["mailbox"] = number
    box = piece.plain.get("mailbox")
    for outcome, to in goes.items():
        usual: Plain = {"hangup": "busy" if outcome == "busy" else "no_answer"}
        if box is not None:
            usual = {"mailbox": box}
        if outcome != "no_answer" and "on_no_answer" in piece.plain:
            usual = goes["no_answer"]
        if to != usual and to != dict(END):
            piece.plain[f"on_{outcome}"] = to
        elif to == dict(END) and outcome == "no_answer" and box is not None:
            piece.plain["on_no_answer"] = to


def hours(calls: "Calls", widget: Widget) -> Plain:
    """The time switch of a Function that asks the hours."""
    for key in ("service_sid", "environment_sid", "function_sid"):
        widget.properties.get(key)
    asked = {item.text("key"): item.text("value") for item in widget.properties.children("parameters")}
    known = calls.data.child("hours") if calls.data else None
    element = known.child(asked.get("schedule", "")) if known else None
    state = calls.widget(widget.to("success"))
    if state is not None:
        state.properties.get("input")
        calls.understand(state)
    schedule = "" if element is None else _schedule(calls, element, asked["schedule"])

    def fill(piece: Piece) -> None:
        cases = {case.value: case.to for case in state.cases} if state else {}
        closed = calls.to(state.to("noMatch")) if state else dict(END)
        piece.plain |= {"open": calls.to(cases.get("open")), "closed": closed}
        holiday = calls.to(cases.get("holiday"))
        if holiday != closed:
            piece.plain["holiday"] = holiday

    if not schedule:
        widget.element.approximated("The hours it asks are not among the files; they are taken to be closed.")
        empty = Hours(calls.draft.time_zone, [[] for _ in range(7)])
        schedule = add_schedule(calls.draft, empty, "hours", widget.element.source)
    plain: Plain = {"kind": "time_switch", "schedule": schedule, "open": dict(END), "closed": dict(END)}
    return calls.node(widget, plain, fill)


def _schedule(calls: "Calls", element: Element, name: str) -> str:
    known = calls.draft.find("schedules", name)
    if known is not None:
        return name
    weekly = element.get("weekly")
    days = (
        [_spans(spans) for spans in weekly] if isinstance(weekly, list) and len(weekly) == 7 else [[] for _ in range(7)]
    )
    dated: dict[dt.date, Day] = {}
    for written, item in element.named("dated"):
        try:
            date = dt.date.fromisoformat(written)
        except ValueError:
            item.approximated("It is no date; it is left out.")
            continue
        dated[date] = Day(
            tuple(_spans(item.get("open"))), "holiday" if item.text("otherwise") == "holiday" else "closed"
        )
    zone = element.text("time_zone") or calls.draft.time_zone
    return add_schedule(calls.draft, Hours(zone, days, dated), name, element.source, always=True)


def _spans(listed: object) -> list[Span]:
    found: list[Span] = []
    for span in listed if isinstance(listed, list) else []:
        if isinstance(span, list) and len(span) == 2 and all(isinstance(edge, int) for edge in span):
            start, end = max(0, span[0]), min(MINUTES_A_DAY, span[1])
            found += [(start, end)] if start < end else []
    return found
