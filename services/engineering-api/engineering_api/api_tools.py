"""Tools over HTTP: what can be calculated, one calculation, and one that was kept."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, JsonValue, RootModel

from engineering_api import store
from engineering_api.api import api
from engineering_api.calculations import Kept, calculate
from engineering_api.models import Client
from engineering_api.parts import Parts
from engineering_api.tools.registry import TOOLS
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Model, View

_DEEPEST = 12


class ToolView(View):
    """A tool and the JSON Schemas of what it takes and gives."""

    name: str
    title: str
    description: str
    arguments: dict[str, JsonValue] = Field(description="JSON Schema of the body of POST /tools/{name}")
    result: dict[str, JsonValue] = Field(description="JSON Schema of `result`")


class Tools(View):
    """All tools."""

    items: list[ToolView]


def _storable(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Refuse what PostgreSQL cannot keep, and what is nested deeper than any tool's arguments are."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ValueError("is nested too deep")
        if isinstance(one, dict):
            waiting.extend((part, depth + 1) for pair in one.items() for part in pair)
        elif isinstance(one, list):
            waiting.extend((part, depth + 1) for part in one)
        elif isinstance(one, float) and one - one != 0:
            raise ValueError("must not contain numbers that JSON does not have")
        elif isinstance(one, str) and ("\x00" in one or not _is_whole(one)):
            raise ValueError("must not contain the NUL character or half of a character")
    return value


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


class ToolArguments(RootModel[Annotated[dict[str, JsonValue], AfterValidator(_storable)]]):
    """What the tool takes, as `GET /tools` tells it."""


class ClientQuery(Model):
    """For which client it is calculated."""

    client: Client | None = None


class Calculated(View):
    """What a tool found. The id is what an answer cites; `GET /calculations/{id}` shows it again."""

    calc_id: UUID
    tool: str
    result: dict[str, JsonValue]


class CalculationView(View):
    """A calculation that was kept. Long texts among its arguments are kept by their fingerprints only."""

    calc_id: UUID
    client: str
    tool: str
    arguments: dict[str, JsonValue]
    result: dict[str, JsonValue]
    created_at: datetime


@api.get("/tools", scope="engineering:read", tag="Tools")
def list_tools() -> Tools:
    """List the tools, with the shapes of what they take and give."""
    return Tools(
        items=[
            ToolView(
                name=tool.name,
                title=tool.title,
                description=tool.description,
                arguments=tool.arguments.model_json_schema(),
                result=tool.result.model_json_schema(mode="serialization"),
            )
            for tool in sorted(TOOLS.values(), key=lambda one: one.name)
        ]
    )


@api.post("/tools/<name>", scope="engineering:read", tag="Tools")
def use_tool(parts: Parts, principal: Principal, name: str, body: ToolArguments, query: ClientQuery) -> Calculated:
    """Use a tool. What it found is kept as a calculation of the client, so that it can be cited.

    A tool that takes a configuration takes its `text`, of which nothing is kept, or the `config_id` of one that is
    kept. 404 for a tool that there is not, with the names of those that there are.
    """
    caller = principal.for_client(query.client)
    done = calculate(parts, caller, name, body.root, Kept(parts, caller))
    return Calculated(calc_id=done.id, tool=done.tool.name, result=done.answer.model_dump(mode="json"))


@api.get("/calculations/<uuid:calculation_id>", scope="engineering:read", tag="Tools")
def show_calculation(parts: Parts, principal: Principal, calculation_id: UUID) -> CalculationView:
    """Show a calculation: what was asked, what was found, and how."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.calculation(connection, calculation_id)
    return CalculationView(
        calc_id=row["id"],
        client=row["client"],
        tool=row["tool"],
        arguments=row["arguments"],
        result=row["result"],
        created_at=row["created_at"],
    )
