"""From a question to an answer by rules: each clause is planned, looked up and said, each sentence with its sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from engineering_api.ask import planner
from engineering_api.ask.documents import Documents
from engineering_api.ask.found import Findings
from engineering_api.ask.kept_world import FACTS
from engineering_api.ask.kind import Kind
from engineering_api.ask.knowledge.retrieval import Knowledge
from engineering_api.ask.planner import Plan
from engineering_api.ask.question import Question, clauses
from engineering_api.ask.world import World
from oberaconnect.problems import Unprocessable

#: More sentences for one question are not read by anybody.
_MOST_SENTENCES = 200
_NOTHING = "Nothing that is kept, known or documented here answers: {}"


@dataclass
class Answered:
    """What was found for one clause, where, and what language models counted on the way."""

    plan: Plan
    findings: Findings = field(default_factory=Findings)
    places: list[str] = field(default_factory=list)
    usage: dict[str, int] = field(default_factory=lambda: {"input_tokens": 0, "output_tokens": 0})


class Answerer:
    """Answers by rules, without a language model of its own."""

    def __init__(self, world: World, documents: Documents, knowledge: Knowledge, *, top_k: int) -> None:
        """`top_k` passages of documents are looked at."""
        self._world = world
        self._documents = documents
        self._knowledge = knowledge
        self._top_k = top_k

    def plans(self, text: str, asked_at: datetime) -> list[Plan]:
        """The clauses of a question, each with what is tried for it."""
        names = frozenset(name.casefold() for name, _ in self._world.devices)
        return [planner.plan(Question(clause, asked_at), names) for clause in clauses(text)]

    def answers(self, plans: list[Plan]) -> Iterator[Answered]:
        """What is found for each."""
        for plan in plans:
            yield self._answer(plan)

    def _answer(self, plan: Plan) -> Answered:
        done = Answered(plan)
        for place in plan.places:
            # Where facts only say that there is none, documents may still know.
            may_know = place == "documents" and _is_denied(done.findings)
            if done.findings.is_final or (done.findings.sentences and not may_know):
                break
            if place == "documents":
                if _is_denied(done.findings) and self._documents.refusal:
                    continue
                found, usage = self._documents.answer(plan.question.text, self._top_k)
                done.usage = usage
            else:
                found = self._look(place, plan)
            done.findings.is_final |= found.is_final
            if found.sentences:
                done.places.append(place)
                if place == "documents" and not _is_denied(done.findings):
                    done.findings.unanswered.clear()
            done.findings.sentences.extend(found.sentences)
            if not (place == "documents" and _is_denied(done.findings)):
                done.findings.unanswered.extend(found.unanswered)
        if (more := len(done.findings.sentences) - _MOST_SENTENCES) > 0:
            del done.findings.sentences[_MOST_SENTENCES:]
            done.findings.unanswered.append(f"There are {more:,} more such sentences: ask for one device or site.")
        if not done.findings.sentences and not done.findings.is_final:
            done.findings.unanswered.insert(0, _NOTHING.format(plan.question.text))
            if planner.from_facts(plan) and not self._world.devices:
                done.findings.unanswered.append("No configuration is kept in this scope: POST /configs keeps one.")
        return done

    def _look(self, place: str, plan: Plan) -> Findings:
        if place == "knowledge":
            return self._knowledge.answer(self._on_platform(plan.question), {name for _, name in self._world.devices})
        kinds = planner.calculations(plan) if place == "calculation" else planner.from_facts(plan)
        if place == "facts" and not self._world.devices:
            return Findings()
        left = Findings()
        for kind in kinds:
            found = self._run(kind, plan)
            if found is not None and (found.sentences or found.is_final):
                return found
            if found is not None:
                left.unanswered.extend(found.unanswered)
        return left

    def _on_platform(self, question: Question) -> Question:
        """The question with the platform of a device in the place of its name, as commands are found."""
        text = question.text
        for name, platform in self._world.devices:
            if len(name) > 1 and name.casefold() in question.folded:
                spelled = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
                text = re.sub(spelled, platform.replace("_", " "), text, flags=re.IGNORECASE)
        return Question(text, question.asked_at)

    def _run(self, kind: Kind, plan: Plan) -> Findings | None:
        try:
            return kind.run(plan.question, self._world)
        except Unprocessable as problem:
            return Findings(unanswered=[f"{kind.title}: {problem.detail}"])


def _is_denied(found: Findings) -> bool:
    """Whether all that was found is that there is nothing."""
    return bool(found.sentences) and all(
        len(one.sources) == 1 and one.sources[0].source == FACTS for one in found.sentences
    )
