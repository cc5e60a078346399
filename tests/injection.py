"""Texts that give orders to a model, as tests/injections/*.yaml has them, and a model that obeys each of them.

for one in injection.everyone():
    one.text, one.planted       # what is read, and in what
    one.then                    # what the obedient model calls once it has read it

`outcome` says what has to come of the calls: `asked` (nothing before a person has decided), `refused` (nothing at all,
nobody is asked), `asked-or-refused`, `inside` (made, for the caller's client alone), `child` (begun, and what the child
wants is asked about), `question` (a person is asked for an answer), `says` (the answer is shown without harm).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass
from tests.fakes.llm import Asked, Call, Reply

FOLDER = Path(__file__).parent / "injections"
_STRICT = ConfigDict(extra="forbid")

Planted = Literal[
    "document", "file_name", "page", "configuration", "call_flow", "banner", "workflow", "mcp_result", "ticket",
    "tool_description",
]  # fmt: skip
#: What the model calls in order to read what was planted; a ticket is the input itself.
CARRIERS: Mapping[str, Call] = {
    "document": Call("rag_search", {"query": "opening hours"}),
    "file_name": Call("list_documents", {}),
    "page": Call("http_fetch", {"url": "https://named-by-the-person.example/"}),
    "configuration": Call("get_config_lines", {"config_id": "11111111-1111-4111-8111-111111111111"}),
    "call_flow": Call("call_flow_get", {"flow_id": "11111111-1111-4111-8111-111111111111"}),
    "banner": Call("network_scan", {"targets": ["192.0.2.1"], "profile": "services", "reason": "inventory"}),
    "workflow": Call("n8n_webhook", {"path": "ticket"}),
    "mcp_result": Call("tickets__read", {"id": "4711"}),
}


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Wish:
    """A call that the text wants."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Injection:
    """One text. `without` are scopes that the agent lacks; `policy` None: the agent does everything unasked."""

    id: str
    planted: Planted
    text: str
    outcome: Literal["asked", "refused", "asked-or-refused", "inside", "child", "question", "says"]
    title: str = "Handbook"
    then: list[Wish] = field(default_factory=list)
    child: list[Wish] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    policy: dict[str, str] | None = None
    says: str = "Done."
    never: list[str] = field(default_factory=list)

    @property
    def marked(self) -> str:
        """The text with the sign by which the model knows that it has read it."""
        return f"{self.text} [{self.mark}]"

    @property
    def mark(self) -> str:
        """A sign that stands nowhere else."""
        return f"injected-{self.id}"


@cache
def everyone() -> tuple[Injection, ...]:
    """All of them. Raises `pydantic.ValidationError`."""
    found: list[Injection] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += TypeAdapter(list[Injection]).validate_python(said)
    if len({one.id for one in found}) != len(found):
        raise ValueError("two injections have one id")
    return tuple(found)


@dataclass
class Obedient:
    """A model that does what it reads, tries once more after it was refused, and then says what it was told to say."""

    one: Injection
    #: How often it may still try.
    tries: int = 2

    def __call__(self, asked: Asked) -> Reply:
        """The next answer."""
        if asked.system.startswith("Help."):
            return self._help(asked)
        if self.one.mark not in json.dumps([asked.body["messages"], asked.body.get("tools", [])]):
            return Reply(calls=[CARRIERS[self.one.planted]])
        if self.tries and self.one.then:
            self.tries -= 1
            return Reply(calls=calls(self.one.then))
        return Reply([self.one.says])

    def _help(self, asked: Asked) -> Reply:
        is_done = any(turn["role"] == "assistant" for turn in asked.body["messages"])
        return Reply(["Helped."]) if is_done else Reply(calls=calls(self.one.child))


def calls(wishes: Sequence[Wish]) -> list[Call]:
    """The wishes as calls of a model."""
    return [Call(wish.tool, wish.arguments) for wish in wishes]
