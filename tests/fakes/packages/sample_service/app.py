"""The sample service."""

from flask import Flask

from oberaconnect import settings as configuration
from oberaconnect.db import Database
from oberaconnect.settings import Settings
from oberaconnect.web import Service, create_app
from sample_service.api import Parts, api

SERVICE = Service("sample-service", "sample")


def build(settings: Settings) -> tuple[Flask, Database]:
    """The application and the database it uses."""
    database = Database(settings, "sample_service")
    app = create_app(SERVICE, api=api, parts=Parts(database), settings=settings, database=database, checks={})
    return app, database


def from_environment() -> Flask:
    """The entry for gunicorn."""
    return build(configuration.load())[0]
