"""Twenty questions about the data: asked when a backup is made, and again of what was restored from it.

Compared are the passages that are found and, where no language model writes it, the answer with its quotes.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from backup import commands
from backup.database import Session
from backup.installation import Installation
from backup.manifest import Question
from demo.gateway import Gateway
from host import reach
from host.obstacle import Obstacle

NUMBER = 20
SAME, REORDERED, DIFFERENT = "same", "same, in another order", "different"
_PASSAGES = 3
_WORDS = 12
#: Before the digest of an answer, among those of passages.
_ANSWER = "answer "
_KEY = re.compile(r"msp_([A-Za-z0-9]{4,32})_\S+")


def derive(passages: Iterable[Mapping[str, str]]) -> list[Question]:
    """A question for each text: the beginning of its first real sentence."""
    questions = []
    for passage in passages:
        sentences = [line.split() for line in re.split(r"(?<=[.!?])\s+|\n", passage["text"])]
        words = next((words for words in sentences if len(words) >= 5), passage["text"].split())[:_WORDS]
        if words:
            questions.append(Question(passage["client"], passage["collection"], " ".join(words)[:400], ()))
    return questions


def can_be_answered(values: Mapping[str, str]) -> bool:
    """Whether the platform writes its answers without a language model: the same each time, and for nothing."""
    return values.get("LLM_PROVIDER", "") in {"", "none"} and not values.get("ANTHROPIC_API_KEY")


def ask(gateway: Gateway, questions: Iterable[Question], *, with_answers: bool) -> list[Question]:
    """The same questions with what the platform finds now, and what it answers. Raises `GatewayError`."""
    answered = []
    path = "/api/rag/query" if with_answers else "/api/rag/search"
    for question in questions:
        body = {
            "query": question.query,
            "client": question.client,
            "collection": question.collection,
            "top_k": _PASSAGES,
        }
        answer = gateway.post(path, body)
        found = [f"{item['document_id']} {_digest(item['text'])}" for item in answer["passages"]]
        if with_answers:
            quotes = [(citation["document_id"], citation["quote"]) for citation in answer["citations"]]
            found.append(f"{_ANSWER}{_digest(repr((answer['answered'], answer['answer'], quotes)))}")
        answered.append(replace(question, found=tuple(found)))
    return answered


def have_answers(questions: Iterable[Question]) -> bool:
    """Whether answers were kept with them, or only what was found."""
    return any(item.startswith(_ANSWER) for question in questions for item in question.found)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def compare(before: Sequence[Question], after: Sequence[Question]) -> list[tuple[str, Question]]:
    """Each question with how its answer compares with the one before."""
    return [
        (
            SAME if old.found == new.found else REORDERED if set(old.found) == set(new.found) else DIFFERENT,
            old,
        )
        for old, new in zip(before, after, strict=True)
    ]


@contextmanager
def gateway(installation: Installation) -> Iterator[Gateway]:
    """The platform with a key for every client where it asks for keys; the key is gone when the block ends."""
    values = installation.values
    url = reach.address(values)
    if values.get("AUTH", "open") == "open":
        yield Gateway(url)
        return
    text = commands.fed(
        installation.keys(
            "create", "--name", "backup", "--clients", "*", "--scopes", "rag:read,data:read,data:write", "--days", "0.1"
        )
    )
    found = _KEY.search(text)
    if not found:
        raise Obstacle("No key for the questions could be made. Type: make health")
    try:
        yield Gateway(url, found[0])
    finally:
        with Session(installation, "platform") as session:
            session.forget_key(found[1])
