"""What each edge of the graph asks of a call."""

from collections.abc import Mapping

from call_flow.flow.graph import Edge, Graph
from call_flow.flow.model import Extension
from call_flow.flow.nodes import CallerMatch, Directory, External, Menu, Queue, RingGroup, TimeSwitch, Toggle
from call_flow.flow.scenario import State
from call_flow.simulate.directory import Names
from call_flow.simulate.menu import Entries
from call_flow.simulate.testplan.demand import SILENCE, Entry, Need

_OPERATOR_AFTER_SECONDS = 0.2
#: In a directory, somebody who is offered after so many others is not called: a thousand namesakes make no plan better.
_MOST_NAMESAKES = 20
#: With this key callers pass a name that they are offered.
PASSES = "*"
#: And with it they give up looking for one.
LEAVES = "*"


class Impossible(Exception):
    """No call can take this edge; the message says why."""


class Needs:
    """The needs of one flow's edges. What is worked out for a menu or a directory is kept."""

    def __init__(self, graph: Graph) -> None:
        """Asked edge by edge."""
        self._graph = graph
        self._entries: dict[str, Entries] = {}
        self._names: dict[str, Names] = {}

    def of(self, edge: Edge, given: Mapping[str, State]) -> Need:  # noqa: PLR0911 - a return for each kind
        """What an edge asks for in a call in which some have a state already. Raises `Impossible`.

        Whoever must not answer, no matter why, keeps the state that is given.
        """
        graph, outcome = self._graph, edge.outcome
        if edge.source.kind == "extension":
            return self._of_extension(graph.extensions[edge.source.name], outcome, given)
        if edge.source.kind == "mailbox":
            return Need(entries=(Entry("0", after=_OPERATOR_AFTER_SECONDS),))
        node = graph.nodes.get(edge.source.name)
        match node:
            case TimeSwitch():
                return Need(hours={node.schedule: outcome})
            case Menu():
                return self._of_menu(node, outcome)
            case RingGroup():
                return self._of_group(node, outcome, given)
            case Queue():
                return self._of_queue(node, outcome, given)
            case Directory():
                return self._of_directory(node, outcome)
            case External():
                states: dict[str, State] = {"answered": "answer", "busy": "busy", "no_answer": "no_answer"}
                return Need(states={node.number: states[outcome]})
            case CallerMatch():
                return _of_callers(node, outcome)
            case Toggle():
                return Need(states={node.id: "on" if outcome == "on" else "off"})
            case _:
                return Need()

    def entry(self, menu: Menu, keys: str) -> Entry:
        """Keys in a menu, with the pause that ends the entry if it could go on."""
        return Entry(keys, menu.digit_timeout_s if self._of(menu).goes_on(keys) else 0.0)

    def invalid(self, menu: Menu) -> Entry:
        """The shortest entry that matches nothing. Raises `Impossible` if there is none."""
        keys = self._of(menu).shortest_invalid()
        if keys is None:
            raise Impossible("every key is a choice")
        return self.entry(menu, keys)

    def names(self, node: Directory) -> Names:
        """Who is found in a directory."""
        if node.id not in self._names:
            self._names[node.id] = Names(self._graph, node)
        return self._names[node.id]

    def _of(self, menu: Menu) -> Entries:
        if menu.id not in self._entries:
            self._entries[menu.id] = Entries(self._graph, menu)
        return self._entries[menu.id]

    def _of_menu(self, node: Menu, outcome: str) -> Need:
        if outcome == "no_input":
            return Need(entries=(SILENCE,) * node.max_tries)
        if outcome == "invalid":
            return Need(entries=(self.invalid(node),) * node.max_tries)
        keys = outcome.partition(":")[2]
        found = self._of(node).known.get(keys)
        if found is None or found[0] != outcome:
            raise Impossible(f"{keys} is taken by another choice of the same menu")
        return Need(entries=(self.entry(node, keys),))

    def _of_extension(self, item: Extension, outcome: str, given: Mapping[str, State]) -> Need:
        states = self._not_answering([follow.number for follow in item.follow_me], "no_answer", given)
        state = _not_taken(outcome)
        if item.device == "none":
            if state != "offline":
                raise Impossible("it has no telephone, so it is never reachable")
            return Need(states=states)
        return Need(states={**states, item.number: state})

    def _of_group(self, node: RingGroup, outcome: str, given: Mapping[str, State]) -> Need:
        targets = list(dict.fromkeys(member.target for member in node.members if member.target))
        if not outcome.startswith("answered:"):
            state = _not_taken(outcome)
            if not targets and state != "offline":
                raise Impossible("it has no members, so nobody is ever reachable")
            self._require(targets, state)
            mixed = state == "no_answer" and any(given.get(target, state) == state for target in targets)
            return Need(states=self._not_answering(targets, state, given if mixed else {}))
        chosen = outcome.partition(":")[2]
        if node.strategy == "simultaneous" and all(
            member.delay_s >= node.ring_s for member in node.members if member.target == chosen
        ):
            raise Impossible(f"{chosen} would ring only when the group has given up")
        self._require([chosen], "answer")
        return Need(states={**self._not_answering(targets, "no_answer", given), chosen: "answer"})

    def _of_queue(self, node: Queue, outcome: str, given: Mapping[str, State]) -> Need:
        targets = list(dict.fromkeys(agent.target for agent in node.agents if agent.target))
        if outcome == "full":
            if not node.max_callers:
                raise Impossible("it takes any number of callers")
            self._require_waiting(node, targets)
            # Whatever they are already: of those who wait before this call, none must find somebody who rings.
            return Need(states={**self._not_answering(targets, "busy", {}), node.id: "full"})
        if outcome == "no_agents":
            if node.join_empty:
                raise Impossible("callers may wait although nobody is reachable")
            if any(agent.extension is None and agent.number for agent in node.agents):
                raise Impossible("an agent is a number outside, which always counts as reachable")
            return Need(states=self._not_answering(targets, "offline", {}))
        if outcome.startswith("answered:"):
            chosen = outcome.partition(":")[2]
            self._require([chosen], "answer")
            return Need(states={**self._not_answering(targets, "busy", given), chosen: "answer"})
        self._require_waiting(node, targets)
        states = self._not_answering(targets, "no_answer", given)
        if outcome == "timeout":
            return Need(states=states, entries=(SILENCE,) if node.exit_keys else ())
        return Need(states=states, entries=(Entry(outcome.partition(":")[2]),))

    def _of_directory(self, node: Directory, outcome: str) -> Need:
        if outcome == "operator":
            return Need(entries=(Entry("0"),))
        if outcome == "failed":
            return Need(entries=(Entry(LEAVES),))
        keys = self.names(node).keys_of(outcome.partition(":")[2])
        if not keys:
            raise Impossible("no letter of the name is on the keys")
        if (before := keys.count(PASSES)) > _MOST_NAMESAKES:
            raise Impossible(f"nobody listens to {before:,} other names first")
        return Need(entries=tuple(Entry(press) for press in keys))

    def _not_answering(self, targets: list[str], state: State, given: Mapping[str, State]) -> dict[str, State]:
        """A state for each of these that is a telephone: the one given, if it is none in which somebody answers."""
        known = {target: given.get(target, state) for target in targets if self.rings(target)}
        return {target: state if own == "answer" else own for target, own in known.items()}

    def _require(self, targets: list[str], state: State) -> None:
        """Raises `Impossible` if telephones that must be in a state are none."""
        missing = [target for target in targets if not self.rings(target)]
        if missing and state != "offline":
            raise Impossible(f"{', '.join(missing[:3])} is never reachable: there is no such telephone")

    def _require_waiting(self, node: Queue, targets: list[str]) -> None:
        """Raises `Impossible` if nobody can ever wait, because no agent is ever reachable."""
        if not node.join_empty and not any(map(self.rings, targets)):
            raise Impossible("it has no agents who could be reachable, so nobody waits")

    def rings(self, target: str) -> bool:
        """Whether this is a telephone that can ring at all."""
        found = self._graph.extensions.get(target)
        return target.startswith("+") or (found is not None and found.device != "none")


def _of_callers(node: CallerMatch, outcome: str) -> Need:
    if outcome != "otherwise":
        position = int(outcome.partition(":")[2])
        rule, earlier = node.rules[position], node.rules[:position]
        prefix = rule.prefix or ""
        shadowed = not rule.prefix or any(before.prefix and prefix.startswith(before.prefix) for before in earlier)
        if shadowed and (not rule.anonymous or any(before.anonymous for before in earlier)):
            raise Impossible("a rule before it takes the same callers, or it matches nobody")
    return Need(callers={node.id: outcome})


def _not_taken(outcome: str) -> State:
    states: dict[str, State] = {"no_answer": "no_answer", "busy": "busy", "offline": "offline"}
    return states[outcome]
