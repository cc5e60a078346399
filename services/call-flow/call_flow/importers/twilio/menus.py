"""Gather widgets: menus with their tries, and directories of our own export."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from call_flow.importers.draft import END, Piece, Plain
from call_flow.importers.twilio.states import Case, Widget

if TYPE_CHECKING:
    from call_flow.importers.twilio.calls import Calls

_KEYS = re.compile(r"[0-9*#]{1,4}")
_MOST_TRIES = 10


def gathers(calls: "Calls", widget: Widget) -> Plain:
    """The node of a widget that listens for keys."""
    split = calls.widget(widget.to("keypress"))
    found = calls.widget(split.to("noMatch")) if split else None
    if found is not None and found.kind == "run-function" and _url(found).endswith("/find"):
        return _directory(calls, widget, split, found)
    prompt = calls.prompt(widget)
    seconds = widget.properties.number("timeout")
    for key in ("stop_gather", "finish_on_key", "number_of_digits", "gather_language", "speech_timeout", "hints",
                "speech_model", "profanity_filter"):  # fmt: skip
        widget.properties.get(key)
    if widget.to("speech") is not None:
        widget.element.approximated("What callers say is not understood; they press keys.")
    tries = _tries(calls, widget)
    plain: Plain = {"kind": "menu", "prompt": "", "keys": {}, "no_input": dict(END), "invalid": dict(END)}
    if seconds is not None:
        plain["timeout_s"] = max(1, min(60, seconds))
    plain["prompt"] = prompt or _silence(calls, widget)
    plain["max_tries"] = len(tries)
    return calls.node(widget, plain, lambda piece: _fill(calls, piece, tries))


def _url(widget: Widget) -> str:
    url = widget.properties.text("url")
    return urlsplit(url.replace("{{flow.variables.domain}}", "example.net")).path


def _silence(calls: "Calls", widget: Widget) -> str:
    if calls.draft.find("prompts", "silence") is None:
        texts = {calls.draft.language: ""}
        piece = calls.draft.add("prompts", {"id": "silence", "texts": texts}, widget.element.source)
        piece.assume("texts", texts, "Nothing is said here.", "What do callers hear before they press?")
    return "silence"


def _cases(calls: "Calls", widget: Widget) -> Sequence[Case]:
    """What is compared with the keys that were pressed. A widget that leads to itself plays again."""
    split = calls.widget(widget.to("keypress"))
    return split.cases if split is not None and split.kind == "split-based-on" else []


def _seen(calls: "Calls", widget: Widget) -> list[tuple[str, str, str | None]]:
    return [(case.kind, case.value, "again" if case.to == widget.name else case.to) for case in _cases(calls, widget)]


def _wrong(calls: "Calls", widget: Widget) -> tuple[Widget | None, str | None]:
    """What is said after a wrong key, if anything, and the name of the widget after it."""
    split = calls.widget(widget.to("keypress"))
    if split is None or split.kind != "split-based-on":
        return None, widget.to("keypress")
    to = split.to("noMatch")
    there = calls.widget(to)
    if there is not None and there.kind == "say-play":
        return there, there.to("audioComplete")
    return None, to


def _tries(calls: "Calls", widget: Widget) -> list[Widget]:
    """The widgets that ask the same again, one after the other, when nothing or something wrong was pressed."""
    found = [widget]
    while len(found) < _MOST_TRIES:
        last = found[-1]
        following = calls.widget(last.to("timeout"))
        _, after = _wrong(calls, last)
        same = following is not None and following.kind == "gather-input-on-call" and after == following.name
        if not same or following is None or following in found:
            break
        if following.properties.peek("say") != widget.properties.peek("say") or _seen(calls, following) != _seen(
            calls, widget
        ):
            break
        found.append(following)
    last = found[-1]
    if last.to("timeout") in [known.name for known in found]:
        told = f"It is asked again without end; after {_MOST_TRIES} tries the call ends."
        widget.element.approximated(told)
        return [*found, *found[-1:] * (_MOST_TRIES - len(found))]
    return found


def _fill(calls: "Calls", piece: Piece, tries: list[Widget]) -> None:
    first, last = tries[0], tries[-1]
    keys: Plain = {}
    dialled: list[str] = []
    split = calls.widget(first.to("keypress"))
    for case in _cases(calls, first):
        if case.kind != "equal_to" or not re.fullmatch(r"[0-9*#]{1,12}", case.value):
            if split is not None:
                split.element.approximated("A comparison with anything but one entry of keys is not kept.")
            continue
        if case.to == first.name:
            piece.plain["replay_key"] = case.value
            continue
        goes = calls.to(case.to)
        if goes == {"extension": case.value} and len(case.value) > 1:
            dialled.append(case.value)
        elif _KEYS.fullmatch(case.value):
            keys[case.value] = goes
    piece.plain["keys"] = keys
    if dialled:
        ringing = [str(known.plain["number"]) for known in calls.draft.sections["extensions"]
                   if known.plain.get("device") != "none" and str(known.plain["number"]) not in keys]  # fmt: skip
        piece.plain["direct_dial"] = "extensions" if sorted(dialled) == sorted(ringing) else dialled
    ends = {known.name for known in tries}
    said, after = _wrong(calls, last)
    silent = last.to("timeout")
    piece.plain["no_input"] = dict(END) if silent in ends else calls.to(silent)
    piece.plain["invalid"] = dict(END) if after in ends else calls.to(after)
    if said is not None and (prompt := calls.prompt(said)) is not None:
        piece.plain["invalid_prompt"] = prompt
    for known in tries:
        _take(calls, known)


def _take(calls: "Calls", widget: Widget) -> None:
    """A further try says nothing new."""
    widget.properties.read_all()
    calls.understand(widget)
    split = calls.widget(widget.to("keypress"))
    if split is not None and split.kind == "split-based-on":
        split.properties.get("input")
        calls.understand(split)
    said, _ = _wrong(calls, widget)
    if said is not None:
        said.properties.read_all()
        calls.understand(said)


def _directory(calls: "Calls", widget: Widget, split: Widget | None, find: Widget) -> Plain:
    found = calls.widget(find.to("success"))
    failed = find.to("fail")
    widget.properties.read_all()
    find.properties.read_all()
    for element in find.properties.children("parameters"):
        element.read_all()

    def fill(piece: Piece) -> None:
        for case in split.cases if split else ():
            if case.value == "0":
                piece.plain["operator"] = calls.to(case.to)
        piece.plain["failed"] = calls.to(failed)
        listed = [
            goes["extension"] for case in (found.cases if found else ()) if "extension" in (goes := calls.to(case.to))
        ]
        piece.plain["extensions"] = listed
        for known in (split, find, found):
            if known is not None:
                known.properties.get("input")
                calls.understand(known)

    return calls.node(widget, {"kind": "directory", "failed": dict(END)}, fill)
