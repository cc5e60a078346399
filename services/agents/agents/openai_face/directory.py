"""Which models there are for a caller: agents, collections of documents, and the configured language models."""

import logging
from collections.abc import Iterator

from agents import ready
from agents.models_openai import ModelView
from agents.openai_face import documents
from agents.parts import Parts
from agents.store import agents as store
from oberaconnect.auth import Principal
from oberaconnect.paging import LATEST
from oberaconnect.problems import Timeout, Unavailable

AGENT = "agent:"
COLLECTION = "rag:"
#: Whoever may not begin anything has no use for a model.
CHAT_SCOPE = "agents:write"
_MOST_AGENTS = 1_000
#: When the models of a release were made is nothing that a client could use.
_NO_DATE = 0

_log = logging.getLogger(__name__)


def models(parts: Parts, caller: Principal) -> list[ModelView]:
    """The models that the caller may chat with; collections are left out while rag-engine is away."""
    if CHAT_SCOPE not in caller.scopes:
        return []
    found = [*_agents(parts, caller)]
    if documents.SCOPE in caller.scopes:
        try:
            found += collections(parts, caller)
        except (Unavailable, Timeout) as problem:
            _log.warning("collections are not listed", extra={"reason": problem.detail})
    return [*found, *_configured(parts)]


def find(parts: Parts, caller: Principal, name: str) -> ModelView | None:
    """One of them by its id; None when there is none.

    Raises:
        Unavailable, Timeout: it is a collection, and rag-engine is away.
    """
    if CHAT_SCOPE not in caller.scopes:
        return None
    among: list[ModelView]
    if name.startswith(COLLECTION):
        among = collections(parts, caller) if documents.SCOPE in caller.scopes else []
    elif name.startswith(AGENT):
        among = list(_agents(parts, caller))
    else:
        among = _configured(parts)
    return next((model for model in among if model.id == name), None)


def collections(parts: Parts, caller: Principal) -> list[ModelView]:
    """The collections of the caller's client. Raises `Unavailable` and `Timeout`."""
    return [
        ModelView(id=f"{COLLECTION}{name}", created=_NO_DATE, owned_by=caller.tenant, name=f"Documents: {name}")
        for name in documents.names(parts.settings, caller)
    ]


def _agents(parts: Parts, caller: Principal) -> Iterator[ModelView]:
    own: dict[str, store.Row] = {}
    with parts.database.transaction(caller.tenant) as connection:
        for row in store.page(connection, LATEST, _MOST_AGENTS):
            own[row["name"]] = row
    for name in sorted({*own, *ready.load()}):
        if name not in own:
            yield ModelView(id=f"{AGENT}{name}", created=_NO_DATE, owned_by="oberaconnect", name=_title(name))
        elif own[name]["enabled"]:
            created = int(own[name]["created_at"].timestamp())
            yield ModelView(id=f"{AGENT}{name}", created=created, owned_by=caller.tenant, name=_title(name))


def _configured(parts: Parts) -> list[ModelView]:
    return [
        ModelView(id=name, created=_NO_DATE, owned_by=name.partition("/")[0], name=name)
        for name in parts.models.names()
    ]


def _title(name: str) -> str:
    return f"Agent: {name.replace('-', ' ')}"
