"""Reading other telephone systems' configurations over HTTP."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from werkzeug.datastructures import FileStorage

from call_flow import store, views
from call_flow.api import api, flow_id_of
from call_flow.chosen import of_row, today
from call_flow.importers import FORMATS, LedgerLine, detect, read
from call_flow.models import Client, FlowId, Generated
from call_flow.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.problems import Unprocessable

_SUM = ("understood", "approximated", "ignored")


def _none_if_empty(told: object) -> object:
    return None if told == "" else told


class ImportForm(Model):
    """The fields beside the files. Without a format, what the files are is found out."""

    format: Annotated[Text | None, BeforeValidator(_none_if_empty), Field(max_length=40)] = None
    customer: Annotated[Text | None, BeforeValidator(_none_if_empty), Field(max_length=200)] = None
    flow_id: Annotated[FlowId | None, BeforeValidator(_none_if_empty)] = None
    client: Annotated[Client | None, BeforeValidator(_none_if_empty)] = None


class ImportView(Generated):
    """The flow that was read and kept, and what became of each line of the files."""

    format: str
    counts: dict[str, int] = Field(description="Lines understood, approximated and ignored")
    ledger: list[LedgerLine]


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

    Send the files as `file` fields. The ledger says of every line whether it was understood, approximated or ignored.
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
        flow_id = form.flow_id or flow_id_of(found.flow.customer.name)
        row = store.save(connection, caller, flow_id, found.flow, "import")
    made = views.generated(of_row(caller, row))
    counts = {status: sum(line.status == status for line in found.ledger) for status in _SUM}
    return ImportView(**dict(made), format=kind, counts=counts, ledger=found.ledger)


@api.get("/formats", scope="callflow:read", tag="Reference")
def formats() -> Formats:
    """What can be imported."""
    return Formats(
        items=[FormatView(name=one.name, title=one.title, description=one.description) for one in FORMATS.values()]
    )
