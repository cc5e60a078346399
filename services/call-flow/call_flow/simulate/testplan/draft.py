"""A plan in the making: cases with unique ids, the edges they take, and what was left out."""

from call_flow.flow.scenario import Case
from call_flow.simulate.testplan.maker import Made, Maker
from call_flow.simulate.testplan.titles import Titles, slug

#: A plan with more calls than this takes longer than anybody waits.
_MOST_CASES = 800


class Draft:
    """Collects cases."""

    def __init__(self, maker: Maker, titles: Titles) -> None:
        """Of one flow."""
        self._maker = maker
        self._titles = titles
        self._ids: set[str] = set()
        self._seen: set[str] = set()
        self.cases: list[Case] = []
        self.covered: set[str] = set()
        self.left_out: dict[str, str] = {}

    @property
    def is_full(self) -> bool:
        """Whether no further case is taken."""
        return len(self.cases) >= _MOST_CASES or self._maker.is_spent

    @property
    def end(self) -> str:
        """Why no further case is taken."""
        return "so many ways cannot all be tried" if self._maker.is_spent else f"the plan ends at {_MOST_CASES} calls"

    def add(self, purpose: str, made: Made, *, dated: bool = False, remark: str = "", needs: str | None = None) -> None:
        """Take a case, unless the same call is in the plan already. `purpose` becomes its id."""
        call = made.call
        key = made.scenario.model_dump_json()
        if key in self._seen or self.is_full:
            return
        self._seen.add(key)
        title = self._titles.of(made.scenario, dated=dated, was_silent=bool(call.silent_at))
        covers = self._maker.edges(call)
        self.covered.update(covers)
        self.cases.append(
            Case(
                id=self._unique(slug(purpose)),
                title=f"{title} ({remark})" if remark else title,
                covers=covers,
                scenario=made.scenario,
                expect=self._maker.simulator.run(made.scenario),
                waits_s=round(call.waits, 1),
                needs=needs or self._needs(made),
            )
        )

    def leave_out(self, name: str, reason: str) -> None:
        """Say what the plan does not have."""
        self.left_out.setdefault(name, reason)

    def _unique(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._ids:
            name, number = f"{wanted}-{number}", number + 1
        self._ids.add(name)
        return name

    def _needs(self, made: Made) -> str | None:
        full = next((name for name, state in made.scenario.states.items() if state == "full"), None)
        if full is None:
            return None
        node = self._maker.graph.nodes[full]
        limit = node.max_callers if node.kind == "queue" else 0
        return f"{limit} callers who wait in '{full}' already"
