"""Junos, EdgeOS and VyOS: configurations as sets of statements, whose differences are `set` and `delete`.

A container that is not there afterwards is deleted as a whole; a value that can be only once is set anew without being
deleted. Terms, policies and rules are tried in their order and are put to their places with `insert`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from engineering_api.platforms.platform import Platform
from engineering_api.reading import setlines
from engineering_api.reading.statements import statements
from engineering_api.reading.tree import Node
from engineering_api.review.draft import Trial
from engineering_api.review.moving import moves

Words = tuple[str, ...]

#: Statements that have one value, which another replaces.
_SINGLE = frozenset(
    [
        "description",
        "host-name",
        "domain-name",
        "mtu",
        "peer-as",
        "speed",
        "duplex",
        "link-mode",
        "native-vlan-id",
        "vlan-id",
        "interface-mode",
        "port-mode",
        "router-id",
        "autonomous-system",
        "local-as",
        "local-address",
        "preference",
        "encrypted-password",
        "uid",
        "time-zone",
        "default-action",
        "hold-time",
        "lease",
        "ike-policy",
        "gateway-address",
        "external-interface",
        "contact",
        "location",
        "l3-interface",
        "bridge-priority",
        "authentication-key",
        "ascii-text",
        "pre-shared-secret",
        "default-router",
        "dh-group",
        "lifetime",
        "lifetime-seconds",
        "authentication-algorithm",
        "encryption-algorithm",
        "authentication-method",
        "full-name",
        "hash",
        "encryption",
    ]
)
#: What is tried in its order, by the word before its name.
_ORDERED = ("term", "policy", "rule")
_AT_ONCE = re.compile(r"(?:run )?(?:request|restart|clear|load|save|rollback|reboot|delete log)\b.*|file .*")
_SILENT = re.compile(
    r"#.*|configure.*|commit.*|exit.*|quit|show.*|compare|edit \[.*|run show .*|\[edit.*\]|cli|sudo su"
    r"|discard.*|set cli .*"
)
_PROMPT = re.compile(r"(?:[\w.\-]+@[\w.\-:~]+[#>$]|\[edit[^\]]*\])\s*")
#: Lines that tell the version and stay as they are.
_ABOUT = re.compile(r"set version |version |## Last|/\* (?:Release version|Warning|=== )|// (?:Release version|vyos-)")
_MOST_TO_TELL = 50


def canonical(nodes: Sequence[Node], platform: str) -> list[Node]:
    """A node for each statement, with its words as in a `set` command and the lines it is from."""
    made: dict[str, Node] = {}
    for one in statements(nodes):
        if not one.words or one.words[0] in ("version", "##", "/*"):
            continue
        text = "set " + _text(one.words)
        made.setdefault(text, Node(text, one.node.first, one.node.last))
        if one.off is not None:
            off = "deactivate " + _text(one.words[: one.off[1]])
            made.setdefault(off, Node(off, one.node.first, one.node.last))
    for text in [text for text in made if text.startswith("set ")]:
        words = setlines.words(text)
        for count in range(2, len(words)):
            made.pop(_text(words[:count]), None)
    return list(made.values())


def commands(before: Sequence[Node], after: Sequence[Node], platform: str) -> list[str]:
    """The commands between two canonical forms: what goes, what comes, and what is put to its place."""
    old, new = _set(before), _set(after)
    off_before, off_after = _set(before, "deactivate"), _set(after, "deactivate")
    there = {words[:count] for words in new for count in range(1, len(words) + 1)}
    values = {words[:-1] for words in new}
    made: dict[str, None] = {}
    for words in old:
        if words in new:
            continue
        gone = next((words[:count] for count in range(1, len(words) + 1) if words[:count] not in there), ())
        if not gone:
            continue
        if gone == words and len(gone) > 1 and gone[-2] in _SINGLE and gone[:-1] in values:
            continue
        made.setdefault("delete " + _text(gone))
    made.update((f"activate {_text(one)}", None) for one in off_before if one not in off_after and one in there)
    made.update((f"set {_text(words)}", None) for words in new if words not in old)
    made.update((f"deactivate {_text(one)}", None) for one in off_after if one not in off_before)
    if platform.startswith("juniper"):
        made.update(dict.fromkeys(_inserts(old, new)))
    return list(made)


def missed(before: Sequence[Node], trial: Sequence[Node], wanted: Sequence[Node]) -> list[str]:
    """What differs between a trial and what was wanted, a line each."""
    one, other = ({node.text for node in nodes} for nodes in (trial, wanted))
    made = [f"{text} stays" for text in sorted(one - other)] + [f"{text} is not there" for text in sorted(other - one)]
    if not made and any(_names(_set(trial), parent) != _names(_set(wanted), parent) for parent in _lists(_set(wanted))):
        made.append("the order of terms or policies")
    return made[:_MOST_TO_TELL]


def apply(texts: Sequence[str], commands_: Sequence[str], platform: Platform) -> Trial:
    """Try commands on a configuration. What comes of it is written as `set` commands."""
    nodes = canonical(platform.tree(texts), platform.name)
    session = _Session(_set(nodes), _set(nodes, "deactivate"))
    for line in commands_:
        session.take(_PROMPT.sub("", line.strip()))
    made = [line for line in texts if _ABOUT.match(line)]
    made += ["set " + _text(words) for words in session.found]
    made += ["deactivate " + _text(words) for words in session.off]
    return Trial(tuple(made), tuple(session.refused), tuple(session.at_once))


class _Session:
    """Where commands are typed: the statements so far, and the level of `edit`."""

    def __init__(self, found: Iterable[Words], off: dict[Words, None]) -> None:
        self.found: dict[Words, None] = {}
        self.off = off
        self.level: Words = ()
        self.refused: list[str] = []
        self.at_once: list[str] = []
        #: The statements that begin with some words.
        self._below: dict[Words, dict[Words, None]] = {}
        for words in found:
            self._add(words)

    def _add(self, words: Words) -> None:
        for count in range(1, len(words)):
            if words[:count] in self.found:
                self._remove(words[:count])
            self._below.setdefault(words[:count], {})[words] = None
        if not self._below.get(words):
            self.found[words] = None

    def _remove(self, words: Words) -> None:
        self.found.pop(words, None)
        for count in range(1, len(words)):
            self._below.get(words[:count], {}).pop(words, None)

    def _beginning(self, words: Words) -> list[Words]:
        return [*self._below.get(words, ()), *((words,) if words in self.found else ())]

    def _anew(self, found: Iterable[Words]) -> None:
        self.found, self._below = {}, {}
        for words in found:
            self._add(words)

    def take(self, text: str) -> None:
        verb, _, rest = text.partition(" ")
        words = (*self.level, *setlines.words(rest))
        if verb == "set" and rest and not rest.startswith("cli "):
            self._set(words)
        elif verb in ("delete", "wildcard"):
            self._delete(words if verb == "delete" else (), text)
        elif verb in ("deactivate", "activate", "edit", "rename", "insert"):
            getattr(self, f"_{verb}")(words, text)
        elif verb in ("top", "up", "exit", "quit"):
            self.level = self.level[:-1] if verb == "up" else ()
            if verb == "top" and rest:
                self.take(rest)
        elif _AT_ONCE.fullmatch(text):
            self.at_once.append(text)
        elif text and not _SILENT.fullmatch(text):
            self.refused.append(f"{text}: this is no command of the configuration mode.")

    def _set(self, words: Words) -> None:
        for one in _each(words):
            if len(one) > 1 and one[-2] in _SINGLE:
                for known in self._beginning(one[:-1]):
                    if len(known) == len(one):
                        self._remove(known)
            self._add(one)

    def _delete(self, words: Words, text: str) -> None:
        gone = self._beginning(words)
        for known in gone:
            self._remove(known)
        self.off = {one: None for one in self.off if one[: len(words)] != words}
        if not gone:
            self.refused.append(f"{text}: there is no such statement.")

    def _deactivate(self, words: Words, text: str) -> None:
        self.off.setdefault(words)

    def _activate(self, words: Words, text: str) -> None:
        if self.off.pop(words, False) is False:
            self.refused.append(f"{text}: it is not deactivated.")

    def _edit(self, words: Words, text: str) -> None:
        self.level = words

    def _rename(self, words: Words, text: str) -> None:
        at = len(words) - 1 - words[::-1].index("to") if "to" in words else 0
        one, new = words[:at], (*words[: at - len(words[at + 1 :])], *words[at + 1 :])
        if not at or not self._beginning(one):
            self.refused.append(f"{text}: there is no such statement.")
            return
        self._anew([(*new, *known[len(one) :]) if known[: len(one)] == one else known for known in self.found])

    def _insert(self, words: Words, text: str) -> None:
        at = next((at for at in range(len(words) - 1, 0, -1) if words[at] in ("before", "after")), 0)
        one, other = words[:at], (*words[: at - len(words[at + 1 :])], *words[at + 1 :])
        mine = [known for known in self.found if known[: len(one)] == one]
        if not at or not mine or not self._beginning(other):
            self.refused.append(f"{text}: there are no such statements.")
            return
        rest = [known for known in self.found if known[: len(one)] != one]
        places = [place for place, known in enumerate(rest) if known[: len(other)] == other]
        place = places[0] if words[at] == "before" else places[-1] + 1
        self._anew([*rest[:place], *mine, *rest[place:]])


def _each(words: Words) -> Iterator[Words]:
    """A statement for each member of a list in brackets."""
    if "[" not in words or words[-1] != "]":
        yield words
        return
    at = words.index("[")
    yield from ((*words[:at], member) for member in words[at + 1 : -1])


def _set(nodes: Iterable[Node], verb: str = "set") -> dict[Words, None]:
    begin = f"{verb} "
    return {tuple(setlines.words(node.text[len(begin) :])): None for node in nodes if node.text.startswith(begin)}


def _text(words: Sequence[str]) -> str:
    return " ".join(f'"{word}"' if not word or re.search(r"[\s;{}\"#\[\]]", word) else word for word in words)


def _lists(found: Iterable[Words]) -> dict[Words, None]:
    """The levels that have things that are tried in their order."""
    return {words[: at + 1]: None for words in found for at, word in enumerate(words[:-1]) if word in _ORDERED}


def _names(found: Iterable[Words], parent: Words) -> list[str]:
    """What is tried in its order at a level. Rules with numbers are tried by these, wherever they stand."""
    names = dict.fromkeys(words[len(parent)] for words in found if words[: len(parent)] == parent and words != parent)
    return sorted(names) if all(name.isdecimal() for name in names) else list(names)


def _inserts(old: dict[Words, None], new: dict[Words, None]) -> Iterator[str]:
    orders: list[dict[Words, dict[str, None]]] = [{}, {}]
    for found, order in zip((old, new), orders, strict=True):
        for words in found:
            for at, word in enumerate(words[:-1]):
                if word in _ORDERED:
                    order.setdefault(words[: at + 1], {}).setdefault(words[at + 1])
    for parent, names in orders[1].items():
        for name, place, other in moves(list(orders[0].get(parent, {})), list(names)):
            yield f"insert {_text((*parent, name))} {place} {_text((parent[-1], other))}"
