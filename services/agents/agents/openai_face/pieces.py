"""What an answer consists of, whoever gives it and in whatever dialect it goes out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from oberaconnect.llm import Stop, ToolCall, Usage

Finish = Literal["stop", "length", "tool_calls", "content_filter"]
_FINISHES: dict[Stop, Finish] = {
    "end": "stop",
    "length": "length",
    "tool": "tool_calls",
    "refused": "content_filter",
}


@dataclass(frozen=True)
class Said:
    """A piece of the text."""

    text: str


@dataclass(frozen=True)
class Doing:
    """What is being done meanwhile, for whoever watches. `done`: it has ended."""

    description: str
    done: bool


@dataclass(frozen=True)
class Cited:
    """Where the text from `start` to `end` (in characters of the whole answer) comes from."""

    url: str
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Called:
    """The model wants the client to use its tools."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True)
class Ended:
    """How it ended, and what it cost. It is the last piece."""

    finish: Finish = "stop"
    usage: Usage = field(default_factory=lambda: Usage(0, 0))


Piece = Said | Doing | Cited | Called | Ended
Answer = Iterator[Piece]


def finish(stop: Stop) -> Finish:
    """Why a model stopped, in OpenAI's words."""
    return _FINISHES[stop]
