"""The rules, read once from the files beside this module, and those that an audit asks for."""

import string
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from engineering_api import platforms
from engineering_api.audit import checks as _checks  # noqa: F401 - importing it makes the predicates known
from engineering_api.audit.checking import CHECKS
from engineering_api.audit.model import SEVERITIES, Rule, Ruleset, Severity
from oberaconnect.problems import Unprocessable


class BadRule(ValueError):
    """A file of rules says something that cannot be."""


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by their codes, in the order of the codes. Raises `BadRule`."""
    found: dict[str, Rule] = {}
    folder = files("engineering_api.audit") / "rules"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            for rule in read(file.name, file.read_text(encoding="utf-8")):
                if rule.code in found:
                    raise BadRule(f"{file.name}: there is a rule {rule.code} already")
                found[rule.code] = rule
    return dict(sorted(found.items()))


def read(name: str, text: str) -> list[Rule]:
    """The rules of one file. Raises `BadRule`."""
    document = yaml.load(text, Loader=yaml.CSafeLoader)  # as safe as the other, and a tenth of its time
    shared = {key: document[key] for key in ("category", "rulesets")}
    return [_rule(name, {**shared, **said}) for said in document["rules"]]


def _rule(name: str, said: Mapping[str, Any]) -> Rule:
    fix = {
        platform: lines
        for keys, lines in said.get("fix", {}).items()
        for platform in (one.strip() for one in keys.split(","))
    }
    try:
        rule = Rule.model_validate({**said, "fix": fix})
    except ValueError as error:
        raise BadRule(f"{name}: {said.get('code')}: {error}") from None
    if rule.check not in CHECKS:
        raise BadRule(f"{name}: {rule.code}: there is no predicate {rule.check}")
    known = platforms.known()
    if unknown := [one for one in (*rule.platforms, *rule.fix) if one != "*" and one not in known]:
        raise BadRule(f"{name}: {rule.code}: there is no platform {unknown[0]}")
    if {field for _, field, _, _ in string.Formatter().parse(rule.together) if field is not None} - {"count", "places"}:
        raise BadRule(f"{name}: {rule.code}: what is told together has only a count and places")
    for line in (line for lines in rule.fix.values() for line in lines):
        if any(field is not None and not field.isidentifier() for _, field, _, _ in string.Formatter().parse(line)):
            raise BadRule(f"{name}: {rule.code}: braces in a fix are for names: {line}")
    return rule


def chosen(
    ruleset: Ruleset = "all",
    *,
    only: Sequence[str] = (),
    without: Iterable[str] = (),
    min_severity: Severity = "info",
) -> list[Rule]:
    """The rules of a set, or only some of them, less others and those that matter too little.

    Raises `Unprocessable` for a code that there is not.
    """
    known = rules()
    left_out = set(without)
    if unknown := [code for code in (*only, *left_out) if code not in known]:
        raise Unprocessable(f"There is no rule '{unknown[0][:80]}'. GET /rules lists them.")
    wanted = [known[code] for code in dict.fromkeys(only)] if only else list(known.values())
    least = SEVERITIES.index(min_severity)
    return [
        rule
        for rule in wanted
        if rule.code not in left_out
        and (ruleset == "all" or ruleset in rule.rulesets)
        and SEVERITIES.index(rule.severity) <= least
    ]
