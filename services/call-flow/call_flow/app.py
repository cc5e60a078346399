"""Call flow: the service as a whole."""

from flask import Flask

from oberaconnect import settings, web
from oberaconnect.db import Database
from oberaconnect.endpoint import Api

SERVICE = web.Service(name="call-flow", prefix="callflow")
api = Api(
    SERVICE.prefix,
    title="Call flow",
    description="Phone systems: call flows from a customer's wishes to a deployable configuration.",
)


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    database = Database(loaded, "call_flow")
    return web.create_app(SERVICE, api=api, parts=None, settings=loaded, database=database, checks={})


def from_environment() -> Flask:
    """What gunicorn calls."""
    return create_app(settings.load())
