"""The pool's connection as the client that the protocol's own suite tests: `python -m tests.fakes.mcp_client URL`.

It lists the tools and calls each of them, with the arguments that the suite hands over, or simple ones. A tool that
wants a schema gets that of the first other tool, as a model is told of it.
"""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from agents.pool.failures import Broken
from agents.pool.held import Held
from agents.pool.pins import Seen, schema
from agents.pool.server import Limits, Server
from oberaconnect.problems import Problem
from oberaconnect.settings import Settings

_SIMPLE: dict[str, Any] = {"number": 2, "integer": 3, "boolean": True, "array": [], "object": {}}


def _arguments(tool: Seen, tools: Mapping[str, Seen]) -> dict[str, Any]:
    properties = tool.definition["input_schema"].get("properties", {})
    found = {name: _SIMPLE.get(str(one.get("type")), "a") for name, one in properties.items()}
    if "schema" in found:
        other = next(one for one in tools.values() if one is not tool)
        found["schema"] = schema(other.definition["input_schema"])
    return found


async def run(url: str) -> None:
    """Connect, list, and call what there is."""
    settings = Settings.model_validate(
        {"secret_key": secrets.token_hex(32), "postgres_password": "unused", "ingest_allowed_hosts": "localhost"}
    )
    server = Server(
        id=uuid4(), tenant="acme", name="suite", url=url, argv=(), env={}, headers={}, trust=False,
        limits=Limits(), revision="1",
    )  # fmt: skip
    held = Held(settings, server, observed=lambda server, listed: None, ended=lambda held: None)
    held.begin()
    await held.opened()
    wanted = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}").get("toolCalls")
    calls = wanted or [{"name": tool.name, "arguments": _arguments(tool, held.tools)} for tool in held.tools.values()]
    for call in calls:
        if (tool := held.tools.get(call["name"])) is None:
            continue
        try:
            print(await held.call(tool.name, tool.hash, call["arguments"], print))  # noqa: T201 - the suite shows it
        except (Broken, Problem) as problem:
            print(problem)  # noqa: T201
    await held.close()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[-1]))
