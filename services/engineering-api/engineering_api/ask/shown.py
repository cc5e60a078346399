"""What a language model is shown: texts fenced as data, without what reads like an order. Pure."""

import re
from collections.abc import Sequence

from engineering_api.ask.found import Source

_LEFT_OUT = "[text that reads like an instruction was left out]"
#: Free text of a device that speaks to whoever reads it rather than of the network.
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:instruction|rule|prompt|previous"
    r"|above|prior|earlier|everything|all)\b"
    r"|\b(?:system|developer)\s{0,2}(?:prompt|message|instruction)|\bnew (?:rule|instruction|task)s?\b"
    r"|\b(?:you are|you must|you should|you will|you have to|act as|pretend|role-?play)\b"
    r"|\b(?:assistant|chatbot|language model|llm|gpt|claude|ai)\b.{0,40}(?::|,|\b(?:say|answer|reply"
    r"|respond|output|tell|write|must|should)\b)"
    r"|\b(?:say|answer|reply|respond|output|print|tell (?:the|them|him|everyone))\b.{0,30}(?:[\"'“:]"
    r"|\bthat\b|\bonly\b|\bwith\b)"
    r"|</?(?:system|user|assistant|instructions?|evidence)[^>]{0,40}>|\[/?inst\]|<\|",
    re.I,
)
_MOST_QUOTED = 1_600


def without_orders(text: str) -> str:
    """Lines of which the free text reads like an instruction lose that text, from the word on that introduces it."""
    return "\n".join(_line(line) if _ORDER.search(line) else line for line in text.split("\n"))


def _line(line: str) -> str:
    head = re.match(
        r"\s*(?:[\w./:-]+\s+)?(?:description|descr|remark|comment|comments|alias|name|banner|contact"
        r"|location|set|<\w+>)?",
        line,
    )
    begun = min(head.end() if head else 0, _ORDER.search(line).start())  # type: ignore[union-attr]
    return f"{line[:begun].rstrip()} {_LEFT_OUT}".strip() if begun else _LEFT_OUT


def fenced(sources: Sequence[Source], fence: str, *, first: int = 1, room: int) -> tuple[str, int]:
    """The sources with their numbers, as many as there is room for, and how many these are.

    `fence` is a word that no text can know, so that none can pretend that it ended.
    """
    blocks: list[str] = []
    for number, source in enumerate(sources, first):
        place = " ".join(
            f"{name} {value}"
            for name, value in source.locator
            if name in ("line_start", "line_end", "page", "section") and value
        )
        text = without_orders(source.quote[:_MOST_QUOTED])
        block = (
            f"<{fence}>\nevidence {number}: {source.type} {_one_line(source.source)} "
            f"{_one_line(place)}\n{text}\n</{fence}>"
        )
        room -= len(block)
        if blocks and room < 0:
            break
        blocks.append(block)
    return "\n".join(blocks), len(blocks)


def _one_line(text: str) -> str:
    return without_orders(" ".join(text.split()))[:200]
