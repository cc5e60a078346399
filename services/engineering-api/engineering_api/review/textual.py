"""The difference of two texts as engineers read it: unified, with the numbers of lines."""

from collections.abc import Iterator, Sequence

from engineering_api.tools.difference import same

_CONTEXT = 3
_MOST_LINES = 20_000


def unified(before: Sequence[str], after: Sequence[str], *, names: tuple[str, str] = ("before", "after")) -> str:
    """Two texts as a unified difference; "" where they are equal. Each hunk tells the section that it is in."""
    made: list[str] = []
    for hunk in _hunks(list(changes(before, after)), len(before)):
        low, left = hunk[0][0], hunk[0][2]
        start = min(_CONTEXT, low, left)
        end = min(_CONTEXT, len(before) - hunk[-1][1], len(after) - hunk[-1][3])
        body = [f" {text}" for text in before[low - start : low]]
        for at, (one, one_end, other, other_end) in enumerate(hunk):
            body += [f"-{text}" for text in before[one:one_end]]
            body += [f"+{text}" for text in after[other:other_end]]
            until = hunk[at + 1][0] if at + 1 < len(hunk) else one_end + end
            body += [f" {text}" for text in before[one_end:until]]
        first, second = hunk[-1][1] + end - (low - start), hunk[-1][3] + end - (left - start)
        ranges = f"-{_range(low - start, first)} +{_range(left - start, second)}"
        made += [" ".join(filter(None, ("@@", ranges, "@@", _section(before, low)))), *body]
        if len(made) > _MOST_LINES:
            made.append("@@ further changes are not shown @@")
            break
    return "\n".join([f"--- {names[0]}", f"+++ {names[1]}", *made, ""]) if made else ""


def changes(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The runs of lines that differ: from and to which index on each side."""
    low = left = 0
    ends = [(run.before, run.after, run.size) for run in same(before, after)]
    for one, other, size in [*ends, (len(before), len(after), 0)]:
        if one > low or other > left:
            yield low, one, left, other
        low, left = one + size, other + size


def _hunks(found: list[tuple[int, int, int, int]], length: int) -> Iterator[list[tuple[int, int, int, int]]]:
    hunk: list[tuple[int, int, int, int]] = []
    for change in found:
        if hunk and change[0] - hunk[-1][1] > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _range(start: int, count: int) -> str:
    """Lines as the format has them: of none, the line before."""
    first = start + 1 if count else start
    return f"{first}" if count == 1 else f"{first},{count}"


def _section(texts: Sequence[str], at: int) -> str:
    """The nearest line before that others are indented below."""
    if at >= len(texts) or not texts[at][:1].isspace():
        return ""
    for number in range(at - 1, max(at - 500, -1), -1):
        text = texts[number]
        if text and not text[:1].isspace() and text not in ("!", "#", "}"):
            return text.strip()[:80]
    return ""
