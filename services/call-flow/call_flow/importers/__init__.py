"""Reading other telephone systems' configurations into the model, with a ledger of what was not understood.

Every value of the flow says where it was read. Every line of a configuration, and every element of a JSON document,
stands in the ledger as understood, approximated or ignored, with a reason. What the model cannot say becomes the node
that is nearest to it, or the end of the call: never a target that is not there.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from call_flow.export.labels import shown
from call_flow.flow.model import Flow
from call_flow.importers import asterisk, freepbx, kazoo, specification, threecx, twilio
from call_flow.importers.archive import Files, expanded
from call_flow.importers.detection import detected
from call_flow.importers.ledger import Ledger, LedgerLine
from oberaconnect.problems import NotFound, Problem, Unprocessable

__all__ = ["FORMATS", "Format", "Imported", "LedgerLine", "detect", "read"]


@dataclass(frozen=True)
class Format:
    """Something that can be read. `read` takes the files, the ledger, the customer and the day."""

    name: str
    title: str
    description: str
    read: Callable[..., Flow]


@dataclass(frozen=True)
class Imported:
    """A flow, and what became of each place that it was read from."""

    flow: Flow
    ledger: list[LedgerLine]


FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format(
            "asterisk", "Asterisk",
            "extensions.conf, with pjsip.conf or sip.conf, queues.conf and voicemail.conf.", asterisk.read,
        ),
        Format("freepbx", "FreePBX", "A backup, or the tables of the Bulk Handler.", freepbx.read),
        Format(
            "kazoo", "2600Hz KAZOO",
            "Callflows as JSON, with the users, menus, temporal rules and other documents they refer to.", kazoo.read,
        ),
        Format("twilio", "Twilio Studio", "Studio flows as JSON; a file named after its number answers it.",
        twilio.read),
        Format("3cx", "3CX V20", "Requests to the XAPI, or what it answers for users, receptionists and the like.",
               threecx.read),
        Format("callflow", "callflow/1", "A specification or a whole flow: JSON, YAML, or CSV with the extensions.",
               specification.read),
    )
}  # fmt: skip
_OTHERWISE = "No call that was read comes here."


def read(name: str, files: Mapping[str, bytes], *, customer: str | None, today: dt.date) -> Imported:
    """Read a configuration. `files` by their names; archives are opened. `customer` replaces the name that it gives.

    Raises:
        NotFound: when there is no such format.
        Unprocessable: when the files hold nothing of the format, are damaged, or are too strange to be read.
        TooLarge: when they are more than is read.
    """
    if name not in FORMATS:
        raise NotFound(f"There is no format '{shown(name, 40)}'. There are {', '.join(FORMATS)}.")
    ledger = Ledger()
    named = {shown(path) or "file": content for path, content in files.items()}
    flow = _read(FORMATS[name], expanded(named, ledger), ledger, customer, today)
    return Imported(flow, ledger.lines(_OTHERWISE))


def _read(found: Format, files: Files, ledger: Ledger, customer: str | None, today: dt.date) -> Flow:
    name = (shown(customer) or None) if customer is not None else None
    try:
        return found.read(files, ledger, customer=name, today=today)
    except Problem as problem:
        if problem.status == 400:
            raise Unprocessable(problem.detail, errors=problem.errors) from None
        raise
    except RecursionError:
        raise Unprocessable("The configuration refers to itself too deeply to be followed.") from None


def detect(files: Mapping[str, bytes]) -> str:
    """The format of files, by their names and how they begin.

    Raises:
        Unprocessable: when they are of none, or damaged.
        TooLarge: when they are more than is read.
    """
    found = detected(expanded(files, Ledger()))
    if found is None:
        raise Unprocessable(f"Of which system these files are cannot be told. Name one of {', '.join(FORMATS)}.")
    return found
