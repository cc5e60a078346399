"""The tools of MCP servers, as the loop and the models know them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agents.definitions import is_named
from agents.pool import pins
from agents.pool.names import model_name
from agents.store import servers
from agents.tools.contract import Calling, Outcome, Spec
from oberaconnect.db import Connection


@dataclass(frozen=True)
class Pin:
    """Which tool of which server, with the hash of the definition that was approved."""

    tenant: str
    server_id: UUID
    name: str
    hash: str


@dataclass(frozen=True)
class RemoteTool:
    """A tool of an MCP server."""

    spec: Spec
    pin: Pin
    through: "Callable[[RemoteTool, Calling, Mapping[str, Any]], Outcome]"

    def call(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Call it through the pool. Errors as `Pool.call`."""
        return self.through(self, calling, arguments)


def specs(connection: Connection) -> dict[str, tuple[Spec, Pin]]:
    """What can be called for the transaction's tenants, by the name that models use.

    Of two clients whose servers have one name a transaction that sees both finds the first client's alone.
    """
    found: dict[str, tuple[Spec, Pin]] = {}
    for row in servers.offered(connection):
        if is_named(row["name"], row["tool_allow"]):
            pin = Pin(row["tenant"], row["server_id"], row["name"], row["hash"])
            found.setdefault(model_name(row["server"], row["name"]), (spec(row), pin))
    return found


def describe(connection: Connection) -> dict[str, Spec]:
    """How the tools are described, for a process that calls none."""
    return {name: found for name, (found, _) in specs(connection).items()}


def spec(row: Mapping[str, Any]) -> Spec:
    """The description of a tool from its row of `servers.offered`."""
    definition = row["approved"]
    output = definition.get("output_schema")
    return Spec(
        name=model_name(row["server"], row["name"]),
        title=pins.title(definition),
        description=pins.description(definition),
        parameters=pins.schema(definition["input_schema"]),
        tool_class=row["class"],
        output=None if output is None else pins.schema(output),
        idempotent=row["idempotent"] or row["class"] == "read",
        taints=not row["trust"],
    )
