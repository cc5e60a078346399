"""Commands as engineers shorten them: "int gi1/0/48", "sw tr al vl add 30", "no shut"."""

import re
from collections.abc import Iterable

#: What words stand for: the fewest letters by which they are known, in the order of the whole command.
_COMMANDS = tuple(
    tuple(tuple(word.partition("/")[::2]) for word in line.split())
    for line in (
        "int/erface", "desc/ription", "shut/down", "sw/itchport mo/de", "sw/itchport ac/cess vl/an",
        "sw/itchport vo/ice vl/an", "sw/itchport tr/unk al/lowed vl/an", "sw/itchport tr/unk na/tive vl/an",
        "sw/itchport tr/unk en/capsulation", "sw/itchport", "ip add/ress", "ip acc/ess-group", "ip helper/-address",
        "ip acc/ess-list", "ip access-l/ist", "ip rou/te", "span/ning-tree portf/ast", "span/ning-tree",
        "chan/nel-group",
    )
)  # fmt: skip
_PORT = re.compile(r"interface ([A-Za-z][A-Za-z\-]*) ?(\d[\d/.:]*)")
_MODES = {"acc": "access", "access": "access", "tr": "trunk", "tru": "trunk", "trunk": "trunk"}


def whole(text: str) -> str:
    """A command with its first words in full; what is not known stays."""
    negation, _, rest = text.partition(" ") if text.startswith("no ") else ("", "", text)
    words = rest.split()
    if words[:1] == ["switch"]:
        return text
    for command in _COMMANDS:
        if len(words) >= len(command) and all(
            word.startswith(least) and (least + more).startswith(word)
            for word, (least, more) in zip(words, command, strict=False)
        ):
            full = [least + more for least, more in command]
            left = words[len(command) :]
            if full == ["switchport", "mode"] and left:
                left[0] = _MODES.get(left[0], left[0])
            return " ".join(filter(None, (negation, *full, *left)))
    return text


def ports(known: Iterable[str]) -> dict[str, list[str]]:
    """The lines of interfaces by their numbers."""
    made: dict[str, list[str]] = {}
    for line in known:
        if found := _PORT.fullmatch(line):
            made.setdefault(found[2], []).append(line)
    return made


def port(text: str, known: dict[str, list[str]]) -> str:
    """The line of an interface by the name that it has in the configuration, for "interface gi1/0/1" and the like."""
    found = _PORT.fullmatch(text)
    if found is None:
        return text
    begin = f"interface {found[1]}".casefold()
    fits = [line for line in known.get(found[2], ()) if line.casefold().startswith(begin)]
    return fits[0] if len(fits) == 1 else text
