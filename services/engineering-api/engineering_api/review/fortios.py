"""FortiOS: the commands between two configurations, and commands tried on one.

What is named is made before its uses and deleted after them: first everything that is set, in the order of the file,
then what goes, in the reverse order. Policies are moved to their places.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engineering_api.platforms.platform import Platform
from engineering_api.reading import blocks
from engineering_api.reading.tree import Node
from engineering_api.review.draft import Piece, Trial, draft, lines
from engineering_api.review.moving import moves

_INDENT = "    "
_DEEPEST = 12
#: Tables whose entries are tried in their order.
_ORDERED = frozenset(
    f"config {name}"
    for name in (
        "firewall policy", "firewall policy6", "firewall local-in-policy", "firewall local-in-policy6",
        "firewall central-snat-map", "firewall proxy-policy", "firewall shaping-policy", "firewall DoS-policy",
        "firewall multicast-policy", "firewall security-policy", "router policy", "router policy6", "service",
    )
)  # fmt: skip
_AT_ONCE = ("execute ", "diagnose ", "diag ", "get ", "show ", "exec ")


def canonical(nodes: Sequence[Node], platform: str, depth: int = 0) -> list[Node]:
    """The tree with sections of the same name joined and each setting once."""
    made: dict[str, Node] = {}
    for node in nodes:
        word, _, rest = node.text.partition(" ")
        if word in ("config", "edit"):
            section = made.setdefault(f"{word} {_bare(rest)}", Node(f"{word} {rest.strip()}", node.first, node.last))
            section.children.extend(node.children)
        elif word == "set":
            made[_key(node.text)] = Node(node.text, node.first, node.last)
        elif word == "append" and (known := made.get(_key(f"set{node.text[6:]}"))) is not None:
            known.text = " ".join((known.text, *_values(node.text)))
        elif word == "append":
            made[_key(f"set{node.text[6:]}")] = Node(f"set{node.text[6:]}", node.first, node.last)
    for node in made.values():
        if node.children:
            node.children = canonical(node.children, platform, depth + 1) if depth < _DEEPEST else []
    return list(made.values())


def commands(before: Sequence[Node], after: Sequence[Node], platform: str) -> list[str]:
    """The commands between two canonical trees."""
    return [*_made(before, after), *_gone(before, after)]


def missed(before: Sequence[Node], trial: Sequence[Node], wanted: Sequence[Node]) -> list[str]:
    """What differs between a trial and what was wanted, a line each."""
    one, other = (dict(_flat(nodes, "")) for nodes in (trial, wanted))
    made = [f"{path}: {value} stays" for path, value in one.items() if other.get(path) != value and path not in other]
    made += [f"{path}: {value} is not there" for path, value in other.items() if one.get(path) != value]
    order = [sorted((table, names) for table, names in _orders(found).items()) for found in (one, other)]
    return made or (["the order of policies"] if order[0] != order[1] else [])


def _orders(found: Iterable[str]) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for path in found:
        table, _, name = path.rpartition(" / ")
        if name.startswith("edit ") and table.rpartition(" / ")[2] in _ORDERED:
            made.setdefault(table, []).append(name)
    return made


def _flat(nodes: Sequence[Node], path: str) -> Iterator[tuple[str, str]]:
    for node in nodes:
        word = node.text.partition(" ")[0]
        here = f"{path} / {node.text}" if path else node.text
        if word == "set":
            yield f"{path} / {_key(node.text)}", node.text
        elif word == "edit" or node.children:
            if word == "edit":
                yield here, ""
            yield from _flat(node.children, here)


def _made(before: Sequence[Node], after: Sequence[Node]) -> Iterator[str]:
    """What is set, with entries that are new and moves to where they belong."""
    old = {_key(node.text): node for node in before}
    new = {_key(node.text) for node in after}
    for key in old:
        if key not in new and key.startswith("set "):
            yield f"unset {key[4:]}"
    for node in after:
        known = old.get(_key(node.text))
        word = node.text.partition(" ")[0]
        if word == "set":
            if known is None or known.text != node.text:
                yield node.text
            continue
        inside = list(_made(known.children if known else (), node.children))
        if word == "config" and node.text in _ORDERED:
            inside.extend(_moves(known.children if known else (), node.children))
        if inside or (known is None and word == "edit"):
            yield node.text
            yield from (_INDENT + line for line in inside)
            yield "end" if word == "config" else "next"


def _gone(before: Sequence[Node], after: Sequence[Node]) -> Iterator[str]:
    """What is deleted, the last first."""
    new = {_key(node.text): node for node in after}
    for node in reversed(before):
        word, _, rest = node.text.partition(" ")
        if word == "set":
            continue
        kept = new.get(_key(node.text))
        if word == "edit" and kept is None:
            yield f"delete {rest}"
            continue
        inside = list(_gone(node.children, kept.children if kept else ()))
        if kept is None and word == "config":
            inside = [*(f"unset {_key(one.text)[4:]}" for one in node.children if one.text.startswith("set ")), *inside]
        if inside:
            yield node.text
            yield from (_INDENT + line for line in inside)
            yield "end" if word == "config" else "next"


def _moves(before: Sequence[Node], after: Sequence[Node]) -> Iterator[str]:
    names = {_bare(node.text[5:]): node.text[5:] for node in after if node.text.startswith("edit ")}
    had = [_bare(node.text[5:]) for node in before if node.text.startswith("edit ")]
    for name, place, other in moves(had, list(names)):
        yield f"move {names[name]} {place} {names[other]}"


def _bare(name: str) -> str:
    return name.strip().strip("\"'")


def _key(text: str) -> str:
    """What a line is known by: a setting by its name, an entry without the quotes of its name."""
    word, _, rest = text.partition(" ")
    return f"{word} {rest.split()[0]}" if word in ("set", "append") and rest.split() else f"{word} {_bare(rest)}"


def _values(text: str) -> list[str]:
    return text.split()[2:]


def apply(texts: Sequence[str], commands_: Sequence[str], platform: Platform) -> Trial:
    """Try commands on the lines of a configuration."""
    top = draft(texts, platform.tree(texts))
    for piece in top.walk():
        if not piece.children and piece.text.startswith(("config ", "edit ")):
            piece.own, piece.closing = piece.own[:1], [*piece.own[1:], *piece.closing]
    refused: list[str] = []
    at_once = [line.strip() for line in commands_ if line.strip().startswith(_AT_ONCE)]
    kept = [line for line in commands_ if not line.strip().startswith(_AT_ONCE)]
    _enter([top], blocks.tree(kept), refused, 0)
    return Trial(tuple(lines(top)), tuple(refused), tuple(at_once))


def _enter(owners: Sequence[Piece], nodes: Sequence[Node], refused: list[str], depth: int) -> None:
    """Carry out commands in a section, which a file may have in several parts."""
    found: dict[str, list[tuple[Piece, Piece]]] = {}
    for owner in owners:
        for child in owner.children:
            found.setdefault(_key(child.text), []).append((owner, child))
    indent = _INDENT * depth
    last = owners[-1]
    for node in nodes:
        word, _, rest = node.text.partition(" ")
        key = _key(node.text)
        if word in ("config", "edit") and depth < _DEEPEST:
            if key not in found:
                closing = "end" if word == "config" else "next"
                piece = Piece(node.text, [indent + node.text], closing=[indent + closing])
                _close(last, indent)
                last.children.append(piece)
                found[key] = [(last, piece)]
            _enter([piece for _, piece in found[key]], node.children, refused, depth + 1)
        elif word == "set" and depth and len(rest.split()) > 1:
            if key not in found:
                piece = Piece(node.text)
                at = next((at for at, one in enumerate(last.children) if one.text.startswith("config ")), None)
                last.children.insert(len(last.children) if at is None else at, piece)
                found[key] = [(last, piece)]
            owner, piece = found[key][-1]
            piece.text, piece.own = node.text, [indent + node.text]
            for _, added in found.pop(f"append {_bare(rest.split()[0])}", ()):
                owner.remove(added)
        elif word in ("unset", "append", "unselect", "delete", "purge", "move", "rename", "clone") and depth:
            known = {name: pairs[-1][1] for name, pairs in found.items()}
            target = f"edit {_bare(rest)}" if word == "delete" else f"edit {_bare(rest.partition(' ')[0])}"
            owner = found.get(target, found.get(_key(f"set {rest or '-'}"), [(last, last)]))[-1][0]
            _Entries(owner, known, indent, refused).change(word, rest)
            for name in found.keys() - known.keys():
                del found[name]
            for name in known.keys() - found.keys():
                found[name] = [(owner, known[name])]
        elif word not in ("next", "end", "abort") and not node.text.startswith("#"):
            refused.append(f"{node.text}: this is no command of FortiOS in this place.")


def _close(owner: Piece, indent: str) -> None:
    """Let a block end with a line of its own: "end" may have closed an entry and its table at once."""
    if owner.closing or not owner.text:
        return
    last = owner.children[-1] if owner.children else None
    if last is not None and last.text.startswith("edit ") and last.closing and last.closing[-1].strip() == "end":
        owner.closing, last.closing = last.closing[-1:], [*last.closing[:-1], f"{indent}next"]
    else:
        owner.closing = [indent.removesuffix(_INDENT) + ("end" if owner.text.startswith("config ") else "next")]


@dataclass(frozen=True)
class _Entries:
    """The entries and values of a section, by what they are known by."""

    owner: Piece
    found: dict[str, Piece]
    indent: str
    refused: list[str]

    def change(self, word: str, rest: str) -> None:
        """Carry out a command that changes what is there."""
        words = rest.split()
        name = words[0] if words else ""
        if word == "purge":
            self.owner.children = [one for one in self.owner.children if not one.text.startswith("edit ")]
            self.found.clear()
        elif word == "unset":
            if (piece := self.found.pop(f"set {name}", None)) is not None:
                self.owner.remove(piece)
        elif word in ("append", "unselect"):
            self._values(word, name, words[1:])
        elif word == "delete" and (piece := self.found.pop(f"edit {_bare(rest)}", None)) is not None:
            self.owner.remove(piece)
        elif word == "delete" or (piece := self.found.get(f"edit {_bare(name)}")) is None:
            self.refused.append(f"{word} {rest}: {self.owner.text} has no such entry.")
        else:
            self._place(piece, word, words)

    def _values(self, word: str, name: str, values: list[str]) -> None:
        piece = self.found.get(f"set {name}")
        if piece is None and word == "unselect":
            self.refused.append(f"{word} {name}: {self.owner.text} has no such value.")
            return
        if piece is None:
            piece = self.found[f"set {name}"] = Piece(f"set {name}")
            self.owner.children.append(piece)
        known = _values(piece.text)
        changed = [*known, *values] if word == "append" else [one for one in known if one not in values]
        piece.text = " ".join(("set", name, *changed))
        piece.own = [self.indent + piece.text]

    def _place(self, piece: Piece, word: str, words: Sequence[str]) -> None:
        """Move an entry, or give it or a copy of it another name."""
        other = self.found.get(f"edit {_bare(words[-1])}")
        if word == "move" and len(words) == 3 and words[1] in ("before", "after") and other is not None:
            if other is not piece:
                self.owner.remove(piece)
                self.owner.children.insert(self.owner.children.index(other) + (words[1] == "after"), piece)
        elif word in ("rename", "clone") and len(words) == 3 and words[1] == "to" and other is None:
            if word == "clone":
                piece = Piece(piece.text, list(piece.own), [], list(piece.children), list(piece.closing))
                self.owner.children.append(piece)
            else:
                self.found.pop(_key(piece.text), None)
            piece.own = [line.replace(piece.text, f"edit {words[2]}", 1) for line in piece.own]
            piece.text = f"edit {words[2]}"
            self.found[_key(piece.text)] = piece
        else:
            self.refused.append(f"{word} {' '.join(words)}: {self.owner.text} has no such entries.")
