"""Which rules of a list never decide anything, because earlier ones take all that they match.

All answers are exact. Where a rule's match is in doubt (a name of the DNS, a schedule), only what it matches for
certain takes anything from later rules, and all that it may match must be taken from it before it is called dead.
Where a list is too much in pieces, the answer for a rule is None: not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engineering_api.facts.filters import AccessList, Rule
from engineering_api.packets.budget import Budget, Exhausted
from engineering_api.packets.index import Index
from engineering_api.packets.matching import Match, Matcher
from engineering_api.packets.space import Space

Relation = Literal["same", "inside", "around", "overlaps", "apart"]

#: Steps for one rule and for a whole list; most lists need a hundredth of the latter.
STEPS_A_RULE = 20_000
STEPS_A_LIST = 3_000_000


@dataclass(frozen=True)
class Dead:
    """A rule that never decides. `by` are the earlier rules that take all of it.

    `is_opposed`: one of these decides otherwise, so that the rule's intent is defeated and not only repeated.
    `by_one`: a single rule covers it; else only all of them together.
    """

    rule: Rule
    by: tuple[Rule, ...]
    by_one: bool
    is_opposed: bool


@dataclass(frozen=True)
class Coverage:
    """The dead rules of a list, and those for which it is not known."""

    dead: tuple[Dead, ...]
    unknown: tuple[Rule, ...]


@dataclass(frozen=True)
class Overlap:
    """Two rules that have packets in common and decide otherwise; the earlier wins for these."""

    earlier: Rule
    later: Rule


def coverage(access_list: AccessList, matcher: Matcher) -> Coverage:
    """All rules of a list that earlier ones cover. Rules that are off, or that pf may overrule, cover nothing."""
    dead: list[Dead] = []
    unknown: list[Rule] = []
    earlier = _Earlier()
    total = Budget(STEPS_A_LIST)
    for rule in access_list.rules:
        match = matcher.match(rule, access_list)
        if not match.possible:
            continue
        found = None
        try:
            found = _covered(match.possible, earlier.near(match.possible, total))
        except Exhausted:
            unknown.append(rule)
        if found is not None:
            by, by_one = found
            opposed = any((one.action == "permit") != (rule.action == "permit") for one in by)
            dead.append(Dead(rule, by, by_one, opposed))
        # What a dead rule takes is taken already.
        elif not rule.jump and not rule.is_tentative:
            earlier.add(rule, match.sure)
    return Coverage(tuple(dead), tuple(unknown))


def covers(match: Match, earlier: Sequence[Match]) -> bool | None:
    """Whether earlier rules take all that a rule may match. None: not known."""
    try:
        return match.possible.is_within((one.sure for one in earlier), Budget(STEPS_A_RULE))
    except Exhausted:
        return None


def relation(one: Match, other: Match) -> Relation | None:
    """How two rules lie to each other by what they match. None: not known, or in doubt."""
    if one.sure != one.possible or other.sure != other.possible:
        return None if one.possible.meets(other.possible) else "apart"
    if not one.sure.meets(other.sure):
        return "apart"
    try:
        inside = one.sure.is_within((other.sure,), Budget(STEPS_A_RULE))
        around = other.sure.is_within((one.sure,), Budget(STEPS_A_RULE))
    except Exhausted:
        return None
    if inside:
        return "same" if around else "inside"
    return "around" if around else "overlaps"


def overlaps(access_list: AccessList, matcher: Matcher, *, most: int = 200) -> tuple[Overlap, ...]:
    """Pairs of rules with packets in common that decide otherwise and of which neither is inside the other.

    A later rule around an earlier one is how exceptions are written and no finding; an earlier one around a later one
    makes it dead. At most `most` pairs, and fewer when the list is too long for its pairs to be compared.
    """
    made: list[Overlap] = []
    earlier = _Earlier()
    total = Budget(STEPS_A_LIST)
    for rule in access_list.rules:
        match = matcher.match(rule, access_list)
        try:
            near = earlier.near(match.sure, total) if match.sure else []
            for other, space in near:
                differs = (other.action == "permit") != (rule.action == "permit")
                if (
                    differs
                    and not match.sure.is_within((space,), Budget(STEPS_A_RULE))
                    and not space.is_within((match.sure,), Budget(STEPS_A_RULE))
                ):
                    made.append(Overlap(other, rule))
        except Exhausted:
            break
        if len(made) >= most:
            return tuple(made[:most])
        if not rule.jump:
            earlier.add(rule, match.sure)
    return tuple(made)


def _covered(space: Space, near: list[tuple[Rule, Space]]) -> tuple[tuple[Rule, ...], bool] | None:
    """The rules that take all of a space, and whether one of them does so alone; None where something is left."""
    budget = Budget(STEPS_A_RULE)
    for rule, other in near:
        if space.is_within((other,), budget):
            return (rule,), True
    used: list[Rule] = []
    left = space
    for rule, other in near:
        if not left.meets(other):
            continue
        left = left.minus((other,), budget)
        used.append(rule)
        if not left:
            return tuple(used), False
    return None


class _Earlier:
    """The rules before one, found by addresses, so that few need be compared."""

    def __init__(self) -> None:
        self._rules: list[tuple[Rule, Space]] = []
        self._index = Index()

    def add(self, rule: Rule, space: Space) -> None:
        if not space:
            return
        for box in space.boxes:
            self._index.add(box, len(self._rules))
        self._rules.append((rule, space))

    def near(self, space: Space, budget: Budget) -> list[tuple[Rule, Space]]:
        """The rules that have something in common with a space, in their order. Raises `Exhausted`."""
        numbers: set[int] = set()
        for box in space.boxes:
            numbers |= self._index.near(box)
        budget.spend(sum(sum(self._rules[number][1].weights) for number in numbers) * len(space.boxes))
        return [self._rules[number] for number in sorted(numbers) if self._rules[number][1].meets(space)]
