"""This installation: its settings as they are in force, and its Compose project."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from host import dotenv
from host.obstacle import Obstacle
from host.place import Place
from stack.compose import Compose

#: NAME=value among the words that `make` was called with, as MAKEFLAGS hands them on: blanks in values are escaped.
_GIVEN = re.compile(r"(?:^|(?<!\\)\s)([A-Z][A-Z0-9_]*)[:+?]?=")


@dataclass(frozen=True)
class Installation:
    """Where it is, what its settings say, and how Compose is called for it."""

    place: Place
    values: Mapping[str, str]
    compose: Compose

    @property
    def example(self) -> Path:
        """The file that describes every setting."""
        return self.place.root / ".env.example"

    def setting(self, name: str, default: str = "") -> str:
        """One setting, with what is in force when nothing is set."""
        return self.values.get(name, default)


def find(place: Place, environ: Mapping[str, str] = os.environ) -> Installation:
    """The installation at `place`, with the settings that this command's line puts above the file.

    Raises:
        Obstacle: naming what is wrong with the settings file.
    """
    example = place.root / ".env.example"
    given = on_the_line(environ)
    values = dotenv.read(place.env_file, example, given)
    # Compose reads no NAME_FILE: what such a file holds reaches it as the value.
    held = {name.removesuffix("_FILE"): _content(name, path) for name, path in values.items() if _is_file(name)}
    values.update(held)
    above = {name: value for name, value in given.items() if name in dotenv.known(example)} | held
    return Installation(place, values, Compose(place.root, place.env_file, environ=above))


def on_the_line(environ: Mapping[str, str]) -> dict[str, str]:
    """What was given on purpose: `make up THREADS=8`. A variable that the shell happens to have set is not."""
    names = set(_GIVEN.findall(environ.get("MAKEFLAGS", "").partition("-- ")[2]))
    return {name: environ[name] for name in sorted(names) if name in environ}


def _is_file(name: str) -> bool:
    return name.endswith("_FILE") and not name.startswith("COMPOSE_")


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Obstacle(f"{name}={path} cannot be read: {reason}.") from None
