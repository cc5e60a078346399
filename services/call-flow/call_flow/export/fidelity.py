"""How faithfully each element of a flow comes over, from a target's verdicts on the aspects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from call_flow.export.aspects import Element, elements
from call_flow.export.package import Fidelity
from call_flow.flow.model import Flow


@dataclass(frozen=True)
class Verdict:
    """What becomes of an aspect."""

    status: Literal["exact", "approximated", "unsupported"]
    how: str = ""


EXACT = Verdict("exact")
Verdicts = Mapping[str, Verdict]


def exact(*names: str) -> dict[str, Verdict]:
    """These aspects come over as they are; each name may list several."""
    return dict.fromkeys((name for line in names for name in line.split()), EXACT)


def approximated(how: str) -> Verdict:
    """It comes over with a difference."""
    return Verdict("approximated", how)


def unsupported(how: str) -> Verdict:
    """It does not come over. `how` says why, and what to do instead."""
    return Verdict("unsupported", how)


@dataclass
class Notes:
    """What only turns up while a package is made, by the pointer of the element."""

    found: dict[str, list[Verdict]] = field(default_factory=dict)

    def approximated(self, pointer: str, how: str) -> None:
        """An element comes over with a difference."""
        self._add(pointer, approximated(how))

    def unsupported(self, pointer: str, how: str) -> None:
        """An element does not come over at all."""
        self._add(pointer, unsupported(how))

    def _add(self, pointer: str, verdict: Verdict) -> None:
        known = self.found.setdefault(pointer, [])
        if verdict not in known:
            known.append(verdict)


def report(flow: Flow, verdicts: Verdicts, notes: Notes) -> list[Fidelity]:
    """A line for every element.

    Raises:
        LookupError: when there is no verdict on an aspect that occurs.
    """
    return [_line(element, verdicts, notes.found.get(element.pointer, [])) for element in elements(flow)]


def _line(element: Element, verdicts: Verdicts, noted: Iterable[Verdict]) -> Fidelity:
    base, *others = [verdicts[name] for name in element.aspects]
    lost = [base, *noted]
    if any(verdict.status == "unsupported" for verdict in lost):
        how = _sentences(verdict for verdict in lost if verdict.status == "unsupported")
        return Fidelity(pointer=element.pointer, element=element.title, status="unsupported", how=how)
    different = [verdict for verdict in (*lost, *others) if verdict.status != "exact"]
    status: Literal["exact", "approximated"] = "approximated" if different else "exact"
    return Fidelity(pointer=element.pointer, element=element.title, status=status, how=_sentences(different))


def _sentences(verdicts: Iterable[Verdict]) -> str:
    return " ".join(dict.fromkeys(verdict.how for verdict in verdicts))
