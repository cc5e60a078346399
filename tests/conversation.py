"""Recorded conversations with ready agents: what tests/conversations/README.md describes, read and checked.

for one in conversation.everyone():
    one.turns[0].calls[0].arguments     # as the model says them, with `${…}` where an id belongs
    conversation.filled(arguments, known)        # with the ids of this world
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

FOLDER = Path(__file__).parent / "conversations"
ROOT = FOLDER.parents[1]
#: `${documents.runbook}`, `${configs.bath-fw}`, `${results.2.flow_id}`
_REFERENCE = re.compile(r"\$\{([a-z]+)\.([A-Za-z0-9_.-]+)\}")
_STRICT = ConfigDict(extra="forbid")


class BadConversation(ValueError):
    """A file in tests/conversations says something that cannot be."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Loaded:
    """A document or a configuration that is there before the run; its text stands here, or in a file of the tree."""

    name: str
    title: str = ""
    text: str = ""
    file: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> "Loaded":
        if bool(self.text) == bool(self.file):
            raise ValueError(f"'{self.name}' needs either a text or a file")
        if self.file and not (ROOT / self.file).is_file():
            raise ValueError(f"there is no file {self.file}")
        return self

    @property
    def content(self) -> str:
        """The text."""
        return self.text or (ROOT / self.file).read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Approval:
    """A question to a person that a call must lead to, and how it is answered."""

    decision: Literal["approve", "deny"]
    reason: str = ""
    #: Words of the sentence that says why a person is asked.
    why: str = ""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Call:
    """A tool call of the model, and what must come of it."""

    tool: str
    arguments: dict[str, Any]
    status: Literal["succeeded", "failed", "denied"] = "succeeded"
    approval: Approval | None = None
    #: Texts that the model must read in the result, and texts that it must not.
    holds: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Turn:
    """One answer of the model. `agent` is whose turn it is when a child of the run speaks."""

    agent: str = ""
    say: str = ""
    calls: list[Call] = field(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> "Turn":
        if not self.say and not self.calls:
            raise ValueError("a turn says something or calls a tool")
        return self


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Cited:
    """A source that the result must name; what is empty may be anything."""

    title: str
    section: str = ""
    quote: str = ""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Result:
    """How the run must end."""

    status: Literal["completed", "failed", "cancelled", "expired"] = "completed"
    holds: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    citations: list[Cited] = field(default_factory=list)
    #: Tools of which no call may have been made: asked for is not made.
    never: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Conversation:
    """One file."""

    about: str
    agent: str
    kind: Literal["good", "nothing-found", "injection", "denied"]
    message: str
    turns: list[Turn]
    result: Result
    client: str = "acme"
    untrusted: bool = False
    documents: list[Loaded] = field(default_factory=list)
    configs: list[Loaded] = field(default_factory=list)
    name: str = ""

    @property
    def calls(self) -> list[Call]:
        """All calls, in their order."""
        return [call for turn in self.turns for call in turn.calls]

    def speaker(self, turn: Turn) -> str:
        """The agent whose turn it is."""
        return turn.agent or self.agent


def read(name: str, text: str) -> Conversation:
    """One conversation. Raises `BadConversation`."""
    try:
        said = yaml.safe_load(text)
        found = TypeAdapter(Conversation).validate_python({**said, "name": name})
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise BadConversation(f"{name}: {error}") from None
    if not name.startswith(f"{found.agent}-"):
        raise BadConversation(f"{name}: a conversation with {found.agent} begins with its name")
    if not found.turns or found.turns[-1].calls or found.speaker(found.turns[-1]) != found.agent:
        raise BadConversation(f"{name}: the last turn is the agent's answer, without a call")
    _check_references(found)
    return found


@cache
def everyone() -> tuple[Conversation, ...]:
    """All conversations, in the order of their names. Raises `BadConversation`."""
    return tuple(read(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml")))


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """A value with the references replaced by what they mean in this world.

    `known` has "documents" and "configs", each a mapping from names to ids, and "results", the data of the calls that
    have ended, oldest first. A text that is one reference and nothing else becomes the value itself.

    Raises:
        BadConversation: for a reference to nothing.
    """
    if isinstance(value, Mapping):
        return {name: filled(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if not isinstance(value, str):
        return value
    if whole := _REFERENCE.fullmatch(value):
        return _found(whole, known)
    return _REFERENCE.sub(lambda match: str(_found(match, known)), value)


def _found(match: re.Match[str], known: Mapping[str, Any]) -> Any:
    kind, path = match[1], match[2]
    try:
        if kind != "results":
            return known[kind][path]
        number, *steps = path.split(".")
        here = known["results"][int(number) - 1]
        for step in steps:
            here = here[int(step)] if isinstance(here, Sequence) and not isinstance(here, str) else here[step]
    except (KeyError, IndexError, TypeError, ValueError):
        raise BadConversation(f"{match[0]} is nothing that is known here") from None
    return here


def references(value: Any) -> Iterator[tuple[str, str]]:
    """The kinds and paths of all references in a value."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, str):
        yield from ((match[1], match[2]) for match in _REFERENCE.finditer(value))


def _check_references(conversation: Conversation) -> None:
    """Every reference means something that is there by then."""
    there = {
        "documents": {one.name for one in conversation.documents},
        "configs": {one.name for one in conversation.configs},
    }
    for name, loaded in (("documents", conversation.documents), ("configs", conversation.configs)):
        if len(there[name]) != len(loaded):
            raise BadConversation(f"{conversation.name}: two of the {name} have the same name")
    ended = 0
    for turn in conversation.turns:
        for call in turn.calls:
            for kind, path in references(call.arguments):
                number = path.split(".")[0]
                is_known = number in map(str, range(1, ended + 1)) if kind == "results" else path in there.get(kind, ())
                if not is_known:
                    raise BadConversation(f"{conversation.name}: ${{{kind}.{path}}} is nothing that is known by then")
        ended += len(turn.calls)
