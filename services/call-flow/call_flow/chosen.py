"""Which flow a request is about: one that is kept, or one that is sent along."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from call_flow import store
from call_flow.flow.identity import version
from call_flow.flow.model import Flow
from call_flow.models import Reference
from call_flow.spec import complete
from call_flow.validate import check
from call_flow.validate.finding import Finding
from oberaconnect.auth import Principal
from oberaconnect.db import Database
from oberaconnect.problems import Conflict

_SHOWN = 20


@dataclass(frozen=True)
class Chosen:
    """A flow, for whom, and its row when it is kept."""

    caller: Principal
    flow: Flow
    version: str
    row: store.Row | None = None

    @property
    def flow_id(self) -> str | None:
        """The id of a flow that is kept."""
        return None if self.row is None else str(self.row["flow_id"])

    def findings(self) -> list[Finding]:
        """What the validator says today."""
        return check(self.flow, today=today())

    def require_sound(self) -> None:
        """Refuse to build on a flow with errors. Raises `Conflict`, which lists them."""
        errors = [finding for finding in self.findings() if finding.severity == "error"]
        if errors:
            listed: list[dict[str, Any]] = [finding.model_dump() for finding in errors[:_SHOWN]]
            raise Conflict(
                f"The flow has {len(errors)} errors, the first: {errors[0].message} {errors[0].fix}", findings=listed
            )


def today() -> dt.date:
    """The date by which holidays and horizons are judged: that of UTC."""
    return dt.datetime.now(dt.UTC).date()


def choose(database: Database, principal: Principal, asked: Reference) -> Chosen:
    """The flow a request names or brings. Raises `NoSuchFlow`, `NoSuchVersion`."""
    caller = principal.for_client(asked.client)
    if asked.flow is not None:
        flow = asked.flow if isinstance(asked.flow, Flow) else complete(asked.flow, today=today()).flow
        return Chosen(caller, flow, version(flow))
    assert asked.flow_id is not None  # noqa: S101 - the model takes exactly one of both
    with database.transaction(caller.tenants) as connection:
        return of_row(caller, store.find(connection, caller.tenant, asked.flow_id, asked.version))


def of_row(caller: Principal, row: store.Row) -> Chosen:
    """A flow that is kept."""
    return Chosen(caller, Flow.model_validate(row["content"]), row["version"], row)
