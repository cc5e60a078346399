"""Reading other telephone systems' configurations over HTTP."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field
from werkzeug.datastructures import FileStorage

from call_flow import store, views
from call_flow.api import api
from call_flow.chosen import of_row, today
from call_flow.flow.identity import ids, version
from call_flow.flow.model import Flow
from call_flow.importers import FORMATS, LedgerLine, detect, read
from call_flow.importers.ledger import Status
from call_flow.models import Client, FlowId, FlowQuery, Generated
from call_flow.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.problems import Unprocessable

_SUM: tuple[Status, ...] = ("understood", "approximated", "ignored")
_FIRST_LINES = 5000
_REASONS = 50


def _none_if_empty(told: object) -> object:
    return None if told == "" else told


class ImportForm(Model):
    """The fields beside the files. Without a format, what the files are is found out."""

    format: Annotated[Text | None, BeforeValidator(_none_if_empty), Field(max_length=40)] = None
    customer: Annotated[Text | None, BeforeValidator(_none_if_empty), Field(max_length=200)] = None
    flow_id: Annotated[FlowId | None, BeforeValidator(_none_if_empty)] = None
    client: Annotated[Client | None, BeforeValidator(_none_if_empty)] = None


class ReasonView(View):
    """Why lines were not, or not wholly, understood: how many, and the first of them."""

    status: Status
    reason: str
    lines: int
    first: LedgerLine


class ImportView(Generated):
    """The flow that was read and kept, and what became of each line of the files."""

    format: str
    counts: dict[str, int] = Field(description="Lines understood, approximated and ignored")
    summary: list[ReasonView] = Field(description="Why lines were approximated or ignored, the most frequent first")
    ledger: list[LedgerLine] = Field(description="The first five thousand lines")
    next_cursor: str | None = Field(description="Where `GET /flows/{flow_id}/ledger` goes on; null if these are all")


class LedgerQuery(FlowQuery):
    """Which lines of a ledger."""

    status: Status | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str | None = Field(default=None, pattern=r"^[0-9]{1,9}$")


class LedgerPage(View):
    """Some lines, in the order of the files. `next_cursor` is null on the last page."""

    items: list[LedgerLine]
    next_cursor: str | None


class FormatView(View):
    """A format that can be read."""

    name: str
    title: str
    description: str


class Formats(View):
    """All of them."""

    items: list[FormatView]


@api.post("/import", scope="callflow:write", tag="Flows")
def import_flow(parts: Parts, principal: Principal, files: list[FileStorage], form: ImportForm) -> ImportView:
    """Read the configuration of another telephone system, or a specification as JSON, YAML or CSV, and keep the flow.

    Send the files as `file` fields. The ledger says of every line whether it was understood, approximated or ignored;
    of a long one the answer has the beginning, and the rest is listed at `/flows/{flow_id}/ledger`.
    """
    caller = principal.for_client(form.client)
    contents: dict[str, bytes] = {}
    for file in files:
        name = file.filename or "file"
        if name in contents:
            raise Unprocessable(f"Two files are called '{name}'. Give them names of their own.")
        contents[name] = file.stream.read()
    kind = form.format or detect(contents)
    found = read(kind, contents, customer=form.customer, today=today())
    with parts.database.transaction(caller.tenants) as connection:
        row = store.save(connection, caller, form.flow_id or _unnamed(found.flow), found.flow, "import")
        store.keep_ledger(connection, row, [line.model_dump() for line in found.ledger])
    made = views.generated(of_row(caller, row))
    counted = Counter(line.status for line in found.ledger)
    return ImportView(
        **dict(made),
        format=kind,
        counts={status: counted[status] for status in _SUM},
        summary=_summary(found.ledger),
        ledger=found.ledger[:_FIRST_LINES],
        next_cursor=str(_FIRST_LINES) if len(found.ledger) > _FIRST_LINES else None,
    )


def _unnamed(flow: Flow) -> str | None:
    """The id of a flow whose customer nobody named: by its content, so that it is no other one's next version."""
    known = flow.provenance.get("/customer/name")
    if known is None or known.origin not in ("default", "assumed"):
        return None
    return f"{ids(flow.customer.name)[0][:54]}-{version(flow)[:8]}"


def _summary(ledger: Sequence[LedgerLine]) -> list[ReasonView]:
    told = [line for line in ledger if line.status != "understood"]
    first = {(line.status, line.reason): line for line in reversed(told)}
    counted = Counter((line.status, line.reason) for line in told)
    return [
        ReasonView(status=why[0], reason=why[1], lines=lines, first=first[why])
        for why, lines in counted.most_common(_REASONS)
    ]


@api.get("/flows/<flow_id>/ledger", scope="callflow:read", tag="Flows")
def show_ledger(parts: Parts, principal: Principal, flow_id: str, query: LedgerQuery) -> LedgerPage:
    """List what became of each line that a version was imported from. One that was not imported has no lines."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        row = store.find(connection, caller.tenant, flow_id, query.version)
        rows = store.ledger(connection, row, status=query.status, after=int(query.cursor or 0), limit=query.limit)
    shown = rows[: query.limit]
    items = [LedgerLine(**{name: line[name] for name in LedgerLine.model_fields}) for line in shown]
    return LedgerPage(items=items, next_cursor=str(shown[-1]["position"]) if len(rows) > query.limit else None)


@api.get("/formats", scope="callflow:read", tag="Reference")
def formats() -> Formats:
    """What can be imported."""
    return Formats(
        items=[FormatView(name=one.name, title=one.title, description=one.description) for one in FORMATS.values()]
    )
