"""Reads Studio flows."""

import datetime as dt
import re

from call_flow.flow.calendar import zone
from call_flow.flow.model import Flow
from call_flow.importers.archive import Files, base, document, is_json
from call_flow.importers.draft import END, Draft
from call_flow.importers.element import Document, Element
from call_flow.importers.ledger import Ledger, Source
from call_flow.importers.twilio.calls import Calls
from call_flow.importers.twilio.states import Studio, language
from oberaconnect.problems import Unprocessable

_NUMBER = re.compile(r"\+?(\d{7,15})\.json")
_DESCRIBED = re.compile(r"\+[1-9]\d{6,14}")
_SYSTEM = "It is set where the flow is installed."
REASONS = {
    "offset": "Where a widget is drawn.",
    **dict.fromkeys(
        [
            "service_sid",
            "environment_sid",
            "function_sid",
            "gather_language",
            "trim",
            "play_beep",
            "method",
            "finish_on_key",
            "rounds",
            "recording_status_callback",
            "stop_gather",
            "loop",
            "profanity_filter",
        ],
        _SYSTEM,
    ),
    "record": "Whether calls are recorded is no part of a flow.",
    "voice": "Which voice speaks is chosen when prompts are recorded.",
    "keys": "Keys of names follow from the names.",
    "variables": "Variables are not kept.",
}


def read(files: Files, ledger: Ledger, *, customer: str | None, today: dt.date) -> Flow:
    """The flow of one or more Studio flows, each of which answers the number that its file is named after.

    Raises:
        Unprocessable: when there is no Studio flow among the files, or a file is no JSON.
    """
    opened: list[Document] = []
    for name, content in files.items():
        if is_json(content):
            opened.append(Document(name, document(name, content), ledger))
        else:
            ledger.ignored(Source(name, "a file"), "It is no JSON document.")
    studios = [Studio(item) for item in opened if isinstance(item.value, dict) and "initial_state" in item.value]
    if not studios:
        raise Unprocessable("There is no Studio flow among the files: a JSON object with initial_state and states.")
    draft = Draft("Twilio Studio", ledger, customer=customer, today=today)
    data = next((item.root for item in opened if isinstance(item.value, dict) and "places" in item.value), None)
    numbers = {studio.file: number for studio in studios if (number := _number(studio)) is not None}
    hours = data.child("hours") if data else None
    zones = [(element.text("time_zone"), element.at("time_zone")) for _, element in hours.items()] if hours else []
    draft.settle(list(numbers.values()), [(name, where) for name, where in zones if zone(name)])
    _languages(draft, studios, data)
    calls = Calls(draft, data)
    for item in opened:
        if base(item.file) == "credentials.json":
            calls.telephones(item.root)
    for studio in studios:
        entry = calls.enter(studio)
        e164 = draft.e164(numbers[studio.file]) if studio.file in numbers else None
        if e164 is None:
            studio.root.approximated(
                "The flow does not name the number that it answers. Add it, and let it enter here."
            )
            continue
        piece = draft.add("numbers", {"e164": e164, "entry": entry or dict(END)}, studio.root.source)
        if calls.language != draft.language:
            piece.plain["language"] = calls.language
    calls.finish()
    flow = draft.flow()
    for item in opened:
        item.close(REASONS)
    return flow


def _number(studio: Studio) -> str | None:
    """The number of a flow, by its file's name or its description."""
    match = _NUMBER.fullmatch(base(studio.file))
    if match is not None:
        return f"+{match[1]}"
    described = _DESCRIBED.search(str(studio.root.peek("description") or ""))
    return described[0] if described else None


def _languages(draft: Draft, studios: list[Studio], data: Element | None) -> None:
    """The languages in which flows speak; that of the Functions, or of the first flow, comes first."""
    found = [studio for studio in studios if studio.language]
    places = data.child("places") if data else None
    spoken = [
        said.text("language") for _, place in (places.items() if places else []) for said in place.children("says")
    ]
    if found:
        named = [*filter(language, spoken), *(studio.language for studio in found)]
        draft.customer.plain["languages"] = list(dict.fromkeys(named))[:8]
        draft.customer.notes["/languages"] = found[0].root.source.imported()
