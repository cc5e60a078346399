"""Ten customers: the specifications in services/call-flow/samples, complete."""

import datetime as dt
from functools import cache
from pathlib import Path

from call_flow.flow.model import Flow
from call_flow.spec import Completed, complete, read

FOLDER = Path(__file__).parents[1] / "services" / "call-flow" / "samples"
CUSTOMERS = tuple(path.stem for path in sorted(FOLDER.glob("*.yaml")))
#: The day on which they are completed.
TODAY = dt.date(2026, 11, 25)


@cache
def completed(name: str) -> Completed:
    """A customer's flow and its assumptions."""
    path = FOLDER / f"{name}.yaml"
    return complete(read(path.read_bytes(), None, path.name), today=TODAY)


def customer(name: str) -> Flow:
    """A customer's flow."""
    return completed(name).flow
