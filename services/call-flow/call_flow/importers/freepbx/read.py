"""Reads a FreePBX."""

import datetime as dt
import re

from call_flow.export.labels import shown
from call_flow.flow.calendar import zone
from call_flow.flow.model import Flow
from call_flow.importers.archive import Files
from call_flow.importers.draft import END, Draft
from call_flow.importers.freepbx import people
from call_flow.importers.freepbx.places import Places
from call_flow.importers.freepbx.tables import Tables
from call_flow.importers.ledger import Ledger
from oberaconnect.problems import Unprocessable

_PASSWORD = "A password is no part of a flow; each export makes new ones."  # noqa: S105 - a sentence
_SYSTEM = "It is set where the flow is installed."
REASONS = {
    **dict.fromkeys(
        ["secret", "voicemail_vmpwd", "password", "userpin", "adminpin", "fcode_pass"],
        _PASSWORD,
    ),
    **dict.fromkeys(
        [
            "mohclass",
            "privacyman",
            "alertinfo",
            "ringing",
            "delay_answer",
            "pricid",
            "reversal",
            "kvstore",
            "settings",
            "garbage",
            "dependencies",
            "skip_reset",
        ],
        _SYSTEM,
    ),
    "dirs": "Recordings are not imported.",
    "files": "Recordings are not imported.",
    "features": "Codes of FreePBX are its own.",
    "backupInfo": "It is about the backup.",
    "modules": "It is about the backup.",
    "processorder": "It is about the backup.",
    "skipped": "It is about the backup.",
    "findmefollow_postdest": "Calls go on as those of the extension do.",
}


def read(files: Files, ledger: Ledger, *, customer: str | None, today: dt.date) -> Flow:
    """The flow of a FreePBX.

    Raises:
        Unprocessable: when there is nothing of a FreePBX among the files, or one cannot be read.
    """
    tables = Tables(files, ledger)
    if not any(tables.all(kind) for kind in ("users", "dids", "ivrs", "ringgroups", "queues", "timeconditions")):
        raise Unprocessable(
            "There is nothing of a FreePBX among the files. Send a backup (with the modules core, ivr, ringgroups, "
            "queues, timeconditions, announcement and recordings), or the tables of the Bulk Handler."
        )
    draft = Draft("FreePBX", ledger, customer=customer, today=today)
    numbers = [f"+{digits}" for row in tables.all("dids")
               if len(digits := row.text("extension").lstrip("+")) >= 11 and digits.isdecimal()]  # fmt: skip
    zones = [
        (row.text("timezone"), row.at("timezone")) for row in tables.all("timeconditions") if zone(row.text("timezone"))
    ]
    draft.settle(numbers, zones)
    _recordings(tables, draft)
    people.read(tables, draft)
    places = Places(tables, draft)
    places.begin()
    _dids(tables, draft, places)
    people.settle(tables, draft, places)
    places.finish()
    flow = draft.flow()
    for opened in tables.files:
        opened.close(REASONS)
    return flow


def _recordings(tables: Tables, draft: Draft) -> None:
    """Prompts, with their words where a table tells them."""
    words: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    for row in tables.all("prompts"):
        language = row.text("language")
        if re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", language):
            words.setdefault(row.text("recording"), {})[language] = row.text("text")[:4000]
            files[row.text("recording")] = row.text("file")
            known = draft.customer.plain.setdefault("languages", [])
            if language not in known and len(known) < 8:
                known.append(language)
    if "languages" in draft.customer.plain and len(draft.customer.plain["languages"]) > 1:
        # Rows are in the order of the languages' names; the country's own is the first one.
        draft.customer.plain["languages"].sort(key=lambda code: (not code.endswith(f"-{draft.country}"), code))
    for row in tables.all("recordings"):
        name = shown(row.text("displayname"))
        row.get("description")
        row.get("id")
        told = row.get("files")
        stored = next(iter(told), "") if isinstance(told, dict) else row.text("filename")
        identity = draft.free_id("prompts", name)
        piece = draft.add("prompts", {"id": identity, "texts": words.get(name) or {draft.language: ""}}, row.source)
        plain = re.sub(r"[^A-Za-z0-9._-]", "", stored.split("&")[0].rsplit("/", 1)[-1])[:90].lstrip("._-")
        if name in words:
            if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", files.get(name, "")):
                piece.plain["file"] = files[name]
            continue
        piece.plain |= {"file": plain if "." in plain else f"{plain or identity}.wav", "state": "recorded"}
        reason = f"The recording {name[:100]} was not listened to."
        piece.assume("texts", piece.plain["texts"], reason, f"What does the recording {name[:80]} say?")


def _dids(tables: Tables, draft: Draft, places: Places) -> None:
    """Every inbound route that is for a number."""
    for row in tables.all("dids"):
        written = row.text("extension")
        if row.text("cidnum"):
            row.approximated("A route for callers of one number is left out.")
            continue
        digits = written.lstrip("+_")
        e164 = draft.e164(f"+{digits}") if len(digits) >= 11 else draft.e164(digits)
        if e164 is None:
            row.approximated(
                "It is for calls to any number; add the customer's numbers and let them enter where it leads."
            )
            places.to(row.text("destination"), row)
            continue
        piece = draft.add("numbers", {"e164": e164, "entry": dict(END)}, row.source)
        label = shown(row.text("description"))
        if label and label not in (e164, digits):
            piece.plain["label"] = label
        if prefix := shown(row.text("grppre")):
            piece.plain["caller_prefix"] = prefix
        entry = places.to(row.text("destination"), row)
        carried = dict(entry.get("set", {}))
        if "language" in carried:
            piece.plain["language"] = carried.pop("language")
        entry.pop("set", None)
        piece.plain["entry"] = entry | ({"set": carried} if carried else {})
