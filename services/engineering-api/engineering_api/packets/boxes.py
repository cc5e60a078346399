"""Boxes of packets.

A box has a set of numbers for each property of a packet, and holds the packets whose every property is in its set.
The properties of a rule's space are those of `Axis`. As a property is a set and not one interval, a rule that names a
group of a thousand addresses is still one box.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from engineering_api.packets import intervals
from engineering_api.packets.intervals import Intervals

Box = tuple[Intervals, ...]


class Axis(IntEnum):
    """The properties of a packet, in the order of a box's sets.

    `FAMILY` is 4 or 6. `INWARD` and `OUTWARD` are the numbers of zones and interfaces. `PORT` is the port of the
    destination, for ICMP the type times 256 and the code. `STATE` is 0 for what opens a connection, 1 for
    what belongs to one, 2 for what does neither.
    """

    FAMILY = 0
    INWARD = 1
    OUTWARD = 2
    SOURCE = 3
    DESTINATION = 4
    PROTOCOL = 5
    SOURCE_PORT = 6
    PORT = 7
    STATE = 8


def meet(one: Box, other: Box) -> Box | None:
    """What is in both boxes; None for nothing."""
    made = []
    for mine, theirs in zip(one, other, strict=True):
        if mine is theirs:
            made.append(mine)
            continue
        both = intervals.meet(mine, theirs)
        if not both:
            return None
        made.append(both)
    return tuple(made)


def cut(one: Box, other: Box, without: Callable[[Intervals, Intervals], Intervals] = intervals.without) -> list[Box]:
    """What is in the first box and not in the second, as boxes that have nothing in common.

    `without` takes a set of numbers from another.
    """
    common = meet(one, other)
    if common is None:
        return [one]
    made: list[Box] = []
    for place, theirs in enumerate(other):
        if rest := without(one[place], theirs):
            made.append((*common[:place], rest, *one[place + 1 :]))
    return made


class Hull(NamedTuple):
    """The least and the greatest number of each property: enough to see that most boxes have nothing in common."""

    low: tuple[int, ...]
    high: tuple[int, ...]

    @classmethod
    def of(cls, box: Box) -> "Hull":
        """The hull of a box."""
        return cls(tuple(one[0][0] for one in box), tuple(one[-1][1] for one in box))

    def touches(self, other: "Hull") -> bool:
        """Whether the two might have something in common."""
        low, high = other
        for mine, theirs in zip(self.low, high, strict=True):
            if mine > theirs:
                return False
        for mine, theirs in zip(self.high, low, strict=True):  # noqa: SIM110 - all() takes twice as long
            if mine < theirs:
                return False
        return True


def weight(box: Box) -> int:
    """How much it costs to compare a box, in steps."""
    return 1 + sum(map(len, box)) // 64
