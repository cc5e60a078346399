"""Engineering: the service as a whole."""

from flask import Flask

from engineering_api import (
    api_ask,
    api_audit,
    api_documents,
    api_drift,
    api_jobs,
    api_recognise,
    api_review,
    api_tools,
    api_topology,
    api_translate,
    parts,
)
from engineering_api.api import api
from oberaconnect import settings, web

SERVICE = web.Service(name="engineering-api", prefix=api.name)

#: Importing them registers their handlers with `api`.
__all__ = [
    "api_ask",
    "api_audit",
    "api_documents",
    "api_drift",
    "api_jobs",
    "api_recognise",
    "api_review",
    "api_tools",
    "api_topology",
    "api_translate",
    "create_app",
    "from_environment",
]


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    return assemble(parts.build(loaded))


def assemble(built: parts.Parts) -> Flask:
    """The application, from its parts."""
    return web.create_app(SERVICE, api=api, parts=built, settings=built.settings, database=built.database, checks={})


def from_environment() -> Flask:
    """What gunicorn calls."""
    return create_app(settings.load())
