"""The cases that wait to be called, for the PBXs that take them."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from call_flow.flow.graph import Graph
from call_flow.flow.scenario import Case
from call_flow.prove import calls
from call_flow.prove.calls import Entries

#: A message takes so long beyond what the simulator counts.
_MESSAGE_SECONDS = 3.0


@dataclass(frozen=True)
class Waiting:
    """A case, with what it needs of a PBX: entries of its database, agents whom no other call rings, to be alone."""

    case: Case
    entries: Entries
    agents: frozenset[str]
    is_alone: bool
    seconds: float


class Pool:
    """Cases that need the same phones to be there. Those that take longest go first: none is left over at the end."""

    def __init__(self, cases: Iterable[Case], graph: Graph) -> None:
        """Each is taken once."""
        waiting = sorted((_waiting(case, graph) for case in cases), key=lambda item: item.seconds, reverse=True)
        self._alone = deque(item for item in waiting if item.is_alone)
        self._alike: defaultdict[tuple[Entries, frozenset[str]], deque[Waiting]] = defaultdict(deque)
        for item in waiting:
            if not item.is_alone:
                self._alike[item.entries, item.agents].append(item)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._alone) + sum(len(alike) for alike in self._alike.values())

    def first(self) -> Waiting | None:
        """Take the case that a PBX goes on with, on which nothing is being called."""
        if self._alone:
            return self._alone.popleft()
        return self._take(self._alike)

    def beside(self, entries: Entries, busy: Collection[str]) -> Waiting | None:
        """Take a case that can be called while a PBX has those entries in its database and those agents speak."""
        return self._take(key for key in self._alike if key[0] == entries and key[1].isdisjoint(busy))

    def _take(self, keys: Iterable[tuple[Entries, frozenset[str]]]) -> Waiting | None:
        longest = max(keys, key=lambda key: self._alike[key][0].seconds, default=None)
        if longest is None:
            return None
        found = self._alike[longest].popleft()
        if not self._alike[longest]:
            del self._alike[longest]
        return found


def _waiting(case: Case, graph: Graph) -> Waiting:
    path = case.expect.path
    seconds = (path[-1].at - path[0].at).total_seconds() if path else 0.0
    if case.expect.terminal.type == "message_left":
        seconds += _MESSAGE_SECONDS
    entries = calls.setting(case, graph).entries
    return Waiting(case, entries, calls.agents(case, graph), calls.is_alone(case), seconds)
