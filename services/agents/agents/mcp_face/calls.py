"""One call of a tool: checked, made in a thread, told of while it lasts, and answered in the platform's words."""

import itertools
import logging
import threading
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import mcp_types as types
from anyio import from_thread
from mcp.shared.exceptions import MCPError

from agents.mcp_face import results
from agents.mcp_face.asking import Round
from agents.mcp_face.caller import Context, blocking, of
from agents.mcp_face.offer import Answer, Offer
from agents.tools.contract import Calling
from oberaconnect.auth import Principal
from oberaconnect.problems import InternalError, Problem

_log = logging.getLogger(__name__)


class Left(Exception):
    """Whoever called has gone: nobody would read the answer."""


class Calls:
    """The tools of this face, called."""

    def __init__(self, offers: Mapping[str, Offer]) -> None:
        """`offers` by the names of the tools."""
        self._offers = offers

    async def call(self, ctx: Context, params: types.CallToolRequestParams) -> Answer:
        """Call a tool. Raises `MCPError` when there is none of this name."""
        offer = self._offers.get(params.name)
        if offer is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool '{params.name}'.")
        call = _Call(ctx, offer)
        try:
            return await blocking(call.make, of(ctx), params.arguments or {}, Round.of(ctx, params))
        finally:
            call.gone.set()


class _Call:
    """One of them."""

    def __init__(self, ctx: Context, offer: Offer) -> None:
        self._ctx = ctx
        self._offer = offer
        self._told = itertools.count(1)
        self.gone = threading.Event()

    def make(self, principal: Principal, given: Mapping[str, Any], round: Round) -> Answer:
        spec = self._offer.spec
        try:
            actor, arguments = self._offer.read(principal, given)
            calling = Calling(actor, str(uuid4()), spec.seconds, self._check, self._tell)
            return self._offer.call(calling, arguments, round)
        except Problem as problem:
            return results.refusal(problem)
        except Left:
            return results.refusal(Problem(Left.__doc__))
        except Exception:
            _log.exception("a tool failed unexpectedly", extra={"tool": spec.name})
            return results.refusal(InternalError())

    def _check(self) -> None:
        if self.gone.is_set():
            raise Left()

    def _tell(self, sentence: str) -> None:
        self._check()
        # Goes nowhere unless the request asked for it.
        from_thread.run(self._ctx.session.report_progress, float(next(self._told)), None, sentence)
