"""The events of a run as pieces of an answer: nothing is said twice, and tools are told of beside the text. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.openai_face import addresses
from agents.openai_face.pieces import Cited, Doing, Piece, Said
from oberaconnect.settings import Settings

_BETWEEN = "\n\n"


class Telling:
    """What one reader of a run has been told so far."""

    def __init__(self, settings: Settings) -> None:
        """Nothing yet."""
        self._settings = settings
        self._length = 0
        #: What was said of the message that the model is writing, and what of it stands.
        self._shown = ""
        self._written = ""

    @property
    def is_silent(self) -> bool:
        """Whether no text was told."""
        return self._length == 0

    def pieces(self, kind: str, data: Mapping[str, Any]) -> Iterator[Piece]:
        """What an event adds."""
        match kind:
            case "message.delta":
                self._written += data["text"]
                yield from self._catch_up(self._written, is_whole=False)
            case "message.reset":
                self._written = ""
            case "message.completed":
                yield from self._catch_up(data["text"], is_whole=True)
                self._shown = self._written = ""
            case "tool.started":
                yield Doing(f"{data['tool']} …", done=False)
            case "tool.progress":
                yield Doing(f"{data['tool']}: {data['detail']}", done=False)
            case "tool.completed":
                failed = "" if data["status"] == "succeeded" else f": {data['status']}"
                yield Doing(f"{data['tool']}{failed}", done=True)
            case "run.waiting" if data.get("kind") == "unavailable":
                yield Doing(str(data["detail"]), done=False)
            case "child.started":
                yield Doing(f"The agent {data['agent']} helps", done=False)

    def say(self, text: str) -> Iterator[Piece]:
        """Something of our own, apart from what was said before."""
        if text:
            apart = _BETWEEN if self._length else ""
            self._length += len(apart) + len(text)
            yield Said(apart + text)

    def citations(self, cited: Sequence[Mapping[str, Any]]) -> Iterator[Piece]:
        """Where the whole answer comes from, each place once."""
        seen = set()
        for one in cited:
            url = str(one.get("url") or "")
            if not url.startswith(("http://", "https://")):  # what is cited may call itself anything
                url = addresses.document(self._settings, one["document_id"]) if one.get("document_id") else ""
            title = f"{one['title']}, page {one['page']}" if one.get("page") is not None else str(one["title"])
            if url and (url, title) not in seen:
                seen.add((url, title))
                yield Cited(url, title, 0, self._length)

    def _catch_up(self, text: str, *, is_whole: bool) -> Iterator[Piece]:
        """Say what of a message was not said. After a reset it is written anew, often in the very same words."""
        if text.startswith(self._shown):
            new = text[len(self._shown) :]
            if new and not self._shown:
                yield from self.say(new)
            elif new:
                self._length += len(new)
                yield Said(new)
        elif is_whole or not self._shown.startswith(text):
            yield from self.say(text)
        else:
            return  # so far it is what stands there already
        self._shown = text
