"""Facts in the words of a table's cells."""

from collections.abc import Iterable, Sequence

from engineering_api.documents.material import Source
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Ends, Service, Services
from oberaconnect.typeset import Cell

#: What a list in a cell shows before it says how many more there are.
MOST_IN_CELL = 60
_LONGEST = 1_200


def source(of: Source, *spans: Span) -> Cell:
    """Where it stands: the device and its lines."""
    return Cell(f"{of.label}:{lines(spans)}", "small")


def lines(spans: Iterable[Span]) -> str:
    """Lines as people write them: 12, 20–25."""
    merged: list[list[int]] = []
    for first, last in sorted(set(spans)):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    shown = [f"{first}" if first == last else f"{first}–{last}" for first, last in merged]
    return ", ".join(shown[:4]) + (" …" if len(shown) > 4 else "")


def listed(words: Sequence[str], *, most: int = MOST_IN_CELL, separator: str = ", ") -> str:
    """A list, cut where it becomes too long for a cell, and then saying so."""
    shown: list[str] = []
    length = 0
    for word in words:
        if len(shown) == most or length > _LONGEST:
            break
        shown.append(cut(word))
        length += len(word)
    more = f"{separator.rstrip()} and {len(words) - len(shown)} more" if len(words) > len(shown) else ""
    return separator.join(shown) + more


def cut(text: str) -> str:
    """A text that fits into a cell."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def yes(value: bool | None) -> str:
    """A word for whether; none where it is not said."""
    return "" if value is None else "yes" if value else "no"


def number(value: int | None) -> str:
    """A number; none where it is not said."""
    return "" if value is None else str(value)


def vlans(ids: Iterable[int] | None) -> str:
    """VLANs as switches write them: 1-4, 10."""
    spans = [Span(one, one) for one in ids or ()]
    merged: list[list[int]] = []
    for first, _ in sorted(set(spans)):
        if merged and first == merged[-1][1] + 1:
            merged[-1][1] = first
        else:
            merged.append([first, first])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in merged)


def seconds(value: int | None) -> str:
    """A time as people say it."""
    if value is None:
        return ""
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if value and value % size == 0:
            return f"{value // size} {word}"
    return f"{value} s"


def ends(side: Ends | None) -> str:
    """One side of a rule, by the names it uses."""
    if side is None:
        return ""
    words = ["any"] if side.is_any else []
    words += [*side.names, *side.networks, *side.ranges, *side.fqdns, *side.wildcards, *side.interfaces]
    return negated(listed(words, separator="\n"), side.is_negated)


def services(side: Services | None) -> str:
    """The services of a rule, by the names it uses."""
    if side is None:
        return ""
    words = ["any"] if side.is_any else []
    words += [*side.names, *(service(one) for one in side.services)]
    return negated(listed(words, separator="\n"), side.is_negated)


def negated(text: str, is_negated: bool) -> str:
    """All but that."""
    return f"all but:\n{text}" if is_negated else text


def service(one: Service) -> str:
    """A service: tcp 443, udp 1024-65535 → 53."""
    ports = ", ".join(_range(ports) for ports in one.ports)
    sources = ", ".join(_range(ports) for ports in one.source_ports)
    words = [one.protocol, one.icmp, f"from {sources} to" if sources else "", ports or ("any port" if sources else "")]
    return " ".join(word for word in words if word)


def _range(text: str) -> str:
    first, _, last = text.partition("-")
    return first if first == last else text


def several(count: int, word: str, words: str = "") -> str:
    """3 devices, 1 device."""
    return f"{count:,} {word if count == 1 else words or word + 's'}"
