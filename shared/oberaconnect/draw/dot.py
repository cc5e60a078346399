"""The diagram in Graphviz's DOT language, with HTML-like labels and the ports of the cards as ports of the nodes."""

from html import escape

from oberaconnect.draw.diagram import Card, Diagram, Link
from oberaconnect.draw.palette import BORDER, COLOURS, SOFT_TEXT, SURFACE, TEXT
from oberaconnect.draw.text import clean


def dot(diagram: Diagram) -> str:
    """Write the diagram."""
    numbers = {card.id: f"n{at}" for at, card in enumerate(diagram.cards)}
    ports = {(card.id, port.id): f":p{at}" for card in diagram.cards for at, port in enumerate(card.ports)}
    subtitle = f'<BR/><FONT POINT-SIZE="11">{_h(diagram.subtitle)}</FONT>' if clean(diagram.subtitle) else ""
    reads = "LR" if diagram.direction == "right" else "TB"
    parts = [
        "digraph diagram {",
        f"  graph [rankdir={reads}, labelloc=t, labeljust=l, "
        f"fontsize=18, label=<<B>{_h(diagram.title)}</B>{subtitle}>];",
        '  node [shape=plain, fontname="Inter", fontsize=11];',
        '  edge [fontname="Inter", fontsize=10];',
        *(_node(numbers[card.id], card) for card in diagram.cards),
    ]
    for at, group in enumerate(diagram.groups):
        members = " ".join(f"{numbers[card.id]};" for card in diagram.cards if card.group == group.id)
        parts.append(f"  subgraph cluster_{at} {{ label=<{_h(group.title)}>; {members} }}")
    parts += [
        _edge(numbers[link.source] + ports.get((link.source, link.port), ""), numbers[link.target], link)
        for link in diagram.links
    ]
    return "\n".join([*parts, "}"]) + "\n"


def _node(name: str, card: Card) -> str:
    colours = COLOURS[card.tone]
    kind = _h(card.kind.upper())
    if kind:
        kind = f'<FONT COLOR="{colours.ink}" POINT-SIZE="9"><B>{kind}</B></FONT><BR/>'
    title = f'<FONT COLOR="{TEXT}" POINT-SIZE="13"><B>{_h(card.title)}</B></FONT>'
    details = "".join(f'<BR/><FONT COLOR="{SOFT_TEXT}">{_h(detail)}</FONT>' for detail in card.details)
    rows = [f"<TR><TD>{kind}{title}{details}</TD></TR>"]
    for at, port in enumerate(card.ports):
        chip = f'<FONT COLOR="{COLOURS[port.tone].ink}"><B>{_h(port.key) or "•"}</B></FONT>'
        cell = f'<TD PORT="p{at}" ALIGN="LEFT" BORDER="1" SIDES="T" COLOR="{BORDER}">'
        rows.append(f"<TR>{cell}{chip} {_h(port.label)}</TD></TR>")
    fill = colours.tint if colours.filled else SURFACE
    table = f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="6" STYLE="ROUNDED" COLOR="{colours.ink}"'
    return f'  {name} [label=<{table} BGCOLOR="{fill}">{"".join(rows)}</TABLE>>];'


def _edge(source: str, target: str, link: Link) -> str:
    look = f'color="{COLOURS[link.tone].ink}"' + (", style=dashed" if link.dashed else "")
    look += "" if link.is_directed else ", dir=none"
    label = f", label=<{_h(link.label)}>" if clean(link.label) else ""
    return f"  {source} -> {target} [{look}{label}];"


def _h(text: str) -> str:
    return escape(clean(text))
