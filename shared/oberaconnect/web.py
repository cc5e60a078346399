"""The only application factory: every service is built here, so that every service guards, answers and logs alike."""

import hashlib
import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import HTTPException

from oberaconnect import VERSION, health, openapi, stream, telemetry
from oberaconnect.auth import SCOPES, Authenticator, Principal, local_principal
from oberaconnect.db import Database
from oberaconnect.endpoint import PUBLIC, Api, Operation, view
from oberaconnect.entra import EntraVerifier
from oberaconnect.health import Check
from oberaconnect.platform import Platform
from oberaconnect.problems import (
    BY_STATUS,
    MEDIA_TYPE,
    BadRequest,
    Forbidden,
    InternalError,
    MethodNotAllowed,
    MisdirectedRequest,
    Problem,
    Unauthorized,
    Unprocessable,
)
from oberaconnect.settings import Settings

__all__ = ["Check", "Dialect", "Gauges", "Service", "create_app"]

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
#: Routes that answer without a credential: health, metrics, and the landing page's list.
_PUBLIC = frozenset({"livez", "health", "public_health", "services", "metrics"})
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
#: JSON bodies are small; uploads are spooled to disk by the form parser.
_MAX_FORM_FIELD_BYTES = 1_000_000

#: What a service finds out for a caller when `/metrics` is asked. A stranger is told none of it.
Gauges = Callable[[Principal], Iterable[telemetry.Sample]]
#: Further members of a problem document at a path, for clients that look for their own.
Dialect = Callable[[str, Problem], Mapping[str, Any]]

_log = logging.getLogger("oberaconnect.request")


@dataclass(frozen=True)
class Service:
    """The names of a service: its folder (`rag-engine`) and its segment in the path (`rag`)."""

    name: str
    prefix: str


def create_app(
    service: Service,
    *,
    api: Api,
    parts: object,
    settings: Settings,
    database: Database,
    checks: Mapping[str, Check],
    gauges: Gauges | None = None,
    dialect: Dialect | None = None,
) -> Flask:
    """Build a service: its own operations plus health, metrics, OpenAPI and the platform's list of services.

    `checks` are the service's own; the database is always among what its health reports. `gauges` is asked at each
    scrape for what the caller may know. `dialect` adds to each refusal, those of the guard among them.
    """
    entra = EntraVerifier(settings) if settings.azure_tenant_id and settings.azure_client_id else None
    authenticator = Authenticator(settings, service.name, database, entra)
    app = Flask(service.name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_mb * 2**20 + 2**20
    app.config["MAX_FORM_MEMORY_SIZE"] = _MAX_FORM_FIELD_BYTES
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["stream_places"] = stream.make_places(settings.threads)
    app.extensions["service"] = service.name
    app.url_map.merge_slashes = False  # '//api' is no address of ours; a redirect would only hide that
    all_checks = {"postgres": Check(database.ping), **checks}
    _identify(app)
    public = {_endpoint(item) for item in api.operations if item.scope == PUBLIC} | _PUBLIC
    _guard(app, settings, authenticator, frozenset(public))
    _platform_routes(app, service, api, settings, health.Health(service.name, VERSION, all_checks), gauges=gauges)
    for operation in api.operations:
        if operation.scope not in SCOPES and operation.scope != PUBLIC:
            raise ValueError(f"{operation.method} {operation.path} names the unknown scope '{operation.scope}'")
        app.add_url_rule(
            f"/api/{service.prefix}{operation.path}",
            endpoint=_endpoint(operation),
            view_func=view(operation, parts),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    _problems(app, dialect)
    _finish(app, service)
    return app


def _endpoint(operation: Operation) -> str:
    """What Flask calls the route of an operation."""
    return f"{operation.method} {operation.path}"


def _identify(app: Flask) -> None:
    def identify() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(16)
        g.started = time.perf_counter()
        g.principal = None
        telemetry.request_id.set(g.request_id)
        telemetry.traceparent.set(telemetry.new_traceparent(request.headers.get("traceparent")))

    app.before_request(identify)


def _guard(app: Flask, settings: Settings, authenticator: Authenticator, public: frozenset[str]) -> None:
    def guard() -> None:
        if "\x00" in request.path:
            raise BadRequest("The address contains a NUL character.")
        credential = _credential()
        is_public = request.endpoint in public
        if credential:
            g.principal = authenticator.authenticate(credential, _address())
        elif settings.is_open and not (is_public and _is_foreign_host()):
            _refuse_foreign_pages()
            g.principal = local_principal()
        elif not is_public:  # else a stranger, who is told what strangers may know
            raise Unauthorized()

    app.before_request(guard)


def _credential() -> str:
    if key := request.headers.get("X-API-Key", "").strip():
        return key
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind and kind.lower() != "bearer":
        raise Unauthorized("Only 'Authorization: Bearer <key>' is understood.")
    return token.strip()


def _address() -> str:
    # Set by the gateway, which overwrites whatever the caller wrote.
    return request.headers.get("X-Forwarded-For", "").split(",")[0].strip() or request.remote_addr or ""


def _is_foreign_host() -> bool:
    if request.headers.get("X-Forwarded-Proto") == "https":
        return True  # the TLS proxy is there for other machines, whatever name they call it by
    try:
        return urlsplit(f"//{request.host}").hostname not in _LOCAL_HOSTS
    except ValueError:
        return True


def _refuse_foreign_pages() -> None:
    """A page in the user's own browser must not be able to act here (DNS rebinding, cross-site requests)."""
    if _is_foreign_host():
        raise MisdirectedRequest()
    origin = request.headers.get("Origin")
    # Compared as text: whatever is not exactly our own origin is another one, "null" among it.
    if origin and origin not in (f"http://{request.host}", f"https://{request.host}"):
        raise Forbidden("Requests from pages of another origin are refused in open mode.")


def _platform_routes(
    app: Flask, service: Service, api: Api, settings: Settings, report: health.Health, *, gauges: Gauges | None
) -> None:
    platform = Platform(settings)
    text = json.dumps(openapi.document(api, VERSION)).encode()
    tag = hashlib.sha256(text).hexdigest()[:32]

    def livez() -> Response:
        return Response('{"status":"pass"}', mimetype=health.MEDIA_TYPE)

    def state() -> Response:
        found = report.report()
        shown = found if g.principal else {"status": found["status"], "service": service.name}
        return Response(json.dumps(shown), 503 if found["status"] == "fail" else 200, mimetype=health.MEDIA_TYPE)

    def metrics() -> Response:
        caller: Principal | None = g.principal
        # Counters say how the service does; gauges may name clients.
        measured = partial(gauges, caller) if gauges and caller else None
        return Response(telemetry.metrics(measured), content_type=CONTENT_TYPE_LATEST)

    def description() -> Response:
        response = Response(text, mimetype="application/json")
        response.set_etag(tag)
        response.make_conditional(request)
        return response

    def services() -> Response:
        return Response(json.dumps({"services": platform.services()}), mimetype="application/json")

    def check() -> Response:
        principal: Principal = g.principal
        scope = request.args.get("scope", "")
        if scope not in SCOPES:
            raise Unprocessable("Name a known scope: ?scope=ollama:use")
        principal.require(scope)
        return Response(status=204)

    routes: dict[str, tuple[str, Callable[[], Response]]] = {
        "livez": ("/livez", livez),
        "health": ("/health", state),
        "public_health": (f"/api/{service.prefix}/health", state),
        "metrics": ("/metrics", metrics),
        "openapi": (f"/api/{service.prefix}/openapi.json", description),
        "services": ("/api/services", services),
        "auth_check": ("/api/auth/check", check),
    }
    for name, (path, function) in routes.items():
        app.add_url_rule(path, endpoint=name, view_func=function, methods=["GET"], provide_automatic_options=False)


def _problems(app: Flask, dialect: Dialect | None) -> None:
    def answer(problem: Problem) -> Response:
        body = problem.document(instance=request.path, request_id=g.get("request_id"))
        if dialect is not None:
            body = {**dialect(request.path, problem), **body}
        return Response(json.dumps(body), problem.status, headers=problem.headers, mimetype=MEDIA_TYPE)

    def known(problem: Problem) -> Response:
        return answer(problem)

    def http(error: HTTPException) -> Response:
        status = error.code or 500
        kind = BY_STATUS.get(status, BadRequest if status < 500 else InternalError)
        if kind is MethodNotAllowed:
            allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
            return answer(MethodNotAllowed(headers={"Allow": allowed}))
        return answer(kind())

    def unknown(error: Exception) -> Response:
        _log.exception("unexpected error", exc_info=error)
        return answer(InternalError())

    app.register_error_handler(Problem, known)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unknown)


def _finish(app: Flask, service: Service) -> None:
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        telemetry.REQUESTS.labels(service.name, request.method, route, response.status_code).inc()
        telemetry.REQUEST_SECONDS.labels(service.name, route).observe(seconds)
        quiet = request.endpoint in _PUBLIC
        principal: Principal | None = g.get("principal")
        _log.log(
            logging.DEBUG if quiet else logging.INFO,
            "request",
            extra={
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "principal": principal.subject if principal else None,
                "address": _address(),
            },
        )
        return response

    app.after_request(finish)
