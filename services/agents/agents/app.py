"""Agents: the service as a whole."""

from flask import Flask

from oberaconnect import settings, web
from oberaconnect.db import Database
from oberaconnect.endpoint import Api

SERVICE = web.Service(name="agents", prefix="agents")
api = Api(SERVICE.prefix, title="Agents", description="Durable agent runs with MCP tools.")


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    database = Database(loaded, "agents")
    return web.create_app(SERVICE, api=api, parts=None, settings=loaded, database=database, checks={})


def from_environment() -> Flask:
    """What gunicorn calls."""
    return create_app(settings.load())
