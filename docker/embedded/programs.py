"""The programs of the platform, each with its command, environment and a digest that changes when it must restart."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from embedded import account, debian, gateway, postgres
from host.place import SEGMENTS, SERVICES, Place

#: The prefix of a service's variables (DATA_PORT, DATA_URL) and the port it has when nothing is set.
PREFIXES = {name: (segment.upper(), 8081 + number) for number, (name, segment) in enumerate(SEGMENTS.items())}
GATEWAY = "gateway"
POSTGRES = "postgres"


@dataclass(frozen=True)
class Program:
    """One supervised program, in a working folder that no other program has.

    `uid` and `gid` are who it becomes, None for whoever starts it.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: str
    digest: str
    uid: int | None = None
    gid: int | None = None
    #: PostgreSQL calls SIGINT the fast end; SIGTERM would wait for every client to leave.
    stop_signal: str = "TERM"
    stop_seconds: int = 45


def ports(values: Mapping[str, str]) -> dict[str, int]:
    """The port of every program that listens, by the program's name."""
    found = {name: int(values.get(f"{prefix}_PORT", default)) for name, (prefix, default) in PREFIXES.items()}
    found[GATEWAY] = int(values.get("GATEWAY_PORT", "8080"))
    if not values.get("DATABASE_URL"):
        found[POSTGRES] = int(values.get("POSTGRES_PORT", "5432"))
    return found


def environment(place: Place, values: Mapping[str, str]) -> dict[str, str]:
    """What the services get to see: the settings, and where this run put things."""
    listening = ports(values)
    derived = {
        "DATA_DIR": str(place.state / "data"),
        "INBOX_DIR": str(place.state / "inbox"),
        "ASTERISK_DIR": str(place.state / "asterisk"),
        **{f"{prefix}_URL": f"http://127.0.0.1:{listening[name]}" for name, (prefix, _) in PREFIXES.items()},
    }
    if folder := debian.tessdata(place):
        derived["TESSDATA_PREFIX"] = str(folder)
    run = {
        "PYTHONPATH": place.path,
        "PYTHONUNBUFFERED": "1",
        # The default of eight arenas a core keeps memory that a threaded Python never gets to use.
        "MALLOC_ARENA_MAX": "2",
        # Freed memory goes back at once; the threshold would otherwise grow with the largest block ever freed.
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "POSTGRES_HOST": "127.0.0.1",
    }
    return derived | dict(values) | run


def build(place: Place, values: Mapping[str, str]) -> dict[str, Program]:
    """All programs, in the order in which they start. Writes the gateway's configuration on the way."""
    found: dict[str, Program] = {}
    if not values.get("DATABASE_URL"):
        cluster = postgres.find(place, values)
        found[POSTGRES] = _program(
            POSTGRES,
            postgres.command(cluster, values),
            {"LC_ALL": "C.UTF-8", "HOME": str(place.shared)},
            str(place.cluster),
            owner=cluster.owner,
            stop_signal="INT",
        )
    shared = environment(place, values)
    for name in SERVICES:
        found[name] = _program(
            name,
            [str(place.python), "-m", "oberaconnect.serve", name],
            shared | {"PORT": str(ports(values)[name]), "BIND": "127.0.0.1"},
            str(place.work / name),
            reason=_code(place, name),
        )
    program = debian.nginx(place)
    assert program is not None  # `debian.ensure` came before
    listening = {f"{prefix}_PORT": ports(values)[name] for name, (prefix, _) in PREFIXES.items()}
    known = gateway.variables(place, values, account.for_gateway(), listening)
    written = gateway.install(place, known)
    found[GATEWAY] = _program(
        GATEWAY,
        gateway.command(place, program),
        debian.libraries(place),
        str(place.gateway),
        reason=json.dumps(written),
    )
    return found


def _program(
    name: str,
    command: list[str],
    environment: dict[str, str],
    folder: str,
    *,
    owner: account.Account | None = None,
    stop_signal: str = "TERM",
    reason: str = "",
) -> Program:
    content = json.dumps([command, environment, folder, reason], sort_keys=True)
    return Program(
        name=name,
        command=command,
        environment=environment,
        folder=folder,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        uid=owner.uid if owner else None,
        gid=owner.gid if owner else None,
        stop_signal=stop_signal,
    )


def _code(place: Place, service: str) -> str:
    """A digest of the code that a service runs: a new release restarts what it changed."""
    digest = hashlib.sha256()
    folders = (place.root / "shared" / "oberaconnect", place.root / "services" / service)
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".sql"}]
    for path in sorted([*files, place.root / "docker" / "gunicorn.conf.py", *(place.root / "requirements").glob("*")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def save(place: Place, wanted: Mapping[str, Program]) -> None:
    """Write the programs where `embedded.launch` reads them (mode 600: secrets are in it)."""
    target = place.run / "programs.json"
    unfinished = target.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({name: asdict(program) for name, program in wanted.items()}, file, indent=1)
    unfinished.rename(target)


def saved(folder: Path) -> dict[str, Program]:
    """The programs as they were last written; empty before the first start."""
    target = folder / "programs.json"
    if not target.exists():
        return {}
    return {name: Program(**fields) for name, fields in json.loads(target.read_text()).items()}
