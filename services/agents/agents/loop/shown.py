"""What a person is shown of an answer that rests on what outsiders wrote: nothing in it loads by itself, and no link
hides where it leads.

A text that a model has read can make it write an address with what it knows in it. A picture is fetched by the browser
of whoever reads the answer, without a click; a link is one click away behind innocent words. So, in such answers,
Markdown's pictures and HTML's tags are no pictures and tags any more, and a link stays one only when its address stood
word for word in what was read (then nothing can be hidden in it), or its host was named by the person or the agent's
instructions. Everything else is shown as it was written, address and all.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

#: Tags that load something, run something, lead somewhere, or style what does.
_TAGS = (
    "a", "applet", "area", "audio", "base", "body", "button", "div", "embed", "form", "frame", "frameset", "iframe",
    "image", "img", "input", "link", "math", "meta", "object", "picture", "script", "source", "span", "style", "svg",
    "table", "td", "th", "tr", "track", "video",
)  # fmt: skip
_LONGEST_TAG = max(map(len, _TAGS))
#: An address that is longer is not looked up: it is taken for unknown.
_MOST = 2_000
#: Where a link leads, in its three spellings: `](<…`, `](…` and, of a reference, `]: …`.
_TARGET = r"\(\s*<(?P<angled>[^<>\n]*)|\(\s*(?P<inline>[^\s<>)]*)|:\s*<?(?P<reference>[^\s<>]*)"
_TOKEN = re.compile(
    rf"(?P<picture>!(?=\[))|(?P<tag><(?=/?(?:{'|'.join(_TAGS)})(?![A-Za-z0-9-])))|\](?P<rest>{_TARGET})",
    re.IGNORECASE,
)
#: The end of a text that may be the beginning of one of those.
_OPEN = re.compile(rf"(?:!|</?[A-Za-z]{{0,{_LONGEST_TAG}}}|\](?:\(\s*<[^<>\n]*|\(\s*[^\s<>)]*|:\s*<?[^\s<>]*)?)\Z")
_ADDRESS = re.compile(r"(?i)\b(?:https?://|mailto:|tel:)[^\s<>\"'`)\]|\\]+")
_HOST = re.compile(r"(?i)https?://([^/\s\"'<>?#]+)")


class Shown:
    """An answer while it is written. `known` are addresses, `hosts` hosts, that links may lead to."""

    def __init__(self, known: Collection[str], hosts: Collection[str] = ()) -> None:
        """Nothing was said yet."""
        self._known = known
        self._hosts = hosts
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown by now: all but an end of which it is not clear yet what it becomes."""
        text = self._held + piece
        is_open = _OPEN.search(text, max(0, len(text) - _MOST - 10))
        cut = len(text) if is_open is None or len(text) - is_open.start() > _MOST else is_open.start()
        self._held = text[cut:]
        return self._safe(text[:cut])

    def rest(self) -> str:
        """What was held back, now that nothing follows."""
        text, self._held = self._held, ""
        return self._safe(text)

    def whole(self, text: str) -> str:
        """The same for a text that is there as a whole."""
        return self.feed(text) + self.rest()

    def _safe(self, text: str) -> str:
        return _TOKEN.sub(self._replaced, text)

    def _replaced(self, found: "re.Match[str]") -> str:
        if found["picture"]:
            return "!\\"
        if found["tag"]:
            return "< "
        target = found["angled"] or found["inline"] or found["reference"] or ""
        return found[0] if self._may_lead(target) else f"]\\{found['rest']}"

    def _may_lead(self, target: str) -> bool:
        # Within brackets an address goes on: `…/a(b)c` would be another one than `…/a(b`.
        if "(" not in target and target.rstrip(".,;") in self._known:
            return True
        if host := _HOST.match(target):
            return host[1].lower() in self._hosts and "\\" not in target
        # An address within the page: no scheme, also none that is spelt in another way, and no other host.
        return not re.search(r"[:&\\\s]|^//", target)


def addresses(texts: Iterable[str]) -> set[str]:
    """The addresses that stand in texts, word for word."""
    return {found[0].rstrip(".,;") for text in texts for found in _ADDRESS.finditer(text)}


def visible(text: str) -> str:
    """A text without characters that nobody sees: what a person approves must be what stands there."""
    return "".join(
        f"\\u{ord(one):04x}" if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") and one != "\n" else one
        for one in text
    )
