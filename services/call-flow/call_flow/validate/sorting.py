"""Rules about sorting callers by their number."""

from collections.abc import Iterator

from call_flow.validate.context import Context
from call_flow.validate.numbers import PLANS
from call_flow.validate.rule import Found, Subject
from call_flow.validate.telephony import known_prefix

SORTING = Subject()


@SORTING.rule(
    "callers.rule-empty", "error",
    title="A rule that no caller matches",
    why="It says nothing about whom it is for.",
    fix="Give it a prefix, or set anonymous.",
)  # fmt: skip
def rule_empty(context: Context) -> Iterator[Found]:
    """A rule of a caller match has neither prefix nor anonymous."""
    for position, node in enumerate(context.flow.nodes):
        if node.kind == "caller_match":
            for place, rule in enumerate(node.rules):
                if rule.prefix is None and not rule.anonymous:
                    message = f"Rule {place + 1} of {context.name(node.id)} matches nobody."
                    yield Found(f"/nodes/{position}/rules/{place}", message)


@SORTING.rule(
    "callers.rule-shadowed", "error",
    title="A rule that comes too late",
    why="An earlier rule takes all of its callers.",
    fix="Move it before that rule: exact numbers first, then longer prefixes, then shorter ones.",
)  # fmt: skip
def rule_shadowed(context: Context) -> Iterator[Found]:
    """Every caller that a rule matches is matched by one before it."""
    for position, node in enumerate(context.flow.nodes):
        if node.kind != "caller_match":
            continue
        prefixes: list[str] = []
        anonymous = False
        for place, rule in enumerate(node.rules):
            asked = rule.prefix is not None or rule.anonymous
            by_prefix = rule.prefix is None or rule.prefix.startswith(tuple(prefixes))
            if asked and by_prefix and (not rule.anonymous or anonymous):
                message = f"Rule {place + 1} of {context.name(node.id)} is never reached."
                yield Found(f"/nodes/{position}/rules/{place}", message)
            anonymous = anonymous or rule.anonymous
            prefixes += [rule.prefix] if rule.prefix else []


@SORTING.rule(
    "callers.unknown-prefix", "warning",
    title="A prefix that no telephone number has",
    why="No country has this code, so nobody matches.",
    fix="Write the country code after the +, then the area code.",
    reference=PLANS,
)  # fmt: skip
def unknown_prefix(context: Context) -> Iterator[Found]:
    """The prefix of a rule begins with no country code."""
    for position, node in enumerate(context.flow.nodes):
        if node.kind == "caller_match":
            for place, rule in enumerate(node.rules):
                if rule.prefix is not None and not known_prefix(rule.prefix):
                    message = f"Rule {place + 1} of {context.name(node.id)} is for {rule.prefix}, which no country has."
                    yield Found(f"/nodes/{position}/rules/{place}/prefix", message)
