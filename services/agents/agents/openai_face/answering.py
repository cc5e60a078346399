"""Who answers a turn: an agent, a collection of documents, a configured model, or the little that Open WebUI wants."""

from contextlib import suppress

from agents.openai_face import chats, configured, documents, tasks
from agents.openai_face.directory import AGENT, COLLECTION
from agents.openai_face.errors import about
from agents.openai_face.pieces import Answer, Ended, Piece, Said
from agents.openai_face.talk import Talk
from agents.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.problems import NotFound, Problem


def answer(parts: Parts, caller: Principal, talk: Talk) -> Answer:
    """The answer to a turn, piece by piece. `caller` acts for one client.

    Raises:
        NotFound: there is no such model, with OpenAI's error object.
        Problem: whatever whoever answers refuses.
    """
    wanted = tasks.kind(talk)
    if wanted is not None:
        return _task(parts, caller, talk, wanted)
    if talk.model.startswith(AGENT):
        return _named(chats.answer(parts, caller, talk, talk.model.removeprefix(AGENT)))
    if talk.model.startswith(COLLECTION):
        return _named(documents.answer(parts.settings, caller, talk, talk.model.removeprefix(COLLECTION)))
    if talk.model not in parts.models.names():
        raise no_model(talk.model)
    return configured.answer(parts, caller, talk, parts.models.get(talk.model))


def no_model(name: str) -> NotFound:
    """The refusal for a model that is not there, or not for this caller."""
    sentence = f"There is no model '{name}'. GET /v1/models lists those there are."
    return NotFound(sentence, error=about("model", sentence, "model_not_found"))


def _named(pieces: Answer) -> Answer:
    """The same, with a name that is not there refused as a model that is not there."""
    try:
        first = next(pieces)
    except NotFound as problem:
        raise NotFound(problem.detail, error=about("model", problem.detail, "model_not_found")) from problem
    yield first
    yield from pieces


def _task(parts: Parts, caller: Principal, talk: Talk, wanted: tasks.Kind) -> Answer:
    """What Open WebUI wants for itself, from a model if one is there, else from the words of the chat."""
    name = talk.model if talk.model in parts.models.names() else None
    written: list[Piece] = []
    if name is not None or parts.models.is_configured:
        with suppress(Problem):  # the words of the chat will do
            # All of it before any of it is said: it is short, and half of it is worth nothing.
            written = list(configured.answer(parts, caller, tasks.short(talk), parts.models.get(name)))
    yield from written or [Said(tasks.without_model(talk, wanted)), Ended()]
