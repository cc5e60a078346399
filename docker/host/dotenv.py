"""The file with the settings: written once with fresh secrets, never overwritten, read with its mistakes named."""

import difflib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from host import ports
from host.obstacle import Obstacle

_LINE = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$")
_DESCRIBED = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
_SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD")
_POSTGRES_PORT = 5432


def write(target: Path, example: Path) -> list[str]:
    """Write `target` from the example with secrets of its own (mode 600). An existing file stays as it is.

    Returns:
        Sentences about what was decided; empty when the file was there.
    """
    if target.exists():
        return []
    text = example.read_text(encoding="utf-8")
    for name in _SECRETS:
        text = _set(text, name, secrets.token_hex(32))
    said = [f"Wrote {target} with secrets of its own. Keep it: nobody else has them."]
    if not ports.is_free("127.0.0.1", _POSTGRES_PORT):
        port = next(port for port in range(_POSTGRES_PORT + 1, 65535) if ports.is_free("127.0.0.1", port))
        text = _set(text, "POSTGRES_PORT", str(port))
        said.append(f"Port {_POSTGRES_PORT} is in use, so PostgreSQL gets {port} (POSTGRES_PORT in {target.name}).")
    # Complete or not at all, and whoever comes first wins: a link is never made over an existing name.
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".env-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, target)
    except FileExistsError:
        return []
    finally:
        os.unlink(temporary)
    return said


def _set(text: str, name: str, value: str) -> str:
    changed, count = re.subn(rf"^#?{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
    if count != 1:
        raise Obstacle(f"{name} must stand in .env.example once. Restore the file: git checkout .env.example")
    return changed


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
    try:
        text = target.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Obstacle(f"{target} is missing. 'make setup' writes it.") from None
    except PermissionError:
        raise Obstacle(f"{target} cannot be read by this user. It belongs to {target.owner()}.") from None
    values: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.match(line)
        if not found:
            raise Obstacle(f"Line {number} of {target} is not NAME=value: correct it there.")
        name = found[1]
        if name not in allowed:
            near = difflib.get_close_matches(name.upper(), sorted(names), 1)
            hint = f"Is {near[0]} meant?" if near else "See .env.example."
            raise Obstacle(f"{name} in line {number} of {target} is not a setting. {hint}")
        values[name] = _value(found[2])
    values.update({name: environ[name] for name in sorted(allowed) if environ.get(name)})
    return {name: value for name, value in values.items() if value}


def _value(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return re.split(r"\s#", text, maxsplit=1)[0].strip()
