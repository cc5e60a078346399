"""A call on its way through a flow: its time, the keys that are pressed, and what it has passed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from call_flow.flow.destination import Destination, Greeting
from call_flow.flow.graph import Edge, VertexKind, vertex
from call_flow.flow.scenario import Press

#: A call that has passed so many places goes round in circles and is ended.
MOST_PLACES = 100


class Way(NamedTuple):
    """A destination, worked out once."""

    kind: VertexKind
    name: str
    greeting: Greeting = "unavailable"
    #: What the call carries along from here on, in words.
    note: str = ""


class End(NamedTuple):
    """Where a call ends."""

    type: Literal["answered", "message_left", "external", "hangup", "emergency"]
    target: str


class Passed(NamedTuple):
    """A place that the call passed. `vertex` is its kind in the graph; empty for what is not in the graph."""

    vertex: VertexKind | Literal[""]
    name: str
    kind: str
    outcome: str
    seconds: float
    reason: str

    @property
    def edge(self) -> str:
        """The key of the edge that was taken."""
        return f"{self.vertex}:{self.name}>{self.outcome}"


def way(destination: Destination) -> Way:
    """A destination as the simulator goes it."""
    place = vertex(destination)
    notes: list[str] = []
    if given := destination.set:
        notes += [f"in {given.language}"] if given.language else []
        notes += [f"shown with '{given.caller_prefix}' before the caller's name"] if given.caller_prefix else []
        notes += [f"with priority {given.priority}"] if given.priority is not None else []
    return Way(place.kind, place.name, destination.greeting or "unavailable", ", ".join(notes))


def edge_key(edge: Edge) -> str:
    """What an edge is called in test plans: `kind:name>outcome`."""
    return f"{edge.source.kind}:{edge.source.name}>{edge.outcome}"


class Call:
    """One call. Places change it as it passes them."""

    __slots__ = (
        "_keys", "_next", "caller", "entered", "note", "passed", "prompts", "rivals", "seconds", "silent_at", "states",
        "waits", "walls",
    )  # fmt: skip

    def __init__(
        self, states: Mapping[str, str], presses: Sequence[Press], caller: str | None, walls: Callable[[str], datetime]
    ) -> None:
        """`walls` gives the wall clock of a zone; `caller` is None when nothing is known of the number."""
        self.states = states
        self.caller = caller
        self.walls = walls
        self.seconds = 0.0
        #: Of those, seconds that no real system can shorten.
        self.waits = 0.0
        #: When the call came to the place where it is.
        self.entered = 0.0
        self.note = ""
        self.passed: list[Passed] = []
        self.prompts: list[str] = []
        #: Those who would have answered as early as the one who did, with the state that keeps them from it.
        self.rivals: dict[str, Literal["no_answer", "busy"]] = {}
        #: Nodes where nothing was pressed because no keys were left, in their order.
        self.silent_at: list[str] = []
        self._keys: list[tuple[float, str]] = []
        for press in presses:
            digits = press.press
            self._keys.append((press.after, digits[:1]))
            self._keys.extend((0.0, key) for key in digits[1:])
        self._next = 0

    def play(self, prompt: str | None, seconds: float) -> None:
        """The caller hears a prompt to its end."""
        if prompt is not None:
            self.prompts.append(prompt)
            self.seconds += seconds

    def wait(self, seconds: float) -> None:
        """Time passes that nothing shortens."""
        self.seconds += seconds
        self.waits += seconds

    def key(self, listener: str, prompt_seconds: float, answer_seconds: float) -> str:
        """The key pressed while a prompt plays or in the time for an answer to it; empty if there is none."""
        if self._next == len(self._keys):
            self.silent_at.append(listener)
        else:
            after, key = self._keys[self._next]
            if not key:
                self._next += 1
            elif after < prompt_seconds + answer_seconds:
                self._next += 1
                self.seconds += after
                self.waits += min(after, answer_seconds)
                return key
        self.seconds += prompt_seconds + answer_seconds
        self.waits += answer_seconds
        return ""

    def next_key(self, seconds: float) -> str:
        """The key pressed within seconds of the one before, in the same entry; empty if there is none."""
        if self._next < len(self._keys):
            after, key = self._keys[self._next]
            if key and after < seconds:
                self._next += 1
                self.wait(after)
                return key
        self.wait(seconds)
        return ""

    def pressed_within(self, seconds: float) -> tuple[str, float] | None:
        """The key pressed within seconds, and after how many; no time passes by asking."""
        if self._next < len(self._keys):
            after, key = self._keys[self._next]
            if not key or after < seconds:
                self._next += 1
            if key and after < seconds:
                return key, after
        return None

    def passes(self, vertex: VertexKind | Literal[""], name: str, kind: str, outcome: str, reason: str) -> None:
        """Note what happened at a place."""
        if self.note:
            reason, self.note = f"{reason} ({self.note})", ""
        self.passed.append(Passed(vertex, name, kind, outcome, self.entered, reason))


#: What happens at a place: it changes the call and says where it goes, or that it ends.
Place = Callable[[Call, Way], Way | End]
