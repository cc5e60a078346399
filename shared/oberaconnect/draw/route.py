"""The line of a link as an SVG path with rounded corners, and how long it is."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from oberaconnect.draw.placed import Point

_RADIUS = 9.0
#: The length of a quadratic Bézier curve around a right angle, for a radius of 1.
_CORNER: Final = 1.62323


class Route:
    """A line through points; a corner is rounded as far as the shorter of its two sides allows."""

    def __init__(self, points: Sequence[Point]) -> None:
        """`path` becomes the path data, `length` is in pixels. The pieces are horizontal or vertical."""
        self.length = sum(_length(one, other) for one, other in pairwise(points))
        parts = [f"M{_at(points[0])}"]
        for before, corner, after in zip(points, points[1:], points[2:], strict=False):
            radius = min(_RADIUS, _length(before, corner) / 2, _length(corner, after) / 2)
            self.length -= (2 - _CORNER) * radius
            parts.append(
                f"L{_at(_towards(corner, before, radius))}Q{_at(corner)} {_at(_towards(corner, after, radius))}"
            )
        self.path = "".join((*parts, f"L{_at(points[-1])}"))


def _length(one: Point, other: Point) -> float:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _towards(start: Point, end: Point, by: float) -> Point:
    length = _length(start, end)
    share = by / length if length else 0
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _at(point: Point) -> str:
    return f"{point.x:.1f},{point.y:.1f}"
