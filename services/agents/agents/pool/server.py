"""An MCP server as the pool connects to it: where it is, with its secrets opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from agents.store import secrets
from oberaconnect.db import Connection
from oberaconnect.problems import Conflict, Unprocessable
from oberaconnect.sealed import unseal
from oberaconnect.settings import Settings

SECONDS = 60.0
RESULT_BYTES = 65_536
CALLS_AT_ONCE = 4


@dataclass(frozen=True)
class Limits:
    """What a call may take: seconds, bytes of its result; and how many calls the server gets at once."""

    seconds: float = SECONDS
    result_bytes: int = RESULT_BYTES
    calls_at_once: int = CALLS_AT_ONCE


@dataclass(frozen=True)
class Server:
    """One server. `revision` changes with everything that a connection to it depends on."""

    id: UUID
    tenant: str
    name: str
    url: str | None
    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    trust: bool
    limits: Limits
    revision: str

    def hidden(self, text: str) -> str:
        """What the server said, without the secrets that it was given: neither a model nor a log is to have them."""
        for value in self._secrets:
            text = text.replace(value, "(hidden)")
        return text

    @cached_property
    def _secrets(self) -> list[str]:
        """The longest first. Of a header such as `Bearer …` the second word is the secret."""
        values = {
            *self.env.values(),
            *self.headers.values(),
            *(one.split()[-1] for one in self.headers.values() if one.split()),
        }
        return sorted((one for one in values if len(one) >= _SHORTEST), key=len, reverse=True)


#: A shorter secret would be found in every other word, and is none.
_SHORTEST = 4


def opened(connection: Connection, settings: Settings, row: Mapping[str, Any]) -> Server:
    """A server from its row, with the secrets it names.

    Raises:
        Conflict: when a secret is missing, or SECRET_KEY was changed since.
    """
    tenant = row["tenant"]
    wanted = {*row["env"].values(), *row["headers"].values()}
    found = secrets.sealed(connection, tenant, wanted) if wanted else {}
    if missing := sorted(wanted - found.keys()):
        raise Conflict(f"The MCP server '{row['name']}' needs the secret '{missing[0]}', which is not there. Enter it.")
    values = {
        name: unseal(settings, one["sealed"], context=secrets.context(tenant, name))["value"]
        for name, one in found.items()
    }
    for header, secret in row["headers"].items():
        if not (values[secret].isascii() and values[secret].isprintable()):
            raise Conflict(
                f"The secret '{secret}' cannot be sent in the header '{header}': it is not one line of ASCII."
            )
    return Server(
        id=row["id"],
        tenant=tenant,
        name=row["name"],
        url=row["url"],
        argv=tuple(row["argv"] or ()),
        env={name: values[secret] for name, secret in row["env"].items()},
        headers={name: values[secret] for name, secret in row["headers"].items()},
        trust=row["trust"],
        limits=Limits(**row["limits"]),
        revision="/".join(
            str(at) for at in (row["updated_at"], *(found[name]["updated_at"] for name in sorted(found)))
        ),
    )


def check_command(settings: Settings, argv: Sequence[str]) -> None:
    """Refuse a program that the operator did not name. Raises `Unprocessable`, which names MCP_COMMANDS."""
    named = [one.strip() for one in settings.mcp_commands.split(",") if one.strip()]
    if not named:
        raise Unprocessable(
            "No program may be started as an MCP server here. The operator names those that may in MCP_COMMANDS,"
            " such as MCP_COMMANDS=uvx,npx."
        )
    if argv[0] not in named:
        raise Unprocessable(
            f"The program '{argv[0]}' may not be started as an MCP server. MCP_COMMANDS names those that may:"
            f" {', '.join(named)}."
        )
