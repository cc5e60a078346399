"""The tool run_agent: it begins a run, waits for it, and lets a person decide what the run asks meanwhile."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from agents import begin, deciding, views
from agents.mcp_face import asking, results, watching
from agents.mcp_face import runs as shown
from agents.mcp_face.asking import Round
from agents.mcp_face.offer import Answer, Offer
from agents.parts import Parts
from agents.store import approvals, runs
from agents.tools import making
from agents.tools.contract import Calling, Spec
from oberaconnect.problems import Conflict

#: Many clients give a call a minute.
_DEFAULT_SECONDS = 45
_SPEC = Spec(
    name="run_agent",
    title="Let an agent do it",
    description="Begin a run of one of the platform's agents and wait for what it comes to. It works by itself, with"
    " the platform's tools and the rights of this credential, and asks before it changes anything. When the time is up"
    " first, the status is queued or running, and get_run finds it again; approval_required means that a person must"
    " decide. list_agents tells which agents there are.",
    parameters=making.record(
        {
            "agent": making.text("The name of the agent.", longest=48, shortest=1),
            "input": making.said("What it is to do, with all it needs to know.", longest=100_000),
            "wait_seconds": making.whole(
                "How long to wait for it.", least=0, most=watching.LONGEST_SECONDS, default=_DEFAULT_SECONDS
            ),
        },
        required=["agent", "input"],
    ),
    tool_class="external",
    scope="agents:write",
    output=shown.RUN,
)


class Running:
    """The tool, with the rounds in which it asks."""

    def __init__(self, parts: Parts) -> None:
        """The parts of the service."""
        self._parts = parts
        self._base = views.public_url(parts.settings)

    @property
    def offer(self) -> Offer:
        """The tool as this face offers it."""
        return Offer(_SPEC, self._call)

    def _call(self, calling: Calling, arguments: Mapping[str, Any], round: Round) -> Answer:
        if round.state is None:
            run_id = self._begin(calling, arguments)
        else:
            run_id = round.state.run_id
            self._decide(calling, asking.answers(round.state, round.given))
        seconds = arguments.get("wait_seconds", _DEFAULT_SECONDS)
        watching.wait(self._parts, calling, run_id, seconds, is_new=round.state is None)
        with self._parts.database.transaction(calling.principal.tenants) as connection:
            row = runs.find(connection, run_id)
            asks = round.can_ask and not round.is_closed and _may_decide(calling, row)
            if asks and row["status"] == "waiting_approval" and (asked := approvals.pending(connection, run_id)):
                return asking.question(run_id, asked)
            view = views.run_view(connection, row, self._base)
        return results.result(shown.outcome(shown.told(view)))

    def _begin(self, calling: Calling, arguments: Mapping[str, Any]) -> UUID:
        wanted = begin.Wanted(
            agent=arguments["agent"],
            messages=[{"role": "user", "content": arguments["input"]}],
            metadata={"through": "mcp"},
        )
        parts = self._parts
        with parts.database.transaction(calling.principal.tenants) as connection:
            row = begin.begin(connection, parts.settings, parts.models, calling.principal, wanted)
        found: UUID = row["id"]
        return found

    def _decide(self, calling: Calling, answers: Sequence[asking.Answer]) -> None:
        for one in answers:
            # What somebody else has decided meanwhile stays decided.
            with suppress(Conflict), self._parts.database.transaction(calling.principal.tenants) as connection:
                deciding.decide(
                    connection,
                    calling.principal,
                    one.approval_id,
                    decision=one.decision,
                    reason=one.reason,
                    args_hash=one.args_hash,
                )


def _may_decide(calling: Calling, row: runs.Row) -> bool:
    policy = row["definition"]["approval_policy"]
    return bool(policy["self_approval"]) or calling.principal.subject != row["subject"]
