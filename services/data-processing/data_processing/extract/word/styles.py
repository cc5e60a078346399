"""Styles and numbering of a DOCX: what makes a paragraph a heading or an item of a list, and with which number."""

from collections import defaultdict
from dataclasses import dataclass, field

from data_processing.extract.archive import Archive
from data_processing.extract.xml import Node, attribute, child, children, number

_MAX_CHAIN = 20
_MAX_COUNT = 100_000
_BODY_LEVEL = 9


@dataclass(frozen=True)
class Kind:
    """What a paragraph is: its heading level (1–9), or its depth in a list (from 1) with its number, or neither."""

    heading: int | None = None
    depth: int | None = None
    number: str = ""


@dataclass
class _Style:
    name: str = ""
    based_on: str = ""
    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None


@dataclass
class _Level:
    format: str = "bullet"
    text: str = ""
    start: int = 1


@dataclass
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))


class Styles:
    """Tells what each paragraph is. Paragraphs have to be asked for in their order, because lists count."""

    def __init__(self, archive: Archive, styles: str | None, numbering: str | None) -> None:
        """The parts may be missing: then only what paragraphs say themselves counts."""
        self._styles: dict[str, _Style] = {}
        self._default = ""
        root = archive.xml_or_none(styles)
        for node in children(root, "style"):
            if attribute(node, "type") == "paragraph":
                self._add(node)
        self._lists = _lists(archive.xml_or_none(numbering))

    def _add(self, node: Node) -> None:
        identifier = attribute(node, "styleId") or ""
        properties = child(node, "pPr")
        outline, listed = child(properties, "outlineLvl"), child(properties, "numPr")
        level = child(listed, "ilvl")
        self._styles[identifier] = _Style(
            (attribute(child(node, "name"), "val") or "").lower(),
            attribute(child(node, "basedOn"), "val") or "",
            number(attribute(outline, "val")) if outline is not None else None,
            attribute(child(listed, "numId"), "val"),
            number(attribute(level, "val")) if level is not None else None,
        )
        if attribute(node, "default") in ("1", "true"):
            self._default = identifier

    def kind(self, properties: Node | None) -> Kind:
        """What a paragraph with these properties (`w:pPr`) is. Counts it when it has a number."""
        chain = self._chain(attribute(child(properties, "pStyle"), "val") or self._default)
        heading = _heading(child(properties, "outlineLvl"), chain)
        listed = child(properties, "numPr")
        list_id = attribute(child(listed, "numId"), "val")
        level = attribute(child(listed, "ilvl"), "val")
        if list_id is None:
            list_id = next((style.list_id for style in chain if style.list_id is not None), None)
        depth = (
            number(level) if level is not None else next((s.list_level for s in chain if s.list_level is not None), 0)
        )
        if heading is not None and level is None:
            depth = heading - 1 if any(style.list_id for style in chain) else depth
        shown = self._count(list_id, depth)
        if heading is not None:
            return Kind(heading=heading, number=shown or "")
        if shown is not None:
            return Kind(depth=depth + 1, number=shown)
        if any(style.name.startswith("list ") and "paragraph" not in style.name for style in chain):
            return Kind(depth=1)
        return Kind()

    def _chain(self, identifier: str) -> list[_Style]:
        found: list[_Style] = []
        while (style := self._styles.get(identifier)) and len(found) < _MAX_CHAIN:
            found.append(style)
            identifier = style.based_on
        return found

    def _count(self, list_id: str | None, level: int) -> str | None:
        """The number of the next item as it is printed; empty for bullets, None outside of lists."""
        numbered = self._lists.get(list_id or "0")
        if list_id in (None, "0") or numbered is None:
            return None if list_id in (None, "0") else ""
        counts = numbered.counts
        counts[level] = min(counts[level] + 1, _MAX_COUNT)
        for deeper in [one for one in counts if one > level]:
            counts[deeper] = 0
        definition = numbered.levels.get(level, _Level())
        if definition.format in ("bullet", "none"):
            return ""
        shown = definition.text
        for index in range(level + 1):
            one = numbered.levels.get(index, _Level("decimal"))
            count = one.start - 1 + max(counts[index], 1)
            shown = shown.replace(f"%{index + 1}", _figure(count, one.format))
        return shown.strip()


def _heading(outline: Node | None, chain: list[_Style]) -> int | None:
    if outline is not None:
        level = number(attribute(outline, "val"), _BODY_LEVEL)
        return level + 1 if level < _BODY_LEVEL else None
    for style in chain:
        if style.outline is not None:
            return style.outline + 1 if style.outline < _BODY_LEVEL else None
        if style.name == "title":
            return 1
        if style.name.startswith("heading ") and style.name[8:].isdecimal():
            return number(style.name[8:], 1)
    return None


def _lists(root: Node | None) -> dict[str, _List]:
    abstract = {attribute(node, "abstractNumId"): node for node in children(root, "abstractNum")}
    found: dict[str, _List] = {}
    for node in children(root, "num"):
        levels = _levels(abstract.get(attribute(child(node, "abstractNumId"), "val")))
        for override in children(node, "lvlOverride"):
            index = number(attribute(override, "ilvl"))
            levels |= _levels(override)
            start = attribute(child(override, "startOverride"), "val")
            if start is not None and index in levels:
                levels[index].start = number(start, 1)
        found[attribute(node, "numId") or ""] = _List(levels)
    return found


def _levels(parent: Node | None) -> dict[int, _Level]:
    return {
        number(attribute(node, "ilvl")): _Level(
            attribute(child(node, "numFmt"), "val") or "decimal",
            attribute(child(node, "lvlText"), "val") or "",
            number(attribute(child(node, "start"), "val"), 1),
        )
        for node in children(parent, "lvl")
    }


def _figure(count: int, form: str) -> str:
    count = max(count, 0)
    if form in ("lowerLetter", "upperLetter") and count:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 % 5 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(count)
        return roman.lower() if form == "lowerRoman" else roman
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    shown = ""
    for value, sign in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
        (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        times, count = divmod(count, value)
        shown += sign * times
    return shown
