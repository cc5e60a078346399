"""What configurations say in lines that are no facts: which of them differ, wherever and however they are written."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.platforms.platform import Platform
from engineering_api.reading.tree import Node
from engineering_api.review import dialects, textual
from engineering_api.review.semantic import Change

SECRET = re.compile(r"REDACTED-(?:default-)?([a-z]+)-[0-9a-f]{6}")
#: What a device writes into its own file at each change.
_OF_THE_FILE = re.compile(r"</?revision>|<(?:time|timestamp|username|description)>[^<]*</\w+>|<revision>.*")
_MOST_LINES = 1_000


@dataclass(frozen=True)
class State:
    """A configuration before or after a change, without its secrets."""

    device: Device
    texts: tuple[str, ...]
    platform: Platform

    @cached_property
    def nodes(self) -> list[Node]:
        """Its tree in the one form in which two are compared; none where its platform takes no commands."""
        dialect = dialects.of(self.platform.name)
        return dialect.canonical(self.platform.tree(self.texts), self.platform.name) if dialect is not None else []


def in_words(before: State, after: State) -> tuple[State, State]:
    """Configurations as only the statements of one side, each in the line that it is from, however it is written."""
    found = [dict(_flat(one.nodes)) for one in (before, after)]
    made = []
    for state, nodes, others in zip((before, after), found, reversed(found), strict=True):
        texts = [""] * len(state.texts)
        for path, node in nodes.items():
            if path not in others and (text := node.text.strip()):
                texts[node.first - 1] = f"{texts[node.first - 1]}; {text}".removeprefix("; ")
        made.append(replace(state, texts=tuple(texts)))
    return made[0], made[1]


def _flat(nodes: Sequence[Node]) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Each statement with those that it stands below; a second one that is the same has a number."""
    times: Counter[tuple[str, ...]] = Counter()
    waiting: list[tuple[tuple[str, ...], Node]] = [((), node) for node in reversed(nodes)]
    while waiting:
        above, node = waiting.pop()
        path = (*above, node.text)
        times[path] += 1
        yield (path if times[path] == 1 else (*path, str(times[path]))), node
        waiting.extend((path, child) for child in reversed(node.children))


def lines(before: State, after: State, changes: Sequence[Change]) -> Iterator[Change]:
    """Lines that differ and that no change of a fact has among its lines."""
    takes_commands = dialects.of(before.platform.name) is not None
    if takes_commands:
        before, after = in_words(before, after)
        found = [[number for number, text in enumerate(one.texts, start=1) if text] for one in (before, after)]
    else:
        runs = list(textual.changes(before.texts, after.texts))
        found = [[at for run in runs for at in range(run[side] + 1, run[side + 1] + 1)] for side in (0, 2)]
    old, new = (
        {number: text for number in numbers if number not in seen and (text := _said(state, number))}
        for state, numbers, seen in zip((before, after), found, _seen(changes), strict=True)
    )
    if not takes_commands:
        old, new = _without_moved(old, new)
    masked: dict[str, list[int]] = {}
    for number, text in reversed(new.items()):
        if SECRET.search(text):
            masked.setdefault(SECRET.sub("REDACTED", text), []).append(number)
    made: list[Change] = []
    for number, text in old.items():
        where, path = Span(number, number), SECRET.sub("REDACTED", text)
        if others := masked.get(path):
            other = others.pop()
            there = Span(other, other)
            made.append(Change("changed", f"secrets/{path}", "secrets", "", text, new.pop(other), where, there))
        else:
            made.append(Change("removed", f"lines/{text}", "lines", "", text, None, where, None))
    for number, text in new.items():
        made.append(Change("added", f"lines/{text}", "lines", "", None, text, None, Span(number, number)))
    yield from made[:_MOST_LINES]


def _seen(changes: Sequence[Change]) -> tuple[set[int], set[int]]:
    """The lines of facts that changed, on both sides."""
    made = set[int](), set[int]()
    for change in changes:
        for span, seen in zip((change.lines_before, change.lines_after), made, strict=True):
            if span is not None:
                seen.update(range(span.first, span.last + 1))
    return made


def _without_moved(old: dict[int, str], new: dict[int, str]) -> tuple[dict[int, str], dict[int, str]]:
    """Lines without those that are only elsewhere on the other side."""
    left = Counter(old.values()) & Counter(new.values())
    made: list[dict[int, str]] = []
    for found in (old, new):
        moved = Counter(left)
        kept = {}
        for number, text in found.items():
            moved[text] -= 1
            if moved[text] < 0:
                kept[number] = text
        made.append(kept)
    return made[0], made[1]


def _said(state: State, number: int) -> str:
    """A line without its indentation; "" for one that says nothing."""
    text = state.texts[number - 1].strip()
    closing = state.platform.closing
    is_silent = (
        not text
        or text.startswith(state.platform.comments)
        or _OF_THE_FILE.fullmatch(text) is not None
        or (closing is not None and closing.fullmatch(text))
    )
    return "" if is_silent or text in ("}", "{", "exit", "end", "next") else text
