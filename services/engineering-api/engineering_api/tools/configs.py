"""Configurations: what they say, which names are wrong in them, what differs between two."""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from engineering_api.facts.device import Device
from engineering_api.lint.references import undefined, unused
from engineering_api.tools.configuration import ConfigArguments, Configurations, Given
from engineering_api.tools.difference import same
from engineering_api.tools.reading import Name
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable

#: Names and their uses are told by config-lint.
_APART = ("definitions", "references", "unparsed", "platform")
SECTIONS = tuple(name for name in Device.model_fields if name not in _APART)
MOST_UNPARSED = 500
MOST_CHANGES = 5_000


class ParseArguments(ConfigArguments):
    """A configuration and the facts that are wanted."""

    sections: Annotated[list[Name], Field(max_length=40)] = Field(
        default_factory=list, description="Names of facts, such as interfaces or routes; all where none is named."
    )


class Line(View):
    """A line of a configuration, without secrets."""

    line: int
    text: str


class Guessed(View):
    """What else it might be."""

    platform: str
    confidence: float


class ConfigFacts(Answer):
    """What a configuration says, each fact with its lines. Secrets are left out."""

    platform: str
    confidence: float | None
    guesses: list[Guessed]
    hostname: str
    lines: int
    read: int | None
    unparsed: list[Line]
    facts: dict[str, JsonValue]


def config_parse(arguments: ParseArguments, configurations: Configurations) -> ConfigFacts:
    """Read a configuration: its platform, and facts with the lines that say them. Raises `Unprocessable`."""
    for name in arguments.sections:
        if name not in SECTIONS:
            raise Unprocessable(f"There are no facts '{name[:40]}'. There are: {', '.join(SECTIONS)}.")
    given = configurations.given(arguments)
    dumped: dict[str, Any] = given.device.model_dump(mode="json", include=set(arguments.sections or SECTIONS))
    missed = given.device.unparsed
    sure = "" if given.confidence is None else f" ({given.confidence:.0%} sure)"
    steps = [f"It is read as {given.platform}{sure}.", *given.notes]
    if given.read is not None:
        steps.append(f"{given.read - len(missed)} of {given.read} lines that say something were understood.")
    return ConfigFacts(
        platform=given.platform,
        confidence=given.confidence,
        guesses=[Guessed(platform=name, confidence=confidence) for name, confidence in given.guesses[:5]],
        hostname=given.device.identity.hostname,
        lines=len(given.texts),
        read=given.read,
        unparsed=[Line(line=one.source.first, text=one.text) for one in missed[:MOST_UNPARSED]],
        facts=dumped,
        steps=steps,
    )


class Use(View):
    """A line that uses a name, and for what."""

    line: int
    text: str
    context: str


class UndefinedName(View):
    """A name that is used and defined nowhere."""

    name: str
    kinds: list[str]
    scope: str
    uses: list[Use]


class UnusedName(View):
    """A name that is defined and used nowhere."""

    name: str
    kind: str
    scope: str
    first_line: int
    last_line: int
    text: str


class ConfigLint(Answer):
    """Names that are wrong."""

    platform: str
    undefined: list[UndefinedName]
    unused: list[UnusedName]


def config_lint(arguments: ConfigArguments, configurations: Configurations) -> ConfigLint:
    """Find names that a configuration uses and does not define, and the other way round. Raises `Unprocessable`."""
    given = configurations.given(arguments)
    missing, idle = undefined(given.device), unused(given.device)
    return ConfigLint(
        platform=given.platform,
        undefined=[
            UndefinedName(
                name=one.name,
                kinds=list(one.kinds),
                scope=one.scope,
                uses=[
                    Use(line=use.source.first, text=_text(given, use.source.first), context=use.context)
                    for use in one.references[:100]
                ],
            )
            for one in missing
        ],
        unused=[
            UnusedName(
                name=one.definition.name,
                kind=one.definition.kind,
                scope=one.definition.scope,
                first_line=one.definition.source.first,
                last_line=one.definition.source.last,
                text=_text(given, one.definition.source.first),
            )
            for one in idle
        ],
        steps=[
            f"{len(given.device.definitions)} names are defined and {len(given.device.references)} times one is used.",
            f"{len(missing)} names are used and defined nowhere; what {given.platform} knows by itself is left out.",
            f"{len(idle)} names are defined and used nowhere; interfaces and VLANs are left out.",
        ],
    )


class DiffArguments(Model):
    """Two configurations."""

    before: ConfigArguments
    after: ConfigArguments


class Change(View):
    """Lines that one has and the other has not. Line numbers count from 1; of nothing, where it would be."""

    kind: Literal["added", "removed", "changed"]
    before_line: int
    before: list[str]
    after_line: int
    after: list[str]


class ConfigDiff(Answer):
    """What differs, line by line. Of a secret that changed, its stand-in differs."""

    changes: list[Change]
    added: int
    removed: int
    is_equal: bool


def config_diff(arguments: DiffArguments, configurations: Configurations) -> ConfigDiff:
    """Compare two configurations line by line, without their secrets. Raises `Unprocessable`."""
    before, after = configurations.given(arguments.before).texts, configurations.given(arguments.after).texts
    changes: list[Change] = []
    low = left = 0
    total = (len(before), len(after), 0)
    for one, other, size in [*((run.before, run.after, run.size) for run in same(before, after)), total]:
        if one > low or other > left:
            gone, came = list(before[low:one]), list(after[left:other])
            kind: Literal["added", "removed", "changed"] = (
                "changed" if gone and came else "removed" if gone else "added"
            )
            changes.append(Change(kind=kind, before_line=low + 1, before=gone, after_line=left + 1, after=came))
        low, left = one + size, other + size
    added, removed = sum(len(one.after) for one in changes), sum(len(one.before) for one in changes)
    steps = [f"{len(before)} lines are compared with {len(after)}: {added} were added, {removed} removed."]
    if len(changes) > MOST_CHANGES:
        steps.append(f"Of {len(changes)} places the first {MOST_CHANGES} are told.")
    return ConfigDiff(changes=changes[:MOST_CHANGES], added=added, removed=removed, is_equal=not changes, steps=steps)


def _text(given: Given, line: int) -> str:
    return given.texts[line - 1].strip() if 1 <= line <= len(given.texts) else ""


TOOLS = (
    tool("config-parse", "Facts of a configuration", config_parse),
    tool("config-lint", "Undefined and unused names", config_lint),
    tool("config-diff", "Difference of two configurations", config_diff),
)
