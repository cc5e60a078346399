"""Agents: the service as a whole."""

import os

from flask import Flask

from agents import (
    api_agents,
    api_approvals,
    api_audit,
    api_callbacks,
    api_mcp,
    api_models,
    api_runs,
    api_schedules,
    api_secrets,
    api_servers,
    api_usage,
    gauges,
    parts,
)
from agents.api import api
from agents.door import ModelsDoor
from agents.mcp_face import server
from agents.openai_face import errors
from oberaconnect import settings, web

#: A request that is longer takes a hundred megabytes while it is read, of which the container has few.
_MAX_BODY_BYTES = 4 * 2**20

SERVICE = web.Service(name="agents", prefix=api.name)

#: Importing them registers their handlers with `api`.
__all__ = [
    "api_agents",
    "api_approvals",
    "api_audit",
    "api_callbacks",
    "api_models",
    "api_runs",
    "api_schedules",
    "api_secrets",
    "api_servers",
    "api_usage",
    "create_app",
    "from_environment",
]


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    built = parts.build(loaded)
    if loaded.web_concurrency > 1:
        built.models.load()  # some 40 MB, which the processes that are forked from here share
    return assemble(built)


def assemble(built: parts.Parts) -> Flask:
    """The application, from its parts."""
    # Half of a process's threads may be streams, and agents has threads of its own number.
    loaded = built.settings.model_copy(update={"threads": built.settings.agents_threads})

    def model() -> str | None:
        return None if built.models.is_configured else "None is configured (LLM_PROVIDER), so no run can begin."

    app = web.create_app(
        SERVICE,
        api=api,
        parts=built,
        settings=loaded,
        database=built.database,
        checks={"model": web.Check(model)},
        gauges=gauges.of_runs(built.database),
        dialect=errors.members,
    )
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    api_mcp.mount(app, lambda: server.build(built))
    return app


def with_models_door(app: Flask, port: str) -> Flask:
    """The same application, which serves the models alone to those who come by `port`."""
    app.wsgi_app = ModelsDoor(app.wsgi_app, prefix=SERVICE.prefix, port=port)  # type: ignore[method-assign]
    return app


def from_environment() -> Flask:
    """What gunicorn calls. `oberaconnect.serve` has opened MCP_GATEWAY_PORT, where that is set."""
    return with_models_door(create_app(settings.load()), os.environ.get("MCP_GATEWAY_PORT", ""))
