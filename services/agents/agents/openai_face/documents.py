"""A collection of documents as a model: rag-engine answers, and says from where."""

import atexit
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from agents.openai_face import addresses
from agents.openai_face.pieces import Answer, Cited, Doing, Ended, Said
from agents.openai_face.talk import Talk
from oberaconnect.auth import Principal, internal_token
from oberaconnect.http import Client
from oberaconnect.llm import Usage
from oberaconnect.problems import BY_STATUS, InternalError, Unauthorized, Unavailable, Unprocessable
from oberaconnect.settings import Settings

SCOPE = "rag:read"
_AUDIENCE = "rag-engine"
_LONGEST_QUESTION = 4_000
_LEAST_TOKENS, _MOST_TOKENS = 16, 8_192
#: Among so many of the caller's newest sessions that of a conversation is looked for.
_SESSIONS = 100
#: Besides the language model, searching takes its time.
_SEARCH_SECONDS = 30.0


def names(settings: Settings, caller: Principal) -> list[str]:
    """The collections that the caller's client has.

    Raises:
        Unavailable, Timeout: rag-engine is away.
    """
    with _believed():
        found = _client(settings).get_json("/api/rag/collections", headers=_credential(settings, caller))
    return [str(item["name"]) for item in found["items"]]


def answer(settings: Settings, caller: Principal, talk: Talk, collection: str) -> Answer:
    """What the documents say to the last question, sentence by sentence. `caller` acts for one client.

    A conversation that has a name is one session at rag-engine, so a question may refer to the one before.

    Raises:
        Unprocessable: the question is empty or too long.
        Problem: what rag-engine refuses, in its words.
    """
    question = talk.question.strip()
    if not question:
        raise Unprocessable("There is no question in the last message.")
    if len(question) > _LONGEST_QUESTION:
        raise Unprocessable(f"A question to a collection has at most {_LONGEST_QUESTION} characters.")
    client, credential = _client(settings), _credential(settings, caller)
    wanted: dict[str, Any] = {
        "query": question,
        "collection": collection,
        "stream": True,
        "max_tokens": min(max(talk.max_tokens, _LEAST_TOKENS), _MOST_TOKENS),
    }
    with _believed():
        if talk.session is not None:
            wanted["session_id"] = _session(client, credential, talk.session)
        with client.stream("POST", "/api/rag/query", json=wanted, headers=credential) as response:
            yield from _told(settings, _events(response.iter_lines()))


def _told(settings: Settings, events: Iterable[tuple[str, dict[str, Any]]]) -> Answer:
    length = start = 0
    for name, data in events:
        match name:
            case "passages":
                number = len(data["passages"])
                yield Doing(f"{number} passage{'s' * (number != 1)} found", done=True)
            case "token":
                start, length = length, length + len(data["text"])
                yield Said(data["text"])
            case "citation":
                title = data["title"] or data["external_id"]
                place = f"{title}, page {data['page']}" if data["page"] is not None else title
                yield Cited(data["url"] or addresses.document(settings, data["document_id"]), place, start, length)
            case "done":
                used = data["usage"]
                yield Ended("stop", Usage(used["input_tokens"], used["output_tokens"]))
                return
            case "error":
                raise BY_STATUS.get(data.get("status", 500), InternalError)(data.get("detail"))
    raise Unavailable("rag-engine broke off the answer.")


def _events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events: their names and data."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            try:
                yield name, json.loads(value)
            except ValueError:
                raise Unavailable("rag-engine sent an answer that cannot be read.") from None


def _session(client: Client, credential: Mapping[str, str], name: str) -> str:
    """The id of the session for a conversation, which is made when it is not among the newest."""
    title = f"Chat {hashlib.sha256(name.encode()).hexdigest()[:16]}"
    found = client.get_json("/api/rag/sessions", params={"limit": _SESSIONS}, headers=credential)
    known = next((item for item in found["items"] if item["title"] == title), None)
    if known is None:
        known = client.post_json("/api/rag/sessions", {"title": title}, headers=credential)
    return str(known["id"])


def _credential(settings: Settings, caller: Principal) -> dict[str, str]:
    caller.require(SCOPE)
    return {"Authorization": f"Bearer {internal_token(settings, caller, _AUDIENCE, [SCOPE])}"}


def _client(settings: Settings) -> Client:
    return _kept(settings.rag_url, settings.llm_timeout_seconds + _SEARCH_SECONDS)


@lru_cache(maxsize=4)
def _kept(url: str, seconds: float) -> Client:
    """One a process: it keeps its connections, and knows when the service is away."""
    client = Client(url, timeout_seconds=seconds, name=_AUDIENCE)
    atexit.register(client.close)
    return client


@contextmanager
def _believed() -> Iterator[None]:
    """A credential of ours that is not accepted is no fault of the caller's."""
    try:
        yield
    except Unauthorized as refusal:
        raise Unavailable("rag-engine does not accept the credential of agents. Check SECRET_KEY.") from refusal
