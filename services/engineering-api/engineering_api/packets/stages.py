"""The steps on the way of a packet, and how decisions become steps."""

from dataclasses import dataclass, replace
from typing import Literal

from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList
from engineering_api.packets.deciding import Answer, Decision
from engineering_api.packets.rewriting import Rewritten
from engineering_api.packets.routes import Found

What = Literal["interface", "filter in", "translation", "route", "state", "policy", "to the device", "filter out"]


@dataclass(frozen=True)
class Stage:
    """One step on the way. `source` are the lines that say it, where there are any."""

    what: What
    answer: Answer
    why: str
    source: Span | None = None
    decision: Decision | None = None


def named_by(changed: Rewritten) -> str:
    """Why a translation only may be for a packet."""
    name = f" {changed.by.name}" if changed.by.name else ""
    return f"The translation{name} (line {changed.by.source.first}) may be for it: {changed.doubt}"


def joined(lists: list[AccessList]) -> AccessList:
    """Several lists as one, in the order in which they are tried."""
    if len(lists) == 1:
        return lists[0]
    rules = [rule for one in lists for rule in one.rules]
    return lists[0].model_copy(update={"rules": rules, "ends_denying": any(one.ends_denying for one in lists)})


def named(decision: Decision, lists: list[AccessList]) -> Decision:
    """The decision with the name of the list that the rule is of; where none decides, with all their names."""
    owner = next((one.name for one in lists if any(rule is decision.rule for rule in one.rules)), "")
    return replace(decision, list_name=owner or ", ".join(one.name for one in lists[:5]))


def decided(what: What, decision: Decision) -> Stage:
    """What a decision says, as a step."""
    source = decision.rule.source if decision.rule is not None else None
    return Stage(what, decision.answer, f"{decision.list_name}: {decision.why}", source, decision)


def routed(route: Found) -> Stage:
    """What the route says, as a step."""
    source = route.entries[0].source if route.entries else None
    why = " ".join(route.steps)
    if route.is_discard:
        return Stage("route", "deny", why, source)
    if not route.interface and not route.is_local and not route.entries:
        return Stage("route", "unknown", why, source)
    return Stage("route", "permit", why, source)
