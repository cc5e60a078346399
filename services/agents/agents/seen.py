"""Which runs a caller sees: all of its clients, but a person only those that act in that person's name.

What a run read, and so what it says, may stand in documents that others of the same client may not read.
"""

from uuid import UUID

from agents.store import approvals, runs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection

#: Whoever may decide has to see what about, whoever's run it is.
_APPROVE = "agents:approve"


def only(caller: Principal) -> str | None:
    """Whose runs alone the caller sees, as `runs.page` takes it; None for everybody's."""
    return None if caller.readers is None else caller.subject


def only_questions(caller: Principal) -> str | None:
    """Whose questions alone the caller sees, as `approvals.page` takes it; None for everybody's."""
    return None if _APPROVE in caller.scopes else only(caller)


def run(connection: Connection, caller: Principal, run_id: UUID) -> runs.Row:
    """A run that the caller sees. Raises `NoSuchRun`."""
    row = runs.find(connection, run_id)
    if only(caller) not in (None, row["subject"]):
        raise runs.NoSuchRun()
    return row


def approval(connection: Connection, caller: Principal, approval_id: UUID) -> approvals.Row:
    """A question that the caller sees. Raises `NoSuchApproval`."""
    row = approvals.find(connection, approval_id)
    if only_questions(caller) not in (None, row["subject"]):
        raise approvals.NoSuchApproval()
    return row
