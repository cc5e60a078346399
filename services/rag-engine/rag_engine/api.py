"""Searching, asking, rating and evaluating over HTTP."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request

from oberaconnect import idempotency, job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Api, Reply
from oberaconnect.job_face import Job, JobFace
from oberaconnect.problems import Unprocessable
from oberaconnect.stream import MEDIA_TYPE as EVENT_STREAM
from oberaconnect.stream import Event, long_answers, sse
from oberaconnect.telemetry import Stopwatch
from rag_engine import rank, store, views
from rag_engine.answer import Found, Question, Sentence, Written
from rag_engine.models import (
    Answer,
    EvaluationRequest,
    Feedback,
    FeedbackRequest,
    Passage,
    QueryRequest,
    SearchAnswer,
    SearchRequest,
)
from rag_engine.parts import Parts
from rag_engine.retrieve import Ask
from rag_engine.rewrite import Turn

api = Api(
    "rag",
    title="Search and answers",
    description="Questions in: hybrid search, answers with checked citations, sessions, and the index behind them.",
)

_REMEMBERED_TURNS = 6
_FACE = JobFace("rag", job_face.job)


@dataclass(frozen=True)
class _Talk:
    """Who asks, and in which session."""

    caller: Principal
    session_id: UUID | None
    history: list[Turn]


@api.post("/search", scope="rag:read", tag="Search")
def search(parts: Parts, principal: Principal, body: SearchRequest) -> SearchAnswer:
    """Find the passages nearest to a question, without writing an answer."""
    caller = principal.for_client(body.client)
    clock = Stopwatch()
    limit = rank.wanted(body.top_k)
    ask = Ask(caller.tenant, caller.readers, body.collection, body.query, body.mode, body.plain_filters(), limit)
    found = rank.order(parts.retriever.search(ask, clock), body.top_k)
    clock.lap("rank")
    return SearchAnswer(passages=[Passage.of(passage) for passage in found], timings_ms=clock.laps)


@api.post("/query", scope="rag:read", returns=Answer, media_types=["application/json", EVENT_STREAM], tag="Answers")
def query(parts: Parts, principal: Principal, body: QueryRequest) -> Response | Answer:
    """Answer a question from the documents, with citations that were checked.

    `answered` is false when the passages do not carry an answer; the nearest ones are given then. As an event stream:
    `passages`, then a `token` for each checked sentence followed by its new `citation`s, and `done` with the whole
    answer; `error` with a problem document when it broke off.
    """
    talk = _talk(parts, principal, body)
    if body.stream or request.accept_mimetypes.best == EVENT_STREAM:
        return sse(_events(parts, talk, _find(parts, talk, body)))
    # A language model holds the thread for as long as it writes, just as a stream does.
    with nullcontext() if parts.model is None else long_answers().one():
        return _answer(parts, talk, _find(parts, talk, body))


def _find(parts: Parts, talk: _Talk, body: QueryRequest) -> Found:
    return parts.answerer.find(
        Question(
            tenant=talk.caller.tenant,
            readers=talk.caller.readers,
            collection=body.collection,
            text=body.query,
            mode=body.mode,
            filters=body.plain_filters(),
            top_k=body.top_k,
            generate=body.generate,
            max_tokens=body.max_tokens,
            history=talk.history,
        )
    )


def _answer(parts: Parts, talk: _Talk, found: Found) -> Answer:
    sentences: list[Sentence] = []
    for piece in parts.answerer.write(found):
        if isinstance(piece, Written):
            return _kept(parts, talk, found, views.answer(found, sentences, piece, talk.session_id))
        sentences.append(piece)
    raise AssertionError("an answer ends with how it was written")


def _talk(parts: Parts, principal: Principal, body: QueryRequest) -> _Talk:
    if body.session_id is None:
        return _Talk(principal.for_client(body.client), None, [])
    with parts.database.transaction(principal.tenants) as connection:
        session = store.find_session(connection, body.session_id, principal.subject)
        history = store.last_turns(connection, body.session_id, _REMEMBERED_TURNS)
    if body.client is not None and body.client != session["client"]:
        raise Unprocessable("The session is about another client. Leave out 'client', or begin a new session.")
    return _Talk(principal.for_client(session["client"]), body.session_id, history)


def _events(parts: Parts, talk: _Talk, found: Found) -> Iterator[Event]:
    shown = [passage.model_dump(mode="json") for passage in views.passages(found)]
    yield Event("passages", {"passages": shown, "query_used": found.query_used, "session_id": talk.session_id})
    sentences: list[Sentence] = []
    for piece in parts.answerer.write(found):
        if isinstance(piece, Written):
            answer = _kept(parts, talk, found, views.answer(found, sentences, piece, talk.session_id))
            yield Event("done", answer.model_dump(mode="json"))
            return
        yield Event("token", {"text": f" {piece.text}" if sentences else piece.text})
        for cited in piece.citations:
            yield Event("citation", views.citation(cited).model_dump(mode="json"))
        sentences.append(piece)


def _kept(parts: Parts, talk: _Talk, found: Found, answer: Answer) -> Answer:
    """The answer, kept in its session when it has one."""
    if talk.session_id is None or answer.answer is None:
        return answer
    with parts.database.transaction(talk.caller.tenant) as connection:
        message_id = store.add_turn(
            connection,
            talk.session_id,
            question=found.question.text,
            query_used=found.query_used,
            answer=answer.answer,
            answered=answer.answered,
            citations=[item.model_dump(mode="json") for item in answer.citations],
            model=None if answer.model is None else answer.model.model_dump(),
        )
    return answer.model_copy(update={"message_id": message_id})


@api.post("/feedback", scope="rag:read", tag="Sessions")
def feedback(parts: Parts, principal: Principal, body: FeedbackRequest) -> Feedback:
    """Rate an answer of one of your sessions; a later rating replaces an earlier one."""
    with parts.database.transaction(principal.tenants) as connection:
        return Feedback(**store.rate(connection, principal.subject, body))


@api.post("/evaluate", scope="rag:write", status=202, also=[200], returns=Job, tag="Evaluation")
def evaluate(parts: Parts, principal: Principal, body: EvaluationRequest) -> Response | Reply:
    """Measure the search of a collection: nDCG@k, recall@k and MRR over questions whose documents are known.

    Answers at once with a job; its result holds the measures and each case.
    """
    caller = principal.for_client(body.client)
    parts.collections.active(caller.tenant, body.collection)  # the refusal comes now, not from the job
    key = idempotency.read_key(request.get_data(as_text=True))
    with parts.database.transaction(caller.tenant) as connection:
        payload = body.model_dump(mode="json", exclude={"client"})
        begun = _FACE.begin(
            connection, parts.settings, caller, key, kind="evaluate", payload=payload, total=len(body.cases)
        )
    return _FACE.accepted(parts.database, caller.tenants, begun, wait=0)


@api.get("/jobs/<uuid:job_id>", scope="rag:read", returns=Job, tag="Evaluation")
def show_job(parts: Parts, principal: Principal, job_id: UUID) -> Reply:
    """Show a job, with its result once it has succeeded."""
    with parts.database.transaction(principal.tenants) as connection:
        return _FACE.reply(job_face.job(_job(connection, principal, job_id)))


@api.delete("/jobs/<uuid:job_id>", scope="rag:write", status=202, tag="Evaluation")
def cancel_job(parts: Parts, principal: Principal, job_id: UUID) -> Job:
    """Cancel a job: a waiting one at once, a running one after its current question."""
    with parts.database.transaction(principal.tenants) as connection:
        _job(connection, principal, job_id)
        return job_face.job(jobs.cancel(connection, job_id))


def _job(connection: Connection, principal: Principal, job_id: UUID) -> dict[str, Any]:
    """A job. A person finds only their own: the result names documents that others may not be able to read."""
    row = jobs.find(connection, job_id)
    if principal.readers is not None and row["subject"] != principal.subject:
        raise jobs.NoSuchJob()
    return row
