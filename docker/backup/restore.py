"""A backup takes the place of what a platform holds. Whatever interrupts it, the same command again completes it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backup import commands, database, manifest, questions, reader, seal, secrets_file
from backup.database import Session
from backup.installation import Installation
from backup.manifest import Manifest
from demo.gateway import GatewayError
from host.obstacle import Obstacle

Say = Callable[[str], None]
_REINDEX_SECONDS = 24 * 3600.0
_ENDED = {"succeeded", "failed", "cancelled"}


@dataclass(frozen=True)
class Backup:
    """A backup that was read to its end and found whole."""

    file: Path
    keys: seal.Keys
    about: Manifest
    secrets: dict[str, str]

    @property
    def has_n8n(self) -> bool:
        """Whether n8n's database is in it."""
        return any(part.name == manifest.N8N for part in self.about.parts)


def check(file: Path, keys: seal.Keys, release: str) -> Backup:
    """Read a whole backup and hold it against its manifest. Raises `Obstacle` when it cannot be restored here."""
    with seal.reading(file, keys) as source:
        about, secrets = reader.check(source)
    manifest.check_release(about, release)
    return Backup(file, keys, about, secrets_file.parse(secrets))


def present(installation: Installation) -> dict[str, int]:
    """What a restore would replace: the rows of every table."""
    with Session(installation, "platform") as session:
        return session.counts()


def restore(installation: Installation, backup: Backup, say: Say, *, is_copy: bool = False) -> list[str]:
    """Restore a checked backup. With `is_copy` nothing that waits in its queues is done.

    Returns:
        What is otherwise than the manifest says, in sentences; empty when all of it is there.
    Raises:
        Obstacle: when a step fails; the services are stopped then, and the same command again goes on.
    """
    begun = time.monotonic()
    installation.stop()
    with _telling_what_to_do():
        about, fits = backup.about, backup.about.vectors == installation.vectors
        has_n8n = backup.has_n8n and "n8n" in installation.databases
        files = _put_back(installation, backup, has_n8n, say)
        names = sorted(about.points) if fits else []
        points = commands.document(installation.inside(installation.vectors, "finish", *names))
        n8n = None
        if has_n8n:
            with Session(installation, "n8n") as session:
                n8n = session.counts()
        with Session(installation, "platform") as session:
            counts = session.counts()
            collections = session.collections()
            if is_copy:
                session.cancel_jobs()
        copy = secrets_file.put(installation.place.env_file, backup.secrets, with_n8n=has_n8n)
        if copy and not is_copy:
            say(f"  the backup's secrets are in {installation.place.env_file}; as it was before: {copy}")
        differences = manifest.differences(about, counts, points if fits else None, files, n8n)
        say(f"  restored after {time.monotonic() - begun:.1f} s; starting the services …")
        installation.start()
        if not fits:
            _reindex(installation, collections, say)
    return differences


@contextmanager
def _telling_what_to_do() -> Iterator[None]:
    try:
        yield
    except Obstacle as obstacle:
        raise Obstacle(f"{obstacle}\nThe restore is not complete. Type the same command again.") from None


def _put_back(installation: Installation, backup: Backup, has_n8n: bool, say: Say) -> int:
    """Every part to where it belongs. Returns how many uploaded files there are."""
    files, sizes = 0, {part.name: part.bytes for part in backup.about.parts}
    fits = backup.about.vectors == installation.vectors
    with seal.reading(backup.file, backup.keys) as source:
        for name, content in reader.Reader(source).parts():
            begun = time.monotonic()
            if name == manifest.SECRETS:
                continue
            if name == manifest.PLATFORM:
                database.restore(installation, "platform", content)
            elif name == manifest.UPLOADS:
                files = commands.document(installation.inside("uploads", "receive"), content)["files"]
            elif name == manifest.N8N and not has_n8n:
                say("  n8n.dump: left out, for this run has no n8n")
                continue
            elif name == manifest.N8N:
                database.restore(installation, "n8n", content)
                installation.forget_n8n_key()
            elif fits:
                words = ["receive", name.removeprefix(manifest.VECTORS), str(sizes[name])]
                commands.fed(installation.inside(installation.vectors, *words), content)
            else:
                say(f"  {name}: left out, for this run keeps vectors in another form; they are made anew")
                continue
            say(f"  {name} is back ({time.monotonic() - begun:.1f} s)")
    return files


def _reindex(installation: Installation, collections: list[str], say: Say) -> None:
    try:
        with questions.gateway(installation) as gateway:
            for name in collections:
                begun = time.monotonic()
                job = gateway.post("/api/data/reindex", {"collection": name})
                while job["status"] not in _ENDED and time.monotonic() - begun < _REINDEX_SECONDS:
                    say(f"  embedding '{name}' anew: {job['progress']['done']} of {job['progress']['total']} documents")
                    job = gateway.get(f"/api/data/jobs/{job['id']}", wait=10)
                if job["status"] != "succeeded":
                    raise Obstacle(f"Embedding '{name}' anew ended as {job['status']}.")
                say(f"  '{name}' is embedded anew ({time.monotonic() - begun:.1f} s)")
    except GatewayError as failure:
        raise Obstacle(str(failure)) from None
