"""A real Git server: the `git http-backend` that comes with git, behind a small web server, with repositories."""

import os
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit


class GitServer:
    """Serves the bare repositories below a folder, to whom it knows if `logins` names somebody.

    `is_old`: it speaks the first version of the protocol, and gives nothing but the tips of branches. `status` replaces
    every answer, with `headers`, while it is set; `asked` are the requests so far.
    """

    def __init__(self, root: Path, certificate: Path | None = None) -> None:
        """Listens on a free loopback port at once; with TLS if there is a file with a certificate and its key."""
        self.root = root
        self.logins: dict[str, str] = {}
        self.status = 0
        self.is_old = False
        self.headers: Mapping[str, str] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self._server = _Server(("127.0.0.1", 0), _Request)
        self._server.git = self
        self._scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def url(self, name: str) -> str:
        """The address of a repository."""
        return f"{self._scheme}://127.0.0.1:{self.port}/{name}"

    def repository(self, name: str) -> "Repository":
        """A new, empty repository."""
        return Repository(self.root / name, self.root.parent / f"work-{name}")

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Repository:
    """A bare repository and a working folder to commit from."""

    def __init__(self, bare: Path, work: Path) -> None:
        """Both are made, with the branch `main`."""
        self.bare, self.work = bare, work
        _git("init", "--quiet", "--bare", "-b", "main", str(bare))
        _git("init", "--quiet", "-b", "main", str(work))

    def commit(self, files: Mapping[str, str | bytes | None], *, branch: str = "main") -> str:
        """Write (None: remove) files, commit and push them to a branch. Returns the commit."""
        for name, content in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.publish(branch)

    def publish(self, branch: str = "main") -> str:
        """Commit and push what lies in the working folder. Returns the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "Changes")
        self.git("push", "--quiet", "--force", str(self.bare), f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """Run git in the working folder."""
        return _git("-C", str(self.work), "-c", "user.name=Alice", "-c", "user.email=alice@example.com", *arguments)


def _git(*arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(
        ["git", *arguments], check=True, capture_output=True, text=True, env=environment
    ).stdout.strip()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    git: GitServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is part of the tests."""


class _Request(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") != "chunked":
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))
            return
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self._answer(body)

    def _answer(self, body: bytes) -> None:
        git = self.server.git
        git.asked.append((self.path, dict(self.headers.items())))
        known = ["Basic " + b64encode(f"{name}:{token}".encode()).decode() for name, token in git.logins.items()]
        if git.status:
            self._send(git.status, dict(git.headers), b"<html>\n<body>This is not Git.</body>\n")
        elif known and self.headers.get("Authorization") not in known:
            self._send(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        else:
            self._backend(body)

    def _backend(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            capture_output=True,
            check=False,
            env={
                "PATH": os.environ["PATH"],
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_PROJECT_ROOT": str(self.server.git.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": "" if self.server.git.is_old else self.headers.get("Git-Protocol", ""),
                "REQUEST_METHOD": self.command,
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_ADDR": "127.0.0.1",
            },
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(headers.pop("Status", "200 OK").split()[0])
        self._send(status, headers, content)

    def _send(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""
