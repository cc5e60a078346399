"""Reads the objects of a 3CX."""

import csv
import datetime as dt
import io
import re

from call_flow.flow.calendar import zone
from call_flow.flow.model import Flow
from call_flow.importers.archive import Files, base, text
from call_flow.importers.draft import Draft
from call_flow.importers.ledger import Ledger, Source
from call_flow.importers.threecx import people, ways
from call_flow.importers.threecx.hours import Departments
from call_flow.importers.threecx.nodes import Nodes
from call_flow.importers.threecx.objects import Objects
from call_flow.importers.threecx.places import Places
from oberaconnect.problems import Unprocessable

_PASSWORD = "A password is no part of a flow; each export makes new ones."  # noqa: S105 - a sentence
_SYSTEM = "It is set where the flow is installed."
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
REASONS = {
    **dict.fromkeys(
        ["AuthPassword", "VMPIN", "AuthID"],
        _PASSWORD,
    ),
    **dict.fromkeys(
        ["save", "Require2FA", "Rights", "Number"],
        _SYSTEM,
    ),
    "Language": "It is for the web client.",
    "PromptSet": "It is for the web client.",
    "CurrentProfileName": "Extensions are imported as they are when available.",
}


def read(files: Files, ledger: Ledger, *, customer: str | None, today: dt.date) -> Flow:
    """The flow of a 3CX.

    Raises:
        Unprocessable: when there is no object of the XAPI among the files, or a file is no JSON.
    """
    prompts = {name: content for name, content in files.items() if base(name) == "prompts.csv"}
    objects = Objects({name: content for name, content in files.items() if name not in prompts}, ledger)
    if not any(objects.all(name) for name in ("Users", "Receptionists", "RingGroups", "Queues", "InboundRules")):
        raise Unprocessable(
            "There is nothing of a 3CX among the files. Send requests to its XAPI, or what it answers for Users, "
            "Groups, Receptionists, RingGroups, Queues and InboundRules."
        )
    draft = Draft("3CX", ledger, customer=customer, today=today)
    named = [(name, objects.files[0].root.source) for name in objects.zones.values() if zone(name) is not None]
    draft.settle(ways.dids(objects), named)
    for name, content in prompts.items():
        _prompts(draft, name, text(name, content))
    places = Places(draft)
    people.read(objects, draft, places)
    departments = Departments(objects, draft)
    nodes = Nodes(objects, draft, places, departments)
    nodes.begin()
    people.settle(objects, draft, places)
    nodes.complete()
    ways.inbound(objects, draft, places, departments)
    ways.outbound(objects, draft)
    flow = draft.flow()
    for opened in objects.files:
        opened.close(REASONS)
    return flow


def _prompts(draft: Draft, name: str, table: str) -> None:
    """The words of recordings, where they came along."""
    reader = csv.DictReader(io.StringIO(table))
    try:
        rows = [(row, reader.line_num) for row in reader]
    except csv.Error:
        raise Unprocessable(f"{name} is no table.") from None
    for row, line in rows:
        values = {str(key): value.removeprefix("'") if value[1:2] in tuple("=+-@") else value
                  for key, value in row.items() if isinstance(value, str)}  # fmt: skip
        identity, language = values.get("recording", ""), values.get("language", "")
        source = Source(name, ",".join(values.values()), line)
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", identity) or not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", language):
            draft.ledger.ignored(source, "It is no row of a recording and a language.")
            continue
        draft.ledger.understood(source)
        if "languages" not in draft.customer.plain:
            draft.customer.put("languages", [language], source)
        piece = draft.find("prompts", identity)
        if piece is None:
            piece = draft.add("prompts", {"id": identity, "texts": {}}, source)
            piece.plain |= {"file": file} if _FILE.fullmatch(file := values.get("file", "")) else {}
        piece.plain["texts"][language] = values.get("text", "")[:4000]
        if language not in draft.customer.plain["languages"]:
            draft.customer.plain["languages"].append(language)
