"""Passages of documents compared with facts: which sentences contradict, and how many agree."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engineering_api.ask.documents import Passage
from engineering_api.drift import finding_devices, finding_networks
from engineering_api.drift.known import Known
from engineering_api.drift.parts_of import is_elsewhere, is_hedged
from engineering_api.drift.statement import Statement
from engineering_api.drift.texts import texts


@dataclass(frozen=True)
class Found:
    """A statement and the passage that it stands in."""

    statement: Statement
    passage: Passage


@dataclass
class Compared:
    """What came out."""

    contradictions: list[Found] = field(default_factory=list)
    agreements: dict[str, int] = field(default_factory=dict)


def compare(passages: Iterable[Passage], known: Known) -> Compared:
    """Compare each passage once; a statement that a document repeats in overlapping passages counts once."""
    made = Compared()
    seen: set[tuple[str, str, str, str]] = set()
    for passage in passages:
        document = str(dict(passage.locator).get("document_id") or passage.title)
        for text in texts(passage.text):
            if is_hedged(text) or is_elsewhere(text, known.places, known.names):
                continue
            for one in (*finding_networks.find(text, known), *finding_devices.find(text, known)):
                key = (document, one.kind, one.sentence, one.value)
                if one.verdict is None or key in seen:
                    continue
                seen.add(key)
                if one.verdict == "agrees":
                    made.agreements[one.kind] = made.agreements.get(one.kind, 0) + 1
                else:
                    made.contradictions.append(Found(one, passage))
    made.contradictions.sort(
        key=lambda found: (-found.statement.confidence, found.passage.title, found.statement.start)
    )
    return made
