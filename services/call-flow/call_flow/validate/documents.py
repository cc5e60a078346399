"""Rules about what the customer reads and signs."""

from collections.abc import Iterator

from call_flow.validate.context import Context
from call_flow.validate.naming import quoted
from call_flow.validate.pointers import pointer, resolves
from call_flow.validate.rule import Found, Subject

DOCUMENTS = Subject()
_WIDE = 60
#: Texts for which there is little room: on a telephone's display, on a card of the picture.
_SHORT = frozenset({"name", "label", "display", "first", "last", "caller_prefix"})
_PREFIX_WIDE = 15


@DOCUMENTS.rule(
    "document.blank-name", "warning",
    title="A name of blanks",
    why="The picture and the document have an empty place.",
    fix="Write the name, or leave it out.",
)  # fmt: skip
def blank_name(context: Context) -> Iterator[Found]:
    """A name or label has nothing but blanks."""
    for where, text in context.texts:
        if where.rsplit("/", 1)[-1] in _SHORT and not text.strip():
            yield Found(where, f"The {where.rsplit('/', 1)[-1].replace('_', ' ')} is blank.")


@DOCUMENTS.rule(
    "document.long-name", "info",
    title="A name that is longer than a display",
    why="Telephones and pictures show its beginning only.",
    fix="Use a shorter name.",
)  # fmt: skip
def long_name(context: Context) -> Iterator[Found]:
    """A name has more than 60 characters, a prefix of the caller's name more than 15."""
    for where, text in context.texts:
        field = where.rsplit("/", 1)[-1]
        if field in _SHORT and len(text) > (_PREFIX_WIDE if field == "caller_prefix" else _WIDE):
            yield Found(where, f"{quoted(text)} has {len(text)} characters.")


@DOCUMENTS.rule(
    "document.assumed", "info",
    title="Values that the customer has to confirm",
    why="They were not stated, but worked out or set as usual.",
    fix="Go through them with the customer before the flow is signed.",
)  # fmt: skip
def assumed(context: Context) -> Iterator[Found]:
    """Some values are assumed or defaults; one finding for all."""
    origins = [item.origin for item in context.flow.provenance.values()]
    if count := sum(origin in ("assumed", "default") for origin in origins):
        values = "1 value is" if count == 1 else f"{count} values are"
        yield Found("/provenance", f"{values} not stated by the customer.")


@DOCUMENTS.rule(
    "document.unknown-value", "warning",
    title="An origin of a value that is not there",
    why="The document would list a value that the flow does not have.",
    fix="Remove the entry, or correct its pointer.",
    reference="RFC 6901",
)  # fmt: skip
def unknown_value(context: Context) -> Iterator[Found]:
    """The pointer of an entry of provenance resolves to nothing."""
    for place in context.flow.provenance:
        if not resolves(context.plain, place):
            message = f"The provenance of {quoted(place)} is given, but there is no such value."
            yield Found(pointer("provenance", place), message)
