"""Built-in tools of agents as the loop calls them: arguments checked before, and what programs get checked after."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator

from agents.tools.contract import Calling, Outcome, Tool
from oberaconnect.auth import SCOPES, Principal

#: Alice and Bob work for the client acme, Charlie for globex.
ALICE = Principal("alice", "acme", frozenset({"acme"}), SCOPES)
BOB = Principal("bob", "acme", frozenset({"acme"}), SCOPES)
CHARLIE = Principal("charlie", "globex", frozenset({"globex"}), SCOPES)


class WrongArguments(Exception):
    """The arguments do not follow the schema, so the tool is not called."""


class Toolbox:
    """The tools of a room, by name."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.tools = {tool.spec.name: tool for tool in tools}
        #: What whoever watches was told, oldest first.
        self.told: list[str] = []

    def call(
        self,
        name: str,
        who: Principal = ALICE,
        /,
        *,
        key: str = "",
        seconds: float = 60.0,
        check: Callable[[], None] = lambda: None,
        **arguments: Any,
    ) -> Outcome:
        """Call a tool. Without a key it is a call of its own; with one it may be the same again."""
        tool = self.tools[name]
        wrong(tool.spec.parameters, arguments)
        calling = Calling(who, key or secrets.token_hex(8), seconds, check, self.told.append)
        outcome = tool.call(calling, arguments)
        assert len(outcome.content.encode()) <= 24_000
        assert outcome.content.strip()
        if outcome.data is not None:
            assert tool.spec.output is not None
            Draft202012Validator(tool.spec.output).validate(outcome.data)
        return outcome

    def refuses(self, name: str, /, **arguments: Any) -> bool:
        """Whether the schema alone keeps these arguments from the tool."""
        try:
            wrong(self.tools[name].spec.parameters, arguments)
        except WrongArguments:
            return True
        return False


def wrong(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    """Raise `WrongArguments` for what does not follow a schema."""
    for error in Draft202012Validator(schema).iter_errors(arguments):
        raise WrongArguments(error.message)


def lacking(who: Principal, *scopes: str) -> Principal:
    """Somebody without these scopes."""
    return replace(who, scopes=who.scopes - set(scopes))
