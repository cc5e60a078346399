"""What a fake language model is told to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Call:
    """A tool call. `broken` goes out in place of the arguments' JSON where a dialect sends them as text.

    Without an `id` each dialect counts its own, anew in every answer.
    """

    name: str
    arguments: Mapping[str, object]
    broken: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Thought:
    """Silent reasoning, signed; or `redacted`, so that only the vendor can read it."""

    text: str
    signature: str = "c2lnbmVk"
    redacted: bool = False


@dataclass(frozen=True)
class Reply:
    """One answer: what is said, and how it goes wrong."""

    pieces: Sequence[str] = ()
    calls: Sequence[Call] = ()
    stop: Literal["end", "length", "refused"] = "end"
    #: The model's silent reasoning. Anthropic's dialect sends it as a signed block, the others as a text of its own.
    thinking: str = ""
    #: Only in Anthropic's dialect, instead of thinking, pieces and calls: blocks in any order; a str is a text.
    blocks: Sequence[str | Thought | Call] = ()
    input_tokens: int = 11
    output_tokens: int = 7
    #: How many of the input tokens came from the vendor's cache, and how many it put there (Anthropic's dialect only).
    cached_tokens: int = 0
    cache_written_tokens: int = 0
    #: False: a server that does not count.
    counts: bool = True
    #: An HTTP status other than 200, with the vendor's own words.
    status: int = 200
    error: str = "vendor words that nobody should see"
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Wait before the first byte.
    delay_seconds: float = 0.0
    #: After this many pieces the stream reports an error, or the connection is cut, or it just ends.
    fail_after: int | None = None
    fail_how: Literal["error", "cut", "end"] = "error"
    #: Instead of all this: these bytes as the body, with status 200.
    body: bytes | None = None
