"""Before anything is touched: is there room, are the ports free, are the settings sound?"""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from embedded import launch
from embedded.programs import GATEWAY, POSTGRES, PREFIXES, saved
from host import ports, processes
from host.obstacle import Obstacle
from host.place import Place

#: The environment alone takes this; without one more is needed than for the next start.
_INSTALL_MB = 2_500
_RUN_MB = 300
_MEMORY_MB = 1_200
_LOAD_SETTINGS = """
from oberaconnect import settings
try:
    settings.load()
except settings.SettingsError as error:
    raise SystemExit(str(error))
"""


def check_room(place: Place) -> list[str]:
    """Whether disk and memory suffice. Returns warnings.

    Raises:
        Obstacle: when the disk is too full to start.
    """
    for folder, needed in ((place.root, 0 if place.python.exists() else _INSTALL_MB), (place.state, _RUN_MB)):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(existing).free // 2**20
        if free < needed:
            raise Obstacle(
                f"The disk of {folder} is full: {free} MB are free, {needed} MB are needed. "
                f"See what takes the room: df -h {existing} && du -xhd1 {existing}"
            )
    available = _available_memory_mb()
    if available < _MEMORY_MB:
        return [f"Warning: {available} MB of memory are free; the platform needs about {_MEMORY_MB} MB."]
    return []


def _available_memory_mb() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["MemAvailable"].split()[0]) // 1024


def check_ports(place: Place, listening: Mapping[str, int], bind: str) -> None:
    """Whether every port is free or already ours.

    Raises:
        Obstacle: naming port, holder and the setting that moves it.
    """
    seen: dict[int, str] = {}
    for name, port in listening.items():
        if other := seen.get(port):
            raise Obstacle(f"{name} and {other} both have port {port}. Give one another: {variable(name)} in .env")
        seen[port] = name
        address = bind if name == GATEWAY else "127.0.0.1"
        if ports.is_free(address, port):
            continue
        ours = {process.pid for one in saved(place.run).values() for process in launch.members(one)}
        holders = ports.holders(port)
        if holders and holders <= ours:
            continue
        if not holders and ports.is_free(address, port):
            continue  # whoever it was has just ended
        strangers = sorted(holders - ours)
        who = " and ".join(map(processes.describe, strangers)) or "a process of another user"
        end = f"kill {strangers[0]}" if strangers else f"sudo ss -ltnp 'sport = :{port}'"
        raise Obstacle(
            f"Port {port} for {name} is in use by {who}. Stop it ({end}), "
            f"or choose another port: set {variable(name)} in {place.env_file}"
        )


def variable(name: str) -> str:
    """The setting that says where a program listens."""
    if name in PREFIXES:
        return f"{PREFIXES[name][0]}_PORT"
    return {GATEWAY: "GATEWAY_PORT", POSTGRES: "POSTGRES_PORT"}[name]


def check_settings(place: Place, environment: Mapping[str, str]) -> None:
    """Whether the services would accept the settings. Ports of this run are checked with them.

    Raises:
        Obstacle: with one sentence for each setting that is wrong.
    """
    done = subprocess.run(
        [place.python, "-c", _LOAD_SETTINGS], env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Obstacle(f"The settings in {place.env_file} are not valid.\n{done.stderr.strip()}")
