"""Newer images."""

from host import show
from host.alone import alone
from host.obstacle import Obstacle
from host.place import Place
from stack import doctor, engine, installation, lifecycle, profiles


def pull(place: Place, asked: str) -> int:
    """Fetch the images that are not made here."""
    engine.look()
    here = installation.find(place)
    compose = profiles.choose(here.compose, asked, here.setting("COMPOSE_PROFILES"))
    if compose.stream("pull", "--ignore-buildable"):
        raise Obstacle(
            "Not every image could be fetched; the lines above say which. Without the internet, or with a registry of "
            "your own, name the images in .env (POSTGRES_IMAGE=… and so on). What is here already still starts: make up"
        )
    return 0


def upgrade(place: Place, asked: str) -> int:
    """Fetch and build the images that the settings name now, and bring the containers in line with them."""
    docker = engine.look()
    here = installation.find(place)
    # First of all: what is refused must not have been fetched, and nothing may have been stopped for it.
    if stopping := [one.sentence for one in doctor.examine(here, docker, asked) if one.stops]:
        raise Obstacle("\n".join(stopping))
    print("A backup first is a good habit: make backup", flush=True)
    pull(place, asked)
    with alone(place):
        changed = lifecycle.start(here, docker, asked)
    print("Everything is up to date." if changed else "Everything was up to date. Nothing was changed.")
    print(f"\n{show.services(here.values)}")
    return 0
