"""From which number a test call comes, so that callers are sorted as the call needs it."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import phonenumbers

from call_flow.flow.graph import Graph
from call_flow.flow.nodes import CallerMatch
from call_flow.simulate.outbound import e164
from call_flow.simulate.switches import ANONYMOUS

_REGIONS = ("US", "GB", "DE", "AU", "IN", "BR", "JP")
_LENGTH = 12
_FILL = "5550100"


class Callers:
    """Numbers from which calls of one flow can come."""

    def __init__(self, graph: Graph) -> None:
        """Reads the rules of the flow."""
        self._graph = graph
        self._nodes = {node.id: node for node in reversed(graph.flow.nodes) if isinstance(node, CallerMatch)}

    def find(self, wanted: Mapping[str, str]) -> tuple[str | None, bool]:
        """A caller for whom every node decides as wanted, and whether there is one. None: any number will do."""
        if not self._nodes:
            return None, not wanted
        for caller in self._candidates:
            if all(self._outcome(node, caller) == outcome for node, outcome in wanted.items()):
                return caller, True
        return None, not wanted

    @cached_property
    def _candidates(self) -> list[str]:
        """Ordinary numbers first, then one for each rule."""
        own = self._graph.numbers
        return [caller for caller in dict.fromkeys(self._made()) if caller not in own]

    def _made(self) -> Iterator[str]:
        plain = []
        for region in dict.fromkeys([self._graph.flow.customer.country, *_REGIONS]):
            if region in phonenumbers.SUPPORTED_REGIONS and (number := phonenumbers.example_number(region)):
                plain.append(e164(number))
        # A number that no rule is about goes before one that a rule takes.
        yield from sorted(plain, key=lambda caller: any(self._is_taken(node, caller) for node in self._nodes))
        prefixes = [rule.prefix for node in self._nodes.values() for rule in node.rules if rule.prefix]
        for prefix in prefixes:
            yield (prefix + _FILL + "0" * _LENGTH)[: max(_LENGTH, min(len(prefix) + 2, 16))]
            yield (prefix + "9" * _LENGTH)[: max(_LENGTH, min(len(prefix) + 2, 16))]
        yield ANONYMOUS

    def _is_taken(self, node: str, caller: str) -> bool:
        return self._outcome(node, caller) != "otherwise"

    def _outcome(self, name: str, caller: str) -> str:
        for position, rule in enumerate(self._nodes[name].rules):
            if (rule.anonymous and caller == ANONYMOUS) or (rule.prefix and caller.startswith(rule.prefix)):
                return f"match:{position}"
        return "otherwise"
