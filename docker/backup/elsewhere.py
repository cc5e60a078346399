"""A place beside a platform for a copy of it: settings and ports of its own."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from backup.secrets_file import quoted
from host import dotenv
from host.place import Place


def free_ports(number: int) -> list[str]:
    """Ports of this machine that nobody listens on, no two alike."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in sockets]


def write_settings(target: Path, values: Mapping[str, str]) -> None:
    """Write a settings file, for its owner only."""
    target.touch(mode=0o600)
    lines = (f"{name}={quoted(value)}\n" for name, value in values.items())
    target.write_text("".join(lines), encoding="utf-8")


@contextmanager
def without_settings(place: Place) -> Iterator[None]:
    """Settings given on the command line are about the platform itself, not about its copy."""
    known = dotenv.known(place.root / ".env.example")
    given = {name: os.environ.pop(name) for name in list(os.environ) if name.removesuffix("_FILE") in known}
    try:
        yield
    finally:
        os.environ.update(given)
