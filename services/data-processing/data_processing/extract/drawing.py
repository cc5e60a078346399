"""What Office draws rather than writes: the words of SmartArt, and the figures behind a chart."""

from collections.abc import Iterator

from data_processing.extract import limits
from data_processing.extract.archive import Archive
from data_processing.extract.build import Build
from data_processing.extract.xml import Node, attribute, child, children, number, within

Relations = dict[str, tuple[str, str]]


def add_graphics(node: Node, archive: Archive, relations: Relations, build: Build) -> None:
    """Add the charts and diagrams that `node` refers to, and the descriptions of its pictures."""
    for found in within(node, "chart", "relIds", "docPr"):
        if found.tag.endswith("}docPr"):
            _describe(found, build)
        elif found.tag.endswith("}relIds"):
            _, part = relations.get(attribute(found, "dm") or "", ("", ""))
            for text in diagram_texts(archive.xml_or_none(part)):
                build.add("list_item", text, level=1)
        else:
            _, part = relations.get(attribute(found, "id") or "", ("", ""))
            add_chart(archive.xml_or_none(part), build)


def _describe(node: Node, build: Build) -> None:
    description = node.get("descr", "")
    # Programs write a file's name or their own guess there; people write sentences.
    if len(description.split()) > 1 and "automatically generated" not in description.lower():
        build.add("image", description)


def diagram_texts(root: Node | None) -> Iterator[str]:
    """The texts of SmartArt's points."""
    if root is not None:
        for point in within(root, "pt"):
            yield "".join(run.text or "" for run in within(point, "t"))


def add_chart(root: Node | None, build: Build) -> None:
    """Add a chart: its title, and its figures as a table of categories and series."""
    chart = child(root, "chart")
    if chart is None:
        return
    title = child(chart, "title")
    if title is not None:
        build.add("caption", "".join(run.text or "" for run in within(title, "t")))
    names: list[str] = []
    columns: list[dict[int, str]] = []
    categories: dict[int, str] = {}
    for series in within(chart, "ser"):
        names.append(next(iter(_points(child(series, "tx")).values()), f"Series {len(names) + 1}"))
        categories |= _points(child(series, "cat")) or _points(child(series, "xVal"))
        columns.append(_points(child(series, "val")) or _points(child(series, "yVal")))
    indexes = sorted({index for column in columns for index in column})
    if indexes and len(names) <= limits.MAX_COLUMNS:
        rows = [[categories.get(index, ""), *(column.get(index, "") for column in columns)] for index in indexes]
        build.table([["", *names], *rows], header_rows=1)


def _points(parent: Node | None) -> dict[int, str]:
    """The cached values of a reference, by their index."""
    if parent is None:
        return {}
    return {
        number(attribute(point, "idx")): "".join(value.text or "" for value in children(point, "v"))
        for point in within(parent, "pt")
    }
