"""Data processing: the service as a whole."""

from flask import Flask

from data_processing import api_documents, api_jobs, api_notifications, api_sources, gauges, parts
from data_processing.api import api
from oberaconnect import settings, web

SERVICE = web.Service(name="data-processing", prefix=api.name)

#: Importing them registers their handlers with `api`.
__all__ = [
    "api_documents",
    "api_jobs",
    "api_notifications",
    "api_sources",
    "assemble",
    "create_app",
    "from_environment",
]


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    return assemble(parts.build(loaded, parse_workers=1, max_connections=loaded.threads))


def assemble(built: parts.Parts) -> Flask:
    """The application, from its parts."""
    loaded, database = built.settings, built.database
    checks = {
        "rag-engine": web.Check(built.index.ping, optional=True),
        "engineering-api": web.Check(built.engineering.ping, optional=True),
        "disk": web.Check(built.blobs.check),
    }
    return web.create_app(
        SERVICE,
        api=api,
        parts=built,
        settings=loaded,
        database=database,
        checks=checks,
        gauges=gauges.of_sources(database),
    )


def from_environment() -> Flask:
    """What gunicorn calls."""
    return create_app(settings.load())
