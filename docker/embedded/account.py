"""Who runs what: PostgreSQL never as root, nginx's workers as somebody who owns nothing."""

import grp
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from host.obstacle import Obstacle
from host.place import Place

_DATABASE = ("postgres", "daemon", "nobody")
_WEB = ("www-data", "nginx", "nobody")
_ELSEWHERE = Path("/var/lib/oberaconnect")


@dataclass(frozen=True)
class Account:
    """A user of this machine and the user's main group."""

    name: str
    uid: int
    gid: int

    @property
    def group(self) -> str:
        """The main group's name."""
        return grp.getgrgid(self.gid).gr_name


def for_postgres(place: Place) -> Account | None:
    """Whom PostgreSQL runs as: root picks somebody, the one who owns the data if there is data; others: None."""
    if os.geteuid() != 0:
        return None
    if place.cluster.exists() and (uid := place.cluster.stat().st_uid):
        entry = pwd.getpwuid(uid)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return _first(_DATABASE)


def for_gateway() -> Account | None:
    """Whom nginx's workers run as when root starts it."""
    return _first(_WEB) if os.geteuid() == 0 else None


def _first(names: tuple[str, ...]) -> Account:
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid}
    for name in names:
        if entry := known.get(name):
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise Obstacle(f"None of the accounts {', '.join(names)} exists. Make one: useradd --system {names[0]}")


def can_enter(account: Account | None, path: Path) -> bool:
    """Whether `account` may list and enter a folder, with every folder above it in the way."""
    if account is None:
        return os.access(path, os.R_OK | os.X_OK)
    found = subprocess.run(
        ["test", "-r", path, "-a", "-x", path],
        user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False,
    )  # fmt: skip
    return found.returncode == 0


def ensure_reachable(place: Place) -> None:
    """Put the shared part of the state where the other accounts get to, if they cannot enter the state folder.

    A checkout under /root or in a closed home is such a case: the part then lies below /var/lib/oberaconnect, and
    `outside` in the state folder links to it.
    """
    accounts = [account for account in (for_postgres(place), for_gateway()) if account]
    if place.outside.is_symlink() or all(can_enter(account, place.state) for account in accounts):
        return
    folder = _ELSEWHERE / str(place.state).strip("/").replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    for path in (_ELSEWHERE, folder):
        path.chmod(stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    if refused := [account.name for account in accounts if not can_enter(account, folder)]:
        raise Obstacle(
            f"{' and '.join(refused)} cannot enter {folder}. Name a folder they can: make up STATE_DIR=/srv/x"
        )
    place.outside.symlink_to(folder)
