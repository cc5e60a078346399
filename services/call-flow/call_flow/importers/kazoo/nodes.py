"""Menus, sorting of callers, directories, rooms and pages."""

import re
from typing import TYPE_CHECKING

from call_flow.importers.draft import END, Piece, Plain
from call_flow.importers.element import Element
from call_flow.importers.kazoo.actions import child, children
from call_flow.importers.kazoo.people import prompt
from call_flow.importers.kazoo.rings import member

if TYPE_CHECKING:
    from call_flow.importers.kazoo.calls import Calls

_ANONYMOUS = re.compile(r"anonymous|restricted|unknown|unavailable|withheld", re.IGNORECASE)
_PREFIX = re.compile(r"\^\\?\+?\??([1-9]\d{0,14})(?:\.\*)?")


def menu(calls: "Calls", action: Element, data: Element, piece: Piece) -> None:
    """Complete the node of a menu."""
    name = str(piece.plain.get("name") or piece.plain["id"])
    element = calls.account.find("menus", data.text("id"))
    keys: Plain = {}
    for key, below in children(action):
        if key in ("_", "timeout"):
            continue
        if not re.fullmatch(r"[0-9*#]{1,4}", key):
            below.approximated("It is no key of one to four digits, * and #; it is left out.")
            continue
        goes = calls.to(below, f"{name}-{key}")
        if goes == {"node": piece.plain["id"]} and "replay_key" not in piece.plain:
            piece.plain["replay_key"] = key
        else:
            keys[key] = goes
    invalid = calls.child_to(action, "_", name)
    silent = child(action, "timeout")
    no_input = invalid if silent is None else calls.to(silent, f"{name}-silence")
    piece.plain |= {"kind": "menu", "keys": keys, "invalid": invalid, "no_input": no_input}
    said = None if element is None else _of_menu(calls, element, piece)
    piece.plain["prompt"] = said or _silence(calls, action)


def _of_menu(calls: "Calls", element: Element, piece: Piece) -> str | None:
    media = element.child("media")
    said = prompt(calls.account, media.text("greeting")) if media else None
    wrong = media.text("invalid_media") if media else ""
    if (told := prompt(calls.account, wrong)) is not None:
        piece.plain["invalid_prompt"] = told
    tries, wait, between = (
        element.number("retries"),
        element.number("timeout"),
        element.number("interdigit_timeout"),
    )
    if tries is not None:
        piece.plain["max_tries"] = max(1, min(10, tries))
    if wait is not None:
        piece.plain["timeout_s"] = max(1, min(60, round(wait / 1000)))
    if between is not None:
        piece.plain["digit_timeout_s"] = max(1, min(20, round(between / 1000)))
    element.get("max_extension_length")
    if element.flag("hunt"):
        pattern = element.text("hunt_allow")
        known = [str(item.plain["number"]) for item in calls.draft.sections["extensions"]]
        ringing = [str(item.plain["number"]) for item in calls.draft.sections["extensions"]
                   if item.plain.get("device") != "none"]  # fmt: skip
        exact = re.fullmatch(r"\^?\(?([0-9|]+)\)?\$?", pattern)
        named = [number for number in exact[1].split("|") if number in known] if exact else []
        if not pattern or not exact:
            named = ringing
        usual = [number for number in ringing if number not in piece.plain["keys"]]
        piece.plain["direct_dial"] = "extensions" if named in (usual, ringing) else named
    return said


def _silence(calls: "Calls", action: Element) -> str:
    if calls.draft.find("prompts", "silence") is None:
        plain = {"id": "silence", "texts": {calls.draft.language: ""}}
        piece = calls.draft.add("prompts", plain, action.source)
        piece.assume("texts", plain["texts"], "The menu has no greeting.", "What do callers hear before they press?")
    return "silence"


def sorts(calls: "Calls", action: Element, data: Element, piece: Piece) -> None:
    """Complete the node that sorts callers."""
    name = str(piece.plain.get("name") or piece.plain["id"])
    rules: list[Plain] = []
    current: Element | None = action
    other: Plain = dict(END)
    while current is not None and len(rules) < 200:
        told = current.child("data")
        pattern = told.text("regex") if told and current.text("module") == "check_cid" else None
        if told is not None:
            told.get("use_absolute_mode")
        rule = None if pattern is None else _rule(pattern)
        if rule is None:
            if pattern is not None:
                current.approximated("Its pattern of callers is not kept; calls go on as if it did not match.")
                current = child(current, "nomatch")
                continue
            break
        match = child(current, "match")
        rules.append({**rule, "then": dict(END) if match is None else calls.to(match, f"{name}-{len(rules) + 1}")})
        current = child(current, "nomatch")
        if current is not None and current.peek("module") != "check_cid":
            break
    if current is not None:
        other = calls.to(current, f"{name}-others")
    if rules:
        piece.plain |= {"kind": "caller_match", "rules": rules, "otherwise": other}
    else:
        piece.plain |= {"kind": "caller_match", "rules": [{"anonymous": True, "then": other}], "otherwise": other}


def directory(calls: "Calls", action: Element, data: Element, piece: Piece) -> None:
    """Complete the node of a directory."""
    identity = data.text("id")
    element = calls.account.find("directories", identity)
    by = element.text("search_fields") if element else ""
    found = {"first_name": "first", "both": "both"}.get(by, "last")
    name = str(piece.plain.get("name") or piece.plain["id"])
    piece.plain |= {"kind": "directory", "by": found, "failed": calls.child_to(action, "_", name)}
    members = [number for owner, number in calls.extensions.items()
               if (user := calls.account.find("users", owner)) is not None
               and (listed := user.child("directories")) is not None and listed.get(identity)]  # fmt: skip
    order = [str(item.plain["number"]) for item in calls.draft.sections["extensions"]]
    members.sort(key=lambda number: order.index(number) if number in order else len(order))
    usual = [str(item.plain["number"]) for item in calls.draft.sections["extensions"]
             if item.plain.get("in_directory", True) and {"first", "last", "display"} & item.plain.keys()]  # fmt: skip
    if members != usual:
        piece.plain["extensions"] = members


def conference(calls: "Calls", action: Element, data: Element, piece: Piece) -> None:
    """Complete the node of a room."""
    element = calls.account.find("conferences", data.text("id"))
    member = element.child("member") if element else None
    room = next((text for text in (member.texts("numbers") if member else []) if re.fullmatch(r"\d{1,12}", text)), None)
    if member is not None:
        member.get("join_muted")
    if element is None or room is None:
        action.approximated("The conference has no room number among the documents; calls that come here end.")
        return
    element.get("play_exit_tone")
    piece.plain |= {"kind": "conference", "room": room, "announce": element.flag("play_entry_tone")}


def page(calls: "Calls", action: Element, data: Element, piece: Piece) -> None:
    """Complete the node of a page."""
    members = [found["extension"] for endpoint in data.children("endpoints")
               if (found := member(calls, endpoint)) is not None and "extension" in found]  # fmt: skip
    piece.plain |= {"kind": "page", "members": members[:200], "duplex": data.text("audio") == "two-way"}


def _rule(pattern: str) -> Plain | None:
    if _ANONYMOUS.search(pattern):
        return {"anonymous": True}
    match = _PREFIX.fullmatch(pattern)
    return {"prefix": f"+{match[1]}"} if match else None
