"""The secrets that belong to the data: they go with the backup, and a restore puts them into the settings file."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from host import atomic, dotenv
from host.obstacle import Obstacle

#: What the hashes of the API keys need.
_PLATFORM = ("SECRET_KEY",)
#: What n8n's database needs: its credentials, its owner, and the key that its workflows call the platform with.
_N8N = ("N8N_ENCRYPTION_KEY", "N8N_BASIC_AUTH_USER", "N8N_BASIC_AUTH_PASSWORD", "N8N_GATEWAY_KEY")
# The passwords of PostgreSQL and Qdrant belong to the servers here, not to the data, and stay as they are.
_LINE = re.compile(r"([A-Z0-9_]+)=([^\x00-\x1f\x7f]+)")
_PLAIN = re.compile(r"[A-Za-z0-9_.,:/@%+=-]*")


def text(values: Mapping[str, str], *, with_n8n: bool) -> bytes:
    """Those that are set, a line each."""
    names = (*_PLATFORM, *(_N8N if with_n8n else ()))
    return "".join(f"{name}={values[name]}\n" for name in names if values.get(name)).encode()


def parse(content: bytes) -> dict[str, str]:
    """Read such lines. Raises `Obstacle` for anything else, for it would end up in the settings file."""
    found = {}
    for line in content.decode(errors="replace").split("\n"):
        match = _LINE.fullmatch(line)
        if line and (not match or match[1] not in {*_PLATFORM, *_N8N}):
            raise Obstacle("The backup is damaged: its secrets cannot be read. Nothing was changed.")
        if match:
            found[match[1]] = match[2]
    return found


def quoted(value: str) -> str:
    """A value as it stands in a settings file, which Compose reads too."""
    if _PLAIN.fullmatch(value):
        return value
    return f"'{value}'" if "'" not in value else f'"{value}"'


def put(env_file: Path, secrets: Mapping[str, str], *, with_n8n: bool) -> Path | None:
    """Put secrets into the settings file, all at once or none; n8n's only if its database comes back too.

    Returns:
        The copy of the file as it was; None when nothing had to change.
    """
    wanted = {name: quoted(value) for name, value in secrets.items() if with_n8n or name in _PLATFORM}
    present = dotenv.raw(env_file)
    if all(present.get(name) in {wanted[name], secrets[name]} for name in wanted):
        return None
    copy = env_file.with_name(f"{env_file.name}.before-restore")
    os.replace(atomic.beside(env_file, env_file.read_text(encoding="utf-8")), copy)
    dotenv.change(env_file, wanted)
    return copy
