"""Agents: the service as a whole."""

import os

from flask import Flask

from agents import api_models
from agents.api import api
from agents.door import ModelsDoor
from oberaconnect import settings, web
from oberaconnect.db import Database

SERVICE = web.Service(name="agents", prefix=api.name)

#: Importing them registers their handlers with `api`.
__all__ = ["api_models", "create_app", "from_environment"]


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    database = Database(loaded, "agents")
    return web.create_app(SERVICE, api=api, parts=None, settings=loaded, database=database, checks={})


def with_models_door(app: Flask, port: str) -> Flask:
    """The same application, which serves the models alone to those who come by `port`."""
    app.wsgi_app = ModelsDoor(app.wsgi_app, prefix=SERVICE.prefix, port=port)  # type: ignore[method-assign]
    return app


def from_environment() -> Flask:
    """What gunicorn calls. `oberaconnect.serve` has opened MCP_GATEWAY_PORT, where that is set."""
    return with_models_door(create_app(settings.load()), os.environ.get("MCP_GATEWAY_PORT", ""))
