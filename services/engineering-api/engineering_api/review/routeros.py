"""RouterOS: the commands between two exports.

An entry is known by its name, or by the values that make it what it is; firewall rules, which are tried in their order
and have no names, by all of their values, and new ones are put before the rule that they come before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engineering_api.dialects.routeros import command
from engineering_api.reading.tree import Node
from engineering_api.tools.difference import same

_ORDERED = re.compile(
    r"(?:ip|ipv6) firewall (?:filter|nat|mangle|raw)|queue simple|routing filter(?: rule)?|interface bridge filter"
)
#: By what an entry without a name is known, by its section; every other one by all of its values.
KNOWN_BY = {
    "ip address": ("address",), "ipv6 address": ("address",), "ip dhcp-server network": ("address",),
    "ip dhcp-server lease": ("mac-address",), "interface bridge port": ("interface",), "ip dhcp-client": ("interface",),
    "interface list member": ("interface", "list"), "ip dns static": ("name", "address"),
    "interface bridge vlan": ("bridge", "vlan-ids"), "ip firewall address-list": ("list", "address"),
    "ip route": ("dst-address", "gateway"), "ipv6 route": ("dst-address", "gateway"),
    "ip ipsec identity": ("peer",), "radius": ("address", "service"), "system ntp client servers": ("address",),
}  # fmt: skip
_MOST_LOOKED_AT = 500_000
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
        if names := KNOWN_BY.get(self.path):
            return tuple(self.values.get(name, "") for name in names)
        return tuple(f"{name}={value}" for name, value in sorted(self.values.items()))

    @property
    def found_by(self) -> str:
        """What follows "find where" to find it."""
        if self.verb == "set":
            return " and ".join(f"{name}={_quoted(value)}" for name, value in self.which.items())
        if "name" in self.values and self.path != "ip dns static":
            return f"name={_quoted(self.values['name'])}"
        names = KNOWN_BY.get(self.path, tuple(self.values))
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
        for node, entry in entries(top):
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
    found = "" if becomes.verb == "set" and not becomes.which else f"[find where {becomes.found_by}]"
    target = becomes.which.get("", found)
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
    stays = {run.after + step: run.before + step for run in runs for step in range(run.size)}
    # What else a query finds is looked for as long as that takes no seconds.
    there = list(old) if len(old) * (len(old) + len(new) - 2 * len(kept)) < _MOST_LOOKED_AT else []
    following: Entry | None = None
    places: list[tuple[Entry, Entry | None]] = []
    for at in range(len(new) - 1, -1, -1):
        if at in stays:
            following = old[stays[at]]
        elif new[at].verb == "add":
            places.append((new[at], following))
    for entry, other in reversed(places):
        place = f" place-before={_one(other, there)}" if other is not None else ""
        made.append(f"/{path} {entry.text}{place}")
        if there:
            there.insert(_index(there, other) if other is not None else len(there), entry)
    for at, entry in enumerate(old):
        if at not in kept:
            gone.append(f"/{path} remove {_one(entry, there)}")
            if there:
                there.pop(_index(there, entry))


def _index(entries: Sequence[Entry], wanted: Entry) -> int:
    return next(at for at, entry in enumerate(entries) if entry is wanted)


def _one(wanted: Entry, entries: Sequence[Entry]) -> str:
    """What finds a rule and no other, where its values are not its alone: another may have the same and more."""
    values = [(name, value) for name, value in wanted.values.items() if "REDACTED-" not in value]
    found = [entry for entry in entries if all(entry.values.get(name) == value for name, value in values)]
    query = f"[find where {wanted.found_by}]"
    return query if len(found) < 2 else f"[:pick {query} {_index(found, wanted)}]"


def _by_section(nodes: Sequence[Node]) -> dict[str, list[Entry]]:
    made: dict[str, list[Entry]] = {}
    for node in nodes:
        if (entry := entry_of(node, "")) is not None:
            made.setdefault(entry.path, []).append(entry)
    return made


def entries(top: Node) -> Iterator[tuple[Node, Entry]]:
    """The commands of a section, or the one that a line is."""
    if top.text.startswith("/") and top.children and entry_of(top, "") is None:
        path = top.text.replace("/", " ").strip()
        path = " ".join(path.split())
        for child in top.children:
            if (entry := entry_of(child, path)) is not None:
                yield child, entry
    elif (entry := entry_of(top, "")) is not None:
        yield top, entry


def entry_of(node: Node, path: str) -> Entry | None:
    """A command below a section; None for what is none."""
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
