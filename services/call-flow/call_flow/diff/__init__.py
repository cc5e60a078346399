"""What differs between two flows: in the flows themselves, and for those who call."""

import datetime as dt

from pydantic import JsonValue

from call_flow.diff.callers import differing as differing_calls
from call_flow.diff.model import Change, Difference
from call_flow.diff.sentences import Sentences
from call_flow.diff.values import differing
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow

__all__ = ["Change", "Difference", "compare"]


def compare(before: Flow, after: Flow, *, today: dt.date) -> Difference:
    """What changed from one flow to another, in the order of the newer one. Where values come from is no change.

    What callers notice is found by making the calls of both test plans, from `today` on, to both flows.
    """
    found = list(differing(_said(before), _said(after)))
    if not found:
        return Difference(changes=[], callers=[])
    sentences = Sentences(Graph(before), Graph(after))
    changes = [Change(pointer=item.pointer, kind=item.kind, sentence=sentences.of(item)) for item in found]
    return Difference(changes=changes, callers=differing_calls(before, after, today=today))


def _said(flow: Flow) -> dict[str, JsonValue]:
    plain = flow.plain()
    plain.pop("provenance", None)
    return plain
