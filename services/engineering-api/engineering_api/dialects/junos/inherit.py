"""What statements inherit: groups that are applied, and ranges of interfaces.

Junos merges the statements of a group into the place where `apply-groups` stands; words in `<>` are patterns for names
that are already there. What a place says itself goes before. Source: "Configuration groups" of the Junos CLI guide.
"""

import fnmatch
import re
from collections.abc import Iterator

from engineering_api.reading.statements import Statement

#: More than any chassis inherits; a hostile file stops here.
_MOST = 20_000
_NODES = ("${node}", "node0", "node1")
#: Statements of which a place may have several, so that its own do not replace those of a group.
_SEVERAL = frozenset(
    [
        "address",
        "members",
        "name-server",
        "server",
        "next-hop",
        "system-services",
        "protocols",
        "interface",
        "interfaces",
        "source-address",
        "destination-address",
        "application",
        "host",
        "community",
    ]
)
_BRACKET = re.compile(r"(.*)\[(\d{1,3})-(\d{1,3})\]")
_PORT = re.compile(r"(.*[/:])(\d{1,4})")

Words = tuple[str, ...]
_Tree = dict[str, "_Tree"]


def inherited(own: list[Statement]) -> list[Statement]:
    """The statements that come in addition, each from the line of the group or range that says it."""
    ranges = _of_ranges(own)
    groups: dict[str, list[Statement]] = {}
    applied: list[tuple[Words, str]] = []
    for one in own:
        if one.words[0] == "groups" and len(one.words) > 2:
            groups.setdefault(one.words[1], []).append(one)
        elif "apply-groups" in one.words[:-1]:
            at = one.words.index("apply-groups")
            applied.append((one.words[:at], one.words[at + 1]))
    if not groups or not applied:
        return ranges
    known: _Tree = {}
    said: set[Words] = set()
    for one in (*own, *ranges):
        if one.words[0] != "groups":
            said.add(one.words[:-1])
            level = known
            for word in one.words:
                level = level.setdefault(word, {})
    found = list(ranges)
    for prefix, name in applied:
        for one in groups.get(_chosen(name, groups), ()):
            for words in _fitting(one.words[2:], prefix, known):
                if words[:-1] in said and (len(words) < 2 or words[-2] not in _SEVERAL):
                    continue
                found.append(one.below(len(one.words), words))
                if len(found) > _MOST:
                    return found
    return found


def _chosen(name: str, groups: dict[str, list[Statement]]) -> str:
    """A chassis cluster applies the group of whichever node it is; a file of both is read as its first node."""
    return next((one for one in _NODES if one in groups), name) if name == "${node}" else name


def _fitting(words: Words, prefix: Words, known: _Tree) -> Iterator[Words]:
    """The paths for which a statement of a group holds."""
    if len(words) <= len(prefix) or not all(_fits(one, two) for one, two in zip(words, prefix, strict=False)):
        return
    level: _Tree | None = known
    for word in prefix:
        level = (level or {}).get(word)
    waiting: list[tuple[Words, _Tree | None]] = [(prefix, level)]
    while waiting:
        path, level = waiting.pop()
        if len(path) == len(words):
            yield path
            continue
        word = words[len(path)]
        if _is_pattern(word):
            names = [name for name in level or {} if _fits(word, name)]
            waiting.extend(((*path, name), (level or {})[name]) for name in reversed(names))
        else:
            waiting.append(((*path, word), (level or {}).get(word)))


def _is_pattern(word: str) -> bool:
    return word.startswith("<") and word.endswith(">")


def _fits(word: str, name: str) -> bool:
    return fnmatch.fnmatchcase(name, word[1:-1]) if _is_pattern(word) else word == name


def spread(own: list[Statement]) -> list[Statement]:
    """The statements, with those outside of `interfaces` that name a range read for each of its ports instead."""
    members = {name: list(dict.fromkeys(ports)) for name, ports in _ranges(own)[0].items() if ports}
    if not members:
        return own
    found: list[Statement] = []
    for one in own:
        at = one.words.index("interface") + 1 if "interface" in one.words[:-1] else 0
        name = one.words[at].removesuffix(".0")
        if not at or one.words[0] in ("interfaces", "groups") or name not in members or len(found) > _MOST:
            found.append(one)
            continue
        for port in members[name]:
            found.append(one.below(len(one.words), (*one.words[:at], f"{port}.0", *one.words[at + 1 :])))
    return found


def _of_ranges(own: list[Statement]) -> list[Statement]:
    members, settings = _ranges(own)
    found: list[Statement] = []
    for name, ports in members.items():
        for port in dict.fromkeys(ports):
            for one in settings.get(name, ()):
                found.append(one.below(3, ("interfaces", port)))
                if len(found) > _MOST:
                    return found
    return found


def _ranges(own: list[Statement]) -> tuple[dict[str, list[str]], dict[str, list[Statement]]]:
    """The ports of ranges by their names, and what is said of each range."""
    members: dict[str, list[str]] = {}
    settings: dict[str, list[Statement]] = {}
    for one in own:
        if one.words[:2] != ("interfaces", "interface-range") or len(one.words) < 4:
            continue
        name, what = one.words[2:4]
        if what == "member" and len(one.words) > 4:
            members.setdefault(name, []).extend(_ports(one.words[4]))
        elif what == "member-range" and len(one.words) > 6:
            members.setdefault(name, []).extend(_between(one.words[4], one.words[6]))
        else:
            settings.setdefault(name, []).append(one)
    return members, settings


def _ports(word: str) -> list[str]:
    if match := _BRACKET.fullmatch(word):
        return [f"{match[1]}{number}" for number in range(int(match[2]), int(match[3]) + 1)]
    return [] if "*" in word else [word]


def _between(first: str, last: str) -> list[str]:
    one, two = _PORT.fullmatch(first), _PORT.fullmatch(last)
    if one and two and one[1] == two[1]:
        return [f"{one[1]}{number}" for number in range(int(one[2]), min(int(two[2]), int(one[2]) + 255) + 1)]
    return [first, last]
