"""A menu: collecting keys, trying again."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from call_flow.flow.graph import Graph
from call_flow.flow.nodes import Menu
from call_flow.simulate.call import Call, End, Place, Way, way
from call_flow.simulate.spoken import seconds

KEYS = "123456789*0#"


class Entries:
    """What may be entered in a menu: each entry with its outcome and where it leads; None is the replay key."""

    def __init__(self, graph: Graph, menu: Menu) -> None:
        """An entry that is given twice is the choice first, then the replay key, then an extension."""
        self.known: dict[str, tuple[str, Way] | None] = {
            number: (f"dial:{number}", Way("extension", number)) for number in graph.direct_dial(menu)
        }
        if menu.replay_key is not None:
            self.known[menu.replay_key] = None
        for key, destination in menu.keys.items():
            self.known[key] = (f"key:{key}", way(destination))
        self._begun = frozenset(entry[:length] for entry in self.known for length in range(1, len(entry)))

    def goes_on(self, entered: str) -> bool:
        """Whether a longer entry begins like this, so that another key is waited for."""
        return entered in self._begun

    def shortest_invalid(self) -> str | None:
        """The shortest keys that match nothing and end an entry; None when every key leads somewhere."""
        waiting = [""]
        while waiting:
            begun = waiting.pop(0)
            for key in reversed(KEYS):
                entered = begun + key
                if entered not in self.known and not self.goes_on(entered):
                    return entered
            waiting += [begun + key for key in KEYS if self.goes_on(begun + key)]
        return next((entered for entered in sorted(self._begun) if entered not in self.known), None)


def menu(graph: Graph, node: Menu) -> Place:
    """A menu as a place."""
    entries = Entries(graph, node)
    known, goes_on = entries.known, entries.goes_on
    prompt_s, invalid_s = seconds(graph, node.prompt), seconds(graph, node.invalid_prompt)
    no_input, invalid = way(node.no_input), way(node.invalid)
    name, last = node.id, node.max_tries

    def entry(call: Call) -> str:
        entered = call.key(name, prompt_s, node.timeout_s)
        while entered and goes_on(entered):
            key = call.next_key(node.digit_timeout_s)
            if not key:
                break
            entered += key
        return entered

    def place(call: Call, _: Way) -> Way | End:
        said: list[str] = []
        tries = 0
        while True:
            call.prompts.append(node.prompt)
            entered = entry(call)
            if entered in known:
                found = known[entered]
                if found is None:
                    said.append(f"pressed {entered} to hear it again")
                    continue
                outcome, onward = found
                said.append(f"dialled {entered}" if outcome[0] == "d" else f"pressed {entered}")
                break
            tries += 1
            if entered:
                said.append(f"pressed {entered}, which is no choice here")
                call.play(node.invalid_prompt, invalid_s)
            else:
                said.append(f"pressed nothing for {node.timeout_s} s")
            if tries == last:
                outcome, onward = ("invalid", invalid) if entered else ("no_input", no_input)
                if tries > 1:
                    said.append(f"{tries} tries are over")
                break
        call.passes("node", name, "menu", outcome, said[0] if len(said) == 1 else _counted(said))
        return onward

    return place


def _counted(said: Iterable[str]) -> str:
    """What was done, with what was done again and again said once."""
    times: Mapping[str, int] = _times(tuple(said))
    return ", ".join(words if count == 1 else f"{words} ({count} times)" for words, count in times.items())


@lru_cache(maxsize=1000)
def _times(said: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for words in said:
        found[words] = found.get(words, 0) + 1
    return found
