"""A search index that remembers what it is told, over real HTTP: what data-processing writes to in tests.

POST   /api/rag/index, /api/rag/index/prune, /api/rag/index/describe
GET    /api/rag/collections/{name}/holding
POST   /api/rag/collections
POST   /api/rag/collections/{name}/generations, …/generations/{n}/activate
DELETE /api/rag/collections/{name}/generations/{n}

with SearchIndex(settings) as index:
    settings = index.settings(settings)
    index.texts("documents", "default")                # what a search would find
    index.documents("documents", "default")            # the same by document, with what is said about each
"""

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError

from oberaconnect.auth import Authenticator
from oberaconnect.db import Database
from oberaconnect.endpoint import Model
from oberaconnect.problems import Problem
from oberaconnect.settings import Settings
from rag_engine.models_index import (
    Activation,
    CollectionRequest,
    DescribeRequest,
    GenerationRequest,
    IndexRequest,
    PruneRequest,
)

#: Tenant, document, version, ordinal.
Key = tuple[str, str, int, int]


@dataclass
class Generation:
    """Points as one embedder made them."""

    embedder: str
    points: dict[Key, dict[str, Any]] = field(default_factory=dict)
    key: str = ""


@dataclass
class Collection:
    """Its generations, and the number of the one that is searched."""

    generations: dict[int, Generation]
    active: int = 1
    previous: int | None = None
    latest: int = 1
    #: Since when each tenant holds something in it.
    holdings: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Removal:
    """Versions of a document that were removed, and do not come back."""

    tenant: str
    collection: str
    document: str
    first: int
    before: int

    def covers(self, collection: str, key: Key) -> bool:
        """Whether a point is one of them."""
        named = (self.tenant, self.collection, self.document) == (key[0], collection, key[1])
        return named and self.first <= key[2] < self.before


@dataclass(frozen=True)
class Held:
    """The newest version of a document that is in the index, with the texts of its chunks in their order."""

    version: int
    url: str | None
    metadata: dict[str, Any]
    access: list[str] | None
    texts: list[str]


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    path: str
    tenant: str
    body: dict[str, Any]


class _Refused(Exception):
    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class SearchIndex:
    """The index. `embedder` is what it embeds with now; `seconds_a_chunk` is how long it pretends to need."""

    def __init__(self, settings: Settings) -> None:
        """Tokens are checked with the secret of these settings."""
        # Tokens of our own services are checked without a look into the database.
        self._authenticator = Authenticator(settings, "rag-engine", Database(settings, "rag_engine"))
        self.lock = threading.RLock()
        self._idle = threading.Condition()
        self._busy = 0
        self.collections: dict[str, Collection] = {}
        self.calls: list[Call] = []
        self.removals: list[Removal] = []
        #: What was said of a version of a document: by tenant, collection, document and version.
        self.descriptions: dict[tuple[str, str, str, int], dict[str, Any]] = {}
        self.embedder = "first"
        self.seconds_a_chunk = 0.0
        #: Called before a request is carried out; what it returns other than None is the status of the answer.
        self.before: Callable[[Call], int | None] = lambda _call: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"index": self}))
        self._server.daemon_threads = False  # closing it waits for them, and so for their connections
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def settings(self, settings: Settings) -> Settings:
        """The settings with this index in them."""
        return settings.model_copy(update={"rag_url": self.url})

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def texts(self, collection: str = "documents", tenant: str = "default") -> list[str]:
        """The texts that a tenant finds in a collection, by document, version and place."""
        return [str(point["text"]) for _, point in self.points(collection, tenant)]

    def points(self, collection: str = "documents", tenant: str = "default") -> list[tuple[Key, dict[str, Any]]]:
        """What a tenant finds in a collection."""
        with self.lock:
            found = self.collections.get(collection)
            if found is None:
                return []
            points = found.generations[found.active].points
            return sorted((key, point) for key, point in points.items() if key[0] == tenant)

    def versions(self, collection: str = "documents", tenant: str = "default") -> dict[str, set[int]]:
        """The versions of each document that are in the index, by external id."""
        versions: dict[str, set[int]] = defaultdict(set)
        for key, point in self.points(collection, tenant):
            versions[str(point["external_id"])].add(key[2])
        return dict(versions)

    def documents(self, collection: str = "documents", tenant: str = "default") -> dict[str, Held]:
        """What a tenant finds in a collection, by external id."""
        held: dict[str, Held] = {}
        for key, point in self.points(collection, tenant):
            name, version = str(point["external_id"]), key[2]
            if name not in held or held[name].version < version:
                held[name] = Held(version, point.get("url"), point.get("metadata", {}), point.get("access"), [])
            held[name].texts.append(str(point["text"]))
        return held

    @contextmanager
    def carrying_out(self) -> Iterator[None]:
        """While a request is carried out, whether or not its sender still waits."""
        with self._idle:
            self._busy += 1
        try:
            yield
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def settle(self) -> None:
        """Wait until every request that has arrived is carried out."""
        with self._idle:
            assert self._idle.wait_for(lambda: not self._busy, 30), "a request hangs"

    def handle(self, call: Call) -> dict[str, Any]:
        """Carry out a request."""
        if status := self.before(call):
            raise _Refused(status, "told to")
        self._validate(call)
        if call.path == "/api/rag/index":
            time.sleep(self.seconds_a_chunk * sum(len(item["chunks"]) for item in call.body["documents"]))
            with self.lock:
                return self._put(call)
        with self.lock:
            if call.path == "/api/rag/index/prune":
                return self._prune(call)
            if call.path == "/api/rag/index/describe":
                return self._describe(call)
            if call.path == "/api/rag/collections":
                return self._create(call)
            match = re.fullmatch(r"/api/rag/collections/([\w-]+)/generations(?:/(\d+)(/activate)?)?", call.path)
            if match is None:
                raise _Refused(404, "no such address")
            collection = self.collections.get(match[1])
            if collection is None:
                raise _Refused(404, "no such collection")
            if match[2] is None:
                return self._begin(call, collection)
            number = int(match[2])
            if number not in collection.generations:
                raise _Refused(404, f"There is no generation {number}.")
            return self._activate(call, collection, number) if match[3] else self._discard(collection, number)

    def _validate(self, call: Call) -> None:
        """Refuse what the real index refuses: its own models say it."""
        models: dict[str, type[Model]] = {
            "index": IndexRequest,
            "prune": PruneRequest,
            "describe": DescribeRequest,
            "activate": Activation,
            "generations": GenerationRequest,
            "collections": CollectionRequest,
        }
        model = models.get(call.path.rsplit("/", 1)[-1])
        try:
            if model is not None:
                model.model_validate_json(json.dumps(call.body))
        except ValidationError as error:
            raise _Refused(422, str(error)) from None

    def _put(self, call: Call) -> dict[str, Any]:
        name = call.body["collection"]
        collection = self._entered(name)
        collection.holdings.setdefault(call.tenant, datetime.now(UTC))
        wanted = call.body.get("generation")
        if wanted is None:
            embedder = collection.generations[collection.active].embedder
            if embedder != self.embedder:
                raise _Refused(409, f"The collection '{name}' was embedded with '{embedder}'.")
            targets = [
                generation
                for number, generation in collection.generations.items()
                if number != collection.previous and generation.embedder == embedder
            ]
        else:
            if wanted not in collection.generations:
                raise _Refused(404, f"There is no generation {wanted}.")
            if wanted == collection.previous:
                raise _Refused(409, f"Generation {wanted} is only kept for a rollback.")
            targets = [collection.generations[wanted]]
        count = 0
        for document in call.body["documents"]:
            about = {key: value for key, value in document.items() if key != "chunks"}
            about |= self.descriptions.get((call.tenant, name, document["id"], document["version"]), {})
            for chunk in document["chunks"]:
                key = (call.tenant, document["id"], document["version"], chunk["ordinal"])
                if any(removal.covers(name, key) for removal in self.removals):
                    continue
                count += 1
                for target in targets:
                    target.points[key] = {**about, **chunk, "embedder": self.embedder}
        return {"points": count}

    def _prune(self, call: Call) -> dict[str, Any]:
        name = call.body["collection"]
        new = [
            Removal(call.tenant, name, item["id"], item["first"], 2**31 if item["before"] is None else item["before"])
            for item in call.body["documents"]
        ]
        self.removals += new
        collection = self.collections.get(name)
        for generation in collection.generations.values() if collection else ():
            for key in list(generation.points):
                if any(removal.covers(name, key) for removal in new):
                    del generation.points[key]
        return {"documents": len(call.body["documents"])}

    def _describe(self, call: Call) -> dict[str, Any]:
        name = call.body["collection"]
        collection = self.collections.get(name)
        for item in call.body["documents"]:
            about = {"url": item.get("url"), "metadata": item["metadata"], "access": item["access"]}
            # Also what is still on its way to be written is described so.
            self.descriptions[call.tenant, name, item["id"], item["version"]] = about
            for generation in collection.generations.values() if collection else ():
                for key, point in generation.points.items():
                    if key[:3] == (call.tenant, item["id"], item["version"]):
                        point.update(about)
        return {"documents": len(call.body["documents"])}

    def _create(self, call: Call) -> dict[str, Any]:
        collection = self._entered(call.body["name"])
        if call.tenant in collection.holdings:
            raise _Refused(409, "There is one already.")
        collection.holdings[call.tenant] = datetime.now(UTC)
        return {"name": call.body["name"]}

    def _entered(self, name: str) -> Collection:
        return self.collections.setdefault(name, Collection({1: Generation(self.embedder)}))

    def _begin(self, call: Call, collection: Collection) -> dict[str, Any]:
        key = call.body["key"]
        for number, generation in collection.generations.items():
            if generation.key == key:
                return {"generation": number}
        collection.latest += 1
        collection.generations[collection.latest] = Generation(self.embedder, key=key)
        return {"generation": collection.latest}

    def _activate(self, call: Call, collection: Collection, number: int) -> dict[str, Any]:
        found = len(collection.generations[number].points)
        if found != call.body["points"]:
            raise _Refused(409, f"It holds {found} points, not {call.body['points']}.")
        if number != collection.active:
            collection.previous, collection.active = collection.active, number
        return {"generation": number}

    def _discard(self, collection: Collection, number: int) -> dict[str, Any]:
        if number == collection.active:
            raise _Refused(409, "It is the one that is searched.")
        del collection.generations[number]
        return {}

    def held_since(self, tenant: str, name: str) -> str | None:
        """Since when a tenant holds something in a collection."""
        with self.lock:
            collection = self.collections.get(name)
            since = collection.holdings.get(tenant) if collection else None
            return since.isoformat() if since else None

    def tenant(self, header: str) -> str:
        """The tenant of a token. Raises `Problem` when it is not one of ours for the index."""
        principal = self._authenticator.authenticate(header.removeprefix("Bearer "), "test")
        principal.require("index:write")
        return principal.tenant


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    index: SearchIndex

    def do_GET(self) -> None:
        """Questions; `calls` and `before` are about what changes the index."""
        if match := re.fullmatch(r"/api/rag/collections/([\w-]+)/holding", self.path):
            tenant = self.index.tenant(self.headers.get("Authorization", ""))
            self._reply(200, {"since": self.index.held_since(tenant, match[1])})
        else:
            self._reply(200 if self.path == "/livez" else 404, {"status": "pass"})

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            tenant = self.index.tenant(self.headers.get("Authorization", ""))
            call = Call(self.command, self.path, tenant, json.loads(text or b"{}"))
            with self.index.lock:
                self.index.calls.append(call)
            with self.index.carrying_out():
                answer = self.index.handle(call)
            self._reply(200, answer)
        except _Refused as refused:
            self._reply(refused.status, {"detail": str(refused)})
        except Problem as problem:
            self._reply(problem.status, problem.document())

    def _reply(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what arrived is kept in `calls`."""
