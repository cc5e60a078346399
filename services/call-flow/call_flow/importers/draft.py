"""A flow while it is being read out of another system, each value with the place it was read from."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

import phonenumbers
from pydantic import TypeAdapter, ValidationError

from call_flow.export.labels import shown
from call_flow.flow.calendar import zone
from call_flow.flow.model import SCHEMA, Flow, Origin, Provenance
from call_flow.flow.values import Email
from call_flow.importers.ledger import Ledger, Source
from call_flow.spec import country as usual
from call_flow.spec.draft import escaped, unprocessable
from call_flow.spec.telephone import country_of, zone_of
from oberaconnect.problems import Unprocessable

Plain = dict[str, Any]
Section = Literal[
    "sites", "numbers", "extensions", "mailboxes", "schedules", "holiday_sets", "prompts", "nodes", "trunks", "outbound"
]
SECTIONS: tuple[Section, ...] = (
    "sites", "numbers", "extensions", "mailboxes", "schedules", "holiday_sets", "prompts", "nodes", "trunks", "outbound"
)  # fmt: skip
_MOST: dict[Section, int] = {
    name: next(part.max_length for part in Flow.model_fields[name].metadata if hasattr(part, "max_length"))
    for name in SECTIONS
}
END: Plain = {"hangup": "normal"}
_KEYS = {"numbers": "e164", "extensions": "number", "mailboxes": "number"}
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_E164 = re.compile(r"\+[1-9][0-9]{4,14}")
_LONGEST_ID = 40


@dataclass
class Piece:
    """An object of the flow: its JSON, and by JSON pointer inside it where values come from."""

    plain: Plain
    notes: dict[str, Provenance] = field(default_factory=dict)

    def put(self, name: str, value: Any, source: Source) -> None:
        """Give it a value that was read at a place."""
        self.plain[name] = value
        self.notes[f"/{escaped(name)}"] = source.imported()

    def assume(self, name: str, value: Any, reason: str, question: str, origin: Origin = "assumed") -> None:
        """Give it a value that was not read, with what to ask the customer."""
        self.plain[name] = value
        self.notes[f"/{escaped(name)}"] = Provenance(origin=origin, evidence=reason, question=question)


class Draft:
    """The parts of a flow so far."""

    def __init__(self, system: str, ledger: Ledger, *, customer: str | None, today: dt.date) -> None:
        """`system` is what the other telephone system is called."""
        self.system = system
        self.ledger = ledger
        self.today = today
        self.sections: dict[Section, list[Piece]] = {name: [] for name in SECTIONS}
        self.customer = Piece({})
        if customer and shown(customer):
            self.customer.plain["name"] = shown(customer)
            self.customer.notes["/name"] = Provenance(origin="stated")
        self.emergency, self.numbering, self.feature_codes = Piece({}), Piece({}), Piece({})
        self._known: dict[tuple[Section, str], Piece] = {}

    @property
    def country(self) -> str:
        """The customer's country, once it is settled."""
        return str(self.customer.plain.get("country", "US"))

    def settle(self, numbers: list[str], zones: list[tuple[str, Source]]) -> None:
        """Tell the country by numbers with their country code, and the zone by the zones that the system names."""
        found = country_of(number for number in numbers if number.startswith("+"))
        if "country" not in self.customer.plain:
            if found is not None:
                because = f"Most numbers of the system belong to {found}."
                self.customer.assume("country", found, because, f"Is the customer in {found}?")
            else:
                reason = "No number with its country code was found."
                self.customer.assume("country", "US", reason, "In which country is the customer?")
        known = [(name, where) for name, where in zones if zone(name) is not None]
        if "time_zone" not in self.customer.plain:
            if known:
                self.customer.put("time_zone", known[0][0], known[0][1])
            else:
                guessed = next((name for number in numbers if (name := zone_of(number, self.country))), None)
                name = guessed or usual.time_zone(self.country)
                reason = "The system names no time zone; this is the one of the numbers' area or of the country."
                self.customer.assume("time_zone", name, reason, f"Is {name} the time zone of the customer?")

    @property
    def time_zone(self) -> str:
        """The customer's zone, once it is settled."""
        return str(self.customer.plain.get("time_zone", "Etc/UTC"))

    @property
    def language(self) -> str:
        """The customer's first language: what the system says, or what the country speaks."""
        if "languages" not in self.customer.plain:
            name = usual.language(self.country)
            reason = f"The system names no language; this is the one of {self.country}."
            self.customer.assume("languages", [name], reason, "Which languages do callers hear?", "default")
        return str(self.customer.plain["languages"][0])

    @property
    def calling_code(self) -> str:
        """The country's calling code."""
        return str(phonenumbers.country_code_for_region(self.country) or 1)

    def add(self, section: Section, plain: Plain, source: Source) -> Piece:
        """A further element, read at a place. One whose name is taken is listed and not added again."""
        name = str(plain[_KEYS.get(section, "id")])
        if (section, name) in self._known:
            self.ledger.approximated(source, f"{shown(name)} is there twice; the first counts.")
            return self._known[section, name]
        if len(self.sections[section]) >= _MOST[section]:
            what = section.replace("_", " ")
            raise Unprocessable(f"There are more than {_MOST[section]} {what}, and a flow holds no more. Send a part.")
        piece = Piece(plain, {"": source.imported()})
        self.sections[section].append(piece)
        self._known[section, name] = piece
        return piece

    def find(self, section: Section, name: str) -> Piece | None:
        """An element by its name."""
        return self._known.get((section, name))

    def free_id(self, section: Section, wanted: str) -> str:
        """An id of words that no element of the section has."""
        first = slug(wanted)
        name, at = first, 1
        while (section, name) in self._known:
            at += 1
            name = f"{first[: _LONGEST_ID - len(str(at)) - 1].rstrip('-')}-{at}"
        return name

    def e164(self, written: str) -> str | None:
        """A telephone number as E.164 writes it, of the customer's country if it has no country code."""
        if _E164.fullmatch(written):
            return written
        digits = "".join(sign for sign in written if sign.isascii() and sign.isdigit())
        if not 5 <= len(digits) <= 16:
            return None
        tries = [f"+{digits}"] if written.strip().startswith("+") else [digits, f"+{digits}"]
        found = [number for text in tries if (number := _parsed(text, self.country)) is not None]
        best = next(iter([*filter(phonenumbers.is_valid_number, found), *found]), None)
        return None if best is None else phonenumbers.format_number(best, phonenumbers.PhoneNumberFormat.E164)

    def flow(self) -> Flow:
        """The flow as it now is.

        Raises:
            Unprocessable: when there is nothing in it, or more than a flow holds.
        """
        if not any(self.sections[name] for name in ("numbers", "extensions", "mailboxes", "nodes")):
            raise Unprocessable(
                f"Nothing was found that makes a flow: no number, no extension and no menu. Send the configuration of "
                f"{self.system}, or say of which system it is."
            )
        if "name" not in self.customer.plain:
            reason = "The configuration does not name the customer."
            self.customer.assume("name", f"{self.system} system", reason, "Who is the customer?")
        self.settle([str(piece.plain["e164"]) for piece in self.sections["numbers"]], [])
        assert self.language  # noqa: S101 - settles the language
        self._settle_the_rest()
        plain: Plain = {"schema": SCHEMA}
        pieces = {f"/{name}": getattr(self, name) for name in ("customer", "emergency", "numbering", "feature_codes")}
        plain |= {pointer[1:]: piece.plain for pointer, piece in pieces.items()}
        for section, found in self.sections.items():
            plain[section] = [piece.plain for piece in found]
            pieces |= {f"/{section}/{at}": piece for at, piece in enumerate(found)}
        provenance = {"": Provenance(origin="imported", evidence=f"Read from the configuration of {self.system}.")}
        for name in ("emergency", "numbering", "feature_codes"):
            provenance[f"/{name}"] = Provenance(origin="default")
        provenance |= {f"{top}{at}": note for top, piece in pieces.items() for at, note in piece.notes.items()}
        try:
            flow = Flow.model_validate(plain)
        except ValidationError as error:
            problem = unprocessable(error)
            raise Unprocessable(
                f"What was read does not fit into a flow. {problem.detail}", errors=problem.errors
            ) from None
        return flow.model_copy(update={"provenance": provenance})

    def _settle_the_rest(self) -> None:
        """What every flow says: the numbers for help, and how many digits extensions have."""
        if "numbers" not in self.emergency.plain:
            numbers = list(usual.emergency_numbers(self.country))
            reason = f"The configuration names no numbers for help; these are those of {self.country}."
            self.emergency.assume("numbers", numbers, reason, "Which numbers do telephones call for help?")
            if self.country not in ("US", "CA"):
                self.emergency.plain |= {"test_numbers": [], "accept_prefixes": []}
        lengths = Counter(len(str(piece.plain["number"])) for piece in self.sections["extensions"])
        if lengths and "extension_digits" not in self.numbering.plain:
            self.numbering.plain["extension_digits"] = min(8, max(2, lengths.most_common(1)[0][0]))


def slug(words: str) -> str:
    """Words as an id: lower-case letters, digits and dashes, beginning with a letter."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not name or not name[0].isalpha():
        name = f"n-{name}".rstrip("-")
    return name[:_LONGEST_ID].rstrip("-")


def email(text: str) -> str | None:
    """An address that a flow takes; None for any other text."""
    try:
        return _EMAIL.validate_python(text.strip())
    except ValidationError:
        return None


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
