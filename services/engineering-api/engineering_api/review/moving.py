"""How things that are tried in their order come to their places: what is new or out of order moves, the rest stays."""

from collections.abc import Iterator, Sequence
from typing import Literal

from engineering_api.tools.difference import same


def moves(had: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, Literal["before", "after"], str]]:
    """What is to be moved before or after what, where everything new was added at the end in the wanted order."""
    there, known = set(wanted), set(had)
    was = [name for name in had if name in there]
    becomes = [name for name in wanted if name in known]
    stays = {becomes[run.after + step] for run in same(was, becomes) for step in range(run.size)}
    last_stays = max((at for at, name in enumerate(wanted) if name in known), default=-1)
    first = next((name for name in wanted if name in stays), "")
    for at, name in enumerate(wanted):
        if name in stays or (at > last_stays and name not in known):
            continue
        if at:
            yield name, "after", wanted[at - 1]
        elif first:
            yield name, "before", first
