"""What can go wrong with the server of somebody else, in our words, with what to do about it."""

import re
from collections.abc import Iterator

import mcp_types
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from agents.pool.server import Server
from agents.pool.texts import visible
from oberaconnect.http import NotConnected, TimedOut, TransportFailed
from oberaconnect.problems import Conflict, Problem, Timeout, TooMany, Unavailable

_MAX_SAID = 1_000
#: What servers say to a session that they do not know any more (the SDKs of Python and TypeScript, and ours for a bare
#: 404). Such a request was not carried out.
_FORGOTTEN = re.compile(r"\bsession\b.{0,40}\b(not found|terminated|expired|unknown)\b", re.IGNORECASE)
#: What the SDK makes of a status that tells of an error.
_BY_STATUS = "Server returned an error response"


class Broken(Exception):
    """The connection ended while something waited for an answer. `undone`: what was asked for was surely not done."""

    def __init__(self, reason: Problem, *, undone: bool = False) -> None:
        """`reason` is what people are told."""
        super().__init__(reason.detail)
        self.reason = reason
        self.undone = undone


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors within an error of task groups."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from leaves(one)
    else:
        yield error


def is_forgotten(error: MCPError) -> bool:
    """Whether a server refuses because it has no such session (any more)."""
    return error.code != mcp_types.CONNECTION_CLOSED and bool(_FORGOTTEN.search(error.message))


def by_status(name: str, status: int) -> Problem | None:
    """What an HTTP status of an MCP server means; None for those that mean nothing in particular."""
    if status in (401, 403):
        return Conflict(
            f"The MCP server '{name}' refused us (status {status}). Check the secrets that its headers name."
        )
    if status in (404, 405):
        return Conflict(f"There is no MCP at the url of the server '{name}' (status {status}). Check the url.")
    if status == 429:
        return TooMany(f"The MCP server '{name}' has too many requests. Try again in a moment.", retry_after_seconds=5)
    if 300 <= status < 400:
        return Conflict(
            f"The MCP server '{name}' redirects to another place, which is not followed. Enter that url if it is meant."
        )
    if status >= 500:
        return Unavailable(f"The MCP server '{name}' answered with an error (status {status}). Look at its log.")
    return None


def is_status(error: MCPError) -> bool:
    """Whether it stands for an HTTP status."""
    return error.code == mcp_types.INTERNAL_ERROR and error.message == _BY_STATUS


def explained(server: Server, error: BaseException, status: int, last_words: str) -> Problem:
    """Why a connection could not be made, or ended: what is told first says most."""
    name, found = server.name, list(leaves(error))
    told = (
        *(one for one in found if isinstance(one, Problem)),
        *(_transport(name, one) for one in found if isinstance(one, TimedOut | TimeoutError | TransportFailed)),
        # The SDK hides a status behind errors of its own; what came over the wire says more.
        by_status(name, status),
        *(_other(server, one, last_words) for one in found),
    )
    return next((one for one in told if one), Unavailable(f"The MCP server '{name}' ended. {last_words}".strip()))


def _transport(name: str, error: BaseException) -> Problem:
    if isinstance(error, TimedOut | TimeoutError):
        return Timeout(f"The MCP server '{name}' did not answer in time.")
    return Unavailable(f"The MCP server '{name}' cannot be reached, or broke off. Check its url, and that it runs.")


def _other(server: Server, error: BaseException, last_words: str) -> Problem | None:
    name = server.name
    if isinstance(error, MCPError) and error.code != mcp_types.CONNECTION_CLOSED:
        return Conflict(f"The MCP server '{name}' refused: {visible(server.hidden(error.message), _MAX_SAID)}")
    if isinstance(error, ValidationError | RuntimeError):
        return Conflict(f"The server '{name}' does not speak MCP as it should. Check what it is. {last_words}".strip())
    if isinstance(error, OSError):
        return Conflict(f"The program of the MCP server '{name}' cannot be started: {error.strerror or error}.")
    return None


def was_sent(error: BaseException) -> bool:
    """Whether something may have been sent before a connection ended so."""
    return not any(isinstance(one, NotConnected) for one in leaves(error))
