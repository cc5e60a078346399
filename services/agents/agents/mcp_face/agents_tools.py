"""Tools about agents: which there are, what became of a run, and what people decide and answer."""

from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from agents import begin, deciding, ready, seen, views
from agents.mcp_face import runs as shown
from agents.mcp_face import watching
from agents.mcp_face.offer import Offer, plain
from agents.parts import Parts
from agents.store import agents as agent_rows
from agents.store import approvals, runs
from agents.tools import making, readable
from agents.tools.contract import Calling, Outcome, Spec
from oberaconnect.paging import LATEST

_MOST = 50
_AGENT = making.record({"name": {"type": "string"}, "description": {"type": "string"}, "enabled": {"type": "boolean"}})

_LIST_AGENTS = Spec(
    name="list_agents",
    title="List the agents",
    description="List the agents that run_agent can begin, with what each is for.",
    parameters=making.record({}),
    tool_class="read",
    scope="agents:read",
    output=making.record({"agents": {"type": "array", "items": _AGENT}}),
)
_GET_RUN = Spec(
    name="get_run",
    title="Look at a run",
    description="Tell how a run of an agent stands, and what it came to. With wait_seconds it answers when the run has"
    " ended or waits for a person, at the latest when the time is up.",
    parameters=making.record(
        {
            "run_id": making.identifier("The run, as run_agent named it."),
            "wait_seconds": making.whole("How long to wait for it.", least=0, most=watching.LONGEST_SECONDS, default=0),
        },
        required=["run_id"],
    ),
    tool_class="read",
    scope="agents:read",
    output=shown.RUN,
)
_ANSWER_RUN = Spec(
    name="answer_run",
    title="Answer a run's question",
    description="Give a run that asks something (status input_required) the person's answer; it goes on with that.",
    parameters=making.record(
        {"run_id": making.identifier("The run."), "answer": making.said("What the person answers.", longest=20_000)}
    ),
    tool_class="write",
    scope="agents:write",
    output=shown.RUN,
)
_LIST_APPROVALS = Spec(
    name="list_approvals",
    title="List the approvals that are open",
    description="List the calls that runs may not make before a person has decided, with their exact arguments.",
    parameters=making.record({}),
    tool_class="read",
    scope="agents:read",
    output=making.record({"approvals": {"type": "array", "items": shown.APPROVAL}}),
)
_DECIDE = Spec(
    name="decide_approval",
    title="Decide about a call",
    description="Decide whether a call that a run asks about is made. Only ever do what a person has decided after"
    " seeing the arguments. Of kind 'call': approve or deny. Of kind 'outcome', where nobody knows whether the call was"
    " made: retry (make it again), skip (it was made) or deny (it was not, and is not to be).",
    parameters=making.record(
        {
            "approval_id": making.identifier("Which, as list_approvals names it."),
            "decision": making.choice("What the person decided.", get_args(deciding.Decision)),
            "reason": making.text("Why; the run reads it.", longest=2_000),
        },
        required=["approval_id", "decision"],
    ),
    tool_class="external",
    scope="agents:approve",
    output=shown.APPROVAL,
)


def offers(parts: Parts) -> list[Offer]:
    """The tools of this room, apart from run_agent."""
    tools = _Tools(parts)
    return [
        Offer(_LIST_AGENTS, plain(tools.list_agents)),
        Offer(_GET_RUN, plain(tools.get_run), of_a_client=False),
        Offer(_ANSWER_RUN, plain(tools.answer_run), of_a_client=False),
        Offer(_LIST_APPROVALS, plain(tools.list_approvals), of_a_client=False),
        Offer(_DECIDE, plain(tools.decide), of_a_client=False),
    ]


class _Tools:
    """What the tools do. An id says whose it is, so only the list of agents is one client's."""

    def __init__(self, parts: Parts) -> None:
        """The parts of the service."""
        self._parts = parts
        self._base = views.public_url(parts.settings)

    def list_agents(self, calling: Calling, _arguments: Mapping[str, Any]) -> Outcome:
        """The client's own agents and the ready ones; one of its own hides the ready one of that name."""
        with self._parts.database.transaction(calling.principal.tenants) as connection:
            rows = agent_rows.page(connection, LATEST, _MOST)
        known = {name: begin.Known(found, 0) for name, found in ready.load().items()} | {
            row["name"]: begin.Known.of(row) for row in rows
        }
        found = [
            {"name": name, "description": one.definition.description, "enabled": one.enabled}
            for name, one in sorted(known.items())
        ]
        lines = [f"{one['name']}: {one['description']}{'' if one['enabled'] else ' (switched off)'}" for one in found]
        return Outcome("\n".join(lines) or "There are no agents.", {"agents": found})

    def get_run(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """A run as it stands, or after a while."""
        run_id = UUID(arguments["run_id"])
        with self._parts.database.transaction(calling.principal.tenants) as connection:
            seen.run(connection, calling.principal, run_id)
        watching.wait(self._parts, calling, run_id, arguments.get("wait_seconds", 0))
        told = self._told(calling, run_id)
        return Outcome(shown.outcome(told).content, told)

    def answer_run(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Let a run go on with an answer."""
        with self._parts.database.transaction(calling.principal.tenants) as connection:
            asking = seen.run(connection, calling.principal, UUID(arguments["run_id"]))
            row = deciding.answer(connection, calling.principal, asking["id"], arguments["answer"])
        told = self._told(calling, row["id"])
        return Outcome(shown.outcome(told).content, told)

    def list_approvals(self, calling: Calling, _arguments: Mapping[str, Any]) -> Outcome:
        """What is open, the newest first."""
        with self._parts.database.transaction(calling.principal.tenants) as connection:
            mine = seen.only_questions(calling.principal)
            rows = approvals.page(connection, LATEST, _MOST, status="pending", subject=mine)[:_MOST]
        found = [shown.approval(views.approval_view(row, self._base)) for row in rows]
        blocks = [readable.outline(one) for one in found]
        fitted = readable.fitted(blocks, what="approvals", hint="Decide about these first")
        return Outcome(fitted.text or "Nothing waits for a decision.", {"approvals": found[: fitted.shown]})

    def decide(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Settle a question; its run goes on."""
        with self._parts.database.transaction(calling.principal.tenants) as connection:
            row = deciding.decide(
                connection,
                calling.principal,
                UUID(arguments["approval_id"]),
                decision=arguments["decision"],
                reason=arguments.get("reason", ""),
            )
        view = views.approval_view(row, self._base)
        return Outcome(f"{view.tool} was {view.status}. get_run tells how {view.run_id} goes on.", shown.approval(view))

    def _told(self, calling: Calling, run_id: UUID) -> dict[str, Any]:
        """A run by the fields of `runs.RUN`."""
        with self._parts.database.transaction(calling.principal.tenants) as connection:
            return shown.told(views.run_view(connection, runs.find(connection, run_id), self._base))
