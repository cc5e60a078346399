"""Sets of whole numbers as intervals: sorted, apart from each other, both ends included."""

from bisect import bisect_right
from collections.abc import Iterable

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]

NOTHING: Intervals = ()


def union(pairs: Iterable[Interval]) -> Intervals:
    """The set of all numbers in any of the pairs."""
    made: list[Interval] = []
    for low, high in sorted(pairs):
        if made and low <= made[-1][1] + 1:
            if high > made[-1][1]:
                made[-1] = (made[-1][0], high)
        else:
            made.append((low, high))
    return tuple(made)


def meet(one: Intervals, other: Intervals) -> Intervals:
    """What is in both."""
    if not one or not other:
        return NOTHING
    if len(one) == 1 and one[0][0] <= other[0][0] and other[-1][1] <= one[0][1]:
        return other
    if len(other) == 1 and other[0][0] <= one[0][0] and one[-1][1] <= other[0][1]:
        return one
    made: list[Interval] = []
    i, j = _first(one, other[0][0]), _first(other, one[0][0])
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            made.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(made)


def without(one: Intervals, other: Intervals) -> Intervals:
    """What is in the first and not in the second."""
    if not one:
        return NOTHING
    made: list[Interval] = []
    j = _first(other, one[0][0])
    for low, high in one:
        while j < len(other) and other[j][1] < low:
            j += 1
        at, k = low, j
        while k < len(other) and other[k][0] <= high:
            if other[k][0] > at:
                made.append((at, other[k][0] - 1))
            at = other[k][1] + 1
            k += 1
        if at <= high:
            made.append((at, high))
    return tuple(made)


def _first(one: Intervals, value: int) -> int:
    """The place of the last interval that begins at a number or before it, or else of the first."""
    return max(0, bisect_right(one, (value, 1 << 130)) - 1) if len(one) > 1 else 0


def holds(one: Intervals, value: int) -> bool:
    """Whether a number is in it."""
    place = bisect_right(one, (value, 1 << 130)) - 1
    return place >= 0 and one[place][0] <= value <= one[place][1]
