"""RouterOS: commands tried on the lines of an export."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engineering_api.dialects.routeros import command
from engineering_api.platforms.platform import Platform
from engineering_api.reading.tree import Node
from engineering_api.review.draft import Piece, Trial, draft, lines
from engineering_api.review.routeros import KNOWN_BY, Entry, Values, entries, entry_of

_AT_ONCE = re.compile(
    r"/?(?:system (?:reboot|reset-configuration|shutdown|backup|package)|export|import|quit|ping|tool"
    r" (?:fetch|ping|torch|sniffer|bandwidth-test) |log print).*"
)
_PICK = re.compile(r"\[:pick (\[find where .*\] \d{1,5})\]")
_AND = re.compile(r'("(?:[^"\\]|\\.)*")| and ')
#: By what is found that every device has, and that is shown only where it was changed.
_OF_THE_DEVICE = frozenset(("", "default-name", "default", "default-identifier"))


def apply(texts: Sequence[str], commands_: Sequence[str], platform: Platform) -> Trial:
    """Try commands on the lines of an export."""
    session = _Session(draft(texts, platform.tree(texts)))
    for top in platform.tree([line for line in commands_ if not _AT_ONCE.fullmatch(line.strip())]):
        found = list(entries(top))
        for node, entry in found:
            session.take(entry, node)
        if (not found and not top.text.startswith(("#", "/"))) or (top.text.startswith("/") and not found):
            session.refused.append(f"{top.text}: this is no command that changes the configuration.")
    at_once = tuple(line.strip() for line in commands_ if _AT_ONCE.fullmatch(line.strip()))
    return Trial(tuple(lines(session.top)), tuple(session.refused), at_once)


@dataclass(slots=True, eq=False)
class _Held:
    entry: Entry
    piece: Piece
    owner: Piece


class _Session:
    """An export on which commands are tried."""

    def __init__(self, top: Piece) -> None:
        self.top = top
        self.refused: list[str] = []
        self.held: dict[str, list[_Held]] = {}
        #: Entries by their section and each of their values.
        self.by_value: dict[tuple[str, str, str], dict[int, _Held]] = {}
        for piece in top.children:
            path = " ".join(piece.text.replace("/", " ").split())
            for owner, one in [(top, piece)] if not piece.children else [(piece, child) for child in piece.children]:
                section = "" if owner is top else path
                if (entry := entry_of(Node(one.text, 0, 0), section)) is not None:
                    held = _Held(entry, one, owner)
                    self.held.setdefault(entry.path, []).append(held)
                    self._note(held)

    def _note(self, one: _Held) -> None:
        for pair in (*one.entry.values.items(), *one.entry.which.items()):
            self.by_value.setdefault((one.entry.path, *pair), {})[id(one)] = one

    def _forget(self, one: _Held) -> None:
        for pair in (*one.entry.values.items(), *one.entry.which.items()):
            self.by_value.get((one.entry.path, *pair), {}).pop(id(one), None)

    def _near(self, path: str, wanted: Values, here: Sequence[_Held]) -> Sequence[_Held]:
        """The entries that have the rarest of the wanted values, in their order."""
        if "" in wanted or wanted.get("disabled") == "no" or not wanted:
            return here
        found = min((self.by_value.get((path, *pair), {}) for pair in wanted.items()), key=len)
        return list(found.values())

    def take(self, asked: Entry, node: Node) -> None:
        here = self.held.setdefault(asked.path, [])
        if asked.verb == "add":
            self._add(asked, here, node)
            return
        if asked.verb == "unset" and "" in asked.which and not asked.flags:
            asked.flags = [asked.which.pop("")]
        chosen = self._chosen(asked, here, node)
        if not chosen and asked.verb == "set" and asked.which.keys() <= _OF_THE_DEVICE:
            entry = Entry(asked.path, "set", asked.which, dict(asked.values))
            self._append(entry, here, None)
        elif not chosen:
            self.refused.append(f"{node.text}: there is no such entry.")
        for one in chosen:
            self._change(one, asked, here)

    def _change(self, one: _Held, asked: Entry, here: list[_Held]) -> None:
        values = {key: value for key, value in asked.values.items() if key not in asked.which}
        if asked.verb == "remove":
            one.owner.remove(one.piece)
            here.remove(one)
            self._forget(one)
            return
        self._forget(one)
        if asked.verb == "unset":
            for name in (*asked.flags, *filter(None, asked.values.get("value-name", "").split(","))):
                one.entry.values.pop(name, None)
        elif asked.verb == "comment":
            values = {"comment": asked.values.get("comment", "")}
        elif asked.verb != "set":
            self.refused.append(f"{asked.path} {asked.verb}: it is not known what this changes.")
            self._note(one)
            return
        one.entry.values.update(values)
        self._note(one)
        self._write(one)

    @staticmethod
    def _write(one: _Held) -> None:
        is_alone = one.piece.text.startswith("/")
        one.piece.text = f"/{one.entry.path} {one.entry.text}" if is_alone else one.entry.text
        one.piece.own = [one.piece.text]

    def _add(self, asked: Entry, here: list[_Held], node: Node) -> None:
        place = re.search(r"place-before=(\[.*\]|\S+)", node.text)
        asked.values.pop("place-before", None)
        before = None
        if place is not None:
            asked.flags = [flag for flag in asked.flags if "find" not in flag and "[" not in flag and "]" not in flag]
            wanted = _which(place[1])
            before = next((one for one in self._near(asked.path, wanted, here) if _fits(one, wanted, here)), None)
            if picked := _PICK.fullmatch(place[1]):
                before = next(iter(self._picked(picked[1], here)), None)
        is_named = asked.key[0] == "name" or asked.path in KNOWN_BY
        if is_named and any(one.entry.key == asked.key and one.entry.verb == "add" for one in here):
            self.refused.append(f"{node.text}: there is such an entry already.")
            return
        self._append(asked, here, before)

    def _append(self, entry: Entry, here: list[_Held], before: _Held | None) -> None:
        owner = before.owner if before else here[-1].owner if here else None
        if owner is None or owner is self.top:
            text = f"/{entry.path} {entry.text}"
            section = next((one for one in self.top.children if _path(one.text) == entry.path), None)
            owner, text = (section, entry.text) if section is not None else (self.top, text)
        else:
            text = entry.text
        piece = Piece(text, [text])
        at = owner.children.index(before.piece) if before else len(owner.children)
        owner.children.insert(at, piece)
        held = _Held(entry, piece, owner)
        here.insert(here.index(before) if before else len(here), held)
        self._note(held)

    def _chosen(self, asked: Entry, here: list[_Held], node: Node) -> list[_Held]:
        text = node.text
        if picked := _PICK.search(text):
            return self._picked(picked[1], here)
        found = re.search(r"\[\s*find\b(.*?)\]", text)
        wanted = _which(found[0]) if found else dict(asked.which)
        if not wanted:
            return [one for one in here if one.entry.verb == "set" and not one.entry.which] if not found else list(here)
        return [one for one in self._near(asked.path, wanted, here) if _fits(one, wanted, here)]

    @staticmethod
    def _picked(text: str, here: Sequence[_Held]) -> list[_Held]:
        """What "[:pick [find where chain=input] 2]" gives: the third that fits."""
        query, _, number = text.rpartition(" ")
        wanted = _which(query)
        found = [one for one in here if _fits(one, wanted, here)]
        return found[int(number) : int(number) + 1]


def _path(text: str) -> str:
    return " ".join(text.replace("/", " ").split())


def _which(text: str) -> Values:
    """What is looked for: "[ find where name=x and disabled=no ]", a name, or a number."""
    bare = re.sub(r"^\[\s*find\s*(?:where\b)?|\]$", "", text.strip()).strip()
    if bare == text.strip():
        return {"": bare}
    try:
        node = Node(f"/x add {_AND.sub(lambda found: found[1] or ' ', bare)}", 1, 1)
        return dict(command.read(node).values)
    except ValueError:
        return {"": bare}


def _fits(one: _Held, wanted: Values, here: Sequence[_Held]) -> bool:
    for key, value in wanted.items():
        if key == "":
            numbers = value.split(",")
            names = (one.entry.values.get("name"), one.entry.which.get(""))
            is_it = value in names or (
                all(part.isdecimal() for part in numbers)
                and any(int(part) < len(here) and here[int(part)] is one for part in numbers)
            )
        else:
            is_it = value in (one.entry.values.get(key), one.entry.which.get(key))
            is_it = is_it or (key in ("disabled", "dynamic") and value == "no" and key not in one.entry.values)
        if not is_it:
            return False
    return True
