"""Questions over HTTP."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from flask import Response, request

from engineering_api.api import api
from engineering_api.ask.asking import Asking
from engineering_api.ask.assembling import Assembled, Step
from engineering_api.ask.kept_world import KeptWorld
from engineering_api.ask.models import AskAnswer, AskRequest
from engineering_api.parts import Parts
from engineering_api.redact import redact
from oberaconnect import llm
from oberaconnect.auth import Principal
from oberaconnect.problems import Unprocessable
from oberaconnect.stream import MEDIA_TYPE as EVENT_STREAM
from oberaconnect.stream import Event, long_answers, sse

_MEDIA_TYPES = ["application/json", EVENT_STREAM]


@api.post("/query", scope="engineering:read", returns=AskAnswer, media_types=_MEDIA_TYPES, tag="Questions")
def query(parts: Parts, principal: Principal, body: AskRequest) -> Response | AskAnswer:
    """Answer a technical question from configurations, calculations, checked knowledge and documents.

    Each sentence of the answer carries the numbers of its citations: lines of a configuration, a calculation, or words
    of a document. `answered` is false when nothing carries an answer; what is open is in `unanswered`. A language
    model, where one is set up, asks for tools and phrases; what its citations do not bear out is left out. As an event
    stream: `plan`, a `tool` for each that was used, each new `citation` and the `delta` that needs it, and `done` with
    the whole.
    """
    return _asked(parts, principal, body)


@api.post("/ask", scope="engineering:read", returns=AskAnswer, media_types=_MEDIA_TYPES, tag="Questions")
def ask(parts: Parts, principal: Principal, body: AskRequest) -> Response | AskAnswer:
    """The same as `POST /query`."""
    return _asked(parts, principal, body)


def _asked(parts: Parts, principal: Principal, body: AskRequest) -> Response | AskAnswer:
    model = _model(parts, body.model)
    world = KeptWorld(parts, principal, body.scope)
    # It goes to a model, and into records of what was calculated.
    question = redact(body.question.split("\n"), parts.fingerprint(world.caller.tenant), is_question=True).texts
    body = body.model_copy(update={"question": "\n".join(question)})
    asking = Asking(parts.settings, world, body, model, asked_at=datetime.now(UTC))
    if body.stream or request.accept_mimetypes.best == EVENT_STREAM:
        return sse(_events(asking))
    # A language model holds the thread for as long as it writes, just as a stream does.
    with nullcontext() if model is None else long_answers().one():
        for step in asking.steps():
            if isinstance(step, Assembled):
                return step.answer
    raise AssertionError("an answer ends with the whole of it")


def _model(parts: Parts, wanted: str | None) -> llm.Model | None:
    if wanted is None:
        return parts.model
    if wanted.casefold() == "none":
        return None
    if parts.model is None:
        raise Unprocessable("No language model is set up here. Leave 'model' away, or say 'none'.")
    if wanted != parts.model.name:
        raise Unprocessable(f"The language model here is '{parts.model.name}'. Leave 'model' away, or say 'none'.")
    return parts.model


def _events(asking: Asking) -> Iterator[Event]:
    for step in asking.steps():
        yield _event(step)


def _event(step: Step) -> Event:
    name, data = step.event()
    shown: Any = data
    return Event(name, shown)
