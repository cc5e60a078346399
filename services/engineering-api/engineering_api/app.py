"""Engineering: the service as a whole."""

from flask import Flask

from oberaconnect import settings, web
from oberaconnect.db import Database
from oberaconnect.endpoint import Api

SERVICE = web.Service(name="engineering-api", prefix="engineering")
api = Api(
    SERVICE.prefix,
    title="Engineering",
    description="Device configurations, engineering documents and technical questions.",
)


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    database = Database(loaded, "engineering_api")
    return web.create_app(SERVICE, api=api, parts=None, settings=loaded, database=database, checks={})


def from_environment() -> Flask:
    """What gunicorn calls."""
    return create_app(settings.load())
