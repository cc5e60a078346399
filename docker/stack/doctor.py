"""`make doctor`: everything that stands in the way of a start, each with the command that mends it."""

from collections.abc import Iterator

from host import dotenv
from host.obstacle import Obstacle
from host.place import Place
from stack import check_machine, check_settings, engine, installation, model, profiles, versions
from stack.engine import Engine
from stack.finding import Finding, hint
from stack.installation import Installation


def doctor(place: Place, asked: str) -> int:
    """Print all findings. Exit status 1 when one of them stops a start."""
    found = list(_look_at_all(place, asked))
    for one in found:
        print(f"{'✗' if one.stops else '!'} {one.sentence}")
    stops = sum(one.stops for one in found)
    if stops:
        print(f"{stops} of these stop a start.")
    elif found:
        print("None of these stops a start: make up")
    else:
        print("Everything is as it should be: make up")
    return int(bool(stops))


def examine(here: Installation, docker: Engine, asked: str) -> Iterator[Finding]:
    """Everything there is to find about an installation on this engine, with the profiles asked for."""
    settings = list(check_settings.check(here, profiles.words(asked or here.setting("COMPOSE_PROFILES"))))
    yield from settings
    if any(one.stops for one in settings):
        return  # Compose would stumble over the same
    try:
        compose = profiles.choose(here.compose, asked, here.setting("COMPOSE_PROFILES"))
        project = model.read(compose)
        yield from check_machine.memory(docker, project)
        yield from check_machine.disk(docker, project)
        yield from check_machine.free_ports(here.place, docker, project, compose)
        running = compose.ps()
        if not running:
            yield from check_machine.available(docker, project)
            yield from _other_data(here.place)
        for one in running:
            if one["Service"] in project.images:
                versions.check_successor(one["Service"], one["Image"], project.images[one["Service"]])
    except Obstacle as obstacle:
        yield Finding(str(obstacle))


def _other_data(place: Place) -> Iterator[Finding]:
    if place.cluster.exists():
        yield hint(
            f"The data of the run without Docker ({place.cluster}) is not the data of this run. Go on with it: make up "
            "MODE=embedded. Take it along: make backup MODE=embedded, then here make up and make restore FILE=…"
        )


def _look_at_all(place: Place, asked: str) -> Iterator[Finding]:
    docker = None
    try:
        docker = engine.look()
    except Obstacle as obstacle:
        yield Finding(str(obstacle))
    if not place.env_file.exists():
        yield Finding(f"{place.env_file} is missing. Type: make setup")
        return
    wrong = [Finding(sentence) for sentence in dotenv.mistakes(place.env_file, place.root / ".env.example")]
    yield from wrong
    if wrong:
        return
    try:
        here = installation.find(place)
        if docker is None:
            yield from check_settings.check(here, profiles.words(asked or here.setting("COMPOSE_PROFILES")))
        else:
            yield from examine(here, docker, asked)
    except Obstacle as obstacle:
        yield Finding(str(obstacle))
