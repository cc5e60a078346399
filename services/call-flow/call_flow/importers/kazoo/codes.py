"""Codes that staff dial, and where calls are parked."""

import re
from typing import TYPE_CHECKING

from call_flow.importers.element import Element
from call_flow.importers.kazoo.actions import listed

if TYPE_CHECKING:
    from call_flow.importers.kazoo.calls import Calls

_CODE = re.compile(r"[*#][0-9*#]{0,14}")


def is_code(text: str) -> bool:
    """Whether a number of a callflow is a code."""
    return _CODE.fullmatch(text) is not None


def staff_code(calls: "Calls", element: Element) -> None:
    """A code that staff dial."""
    flow = element.child("flow")
    code = next(text for text in element.texts("numbers") if _CODE.fullmatch(text))
    module = flow.text("module") if flow else ""
    element.get("name")
    if flow is not None:
        flow.get("children")
    data = flow.child("data") if flow else None
    action = data.text("action") if data else ""
    if module == "voicemail" and action in ("check", ""):
        several = data is not None and data.get("single_mailbox_login") is False
        _feature(calls, "voicemail_any" if several else "voicemail", code, element)
    elif module == "directory" or (module == "callflow" and _is_directory(calls, data)):
        _feature(calls, "directory", code, element)
    elif module == "temporal_route" and data is not None:
        data.get("rules")
    elif module == "park":
        _feature(calls, "", code, element)
    else:
        element.approximated(f"What {code} does is a feature of the system, and no part of a flow.")
        if flow is not None:
            flow.ignored("It is dialled by staff alone.")


def _is_directory(calls: "Calls", data: Element | None) -> bool:
    there = calls.account.find("callflows", data.text("id")) if data else None
    flow = there.child("flow") if there else None
    return flow is not None and flow.peek("module") == "directory"


def is_parking(element: Element) -> bool:
    """Whether a callflow parks calls."""
    flow = element.child("flow")
    return flow is not None and flow.peek("module") == "park" and bool(listed(element))


def parking(calls: "Calls", element: Element) -> None:
    """The number under which calls are parked."""
    flow = element.child("flow")
    data = flow.child("data") if flow else None
    if flow is not None and data is not None:
        for part, key in ((flow, "module"), (flow, "children"), (data, "action"), (data, "slot")):
            part.get(key)
    number = next((text for text in element.texts("numbers") if re.fullmatch(r"\d{1,12}", text)), None)
    element.get("name")
    if number is not None:
        calls.draft.numbering.put("parking", number, element.source)


def _feature(calls: "Calls", name: str, code: str, element: Element) -> None:
    if not name:
        element.approximated("Calls are parked under a number without * and #; this one is left out.")
    elif name in calls.draft.feature_codes.plain:
        element.approximated(f"Another code does the same; {code} is left out.")
    else:
        calls.draft.feature_codes.put(name, code, element.source)


def code_of(calls: "Calls", rules: list[str]) -> str | None:
    """The code by which staff set rules by hand."""
    for element in calls.account.all("callflows").values():
        flow = element.child("flow")
        data = flow.child("data") if flow and flow.peek("module") == "temporal_route" else None
        if (
            data is not None
            and data.peek("action") in ("menu", "enable", "disable", "reset")
            and any(rule in rules for rule in data.texts("rules"))
        ):
            data.get("action")
            return next((text for text in listed(element) if _CODE.fullmatch(text)), None)
    return None
