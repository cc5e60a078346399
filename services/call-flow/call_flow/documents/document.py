"""The whole sign-off document, section by section."""

from collections.abc import Callable, Iterator

from call_flow.documents import calls, checks, emergency, front, hours, lines, people, recordings, signing, stops
from call_flow.documents.material import Material, date
from oberaconnect.typeset import Block, Document

_SECTIONS: tuple[Callable[[Material], Iterator[Block]], ...] = (
    front.cover,
    front.brief,
    calls.pictures,
    hours.opening,
    recordings.menus,
    recordings.scripts,
    people.telephones,
    people.groups,
    stops.stops,
    people.mailboxes,
    lines.numbers,
    emergency.help_calls,
    checks.assumptions,
    checks.findings,
    checks.scenarios,
    checks.proof,
    lines.codes,
    signing.signatures,
)


def document(material: Material) -> Document:
    """The document as data. The same material always gives the same document."""
    name = material.flow.customer.name
    return Document(
        title="Telephone system: description for approval",
        author=material.prepared_by,
        language="en",
        made=material.made,
        header=name,
        footer=f"Version {material.version[:8]} · {date(material.made)}",
        paper=material.paper,
        blocks=tuple(block for section in _SECTIONS for block in section(material)),
    )
