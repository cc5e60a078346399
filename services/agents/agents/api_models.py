"""The face that clients of OpenAI's API know: which models there are, chats and responses.

A model is a ready or an own agent (`agent:<name>`), a collection of documents (`rag:<name>`), or a configured language
model (`provider/model`). Refusals speak OpenAI's dialect too, in the member `error`.
"""

import json
from typing import Any

from flask import Response, current_app, request

from agents import models_openai as models
from agents.api import api
from agents.openai_face import answering, directory, errors, speaker, talk
from agents.openai_face.chat_wire import ChatReply
from agents.openai_face.responses_talk import of_response
from agents.openai_face.responses_wire import ResponseReply
from agents.parts import Parts
from oberaconnect import reader, stream
from oberaconnect.auth import Principal

#: For so long OpenAI's clients wait for a whole answer, unless they are told otherwise.
_WHOLE_SECONDS = 600.0
_MEDIA = ["application/json", stream.MEDIA_TYPE]


@api.get("/v1/models", scope="agents:read", tag="Models")
def list_models(parts: Parts, principal: Principal) -> models.ModelList:
    """List the models that you may chat with, for clients of OpenAI's API.

    They are those of the client that the header X-OberaConnect-Client names, else of the credential's own.
    """
    return models.ModelList(data=directory.models(parts, principal.for_client(request.headers.get(talk.CLIENT))))


@api.get("/v1/models/<path:model>", scope="agents:read", tag="Models")
def show_model(parts: Parts, principal: Principal, model: str) -> models.ModelView:
    """Show a model, for clients of OpenAI's API. Its id may contain `:` and `/`."""
    found = directory.find(parts, principal.for_client(request.headers.get(talk.CLIENT)), model)
    if found is None:
        raise answering.no_model(model)
    return found


@api.post("/v1/chat/completions", scope="agents:write", returns=models.Completion, media_types=_MEDIA, tag="Models")
def chat(parts: Parts, principal: Principal, body: models.Chat) -> Response:
    """Chat with a model, for clients of OpenAI's API.

    An agent's turn is a run: it goes on when the reader leaves. When it needs an approval the turn ends with a
    question, and the next turn of the same chat answers it.
    """
    asked = talk.of_chat(body, _around(parts, principal))
    options = body.stream_options
    reply = ChatReply(body.model, with_usage=bool(options and options.include_usage))
    pieces = answering.answer(parts, principal.for_client(asked.client), asked)
    if body.stream:
        return stream.lines(reply.frames(pieces), errors.frame)
    with stream.long_answers().one(), reader.for_at_most(_WHOLE_SECONDS):
        return _json(reply.whole(pieces))


@api.post("/v1/responses", scope="agents:write", returns=models.Response, media_types=_MEDIA, tag="Models")
def respond(parts: Parts, principal: Principal, body: models.Asked) -> Response:
    """Answer in the way of OpenAI's Responses API, for clients that prefer it. Nothing of it is kept."""
    asked = of_response(body, _around(parts, principal))
    reply = ResponseReply(body.model)
    pieces = answering.answer(parts, principal.for_client(asked.client), asked)
    if body.stream:
        return stream.lines(reply.frames(pieces), reply.failed)
    with stream.long_answers().one(), reader.for_at_most(_WHOLE_SECONDS):
        return _json(reply.whole(pieces))


def _around(parts: Parts, principal: Principal) -> talk.Around:
    headers = {name.lower(): value for name, value in request.headers}
    return talk.Around(headers, speaker.find(headers, principal, parts.settings))


def _json(document: dict[str, Any]) -> Response:
    text = json.dumps(document, ensure_ascii=False)
    return current_app.response_class(text, 200, mimetype="application/json")
