"""What a flow takes for granted, for the customer to confirm."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import Field, JsonValue

from call_flow.flow.model import Flow, Origin
from call_flow.flow.values import Part
from call_flow.spec.sentences import sentence

_TAKEN = ("default", "assumed")


class Assumption(Part):
    """A value that nobody stated: where it is (a JSON pointer in the flow), and a sentence about it.

    Values that are taken for granted alike, in several places, are one assumption about the first of these.
    """

    pointer: str
    value: JsonValue
    origin: Origin
    message: str
    question: str | None = None
    places: int = Field(default=1, description="How many values it is about")


def assumptions(flow: Flow) -> list[Assumption]:
    """The assumptions of a flow: first those with a question, then the others, each in the order of the flow."""
    plain = flow.plain()
    order = {name: number for number, name in enumerate(plain)}
    found: dict[tuple[str, str | None], Assumption] = {}
    places: Counter[tuple[str, str | None]] = Counter()
    for pointer, said in sorted(flow.provenance.items(), key=lambda item: _place(item[0], order)):
        parts = pointer.split("/")[1:]
        values = list(_along(plain, parts))
        if said.origin not in _TAKEN or not values or len(values) != len(parts):
            continue
        message = said.evidence or sentence(_shape(parts, values), values[-1])
        key = (message, said.question)
        places[key] += 1
        if key not in found:
            found[key] = Assumption(
                pointer=pointer, value=values[-1], origin=said.origin, message=message, question=said.question
            )
    items = [item.model_copy(update={"places": places[key]}) for key, item in found.items()]
    return sorted(items, key=lambda item: item.question is None)


def _place(pointer: str, order: dict[str, int]) -> tuple[tuple[int, str], ...]:
    first, *parts = pointer.split("/")[1:] or [""]
    numbers = ((int(part), "") if part.isdecimal() else (0, part) for part in parts)
    return ((order.get(first, len(order)), first), *numbers)


def _along(plain: Any, parts: list[str]) -> Iterator[Any]:
    """The values on the way along a pointer, as far as it leads."""
    for part in parts:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(plain, list):
            if not (name.isdecimal() and int(name) < len(plain)):
                return
            plain = plain[int(name)]
        elif isinstance(plain, dict) and name in plain:
            plain = plain[name]
        else:
            return
        yield plain


def _shape(parts: list[str], values: list[Any]) -> str:
    """A pointer without positions; for a node's values, with its kind."""
    shape = []
    for part, value in zip(parts, values, strict=True):
        if not part.isdecimal():
            shape.append(part)
        elif isinstance(value, dict) and "kind" in value and shape == ["nodes"]:
            shape = [str(value["kind"])]
    return "/".join(shape)
