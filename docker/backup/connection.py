"""Addresses of PostgreSQL."""

import shlex
from urllib.parse import parse_qsl, unquote, urlsplit

from host.obstacle import Obstacle


def environment(address: str) -> dict[str, str]:
    """A connection address as the variables that PostgreSQL's programs read: a command line shows passwords to all.

    Raises:
        Obstacle: for one that is neither `postgresql://…` nor `name=value …`.
    """
    names = {"dbname": "PGDATABASE", "hostaddr": "PGHOSTADDR"}
    try:
        if address.startswith(("postgresql://", "postgres://")):
            parts = urlsplit(address)
            found = {"host": parts.hostname or "", "port": str(parts.port or ""), "user": unquote(parts.username or "")}
            found |= {"password": unquote(parts.password or ""), "dbname": unquote(parts.path.lstrip("/"))}
            found |= dict(parse_qsl(parts.query))
        else:
            found = dict(word.split("=", 1) for word in shlex.split(address))
    except ValueError:
        raise Obstacle("DATABASE_URL is not an address of PostgreSQL (postgresql://user:password@host/name).") from None
    return {names.get(name, f"PG{name.upper()}"): value for name, value in found.items() if value}
