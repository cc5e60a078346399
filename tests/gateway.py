"""A real nginx with the project's templates on free loopback ports, and small real servers behind it."""

import ctypes
import grp
import itertools
import json
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "gateway"
SERVICES = {
    "data-processing": "DATA",
    "rag-engine": "RAG",
    "engineering-api": "ENGINEERING",
    "call-flow": "CALLFLOW",
    "agents": "AGENTS",
}


def nginx() -> str:
    """The path of nginx."""
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if program is None:
        raise RuntimeError("These tests need nginx: apt-get install -y nginx-light")
    return program


def version() -> tuple[int, ...]:
    """The version of nginx, as numbers."""
    said = subprocess.run([nginx(), "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(map(int, said.split("/")[1].split()[0].split(".")))


def _candidates() -> Iterator[int]:
    """Ports below those that Linux gives to connections, in no order; others for each process of a test run."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = list(range(20_000 + worker, 32_000, workers))
    random.SystemRandom().shuffle(ports)
    return itertools.cycle(ports)


_PORTS = _candidates()


def free_port() -> int:
    """A loopback port that nobody listens on right now; another one with each call."""
    while True:
        port = next(_PORTS)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass(frozen=True)
class Seen:
    """One request as it arrived at a service."""

    method: str
    path: str
    headers: Message
    body: bytes


Handler = Callable[["_Request"], None]


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def __getattr__(self, name: str) -> Any:
        """Every method is served alike."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what arrived is kept in `seen`."""

    def _serve(self) -> None:
        service = self.server.service
        length = int(self.headers.get("Content-Length") or 0)
        service.seen.append(Seen(self.command, self.path, self.headers, self.rfile.read(length)))
        path = self.path.split("?")[0]
        if handler := service.handlers.get(path):
            handler(self)
        else:
            self.reply(200, json.dumps({"service": service.name}).encode(), {"Content-Type": "application/json"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    service: "Service"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection: a service that stops takes its kept connections with it."""
        self.service.connections.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is part of several tests."""


@dataclass
class Service:
    """A small real server: answers 200 with its name, or whatever `handlers` says for a path."""

    name: str
    port: int = field(default_factory=free_port)
    seen: list[Seen] = field(default_factory=list)
    handlers: dict[str, Handler] = field(default_factory=dict)
    connections: list[socket.socket] = field(default_factory=list)
    _server: _Server | None = None

    @property
    def is_running(self) -> bool:
        """Whether it listens."""
        return self._server is not None

    def start(self) -> None:
        """Listen and answer in threads."""
        self._server = _Server(("127.0.0.1", self.port), _Request)
        self._server.service = self
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening; a new connection is refused from here on."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()


@dataclass(frozen=True)
class Answer:
    """An answer as the client got it."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def assert_problem(answer: Answer, status: int, detail: str = "") -> None:
    """The answer is a problem document as every layer writes it, and its sentence holds `detail`."""
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    assert detail in problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]


class Gateway:
    """nginx and what stands behind it."""

    def __init__(
        self,
        folder: Path,
        *,
        run: str = "embedded",
        foreign: Iterable[str] = (),
        edits: Mapping[str, str] | None = None,
        **variables: str,
    ) -> None:
        """`folder` holds the rendered configuration and nginx's state; `variables` override the usual values.

        `run` is embedded or compose; in the latter nothing is behind the gateway, as Docker's names resolve nowhere.
        `foreign` names servers that run only with Docker and shall be there all the same: ollama, qdrant.
        `edits` replace text of the templates that no variable reaches, such as a time-out of minutes.
        """
        self.folder = folder
        self.run = run
        self.port = free_port()
        self.services = {name: Service(name) for name in SERVICES}
        self.foreign = {name: Service(name) for name in foreign}
        self._edits = dict(edits or {})
        self._variables = variables
        self._process: subprocess.Popen[bytes] | None = None

    def values(self) -> dict[str, str]:
        """Every variable of the templates, as a run would set them."""
        user = "www-data" if any(entry.pw_name == "www-data" for entry in pwd.getpwall()) else "nobody"
        ports = {f"{prefix}_PORT": str(self.services[name].port) for name, prefix in SERVICES.items()}
        return {
            "GATEWAY_USER_LINE": f"user {user} {_group(user)};" if os.geteuid() == 0 else "",
            "GATEWAY_BIND": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "GATEWAY_HOSTS": "localhost 127.0.0.1 [::1]",
            "GATEWAY_ROOT": str(self.folder / "site"),
            "STATE_DIR": str(self.folder),
            "ACCESS_LOG": str(self.folder / "access.log"),
            "MAX_UPLOAD_MB": "3",
            "REQUESTS_PER_SECOND": "1000",
            "REQUESTS_BURST": "2000",
            "CONNECTIONS_PER_ADDRESS": "256",
            "TRUSTED_PROXY": "0.0.0.0/32",
            "QDRANT_API_KEY": "the-key",
            **ports,
            **self._variables,
        }

    def render(self) -> None:
        """Write the configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(FOLDER / "site", self.folder / "site", dirs_exist_ok=True)
        values = self.values()
        for template in FOLDER.glob("*.template"):
            text = template.read_text()
            if self.run == "compose":
                text = text.replace(" /tmp/", f" {self.folder}/")
            text = re.sub(r"\$\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)
            for name, port in (("ollama", 11434), ("qdrant", 6333)):
                if name in self.foreign:
                    text = text.replace(f"127.0.0.1:{port} down", f"127.0.0.1:{self.foreign[name].port}")
            for old, new in self._edits.items():
                text = text.replace(old, new)
            (self.folder / template.name.removesuffix(".template")).write_text(text)

    def command(self, *extra: str) -> list[str]:
        """How nginx is called."""
        main = str(self.folder / f"nginx.{self.run}.conf")
        foreground = ["-g", "daemon off;"] if self.run == "compose" else []
        return [nginx(), "-e", "stderr", "-p", f"{self.folder}/", "-c", main, *foreground, *extra]

    def start(self) -> None:
        """Start the services and nginx, and wait until it listens."""
        self.render()
        for service in self.everybody:
            service.start()
        with (self.folder / "error.log").open("wb") as log:
            self._process = subprocess.Popen(self.command(), stderr=log, preexec_fn=_die_with_parent)  # noqa: PLW1509
        deadline = time.monotonic() + 10
        while True:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx did not start: {(self.folder / 'error.log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop nginx and the services."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
        for service in self.everybody:
            service.stop()

    def get(self, path: str, **options: Any) -> Answer:
        """GET a path."""
        return self.request("GET", path, **options)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request on a connection of its own."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body=body, headers={"Host": f"localhost:{self.port}", **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def raw(self, data: bytes, timeout_seconds: float = 3.0) -> bytes:
        """Send bytes as they are and return everything that comes back until nginx closes or falls silent."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=timeout_seconds)) as connection:
            connection.sendall(data)
            return b"".join(_received(connection))

    @property
    def arrived(self) -> list[Seen]:
        """Every request that reached any service."""
        return [seen for service in self.everybody for seen in service.seen]

    @property
    def everybody(self) -> list[Service]:
        """All servers behind the gateway."""
        return [*self.services.values(), *self.foreign.values()]

    def forget(self) -> None:
        """Begin a test with nothing seen, nothing special, and everything running."""
        for service in self.everybody:
            service.seen.clear()
            service.handlers.clear()
            if not service.is_running:
                service.start()


def _received(connection: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            data = connection.recv(65536)
        except (TimeoutError, ConnectionResetError):
            return
        if not data:
            return
        yield data


def _die_with_parent() -> None:
    # A test run that is killed must not leave an nginx behind.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _group(user: str) -> str:
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


@contextmanager
def running(
    *,
    run: str = "embedded",
    foreign: Iterable[str] = (),
    edits: Mapping[str, str] | None = None,
    **variables: str,
) -> Iterator[Gateway]:
    """A gateway in a folder of its own, which nginx's workers can read; stopped at the end, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder:
        Path(folder).chmod(0o755)
        gateway = Gateway(Path(folder), run=run, foreign=foreign, edits=edits, **variables)
        try:
            gateway.start()
            yield gateway
        finally:
            gateway.stop()
