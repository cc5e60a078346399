"""Configurations for tests: read as the service reads them, and what of them a test asks for."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from engineering_api import platforms
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.names import Definition, Reference
from engineering_api.facts.ports import Interface
from engineering_api.reading import lines

CONFIGS = Path(__file__).parent / "configs"

F = TypeVar("F", bound=Fact)


def fingerprint(secret: str) -> str:
    """A short word of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()[:6]


def samples(platform: str) -> list[Path]:
    """The whole configurations of a platform."""
    return sorted((CONFIGS / platform).iterdir())


def sample(platform: str, name: str) -> list[str]:
    """The lines of a whole configuration of a platform."""
    return (CONFIGS / platform / name).read_text().splitlines()


def read(platform: str, texts: Sequence[str]) -> Device:
    """What lines of a platform say. Secrets in them stay: no test of facts needs them removed."""
    chosen = platforms.named(platform)
    found = Device(platform=chosen.name)
    chosen.read(chosen.tree(texts), found)
    return found


def device(platform: str, text: str | bytes) -> Device:
    """What a file of a platform says."""
    content = text.encode() if isinstance(text, str) else text
    return read(platform, lines.read(content).texts)


def one(facts: Iterable[F], **wanted: object) -> F:
    """The only fact whose fields are so."""
    found = [fact for fact in facts if all(getattr(fact, field) == value for field, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def port(of: Device, name: str) -> Interface:
    """An interface by its name."""
    return one(of.interfaces, name=name)


def line(texts: Sequence[str], start: str) -> Span:
    """The first line that begins so, whatever its indentation."""
    number = next(number for number, text in enumerate(texts, start=1) if text.strip().startswith(start))
    return Span(number, number)


def undefined(of: Device) -> list[Reference]:
    """Uses of names that are defined nowhere."""
    known = {(one.kind, one.name, one.scope) for one in of.definitions}
    return [
        one
        for one in of.references
        if not any((kind, one.name, scope) in known for kind in one.kinds for scope in (one.scope, ""))
    ]


def unused(of: Device) -> list[Definition]:
    """Names that nothing uses."""
    used = {(kind, one.name) for one in of.references for kind in one.kinds}
    return [one for one in of.definitions if not one.is_used and (one.kind, one.name) not in used]


def without_lines(value: Any) -> Any:
    """What a device is, or facts of it are, wherever in a file that stands."""
    if isinstance(value, Device):
        return without_lines(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {key: without_lines(item) for key, item in value.items() if key not in ("source", "at")}
    return [without_lines(item) for item in value] if isinstance(value, list) else value
