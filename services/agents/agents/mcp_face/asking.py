"""Asking the person in front of a client: may this call be made?

Clients of 2026-07-28 are asked within the request (`input_required`): the answer comes with the next one, together with
the state that went out, sealed. Whoever may not decide, or has a client that cannot ask, gets the address of the
approval instead.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args
from uuid import UUID

import mcp_types as types
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from agents.deciding import FITTING, Decision
from agents.loop.shown import visible
from agents.mcp_face.caller import Context, of

_REASON_CHARACTERS = 2_000
#: More at once nobody reads.
MOST_AT_ONCE = 5


@dataclass(frozen=True)
class State:
    """What a request must know again when it comes back: its run, and the arguments that were shown."""

    run_id: UUID
    asked: Mapping[str, str]

    def text(self) -> str:
        """As it goes out, to be sealed."""
        return json.dumps({"run": str(self.run_id), "asked": dict(self.asked)})

    @classmethod
    def read(cls, text: str) -> "State":
        """The state of a text that only this server can have written."""
        found = json.loads(text)
        return cls(UUID(found["run"]), found["asked"])


@dataclass(frozen=True)
class Answer:
    """What a person said about one approval."""

    approval_id: UUID
    args_hash: str
    decision: Decision
    reason: str


@dataclass(frozen=True)
class Round:
    """How a request came: the first time, or back with answers; and whether a person can be asked."""

    state: State | None
    given: Mapping[str, types.InputResponse]
    can_ask: bool

    @property
    def is_closed(self) -> bool:
        """Whether a form was closed without a decision: the person is not to be asked at once again."""
        asked = [] if self.state is None else [self.given.get(identifier) for identifier in self.state.asked]
        return any(isinstance(said, types.ElicitResult) and said.action == "cancel" for said in asked)

    @classmethod
    def of(cls, ctx: Context, params: types.CallToolRequestParams) -> "Round":
        """That of a request. Its state has been unsealed."""
        state = None if params.request_state is None else State.read(params.request_state)
        return cls(state, params.input_responses or {}, can_ask(ctx))


def can_ask(ctx: Context) -> bool:
    """Whether the client can put a form before a person who may decide."""
    able = ctx.session.client_capabilities
    if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS or able is None or able.elicitation is None:
        return False
    # A client that names no mode means forms: there was nothing else at first.
    has_forms = able.elicitation.form is not None or able.elicitation.url is None
    return has_forms and "agents:approve" in of(ctx).scopes


def question(run_id: UUID, asked: Sequence[Mapping[str, Any]]) -> types.InputRequiredResult:
    """A form for each approval row."""
    shown = asked[:MOST_AT_ONCE]
    state = State(run_id, {str(row["id"]): row["args_hash"] for row in shown})
    return types.InputRequiredResult(
        input_requests={str(row["id"]): _form(row) for row in shown}, request_state=state.text()
    )


def answers(state: State, given: Mapping[str, types.InputResponse]) -> list[Answer]:
    """What was decided about what was asked. A form that was closed decides nothing; one that was refused refuses."""
    found = []
    for identifier, args_hash in state.asked.items():
        said = given.get(identifier)
        if not isinstance(said, types.ElicitResult) or said.action == "cancel":
            continue
        content = said.content or {}
        decision = "deny" if said.action == "decline" else content.get("decision")
        if decision not in get_args(Decision):
            continue
        # What a database cannot keep has no meaning in a sentence either.
        reason = str(content.get("reason") or "")[:_REASON_CHARACTERS].replace("\x00", "")
        reason = reason.encode("utf-8", "replace").decode()
        found.append(Answer(UUID(identifier), args_hash, cast(Decision, decision), reason))
    return found


def _form(row: Mapping[str, Any]) -> types.ElicitRequest:
    about = "May this call be made?" if row["kind"] == "call" else "Nobody knows whether this call was made. What now?"
    message = "\n".join(
        [
            f"{about} The agent '{row['agent']}' asks for the client '{row['tenant']}'.",
            f"Tool: {row['tool']} ({row['class']})",
            f"Arguments: {visible(json.dumps(row['args'], indent=2, ensure_ascii=False))}",
            f"Why you are asked: {visible(row['why'])}",
        ]
    )
    decision = {"type": "string", "title": "Decision", "enum": list(FITTING[row["kind"]])}
    reason = {"type": "string", "title": "Reason", "maxLength": _REASON_CHARACTERS}
    schema = {"type": "object", "properties": {"decision": decision, "reason": reason}, "required": ["decision"]}
    return types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema))
