"""Reads the documents of a KAZOO account."""

import datetime as dt

from call_flow.flow.calendar import zone
from call_flow.flow.model import Flow
from call_flow.importers.archive import Files
from call_flow.importers.draft import Draft
from call_flow.importers.kazoo import calls, people
from call_flow.importers.kazoo.documents import Account
from call_flow.importers.ledger import Ledger
from oberaconnect.problems import Unprocessable

_SYSTEM = "It is set where the flow is installed."
_PASSWORD = "A password is no part of a flow; each export makes new ones."  # noqa: S105 - a sentence
REASONS = {
    **dict.fromkeys(
        ["password", "pin", "sip"],
        _PASSWORD,
    ),
    **dict.fromkeys(
        [
            "media",
            "presence_id",
            "timezone",
            "is_setup",
            "username",
            "realm",
            "use_local_resources",
            "ignore_forward",
            "flags",
            "rules",
            "weight_cost",
            "contact_list",
            "answer",
            "exit_media",
            "transfer_media",
            "sort_by",
            "min_dtmf",
            "confirm_match",
        ],
        _SYSTEM,
    ),
    "voice": "Which voice speaks is chosen when prompts are recorded.",
    "priv_level": "What people may do in the portal is no part of a flow.",
    "metadata": "It is for the portal.",
    "ui_metadata": "It is for the portal.",
    "featurecode": "It is for the portal.",
    "request_id": "It is of the answer, not of the account.",
    "patterns": "Callflows by patterns are not read: only numbers that are named.",
}


def read(files: Files, ledger: Ledger, *, customer: str | None, today: dt.date) -> Flow:
    """The flow of an account.

    Raises:
        Unprocessable: when there is no callflow among the documents, or a file is no JSON.
    """
    account = Account(files, ledger)
    if not account.all("callflows"):
        raise Unprocessable(
            "There is no callflow among the documents. Send the callflows of the account, with its users, devices, "
            "menus, vmboxes, temporal_rules, queues, directories, conferences and media."
        )
    draft = Draft("KAZOO", ledger, customer=customer, today=today)
    numbers = [text for element in account.all("callflows").values() for text in calls.numbers(element)]
    named = ((str(found), element.at("timezone"))
             for kind in ("accounts", "users", "vmboxes") for element in account.all(kind).values()
             if (found := element.peek("timezone")) and zone(str(found)))  # fmt: skip
    draft.settle(numbers, list(named))
    people.read(account, draft)
    calls.read(account, draft)
    flow = draft.flow()
    for opened in account.files:
        opened.close(REASONS)
    return flow
