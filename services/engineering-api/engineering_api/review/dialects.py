"""Which platforms are configured by commands, and how theirs are made and tried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engineering_api.platforms.platform import Platform
from engineering_api.reading.tree import Node
from engineering_api.review import canonical, fortios, reached, remedy, routeros, routeros_trial, statements, typing_in
from engineering_api.review.draft import Trial

Tree = Sequence[Node]


@dataclass(frozen=True)
class Dialect:
    """How a platform takes commands.

    Attributes:
        canonical: a configuration's tree in one form; takes the platform's name as well.
        commands: those between two such trees.
        apply: tries commands on the lines of a configuration.
        missed: what a trial gave otherwise than was wanted, of the trees before, of the trial, and wanted.
        is_flat: its configurations are sets of statements, which may be written in several forms.
    """

    canonical: Callable[[Tree, str], list[Node]]
    commands: Callable[[Tree, Tree, str], list[str]]
    apply: Callable[[Sequence[str], Sequence[str], Platform], Trial]
    missed: Callable[[Tree, Tree, Tree], list[str]]
    is_flat: bool = False


_LINES = Dialect(canonical.canonical, remedy.commands, typing_in.apply, reached.missed)
_STATEMENTS = Dialect(statements.canonical, statements.commands, statements.apply, statements.missed, is_flat=True)
_BY_PLATFORM = {
    **dict.fromkeys(("cisco_ios", "cisco_nxos", "cisco_asa", "arista_eos", "hp_procurve", "aruba_aoscx"), _LINES),
    **dict.fromkeys(("juniper_junos", "ubiquiti_edgeos"), _STATEMENTS),
    "fortinet": Dialect(fortios.canonical, fortios.commands, fortios.apply, fortios.missed),
    "mikrotik_routeros": Dialect(routeros.canonical, routeros.commands, routeros_trial.apply, routeros.missed),
}


def of(platform: str) -> Dialect | None:
    """The dialect of a platform; None for those that are configured by files or in a browser."""
    return _BY_PLATFORM.get(platform)
