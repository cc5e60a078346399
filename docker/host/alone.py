"""One command at a time changes what runs."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from host.place import Place


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Wait for the other command, and say so."""
    place.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place.run / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another 'make up' or 'make down' …", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
