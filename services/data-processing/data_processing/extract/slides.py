"""PPTX: slides in the order they are shown, each with its title, texts, tables, diagrams, charts and notes."""

from collections.abc import Iterator

from data_processing.elements import ParseFailed
from data_processing.extract import drawing, limits
from data_processing.extract.archive import Archive
from data_processing.extract.build import Build, clean
from data_processing.extract.grid import Spans
from data_processing.extract.options import Options
from data_processing.extract.word.document import core_properties
from data_processing.extract.xml import Node, attribute, child, children, local, number, within

_TITLES = {"title", "ctrTitle"}
_NUMBERS_AND_DATES = {"sldNum", "dt", "sldImg"}
_MARGINS = {"ftr", "hdr"}
_MAIN = "ppt/presentation.xml"


def read(data: bytes, build: Build, _: Options) -> int:
    """Collect the elements of a PPTX. Returns the number of slides."""
    with Archive(data) as archive:
        core_properties(archive, build)
        starts = [part for kind, part in archive.relations("").values() if kind == "officeDocument"]
        main = starts[0] if starts and starts[0] in archive else _MAIN
        relations = archive.relations(main)
        slides = [
            relations.get(_relation_of(entry), ("", ""))[1]
            for entry in children(child(archive.xml(main), "sldIdLst"), "sldId")
        ]
        if len(slides) > limits.MAX_PAGES:
            build.warnings.append(f"Only the first {limits.MAX_PAGES:,} of {len(slides):,} slides were read.")
        reader = _Reader(archive, build)
        for page, part in enumerate(slides[: limits.MAX_PAGES], start=1):
            build.page = page
            reader.slide(part)
        return len(slides)


def _relation_of(node: Node) -> str:
    """The `r:id` of an entry, which also has an `id` of its own."""
    return next((value for key, value in node.items() if key.startswith("{") and key.endswith("}id")), "")


class _Reader:
    def __init__(self, archive: Archive, build: Build) -> None:
        self._archive = archive
        self._build = build
        self._footers: set[str] = set()

    def slide(self, part: str) -> None:
        build = self._build
        build.leave_sections()
        build.label = f"Slide {build.page}"
        try:
            root = self._archive.xml(part)
        except ParseFailed as failure:
            if failure.outcome != "corrupt":
                raise
            build.warnings.append(f"Slide {build.page} is damaged and was left out.")
            return
        relations = self._archive.relations(part)
        shapes = list(_shapes(child(root, "cSld", "spTree")))
        titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
        for shape in titles:
            text = " ".join(text for text, _ in _paragraphs(shape))
            if text.strip():
                build.label = f"Slide {build.page}: {' '.join(clean(text).split())}"
                build.heading(text, 1)
        for shape in shapes:
            if _placeholder(shape) not in _TITLES:
                self._shape(shape, relations)
        self._notes(relations)

    def _shape(self, shape: Node, relations: drawing.Relations) -> None:
        build, kind = self._build, _placeholder(shape)
        if kind in _NUMBERS_AND_DATES:
            return
        if kind in _MARGINS:
            text = clean(" ".join(text for text, _ in _paragraphs(shape)))
            if text not in self._footers:
                self._footers.add(text)
                build.add("footer" if kind == "ftr" else "header", text)
            return
        if local(shape) == "sp":
            for text, level in _paragraphs(shape):
                # The body of a slide is a list although nobody typed its bullets.
                if level is not None or kind in ("body", "obj", ""):
                    build.add("list_item", text, level=(level or 0) + 1)
                else:
                    build.add("paragraph", text)
            return
        for table in within(shape, "tbl"):
            self._table(table)
        drawing.add_graphics(shape, self._archive, relations, build)

    def _table(self, table: Node) -> None:
        spans = Spans(limits.MAX_COLUMNS)
        for row in children(table, "tr"):
            spans.row(
                (_text(cell), number(attribute(cell, "gridSpan"), 1), number(attribute(cell, "rowSpan"), 1))
                for cell in children(row, "tc")
                if attribute(cell, "hMerge") not in ("1", "true") and attribute(cell, "vMerge") not in ("1", "true")
            )
        named = attribute(child(table, "tblPr"), "firstRow") in ("1", "true")
        self._build.table(spans.rows, header_rows=1 if named else None)

    def _notes(self, relations: drawing.Relations) -> None:
        part = next((part for kind, part in relations.values() if kind == "notesSlide"), None)
        root = self._archive.xml_or_none(part)
        if root is None:
            return
        texts = [
            text
            for shape in _shapes(child(root, "cSld", "spTree"))
            if local(shape) == "sp" and _placeholder(shape) not in _NUMBERS_AND_DATES | _MARGINS
            for text, _ in _paragraphs(shape)
        ]
        self._build.add("note", "\n".join(texts))


def _shapes(tree: Node | None) -> Iterator[Node]:
    """The shapes of a slide in their order, those of groups in place of the group."""
    for node in tree if tree is not None else ():
        name = local(node)
        if name in ("sp", "graphicFrame", "pic", "cxnSp"):
            yield node
        elif name in ("grpSp", "Choice"):
            yield from _shapes(node)
        elif name == "AlternateContent":
            yield from _shapes(child(node, "Choice"))


def _placeholder(shape: Node) -> str | None:
    """The type of placeholder that a shape fills; an empty word when it fills one of no type, None when none."""
    for node in shape:
        if local(node).startswith("nv"):
            holder = child(node, "nvPr", "ph")
            return None if holder is None else attribute(holder, "type") or ""
    return None


def _paragraphs(shape: Node) -> Iterator[tuple[str, int | None]]:
    """The paragraphs of a shape with their depth, from 0, when they are items of a list."""
    for body in children(shape, "txBody", "txbx"):
        for paragraph in children(body, "p"):
            properties = child(paragraph, "pPr")
            level = attribute(properties, "lvl")
            bulleted = next(children(properties, "buChar", "buAutoNum", "buBlip"), None) is not None
            yield _line(paragraph), number(level) if level is not None or bulleted else None


def _line(paragraph: Node) -> str:
    return "".join("\n" if local(node) == "br" else node.text or "" for node in within(paragraph, "t", "br"))


def _text(cell: Node) -> str:
    return "\n".join(_line(paragraph) for paragraph in within(cell, "p"))
