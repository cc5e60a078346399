"""The sentences of a text of which nothing was made."""

import re
from collections.abc import Sequence

from call_flow.parse.sentences import MOST, Sentence
from call_flow.parse.statement import Fragment

_SIGN = re.compile(r"[\w@]")
_FIGURE = re.compile(r"[0-9@]")
_HEADING = re.compile(r"[^.!?]{1,60}:\s*$|#{1,6}\s.*|\*\*.*")


def ignored(sentences: Sequence[Sentence], used: Sequence[Fragment], source: str) -> list[str]:
    """Sentences that were not used, and pieces with figures that were left over in those that were."""
    places = sorted(used)
    found: list[str] = []
    position = 0
    for sentence in sentences:
        whole = sentence.fragment
        while position < len(places) and places[position].end <= whole.start:
            position += 1
        inside = [
            place for place in places[position : position + 200] if place.start < whole.end and whole.start < place.end
        ]
        if not inside:
            if _SIGN.search(whole.text) and not _HEADING.fullmatch(whole.text):
                found.append(whole.text)
            continue
        found += [piece for piece in _left(whole, inside, source) if _FIGURE.search(piece)]
    if len(sentences) == MOST and (rest := source[sentences[-1].fragment.end :].strip()):
        found.append(rest)
    return found


def _left(whole: Fragment, inside: list[Fragment], source: str) -> list[str]:
    pieces, at = [], whole.start
    for place in inside:
        if place.start > at:
            pieces.append(source[at : place.start])
        at = max(at, place.end)
    pieces.append(source[at : whole.end])
    return [piece.strip(" \t\r\n,;.") for piece in pieces]
