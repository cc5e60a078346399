"""A world for questions without a database: configurations of tests, tools, and what was looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from tests.engineering import CONFIGS, fingerprint

from engineering_api.ask import planner
from engineering_api.ask.found import Findings, Source, Used
from engineering_api.ask.knowledge.retrieval import shipped
from engineering_api.ask.question import Question, clauses
from engineering_api.ask.world import Version, Worked
from engineering_api.chosen import Subject
from engineering_api.parsing import parse
from engineering_api.tools import registry
from engineering_api.tools.configuration import ConfigArguments, Given

#: A Thursday.
ASKED_AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def subject(text: str, *, platform: str | None = None, site: str = "", name: str = "") -> Subject:
    """A device from the text of its configuration, without its secrets."""
    parsed = parse(text.encode(), fingerprint=fingerprint, platform=platform)
    called = parsed.device.identity.hostname or name
    number = uuid5(UUID(int=1), called + text)
    return Subject(number, uuid5(UUID(int=2), called), called, site, parsed.platform.name, parsed.device, parsed.texts)


def sample(path: str, **options: Any) -> Subject:
    """A device from a file of tests/configs."""
    return subject((CONFIGS / path).read_text(), **options)


@dataclass
class Fixed:
    """The world. `versions_of` are the configurations that devices had, by their names."""

    subjects: tuple[Subject, ...] = ()
    versions_of: dict[str, list[Version]] = field(default_factory=dict)
    used: list[Used] = field(default_factory=list)

    @property
    def devices(self) -> tuple[tuple[str, str], ...]:
        """See `World`."""
        return tuple((one.name, one.platform) for one in self.subjects)

    def given(self, asked: ConfigArguments) -> Given:
        """See `Configurations`."""
        found = next(one for one in self.subjects if one.config_id == asked.config_id)
        return Given(platform=found.platform, device=found.device, texts=found.texts)

    def calculate(self, tool: str, arguments: Mapping[str, Any]) -> Worked:
        """See `World`."""
        chosen = registry.named(tool)
        answer = chosen.call(arguments, self)
        self.used.append(Used(tool, dict(arguments), UUID(int=len(self.used))))
        return Worked(answer, Source("calc", chosen.title, (("tool", tool),), " ".join(answer.steps)))

    def looked(self, what: str, arguments: Mapping[str, Any], found: int) -> Source:
        """See `World`."""
        self.used.append(Used("facts", {"what": what, **arguments}, UUID(int=len(self.used))))
        return Source("calc", "facts", (("tool", "facts"),), f"Searched for {what}: {found} found.")

    def versions(self, subject: Subject, since: datetime) -> list[Version]:
        """See `World`."""
        return self.versions_of.get(subject.name, [])


def found(text: str, world: Fixed) -> Findings:
    """What rules find for a question of one clause, in the places before documents."""
    plan = planner.plan(Question(text, ASKED_AT), frozenset(name.casefold() for name, _ in world.devices))
    for place in plan.places:
        if place == "documents":
            return Findings()
        if place == "knowledge":
            answer: Findings | None = shipped().answer(plan.question)
            if answer is not None and answer.sentences:
                return answer
            continue
        kinds: Sequence[Any] = planner.calculations(plan) if place == "calculation" else planner.from_facts(plan)
        for kind in kinds:
            answer = kind.run(plan.question, world)
            if answer is not None and answer.sentences:
                return answer
    return Findings()


def said(text: str, world: Fixed) -> str:
    """The sentences that rules find, one a line, for all clauses of a question."""
    return "\n".join(one.text for clause in clauses(text) for one in found(clause, world).sentences)
