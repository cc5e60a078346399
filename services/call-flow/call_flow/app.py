"""Call flow: the service as a whole."""

from flask import Flask

from call_flow import api_flows, api_import, api_output, api_parse, api_proofs, api_view, parts
from call_flow.api import api
from oberaconnect import settings, web

SERVICE = web.Service(name="call-flow", prefix=api.name)

#: Importing them registers their handlers with `api`.
__all__ = [
    "api_flows",
    "api_import",
    "api_output",
    "api_parse",
    "api_proofs",
    "api_view",
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
