"""Bringing the platform up, waiting until it works, and taking it down."""

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from host import dotenv, reach, show
from host.alone import alone
from host.obstacle import Obstacle
from host.place import SERVICES, Place
from stack import database, doctor, engine, images, installation, model, profiles, wait
from stack.compose import Compose
from stack.engine import Engine
from stack.installation import Installation

_HTTPS = "nginx-ssl"
#: The services' own user reads the inbox; backups hold secrets.
_FOR_SERVICES, _FOR_OWNER = 0o755, 0o700


def setup(place: Place) -> int:
    """Make what a start needs: the settings with their secrets, and the folders. Does nothing twice."""
    _prepare(place)
    docker = engine.look()
    if docker.has_nvidia:
        print("The engine has the NVIDIA runtime: 'make up PROFILE=local-llm' uses all GPUs.")
    elif docker.is_local and _has_nvidia_card():
        print(
            "This machine has an NVIDIA GPU, and the engine has no runtime for it: models would run on the CPU. "
            "Install NVIDIA's container toolkit, then: "
            "sudo nvidia-ctk runtime configure && sudo systemctl restart docker"
        )
    return 0


def up(place: Place, asked: str) -> int:
    """Start what is not running, make anew what has changed, and wait until all of it works."""
    begun = time.monotonic()
    docker = engine.look()
    _prepare(place)
    with alone(place):
        here = installation.find(place)
        findings = list(doctor.examine(here, docker, asked))
        for one in findings:
            if not one.stops:
                print(f"! {one.sentence}")
        if stopping := [one.sentence for one in findings if one.stops]:
            raise Obstacle("\n".join(stopping))
        changed = start(here, docker, asked)
    print(f"Ready after {time.monotonic() - begun:.1f} s." if changed else "Everything runs. Nothing was changed.")
    print(f"\n{show.services(here.values)}\n\n{show.first_steps(here.values)}")
    return 0


def start(here: Installation, docker: Engine, asked: str) -> bool:
    """Bring what runs in line with the settings. Returns whether anything had to be done.

    Raises:
        Obstacle: naming the service that does not work, with the end of its log.
    """
    compose = profiles.choose(for_containers(here, docker), asked, here.setting("COMPOSE_PROFILES"))
    before = _identities(compose)
    if here.setting("AUTH", "open") != "required":
        _end_https(compose)
    compose = profiles.with_running(compose)
    project = model.read(compose)
    images.fetch(compose, project)
    images.build(here.place, compose, project, are_ours=not here.setting("IMAGE_PREFIX"))
    database.prepare(here, compose)
    words = ["up", "--detach", "--remove-orphans"]
    for name, count in replicas(compose).items():
        words += ["--scale", f"{name}={count}"]
    if compose.stream(*words):
        raise Obstacle("Not everything could be started; the lines above say why. Try again: make up")
    wait.until_healthy(compose, *project.services)
    if docker.is_local:
        wait.until_found(reach.address(here.values))
    return _identities(compose) != before


def _end_https(compose: Compose) -> None:
    """HTTPS lets other machines in, to a platform that asks nobody for a key."""
    everything = compose.with_profiles("*")
    if any(one["Service"] == _HTTPS for one in everything.ps()):
        everything.run("rm", "--stop", "--force", _HTTPS, timeout=60)
        print(f"{_HTTPS} was stopped: HTTPS lets other machines in, which needs AUTH=required.", flush=True)


def for_containers(here: Installation, docker: Engine) -> Compose:
    """The project as containers are made of it: Ollama gets the GPUs where the engine can give them."""
    if docker.has_nvidia and not here.setting("OLLAMA_RUNTIME"):
        return here.compose.with_settings(OLLAMA_RUNTIME="nvidia")
    return here.compose


def replicas(compose: Compose) -> Mapping[str, int]:
    """How many containers the services have that were scaled: a start keeps the number."""
    counted = Counter(str(one["Service"]) for one in compose.ps() if one["Service"] in SERVICES)
    return {name: count for name, count in counted.items() if count > 1}


def down(place: Place) -> int:
    """End all services, whatever their profile. The volumes stay, and with them all data."""
    engine.look()
    compose = installation.find(place).compose.with_profiles("*")
    with alone(place):
        if not compose.ps():
            print("Nothing runs.")
            return 0
        if compose.stream("down", "--remove-orphans"):
            raise Obstacle("Not everything could be stopped; the lines above say why. Try again: make down")
    print("Everything is stopped. The data stays in its volumes.")
    return 0


def _prepare(place: Place) -> None:
    example = place.root / ".env.example"
    for sentence in dotenv.write(place.env_file, example) or dotenv.complete(place.env_file, example):
        print(sentence, flush=True)
    for folder, mode in ((place.root / "var" / "inbox", _FOR_SERVICES), (place.root / "var" / "backups", _FOR_OWNER)):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(mode)  # whatever the umask


def _has_nvidia_card() -> bool:
    return any(Path("/proc/driver/nvidia/gpus").glob("*"))


def _identities(compose: Compose) -> set[tuple[str, str]]:
    return {(one["ID"], one["State"]) for one in compose.ps()}
