"""A question from its plan to its answer: rules first, then the language model where there is one."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engineering_api.ask.answering import Answered, Answerer
from engineering_api.ask.assembling import Assembly, Planned, Step
from engineering_api.ask.documents import Documents
from engineering_api.ask.found import Sentence
from engineering_api.ask.kept_world import KeptWorld
from engineering_api.ask.knowledge.retrieval import shipped
from engineering_api.ask.modelled import Writer, Written
from engineering_api.ask.models import AskRequest, Usage, UsedModel
from engineering_api.ask.workbench import Workbench
from oberaconnect.llm import Model
from oberaconnect.problems import Problem
from oberaconnect.settings import Settings

_log = logging.getLogger(__name__)


class Asking:
    """One question of one caller."""

    def __init__(
        self, settings: Settings, world: KeptWorld, asked: AskRequest, model: Model | None, *, asked_at: datetime
    ) -> None:
        """Without a `model` rules answer alone."""
        self._settings = settings
        self._world = world
        self._asked = asked
        self._model = model
        self._asked_at = asked_at

    def steps(self) -> Iterator[Step]:
        """The steps to the answer; the last is the whole of it."""
        assembly = Assembly()
        with Documents(self._settings, self._world.caller, self._asked.scope.collections) as documents:
            answerer = Answerer(self._world, documents, shipped(), top_k=self._asked.top_k)
            plans = answerer.plans(self._asked.question, self._asked_at)
            yield Planned(
                tuple({"question": one.question.text, "kind": one.title, "places": list(one.places)} for one in plans)
            )
            found: list[Answered] = []
            usage = Usage(input_tokens=0, output_tokens=0)
            for answered in answerer.answers(plans):
                found.append(answered)
                usage = _sum(usage, answered.usage)
                yield from assembly.used(self._world.used)
                if self._model is None:
                    yield from self._say(assembly, answered)
            # What must not be answered is not given to a language model either.
            if self._model is None or all(one.findings.is_final for one in found):
                for one in found if self._model is not None else ():
                    yield from self._say(assembly, one)
                yield assembly.whole(model=None, usage=usage)
                return
            yield from self._with_model(assembly, found, documents, usage, self._model)

    def _say(self, assembly: Assembly, answered: Answered) -> Iterator[Step]:
        for sentence in answered.findings.sentences:
            yield from assembly.say(sentence)
        assembly.leave_open(answered.findings.unanswered)

    def _with_model(
        self, assembly: Assembly, found: list[Answered], documents: Documents, usage: Usage, model: Model
    ) -> Iterator[Step]:
        """What the model writes; what rules found where it is away or nothing that it says can be shown to be true."""
        workbench = Workbench(self._world, documents, shipped(), top_k=self._asked.top_k)
        writer = Writer(
            model, workbench, max_steps=self._asked.max_steps, context_tokens=self._settings.llm_context_tokens
        )
        wrote = False
        try:
            for piece in writer.write(self._asked.question, [one.findings for one in found]):
                yield from assembly.used(self._world.used)
                if isinstance(piece, Sentence):
                    wrote = True
                    yield from assembly.say(piece)
                else:
                    usage = self._end(assembly, piece, usage)
        except Problem as problem:
            _log.warning("the language model is away", extra={"model": model.name, "reason": str(problem.detail)})
            assembly.leave_open([f"The language model did not take part: {problem.detail}"])
        yield from assembly.used(self._world.used)
        if not wrote:
            for answered in found:
                yield from self._say(assembly, answered)
        used = UsedModel(provider=model.provider, name=model.name) if wrote else None
        yield assembly.whole(model=used, usage=usage)

    def _end(self, assembly: Assembly, written: Written, usage: Usage) -> Usage:
        assembly.leave_open([f"Left out, as its citations do not bear it out: {text}" for text in written.unsupported])
        assembly.leave_open(list(written.missing))
        return _sum(usage, {"input_tokens": written.usage.input_tokens, "output_tokens": written.usage.output_tokens})


def _sum(usage: Usage, more: dict[str, Any]) -> Usage:
    return Usage(
        input_tokens=usage.input_tokens + int(more["input_tokens"]),
        output_tokens=usage.output_tokens + int(more["output_tokens"]),
    )
