"""From statements to a specification that completes, its proofs, and what must be asked."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from call_flow.parse.meaning import closing, company, contacts, week
from call_flow.parse.meaning.places import Places
from call_flow.parse.meaning.roster import Roster
from call_flow.parse.meaning.routes import Routes
from call_flow.parse.meaning.sheet import Question, Sheet, cells, plain, shown
from call_flow.parse.mentions import phones
from call_flow.parse.statement import Fragment, Kind, Statement
from call_flow.spec import complete
from call_flow.spec.draft import unprocessable
from call_flow.spec.specification import Specification
from call_flow.spec.telephone import country_of, e164
from call_flow.spec.words import Misunderstood
from oberaconnect.problems import FieldError, Unprocessable

_NAMELESS = "Customer"
_MOST_REPAIRS = 40
_ESSENTIAL = (
    ("numbers", "Which number do customers call?"),
    ("extensions", "Who answers calls, on which extensions?"),
    ("hours", "When are you open?"),
    ("after_hours", "What shall happen to calls when it is closed?"),
)


@dataclass(frozen=True)
class Known:
    """What is known from elsewhere than the text, and therefore has no quote."""

    country: str | None = None
    time_zone: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Field:
    """A value of the specification by its JSON pointer, and the piece of the text that proves it."""

    pointer: str
    value: JsonValue
    proof: Fragment


@dataclass(frozen=True)
class Assembled:
    """A specification as JSON, its values with their proofs, what must be asked, and which pieces were used."""

    specification: dict[str, JsonValue]
    fields: list[Field]
    questions: list[Question]
    used: list[Fragment]


def assemble(source: str, statements: Sequence[Statement], known: Known, *, today: dt.date) -> Assembled:
    """Make a specification of what a text says. It completes; what does not is left out and asked."""
    ordered = sorted(statements, key=lambda item: (item.quote.start, item.quote.end))
    sheet = _sheet(source, ordered, known, today.year)
    _fill(sheet, ordered, known)
    return _that_completes(sheet, known, today)


def _sheet(source: str, statements: Sequence[Statement], known: Known, year: int) -> Sheet:
    said = next(filter(None, (company.country_of(item) for item in statements if item.kind == "country")), None)
    country = known.country or said or country_of(_international(statements))
    return Sheet(source, country or "US", is_country_known=country is not None, year=year)


def _international(statements: Sequence[Statement]) -> list[str]:
    found = []
    for statement in statements:
        for _, piece in statement.parts:
            for start, end in phones(piece.text) if "+" in piece.text else ():
                if piece.text[start:end].startswith("+"):
                    with suppress(Misunderstood):
                        found.append(e164(piece.text[start:end], "US"))
    return found


def _fill(sheet: Sheet, statements: Sequence[Statement], known: Known) -> None:
    def of(*kinds: Kind) -> list[Statement]:
        return [item for item in statements if item.kind in kinds]

    taken = {
        kind: value for kind, value in (("country", known.country), ("time_zone", known.time_zone)) if value is not None
    }
    about = of("customer", "country", "time_zone", "language", "address", "provider")
    spoken = known.language is not None
    company.tell(sheet, [item for item in about if item.kind not in taken and not (spoken and item.kind == "language")])
    roster = Roster(sheet)
    for statement in of("extension"):
        roster.tell(statement)
    places = Places(sheet, roster)
    routes = Routes(sheet, places)
    routes.groups(of("group", "queue", "menu"))
    routes.menu(of("menu"))
    routes.ways(of("during_hours", "after_hours", "on_holidays", "operator"))
    contacts.numbers(sheet, of("number"), routes)
    contacts.emergency(sheet, of("emergency_contact"), places)
    routes.no_answer(of("no_answer"))
    routes.finish()
    if roster.people:
        sheet.tree["extensions"] = roster.trees()
    contacts.mailbox(sheet, of("mailbox", "no_voicemail"))
    week.tell(sheet, of("hours", "closed", "always_open", "break"))
    closing.tell(sheet, of("holiday", "working_holiday"))
    _greeting(sheet, of("greeting"))
    for statement in of("direct_dial"):
        if "menu" in sheet.tree:
            sheet.put("direct_dial", True, statement.quote)
            sheet.use(statement)
    for statement in of("uncertain"):
        sheet.ask(None, f"Is this so, and shall it be so? {shown(statement.quote)}")


def _greeting(sheet: Sheet, statements: list[Statement]) -> None:
    words = [(item, piece) for item in statements if (piece := item.one("words")) is not None]
    if not words:
        return
    (first, piece), *others = words
    for other, other_piece in others:
        if other_piece.text.split() != piece.text.split():
            sheet.contradiction("/greeting", first.quote, other.quote, "What shall callers hear first?")
            return
    sheet.put("greeting", " ".join(piece.text.split()), piece)
    sheet.use(first)


def _that_completes(sheet: Sheet, known: Known, today: dt.date) -> Assembled:
    for _ in range(_MOST_REPAIRS):
        specification = _specification(sheet, known)
        error = _first_error(specification, today)
        if error is None:
            break
        _leave_out(sheet, error)
    else:
        sheet.tree.clear()
        specification = _specification(sheet, known)
    if "customer" not in sheet.tree:
        sheet.ask("/customer", "What is the company called?")
    for name, question in _ESSENTIAL:
        if name not in specification and not any(
            (item.pointer or "").startswith(f"/{name}") for item in sheet.questions
        ):
            sheet.ask(f"/{name}", question)
    fields = [Field(*found) for found in cells(sheet.tree)]
    proven: dict[str, JsonValue] = {
        item.pointer: {"origin": "stated", "evidence": item.proof.text} for item in fields if _stays(item.pointer)
    }
    if proven:
        specification["provenance"] = proven
    return Assembled(specification, fields, sheet.questions, sheet.used)


def _stays(pointer: str) -> bool:
    """Whether a flow keeps a value where the specification has it; of a list of people it makes a group."""
    return "/entry/" not in pointer and "/on_no_answer/" not in pointer


def _specification(sheet: Sheet, known: Known) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"customer": _NAMELESS}
    if known.country is not None:
        found["country"] = known.country
    if known.time_zone is not None:
        found["time_zone"] = known.time_zone
    if known.language is not None:
        found["language"] = known.language
    filled = plain(sheet.tree)
    return found | filled if isinstance(filled, dict) else found


def _first_error(specification: dict[str, JsonValue], today: dt.date) -> FieldError | None:
    try:
        complete(Specification.model_validate(specification), today=today)
    except ValidationError as error:
        return unprocessable(error).errors[0]
    except Unprocessable as problem:
        return problem.errors[0]
    return None


def _leave_out(sheet: Sheet, error: FieldError) -> None:
    """Take away what cannot be completed, and ask about it."""
    parts = error["pointer"].removeprefix("#/").split("/")
    name = parts[0]
    proof = next(
        (proof for pointer, _, proof in cells(sheet.tree) if f"{pointer}/".startswith(f"/{'/'.join(parts)}/")), None
    )
    said = f" The text says {shown(proof)}." if proof else ""
    sheet.ask(f"/{'/'.join(parts)}", f"{error['detail']}{said}")
    inside = sheet.tree.get(name)
    if isinstance(inside, dict) and len(parts) > 1 and name in ("groups", "queues", "menu"):
        inside.pop(parts[1].replace("~1", "/").replace("~0", "~"), None)
        if inside:
            return
    elif isinstance(inside, list) and len(parts) > 2 and parts[1].isdigit() and int(parts[1]) < len(inside):
        item = inside[int(parts[1])]
        if isinstance(item, dict) and parts[2] in item and len(item) > 1:
            del item[parts[2]]
            return
        del inside[int(parts[1])]
        if inside:
            return
    sheet.tree.pop(name, None) if name in sheet.tree else sheet.tree.clear()
