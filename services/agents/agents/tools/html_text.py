"""An HTML page as text: what a reader sees, with headings, lists, tables and links still to be told apart."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

#: What is never shown. Their end tags are known, so that a page without them loses only what stands within.
_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select"})
#: What a page has beside what it says.
_FURNITURE = frozenset({"nav", "footer"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "form", "header", "hr", "main", "ol", "p", "pre", "section", "summary", "table", "tr", "ul",
        "caption",
    }
)  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_MOST_DEPTH = 200
#: A tag to its end, with quoted values; what follows `<` is looked at by itself, so this never runs far.
_TAG = re.compile(r"""/?[A-Za-z][^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:-]*")
_LONGEST_TAG = 4_000


class _Reader(HTMLParser):
    """Collects the text. `skipped` is the stack of elements within one that is not shown."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.title = ""
        self.parts: list[str] = []
        self._in_title = False
        self._skipped: list[str] = []
        self._link: tuple[str, int] | None = None
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
            return
        self._in_title = False
        given = dict(attrs)
        hidden = tag in _HIDDEN or tag in _FURNITURE or "hidden" in given or given.get("aria-hidden") == "true"
        if self._skipped or (hidden and tag not in _VOID):
            if tag not in _VOID and len(self._skipped) < _MOST_DEPTH:
                self._skipped.append(tag)
            return
        if tag in _HEADINGS:
            self.parts.append(f"\n\n{_HEADINGS[tag]} ")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "img" and (alt := (given.get("alt") or "").strip()):
            self.parts.append(f"[image: {alt}]")
        elif tag == "a" and (href := given.get("href")):
            self._link = (href, len(self.parts))  # links do not stand within each other
        elif tag in _BLOCKS:
            self._pre += tag == "pre"
            self.parts.append("\n" if tag == "tr" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        elif tag == "a" and self._link:
            self._end_link(*self._link)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
            self.parts.append("\n\n")
        elif tag in _HEADINGS or tag in _BLOCKS:
            self.parts.append("\n\n" if tag != "tr" else "")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._skipped:
            self.parts.append(data if self._pre else self._flowing(data))

    def _flowing(self, data: str) -> str:
        """Text in which all white space is one blank, and none where a line or a word has just begun."""
        words = re.sub(r"\s+", " ", data)
        return words.lstrip() if not self.parts or self.parts[-1].endswith((" ", "\n")) else words

    def _end_link(self, href: str, since: int) -> None:
        """The address behind the words of a link, where it leads somewhere else."""
        self._link = None
        try:
            target = urljoin(self.base, href.strip())
        except ValueError:
            return
        words = "".join(self.parts[since:]).strip()
        if words and target.startswith(("http://", "https://")) and target.partition("#")[0] != self.base:
            self.parts.append("" if words == target else f" ({target})")


def _tame(html: str) -> str:
    """The same page without comments and declarations, in which every `<` begins a tag that ends before the next.

    Python's parser looks for the end of whatever was begun from each place anew, so that a page of a million
    unfinished tags would keep it for hours.
    """
    parts: list[str] = []
    position = 0
    while (begin := html.find("<!--", position)) >= 0:
        parts.append(html[position:begin])
        end = html.find("-->", begin + 4)
        position = len(html) if end < 0 else end + 3
    first, *pieces = ("".join(parts) + html[position:]).split("<")
    tame = [first]
    for piece in pieces:
        if tag := _TAG.match(piece):
            name = _NAME.match(piece) if tag.end() > _LONGEST_TAG else None
            tame.append(f"<{name[0]}>{piece[tag.end() :]}" if name else f"<{piece}")
        elif piece.startswith(("!", "?")):
            tame.append(piece.partition(">")[2])
        else:
            tame.append(f"&lt;{piece}")
    return "".join(tame)


def read(html: str, base: str) -> tuple[str, str]:
    """The title of a page, and what it says. `base` is the address that its links start from."""
    reader = _Reader(base)
    reader.feed(_tame(html))
    reader.close()
    text = "".join(reader.parts)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text)
    return " ".join(reader.title.split()), text.strip()
