"""What is written to the terminal: headings, wrapped text, and a progress bar that a plain log survives."""

import os
import shutil
import sys
import textwrap
import time
from typing import TextIO

_BAR_CELLS = 30


class Screen:
    """A terminal with colours and a bar that moves, or any other stream with plain lines."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        """Colours and movement need a terminal; NO_COLOR turns colours off."""
        self._stream = stream
        self._moves = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._colours = self._moves and "NO_COLOR" not in os.environ
        self._width = min(shutil.get_terminal_size((100, 24)).columns, 110)
        self._told = -1
        self._started = 0.0

    def line(self, text: str = "") -> None:
        """Write a line as it is."""
        print(text, file=self._stream, flush=True)

    def heading(self, text: str) -> None:
        """Write a heading with an empty line before it."""
        self.line()
        self.line(self.bold(text))

    def wrapped(self, text: str, *, first: str, then: str) -> None:
        """Write a text over as many lines as it needs; `first` and `then` are what the lines begin with."""
        words = " ".join(text.split())
        lines = textwrap.wrap(words, self._width - len(then), break_on_hyphens=False) or [""]
        for number, part in enumerate(lines):
            self.line(f"{then if number else first}{part}")

    def bar(self, done: int, total: int, note: str, *, what: str = "documents") -> None:
        """Show how far something is, in so many of `what`. Without a terminal one line for every fifth of the way."""
        if self._told < 0:
            self._started, self._told = time.monotonic(), 0
        seconds = time.monotonic() - self._started
        if self._moves:
            cells = _BAR_CELLS * done // max(1, total)
            full, empty = self._paint("36", "━" * cells), self._paint("90", "─" * (_BAR_CELLS - cells))
            text = f"{done}/{total}  {seconds:4.1f} s  {note}"[: self._width - _BAR_CELLS - 6]
            self._stream.write(f"\r\x1b[K  {full}{empty}  {text}")
            self._stream.flush()
        elif 5 * done // max(1, total) > self._told:
            self._told = 5 * done // max(1, total)
            self.line(f"  {done} of {total} {what} after {seconds:.1f} s")

    def end_bar(self) -> None:
        """Leave the bar as it stands."""
        if self._moves and self._told >= 0:
            self.line()
        self._told = -1

    def bold(self, text: str) -> str:
        """Text that stands out."""
        return self._paint("1", text)

    def quiet(self, text: str) -> str:
        """Text that keeps in the background."""
        return self._paint("90", text)

    def good(self, text: str) -> str:
        """Text about something that went well."""
        return self._paint("32", text)

    def bad(self, text: str) -> str:
        """Text about something that did not."""
        return self._paint("31", text)

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colours and text else text
