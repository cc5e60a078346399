"""Twenty questions about the data: asked when a backup is made, and again of what was restored from it."""

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


def ask(gateway: Gateway, questions: Iterable[Question]) -> list[Question]:
    """The same questions with what the platform finds now. Raises `GatewayError`."""
    answered = []
    for question in questions:
        body = {
            "query": question.query,
            "client": question.client,
            "collection": question.collection,
            "top_k": _PASSAGES,
        }
        passages = gateway.post("/api/rag/search", body)["passages"]
        found = (f"{item['document_id']} {hashlib.sha256(item['text'].encode()).hexdigest()}" for item in passages)
        answered.append(replace(question, found=tuple(found)))
    return answered


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
