"""The nodes of a flow: what happens to a call between the number that was dialled and where it ends.

Every kind names its outcomes; `call_flow.flow.graph` gives them as edges. A destination that may be absent says what
happens then.
"""

from typing import Annotated, Literal

from pydantic import Field

from call_flow.flow.destination import Cause, Destination, Greeting
from call_flow.flow.values import E164, Dialled, ExtensionNumber, Id, Keys, Label, Part, Seconds


class _Node(Part):
    id: Id
    name: Label | None = None


class TimeSwitch(_Node):
    """Asks a schedule. Without `holiday`, holidays are as closed."""

    kind: Literal["time_switch"] = "time_switch"
    schedule: Id
    open: Destination
    closed: Destination
    holiday: Destination | None = None


class Menu(_Node):
    """Plays a prompt and takes keys; the caller may press before the prompt has ended.

    A key goes at once when no longer entry can follow, else after `digit_timeout_s`. An entry that nothing matches is
    invalid, `timeout_s` of silence after the prompt is no input; each counts as a try, and the prompt is played again.
    The last of `max_tries` goes to `invalid` or `no_input`, as it was.
    """

    kind: Literal["menu"] = "menu"
    prompt: Id
    invalid_prompt: Id | None = Field(default=None, description="Played after an entry that nothing matches")
    keys: dict[Keys, Destination]
    direct_dial: Literal["none", "extensions"] | list[ExtensionNumber] = Field(
        default="none", description="Which extensions a caller may dial here"
    )
    timeout_s: int = Field(default=5, ge=1, le=60)
    digit_timeout_s: int = Field(default=2, ge=1, le=20)
    max_tries: int = Field(default=3, ge=1, le=10)
    no_input: Destination
    invalid: Destination
    replay_key: Keys | None = Field(default=None, description="Plays the prompt again; it is no try")


class Member(Part):
    """Somebody a group rings: an extension, or a number outside."""

    extension: ExtensionNumber | None = None
    number: E164 | None = None
    delay_s: Seconds = Field(default=0, description="Rings so much later than the group begins")
    confirm: bool = Field(default=False, description="Whoever answers presses 1, so that no voicemail takes the call")

    @property
    def target(self) -> str:
        """The extension or number; empty when it names neither."""
        return self.extension or self.number or ""


class RingGroup(_Node):
    """Rings members, all at once or one after the other.

    `busy` when every member was busy, `offline` when none was reachable, else `no_answer`; both of the former go where
    `no_answer` goes if they are absent.
    """

    kind: Literal["ring_group"] = "ring_group"
    strategy: Literal["simultaneous", "sequential", "rotating", "random"] = "simultaneous"
    members: list[Member] = Field(max_length=200)
    ring_s: int = Field(default=20, ge=1, le=600, description="In all; of a sequence, each member")
    greeting: Id | None = Field(default=None, description="A prompt before it rings")
    caller_prefix: Label | None = None
    no_answer: Destination
    busy: Destination | None = None
    offline: Destination | None = None


class Agent(Part):
    """Somebody who takes calls of a queue. A higher penalty is asked later."""

    extension: ExtensionNumber | None = None
    number: E164 | None = None
    penalty: int = Field(default=0, ge=0, le=20)

    @property
    def target(self) -> str:
        """The extension or number; empty when it names neither."""
        return self.extension or self.number or ""


class Announce(Part):
    """What a waiting caller is told, every so often."""

    every_s: int = Field(default=60, ge=10, le=3600)
    position: bool = False
    hold_time: bool = False
    prompt: Id | None = None


class Queue(_Node):
    """Callers wait, with music, until an agent is free.

    `no_agents` when nobody is reachable as the caller comes (with `join_empty` they wait all the same), `full` when
    `max_callers` wait already, `timeout` after `max_wait_s`; both of the former go where `timeout` goes if absent.
    """

    kind: Literal["queue"] = "queue"
    strategy: Literal["ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear"] = "ringall"
    agents: list[Agent] = Field(max_length=500)
    ring_s: int = Field(default=15, ge=1, le=600)
    retry_s: int = Field(default=5, ge=1, le=600)
    wrapup_s: Seconds = 0
    max_wait_s: int = Field(default=300, ge=1, le=86_400)
    max_callers: int = Field(default=0, ge=0, le=10_000, description="0: no limit")
    greeting: Id | None = None
    announce: Announce | None = None
    music: Id = Field(default="default", description="A class of music on hold")
    exit_keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Destination] = {}
    join_empty: bool = False
    caller_prefix: Label | None = None
    timeout: Destination
    full: Destination | None = None
    no_agents: Destination | None = None


class Announcement(_Node):
    """Plays a prompt and goes on."""

    kind: Literal["announcement"] = "announcement"
    prompt: Id
    then: Destination


class Voicemail(_Node):
    """Takes a message. Afterwards the call ends."""

    kind: Literal["voicemail"] = "voicemail"
    mailbox: ExtensionNumber
    greeting: Greeting = "unavailable"


class Directory(_Node):
    """Callers spell a name with the keys; the first three letters of the last name find it, 1 takes it."""

    kind: Literal["directory"] = "directory"
    extensions: Literal["listed"] | list[ExtensionNumber] = Field(default="listed", description="listed: in_directory")
    by: Literal["last", "first", "both"] = "last"
    operator: Destination | None = Field(default=None, description="Where 0 leads")
    failed: Destination


class External(_Node):
    """Rings a number outside."""

    kind: Literal["external"] = "external"
    number: E164
    trunk: Id | None = None
    caller_id: Literal["caller", "own"] = "own"
    confirm: bool = False
    ring_s: int = Field(default=30, ge=1, le=600)
    no_answer: Destination
    busy: Destination | None = Field(default=None, description="Where no_answer goes if absent")


class CallerRule(Part):
    """A kind of caller: by the beginning of their number, or because they hide it."""

    prefix: str | None = Field(default=None, pattern=r"^\+[0-9]{1,15}$")
    anonymous: bool = False
    then: Destination


class CallerMatch(_Node):
    """Sorts callers by their number; the first rule that matches decides."""

    kind: Literal["caller_match"] = "caller_match"
    rules: list[CallerRule] = Field(min_length=1, max_length=200)
    otherwise: Destination


class Toggle(_Node):
    """A switch that staff turn with a code."""

    kind: Literal["toggle"] = "toggle"
    code: Dialled
    default: Literal["on", "off"] = "off"
    on: Destination
    off: Destination


class Page(_Node):
    """Speaks through the telephones of its members."""

    kind: Literal["page"] = "page"
    members: list[ExtensionNumber] = Field(max_length=200)
    duplex: bool = False


class Conference(_Node):
    """A room where callers meet."""

    kind: Literal["conference"] = "conference"
    room: ExtensionNumber
    announce: bool = True


class Hangup(_Node):
    """Ends the call, after a prompt if there is one."""

    kind: Literal["hangup"] = "hangup"
    cause: Cause = "normal"
    prompt: Id | None = None


Node = Annotated[
    TimeSwitch | Menu | RingGroup | Queue | Announcement | Voicemail | Directory | External | CallerMatch | Toggle
    | Page | Conference | Hangup,
    Field(discriminator="kind"),
]  # fmt: skip
NODE_KINDS = (
    "time_switch", "menu", "ring_group", "queue", "announcement", "voicemail", "directory", "external", "caller_match",
    "toggle", "page", "conference", "hangup",
)  # fmt: skip
