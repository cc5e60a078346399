"""Boxes found by what they are about, so that few need be compared with one."""

from collections.abc import Iterable

from engineering_api.packets import intervals
from engineering_api.packets.boxes import Axis, Box, Hull, cut, weight
from engineering_api.packets.budget import Budget
from engineering_api.packets.intervals import Intervals

#: From so many on it is worth while to bring boxes together, and to keep what a set leaves.
_MANY = 32


class Index:
    """Boxes by number; those that may have something in common with a box are found by addresses and ports."""

    def __init__(self) -> None:
        """Holds nothing at first."""
        self._sides = (_Side(Axis.SOURCE), _Side(Axis.DESTINATION), _Side(Axis.PORT))

    def add(self, box: Box, number: int) -> None:
        """Keep a box under a number, which may be that of others too."""
        for side in self._sides:
            side.add(box, number)

    def near(self, box: Box) -> set[int]:
        """The numbers of all boxes that have something in common with one, and of some that have not."""
        lists = min((side.near(box) for side in self._sides), key=lambda found: sum(map(len, found)))
        return set().union(*lists)


class Pile:
    """Boxes that are taken from others, and may become more.

    Boxes that differ in their sources or destinations alone are one, as a box has a set of these: a thousand rules
    that deny a host each are compared at once.
    """

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        """Takes the first of its boxes."""
        self._index = Index()
        self._known: set[Box] = set()
        self._waiting: list[Box] = []
        self._boxes: list[tuple[Box, Hull, int]] = []
        self._alike: dict[tuple[Axis, Box], int] = {}
        self._worked_out: dict[tuple[Intervals, int], Intervals] = {}
        self.add(boxes)

    def add(self, boxes: Iterable[Box]) -> None:
        """Take more boxes."""
        for box in boxes:
            if box not in self._known:
                self._known.add(box)
                self._waiting.append(box)

    def _settle(self) -> None:
        """Put away what came since it was looked at last, all at once, as sets that grow one by one take long."""
        waiting, self._waiting = self._waiting, []
        for box in _together(waiting):
            self._put(box)

    def _put(self, box: Box) -> None:
        number, whole = len(self._boxes), box
        for axis in (Axis.SOURCE, Axis.DESTINATION):
            found = self._alike.get((axis, _but(box, axis)))
            # What is kept under the other of the two may have grown since.
            if found is not None and _but(self._boxes[found][0], axis) == _but(box, axis):
                number, other = found, self._boxes[found][0]
                whole = (*box[:axis], intervals.union((*other[axis], *box[axis])), *box[axis + 1 :])
                break
        for axis in (Axis.SOURCE, Axis.DESTINATION):
            self._alike[axis, _but(whole, axis)] = number
        self._worked_out.clear()
        self._boxes[number : number + 1] = [(whole, Hull.of(whole), weight(whole))]
        self._index.add(whole, number)

    def taken_from(self, boxes: Iterable[Box], budget: Budget) -> tuple[Box, ...]:
        """What is in some boxes and in none of its own, each of these compared with the few near it alone.

        Raises `Exhausted`.
        """
        left = [box for box in boxes if box not in self._known]
        if left:
            self._settle()
        if len(left) > _MANY:
            left = _together(left)
        return tuple(rest for box in left for rest in self._rest(box, budget))

    def _rest(self, box: Box, budget: Budget) -> list[Box]:
        near = self._index.near(box)
        budget.spend(1 + len(near))
        whole = Hull.of(box)
        left = [(box, whole, weight(box))]
        for number in sorted(near):
            other, hull, cost = self._boxes[number]
            if not hull.touches(whole):
                continue
            kept: list[tuple[Box, Hull, int]] = []
            for one, around, own in left:
                budget.spend()
                if around.touches(hull):
                    budget.spend(cost + own)
                    kept.extend((rest, Hull.of(rest), weight(rest)) for rest in cut(one, other, self._without))
                else:
                    kept.append((one, around, own))
            left = kept
            if not left:
                break
        return [one for one, _, _ in left]

    def _without(self, mine: Intervals, theirs: Intervals) -> Intervals:
        """What a large set of one of its boxes leaves of a range is the same for many boxes, and is kept once."""
        if len(mine) > 1 or len(theirs) < _MANY:
            return intervals.without(mine, theirs)
        found = self._worked_out.get((mine, id(theirs)))
        if found is None:
            found = self._worked_out[mine, id(theirs)] = intervals.without(mine, theirs)
        return found


def _together(boxes: list[Box]) -> list[Box]:
    """The same packets in fewer boxes."""
    for axis in (Axis.SOURCE, Axis.DESTINATION):
        alike: dict[Box, list[Intervals]] = {}
        for box in boxes:
            alike.setdefault(_but(box, axis), []).append(box[axis])
        boxes = [
            (
                *rest[:axis],
                intervals.union(pair for one in found for pair in one) if found[1:] else found[0],
                *rest[axis:],
            )
            for rest, found in alike.items()
        ]
    return boxes


def _but(box: Box, axis: Axis) -> Box:
    return (*box[:axis], *box[axis + 1 :])


#: The block around all others.
_EVERYTHING = (0, 0, 0)


class _Side:
    """Boxes by the smallest block of numbers that holds all of theirs on one side.

    What has a number in common with a box is in the same block, in one around it, or in one inside it.
    """

    _SHIFTS = {4: (0, 8, 16, 24, 32), 6: (0, 32, 64, 80, 96, 128)}
    _PORT_SHIFTS = (0, 6, 16)

    def __init__(self, axis: Axis) -> None:
        self._axis = axis
        self._at: dict[tuple[int, int, int], set[int]] = {}
        self._inside: dict[tuple[int, int, int], set[int]] = {}

    def add(self, box: Box, number: int) -> None:
        first, *around = self._blocks(box)
        self._at.setdefault(first, set()).add(number)
        for block in around:
            self._inside.setdefault(block, set()).add(number)

    def near(self, box: Box) -> list[set[int]]:
        first, *around = self._blocks(box)
        found = [self._inside.get(first), self._at.get(first), *(self._at.get(block) for block in around)]
        return [one for one in found if one]

    def _blocks(self, box: Box) -> list[tuple[int, int, int]]:
        """The smallest block of a box and those around it: family, bits that are free, and the rest of the number."""
        family = box[Axis.FAMILY][0][0]
        low, high = box[self._axis][0][0], box[self._axis][-1][1]
        shifts = self._PORT_SHIFTS if self._axis is Axis.PORT else self._SHIFTS[family]
        around = [(family, shift, low >> shift) for shift in shifts if low >> shift == high >> shift]
        return [*around, _EVERYTHING]
