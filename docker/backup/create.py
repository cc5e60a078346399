"""Making a backup, while the platform runs.

For a moment ingestion stands still (searching too, where rag-engine keeps the vectors itself): then the database's
view, the uploaded files and the vectors are of one moment. What takes time comes afterwards, from that view and those
copies.
"""

import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from backup import archive, commands, manifest, questions, seal, secrets_file, shelf
from backup.commands import Command
from backup.database import Session
from backup.installation import Installation
from backup.manifest import Manifest, Question
from demo.gateway import GatewayError
from host.obstacle import Obstacle

Say = Callable[[str], None]


def create(installation: Installation, target: Path, keys: seal.Keys, release: str, say: Say) -> None:
    """Write a backup to `target`. Raises `Obstacle`; there is no file then."""
    begun = time.monotonic()
    shelf.require_place(target)
    installation.require_database()
    with ExitStack() as stack:
        sessions = [stack.enter_context(Session(installation, which)) for which in installation.databases]
        uploads = commands.document(installation.inside("uploads", "size"))
        vectors = commands.document(installation.inside(installation.vectors, "size"))
        needed = uploads["bytes"] + 2 * vectors["bytes"] + sum(session.size_bytes() for session in sessions)
        shelf.require_room(target.parent, needed)
        file = stack.enter_context(shelf.new(target))
        taken = _take(installation, sessions, stack)
        say(f"  everything of one moment: ingestion waited {taken['seconds']:.1f} s")
        about = _describe(installation, sessions, taken, release, say)
        with seal.writing(file, keys) as sink:
            writer = archive.Writer(sink)
            _write(installation, sessions, taken["vectors"], writer, say)
            writer.finish(Manifest(**about, parts=tuple(writer.parts)))
    say(f"{target}: {target.stat().st_size / 2**20:,.1f} MB in {time.monotonic() - begun:.1f} s")


def _take(installation: Installation, sessions: list[Session], stack: ExitStack) -> dict[str, Any]:
    """Everything of one moment. What was copied for it goes when `stack` ends."""
    kind = installation.vectors
    with installation.still():
        begun = time.monotonic()
        for session in sessions:
            session.hold()
        stack.callback(_quietly, installation.inside("uploads", "drop"))
        files = commands.document(installation.inside("uploads", "take"))["files"]
        if kind == "edge":
            stack.callback(_quietly, installation.inside("edge", "drop"))
        vectors: dict[str, Any] = commands.document(installation.inside(kind, "take"))
        seconds = time.monotonic() - begun
    if kind == "edge":
        points = commands.document(installation.inside("edge", "count"))
    else:
        points = {name: found["points"] for name, found in vectors.items()}
        for name, found in vectors.items():
            stack.callback(_quietly, installation.inside("qdrant", "drop", name, found["snapshot"]))
    return {"seconds": seconds, "files": files, "vectors": vectors, "points": points}


def _quietly(command: Command) -> None:
    """Clearing away must not hide why there was something to clear away."""
    try:
        commands.fed(command)
    except Obstacle as obstacle:
        print(f"Left behind: {obstacle}", flush=True)


def _describe(
    installation: Installation, sessions: list[Session], taken: dict[str, Any], release: str, say: Say
) -> dict[str, Any]:
    platform = sessions[0]
    return {
        "platform": release,
        "run": installation.run,
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "revision": _revision(installation.place.root),
        "vectors": installation.vectors,
        "counts": platform.counts(),
        "points": taken["points"],
        "files": taken["files"],
        "n8n": next((session.counts() for session in sessions[1:]), {}),
        "questions": tuple(_questions(installation, platform, say)),
    }


def _questions(installation: Installation, platform: Session, say: Say) -> list[Question]:
    derived = questions.derive(platform.passages(questions.NUMBER))
    try:
        with questions.gateway(installation) as gateway:
            answered = questions.ask(gateway, derived, with_answers=questions.can_be_answered(installation.values))
    except (GatewayError, Obstacle) as failure:
        say(f"  no questions were asked, so 'make verify' will compare counts only: {failure}")
        return []
    say(f"  {len(answered)} questions asked, for 'make verify' to compare")
    return answered


def _revision(root: Path) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _write(
    installation: Installation, sessions: list[Session], vectors: dict[str, Any], writer: archive.Writer, say: Say
) -> None:
    begun = time.monotonic()
    writer.part(manifest.SECRETS, [secrets_file.text(installation.values, with_n8n=len(sessions) > 1)])
    for session in sessions:
        name = manifest.PLATFORM if session.which == "platform" else manifest.N8N
        _say_part(say, writer.part(name, session.dump()), begun)
    _say_part(say, writer.part(manifest.UPLOADS, commands.stream(installation.inside("uploads", "send"))), begun)
    for name, found in sorted(vectors.items()):
        words = ["send", name, *([found["snapshot"]] if found else [])]
        content = commands.stream(installation.inside(installation.vectors, *words))
        _say_part(say, writer.part(f"{manifest.VECTORS}{name}", content), begun)


def _say_part(say: Say, part: manifest.Part, begun: float) -> None:
    say(f"  {part.name}: {part.bytes / 2**20:,.1f} MB ({time.monotonic() - begun:.1f} s)")
