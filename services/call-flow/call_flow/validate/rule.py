"""What a rule is, and how a subject collects its rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from call_flow.flow.values import Part
from call_flow.validate.context import Context
from call_flow.validate.finding import Severity


class Rule(Part):
    """A rule as people read it. `why` says what goes wrong in practice, `reference` where a fact comes from."""

    code: str
    severity: Severity
    title: str
    why: str
    fix: str
    reference: str | None = None


@dataclass(frozen=True)
class Found:
    """A place in the flow that offends a rule. `fix` is more exact than the rule's own, where there is more to say."""

    pointer: str
    message: str
    fix: str | None = None


Finder = Callable[[Context], Iterator[Found]]


@dataclass(frozen=True)
class Check:
    """A rule and the function that finds what offends it."""

    rule: Rule
    find: Finder


class Subject:
    """The rules of one subject, in the order in which they are declared."""

    def __init__(self) -> None:
        """Has no rules yet."""
        self.checks: list[Check] = []

    def rule(
        self, code: str, severity: Severity, *, title: str, why: str, fix: str, reference: str | None = None
    ) -> Callable[[Finder], Finder]:
        """Declares the decorated function as the finder of a rule."""

        def declare(find: Finder) -> Finder:
            rule = Rule(code=code, severity=severity, title=title, why=why, fix=fix, reference=reference)
            self.checks.append(Check(rule, find))
            return find

        return declare
