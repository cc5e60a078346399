"""What every section is written with: the material, the room for tables, and tables by device."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from engineering_api.documents.material import BRIEF, FULL, Material, Source
from engineering_api.documents.resolving import Resolver
from engineering_api.documents.tables import Budget, Sheet, table
from engineering_api.topology.model import Topology
from engineering_api.topology.neighbours import layer2
from engineering_api.topology.subnets import layer3
from oberaconnect.typeset import Block, Heading, Page
from oberaconnect.typeset.paper import room

#: More rows than this take a gigabyte and a minute to typeset, and nobody reads them.
MOST_ROWS = 6_000


@dataclass
class Desk:
    """What a section is written with."""

    material: Material
    budget: Budget = field(default_factory=lambda: Budget(MOST_ROWS))
    #: Whether the pages of the section are in landscape.
    is_wide: bool = False
    _resolvers: dict[str, Resolver] = field(default_factory=dict)

    @property
    def is_brief(self) -> bool:
        """Whether no more than the most important is wanted."""
        return self.material.detail == BRIEF

    @property
    def is_full(self) -> bool:
        """Whether everything is wanted."""
        return self.material.detail == FULL

    def table(self, sheet: Sheet) -> Iterator[Block]:
        """A table as wide as the page."""
        yield from table(sheet, self.budget, room(Page(self.material.paper, self.is_wide))[0])

    def by_device(self, fill: Callable[[Source], Sheet]) -> Iterator[Block]:
        """A table for each device that has rows, below its name where there are several devices."""
        for source in self.material.sources:
            sheet = fill(source)
            if sheet.rows:
                if len(self.material.sources) > 1:
                    yield Heading(source.label, 2)
                yield from self.table(sheet)

    def together(self, sheet: Sheet, fill: Callable[[Sheet, Source], None]) -> Iterator[Block]:
        """One table for all devices, in which each row begins with its device."""
        for source in self.material.sources:
            fill(sheet, source)
        yield from self.table(sheet)

    def resolver(self, source: Source) -> Resolver:
        """What the names of a device stand for."""
        if source.label not in self._resolvers:
            self._resolvers[source.label] = Resolver(source.subject.device)
        return self._resolvers[source.label]

    @cached_property
    def routed(self) -> Topology:
        """The picture of layer 3."""
        return layer3(self.material.members)

    @cached_property
    def switched(self) -> Topology:
        """The picture of layer 2."""
        return layer2(self.material.members)
