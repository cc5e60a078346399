"""Answers as the API shows them."""

from uuid import UUID

from rag_engine import models
from rag_engine.answer import Found, Sentence, Written
from rag_engine.citations import Citation


def citation(found: Citation) -> models.Citation:
    """A citation as the API shows it."""
    return models.Citation(
        n=found.n,
        document_id=found.passage.document_id,
        external_id=found.passage.external_id,
        title=found.passage.title,
        url=found.passage.url,
        page=found.page,
        section=found.passage.section,
        quote=found.quote,
        start=found.start,
        end=found.end,
        score=round(found.passage.score, 6),
    )


def passages(found: Found) -> list[models.Passage]:
    """The passages of a question, best first."""
    return [models.Passage.of(passage) for passage in found.passages]


def answer(found: Found, sentences: list[Sentence], written: Written, session_id: UUID | None) -> models.Answer:
    """The whole answer; `message_id` is set when it is kept."""
    model = written.model
    return models.Answer(
        answer=" ".join(sentence.text for sentence in sentences) or None,
        answered=written.answered,
        citations=[citation(item) for sentence in sentences for item in sentence.citations],
        passages=passages(found),
        query_used=found.query_used,
        session_id=session_id,
        message_id=None,
        model=None if model is None else models.UsedModel(provider=model.provider, name=model.name),
        usage=models.Usage(input_tokens=written.usage.input_tokens, output_tokens=written.usage.output_tokens),
        unsupported=list(written.unsupported),
        timings_ms=found.clock.laps,
    )
