"""The pictures that a flow needs: one if it is small, else one for each entry, and more where an entry is large."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from call_flow.flow.graph import Graph, Vertex, vertex
from call_flow.flow.model import Flow
from call_flow.flow.nodes import Menu
from call_flow.prove.report import ProofReport
from call_flow.render.cards import Part, drawn, standing, whole
from call_flow.render.rows import rows
from call_flow.render.words import Names, phone, several
from call_flow.validate.finding import Finding
from oberaconnect.draw import Diagram, Direction
from oberaconnect.problems import Unprocessable

_CARDS = 25
_CARDS_OF_AN_ENTRY = 40
#: Pictures, and cards and arrows in all of them together: more takes minutes to arrange, and nobody signs it.
_PICTURES = 100
_PARTS = 8000


class TooManyPictures(Unprocessable):
    """This flow is too large or too entangled for a document. Draw it in parts, one for each number."""


@dataclass(frozen=True)
class Picture:
    """A diagram with its title. `number` is the first of those whose calls it shows; None where it shows all."""

    title: str
    number: str | None
    diagram: Diagram


def pictures(
    flow: Flow,
    *,
    direction: Direction = "down",
    version: str = "",
    findings: Sequence[Finding] = (),
    proof: ProofReport | None = None,
) -> list[Picture]:
    """All pictures of a flow. Where one goes on in another, a card says in which.

    Numbers that ring one extension, mailbox or outside number and nothing else are in no picture when there are several
    pictures: a table says all about them.

    Raises:
        TooManyPictures: when they are more than can be arranged.
    """
    graph = Graph(flow)
    below = standing(version, findings, proof)
    everything = whole(graph, [Vertex("number", item.e164) for item in flow.numbers])
    if len(everything.places) <= _CARDS:
        picture = drawn(graph, everything, flow.customer.name, direction=direction, subtitle=below, findings=findings)
        return [Picture("All calls", None, picture)]
    entries = _entries(graph)
    titles = {entry: _title(numbers) for entry, numbers in entries.items()}
    waiting: list[tuple[str, str | None, tuple[Vertex, ...]]] = [
        (titles[entry], numbers[0], tuple(Vertex("number", number) for number in numbers))
        for entry, numbers in entries.items()
    ]
    made: list[Picture] = []
    parts = 0
    for title, number, starts in waiting:
        part = _part(graph, starts, titles)
        for place, name in part.elsewhere.items():
            if place not in titles:
                titles[place] = name
                waiting.append((name, None, (place,)))
        heading = f"{flow.customer.name}: {title}"
        picture = drawn(graph, part, heading, direction=direction, subtitle=below, findings=findings)
        made.append(Picture(title, number, picture))
        parts += len(picture.cards) + len(picture.links)
        if parts > _PARTS or len(waiting) > _PICTURES:
            raise TooManyPictures
    return made


def _entries(graph: Graph) -> dict[Vertex, list[str]]:
    """The nodes where calls begin, with the numbers that begin there."""
    found: dict[Vertex, list[str]] = {}
    for number in graph.flow.numbers:
        if number.entry.kind == "node":
            found.setdefault(vertex(number.entry), []).append(number.e164)
    return found


def _title(numbers: Sequence[str]) -> str:
    more = f" and {several(len(numbers) - 1, 'more number')}" if numbers[1:] else ""
    return f"Calls to {phone(numbers[0])}{more}"


def _part(graph: Graph, starts: tuple[Vertex, ...], titles: Mapping[Vertex, str]) -> Part:
    """All that can be reached, if it is not too much; else each menu behind another is drawn in a picture of its own.

    Where even that is too much, every node beyond is.
    """
    everything = whole(graph, starts)
    if len(everything.places) <= _CARDS_OF_AN_ENTRY:
        return everything
    names = Names(graph)
    own = {row.target for start in starts if start.kind == "number" for row in rows(graph, start)} | set(starts)
    found = dict.fromkeys(starts)
    elsewhere: dict[Vertex, str] = {}
    waiting = [(place, _is_menu(graph, place)) for place in starts]
    for place, is_behind_a_menu in waiting:
        for target in [row.target for row in rows(graph, place) if row.target is not None]:
            if target in found:
                continue
            found[target] = None
            is_menu = _is_menu(graph, target)
            is_apart = (is_menu and is_behind_a_menu) or target in titles or len(found) > _CARDS_OF_AN_ENTRY
            if target.kind == "node" and target in graph.outgoing and is_apart and target not in own:
                elsewhere[target] = titles.get(target) or names.vertex(target)
            else:
                waiting.append((target, is_menu or is_behind_a_menu))
    return Part(starts, tuple(found), elsewhere)


def _is_menu(graph: Graph, place: Vertex) -> bool:
    return place.kind == "node" and isinstance(graph.nodes.get(place.name), Menu)
