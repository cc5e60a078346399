"""A flow while it is being made, with where its values come from."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from call_flow.flow.model import SCHEMA, Flow, Origin, Provenance
from call_flow.spec.specification import Specification
from call_flow.spec.words import Misunderstood
from oberaconnect.problems import FieldError, Unprocessable

Plain = dict[str, Any]
Section = Literal[
    "sites", "numbers", "extensions", "mailboxes", "schedules", "holiday_sets", "prompts", "nodes", "trunks", "outbound"
]
_SECTIONS: tuple[Section, ...] = (
    "sites", "numbers", "extensions", "mailboxes", "schedules", "holiday_sets", "prompts", "nodes", "trunks", "outbound"
)  # fmt: skip
_MOST_ERRORS = 100


@dataclass
class Piece:
    """An object of the flow: its JSON, and by JSON pointer inside it where values come from."""

    plain: Plain
    rank: int = 0
    notes: dict[str, Provenance] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def note(self, where: str, origin: Origin, reason: str | None = None, question: str | None = None) -> None:
        """Say where a value comes from; `where` is its pointer in this object, empty for all of it."""
        self.notes[where] = Provenance(origin=origin, evidence=reason, question=question)

    def put(self, name: str, value: Any, origin: Origin, reason: str, question: str | None = None) -> None:
        """Give a field a value that nobody stated."""
        self.plain[name] = value
        self.note(f"/{name}", origin, reason, question)


class Draft:
    """The parts of a flow so far, and the words that could not be understood."""

    def __init__(self, spec: Specification, today: dt.date) -> None:
        """Begins with what is given in full."""
        self.spec = spec
        self.today = today
        self.errors: list[FieldError] = []
        self.general_mailbox: str | None = None
        self.sections: dict[Section, list[Piece]] = {name: [] for name in _SECTIONS}
        self.customer = Piece({})
        self.emergency = Piece({})
        self.numbering = Piece({})
        self.feature_codes = Piece({})

    def add(self, section: Section, plain: Plain, *, rank: int = 0) -> Piece:
        """A further element of a section. Nodes are sorted by rank."""
        piece = Piece(plain, rank)
        self.sections[section].append(piece)
        return piece

    def make(self, plain: Plain, *, rank: int) -> Piece:
        """A node that follows from short fields; one that is given in full must not have its id."""
        if any(node.id == plain["id"] for node in self.spec.nodes):
            self.refuse("/nodes", f"The short fields make a node '{plain['id']}' too. Give yours another id.")
        return self.add("nodes", plain, rank=rank)

    def ids(self, section: Section) -> set[str]:
        """The ids of a section's elements."""
        return {piece.plain["id"] for piece in self.sections[section]}

    @contextmanager
    def reading(self, pointer: str) -> Iterator[None]:
        """Where in the specification the words stand that are being read; those without a meaning are noted."""
        try:
            yield
        except Misunderstood as misunderstood:
            self.refuse(pointer, str(misunderstood))

    def refuse(self, pointer: str, detail: str) -> None:
        """Note what is wrong with a value of the specification."""
        self.errors.append(FieldError(pointer=f"#{pointer}", detail=detail))

    def require_understood(self) -> None:
        """Raises `Unprocessable` when words could not be understood."""
        if self.errors:
            first, more = self.errors[0], len(self.errors) - 1
            tail = f" (and {more} more)" if more else ""
            raise Unprocessable(
                f"{first['pointer']}: {first['detail']}{tail}", errors=self.errors[:_MOST_ERRORS]
            )  # fmt: skip

    def flow(self) -> Flow:
        """The flow as it now is, each value with where it comes from.

        Raises:
            Unprocessable: when words could not be understood, or what they make is no flow.
        """
        self.require_understood()
        self.sections["nodes"].sort(key=lambda piece: piece.rank)
        pieces = dict(self._pieces())
        plain: Plain = {"schema": SCHEMA}
        for name in ("customer", "emergency", "numbering", "feature_codes"):
            plain[name] = getattr(self, name).plain
        plain |= {name: [piece.plain for piece in found] for name, found in self.sections.items()}
        try:
            flow = Flow.model_validate(plain)
        except ValidationError as error:
            raise unprocessable(error) from None
        provenance = self._stated(pieces, plain)
        provenance |= {f"{top}{at}": note for top, piece in pieces.items() for at, note in piece.notes.items()}
        _defaults(flow, "", provenance, is_covered=False)
        return flow.model_copy(update={"provenance": provenance})

    def _pieces(self) -> Iterator[tuple[str, Piece]]:
        for name in ("customer", "emergency", "numbering", "feature_codes"):
            yield f"/{name}", getattr(self, name)
        for section, found in self.sections.items():
            yield from ((f"/{section}/{number}", piece) for number, piece in enumerate(found))

    def _stated(self, pieces: dict[str, Piece], plain: Plain) -> dict[str, Provenance]:
        """What the specification itself says about where its values come from, by pointers in the flow."""
        given = self.spec.provenance
        moved = {source: f"{top}{at}" for top, piece in pieces.items() for at, source in piece.said.items()}
        return {
            moved.get(pointer, pointer): said
            for pointer, said in given.items()
            if pointer in moved or pointer.split("/")[1:2] in [[name] for name in plain]
        }


def escaped(part: str | int) -> str:
    """A name as it stands in a JSON pointer."""
    return str(part).replace("~", "~0").replace("/", "~1")


def unprocessable(error: ValidationError) -> Unprocessable:
    """The problem of a text that has not the shape it must have."""
    items = error.errors(include_url=False, include_context=False, include_input=False)
    problems = [
        FieldError(
            pointer="#" + "".join(f"/{escaped(part)}" for part in item["loc"]),
            detail=item["msg"].removeprefix("Value error, "),
        )
        for item in items
    ]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Unprocessable(f"{problems[0]['pointer']}: {problems[0]['detail']}{more}", errors=problems[:_MOST_ERRORS])


def _defaults(model: BaseModel, top: str, provenance: dict[str, Provenance], *, is_covered: bool) -> None:
    """Add the values that the model filled in, unless what they stand in is taken for granted as a whole."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if value is None or value in ([], {}) or name in ("kind", "schema_"):
            continue
        pointer = f"{top}/{name}"
        if name in model.model_fields_set:
            _below(value, pointer, provenance, is_covered=is_covered)
        elif not is_covered and pointer not in provenance:
            provenance[pointer] = Provenance(origin="default")


def _below(value: Any, pointer: str, provenance: dict[str, Provenance], *, is_covered: bool) -> None:
    if pointer in provenance:
        is_covered = provenance[pointer].origin in ("default", "assumed")
    if isinstance(value, BaseModel):
        _defaults(value, pointer, provenance, is_covered=is_covered)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, BaseModel | list | dict):
                _below(item, f"{pointer}/{number}", provenance, is_covered=is_covered)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, BaseModel | list | dict):
                _below(
                    item,
                    f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}",
                    provenance,
                    is_covered=is_covered,
                )
