"""How the runs stand, for Prometheus: how many are in each state, and how long people have been waited for."""

from collections.abc import Iterable, Iterator

from agents.store import approvals, runs
from oberaconnect.auth import Principal
from oberaconnect.db import Database
from oberaconnect.telemetry import Sample
from oberaconnect.web import Gauges

_RUNS = "Runs of an agent that are in this state"
_PENDING = "Approvals that wait for a person"
_OLDEST = "How long the oldest of them has been waiting, in seconds"


def of_runs(database: Database) -> Gauges:
    """What a caller that may read is told of the runs of its clients. Ended ones are left to the usage."""

    def gauges(caller: Principal) -> Iterable[Sample]:
        return _samples(database, caller) if "agents:read" in caller.scopes else ()

    return gauges


def _samples(database: Database, caller: Principal) -> Iterator[Sample]:
    with database.transaction(caller.tenants) as connection:
        open_runs = runs.count_open(connection)
        pending = approvals.count_pending(connection)
    for row in open_runs:
        labels = {"client": row["tenant"], "agent": row["agent"], "status": row["status"]}
        yield Sample("agent_runs", _RUNS, labels, float(row["n"]))
    for row in pending:
        yield Sample("agent_approvals_pending", _PENDING, {"client": row["tenant"]}, float(row["n"]))
        yield Sample("agent_approvals_oldest_seconds", _OLDEST, {"client": row["tenant"]}, float(row["oldest"]))
