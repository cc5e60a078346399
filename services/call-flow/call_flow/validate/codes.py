"""Rules about what is dialled inside: codes of functions, parking, rooms."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from call_flow.flow.graph import Vertex
from call_flow.flow.model import FeatureCodes
from call_flow.flow.nodes import Conference, Toggle
from call_flow.validate.context import Context
from call_flow.validate.emergency_numbers import dialled_for_help
from call_flow.validate.naming import quoted
from call_flow.validate.rule import Found, Subject

CODES = Subject()


@dataclass(frozen=True)
class Code:
    """What staff dial for a function, where it stands, and what it does."""

    dialled: str
    pointer: str
    what: str


def staff_codes(context: Context) -> Iterator[Code]:
    """Every code: of features, schedules and switches."""
    for field in FeatureCodes.model_fields:
        if (dialled := getattr(context.flow.feature_codes, field)) is not None:
            yield Code(dialled, f"/feature_codes/{field}", f"the code for {field.replace('_', ' ')}")
    for position, schedule in enumerate(context.flow.schedules):
        if schedule.override:
            what = f"the code of the schedule {quoted(schedule.name or schedule.id)}"
            yield Code(schedule.override.code, f"/schedules/{position}/override/code", what)
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Toggle):
            yield Code(node.code, f"/nodes/{position}/code", f"the code of {context.name(node.id)}")


def parking_lot(context: Context) -> Iterator[str]:
    """The number of the parking lot, and of each slot."""
    numbering = context.flow.numbering
    if numbering.parking is not None:
        for number in range(numbering.parking_slots + 1):
            yield f"{int(numbering.parking) + number:0{len(numbering.parking)}}"


@CODES.rule(
    "code.twice", "error",
    title="A code with two meanings",
    why="Dialling it does one of the two things, and nobody knows which.",
    fix="Give one of them another code.",
)  # fmt: skip
def twice(context: Context) -> Iterator[Found]:
    """Two functions have the same code."""
    first: dict[str, Code] = {}
    for code in staff_codes(context):
        other = first.setdefault(code.dialled, code)
        if other is not code:
            yield Found(code.pointer, f"{code.dialled} is {code.what} and {other.what}.")


@CODES.rule(
    "code.prefix", "warning",
    title="A code that another begins with",
    why="Telephones that dial at once dial the shorter one; others wait each time.",
    fix="Use codes that do not begin alike.",
)  # fmt: skip
def prefix(context: Context) -> Iterator[Found]:
    """A code is the beginning of another."""
    ordered = sorted(staff_codes(context), key=lambda code: code.dialled)
    for code, following in pairwise(ordered):
        if following.dialled.startswith(code.dialled) and following.dialled != code.dialled:
            yield Found(code.pointer, f"{code.dialled}, {code.what}, begins {following.dialled}, {following.what}.")


@CODES.rule(
    "code.is-extension", "error",
    title="A code that is an extension",
    why="Dialling it does one of the two things.",
    fix="Use a code that begins with a star.",
)  # fmt: skip
def is_extension(context: Context) -> Iterator[Found]:
    """A code is the number of an extension or conference room."""
    rooms = {node.room for node in context.flow.nodes if isinstance(node, Conference)}
    for code in staff_codes(context):
        if code.dialled in context.graph.extensions or code.dialled in rooms:
            what = context.name(Vertex("extension", code.dialled)) if code.dialled not in rooms else "a conference room"
            yield Found(code.pointer, f"{code.dialled} is {code.what} and {what}.")


@CODES.rule(
    "code.without-star", "warning",
    title="A code of digits only",
    why="It is dialled by accident, at the beginning of a telephone number.",
    fix="Begin the code with a star.",
)  # fmt: skip
def without_star(context: Context) -> Iterator[Found]:
    """A code has neither star nor hash."""
    for code in staff_codes(context):
        if code.dialled.isdigit():
            yield Found(code.pointer, f"{code.dialled}, {code.what}, has digits only.")


@CODES.rule(
    "emergency.code-in-the-way", "error",
    title="A code that is an emergency number",
    why="Who calls for help would turn a switch instead.",
    fix="Use a code that begins with a star.",
)  # fmt: skip
def code_in_the_way(context: Context) -> Iterator[Found]:
    """A code is dialled like, or at the beginning of, an emergency number."""
    for code in staff_codes(context):
        for number in dialled_for_help(context.flow, context.countries):
            if number.startswith(code.dialled):
                message = f"{code.dialled}, {code.what}, is in the way of the emergency number {number}."
                yield Found(code.pointer, message)
                break


@CODES.rule(
    "numbering.parking-conflict", "error",
    title="An extension within the parking lot",
    why="Calls to it are parked, or parked calls ring there.",
    fix="Move the parking lot to free numbers, or renumber the extension.",
)  # fmt: skip
def parking_conflict(context: Context) -> Iterator[Found]:
    """An extension has the number of the parking lot or of a slot."""
    lot = set(parking_lot(context))
    for position, extension in enumerate(context.flow.extensions):
        if extension.number in lot:
            slots = f"{context.flow.numbering.parking} with {context.flow.numbering.parking_slots} slots"
            message = f"{context.of(extension)} is a number of the parking lot ({slots})."
            yield Found(f"/extensions/{position}/number", message)


@CODES.rule(
    "numbering.room-taken", "error",
    title="A conference room with a number that is taken",
    why="Dialling it rings a telephone, or enters the room.",
    fix="Give the room a free number.",
)  # fmt: skip
def room_taken(context: Context) -> Iterator[Found]:
    """The number of a room is an extension, in the parking lot, or an emergency number."""
    lot, help_numbers = set(parking_lot(context)), set(dialled_for_help(context.flow, context.countries))
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Conference):
            taken = (
                context.name(Vertex("extension", node.room)) if node.room in context.graph.extensions
                else "a number of the parking lot" if node.room in lot
                else "an emergency number" if node.room in help_numbers
                else ""
            )  # fmt: skip
            if taken:
                message = f"The room {node.room} of {context.name(node.id)} is {taken} as well."
                yield Found(f"/nodes/{position}/room", message)
