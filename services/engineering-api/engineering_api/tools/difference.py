"""Which lines of two texts differ: anchored on lines that are in both only once, so that time stays bounded.

The idea is Bram Cohen's patience diff. Between anchors, short pieces are compared line by line and long ones are taken
as replaced.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Pieces without an anchor are compared when their lengths multiplied are at most this.
_MOST = 250_000


@dataclass(frozen=True)
class Same:
    """Lines that are in both: from which index in each, and how many."""

    before: int
    after: int
    size: int


def same(before: Sequence[str], after: Sequence[str]) -> list[Same]:
    """The lines that both have in the same order, joined to runs."""
    pairs: list[tuple[int, int]] = []
    waiting = [(0, len(before), 0, len(after))]
    while waiting:
        low, high, left, right = waiting.pop()
        while low < high and left < right and before[low] == after[left]:
            pairs.append((low, left))
            low, left = low + 1, left + 1
        while low < high and left < right and before[high - 1] == after[right - 1]:
            high, right = high - 1, right - 1
            pairs.append((high, right))
        if low == high or left == right:
            continue
        anchors = _anchors(before, after, (low, high, left, right))
        if not anchors:
            pairs.extend(_close(before, after, (low, high, left, right)))
            continue
        for one, other in anchors:
            waiting.append((low, one, left, other))
            pairs.append((one, other))
            low, left = one + 1, other + 1
        waiting.append((low, high, left, right))
    return _runs(sorted(pairs))


def _anchors(before: Sequence[str], after: Sequence[str], piece: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Lines that each side has once, as the longest row that rises on both sides."""
    low, high, left, right = piece
    once = {line for line, times in Counter(before[low:high]).items() if times == 1}
    once &= {line for line, times in Counter(after[left:right]).items() if times == 1}
    if not once:
        return []
    where = {after[place]: place for place in range(left, right) if after[place] in once}
    found = [(place, where[before[place]]) for place in range(low, high) if before[place] in once]
    ends: list[int] = []
    last: list[int] = []
    came_from: list[int] = []
    for number, (_, other) in enumerate(found):
        place = bisect_left(ends, other)
        came_from.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(other)
            last.append(number)
        else:
            ends[place], last[place] = other, number
    made, at = [], last[-1]
    while at >= 0:
        made.append(found[at])
        at = came_from[at]
    return made[::-1]


def _close(before: Sequence[str], after: Sequence[str], piece: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    low, high, left, right = piece
    if (high - low) * (right - left) > _MOST:
        return []
    blocks = SequenceMatcher(None, before[low:high], after[left:right], autojunk=False).get_matching_blocks()
    return [(low + one + step, left + other + step) for one, other, size in blocks for step in range(size)]


def _runs(pairs: list[tuple[int, int]]) -> list[Same]:
    made: list[Same] = []
    for one, other in pairs:
        if made and (one, other) == (made[-1].before + made[-1].size, made[-1].after + made[-1].size):
            made[-1] = Same(made[-1].before, made[-1].after, made[-1].size + 1)
        else:
            made.append(Same(one, other, 1))
    return made
