"""Who makes an MCP request. It travels within the process, in the WSGI environment, where no header can come."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import to_thread
from mcp.server.context import ServerRequestContext

from oberaconnect.auth import Principal

#: The name in the WSGI environment. Headers of a request are there as HTTP_…, so none can take this one.
ENVIRON = "oberaconnect.mcp.principal"

Context = ServerRequestContext[Any, Any]
Result = TypeVar("Result")


def of(ctx: Context) -> Principal:
    """Whom the guard let in."""
    assert ctx.request is not None  # noqa: S101 - this face is served over HTTP alone
    found: Principal = ctx.request.scope["wsgi_environ"][ENVIRON]
    return found


def identity(ctx: Context) -> str:
    """What a request's state is bound to: nobody else can bring it back."""
    principal = of(ctx)
    return f"{principal.subject} {principal.tenants}"


async def blocking(function: Callable[..., Result], *arguments: Any) -> Result:
    """Let a thread do what blocks. Who leaves is not waited for: the function finds that out at its next check."""
    # One place of its own for each: how many there are at once is bounded by the threads that requests come in on.
    limiter = anyio.CapacityLimiter(1)
    return await to_thread.run_sync(partial(function, *arguments), abandon_on_cancel=True, limiter=limiter)
