"""What stands around the arranged cards: the title above, the legend below, and the margins."""

from typing import Final

from oberaconnect.draw.diagram import Diagram, LegendEntry
from oberaconnect.draw.placed import PlacedLegendEntry, Point, Text
from oberaconnect.draw.text import HEADING, LEGEND, SUBTITLE, clean, fit, width, wrap

LEFT: Final = 36.0

_TOP = 30.0
_BOTTOM = 28.0
_LEAST_WIDTH = 560.0
_TITLE_LINES = 2
_SUBTITLE_LINES = 3
_SAMPLE = 26.0
_LEGEND_LINE = 24.0
_LEGEND_GAP = 28.0
_LEGEND_MOST = 300.0


class Frame:
    """The size of the whole picture, and its title and legend in their places."""

    def __init__(self, diagram: Diagram, content_width: float, content_height: float) -> None:
        """`content` is what is arranged; it begins at (LEFT, top)."""
        self.width = round(max(content_width + 2 * LEFT, _LEAST_WIDTH), 2)
        room = self.width - 2 * LEFT
        title = wrap(clean(diagram.title), HEADING, room, _TITLE_LINES)
        subtitle = wrap(clean(diagram.subtitle), SUBTITLE, room, _SUBTITLE_LINES)
        self.title = tuple(Text(LEFT, _TOP + 20 + HEADING.line * at, line, HEADING) for at, line in enumerate(title))
        below = _TOP + HEADING.line * len(title)
        self.subtitle = tuple(Text(LEFT, below + 12 + SUBTITLE.line * at, s, SUBTITLE) for at, s in enumerate(subtitle))
        below += SUBTITLE.line * len(subtitle)
        self.top = below + (24 if title or subtitle else 0)
        end = self.top + content_height + _BOTTOM
        self.legend = _legend(diagram.legend, room, end + 8)
        if self.legend:
            end = self.legend[-1].start.y + _BOTTOM
        self.height = round(end, 2)


def _legend(entries: tuple[LegendEntry, ...], room: float, top: float) -> tuple[PlacedLegendEntry, ...]:
    placed: list[PlacedLegendEntry] = []
    x, y = LEFT, top
    for entry in entries:
        label = fit(clean(entry.label), LEGEND, _LEGEND_MOST)
        length = _SAMPLE + 8 + width(label, LEGEND)
        if x > LEFT and x + length > LEFT + room:
            x, y = LEFT, y + _LEGEND_LINE
        text = Text(round(x + _SAMPLE + 8, 2), y + 4, label, LEGEND)
        placed.append(PlacedLegendEntry(entry, Point(round(x, 2), y), Point(round(x + _SAMPLE, 2), y), text))
        x += length + _LEGEND_GAP
    return tuple(placed)
