"""The rag-engine as its callers meet it: the real application, database and embedded store, and a fake model."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

from flask.testing import FlaskClient
from tests.fakes.embeddings import Embeddings
from werkzeug.test import TestResponse

from oberaconnect.auth import SCOPES, Principal, internal_token
from oberaconnect.db import migrate
from oberaconnect.settings import Settings
from rag_engine import app, parts

#: Alice and Bob work for the client acme, Charlie for globex.
CLIENTS = {"alice": "acme", "bob": "acme", "charlie": "globex"}


class Rag:
    """The running service. Called without a name it is the local user of open mode, who may act for all clients."""

    def __init__(self, settings: Settings) -> None:
        """`settings` name a migrated database."""
        self.settings = settings
        self.parts = parts.build(settings)
        self._http: FlaskClient = app.assemble(self.parts).test_client()

    def call(
        self, method: str, path: str, body: Any = None, *, who: str = "", scopes: Any = SCOPES, credential: str = ""
    ) -> TestResponse:
        """A request below /api/rag: with a `credential`, or for somebody whose service asks."""
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        if who:
            tenant = CLIENTS[who]
            principal = Principal(who, tenant, frozenset({tenant}), frozenset(scopes))
            headers["Authorization"] = f"Bearer {internal_token(self.settings, principal, 'rag-engine', scopes)}"
        return self._http.open(f"/api/rag{path}", method=method, json=body, headers=headers)

    def get(self, path: str, *, who: str = "") -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.call("GET", path, who=who)
        assert answer.status_code == 200, answer.text
        return answer.json

    def index(self, *documents: dict[str, Any], who: str = "alice", **request: Any) -> TestResponse:
        """Index documents."""
        return self.call("POST", "/index", {"documents": list(documents)} | request, who=who)

    def search(self, query: str, *, who: str = "alice", **request: Any) -> list[Any]:
        """The passages of a search that succeeds."""
        answer = self.call("POST", "/search", {"query": query} | request, who=who)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        passages: list[Any] = answer.json["passages"]
        return passages


def document(name: str, *texts: str, version: int = 1, **fields: Any) -> dict[str, Any]:
    """A document version of a few chunks, as data-processing sends it."""
    chunks = [
        {
            "ordinal": number,
            "text": text,
            "embed_text": text,
            "section": "Guide › Part",
            "page_start": number + 1,
            "page_end": number + 1,
            "char_start": number * 100,
            "char_end": number * 100 + len(text),
        }
        for number, text in enumerate(texts)
    ]
    known = {
        "id": document_id(name),
        "version": version,
        "external_id": f"{name}.md",
        "title": name,
        "url": None,
        "source": "text",
        "type": "markdown",
        "metadata": {},
        "chunks": chunks,
    }
    return known | fields


def document_id(name: str) -> str:
    """The id of the document of that name."""
    return str(uuid5(UUID(int=7), name))


@contextmanager
def running(settings: Settings) -> Iterator[Rag]:
    """The service on a migrated database; it embeds as `settings` say."""
    migrate(settings, "rag_engine")
    rag = Rag(settings)
    try:
        yield rag
    finally:
        rag.parts.close()


@contextmanager
def embedding(settings: Settings, model: Embeddings, name: str = "test-embed") -> Iterator[Rag]:
    """The same with the vectors of a fake model."""
    with running(model.settings(settings, "ollama", name)) as rag:
        yield rag
