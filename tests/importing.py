"""What the tests of imports share: the sample offices, and imports of our own exports."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.exports import flows, secret

from call_flow.export.targets import TARGETS
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Scenario, Terminal
from call_flow.importers import Imported, LedgerLine, detect, read
from call_flow.simulate import Simulator

FOLDER = Path(__file__).parent / "imports"
#: The day on which everything is read.
TODAY = dt.date(2026, 11, 25)
#: Systems that are exported to and imported from.
BOTH_WAYS = ("asterisk", "freepbx", "kazoo", "twilio", "3cx")


def office(name: str) -> dict[str, bytes]:
    """The files of a sample office."""
    return {path.name: path.read_bytes() for path in sorted((FOLDER / name).iterdir())}


def imported(name: str, **changed: bytes) -> Imported:
    """A sample office, read as what it looks like; `changed` replaces files by their names without endings."""
    files = office(name)
    for path in list(files):
        files[path] = changed.get(path.partition(".")[0], files[path])
    return read(detect(files), files, customer=None, today=TODAY)


def dialplan(text: str, **others: str) -> Imported:
    """An extensions.conf, with other files by their names without endings."""
    files = {"extensions.conf": text.encode()} | {f"{name}.conf": words.encode() for name, words in others.items()}
    return read("asterisk", files, customer=None, today=TODAY)


def exported(system: str, flow: Flow) -> Mapping[str, bytes]:
    """The files of an export."""
    return TARGETS[system].make(flow, secret).files


def again(system: str, flow: Flow) -> Flow:
    """A flow after its way out to a system and back."""
    return read(system, exported(system, flow), customer=flow.customer.name, today=TODAY).flow


@cache
def came_back(system: str, name: str) -> Imported:
    """What is read of one of the flows of the exports after its way out to a system."""
    flow = flows()[name]
    return read(system, exported(system, flow), customer=flow.customer.name, today=TODAY)


def first(system: str, name: str) -> Flow:
    """That flow, after its way out and back."""
    return came_back(system, name).flow


def said(flow: Flow) -> dict[str, Any]:
    """What a flow says, without where that comes from."""
    plain = flow.plain()
    del plain["provenance"]
    return plain


def call(flow: Flow, at: str, **scenario: Any) -> Terminal:
    """Where a call ends; `at` is a day and time, `caller` and `keys` are who calls and what they press."""
    keys = [{"after": 1, "press": key} for key in scenario.pop("keys", [])]
    plain = {"at": at, "keys": keys, **scenario}
    return Simulator(flow).run(Scenario.model_validate(plain)).terminal


def line(found: Imported, part: str) -> LedgerLine:
    """The first line of the ledger in whose text a part stands."""
    return next(item for item in found.ledger if part in item.text)


def statuses(found: Imported) -> Counter[str]:
    """How many lines there are of each status."""
    return Counter(item.status for item in found.ledger)
