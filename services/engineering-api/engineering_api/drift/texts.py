"""A passage as sentences and rows of tables, with their places. Pure."""

import re

from engineering_api.drift.statement import Text

_SENTENCE = re.compile(r"[^\n.!?;]+(?:[.!?;](?!\s|$)[^\n.!?;]*)*[.!?;]?")
#: Their points end no sentence.
_SHORTENED = re.compile(r"\b(?:z\. ?b|d\. ?h|e\.g|i\.e|ca|nr|bzw|inkl|approx)\. ", re.I)
_MOST = 400
_LONGEST = 600
_RULE = re.compile(r"^[\s|:+=-]+$")


def texts(passage: str) -> list[Text]:
    """The sentences and rows of a passage, in order."""
    found: list[Text] = []
    heads: list[str] = []
    place = 0
    for line in passage.split("\n"):
        start, place = place, place + len(line) + 1
        if line.count("|") >= 1 and len(line) <= 4 * _LONGEST:
            cells = [cell.strip(" *_`") for cell in line.strip().strip("|").split("|")]
            if _RULE.match(line):
                continue
            if not heads or len(cells) != len(heads):
                # The first row of a table names its columns, unless numbers stand in it.
                heads = [cell.casefold() for cell in cells] if _names(cells) else []
                if heads:
                    continue
            found.append(Text(line.strip(), start, tuple(zip(heads, cells, strict=False))))
            continue
        if line.strip():
            heads = []
        whole = _SHORTENED.sub(lambda match: match[0].replace(" ", "\0"), line)
        found.extend(
            Text(match[0].strip().replace("\0", " "), start + match.start())
            for match in _SENTENCE.finditer(whole)
            if 6 <= len(match[0].strip()) <= _LONGEST
        )
    return found[:_MOST]


def _names(cells: list[str]) -> bool:
    return all(cell and len(cell) <= 40 and not re.search(r"\d", cell) for cell in cells)
