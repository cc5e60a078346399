"""Documents: questions to rag-engine, on the caller's behalf and within the caller's rights."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from engineering_api.ask.found import Findings, Sentence, Source
from oberaconnect.auth import Principal, internal_token
from oberaconnect.http import Client
from oberaconnect.problems import NotFound, Problem
from oberaconnect.settings import Settings

_SCOPE = "rag:read"
_SECONDS = 60.0
#: The markers at the end of a sentence of an answer.
_MARKERS = re.compile(r"(?:\s{0,2}\[\d{1,3}\]){1,10}(?=\s|$)")
_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True)
class Passage:
    """A passage of a document, and the document's fields as a locator's."""

    title: str
    text: str
    section: str
    locator: tuple[tuple[str, Any], ...]
    score: float

    @property
    def source(self) -> Source:
        """The whole passage as a source."""
        return Source("doc", self.title, self.locator, self.text)


class Documents:
    """The documents that a caller may read, in some collections. To be closed."""

    def __init__(self, settings: Settings, caller: Principal, collections: Sequence[str]) -> None:
        """Uses RAG_URL. Nothing is opened before it is asked."""
        self._settings = settings
        self._caller = caller
        self.collections = tuple(dict.fromkeys(collections))
        self._client: Client | None = None

    @property
    def refusal(self) -> str:
        """Why documents cannot be asked at all; "" where they can."""
        if not self.collections:
            return "No collection of documents was to be asked."
        if _SCOPE not in self._caller.scopes:
            return f"Documents were not searched: this credential lacks the scope '{_SCOPE}'."
        return ""

    def answer(self, question: str, top_k: int) -> tuple[Findings, dict[str, int]]:
        """What the documents answer, and what a language model counted there. What goes wrong is said as open."""
        found = Findings()
        usage = {"input_tokens": 0, "output_tokens": 0}
        if self.refusal:
            found.unanswered.append(self.refusal)
            return found, usage
        for collection in self.collections:
            try:
                said = self._post("/api/rag/query", {"query": question, "collection": collection, "top_k": top_k})
            except NotFound:
                continue
            except Problem as problem:
                found.unanswered.append(f"Documents were not searched: {problem.detail}")
                break
            for name in usage:
                usage[name] += int((said.get("usage") or {}).get(name) or 0)
            if said.get("answered") and said.get("answer"):
                found.sentences.extend(_sentences(said))
            elif said.get("answer"):
                found.unanswered.append(str(said["answer"])[:1_000])
        return found, usage

    def search(self, query: str, top_k: int) -> list[Passage]:
        """The passages nearest to a query in all collections, best first.

        Raises `Unavailable`, `Timeout`, `Forbidden` and whatever rag-engine refuses with.
        """
        found: list[Passage] = []
        for collection in self.collections:
            try:
                said = self._post("/api/rag/search", {"query": query[:4000], "collection": collection, "top_k": top_k})
            except NotFound:
                continue
            found.extend(_passage(one) for one in said.get("passages", []))
        return sorted(found, key=lambda one: -one.score)[:top_k]

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if self._client is None:
            self._client = Client(self._settings.rag_url, timeout_seconds=_SECONDS, name="The documents (rag-engine)")
        token = internal_token(self._settings, self._caller, "rag-engine", [_SCOPE])
        said = self._client.post_json(path, body, headers={"Authorization": f"Bearer {token}"})
        return said if isinstance(said, dict) else {}


def _sentences(said: dict[str, Any]) -> list[Sentence]:
    sources = {int(one["n"]): _cited(one) for one in said.get("citations", [])}
    made = []
    text = str(said["answer"])
    begun = 0
    for match in _MARKERS.finditer(text):
        proofs = [sources[int(n)] for n in _MARKER.findall(match[0]) if int(n) in sources]
        sentence = " ".join(text[begun : match.start()].split())
        begun = match.end()
        if proofs and sentence:
            made.append(Sentence(sentence, tuple(dict.fromkeys(proofs))))
    return made


def _cited(one: dict[str, Any]) -> Source:
    fields = ("document_id", "external_id", "url", "page", "section", "start", "end")
    locator = tuple((name, one.get(name)) for name in fields)
    return Source("doc", str(one.get("title") or one.get("external_id") or ""), locator, str(one.get("quote") or ""))


def _passage(one: dict[str, Any]) -> Passage:
    locator = tuple((name, one.get(name)) for name in ("document_id", "external_id", "url", "page", "section"))
    title = str(one.get("title") or one.get("external_id") or "")
    return Passage(
        title, str(one.get("text") or ""), str(one.get("section") or ""), locator, float(one.get("score") or 0)
    )
