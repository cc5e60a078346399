"""The file with the settings: written once with fresh secrets, completed, read with its mistakes named."""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from host import atomic, credentials, ports
from host.obstacle import Obstacle

_LINE = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$")
_DESCRIBED = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
_EMPTY = re.compile(r"^([A-Z][A-Z0-9_]*)=$", re.MULTILINE)
_POSTGRES_PORT = 5432
_ADDED = "# Added by make setup, with secrets of this installation; .env.example explains them."


def write(target: Path, example: Path) -> list[str]:
    """Write `target` from the example with secrets of its own (mode 600). An existing file stays as it is.

    Returns:
        Sentences about what was decided; empty when the file was there.
    """
    if target.exists():
        return []
    if not target.parent.is_dir():
        raise Obstacle(f"The folder of {target} is missing. Type: mkdir -p {target.parent}")
    text = example.read_text(encoding="utf-8")
    made = credentials.fresh()
    for name in _secrets(example):
        text = _put(text, name, made[name])
    said = [f"Wrote {target} with secrets of its own. Keep it: nobody else has them."]
    if not ports.is_free("127.0.0.1", _POSTGRES_PORT):
        port = next(port for port in range(_POSTGRES_PORT + 1, 65535) if ports.is_free("127.0.0.1", port))
        text = _put(text, "POSTGRES_PORT", str(port))
        said.append(f"Port {_POSTGRES_PORT} is in use, so PostgreSQL gets {port} (POSTGRES_PORT in {target.name}).")
    # Complete or not at all, and whoever comes first wins: a link is never made over an existing name.
    temporary = atomic.beside(target, text)
    try:
        os.link(temporary, target)
    except FileExistsError:
        return []
    finally:
        os.unlink(temporary)
    return said


def complete(target: Path, example: Path) -> list[str]:
    """Give an older `target` the secrets that the example knows by now; nothing that has a value is changed.

    Returns:
        A sentence that names what was added; empty when nothing was lacking.
    """
    with atomic.alone(target.parent):
        text = _text(target)
        present = {name for _, name, value in _entries(text) if name and value}
        lacking = [name for name in _secrets(example) if not {name, f"{name}_FILE"} & present]
        if not lacking:
            return []
        absent = [name for name in lacking if not re.search(rf"^{name}=", text, re.MULTILINE)]
        if absent:
            text = "\n".join([text.rstrip(), "", _ADDED, *(f"{name}=" for name in absent), ""])
        made = credentials.fresh()
        for name in lacking:
            text = _put(text, name, made[name])
        atomic.replace(target, text)
    return [f"Added to {target}: {', '.join(lacking)}. Keep the file: nobody else has them."]


def change(target: Path, values: Mapping[str, str]) -> None:
    """Set values in `target` at once or not at all; every other line stays as it is."""
    with atomic.alone(target.parent):
        text = _text(target)
        for name, value in values.items():
            text = _put(text, name, value)
        atomic.replace(target, text)


def known(example: Path) -> set[str]:
    """Every variable that the example describes."""
    return set(_DESCRIBED.findall(example.read_text(encoding="utf-8")))


def read(target: Path, example: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings: what the file says, and above it what this command's environment says (`make up THREADS=8`).

    Raises:
        Obstacle: naming the line or the variable that is not understood.
    """
    names = known(example)
    allowed = names | {f"{name}_FILE" for name in names}
    for sentence in mistakes(target, example):
        raise Obstacle(sentence)
    values = {name: _value(raw) for _, name, raw in _entries(_text(target))}
    values.update({name: environ[name] for name in sorted(allowed) if environ.get(name)})
    return {name: value for name, value in values.items() if value}


def mistakes(target: Path, example: Path) -> Iterator[str]:
    """A sentence for each line that is no setting, or one that nobody knows."""
    names = known(example)
    for number, name, _ in _entries(_text(target)):
        if not name:
            yield f"Line {number} of {target} is not NAME=value: correct it there."
        elif name not in names and name.removesuffix("_FILE") not in names:
            near = difflib.get_close_matches(name.upper(), sorted(names), 1)
            hint = f"Is {near[0]} meant?" if near else "See .env.example."
            yield f"{name} in line {number} of {target} is not a setting. {hint}"


def raw(target: Path) -> dict[str, str]:
    """The values as they stand in the file, with their quotes."""
    return {name: value for _, name, value in _entries(_text(target)) if name}


def _text(target: Path) -> str:
    try:
        return target.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Obstacle(f"{target} is missing. 'make setup' writes it.") from None
    except PermissionError:
        raise Obstacle(f"{target} cannot be read by this user. It belongs to {target.owner()}.") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Obstacle(f"{target} cannot be read: {reason}. Move it away, then: make setup") from None


def _entries(text: str) -> Iterator[tuple[int, str, str]]:
    """Number, name and raw value of every line that says something; the name is empty where it is no NAME=value."""
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line and not line.startswith("#"):
            found = _LINE.match(line)
            yield (number, found[1], found[2].strip()) if found else (number, "", line)


def _value(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return re.split(r"\s#", text, maxsplit=1)[0].strip()


def _secrets(example: Path) -> list[str]:
    """The secrets that the example leaves empty and that can be made here."""
    made = credentials.fresh()
    return [name for name in _EMPTY.findall(example.read_text(encoding="utf-8")) if name in made]


def _put(text: str, name: str, value: str) -> str:
    """Set a value: in the last line that has one, since that is in force; else where its example stands; else below."""
    found = list(re.finditer(rf"^{name}=.*$", text, re.MULTILINE))
    found = found or list(re.finditer(rf"^#{name}=.*$", text, re.MULTILINE))
    if not found:
        return f"{text.rstrip()}\n{name}={value}\n".lstrip()
    return f"{text[: found[-1].start()]}{name}={value}{text[found[-1].end() :]}"
