"""The jobs that try a server and call one of its tools for an administrator. Their errors are told, not tried again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from agents.loop.schema import complaints
from agents.pool.pool import Pool
from agents.pool.server import opened
from agents.pool.tools import Pin, RemoteTool, spec
from agents.store import servers
from agents.tools.contract import Calling
from oberaconnect import jobs
from oberaconnect.db import Database
from oberaconnect.problems import Conflict, Problem, Unprocessable
from oberaconnect.worker import Handler, Work

TEST, CALL = "mcp_test", "mcp_call"
_SECONDS = 120.0
_BEGUN = "begun"


class Testing:
    """Handles jobs of the kinds `mcp_test` and `mcp_call`; `handlers` names both."""

    def __init__(self, pool: Pool, database: Database) -> None:
        """The pool is started by whoever made it."""
        self._pool = pool
        self._database = database

    @property
    def handlers(self) -> dict[str, Handler]:
        """By kind, as `worker.run` takes them."""
        return {TEST: self, CALL: self}

    def __call__(self, work: Work) -> None:
        """Do the job, and keep what came out."""
        claim = work.claim
        server_id = UUID(claim.payload["server_id"])
        try:
            result = self._call(work, server_id) if claim.kind == CALL else self._test(work, server_id)
        except Problem as problem:
            # Whoever waits for it wants to know now; the queue would wait for what is away.
            with self._database.transaction(claim.tenant) as connection:
                if claim.kind == TEST:
                    servers.note(connection, server_id, _state(False, {"problem": problem.detail}))
                jobs.finish(connection, claim, "failed", problem=problem)
            return
        with self._database.transaction(claim.tenant) as connection:
            if claim.kind == TEST:
                servers.note(connection, server_id, _state(True, result))
            jobs.finish(connection, claim, "succeeded", result=result)

    def _test(self, work: Work, server_id: UUID) -> dict[str, Any]:
        with self._database.transaction(work.claim.tenant) as connection:
            server = opened(connection, self._pool.settings, servers.find(connection, server_id))
        return self._pool.look(server, self._calling(work))

    def _call(self, work: Work, server_id: UUID) -> dict[str, Any]:
        payload = work.claim.payload
        with self._database.transaction(work.claim.tenant) as connection:
            row = servers.find(connection, server_id)
            found = servers.tool(connection, server_id, payload["tool"])
        if found["status"] != "approved":
            raise Conflict(f"The tool '{found['name']}' is {found['status']}. Only an approved one is called.")
        tool = RemoteTool(
            spec({**found, "server": row["name"], "trust": row["trust"]}),
            Pin(row["tenant"], server_id, found["name"], found["hash"]),
            self._pool.call,
        )
        if told := complaints(tool.spec.parameters, payload["arguments"]):
            raise Unprocessable(f"The tool does not take these arguments: {told[0]}")
        self._begin(work, tool)
        outcome = tool.call(self._calling(work), payload["arguments"])
        return {"content": outcome.content, "data": outcome.data, "is_error": outcome.is_error}

    def _begin(self, work: Work, tool: RemoteTool) -> None:
        """Keep that the call is made. Raises `Conflict` when it was begun before and must not be made twice."""
        with self._database.transaction(work.claim.tenant) as connection:
            if jobs.find(connection, work.claim.id)["counts"].get(_BEGUN) and not tool.spec.idempotent:
                raise Conflict(
                    "The worker stopped during the call. It is not known whether it was carried out: look before it is"
                    " made again."
                )
            jobs.progress(connection, work.claim, stage="calling", done=0, total=0, counts={_BEGUN: 1})

    @staticmethod
    def _calling(work: Work) -> Calling:
        return Calling(work.claim.principal, str(work.claim.id), seconds=_SECONDS, check=work.check)


def _state(works: bool, found: dict[str, Any]) -> dict[str, Any]:
    return {"tested_at": datetime.now(UTC).isoformat(), "works": works, **found}
