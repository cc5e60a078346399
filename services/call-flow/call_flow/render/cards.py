"""A flow as a diagram: a card for each place that a call can come to, a row for each thing that can become of it there.

A call that ends has no card: its row says so. Neither have the members of a group or queue, which their card lists, nor
each of the extensions that callers dial or spell: one card stands for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from call_flow.flow.graph import Graph, Vertex, vertex
from call_flow.flow.model import Flow
from call_flow.prove.report import ProofReport
from call_flow.render import details
from call_flow.render.rows import ANYONE, Row, rows
from call_flow.render.words import Names, human, listed, phone, several
from call_flow.validate.finding import Finding
from oberaconnect.draw import Card, Diagram, Direction, Icon, LegendEntry, Link, Port, Tone

#: Kind of place: what it is called, its icon and its colour.
KINDS: dict[str, tuple[str, Icon, Tone]] = {
    "time_switch": ("Opening hours", "clock", "time"), "menu": ("Menu", "keypad", "choice"),
    "ring_group": ("Group", "group", "people"), "queue": ("Queue", "queue", "queue"),
    "announcement": ("Announcement", "speaker", "neutral"), "voicemail": ("Voicemail", "voicemail", "message"),
    "directory": ("Name directory", "directory", "choice"), "external": ("Outside number", "mobile", "outside"),
    "caller_match": ("Who is calling", "filter", "choice"), "toggle": ("Staff switch", "toggle", "time"),
    "page": ("Loudspeakers", "megaphone", "terminal"), "conference": ("Meeting room", "conference", "terminal"),
    "hangup": ("End of call", "stop", "terminal"), "number": ("Telephone number", "phone", "start"),
    "extension": ("Telephone", "person", "person"), "mailbox": ("Mailbox", "voicemail", "message"),
}  # fmt: skip
_LEGEND: tuple[tuple[Tone, bool, str], ...] = (
    ("open", False, "Open"), ("closed", False, "Closed"), ("holiday", False, "Holiday, switched on"),
    ("choice", False, "The caller’s choice"), ("muted", True, "Nobody takes the call, or no valid key"),
)  # fmt: skip
#: Numbers that begin at the same place have a card each up to so many, else one for all.
_NUMBER_CARDS = 3


@dataclass(frozen=True)
class Part:
    """A part of the graph to be drawn: where it begins, what belongs to it, and what is drawn elsewhere."""

    starts: tuple[Vertex, ...]
    places: tuple[Vertex, ...]
    elsewhere: Mapping[Vertex, str]


def card_id(place: Vertex) -> str:
    """The id of the card of a place, such as "node:main-menu" or "extension:101"."""
    return f"{place.kind}:{place.name}"


def diagram(
    flow: Flow,
    *,
    direction: Direction = "right",
    number: str | None = None,
    version: str = "",
    findings: Sequence[Finding] = (),
    proof: ProofReport | None = None,
) -> Diagram:
    """The picture of a flow, or of what calls to one of its numbers can come to.

    Places with findings say so.
    """
    graph = Graph(flow)
    starts = [Vertex("number", item.e164) for item in flow.numbers if number in (None, item.e164)]
    part = whole(graph, starts or _beginnings(graph))
    title = flow.customer.name if number is None else f"{flow.customer.name}: {phone(number)}"
    return drawn(
        graph,
        part,
        title,
        direction=direction,
        subtitle=standing(version, findings, proof),
        findings=findings,
    )


def whole(graph: Graph, starts: Iterable[Vertex]) -> Part:
    """All that can be reached from some places."""
    found = dict.fromkeys(starts)
    waiting = list(found)
    for place in waiting:
        for row in rows(graph, place):
            if row.target is not None and row.target not in found:
                found[row.target] = None
                waiting.append(row.target)
    return Part(tuple(starts), tuple(found), {})


def standing(version: str, findings: Sequence[Finding], proof: ProofReport | None) -> str:
    """Which version this is, what the checks said, and what the test calls said."""
    errors, warnings = (sum(found.severity == level for found in findings) for level in ("error", "warning"))
    checked = [several(errors, "error")] if errors else []
    checked += [several(warnings, "warning")] if warnings else []
    said = [f"Version {version[:8]}"] if version else []
    said += [", ".join(checked)] if checked else []
    if proof is not None:
        said.append(f"{proof.passed:,} of {several(len(proof.cases), 'test call')} passed")
    return " · ".join(said)


def drawn(
    graph: Graph,
    part: Part,
    title: str,
    *,
    direction: Direction,
    subtitle: str,
    findings: Sequence[Finding],
) -> Diagram:
    """A part of the graph as a diagram."""
    remarks = _remarks(graph, findings)
    cards: list[Card] = []
    links: list[Link] = []
    for place, number_card in _shown(graph, part):
        found = rows(graph, place) if place not in part.elsewhere else []
        cards.append(_with_remarks(number_card or _card(graph, place, found, part), remarks.get(place, ())))
        links += _links(place, found)
    return Diagram(title, subtitle, tuple(cards), tuple(links), _legend(links), direction=direction)


def _links(place: Vertex, found: list[Row]) -> list[Link]:
    return [
        Link(
            card_id(place),
            card_id(row.target),
            port="" if place.kind == "number" else row.id,
            tone=row.tone,
            dashed=row.dashed,
        )
        for row in found
        if row.target is not None
    ]


def _shown(graph: Graph, part: Part) -> list[tuple[Vertex, Card | None]]:
    """The places that have a card; numbers that begin at one place are one card when they are many."""
    by_entry: dict[Vertex, list[Vertex]] = {}
    for place in part.places:
        if place.kind == "number" and place in part.starts:
            by_entry.setdefault(vertex(graph.numbers[place.name].entry), []).append(place)
    shown: list[tuple[Vertex, Card | None]] = []
    for place in part.places:
        together = by_entry.get(vertex(graph.numbers[place.name].entry), []) if place.kind == "number" else []
        if len(together) <= _NUMBER_CARDS:
            shown.append((place, None))
        elif place == together[0]:
            kind, icon, tone = KINDS["number"]
            members = tuple(listed([phone(one.name) for one in together], 5))
            title = several(len(together), "telephone number")
            shown.append((place, Card(card_id(place), title, kind, icon, tone, members)))
    return shown


def _card(graph: Graph, place: Vertex, found: list[Row], part: Part) -> Card:
    names = Names(graph)
    if place == ANYONE:
        everybody = [names.extension(item.number) for item in graph.flow.extensions]
        return _made(place, "extension", "Anyone by name or number", listed(everybody, 4), [])
    if not graph.exists(place):
        return Card(card_id(place), human(place.name), "Missing", "stop", "emergency", ("This does not exist",))
    what = graph.nodes[place.name].kind if place.kind == "node" else place.kind
    if place in part.elsewhere:
        return _made(place, what, names.vertex(place), [f"Goes on in “{part.elsewhere[place]}”"], [])
    return _made(place, what, names.vertex(place), _lines(graph, place, found), found)


def _lines(graph: Graph, place: Vertex, found: list[Row]) -> list[str]:
    match place.kind:
        case "node":
            return details.of_node(graph, graph.nodes[place.name])
        case "extension":
            return details.of_extension(graph.extensions[place.name])
        case "mailbox":
            return details.of_mailbox(graph.mailboxes[place.name])
        case "number":
            return [graph.numbers[place.name].label or "", *(row.label for row in found if row.target is None)]
        case _:
            return []


def _made(place: Vertex, what: str, title: str, lines: list[str], found: list[Row]) -> Card:
    kind, icon, tone = KINDS[what]
    ports = () if place.kind == "number" else tuple(Port(row.id, row.label, row.chip, row.tone) for row in found)
    data = (("kind", what), ("name", place.name))
    return Card(card_id(place), title, kind, icon, tone, tuple(line for line in lines if line), ports, data=data)


def _beginnings(graph: Graph) -> list[Vertex]:
    """Of a flow without numbers: the nodes that nothing leads to, or all of them."""
    nodes = [Vertex("node", item.id) for item in graph.flow.nodes]
    reached = {edge.target for edge in graph.edges}
    return [node for node in nodes if node not in reached] or nodes


def _remarks(graph: Graph, findings: Sequence[Finding]) -> dict[Vertex, list[Finding]]:
    """Findings by the place that their pointers lead to."""
    flow = graph.flow
    places: dict[str, Sequence[Vertex]] = {
        "numbers": [Vertex("number", item.e164) for item in flow.numbers],
        "nodes": [Vertex("node", item.id) for item in flow.nodes],
        "extensions": [Vertex("extension", item.number) for item in flow.extensions],
        "mailboxes": [Vertex("mailbox", item.number) for item in flow.mailboxes],
    }
    found: dict[Vertex, list[Finding]] = {}
    for finding in findings:
        _, part, position, *_ = [*finding.pointer.split("/"), "", ""]
        if finding.severity != "info" and part in places and position.isdecimal() and int(position) < len(places[part]):
            found.setdefault(places[part][int(position)], []).append(finding)
    return found


def _with_remarks(card: Card, remarks: Sequence[Finding]) -> Card:
    if not remarks:
        return card
    first = min(remarks, key=lambda finding: finding.severity)
    more = f" (and {len(remarks) - 1} more)" if len(remarks) > 1 else ""
    tone: Tone = "emergency" if first.severity == "error" else "warning"
    return replace(card, tone=tone, details=(f"{first.severity.capitalize()}: {first.message}{more}", *card.details))


def _legend(links: list[Link]) -> tuple[LegendEntry, ...]:
    drawn_lines = {link.tone for link in links}
    return tuple(LegendEntry(label, tone, dashed) for tone, dashed, label in _LEGEND if tone in drawn_lines)
