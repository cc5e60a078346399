"""Who is there: the telephones that the text tells of, and by which words they are meant."""

import re
from dataclasses import dataclass, field

from pydantic import JsonValue

from call_flow.parse.meaning.sheet import LONGEST_LABEL, Cell, Made, Sheet, Tree, shortened, shown
from call_flow.parse.statement import Fragment, Statement
from call_flow.spec.telephone import e164
from call_flow.spec.words import Misunderstood, folded

#: So many people are not told of in prose; one statement adds a whole range.
_MOST = 2000
_MOST_IN_A_RANGE = 500
_RANGE = re.compile(
    r"([0-9]{2,6})\s*(?:-|\u2013|\u2014|to|through|thru|until|bis|\.{2,3}|…)\s*([0-9]{2,6})", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9]{2,6}")
_TITLE = re.compile(r"(?:dr|mr|mrs|ms|miss|prof|herr|frau)\.?\s+", re.IGNORECASE)
_FIELDS = ("number", "name", "email", "did", "mobile", "ring_s", "on_no_answer")


@dataclass(eq=False)
class Person:
    """A telephone, by its number or a name."""

    number: Cell | None = None
    name: Cell | None = None
    email: Cell | None = None
    mobile: Cell | None = None
    did: Cell | None = None
    ring_s: Cell | None = None
    on_no_answer: Cell | None = None
    #: The statement that told of it last.
    told: Fragment | None = None
    #: Of what the text says two things.
    disputed: set[str] = field(default_factory=set)

    def tree(self) -> Tree:
        """The extension as the specification has it."""
        parts = {name: getattr(self, name) for name in _FIELDS}
        return {name: cell for name, cell in parts.items() if cell is not None}

    def called(self) -> list[JsonValue]:
        """What a specification may call it."""
        return [cell.value for cell in (self.number, self.name) if cell is not None]


class Roster:
    """The telephones of a text."""

    def __init__(self, sheet: Sheet) -> None:
        """Empty."""
        self._sheet = sheet
        self.people: list[Person] = []
        self._by_number: dict[str, Person] = {}
        self._by_word: dict[str, dict[int, Person]] = {}

    def tell(self, statement: Statement) -> None:
        """Take in an `extension` statement. What contradicts another is asked, and not taken."""
        if len(self.people) >= _MOST:
            return
        numbers = self._numbers(statement)
        name = statement.one("name")
        if len(numbers) > 1 or (name is None and numbers):
            for number in numbers:
                self._at(number)
        if len(numbers) <= 1 and (name is not None or numbers):
            person = self._person(numbers[0] if numbers else None, name, statement.quote)
            if person is None:
                return
            person.told = statement.quote
            self._details(person, statement)
        elif not numbers:
            return
        self._sheet.use(statement)

    def add_number(self, fragment: Fragment) -> str:
        """An extension that is only ever called, never told of. Raises `Misunderstood` when it cannot be one."""
        if not _NUMBER.fullmatch(fragment.text):
            raise Misunderstood(f"{shown(fragment)} is no extension")
        self._at(Cell(fragment.text, fragment))
        return fragment.text

    def add_name(self, fragment: Fragment) -> str:
        """A person that is only ever called, never told of."""
        self._named(fragment)
        return _spaced(fragment.text)

    def find(self, words: str) -> str | None:
        """How the specification calls the telephone that is meant: its whole name if only it has that, else its number.

        Raises:
            Misunderstood: when several may be meant.
        """
        person = self._by_number.get(words) or self._meant(words)
        return None if person is None else self._called(person)

    def number_of(self, words: str) -> str | None:
        """The extension's number, if it is known. Raises `Misunderstood` when several may be meant."""
        person = self._by_number.get(words) or self._meant(words)
        return None if person is None or person.number is None else str(person.number.value)

    def mobile_of(self, words: str) -> str | None:
        """The person's mobile number, if it is known. Raises `Misunderstood` when several may be meant."""
        person = self._meant(words)
        return None if person is None or person.mobile is None else str(person.mobile.value)

    def everyone(self, most: int) -> list[str]:
        """All of them, up to so many."""
        return [self._called(person) for person in self.people[:most]]

    def trees(self) -> list[Made]:
        """The extensions as the specification has them, in their order."""
        return [person.tree() for person in self.people]

    def _numbers(self, statement: Statement) -> list[Cell]:
        found = []
        for fragment in statement.all("number"):
            if match := _RANGE.fullmatch(fragment.text):
                first, last = int(match[1]), int(match[2])
                if len(match[1]) == len(match[2]) and first < last < first + _MOST_IN_A_RANGE:
                    found += [Cell(f"{number:0{len(match[1])}}", fragment) for number in range(first, last + 1)]
                    continue
            elif _NUMBER.fullmatch(fragment.text):
                found.append(Cell(fragment.text, fragment))
                continue
            self._sheet.ask("/extensions", f"Which extensions does {shown(fragment)} mean?")
        return found

    def _person(self, number: Cell | None, name: Fragment | None, quote: Fragment) -> Person | None:
        """The telephone that a statement is about; None where it contradicts what was told before."""
        if name is None:
            return None if number is None else self._at(number)
        known = self._quietly(name.text)
        if number is None:
            return known or self._named(name)
        there = self._by_number.get(str(number.value))
        if there is None and known is not None and (known.number is None or self._is_named(known, name)):
            return self._numbered(known, number, name, quote)
        return self._of_both(there or self._at(number), known, name, quote)

    def _numbered(self, known: Person, number: Cell, name: Fragment, quote: Fragment) -> Person | None:
        """Somebody who was told of, and now has a number that nobody has."""
        if "number" in known.disputed:
            return None
        if known.number is not None:
            question = f"Which extension has {_spaced(name.text)}?"
            self._sheet.contradiction("/extensions", known.told or known.number.proof, quote, question)
            self._by_number.pop(str(known.number.value), None)
            known.number = None
            known.disputed.add("number")
            return None
        known.number = number
        self._by_number[str(number.value)] = known
        self._rename(known, name)
        return known

    def _of_both(self, person: Person, known: Person | None, name: Fragment, quote: Fragment) -> Person | None:
        """The telephone with a number, which now has a name too."""
        if person.name is None:
            if "name" in person.disputed:
                return None
        elif known is not person and not _extends(str(person.name.value), _spaced(name.text)):
            question = f"Who has the extension {person.number.value if person.number else ''}?"
            self._sheet.contradiction("/extensions", person.told or person.name.proof, quote, question)
            self._forget_name(person)
            return None
        self._rename(person, name)
        return person

    @staticmethod
    def _is_named(person: Person, name: Fragment) -> bool:
        return person.name is not None and folded(str(person.name.value)) == folded(_spaced(name.text))

    def _at(self, number: Cell) -> Person:
        person = self._by_number.get(str(number.value))
        if person is None:
            person = self._add(Person(number=number))
            self._by_number[str(number.value)] = person
        return person

    def _named(self, name: Fragment) -> Person:
        person = self._add(Person())
        self._rename(person, name)
        return person

    def _add(self, person: Person) -> Person:
        self.people.append(person)
        return person

    def _rename(self, person: Person, name: Fragment) -> None:
        """Give a person the longer of two names."""
        spaced = shortened(name.text, LONGEST_LABEL)
        if person.name is None or len(spaced) > len(str(person.name.value)):
            person.name = Cell(spaced, name)
        for word in _words(spaced):
            self._by_word.setdefault(word, {})[id(person)] = person

    def _forget_name(self, person: Person) -> None:
        person.name = None
        person.disputed.add("name")
        for meant in self._by_word.values():
            meant.pop(id(person), None)

    def _quietly(self, words: str) -> Person | None:
        """The one that is meant; None also where several may be."""
        meant = self._called_so(folded(_spaced(words)))
        if len(meant) == 1:
            return meant[0]
        meant = self._called_so(folded(words).split()[0]) if not meant and words.split() else []
        short = [one for one in meant if one.name is not None and _extends(str(one.name.value), _spaced(words))]
        return short[0] if len(short) == 1 else None

    def _meant(self, words: str) -> Person | None:
        spaced = folded(_spaced(words))
        meant = self._called_so(spaced) or self._called_so(_TITLE.sub("", spaced))
        exact = [one for one in meant if one.name is not None and folded(str(one.name.value)) == spaced]
        if len(exact or meant) > 1:
            raise Misunderstood(f"“{_spaced(words)}” may be several people")
        return next(iter(exact or meant), None)

    def _called_so(self, word: str) -> list[Person]:
        return list(self._by_word.get(word, {}).values())

    def _called(self, person: Person) -> str:
        if person.name is not None:
            name = folded(str(person.name.value))
            alike = [one for one in self._called_so(name) if one.name and folded(str(one.name.value)) == name]
            if len(alike) == 1 or person.number is None:
                return str(person.name.value)
        return str(person.number.value) if person.number else ""

    def _details(self, person: Person, statement: Statement) -> None:
        if (email := statement.one("email")) is not None:
            self._put(person, "email", Cell(email.text, email))
        for role, name in (("mobile", "mobile"), ("direct", "did")):
            for fragment in statement.all(role):  # type: ignore[arg-type]
                try:
                    value = e164(fragment.text, self._sheet.country)
                except Misunderstood as misunderstood:
                    self._sheet.ask("/extensions", str(misunderstood))
                    continue
                self._put(person, name, Cell(value, fragment))

    def _put(self, person: Person, name: str, cell: Cell) -> None:
        there: Cell | None = getattr(person, name)
        if there is not None and there.value != cell.value:
            who = person.name or person.number
            question = f"Which is right for {who.value if who else 'this extension'}?"
            self._sheet.contradiction("/extensions", there.proof, cell.proof, question)
            setattr(person, name, None)
            person.disputed.add(name)
        elif name not in person.disputed:
            setattr(person, name, cell)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _extends(one: str, other: str) -> bool:
    """Whether one of two names is the other with more of its words."""
    first, second = folded(one).split(), folded(other).split()
    short, long = sorted((first, second), key=len)
    return all(word in long for word in short)


def _words(name: str) -> set[str]:
    """By which words a person is meant: all of the name, and its first word and its last ones."""
    whole = folded(name)
    plain = _TITLE.sub("", whole)
    parts = plain.replace(",", " ").split()
    return {whole, plain, *parts[:1], *(" ".join(parts[first:]) for first in range(1, len(parts)))}
