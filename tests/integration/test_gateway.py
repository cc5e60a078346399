"""The gateway's routes, refusals and headers: a real nginx with the project's templates."""

import gzip
import json
import re
import subprocess

import pytest
from tests.caller import until
from tests.gateway import FOLDER, Gateway, assert_problem, running, version

from oberaconnect.platform import unreachable

ROUTES = {
    "/api/data/jobs?status=queued&limit=5": "data-processing",
    "/api/data/ingest": "data-processing",
    "/api/data/documents/4f1b/chunks": "data-processing",
    "/api/rag/query": "rag-engine",
    "/api/rag/sessions/a%20b/messages": "rag-engine",
    "/api/engineering/documents/7.docx": "engineering-api",
    "/api/callflow/flows//double": "call-flow",
    "/api/agents/v1/models": "agents",
    "/api/agents/health": "agents",
}
FORGED = [
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix",
    "X-Forwarded-Server", "X-Forwarded-User", "X-Request-Id", "X-Real-IP", "X-Client-IP", "True-Client-IP", "Forwarded",
    "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Tenant", "X-User", "X_Tenant", "X_Forwarded_For",
    "Remote-User", "Proxy", "Upgrade",
]  # fmt: skip


def test_nginx_accepts_the_rendered_templates_without_a_warning(gateway: Gateway) -> None:
    tried = subprocess.run(gateway.command("-t"), capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert not re.search(r"\[(warn|error|alert|crit|emerg)]", tried.stderr), tried.stderr


@pytest.mark.skipif(version() < (1, 29, 8), reason="the Docker run has an nginx of its own: 1.30")
def test_the_gateway_of_the_docker_run_starts_before_any_service_and_says_so() -> None:
    with running(run="compose") as gateway:
        assert gateway.get("/health").json() == {"status": "pass", "service": "gateway"}
        assert gateway.get("/api/services").json() == {"services": unreachable()}
        for path in ("/api/data/jobs", "/api/rag/query", "/api/engineering/health", "/api/callflow/x", "/api/agents/x"):
            assert_problem(gateway.get(path), 503)
        assert "It starts with the profile local-llm" in (gateway.folder / "upstreams.compose.conf").read_text()
        assert not re.search(r"\[(warn|alert|crit|emerg)]", (gateway.folder / "error.log").read_text())


def test_every_variable_of_the_templates_is_explained_and_none_that_is_gone() -> None:
    used = {name for path in FOLDER.glob("*.template") for name in re.findall(r"\$\{(\w+)}", path.read_text())}
    explained = set()
    for line in (FOLDER / "README.md").read_text().splitlines():
        if line.startswith("| `"):
            explained |= set(re.findall(r"`([A-Z_]+)`", line.split("|")[1]))
    assert explained == used


@pytest.mark.parametrize(("path", "service"), ROUTES.items())
def test_a_route_reaches_its_service_with_the_path_as_it_came(gateway: Gateway, path: str, service: str) -> None:
    answer = gateway.get(path)
    assert answer.json() == {"service": service}
    assert [seen.path for seen in gateway.arrived] == [path]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_methods_and_bodies_arrive_as_they_were_sent(gateway: Gateway, method: str) -> None:
    body = b'{"text": "VLAN 40"}'
    gateway.request(method, "/api/rag/sessions/1", body, {"Content-Type": "application/json"})
    (seen,) = gateway.arrived
    assert (seen.method, seen.body, seen.headers["Content-Type"]) == (method, body, "application/json")


@pytest.mark.parametrize(
    "path",
    ["/metrics", "/livez", "/api", "/api/", "/api/data", "/api/unknown/x", "/api/database", "/_problem/404",
     "/_auth/ollama_use", "/services.json", "/assets/", "/assets/none.js", "/assets/../index.conf", "/.env",
     "/api/data/../../metrics", "/api/data/%2e%2e/%2e%2e/metrics", "/api/data/..%2f..%2fmetrics"],
)  # fmt: skip
def test_what_has_no_route_is_a_404_problem_and_reaches_nobody(gateway: Gateway, path: str) -> None:
    answer = gateway.get(path)
    if answer.status == 403:  # a folder without an index
        assert_problem(answer, 403)
    else:
        assert_problem(answer, 404)
    assert gateway.arrived == []


def test_health_is_the_gateways_own(gateway: Gateway) -> None:
    for service in gateway.services.values():
        service.stop()
    answer = gateway.get("/health")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"status": "pass", "service": "gateway"}


def test_forged_headers_are_replaced_or_dropped(gateway: Gateway) -> None:
    forged = dict.fromkeys(FORGED, "6.6.6.6")
    kept = {"Authorization": "Bearer key", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    answer = gateway.get("/api/rag/search", headers={**forged, **kept})
    (seen,) = gateway.arrived
    ours = {
        "Host": f"localhost:{gateway.port}",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "localhost",
        "X-Request-Id": answer.headers["X-Request-Id"],
        **kept,
    }
    arrived = {name.lower(): value for name, value in seen.headers.items() if name != "Accept-Encoding"}
    assert arrived == {name.lower(): value for name, value in ours.items()}
    assert len(answer.headers["X-Request-Id"]) == 32


def test_a_named_proxy_is_believed_about_its_clients() -> None:
    with running(TRUSTED_PROXY="127.0.0.0/8") as gateway:
        gateway.get("/api/rag/search", headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"})
        (seen,) = gateway.arrived
        assert (seen.headers["X-Forwarded-For"], seen.headers["X-Forwarded-Proto"]) == ("192.0.2.7", "https")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "10.0.0.1"])
@pytest.mark.parametrize("path", ["/", "/health", "/api/data/jobs", "/api/services"])
def test_an_unknown_host_is_misdirected(gateway: Gateway, host: str, path: str) -> None:
    assert_problem(gateway.get(path, headers={"Host": host}), 421)
    assert gateway.arrived == []


@pytest.mark.parametrize("host", ["localhost", "LocalHost:1234", "127.0.0.1", "[::1]:8080", "localhost."])
def test_this_machine_is_known_by_all_its_names(gateway: Gateway, host: str) -> None:
    assert gateway.get("/health", headers={"Host": host}).status == 200


def test_every_name_is_served_when_that_is_asked_for() -> None:
    with running(GATEWAY_HOSTS="~.") as gateway:
        assert gateway.get("/health", headers={"Host": "ai.example.com"}).status == 200


@pytest.mark.parametrize("method", ["TRACE", "BREW", "PROPFIND"])
def test_unknown_methods_are_refused_before_any_service(gateway: Gateway, method: str) -> None:
    answer = gateway.request(method, "/api/data/jobs")
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    assert gateway.arrived == []


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/api/services", "/assets/site.css"])
def test_what_can_only_be_read_says_so(gateway: Gateway, path: str) -> None:
    answer = gateway.request("POST", path, b"{}")
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("path", "megabytes", "status"),
    [("/api/rag/query", 0.9, 200), ("/api/rag/query", 1.1, 413), ("/api/data/jobs", 1.1, 413),
     ("/api/data/documents", 2.9, 200), ("/api/data/ingest", 2.9, 200), ("/api/data/parse", 3.1, 413),
     ("/api/engineering/configs", 2, 200)],
)  # fmt: skip
def test_bodies_have_a_limit_that_fits_the_address(gateway: Gateway, path: str, megabytes: float, status: int) -> None:
    answer = gateway.request("POST", path, b"x" * int(megabytes * 2**20))
    assert answer.status == status
    if status == 413:
        assert_problem(answer, 413)
        assert gateway.arrived == []


def test_a_body_in_chunks_that_grows_too_large_is_the_same_problem(gateway: Gateway) -> None:
    chunk = b"100000\r\n" + b"x" * 2**20 + b"\r\n"
    head = f"POST /api/data/parse HTTP/1.1\r\nHost: localhost:{gateway.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    received = gateway.raw(head.encode() + chunk * 4)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in received
    assert gateway.arrived == []


def test_long_addresses_and_headers_are_problems(gateway: Gateway) -> None:
    assert_problem(gateway.get("/api/rag/search?q=" + "a" * 17_000), 414)
    assert_problem(gateway.get("/api/rag/search", headers={"X-Long": "a" * 17_000}), 431)


def test_a_services_own_problem_passes_untouched(gateway: Gateway) -> None:
    body = b'{"type":"/problems/quota-exceeded","title":"Too Many","status":429,"detail":"Enough for today."}'
    gateway.services["rag-engine"].handlers["/api/rag/query"] = lambda request: request.reply(
        429, body, {"Content-Type": "application/problem+json", "Retry-After": "3600", "Cache-Control": "private"}
    )
    answer = gateway.request("POST", "/api/rag/query", b"{}")
    assert (answer.status, answer.body) == (429, body)
    assert answer.headers.get_all("Retry-After") == ["3600"]
    assert answer.headers.get_all("Cache-Control") == ["private"]


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/api/rag/search", "/nowhere", "/api/services"])
def test_every_answer_carries_the_security_headers_once(gateway: Gateway, path: str) -> None:
    gateway.services["rag-engine"].handlers["/api/rag/search"] = lambda request: request.reply(
        200, b"{}", {"X-Content-Type-Options": "nosniff", "X-Request-Id": "forged", "X-Powered-By": "boasting"}
    )
    headers = gateway.get(path).headers
    for name in (
        "X-Request-Id", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy",
        "Cross-Origin-Resource-Policy", "Cache-Control",
    ):  # fmt: skip
        assert len(headers.get_all(name) or []) == 1, name
    assert headers["X-Request-Id"] != "forged"
    assert headers["Server"] == "nginx"
    assert "X-Powered-By" not in headers


def test_a_services_own_policy_for_its_documents_is_kept(gateway: Gateway) -> None:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    gateway.services["engineering-api"].handlers["/api/engineering/documents/1.html"] = lambda request: request.reply(
        200, b"<p>", {"Content-Type": "text/html", "Content-Security-Policy": policy}
    )
    assert gateway.get("/api/engineering/documents/1.html").headers.get_all("Content-Security-Policy") == [policy]


def test_a_service_cannot_make_the_gateway_serve_its_files(gateway: Gateway) -> None:
    gateway.services["agents"].handlers["/api/agents/runs"] = lambda request: request.reply(
        200, b"mine", {"X-Accel-Redirect": "/services.json"}
    )
    assert gateway.get("/api/agents/runs").body == b"mine"


def test_json_is_compressed_and_other_things_are_not(gateway: Gateway) -> None:
    body = json.dumps({"text": "VLAN 40 " * 500}).encode()
    handlers = gateway.services["rag-engine"].handlers
    for path, kind in (("/api/rag/a", "application/json"), ("/api/rag/b", "text/event-stream")):
        handlers[path] = lambda request, kind=kind: request.reply(200, body, {"Content-Type": kind})  # type: ignore[misc]
    compressed = gateway.get("/api/rag/a", headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.body) == body
    assert gateway.get("/api/rag/b", headers={"Accept-Encoding": "gzip"}).body == body


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_the_pages_need_nothing_from_elsewhere_and_nothing_inline(gateway: Gateway, path: str) -> None:
    page = gateway.get(path)
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    html = page.body.decode()
    assert not re.search(r"<style|style=|\son\w+=|<script[^>]*>[^<]", html)
    files = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', html))
    assert files
    for file in files:
        found = gateway.get(file)
        assert found.status == 200, file
        assert re.match(r"text/(css|javascript); charset=utf-8|image/svg\+xml", found.headers["Content-Type"])
        assert not re.search(rb"""(?:import|url\(|src=|from)\s*["'(]?https?:""", found.body), file
        assert gateway.get(file, headers={"If-None-Match": found.headers["ETag"]}).status == 304


def test_the_list_of_services_comes_from_whichever_service_answers(gateway: Gateway) -> None:
    for name in ("data-processing", "rag-engine", "engineering-api", "call-flow"):
        gateway.services[name].stop()
    assert [gateway.get("/api/services").json() for _ in range(6)] == [{"service": "agents"}] * 6


def test_a_service_that_cannot_make_the_list_is_passed_over(gateway: Gateway) -> None:
    for name in ("agents", "call-flow", "rag-engine"):
        gateway.services[name].handlers["/api/services"] = lambda request: request.reply(503, b"", {})
    answers = {gateway.get("/api/services").json()["service"] for _ in range(6)}
    assert answers <= {"data-processing", "engineering-api"}


def test_without_any_service_the_gateway_lists_all_thirteen_itself(gateway: Gateway) -> None:
    for service in gateway.services.values():
        service.stop()
    answer = gateway.get("/api/services")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"services": unreachable()}
    assert len(answer.json()["services"]) == 13


def test_too_many_requests_of_one_address_are_refused_but_health_is_not() -> None:
    with running(REQUESTS_PER_SECOND="1", REQUESTS_BURST="2") as gateway:
        answers = [gateway.get("/api/rag/search") for _ in range(8)]
        refused = [answer for answer in answers if answer.status != 200]
        assert len(refused) >= 4
        for answer in refused:
            assert_problem(answer, 429)
            assert answer.headers["Retry-After"] == "1"
        assert {gateway.get(path).status for path in ("/health", "/api/rag/health") for _ in range(5)} == {200}


def test_the_log_has_one_line_of_json_for_each_request_that_says_what_was_asked(gateway: Gateway) -> None:
    log = gateway.folder / "access.log"
    before = log.stat().st_size
    answers = [
        gateway.request("DELETE", "/api/nowhere/%0ainjected%22?key=secret"),
        gateway.get("/api/rag/search?q=secret", headers={"Authorization": "Bearer secret", "User-Agent": "secret"}),
        gateway.request("BREW", "/api/rag/coffee?key=secret"),
        gateway.get("/api/rag/search?key=secret", headers={"Host": "evil.example"}),
    ]
    gateway.get("/health")
    # A line is written after its answer, by whichever process of nginx gave it.
    until(lambda: log.read_bytes()[before:].count(b"\n") >= len(answers))
    written = log.read_bytes()[before:].decode()
    assert "secret" not in written
    by_request = {line["request_id"]: line for line in map(json.loads, written.splitlines())}
    lines = [by_request.pop(answer.headers["X-Request-Id"]) for answer in answers]
    assert by_request == {}
    assert [(line["method"], line["status"]) for line in lines] == [
        ("DELETE", 404),
        ("GET", 200),
        ("", 405),
        ("GET", 421),
    ]
    paths = ['/api/nowhere/\ninjected"', "/api/rag/search", "/api/rag/coffee", "/api/rag/search"]
    assert [line["path"] for line in lines] == paths
