"""Versions: which is newer, and which image may follow which on the same data."""

import re

from host.obstacle import Obstacle

_NUMBERS = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?")


def numbers(text: str) -> tuple[int, int, int]:
    """The first version in a text: `v2.20.2+ds1` is (2, 20, 2). Zeros when there is none."""
    found = _NUMBERS.search(text)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else (0, 0, 0)


def tag(image: str) -> str:
    """The tag of an image's name; empty when it has none. The port of a registry is none, nor is a digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def check_successor(service: str, old: str, new: str) -> None:
    """Whether the image `new` can work with the data of the image `old`. Unreadable tags are let pass.

    Raises:
        Obstacle: naming the step in between, or the way over a backup.
    """
    was, will = numbers(tag(old)), numbers(tag(new))
    if was == (0, 0, 0) or will == (0, 0, 0):
        return
    if service == "postgres" and was[0] != will[0]:
        raise Obstacle(
            f"PostgreSQL {will[0]} does not read the data of PostgreSQL {was[0]}. Keep POSTGRES_IMAGE={old} in .env; "
            "or change over with a backup: make backup, then with the new image on empty volumes make restore FILE=…"
        )
    if service == "qdrant" and (was[0] != will[0] or will[1] - was[1] > 1):
        between = f"v{was[0]}.{was[1] + 1}" if was[0] == will[0] else f"v{was[0]}"
        raise Obstacle(
            f"Qdrant goes one minor release at a time, and this would be from {tag(old)} to {tag(new)}. "
            f"First use the last image of {between}: make upgrade QDRANT_IMAGE={new.removesuffix(tag(new))}{between}.…"
        )
    if service == "qdrant" and will < was:
        raise Obstacle(
            f"Qdrant {tag(new)} may not read the data of the newer {tag(old)}. Keep QDRANT_IMAGE={old} in .env."
        )
