"""The rag-engine: the service as a whole."""

from flask import Flask

from oberaconnect import settings, web
from rag_engine import api_collections, api_index, api_sessions, parts
from rag_engine.api import api

SERVICE = web.Service(name="rag-engine", prefix=api.name)

#: Importing them registers their handlers with `api`.
__all__ = ["api_collections", "api_index", "api_sessions", "create_app", "from_environment"]


def create_app(loaded: settings.Settings) -> Flask:
    """The application, from its settings."""
    return assemble(parts.build(loaded))


def assemble(built: parts.Parts) -> Flask:
    """The application, from its parts."""
    checks = {"vectors": web.Check(built.vectors.check), "embedder": web.Check(built.embedder.ping)}
    return web.create_app(
        SERVICE, api=api, parts=built, settings=built.settings, database=built.database, checks=checks
    )


def from_environment() -> Flask:
    """What gunicorn calls, once, before it forks."""
    built = parts.build(settings.load())
    built.embedder.load_before_fork()
    return assemble(built)
