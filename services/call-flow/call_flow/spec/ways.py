"""Where calls go, from words: see `call_flow.spec.wishes.Way` for what may be said."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, ValidationError

from call_flow.flow.destination import Destination
from call_flow.spec import people
from call_flow.spec.draft import Draft, Piece, Plain
from call_flow.spec.script import Script
from call_flow.spec.telephone import e164, looks_like_a_number
from call_flow.spec.words import Misunderstood, folded, identifier, quoted

OPERATORS = ("operator", "front desk", "reception", "receptionist")
_EXTENSION = re.compile(r"(?:extension|ext\.?|x) ?([0-9]{1,12})")
_MAILBOX = re.compile(r"(?:voicemail|voice mail|mailbox|message)(?: (?:of|for|to))? (.+)", re.DOTALL)
_NODE = re.compile(r"(?:group|queue|node) (.+)", re.DOTALL)
_CALL = re.compile(r"(?:call|dial|number|phone) (.+)", re.DOTALL)
_SAY = re.compile(r"\s*(?:say|announce)\s*:\s*(.+)", re.DOTALL | re.IGNORECASE)
_VOICEMAIL = ("voicemail", "voice mail", "mailbox", "general mailbox", "message", "leave a message")
_HANG_UP = ("hang up", "hangup", "goodbye", "end call", "end the call", "bye")
_DIRECTORY = ("directory", "dial by name", "names", "company directory")
_MADE = {"menu": "menu", "main menu": "menu", "hours": "hours", "closed": "closed", "holiday": "holiday"}
#: Ids of nodes that the short fields make.
RESERVED = {"language", "hours", "menu", "everyone", "welcome", "greeting", "directory", "closed", "holiday"}
_OBJECT = {"to", "label", "say", "then"}
_SHORT = re.compile(r"[0-9]{1,6}")
_SHOWN = 8
_MEMBER = {"extension", "number", "delay_s", "confirm", "penalty"}


#: Where a call goes on, made when it is needed.
Onward = Callable[[], Plain]


def hang_up() -> Plain:
    """The end of a call."""
    return {"hangup": "normal"}


@dataclass(frozen=True)
class Way:
    """A destination, and how a menu speaks of it: by a label, or by the name of a phrase."""

    destination: Plain
    label: str | dict[str, str] | None = None
    phrase: str = "choice"


class Ways:
    """Understands where calls shall go, and makes what that needs."""

    def __init__(self, draft: Draft, script: Script, groups: Mapping[str, str]) -> None:
        """`groups` are the ids of groups and queues by name."""
        self._draft = draft
        self._script = script
        self._country = str(draft.customer.plain["country"])
        self.extensions = {str(piece.plain["number"]) for piece in draft.sections["extensions"]}
        self._people: dict[str, set[str]] = {}
        for piece in draft.sections["extensions"]:
            for name in _names(piece.plain):
                self._people.setdefault(folded(name), set()).add(str(piece.plain["number"]))
        self._nodes = {folded(name): node for name, node in groups.items()}
        self._labels = {node: name for name, node in groups.items()}
        for given in draft.spec.nodes:
            self._nodes.setdefault(given.id, given.id)
            if given.name:
                self._nodes.setdefault(folded(given.name), given.id)
        self.taken = draft.ids("nodes") | set(groups.values()) | RESERVED
        self.used: set[str] = set()
        self._operator: Plain | None = None
        self._has_directory = False
        self._pointer = ""
        #: Nodes of the entrance that words name, and where they stand; they are made later.
        self.awaited: dict[str, str] = {}

    def read(self, pointer: str, told: JsonValue, hint: str, then: Onward = hang_up) -> Way | None:
        """The way that is told at a place of the specification; what cannot be understood is noted, and gives None.

        `hint` names what is made on the way; `then` says where an announcement goes on if the words do not.
        """
        way = None
        with self._draft.reading(pointer):
            self._pointer = pointer
            way = self._way(told, hint, then)
            if "node" in way.destination:
                self.used.add(way.destination["node"])
        return way

    def general(self) -> Plain:
        """To the general mailbox; the end of the call if there shall be none."""
        number = people.general_mailbox(self._draft)
        return {"hangup": "no_answer"} if number is None else {"mailbox": number}

    def operator(self) -> Plain:
        """To whoever takes callers that need a person."""
        if self._operator is None:
            self._operator = self.general()  # while it is being found out: an operator may not be the operator
            pointer, self._operator = self._pointer, self._find_operator()
            self._pointer = pointer
        if "node" in self._operator:
            self.used.add(self._operator["node"])
        return self._operator

    def _find_operator(self) -> Plain:
        told = self._draft.spec.operator
        if told is not None:
            way = self.read("/operator", told, "front-desk")
            destination = way.destination if way else self.general()
        else:
            named = next((self._nodes[name] for name in OPERATORS if name in self._nodes), None)
            voices = people.voices(self._draft)
            if named is None and not voices:
                return self.general()
            destination = {"extension": voices[0]} if named is None else {"node": named}
        if "extension" not in destination:
            return destination
        return {"node": self._front_desk(destination["extension"], is_stated=told is not None)}

    def directory(self) -> Plain:
        """To the directory of names, which is made when it is first needed."""
        place = {"node": "directory"}
        if not self._has_directory:
            self._has_directory = True
            operator = self.operator()
            if operator == place:
                operator = self.general()
            plain = {"id": "directory", "kind": "directory", "name": "Directory"}
            node = self._draft.make(plain | {"operator": operator, "failed": operator}, rank=3)
            for name in ("operator", "failed"):
                node.note(f"/{name}", "default", "Who does not find a name in the directory comes to the front desk.")
        return place

    def member(self, told: JsonValue) -> Plain:
        """A member of a group or an agent of a queue. Raises `Misunderstood`."""
        if isinstance(told, Mapping):
            if not set(told) <= _MEMBER:
                raise Misunderstood(f"A member has extension or number, not {quoted(min(set(told) - _MEMBER))}.")
            plain = dict(told)
            if "number" in plain:
                plain["number"] = e164(str(plain["number"]), self._country)
            return plain | ({"extension": str(plain["extension"])} if "extension" in plain else {})
        is_text = isinstance(told, str | int) and not isinstance(told, bool)
        if not is_text or (found := self._person(folded(str(told)))) is None:
            raise Misunderstood(
                f"{quoted(told)} is nobody. Write an extension's number or name, or a telephone number."
            )
        return found

    def _way(self, told: JsonValue, hint: str, then: Onward) -> Way:
        if isinstance(told, Mapping):
            return self._of_object(told, hint, then)
        if isinstance(told, list):
            return self._ring([self.member(item) for item in told])
        if isinstance(told, bool) or not isinstance(told, str | int) or not str(told).strip():
            raise Misunderstood(f"{quoted(told)} says not where calls go. Write an extension, a group or 'voicemail'.")
        text = str(told).strip()
        if match := _SAY.fullmatch(text):
            name = hint.replace("-", " ").capitalize()
            return self._announcement(match[1].strip(), hint, name, then(), is_stated=False)
        words = folded(text)
        for meaning in (self._by_name, self._by_keyword, self._by_form):
            if way := meaning(words, text):
                return way
        known = sorted(self._labels.values())[:_SHOWN]
        raise Misunderstood(
            f"{quoted(told)} is no place where calls can go. Write an extension, a person's name, "
            f"{'one of the groups ' + ', '.join(known) if known else 'the name of a group'}, a telephone number, "
            "'voicemail', 'operator', 'directory' or 'hang up'; to announce a text, write 'say: …'."
        )

    def _by_name(self, words: str, told: str) -> Way | None:
        if words in self._nodes:
            return self._node(self._nodes[words])
        found = self._person(words)
        return None if found is None else self._to_person(found, told)

    def _by_keyword(self, words: str, _told: str) -> Way | None:
        if words in _HANG_UP:
            return Way({"hangup": "normal"}, phrase="goodbye")
        if words in _VOICEMAIL:
            return Way(self.general(), phrase="message")
        if words in OPERATORS:
            return Way(self.operator(), phrase="operator")
        if words in _DIRECTORY:
            return Way(self.directory(), phrase="names")
        if words not in _MADE:
            return None
        self.awaited.setdefault(_MADE[words], self._pointer)
        return Way({"node": _MADE[words]}, words)

    def _by_form(self, words: str, told: str) -> Way | None:
        if (match := _NODE.fullmatch(words)) and match[1] in self._nodes:
            return self._node(self._nodes[match[1]])
        if match := _MAILBOX.fullmatch(words):
            return self._to_mailbox(match[1])
        if match := _CALL.fullmatch(words):
            return self._to_person({"number": e164(match[1], self._country)}, told)
        parts = [part for part in re.split(r"\s*(?:[,;&+]|\band\b)\s*", words) if part]
        members = [found for part in parts if (found := self._person(part))]
        return self._ring(members) if 1 < len(parts) == len(members) else None

    def _of_object(self, told: Mapping[str, JsonValue], hint: str, then: Onward) -> Way:
        if not set(told) & {"to", "say"}:
            try:
                destination = Destination.model_validate(told).model_dump(mode="json", exclude_unset=True)
            except ValidationError as error:
                what = error.errors()[0]["msg"].removeprefix("Value error, ")
                raise Misunderstood(f"This is no destination: {what}. Or give 'to' or 'say'.") from None
            return self._to(destination)
        if set(told) - _OBJECT or ("to" in told) == ("say" in told) or {"to", "then"} <= set(told):
            raise Misunderstood("Give either 'to', or 'say' with 'then'; and 'label' with both.")
        label = None if told.get("label") is None else self._script.words(told["label"])
        if "to" in told:
            way = self._way(told["to"], hint, then)
            return Way(way.destination, label) if label else way
        if told.get("then") is None:
            onward = then()
        else:
            onward = self._way(told["then"], f"{hint}-then", hang_up).destination
            if "node" in onward:
                self.used.add(onward["node"])
        name = next(iter(label.values())) if label else hint.replace("-", " ").capitalize()
        way = self._announcement(
            told["say"], name if label else hint, name, onward, is_stated=told.get("then") is not None
        )  # fmt: skip
        return Way(way.destination, label) if label else way

    def _person(self, words: str) -> Plain | None:
        """An extension by number or name, or a telephone number."""
        if words in self.extensions:
            return {"extension": words}
        if numbers := self._people.get(words):
            if len(numbers) > 1:
                shown = " or ".join(sorted(numbers)[:_SHOWN])
                raise Misunderstood(f"{quoted(words)} may be {shown}. Write the extension's number.")
            return {"extension": next(iter(numbers))}
        if match := _EXTENSION.fullmatch(words):
            return {"extension": match[1]}
        if looks_like_a_number(words):
            return {"number": e164(words, self._country)}
        # An extension that does not exist is for the validator to find.
        return {"extension": words} if _SHORT.fullmatch(words) else None

    def _to_person(self, found: Plain, told: str) -> Way:
        number = found.get("extension")
        if number is not None and number not in self.extensions and number in self._mailboxes():
            return Way({"mailbox": number}, phrase="message")
        return Way(found, self._script.called(number) if number else told)

    def _to_mailbox(self, words: str) -> Way:
        if words in self._mailboxes() or _SHORT.fullmatch(words):
            return Way({"mailbox": words}, phrase="message")
        if words in self._nodes:
            return Way(self.general(), phrase="message")
        found = self._person(words)
        if found is None or "extension" not in found:
            raise Misunderstood(f"{quoted(words)} has no mailbox. Write 'voicemail', or 'voicemail 101'.")
        return Way({"mailbox": found["extension"]}, self._script.called(found["extension"]))

    def _to(self, destination: Plain) -> Way:
        """A destination in full, as a menu speaks of it."""
        if "node" in destination:
            return Way(destination, self._labels.get(destination["node"], destination["node"]))
        if "extension" in destination:
            return Way(destination, self._script.called(destination["extension"]))
        if "number" in destination:
            return Way(destination, destination["number"])
        return Way(destination, phrase="message" if "mailbox" in destination else "goodbye")

    def _mailboxes(self) -> set[str]:
        return {str(piece.plain["number"]) for piece in self._draft.sections["mailboxes"]}

    def _node(self, name: str) -> Way:
        return Way({"node": name}, self._labels.get(name, name))

    def _ring(self, members: list[Plain]) -> Way:
        if not members:
            raise Misunderstood("This list is empty. Name whose telephones ring.")
        name = identifier("ring " + " ".join(str(next(iter(m.values()))) for m in members), "ring", self.taken)
        self.taken.add(name)
        plain = {"id": name, "kind": "ring_group", "members": members, "no_answer": self.general()}
        node = self._draft.make(plain, rank=2)
        node.note("/no_answer", "default", "Calls that nobody answers go to the general mailbox.")
        confirm_outside(node, "members")
        return Way({"node": name}, name)

    def _announcement(self, text: JsonValue, hint: str, called: str, then: Plain, *, is_stated: bool) -> Way:
        name = identifier(hint, "say", self.taken)
        self.taken.add(name)
        self._script.stated(name, text)
        plain = {"id": name, "kind": "announcement", "name": called[:200], "prompt": name, "then": then}
        node = self._draft.make(plain, rank=4)
        if not is_stated:
            node.note(
                "/then", "assumed", "After an announcement the call goes on as usual.", f"What follows after '{name}'?"
            )
        return Way({"node": name}, phrase="information")

    def _front_desk(self, extension: str, *, is_stated: bool) -> str:
        name = identifier("front desk", "desk", self.taken)
        plain = {
            "id": name, "kind": "ring_group", "name": "Front desk", "members": [{"extension": extension}],
            "no_answer": self.general(),
        }  # fmt: skip
        node = self._draft.make(plain, rank=1)
        if is_stated:
            node.note("/name", "default", "Whoever takes callers without a key is called the front desk.")
            node.note("/no_answer", "default", "Calls that nobody answers go to the general mailbox.")
        else:
            reason = f"Callers who need a person come to extension {extension}, and then to the general mailbox."
            node.note("", "assumed", reason, "Who is at the front desk?")
        return name


def confirm_outside(node: Piece, name: str) -> None:
    """Members outside press a key to take a call, unless that is said."""
    for position, member in enumerate(node.plain[name]):
        if "number" in member and "confirm" not in member:
            member["confirm"] = True
            reason = "Whoever answers on an outside number presses 1, so that its voicemail takes no call."
            node.note(f"/{name}/{position}/confirm", "default", reason)


def _names(plain: Mapping[str, Any]) -> set[str]:
    first, last, display = (plain.get(name) or "" for name in ("first", "last", "display"))
    return {name for name in (f"{first} {last}".strip(), f"{last}, {first}" if first and last else "", display) if name}
