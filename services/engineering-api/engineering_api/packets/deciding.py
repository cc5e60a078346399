"""Which line decides: one packet against the rules of a list, in their order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from engineering_api.facts.filters import AccessList, Rule
from engineering_api.packets.matching import Fits, Matcher
from engineering_api.packets.packet import Packet

Answer = Literal["permit", "deny", "unknown"]

#: Lists that jump to lists: deeper than this is a circle.
DEEPEST = 32
#: Rules that are tried; lists that jump to the same lists again and again would have no end.
MOST_TRIED = 50_000


@dataclass(frozen=True)
class Passed:
    """A rule that came before and did not decide, and why."""

    rule: Rule
    why: str
    is_perhaps: bool = False


@dataclass(frozen=True)
class Decision:
    """What happens to a packet in a list.

    `rule` decides; None where no rule does and the list's end decides, or none can be named. `is_decided` is False
    where nothing matched and the list does not end by denying, so that what comes after it decides.
    """

    answer: Answer
    why: str
    list_name: str
    rule: Rule | None = None
    passed: tuple[Passed, ...] = ()
    is_decided: bool = True


def decide(packet: Packet, access_list: AccessList, matcher: Matcher, others: Iterable[AccessList] = ()) -> Decision:
    """What a list does with a packet. `others` are the lists to which its rules may jump."""
    by_name = {one.name: one for one in others if one.scope == access_list.scope}
    passed: list[Passed] = []
    perhaps: list[Passed] = []
    tentative: Rule | None = None
    for rule, fits, why in _in_order(packet, access_list, matcher, by_name):
        if fits == "yes" and not rule.jump and not rule.is_tentative:
            return _by(rule, access_list, passed, perhaps)
        passed.append(Passed(rule, why, is_perhaps=fits == "perhaps"))
        if fits == "perhaps":
            perhaps.append(passed[-1])
        elif fits == "yes" and rule.is_tentative:
            tentative = rule
    if tentative is not None:
        return _by(tentative, access_list, passed, perhaps)
    if any(one.rule.jump or _is_deny(one.rule) != access_list.ends_denying for one in perhaps):
        return _doubtful(access_list, passed, perhaps)
    if access_list.ends_denying:
        return Decision("deny", "No rule matches, and the list ends by denying.", access_list.name, None, tuple(passed))
    return Decision("permit", "No rule matches.", access_list.name, None, tuple(passed), is_decided=False)


def _in_order(
    packet: Packet, access_list: AccessList, matcher: Matcher, by_name: dict[str, AccessList]
) -> Iterator[tuple[Rule, Fits, str]]:
    """The rules as they are tried, and whether they match: after one that jumps come the rules of the list it names."""
    open_: list[tuple[AccessList, Iterator[Rule]]] = [(access_list, iter(access_list.rules))]
    tried = 0
    while open_:
        owner, rules = open_[-1]
        rule = next(rules, None)
        tried += 1
        if rule is None:
            open_.pop()
            continue
        fits, why = matcher.fits(rule, owner, packet)
        if fits == "yes" and rule.is_tentative:
            why = "it matches, and a later rule may decide otherwise"
        if fits != "yes" or not rule.jump:
            yield rule, fits, why
            continue
        target = by_name.get(rule.jump)
        if rule.jump.casefold() == "return":
            yield rule, "yes", "it matches and leads back"
            open_.pop()
        elif target is None:
            yield rule, "yes", f"it leads to {rule.jump}, which has no rules"
        elif any(one is target for one, _ in open_) or len(open_) > DEEPEST or tried > MOST_TRIED:
            yield rule, "perhaps", f"{rule.jump} leads back to itself, or too far"
        else:
            yield rule, "yes", f"it matches and leads to {rule.jump}"
            open_.append((target, iter(target.rules)))


def _by(rule: Rule, access_list: AccessList, passed: list[Passed], perhaps: list[Passed]) -> Decision:
    if any(_is_deny(one.rule) != _is_deny(rule) or one.rule.jump for one in perhaps):
        return _doubtful(access_list, passed, perhaps)
    answer: Answer = "deny" if _is_deny(rule) else "permit"
    return Decision(answer, f"{called(rule)} matches: {rule.action}.", access_list.name, rule, tuple(passed))


def _doubtful(access_list: AccessList, passed: list[Passed], perhaps: list[Passed]) -> Decision:
    first = perhaps[0]
    return Decision(
        "unknown", f"{called(first.rule)} may match: {first.why}.", access_list.name, first.rule, tuple(passed)
    )


def _is_deny(rule: Rule) -> bool:
    return rule.action != "permit"


def called(rule: Rule) -> str:
    """How a rule is named in a sentence: by its number, its name and its line."""
    words = " ".join(word for word in ("Rule", rule.id, f"'{rule.name}'" if rule.name else "") if word)
    return f"{words} (line {rule.source.first})"
