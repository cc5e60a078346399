"""Tools of no service, whose effects a test can count. They follow the contract of `agents.tools.contract`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from agents.tools.contract import Calling, Citation, Outcome, Spec, ToolClass

_TEXT = {
    "type": "object",
    "properties": {"text": {"type": "string", "maxLength": 10_000}},
    "required": ["text"],
    "additionalProperties": False,
}


@dataclass
class Counted:
    """A tool that remembers what it was called with. `then` happens in each call, before it answers."""

    name: str
    tool_class: ToolClass = "read"
    idempotent: bool = False
    taints: bool = False
    scope: str | None = None
    answer: str = "done"
    then: Callable[[Calling], None] = lambda _: None
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def anew(self, answer: str) -> Self:
        """The tool as it was, with another answer."""
        self.calls.clear()
        self.answer, self.then = answer, lambda _: None
        return self

    @property
    def spec(self) -> Spec:
        """A tool that takes a text."""
        return Spec(
            name=self.name,
            title=self.name,
            description="For tests.",
            parameters=_TEXT,
            tool_class=self.tool_class,
            scope=self.scope,
            idempotent=self.idempotent,
            taints=self.taints,
        )

    def call(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Remember, and answer."""
        self.calls.append((calling.key, dict(arguments)))
        self.then(calling)
        return Outcome(
            self.answer, {"answer": self.answer}, [Citation(title="Test page", page=1)] if self.taints else []
        )
