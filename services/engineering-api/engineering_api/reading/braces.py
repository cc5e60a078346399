"""The tree of configurations whose blocks are in braces: Junos, and the config.boot of EdgeOS and VyOS.

Junos ends a statement with a semicolon, and what follows "#" on a line is a comment; a statement may go on over several
lines. EdgeOS ends a statement with its line. Both have comments between "/*" and "*/", and text in double quotes, which
may have several lines. On the outermost level a line may also be a command, "set interfaces …": it is a node as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engineering_api.reading import setlines
from engineering_api.reading.tree import Node

#: Deeper blocks are no configuration; what is in them stays at this depth.
_DEEPEST = 30
#: A text in quotes has no more lines. A banner has 40, a certificate with its chain 150.
_LONGEST_TEXT = 200

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|/\*|"|[{};]|[^\s{};"]+')
#: Without semicolons between statements they are part of words.
_PIECE_OF_A_LINE = re.compile(r'"(?:[^"\\]|\\.)*"|/\*|"|[{}]|[^\s{}"]+')
_QUOTE = re.compile(r'(?<!\\)"')
#: What a terminal shows around a configuration: "admin@fw1> show configuration", "{master:0}", "[edit]".
PROMPT = re.compile(
    r"[\w.-]+@[\w.:-]+(?:\([\w.-]+\))?[>#%$](?: |$)"
    r"|\{(?:master|backup|primary|secondary|linecard)[\w:-]*\}|\[edit\b[^\]]*\]$"
    # and what an engineer types around commands that are kept for a change
    r"|(?:configure(?: exclusive| private)?|commit(?: check| and-quit)?|save|exit|top|quit)$"
)
#: What a block's line cannot have inside quotes: then the quote before it was never closed.
_OTHER_LINE = re.compile(r"[{};]\s*$")


def tree(texts: Sequence[str], *, has_semicolons: bool) -> list[Node]:
    """The nodes of the outermost level. A node's text is without its brace or semicolon and without comments."""
    builder = _Builder(texts, has_semicolons)
    while builder.number < len(texts):
        builder.line()
    return builder.finish()


@dataclass(slots=True)
class _Builder:
    texts: Sequence[str]
    has_semicolons: bool
    number: int = 0
    top: list[Node] = field(default_factory=list)
    open_: list[Node] = field(default_factory=list)
    #: Blocks that are open and were too deep to be nodes with children.
    too_deep: int = 0
    words: list[str] = field(default_factory=list)
    begun: int = 0
    in_comment: bool = False

    def line(self) -> None:
        """Take the next line, or several when a text in quotes goes on."""
        text = self.texts[self.number].strip()
        self.number += 1
        if self.in_comment:
            _, end, text = text.partition("*/")
            self.in_comment = not end
        if not text:
            return
        if not self.words and (PROMPT.match(text) or (not self.open_ and setlines.is_command(text))):
            self.top.append(Node(text, self.number, self.number))
            return
        if text == "}":
            self._close()
        elif self._is_plain(text):
            self._plain(text)
        else:
            self._pieces(text)

    def finish(self) -> list[Node]:
        """The outermost nodes; blocks that are still open end with the file."""
        self._end()
        for node in self.open_:
            node.last = max(node.last, self.number)
        return self.top

    def _is_plain(self, text: str) -> bool:
        """Whether a line is one statement or the opening of one block, as nearly every line is."""
        if self.words or '"' in text or "#" in text or "/*" in text or text.startswith("//"):
            return False
        marks = text.count("{") + text.count("}") + (text.count(";") if self.has_semicolons else 0)
        return marks == (text[-1] == "{" or self.has_semicolons) and (text[-1] in "{;" or not self.has_semicolons)

    def _plain(self, text: str) -> None:
        self.begun = self.number
        self.words = [text[:-1].rstrip() if text[-1] == "{" or self.has_semicolons else text]
        if text[-1] == "{":
            self._open()
        else:
            self._end()

    def _pieces(self, text: str) -> None:
        position = 0
        pattern = _PIECE if self.has_semicolons else _PIECE_OF_A_LINE
        while piece := pattern.search(text, position):
            word, position = piece[0], piece.end()
            if word == "/*":
                end = text.find("*/", position)
                if end < 0:
                    self.in_comment = True
                    return
                position = end + 2
            elif (word[0] == "#" and (self.has_semicolons or not self.words)) or (word == "//" and not self.words):
                break
            elif word == "{":
                self._open()
            elif word == "}":
                self._close()
            elif word == ";":
                self._end()
            elif word == '"':
                text, position = self._text_in_quotes(text, piece.start())
            else:
                self._word(word)
        if not self.has_semicolons or (not self.open_ and "[" not in self.words):
            self._end()

    def _text_in_quotes(self, text: str, start: int) -> tuple[str, int]:
        """Take a text whose closing quote is not on its line: to where it is, or to the line's end if it is nowhere."""
        taken = [text[start:]]
        for ahead in range(self.number, min(self.number + _LONGEST_TEXT, len(self.texts))):
            following = self.texts[ahead]
            if end := _QUOTE.search(following):
                taken.append(following[: end.end()])
                self._word("\n".join(taken))
                self.number = ahead + 1
                return following, end.end()
            if _OTHER_LINE.search(following):
                break
            taken.append(following)
        self._word(text[start:].rstrip("; ") if self.has_semicolons else text[start:])
        if self.has_semicolons and text.endswith(";"):
            self._end()
        return text, len(text)

    def _word(self, word: str) -> None:
        if not self.words:
            self.begun = self.number
        self.words.append(word)

    def _add(self) -> Node:
        node = Node(" ".join(self.words), self.begun or self.number, self.number)
        self.words = []
        (self.open_[-1].children if self.open_ else self.top).append(node)
        return node

    def _open(self) -> None:
        if not self.words:
            self.begun = self.number
        node = self._add()
        if len(self.open_) < _DEEPEST:
            self.open_.append(node)
        else:
            self.too_deep += 1

    def _end(self) -> None:
        if self.words:
            self._add()

    def _close(self) -> None:
        self._end()
        if self.too_deep:
            self.too_deep -= 1
        elif self.open_:
            self.open_.pop().last = self.number
