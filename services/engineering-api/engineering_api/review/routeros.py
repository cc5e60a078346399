"""RouterOS: the commands between two exports, and commands tried on one.

An entry is known by its name, or by the values that make it what it is; firewall rules, which are tried in their order
and have no names, by all of their values, and new ones are put before the rule that they come before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engineering_api.dialects.routeros import command
from engineering_api.platforms.platform import Platform
from engineering_api.reading.tree import Node
from engineering_api.review.draft import Piece, Trial, draft, lines
from engineering_api.tools.difference import same

_ORDERED = re.compile(
    r"(?:ip|ipv6) firewall (?:filter|nat|mangle|raw)|queue simple|routing filter(?: rule)?|interface bridge filter"
)
#: By what an entry without a name is known, by its section; every other one by all of its values.
_KNOWN_BY = {
    "ip address": ("address",), "ipv6 address": ("address",), "ip dhcp-server network": ("address",),
    "ip dhcp-server lease": ("mac-address",), "interface bridge port": ("interface",), "ip dhcp-client": ("interface",),
    "interface list member": ("interface", "list"), "ip dns static": ("name", "address"),
    "interface bridge vlan": ("bridge", "vlan-ids"), "ip firewall address-list": ("list", "address"),
    "ip route": ("dst-address", "gateway"), "ipv6 route": ("dst-address", "gateway"),
    "ip ipsec identity": ("peer",), "radius": ("address", "service"), "system ntp client servers": ("address",),
}  # fmt: skip
_AT_ONCE = re.compile(
    r"/?(?:system (?:reboot|reset-configuration|shutdown|backup|package)|export|import|quit|ping|tool"
    r" (?:fetch|ping|torch|sniffer|bandwidth-test) |log print).*"
)
#: By what is found that every device has, and that is shown only where it was changed.
_OF_THE_DEVICE = frozenset(("", "default-name", "default", "default-identifier"))
_AND = re.compile(r'("(?:[^"\\]|\\.)*")| and ')
_PLAIN = re.compile(r"[\w.:/,@+*!%-]+")

Values = dict[str, str]


@dataclass(slots=True)
class Entry:
    """A command of an export: what is added to its section, or set in it."""

    path: str
    verb: str
    which: Values
    values: Values
    flags: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, ...]:
        """By what it is known in its section."""
        if self.verb == "set":
            return ("set", *(f"{name}={value}" for name, value in sorted(self.which.items())))
        if "name" in self.values and self.path != "ip dns static":
            return ("name", self.values["name"])
        if names := _KNOWN_BY.get(self.path):
            return tuple(self.values.get(name, "") for name in names)
        return tuple(f"{name}={value}" for name, value in sorted(self.values.items()))

    @property
    def found_by(self) -> str:
        """What follows "find where" to find it."""
        if self.verb == "set":
            return " and ".join(f"{name}={_quoted(value)}" for name, value in self.which.items())
        if "name" in self.values and self.path != "ip dns static":
            return f"name={_quoted(self.values['name'])}"
        names = _KNOWN_BY.get(self.path, tuple(self.values))
        values = {name: self.values[name] for name in names if "REDACTED-" not in self.values.get(name, "REDACTED-")}
        return " and ".join(f"{name}={_quoted(value)}" for name, value in values.items())

    @property
    def text(self) -> str:
        """The command without its section."""
        parts = [self.verb]
        if "" in self.which:
            parts.append(self.which[""])
        elif self.which:
            parts.append("[ find " + " ".join(f"{name}={_quoted(value)}" for name, value in self.which.items()) + " ]")
        parts += [f"{name}={_quoted(value)}" for name, value in self.values.items()]
        return " ".join([*parts, *self.flags])


def canonical(nodes: Sequence[Node], platform: str) -> list[Node]:
    """A node for each command, with its section before it."""
    made: list[Node] = []
    for top in nodes:
        for node, entry in _entries(top):
            made.append(Node(f"/{entry.path} {entry.text}", node.first, node.last))
    return made


def commands(before: Sequence[Node], after: Sequence[Node], platform: str) -> list[str]:
    """The commands between two canonical forms: what comes and changes first, what goes last."""
    old, new = _by_section(before), _by_section(after)
    made: list[str] = []
    gone: list[str] = []
    for path, entries in new.items():
        _section(path, old.get(path, []), entries, made, gone)
    for path, entries in old.items():
        if path not in new:
            _section(path, entries, [], made, gone)
    return [*made, *gone]


def missed(before: Sequence[Node], trial: Sequence[Node], wanted: Sequence[Node]) -> list[str]:
    """What differs between a trial and what was wanted, a line each."""
    one, other = _by_section(trial), _by_section(wanted)
    made: list[str] = []
    for path in dict.fromkeys([*one, *other]):
        mine, theirs = (
            [_plain(entry) for entry in found.get(path, []) if entry.verb == "add" or entry.values]
            for found in (one, other)
        )
        if _ORDERED.fullmatch(path) is None:
            mine, theirs = sorted(mine), sorted(theirs)
        if mine != theirs:
            made += [f"/{path}: {text} stays" for text in mine if text not in theirs]
            made += [f"/{path}: {text} is not there" for text in theirs if text not in mine]
            made += [] if sorted(mine) != sorted(theirs) else [f"/{path}: the order of its rules"]
    return made


def _plain(entry: Entry) -> str:
    values = {name: value for name, value in sorted(entry.values.items()) if value != ""}
    return Entry(entry.path, entry.verb, entry.which, values, sorted(entry.flags)).text


def _section(path: str, old: Sequence[Entry], new: Sequence[Entry], made: list[str], gone: list[str]) -> None:
    if _ORDERED.fullmatch(path):
        _ordered(path, old, new, made, gone)
        return
    known = {entry.key: entry for entry in old}
    there = {entry.key for entry in new}
    for entry in new:
        was = known.get(entry.key)
        if was is None:
            made.append(f"/{path} {entry.text}")
        elif was.values != entry.values or was.flags != entry.flags:
            made.extend(_changed(path, was, entry))
    for entry in reversed(old):
        if entry.key not in there and entry.verb == "add":
            gone.append(f"/{path} remove [find where {entry.found_by}]")
        elif entry.key not in there:
            made.extend(_changed(path, entry, Entry(path, "set", entry.which, {})))


def _changed(path: str, was: Entry, becomes: Entry) -> Iterator[str]:
    target = "" if becomes.verb == "set" and not becomes.which else f"[find where {becomes.found_by}]"
    target = becomes.which[""] if "" in becomes.which else target
    values = " ".join(
        f"{key}={_quoted(value)}" for key, value in becomes.values.items() if was.values.get(key) != value
    )
    for key in was.values:
        if key not in becomes.values:
            yield " ".join(filter(None, (f"/{path} unset", target, key)))
    if values:
        yield " ".join(filter(None, (f"/{path} set", target, values)))


def _ordered(path: str, old: Sequence[Entry], new: Sequence[Entry], made: list[str], gone: list[str]) -> None:
    """Rules that stay are kept; what comes is put before the rule that stays next."""
    was, becomes = [entry.text for entry in old], [entry.text for entry in new]
    runs = same(was, becomes)
    kept = {run.before + step for run in runs for step in range(run.size)}
    stays = {run.after + step for run in runs for step in range(run.size)}
    following = ""
    lines_: list[str] = []
    for at in range(len(new) - 1, -1, -1):
        entry = new[at]
        if at in stays:
            following = entry.found_by
        elif entry.verb == "add":
            place = f" place-before=[find where {following}]" if following else ""
            lines_.append(f"/{path} {entry.text}{place}")
    made.extend(reversed(lines_))
    gone.extend(f"/{path} remove [find where {entry.found_by}]" for at, entry in enumerate(old) if at not in kept)


def _by_section(nodes: Sequence[Node]) -> dict[str, list[Entry]]:
    made: dict[str, list[Entry]] = {}
    for node in nodes:
        if (entry := _entry(node, "")) is not None:
            made.setdefault(entry.path, []).append(entry)
    return made


def _entries(top: Node) -> Iterator[tuple[Node, Entry]]:
    if top.text.startswith("/") and top.children and _entry(top, "") is None:
        path = top.text.replace("/", " ").strip()
        path = " ".join(path.split())
        for child in top.children:
            if (entry := _entry(child, path)) is not None:
                yield child, entry
    elif (entry := _entry(top, "")) is not None:
        yield top, entry


def _entry(node: Node, path: str) -> Entry | None:
    try:
        found = command.read(node, path)
    except ValueError:
        return None
    values = dict(found.values)
    if found.verb in ("disable", "enable"):
        values["disabled"] = "yes" if found.verb == "disable" else "no"
    verb = "set" if found.verb in ("disable", "enable") else found.verb
    return Entry(found.path, verb, dict(found.which), values, list(found.flags))


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("$", "\\$")
    )
    return f'"{escaped}"'


def apply(texts: Sequence[str], commands_: Sequence[str], platform: Platform) -> Trial:
    """Try commands on the lines of an export."""
    session = _Session(draft(texts, platform.tree(texts)))
    for top in platform.tree([line for line in commands_ if not _AT_ONCE.fullmatch(line.strip())]):
        found = list(_entries(top))
        for node, entry in found:
            session.take(entry, node)
        if (not found and not top.text.startswith(("#", "/"))) or (top.text.startswith("/") and not found):
            session.refused.append(f"{top.text}: this is no command that changes the configuration.")
    at_once = tuple(line.strip() for line in commands_ if _AT_ONCE.fullmatch(line.strip()))
    return Trial(tuple(lines(session.top)), tuple(session.refused), at_once)


@dataclass(slots=True)
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
        for piece in top.children:
            path = " ".join(piece.text.replace("/", " ").split())
            for owner, one in [(top, piece)] if not piece.children else [(piece, child) for child in piece.children]:
                section = "" if owner is top else path
                if (entry := _entry(Node(one.text, 0, 0), section)) is not None:
                    self.held.setdefault(entry.path, []).append(_Held(entry, one, owner))

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
            return
        if asked.verb == "unset":
            for name in (*asked.flags, *filter(None, asked.values.get("value-name", "").split(","))):
                one.entry.values.pop(name, None)
        elif asked.verb == "comment":
            values = {"comment": asked.values.get("comment", "")}
        elif asked.verb != "set":
            self.refused.append(f"{asked.path} {asked.verb}: it is not known what this changes.")
            return
        one.entry.values.update(values)
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
            before = next((one for one in here if _fits(one, wanted, here)), None)
        is_named = asked.key[0] == "name" or asked.path in _KNOWN_BY
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
        at = next((at for at, one in enumerate(owner.children) if before and one is before.piece), len(owner.children))
        owner.children.insert(at, piece)
        held = _Held(entry, piece, owner)
        here.insert(next((at for at, one in enumerate(here) if one is before), len(here)), held)

    def _chosen(self, asked: Entry, here: list[_Held], node: Node) -> list[_Held]:
        text = node.text
        found = re.search(r"\[\s*find\b(.*?)\]", text)
        wanted = _which(found[0]) if found else dict(asked.which)
        if not wanted:
            return [one for one in here if one.entry.verb == "set" and not one.entry.which] if not found else list(here)
        return [one for one in here if _fits(one, wanted, here)]


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
