"""Test equipment: the REST calls of a Qdrant server that this platform makes, over Qdrant's own engine (qdrant-edge).

gunicorn 'tests.standins.qdrant.server:from_environment()'
"""

import hmac
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import qdrant_edge as edge
from tests.standins.qdrant import shapes, storage
from tests.standins.qdrant.shapes import WrongInput
from tests.standins.qdrant.storage import Storage
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VERSION = "1.19.1"
_OPEN = {"/", "/healthz", "/livez", "/readyz"}
_MAX_JSON_BYTES = 32 * 2**20
_DEFAULT_SCROLL = 10
#: What a server says of a collection whose maker did not choose; nothing of it is used here.
_CONFIG = {
    "hnsw_config": {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000, "max_indexing_threads": 0},
    "optimizer_config": {"default_segment_number": 0, "flush_interval_sec": 5, "indexing_threshold": 10000},
    "wal_config": {"wal_capacity_mb": 32, "wal_segments_ahead": 0},
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """A request to an address: the names in it, the body, and whether the answer waits for the work."""

    request: Request
    name: str
    item: str

    def body(self) -> dict[str, Any]:
        """Its JSON object."""
        if (self.request.content_length or 0) > _MAX_JSON_BYTES:
            raise WrongInput("JSON payload is larger than allowed (limit: 33554432 bytes).")
        return shapes.read(self.request.get_data())


class Server:
    """The WSGI application."""

    def __init__(self, kept: Storage, key: str) -> None:
        """Without a `key`, everybody may do everything, as on a real server."""
        self._storage = kept
        self._key = key
        self._routes = Map([Rule(path, methods=[method], endpoint=do) for method, path, do in self._table()])

    def _table(self) -> Iterable[tuple[str, str, Callable[[Call], Any]]]:
        collection = "/collections/<name>"
        return [
            ("GET", "/collections", self._list),
            ("GET", collection, self._info),
            ("PUT", collection, self._create),
            ("DELETE", collection, lambda call: self._storage.delete(call.name)),
            ("GET", f"{collection}/exists", lambda call: {"exists": self._storage.exists(call.name)}),
            ("PUT", f"{collection}/index", self._index),
            ("PUT", f"{collection}/points", self._upsert),
            ("POST", f"{collection}/points", self._retrieve),
            ("GET", f"{collection}/points/<item>", self._one),
            ("POST", f"{collection}/points/delete", self._delete),
            ("POST", f"{collection}/points/payload", self._set_payload),
            ("POST", f"{collection}/points/payload/delete", self._delete_payload),
            ("POST", f"{collection}/points/count", self._count),
            ("POST", f"{collection}/points/scroll", self._scroll),
            ("POST", f"{collection}/points/query", lambda call: self._query(call.name, call.body())),
            ("POST", f"{collection}/points/query/batch", self._query_batch),
            ("GET", f"{collection}/snapshots", self._snapshots),
            ("POST", f"{collection}/snapshots", lambda call: _described(self._storage.snapshot(call.name))),
            ("POST", f"{collection}/snapshots/upload", self._upload),
            ("GET", f"{collection}/snapshots/<item>", self._download),
            ("DELETE", f"{collection}/snapshots/<item>", self._remove_snapshot),
        ]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request = _Request(environ)
        request.spool_folder = self._storage.snapshots / "tmp"
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path in _OPEN and request.method in {"GET", "HEAD"}:
            return _open(request.path)
        if self._key and (refused := self._refusal(request)):
            return Response(refused, 401, mimetype="text/plain")
        started = time.perf_counter()
        try:
            do, names = self._routes.bind_to_environ(request.environ).match()
            result = do(Call(request, names.get("name", ""), names.get("item", "")))
            return result if isinstance(result, Response) else _json(200, started, "ok", result)
        except HTTPException as error:
            return Response("", error.code)
        except Exception as error:
            status, sentence = _status(error)
            return _json(status, started, {"error": sentence})

    def _refusal(self, request: Request) -> str:
        given = request.headers.get("api-key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not given:
            return "Must provide an API key or an Authorization bearer token"
        return "" if hmac.compare_digest(given.encode(), self._key.encode()) else "Invalid API key or JWT"

    def _list(self, _call: Call) -> Any:
        return {"collections": [{"name": name} for name in self._storage.names()]}

    def _info(self, call: Call) -> Any:
        found, about = self._storage.info(call.name)
        given = about["config"]
        counted = {field: info.points for field, info in found.payload_schema.items()}
        return {
            "status": "green",
            "optimizer_status": "ok",
            "indexed_vectors_count": found.indexed_vectors_count,
            "points_count": found.points_count,
            "segments_count": found.segments_count,
            "config": {
                "params": {
                    "vectors": given.get("vectors") or {},
                    "shard_number": 1,
                    "replication_factor": 1,
                    "write_consistency_factor": 1,
                    "on_disk_payload": True,
                    **({"sparse_vectors": given["sparse_vectors"]} if given.get("sparse_vectors") else {}),
                },
                **_CONFIG,
            },
            "payload_schema": {
                field: {**schema, "points": counted.get(field, 0)} for field, schema in about["indexes"].items()
            },
        }

    def _create(self, call: Call) -> bool:
        self._storage.create(call.name, call.body())
        return True

    def _index(self, call: Call) -> Any:
        body = call.body()
        return _done(call, self._storage.index(call.name, body["field_name"], body.get("field_schema")))

    def _upsert(self, call: Call) -> Any:
        body = call.body()
        if "points" not in body:
            raise WrongInput("Wrong input: the stand-in takes points as a list only")
        with self._storage.using(call.name) as (_, about):
            known = shapes.vectors(about["config"])
            points = [shapes.point(item, known) for item in body["points"]]
            return _done(call, self._storage.update(call.name, edge.UpdateOperation.upsert_points(points)))

    def _delete(self, call: Call) -> Any:
        body = call.body()
        if "filter" in body:
            named = shapes.where(body["filter"]) or edge.Filter()
            operation = edge.UpdateOperation.delete_points_by_filter(named)
        else:
            operation = edge.UpdateOperation.delete_points([shapes.identifier(item) for item in body["points"]])
        return _done(call, self._storage.update(call.name, operation))

    def _set_payload(self, call: Call) -> Any:
        body = call.body()
        operation = edge.UpdateOperation.set_payload_by_filter(_named(body), body["payload"])
        return _done(call, self._storage.update(call.name, operation))

    def _delete_payload(self, call: Call) -> Any:
        body = call.body()
        operation = edge.UpdateOperation.delete_payload_by_filter(_named(body), body["keys"])
        return _done(call, self._storage.update(call.name, operation))

    def _retrieve(self, call: Call) -> Any:
        body = call.body()
        ids = [shapes.identifier(item) for item in body["ids"]]
        with self._storage.using(call.name) as (shard, _):
            payload, vector = shapes.fields(body.get("with_payload"), True), body.get("with_vector") or False
            return [shapes.record(found) for found in shard.retrieve(list(ids), payload, vector)]

    def _one(self, call: Call) -> Any:
        wanted = shapes.identifier(int(call.item) if call.item.isdecimal() else call.item)
        with self._storage.using(call.name) as (shard, _):
            found = shard.retrieve([wanted], True, True)
        if not found:
            raise storage.NotFound(f"Not found: Point with id {call.item} does not exists!")
        return shapes.record(found[0])

    def _count(self, call: Call) -> Any:
        body = call.body()
        wanted = edge.CountRequest(exact=body.get("exact") is not False, filter=shapes.where(body.get("filter")))
        with self._storage.using(call.name) as (shard, _):
            return {"count": shard.count(wanted)}

    def _scroll(self, call: Call) -> Any:
        body = call.body()
        if body.get("order_by"):
            raise WrongInput("Wrong input: the stand-in scrolls in the order of the ids only")
        wanted = edge.ScrollRequest(
            offset=None if body.get("offset") is None else shapes.identifier(body["offset"]),
            limit=_DEFAULT_SCROLL if body.get("limit") is None else body["limit"],
            filter=shapes.where(body.get("filter")),
            with_payload=shapes.fields(body.get("with_payload"), True),
            with_vector=body.get("with_vector") or False,
        )
        with self._storage.using(call.name) as (shard, _):
            points, following = shard.scroll(wanted)
        after = following if following is None or isinstance(following, int) else str(following)
        return {"points": [shapes.record(item) for item in points], "next_page_offset": after}

    def _query(self, name: str, body: dict[str, Any]) -> Any:
        wanted = shapes.query(body)
        with self._storage.using(name) as (shard, _):
            return {"points": [shapes.record(item) for item in shard.query(wanted)]}

    def _query_batch(self, call: Call) -> Any:
        return [self._query(call.name, search) for search in call.body()["searches"]]

    def _snapshots(self, call: Call) -> Any:
        return [_described(file) for file in self._storage.snapshots_of(call.name)]

    def _download(self, call: Call) -> Response:
        file = self._storage.snapshot_file(call.name, call.item)
        return send_file(file, call.request.environ, "application/octet-stream", as_attachment=True)

    def _remove_snapshot(self, call: Call) -> bool:
        self._storage.snapshot_file(call.name, call.item).unlink()
        return True

    def _upload(self, call: Call) -> bool:
        sent = call.request.files.get("snapshot")
        if sent is None:
            raise WrongInput("Wrong input: Field 'snapshot' is required")
        with tempfile.NamedTemporaryFile(dir=self._storage.snapshots / "tmp") as file:
            sent.save(file)
            file.flush()
            expected, found = call.request.args.get("checksum"), storage.digest(Path(file.name))
            if expected and expected.lower() != found:
                raise WrongInput(f"Wrong input: Snapshot checksum mismatch: expected {expected}, got {found}")
            self._storage.recover(call.name, Path(file.name))
        return True


class _Request(Request):
    """Uploads go to the disk: a temporary file system would keep them in memory."""

    spool_folder: Path

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        return tempfile.TemporaryFile(dir=self.spool_folder)


def _open(path: str) -> Response:
    if path == "/":
        return Response(json.dumps({"title": "qdrant - stand-in", "version": VERSION}), mimetype="application/json")
    return Response("all shards are ready" if path == "/readyz" else "healthz check passed", mimetype="text/plain")


def _json(code: int, started: float, status: Any, result: Any = None) -> Response:
    body = {"status": status, "time": time.perf_counter() - started}
    if status == "ok":
        body = {"result": result, **body}
    return Response(json.dumps(body), code, mimetype="application/json")


def _named(body: dict[str, Any]) -> edge.Filter:
    if not body.get("filter"):
        raise WrongInput("Wrong input: the stand-in changes payloads of points that a filter names only")
    return shapes.where(body["filter"]) or edge.Filter()


def _done(call: Call, number: int) -> Any:
    waits = call.request.args.get("wait") == "true"
    return {"operation_id": number, "status": "completed" if waits else "acknowledged"}


def _described(file: Path) -> Any:
    about = file.stat()
    made = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(about.st_mtime))
    return {"name": file.name, "creation_time": made, "size": about.st_size, "checksum": storage.digest(file)}


def _status(error: Exception) -> tuple[int, str]:
    match error:
        case storage.NotFound():
            return 404, str(error)
        case storage.AlreadyThere():
            return 409, str(error)
        case storage.InvalidName():
            return 422, str(error)
        case WrongInput():
            return 400, str(error)
        case KeyError() | TypeError() | ValueError() | AttributeError() | OverflowError():
            return 400, f"Format error in JSON body: {error!r}"
    _log.warning("failed", exc_info=error)
    if type(error) is Exception:  # the engine's only kind: nearly always the request is to blame
        return 400, f"Wrong input: {error}"
    return 500, f"Service internal error: {error}"


def from_environment() -> Server:
    """The server over the folders of the real image."""
    return Server(
        Storage(Path("/qdrant/storage"), Path("/qdrant/snapshots")), os.environ.get("QDRANT__SERVICE__API_KEY", "")
    )
