"""Sets of packets as unions of boxes, so that "is all of this already in those" is decided exactly.

A box has a set of numbers for each property of a packet, and holds the packets whose every property is in its set.
The properties of a rule's space are those of `Axis`. As a property is a set and not one interval, a rule that names a
group of a thousand addresses is still one box.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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


class Exhausted(Exception):
    """The sets are too much in pieces to be compared within bounds."""


@dataclass
class Budget:
    """How much may be compared until the answer is that it is not known."""

    steps: int = 200_000

    def spend(self, steps: int = 1) -> None:
        """Count steps. Raises `Exhausted` when there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted()


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


def cut(one: Box, other: Box) -> list[Box]:
    """What is in the first box and not in the second, as boxes that have nothing in common."""
    common = meet(one, other)
    if common is None:
        return [one]
    made: list[Box] = []
    for place, theirs in enumerate(other):
        if rest := intervals.without(one[place], theirs):
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


@dataclass(frozen=True)
class Space:
    """A set of packets."""

    boxes: tuple[Box, ...] = ()
    hulls: tuple[Hull, ...] = field(init=False, repr=False, compare=False)
    #: How much it costs to compare each box, in steps.
    weights: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Leave out empty boxes."""
        boxes = tuple(box for box in self.boxes if all(box))
        object.__setattr__(self, "boxes", boxes)
        object.__setattr__(self, "hulls", tuple(Hull.of(box) for box in boxes))
        object.__setattr__(self, "weights", tuple(1 + sum(map(len, box)) // 64 for box in boxes))

    def __bool__(self) -> bool:
        """Whether there is any packet in it."""
        return bool(self.boxes)

    def __or__(self, other: "Space") -> "Space":
        """What is in either."""
        return Space(self.boxes + other.boxes)

    def __and__(self, other: "Space") -> "Space":
        """What is in both."""
        return Space(tuple(both for one in self.boxes for two in other.boxes if (both := meet(one, two))))

    def holds(self, point: Sequence[int]) -> bool:
        """Whether a packet, as its properties in numbers, is in it."""
        return any(
            all(intervals.holds(one, value) for one, value in zip(box, point, strict=True)) for box in self.boxes
        )

    def meets(self, other: "Space") -> bool:
        """Whether they have a packet in common."""
        for one, mine in zip(self.boxes, self.hulls, strict=True):
            for two, theirs in zip(other.boxes, other.hulls, strict=True):
                if mine.touches(theirs) and meet(one, two) is not None:
                    return True
        return False

    def minus(self, others: "Iterable[Space]", budget: Budget) -> "Space":
        """What is in it and in none of the others. Raises `Exhausted`."""
        left = list(self.boxes)
        for other in others:
            if not left:
                break
            for box, hull, weight in zip(other.boxes, other.hulls, other.weights, strict=True):
                kept: list[Box] = []
                budget.spend(len(left) * weight)
                for one in left:
                    kept.extend(cut(one, box) if Hull.of(one).touches(hull) else (one,))
                left = kept
        return Space(tuple(left))

    def is_within(self, others: "Iterable[Space]", budget: Budget) -> bool:
        """Whether every packet in it is in one of the others. Raises `Exhausted`."""
        return not self.minus(others, budget)

    def equals(self, other: "Space", budget: Budget) -> bool:
        """Whether both hold the same packets. Raises `Exhausted`."""
        return self.is_within((other,), budget) and other.is_within((self,), budget)

    def example(self) -> tuple[int, ...] | None:
        """One packet in it, as its properties in numbers."""
        return tuple(one[0][0] for one in self.boxes[0]) if self.boxes else None
