"""HTML: what a page says, in the order of its source. Hidden parts are left out, tables for layout are opened."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from data_processing.elements import ParseFailed
from data_processing.extract import limits
from data_processing.extract.build import Build
from data_processing.extract.encoding import decode
from data_processing.extract.options import Options
from data_processing.extract.tags import Walk

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
#: Tags that never stay open, or that the next of their kind closes.
_FLAT = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param", "p",
    "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot", "html", "head", "body",
}  # fmt: skip
_META = {"author": "author", "description": "subject", "date": "created", "article:published_time": "created"}
#: With less text than this, the main content was not found.
_MIN_MAIN_CHARACTERS = 250


def read(data: bytes, build: Build, options: Options) -> None:
    """Collect the elements of a page.

    Raises:
        ParseFailed: `too_large`.
    """
    if len(data) > limits.MAX_HTML_BYTES:
        megabytes = limits.MAX_HTML_BYTES >> 20
        raise ParseFailed("too_large", f"The page is larger than the {megabytes} MB that are read of one. Split it.")
    hint = _CHARSET.search(data[:4096])
    source = decode(data, hint[1].decode("ascii") if hint else None)
    tags = _check_depth(source)
    tree = LexborHTMLParser(source)
    _metadata(tree, build)
    if options.main_content and tags <= limits.MAX_ARTICLE_TAGS and (main := _main_content(source)) is not None:
        tree = LexborHTMLParser(main)
    if tree.body is not None:
        Walk(build).node(tree.body)


def fragment(source: str, build: Build) -> None:
    """Add a piece of HTML that stands in another document.

    Raises:
        ParseFailed: `too_large`.
    """
    _check_depth(source)
    tree = LexborHTMLParser(source)
    if tree.body is not None:
        Walk(build).node(tree.body)


def _check_depth(source: str) -> int:
    """The parser's time grows with the square of the depth, so it is estimated before. Returns the number of tags."""
    depth = tags = 0
    for closing, name in _TAG.findall(source):
        tags += not closing
        if name.lower() not in _FLAT:
            depth = max(depth - 1, 0) if closing else depth + 1
            if depth > limits.MAX_HTML_DEPTH:
                raise ParseFailed("too_large", "The page's elements are nested too deeply to be read.")
    return tags


def _metadata(tree: LexborHTMLParser, build: Build) -> None:
    title = tree.css_first("head title")
    if title is not None:
        build.metadata["title"] = title.text()
    for node in tree.css("meta[content]"):
        name = (_attribute(node, "name") or _attribute(node, "property")).lower()
        if ours := _META.get(name):
            build.metadata.setdefault(ours, _attribute(node, "content"))


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _main_content(source: str) -> str | None:
    """The article of a page without what surrounds it, as HTML; None when it was not found."""
    import trafilatura  # noqa: PLC0415 - 60 MB that only pages from the web need

    try:
        found = trafilatura.extract(source, output_format="html", include_comments=False, include_tables=True)
    except (ValueError, RecursionError, AssertionError, AttributeError, TypeError):
        return None  # the whole page is read instead
    return found if found and len(re.sub(r"<[^>]*>", "", found)) >= _MIN_MAIN_CHARACTERS else None
