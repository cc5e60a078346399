"""Rules about numbers that ring an extension directly."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.validate.context import Context
from call_flow.validate.rule import Found, Subject

DIRECT_NUMBERS = Subject()


@DIRECT_NUMBERS.rule(
    "numbering.did-missing", "error",
    title="A direct number that is not among the numbers",
    why="No call comes to it.",
    fix="Add it to numbers, leading to this extension.",
)  # fmt: skip
def did_missing(context: Context) -> Iterator[Found]:
    """An extension has a direct number that the flow does not list."""
    for position, extension in enumerate(context.flow.extensions):
        if extension.did is not None and extension.did not in context.graph.numbers:
            message = f"{context.of(extension)} has the direct number {extension.did}, which is not listed."
            yield Found(f"/extensions/{position}/did", message)


@DIRECT_NUMBERS.rule(
    "numbering.did-twice", "error",
    title="A direct number of two extensions",
    why="It can ring one of them only.",
    fix="Give it to one of them, or lead it to a group of both.",
)  # fmt: skip
def did_twice(context: Context) -> Iterator[Found]:
    """Two extensions have the same direct number."""
    first: dict[str, str] = {}
    for position, extension in enumerate(context.flow.extensions):
        if extension.did is not None:
            other = first.setdefault(extension.did, extension.number)
            if other != extension.number:
                message = f"{context.of(extension)} has the direct number {extension.did} of extension {other} too."
                yield Found(f"/extensions/{position}/did", message)


@DIRECT_NUMBERS.rule(
    "numbering.did-elsewhere", "error",
    title="A direct number that leads elsewhere",
    why="Who calls the person's number reaches somebody else.",
    fix="Lead the number to this extension, or take it from the extension.",
)  # fmt: skip
def did_elsewhere(context: Context) -> Iterator[Found]:
    """The direct number of an extension never comes to it."""
    for position, extension in enumerate(context.flow.extensions):
        number = context.graph.numbers.get(extension.did or "")
        if number is None or number.entry.extension == extension.number:
            continue
        start = Vertex("number", number.e164)
        if not context.paths.rings(start, extension.number):
            message = f"{context.name(start)} of {context.of(extension)} leads to {context.name(number.entry)}."
            yield Found(f"/extensions/{position}/did", message)


@DIRECT_NUMBERS.rule(
    "numbering.did-looks-like-another", "warning",
    title="A number that ends like another extension",
    why="People take the last digits of a direct number for the extension.",
    fix="Check that the number leads to the right extension.",
)  # fmt: skip
def did_looks_like_another(context: Context) -> Iterator[Found]:
    """A number leads to an extension and ends with the number of another."""
    for position, number in enumerate(context.flow.numbers):
        own = number.entry.extension
        if own is None or number.e164.endswith(own):
            continue
        other = number.e164[-len(own) :]
        if len(own) > 1 and other in context.graph.extensions:
            message = f"{context.name(Vertex('number', number.e164))} ends like extension {other}, but rings {own}."
            yield Found(f"/numbers/{position}/entry", message)
