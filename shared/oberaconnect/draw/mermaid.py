"""The diagram as a Mermaid flowchart, for wikis and tickets that draw it themselves.

Mermaid reads entity codes such as `#quot;` and `#35;` inside quoted labels (its flowchart syntax, "Entity codes to
escape characters"). All signs that could end a label, begin Markdown, HTML or a directive are written so.
"""

import json
from typing import Final

from oberaconnect.draw.diagram import Card, Diagram, Link
from oberaconnect.draw.palette import COLOURS, SURFACE, TEXT
from oberaconnect.draw.text import clean

_SAFE: Final = frozenset(" .,:-+()/@_=!?")


def mermaid(diagram: Diagram) -> str:
    """Write the diagram."""
    numbers = {card.id: f"n{at}" for at, card in enumerate(diagram.cards)}
    parts = [
        "---",
        f"title: {json.dumps(_escaped(diagram.title), ensure_ascii=False)}",
        "---",
        f"flowchart {'LR' if diagram.direction == 'right' else 'TD'}",
        *(_node(numbers[card.id], card) for card in diagram.cards if not card.group),
    ]
    for at, group in enumerate(diagram.groups):
        parts.append(f'  subgraph g{at}["{_escaped(group.title)}"]')
        parts += [_node(numbers[card.id], card) for card in diagram.cards if card.group == group.id]
        parts.append("  end")
    ports = {(card.id, port.id): port for card in diagram.cards for port in card.ports}
    for link in diagram.links:
        port = ports.get((link.source, link.port))
        words = f"{port.words if port else ''} {link.label}"
        parts.append(_edge(numbers[link.source], numbers[link.target], link, words))
    for tone in sorted({card.tone for card in diagram.cards}):
        colours = COLOURS[tone]
        fill = colours.tint if colours.filled else SURFACE
        parts.append(f"  classDef {tone} fill:{fill},stroke:{colours.ink},color:{TEXT}")
    parts += [
        f"  linkStyle {at} stroke:{COLOURS[link.tone].ink}"
        for at, link in enumerate(diagram.links)
        if link.tone != "neutral"
    ]
    return "\n".join(parts) + "\n"


def _node(name: str, card: Card) -> str:
    lines = [clean(card.kind).upper(), card.title, *card.details]
    label = "<br/>".join(_escaped(line) for line in lines if line)
    return f'  {name}["{label or " "}"]:::{card.tone}'


def _edge(source: str, target: str, link: Link, words: str) -> str:
    arrow = ("-.->" if link.dashed else "-->") if link.is_directed else ("-.-" if link.dashed else "---")
    label = _escaped(words)
    return f'  {source} {arrow}|"{label}"| {target}' if label else f"  {source} {arrow} {target}"


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() or c in _SAFE or c > "\xa0" else f"#{ord(c)};" for c in clean(text))
