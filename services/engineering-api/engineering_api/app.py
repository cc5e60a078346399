"""Engineering: the service as a whole."""

import gc

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

#: The facts of a long configuration are a million small objects that live as long as its request. Looking for garbage
#: among them after every 700, as is Python's way, takes as long as the work itself.
_SELDOM = (50_000, 20, 20)
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
    gc.set_threshold(*_SELDOM)
    return assemble(parts.build(loaded))


def assemble(built: parts.Parts) -> Flask:
    """The application, from its parts."""
    return web.create_app(SERVICE, api=api, parts=built, settings=built.settings, database=built.database, checks={})


def from_environment() -> Flask:
    """What gunicorn calls."""
    return create_app(settings.load())
