"""CSV and TSV: the delimiter is found by trying, ragged and overlong rows are taken as they come."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from data_processing.extract import limits
from data_processing.extract.build import Build
from data_processing.extract.grid import blocks

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 60
_LINE_END = re.compile(r"\r\n|\r|\n")


def read(text: str, build: Build) -> None:
    """Collect the tables of a delimited text."""
    text = text.replace("\x00", "")
    first, _, rest = text.partition("\n")
    declared = None
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # what Excel writes and understands
        declared, text = first.strip()[-1], rest
    delimiter = declared or delimiter_of(text)
    cut = False

    def rows() -> Iterator[list[str]]:
        nonlocal cut
        for row in _rows(text, delimiter):
            cut = cut or len(row) > limits.MAX_COLUMNS
            yield row[: limits.MAX_COLUMNS]

    found = list(blocks(rows()))
    if cut:
        build.warnings.append(f"Only the first {limits.MAX_COLUMNS:,} columns of each row were read.")
    for block in found:
        build.table(block)


def delimiter_of(text: str) -> str:
    """The delimiter that gives most rows the same number of fields, more than one."""
    sample = text[:65_536]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        rows = [row for row in itertools.islice(_rows(sample, delimiter), _SAMPLE_ROWS) if row]
        if len(text) > len(sample) and len(rows) > 1:
            rows.pop()  # the last row of the sample may be cut
        if not rows:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        score = count / len(rows) * (1 + min(width, 20) / 100) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(limits.MAX_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    while True:
        begun = reader.line_num
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            # One field beyond the limit, most often an unclosed quotation mark: from its row on, each line is a row.
            for line in _LINE_END.split(text)[begun:]:
                yield [cell.strip('"') for cell in line.split(delimiter)]
            return
