"""Sets of packets as unions of boxes, so that "is all of this already in those" is decided exactly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from engineering_api.packets import intervals
from engineering_api.packets.boxes import Box, Hull, meet, weight
from engineering_api.packets.budget import Budget
from engineering_api.packets.index import Pile


@dataclass(frozen=True)
class Space:
    """A set of packets."""

    boxes: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        """Leave out empty boxes."""
        if not all(map(all, self.boxes)):
            object.__setattr__(self, "boxes", tuple(box for box in self.boxes if all(box)))

    @cached_property
    def hulls(self) -> tuple[Hull, ...]:
        """The hull of each box."""
        return tuple(map(Hull.of, self.boxes))

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """How much it costs to compare each box, in steps."""
        return tuple(map(weight, self.boxes))

    @cached_property
    def _pile(self) -> Pile:
        return Pile(self.boxes)

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
        left = self.boxes
        for other in others:
            if not left:
                break
            left = other._pile.taken_from(left, budget)
        return Space(left)

    def is_within(self, others: "Iterable[Space]", budget: Budget) -> bool:
        """Whether every packet in it is in one of the others. Raises `Exhausted`."""
        return not self.minus(others, budget)

    def equals(self, other: "Space", budget: Budget) -> bool:
        """Whether both hold the same packets. Raises `Exhausted`."""
        return self.is_within((other,), budget) and other.is_within((self,), budget)

    def example(self) -> tuple[int, ...] | None:
        """One packet in it, as its properties in numbers."""
        return tuple(one[0][0] for one in self.boxes[0]) if self.boxes else None
