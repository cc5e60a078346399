"""Interfaces and zones by numbers, so that rules for them can be compared.

A zone is its own number and those of its interfaces, so that a packet that comes in by an interface is one that comes
from its zone.
"""

from collections.abc import Iterable

from engineering_api.facts.device import Device
from engineering_api.packets import intervals
from engineering_api.packets.intervals import Intervals

ANYWHERE: Intervals = ((0, 1 << 30),)
_ANY = frozenset({"", "any", "all", "*"})


class Zones:
    """The interfaces and zones of one device."""

    def __init__(self, device: Device) -> None:
        """Takes its interfaces and zones; names are the same in upper and lower case."""
        self._numbers: dict[str, int] = {}
        self._called: dict[str, str] = {}
        self._members: dict[str, set[int]] = {}
        for interface in device.interfaces:
            name = interface.name.casefold()
            self._called[name] = name
            if interface.alias:
                self._called.setdefault(interface.alias.casefold(), name)
        for interface in device.interfaces:
            if interface.zone:
                self._members.setdefault(interface.zone.casefold(), set()).add(self._number(interface.name.casefold()))
        for zone in device.zones:
            members = self._members.setdefault(zone.name.casefold(), set())
            members.update(self.number(one) for one in zone.interfaces)

    def number(self, name: str) -> int:
        """The number of an interface or zone by its name."""
        plain = name.casefold()
        return self._number(self._called.get(plain, plain))

    def set_of(self, names: Iterable[str]) -> Intervals:
        """The numbers of several names; of none, all. A name after "!" is everything else."""
        chosen: list[intervals.Interval] = []
        given = False
        for name in names:
            given = True
            if name.casefold() in _ANY:
                return ANYWHERE
            if name.startswith("!"):
                chosen.extend(intervals.without(ANYWHERE, self._one(name[1:])))
            else:
                chosen.extend(self._one(name))
        return intervals.union(chosen) if given else ANYWHERE

    def _one(self, name: str) -> Intervals:
        plain = name.strip().casefold()
        numbers = {self.number(plain), *self._members.get(plain, ())}
        return intervals.union((one, one) for one in numbers)

    def _number(self, plain: str) -> int:
        return self._numbers.setdefault(plain, len(self._numbers) + 1)
