"""A call that could be made, and how it goes: the words of simulator, test plan, proof, documents and page."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from call_flow.flow.values import Label, Part

#: What becomes of a call to an extension or outside number: answer, busy, no_answer, offline. A queue may be full or
#: answer; a toggle on or off; a schedule open, closed or holiday (set by its code).
State = Literal["answer", "busy", "no_answer", "offline", "full", "on", "off", "open", "closed", "holiday"]
Pressed = Annotated[str, Field(pattern=r"^[0-9*#]{0,32}$")]


class Press(Part):
    """Keys, after seconds of listening: since the menu began its prompt, or since the press before in one entry.

    Keys that are left over wait for the next one who listens. An empty `press` is silence: one prompt, and the time
    for an answer to it, pass without a key.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    after: float = Field(default=1, ge=0, le=600)
    press: Pressed


def _press(told: Any) -> Any:
    return {"press": told} if isinstance(told, str | int) and not isinstance(told, bool) else told


PressTold = Annotated[Press, BeforeValidator(_press, json_schema_input_type=str | int | Press)]


class Scenario(Part):
    """A call: when, from whom, to which number, what the caller presses, and who answers.

    `at` without a zone is on the customer's wall clock. Schedules are asked for this instant throughout the call.
    `from` is an outside number, `anonymous`, or an extension, which then dials `to`. Whoever has no state answers.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    at: datetime
    to: Label | None = Field(default=None, description="The first number of the flow if absent")
    from_: Label | None = Field(default=None, alias="from")
    keys: list[PressTold] = Field(default=[], max_length=100)
    states: dict[Label, State] = Field(default={}, max_length=5000)


class Terminal(Part):
    """Where the call ended. `target`: extension, mailbox, number, cause, or the node where callers meet."""

    type: Literal["answered", "message_left", "external", "hangup", "emergency"]
    target: str


class Step(Part):
    """A vertex the call passed, and its outcome. `node` is a node's id, or the number of an extension or mailbox.

    `at` is on the customer's wall clock, with the seconds that prompts and ringing take.
    """

    node: str
    kind: str
    outcome: str
    at: datetime
    reason: str


class Result(Part):
    """How a call goes. `prompts` are the ids that the caller hears, in their order."""

    terminal: Terminal
    path: list[Step]
    prompts: list[str]


class Case(Part):
    """A call of a test plan: why it is made, what goes in, what must come out."""

    id: str
    title: str
    covers: list[str] = Field(description="Edges, as kind:name>outcome")
    scenario: Scenario
    expect: Result
    waits_s: float = Field(default=0, description="Silence, queueing and delays, which no real system can shorten")
    needs: str | None = Field(default=None, description="What it takes besides phones that answer or do not")
