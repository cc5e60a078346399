"""Whether the machine has room: memory, disk, and free ports."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from host import ports, processes
from host.place import Place
from stack.compose import Compose
from stack.engine import Engine
from stack.finding import Finding, hint
from stack.model import Model, Port

_RUN_MB = 1_000
#: What an image takes that is not here yet; some bring whole toolkits along.
_IMAGE_MB = 700
_LARGE_MB = {"ollama": 4_000, "n8n": 1_500, "open-webui": 1_500}


def memory(engine: Engine, model: Model) -> Iterator[Finding]:
    """The limits of the services against what the engine has. Limits are seldom reached: half of them must fit."""
    needed, found = model.memory_mb, engine.memory_mb
    fewer = "Start fewer profiles (make up PROFILE=…), or lower the …_MEMORY settings in .env."
    if found < needed // 2:
        yield Finding(f"The engine has too little memory: {found} MB found, {needed // 2} MB needed. {fewer}")
    elif found < needed:
        yield hint(f"The engine has {found} MB of memory; the limits of the services add up to {needed} MB. {fewer}")


def available(engine: Engine, model: Model) -> Iterator[Finding]:
    """The memory that is free now, for a platform that does not run yet."""
    if not engine.is_local:
        return
    with suppress(OSError, KeyError, ValueError):
        fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        found = int(fields["MemAvailable"].split()[0]) // 1024
        if found < model.memory_mb // 2:
            yield hint(
                f"{found} MB of memory are free; the services want about {model.memory_mb // 2} MB. "
                "See who has the rest: ps aux --sort=-rss | head"
            )


def disk(engine: Engine, model: Model) -> Iterator[Finding]:
    """The disk that the engine keeps images and data on."""
    if not engine.is_local:
        return
    folder = str(engine.info["DockerRootDir"])
    missing = [name for name, image in model.images.items() if not is_here(image)]
    needed = _RUN_MB + sum(_LARGE_MB.get(name, _IMAGE_MB) for name in missing)
    found = shutil.disk_usage(folder).free // 2**20
    if found < needed:
        yield Finding(
            f"The disk of {folder} is full: {found} MB are free, {needed} MB are needed"
            f"{f' ({len(missing)} images are not here yet)' if missing else ''}. "
            "See what takes the room: docker system df. Remove what no container uses: docker image prune"
        )


def is_here(image: str) -> bool:
    """Whether the engine has an image."""
    words = ["docker", "image", "inspect", "--format", "{{.Id}}", image]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def free_ports(place: Place, engine: Engine, model: Model, compose: Compose) -> Iterator[Finding]:
    """One finding for each port that somebody else has, and for two services that want the same."""
    if not engine.is_local:
        return
    ours = {publisher["PublishedPort"] for one in compose.ps() for publisher in one.get("Publishers") or []}
    seen: dict[int, Port] = {}
    for port in model.ports:
        if other := seen.get(port.number):
            yield Finding(
                f"{other.service} and {port.service} both have port {port.number}: change {port.setting} in .env"
            )
        seen[port.number] = port
        if port.number not in ours and not ports.is_free(port.address, port.number):
            yield _taken(place, port)


def _taken(place: Place, port: Port) -> Finding:
    move = f"or choose another port: set {port.setting} in {place.env_file}"
    head = f"Port {port.number} for {port.service} is in use by"
    if _embedded_runs(place):
        return Finding(f"{head} the platform itself, which runs here without Docker. Type: make down MODE=embedded")
    words = ["docker", "ps", "--filter", f"publish={port.number}", "--format", "{{.Names}}"]
    container = subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()
    if container:
        return Finding(f"{head} the container {container[0]}. Stop it (docker stop {container[0]}), {move}")
    strangers = sorted(ports.holders(port.number))
    who = " and ".join(map(processes.describe, strangers)) or "a process of another user"
    end = f"kill {strangers[0]}" if strangers else f"sudo ss -ltnp 'sport = :{port.number}'"
    return Finding(f"{head} {who}. Stop it ({end}), {move}")


def _embedded_runs(place: Place) -> bool:
    try:
        return processes.look(int((place.run / "supervisord.pid").read_text())) is not None
    except (OSError, ValueError):
        return False
