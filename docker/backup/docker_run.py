"""The run with Docker, as a backup sees it: programs run in containers, the bytes pass through `docker compose`."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from backup import commands, elsewhere, guard
from backup.commands import Command
from backup.installation import Database, Installation, Room
from host import dotenv
from host.obstacle import Obstacle
from host.place import SERVICES, Place
from stack import engine, installation, lifecycle
from stack.compose import Compose

_INSIDE = Path(__file__).with_name("inside")
_WRITER = "data-processing"
_STORES = ("postgres", "qdrant")
_UP_SECONDS, _DOWN_SECONDS = 420, 180
#: The server's own tools, as its owner; the password never leaves the container.
_AS_OWNER = (
    'export PGUSER="$POSTGRES_USER" PGPASSWORD="$POSTGRES_PASSWORD" PGDATABASE="${1:-$POSTGRES_DB}"; shift; exec "$@"'
)
#: Settings that say where a platform is: a copy of it is elsewhere, and does no work of its own.
_OWN_PLACE = {"DATABASE_URL", "QDRANT_URL", "GATEWAY_BIND", "GATEWAY_URL", "QDRANT_BIND", "SSL_BIND", "INBOX_DIR"}


class Docker:
    """One project of Docker Compose."""

    run = "docker"
    vectors: Literal["edge", "qdrant"] = "qdrant"

    def __init__(self, place: Place, project: str | None = None, *, is_copy: bool = False) -> None:
        """The project of the settings, or one of another name. In a copy n8n does not start: it would do its work."""
        engine.look()
        self.place = place
        self._is_copy = is_copy
        self._project = project

    @property
    def _compose(self) -> Compose:
        # Without profiles: what is named starts nevertheless, and what it could use besides does not.
        return replace(self._found.compose, project=self._project).with_profiles()

    @property
    def _found(self) -> installation.Installation:
        return installation.find(self.place, {} if self._is_copy else os.environ)

    @property
    def values(self) -> Mapping[str, str]:
        """The settings."""
        return self._found.values

    @property
    def databases(self) -> list[Database]:
        """The platform's and n8n's."""
        return ["platform", "n8n"]

    def database(self, which: Database, *words: str) -> Command:
        """A program in the container of PostgreSQL."""
        name = "" if which == "platform" else "n8n"
        command = ["exec", "-T", "postgres", "sh", "-c", _AS_OWNER, "as-owner", name, *words]
        return self._command(command, f"PostgreSQL ({words[0]}, {which})")

    def inside(self, room: Room, *words: str) -> Command:
        """The program in a container of its own, so that it also runs while the service is paused or stopped."""
        source = (_INSIDE / f"{room}.py").read_text(encoding="utf-8")
        service = _WRITER if room == "uploads" else "rag-engine"
        command = ["run", "--rm", "--no-deps", "-T", "--entrypoint", "python", service, "-c", source, *words]
        return self._command(command, f"{room} {words[0]}")

    def keys(self, *words: str) -> Command:
        """`oberaconnect.keys` in a container that runs."""
        return self._command(["exec", "-T", _WRITER, "python", "-m", "oberaconnect.keys", *words], "make key")

    def _command(self, words: list[str], name: str) -> Command:
        compose = self._compose
        return Command(compose.command(*words), compose.environment(), name)

    def _containers(self) -> list[dict[str, Any]]:
        return self._compose.with_profiles("*").ps()

    def require_database(self) -> None:
        """Start the stores where they are not running."""
        if self.values.get("DATABASE_URL"):
            raise Obstacle("DATABASE_URL names a database of your own. Back it up, and restore it, with its own tools.")
        running = {one["Service"] for one in self._containers() if one["State"] in {"running", "paused"}}
        if not running:
            raise Obstacle("The platform does not run, and its stores are needed. Type: make up")
        if not running.issuperset(_STORES):
            self._compose.run("up", "--detach", "--wait", "--no-deps", *_STORES, timeout=_UP_SECONDS)

    def still(self) -> AbstractContextManager[None]:
        """Pauses the containers that write documents and have rag-engine write vectors."""
        if not any(one["Service"] == _WRITER and one["State"] == "running" for one in self._containers()):
            return nullcontext()
        hold, release = (self._compose.command(verb, _WRITER) for verb in ("pause", "unpause"))
        return guard.held(hold, release, self._compose.environment())

    def stop(self) -> None:
        """Stop the services and n8n; whoever waits for them waits."""
        self._compose.run("stop", *self._writers, timeout=_DOWN_SECONDS)

    def forget_n8n_key(self) -> None:
        """n8n keeps a copy of the key it was first started with in its folder."""
        words = ["run", "--rm", "--no-deps", "-T", "--entrypoint", "rm", "n8n", "-f", "/home/node/.n8n/config"]
        commands.fed(self._command(words, "n8n"))

    def start(self) -> None:
        """Start what this project has; containers whose settings changed are made anew."""
        compose = self._compose
        there = {str(one["Service"]) for one in self._containers()}
        words = ["up", "--detach", "--wait", "--no-build", "--wait-timeout", str(_UP_SECONDS)]
        words += [f"--scale={name}={count}" for name, count in lifecycle.replicas(compose).items()]
        compose.run(*words, *sorted(there | {*self._writers, *_STORES, "gateway"}))

    @property
    def _writers(self) -> list[str]:
        return [*SERVICES, *([] if self._is_copy else ["n8n"])]

    @contextmanager
    def throwaway(self) -> Iterator[Installation]:
        """A project with a name, a network, ports and volumes of its own. n8n does not start: it would do its work."""
        name = f"oberaverify-{secrets.token_hex(4)}"
        folder = Path(tempfile.mkdtemp(prefix="oberaconnect-verify-"))
        place = Place(self.place.root, folder / "var", folder / ".env")
        (folder / "inbox").mkdir(mode=0o755)
        described = sorted(dotenv.known(self.place.root / ".env.example"))
        published = [one for one in described if one.endswith("_PORT")]
        values = {key: value for key, value in self.values.items() if key not in {*_OWN_PLACE, *published}}
        values |= dict(zip(published, elsewhere.free_ports(len(published)), strict=True))
        values |= {"COMPOSE_PROJECT_NAME": name, "NETWORK_NAME": name, "INBOX_DIR": str(folder / "inbox")}
        elsewhere.write_settings(place.env_file, values)
        copy = Docker(place, name, is_copy=True)
        try:
            copy.start()
            yield copy
        finally:
            words = ["down", "--volumes", "--remove-orphans", "--timeout", "5"]
            copy._compose.run(*words, check=False, timeout=_DOWN_SECONDS)
            shutil.rmtree(folder, ignore_errors=True)
