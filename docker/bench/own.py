"""A platform of the bench's own, beside the one that is in use here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from host import dotenv


@contextmanager
def without_settings(example: Path) -> Iterator[None]:
    """The platform in use here hands its settings to the bench; a platform of its own must not take them over."""
    kept = {name: os.environ.pop(name) for name in dotenv.known(example) if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
