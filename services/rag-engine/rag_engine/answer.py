"""From a question to an answer: search, judge the evidence, write, and check each sentence against its sources."""

import logging
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from oberaconnect.llm import Completion, Model, Usage
from oberaconnect.settings import Settings
from oberaconnect.telemetry import Stopwatch
from rag_engine import citations, drafts, evidence, extractive, prompt, rank, rewrite
from rag_engine.citations import Citation
from rag_engine.drafts import Draft
from rag_engine.embed import Embedder
from rag_engine.evidence import Verdict
from rag_engine.extractive import Candidate
from rag_engine.passage import Passage
from rag_engine.retrieve import Ask, Mode, Retriever
from rag_engine.rewrite import Turn
from rag_engine.sentence_cache import SentenceCache

_CANDIDATES = 50
_DEFAULT_TOKENS = 1024
#: The evidence threshold was measured with this model; cosines of others have another scale.
_MEASURED_MODEL = "builtin|all-minilm-l6-v2|"
_MARKERS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_NAMED_DOCUMENTS = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    """What is asked, where, by whom (`readers` as in `Ask`), and what was said before."""

    tenant: str
    readers: frozenset[str] | None
    collection: str
    text: str
    mode: Mode
    filters: Mapping[str, Any]
    top_k: int
    generate: bool
    max_tokens: int | None = None
    history: Sequence[Turn] = ()


@dataclass(frozen=True)
class Found:
    """A question with its passages, before anything is written. `verdict` is None when nothing is to be written."""

    question: Question
    query_used: str
    passages: list[Passage]
    verdict: Verdict | None
    clock: Stopwatch
    sentences: Sequence[Candidate] = ()
    usage: Usage = field(default_factory=lambda: Usage(0, 0))


@dataclass(frozen=True)
class Sentence:
    """A checked sentence with its markers, and the citations that are new with it."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Written:
    """The end of an answer: what a model was used, what it counted, and what was left out as unsupported."""

    answered: bool
    model: Model | None
    usage: Usage
    unsupported: tuple[str, ...] = ()


class Answerer:
    """Answers questions. Safe under threads."""

    def __init__(self, settings: Settings, *, retriever: Retriever, embedder: Embedder, model: Model | None) -> None:
        """Without a `model` answers are made of the passages' own sentences."""
        self._context_tokens = settings.llm_context_tokens
        self._retriever = retriever
        self._embedder = embedder
        self._sentences = SentenceCache(embedder)
        self._model = model

    def find(self, question: Question) -> Found:
        """Search for a question and judge what was found.

        Raises:
            NotFound, Conflict, Unprocessable: as `Retriever.search`.
            Unavailable, Timeout, TooMany: when a part of the platform or the language model is away.
        """
        clock = Stopwatch()
        query, usage = self._standalone(question, clock)
        limit = max(_CANDIDATES, rank.wanted(question.top_k)) if question.generate else rank.wanted(question.top_k)
        ask = Ask(question.tenant, question.readers, question.collection, query, question.mode, question.filters, limit)
        candidates = self._retriever.search(ask, clock)
        shown = rank.order(candidates, question.top_k)
        clock.lap("rank")
        if not question.generate:
            return Found(question, query, shown, None, clock, usage=usage)
        sentences = extractive.candidates(query, shown, self._sentences)
        verdict = self._judge(question, query, shown, candidates, sentences)
        if not verdict.enough and not verdict.missing:
            # A sentence without the question's words may still mean what it asks.
            sentences = extractive.candidates(query, shown, self._sentences, thorough=True)
            verdict = self._judge(question, query, shown, candidates, sentences)
        clock.lap("evidence")
        return Found(question, query, shown, verdict, clock, sentences, usage)

    def _judge(
        self,
        question: Question,
        query: str,
        shown: Sequence[Passage],
        candidates: Sequence[Passage],
        sentences: Sequence[Candidate],
    ) -> Verdict:
        nearest = None
        if self._embedder.fingerprint.startswith(_MEASURED_MODEL):
            cosines = [*(item.cosine for item in sentences), *(item.cosine or 0.0 for item in shown)]
            nearest = max(cosines, default=None)
        return evidence.judge(query, shown, candidates, context=question.tenant, nearest=nearest)

    def write(self, found: Found) -> Iterator[Sentence | Written]:
        """The answer, sentence by sentence, each checked before it is given, and at last how it was written.

        Raises:
            Unavailable, Timeout, TooMany: when the language model is away; nothing is made up in its place.
        """
        if found.verdict is None:
            yield Written(False, None, found.usage)
        elif not found.verdict.enough:
            yield Sentence(_refusal(found), ())
            yield Written(False, None, found.usage)
        elif self._model is None:
            yield from self._extract(found, found.usage)
        else:
            yield from self._generate(found, self._model)

    def _standalone(self, question: Question, clock: Stopwatch) -> tuple[str, Usage]:
        """The question as it is searched for. Only a question of a conversation is rewritten."""
        if not question.history:
            return question.text, Usage(0, 0)
        plain = rewrite.standalone(question.text, question.history)
        if self._model is None or not question.generate:
            return plain, Usage(0, 0)
        completion = self._model.complete(prompt.rewriting(question.text, question.history))
        clock.lap("rewrite")
        return drafts.read_question(completion.text) or plain, completion.usage

    def _extract(self, found: Found, usage: Usage, unsupported: Sequence[str] = ()) -> Iterator[Sentence | Written]:
        n = 0
        for choice in extractive.choose(found.sentences):
            cited = citations.at(n + 1, choice.passage, choice.sentence.start, choice.sentence.end)
            if cited is not None:
                n += 1
                yield Sentence(f"{_closed(choice.sentence.shown)} [{n}]", (cited,))
        if not n:
            yield Sentence(_refusal(found), ())
        yield Written(n > 0, None, usage, tuple(unsupported))

    def _generate(self, found: Found, model: Model) -> Iterator[Sentence | Written]:
        request, shown = prompt.answering(
            found.query_used,
            found.passages,
            fence=f"passage-{secrets.token_hex(6)}",
            max_tokens=found.question.max_tokens or _DEFAULT_TOKENS,
            context_tokens=self._context_tokens,
        )
        reader, checker = drafts.Reader(), _Checker(found.query_used, shown)
        usage = found.usage
        for piece in model.stream(request):
            if isinstance(piece, Completion):
                usage = Usage(
                    usage.input_tokens + piece.usage.input_tokens, usage.output_tokens + piece.usage.output_tokens
                )
                continue
            for draft in reader.feed(piece):
                if not reader.denied and (sentence := checker.check(draft)):
                    yield sentence
        found.clock.lap("generate")
        if checker.written:
            yield Written(True, model, usage, tuple(checker.unsupported))
        elif reader.denied:
            yield Sentence(_refusal(found), ())
            yield Written(False, model, usage)
        else:
            # Nothing it said can be shown to be true; the documents' own sentences can.
            _log.warning("model answer not usable", extra={"model": model.name, "dropped": len(checker.unsupported)})
            yield from self._extract(found, usage, checker.unsupported)


class _Checker:
    """Keeps the sentences of a model that its sources bear out, and numbers their citations."""

    def __init__(self, question: str, shown: Sequence[Passage]) -> None:
        self._question = question
        self._shown = shown
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.written = 0
        self.unsupported: list[str] = []

    def check(self, draft: Draft) -> Sentence | None:
        """The sentence with its markers, or None when no quote of it holds or a figure in it comes from nowhere."""
        text = _MARKERS.sub("", draft.text)
        cited = [
            citation
            for number, quote in draft.quotes
            if 1 <= number <= len(self._shown) and (citation := citations.cite(0, self._shown[number - 1], quote))
        ]
        if not cited or not citations.numbers_agree(text, [item.passage for item in cited], self._question):
            self.unsupported.append(text)
            return None
        new: list[Citation] = []
        markers: list[int] = []
        for citation in cited:
            key = (citation.passage.chunk_id, citation.start, citation.end)
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers) + 1
                new.append(replace(citation, n=self._numbers[key]))
            markers.append(self._numbers[key])
        self.written += 1
        return Sentence(f"{text} {' '.join(f'[{n}]' for n in dict.fromkeys(markers))}", tuple(new))


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", ":", ";")) else f"{text}."


def _refusal(found: Found) -> str:
    names = list(dict.fromkeys(passage.title or passage.external_id for passage in found.passages))[:_NAMED_DOCUMENTS]
    missing = found.verdict.missing if found.verdict else ()
    about = f" Nothing found mentions {' or '.join(missing)}." if missing else ""
    nearest = f" The nearest documents are: {'; '.join(names)}." if names else ""
    return f"The documents do not answer this question.{about}{nearest}"
