"""Tools as MCP describes them: for one caller, those that its credential allows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import mcp_types as types

from agents.loop import schema
from agents.mcp_face import results
from agents.mcp_face.asking import Round
from agents.tools.contract import Calling, Outcome, Spec
from oberaconnect.auth import Principal
from oberaconnect.problems import Unprocessable

#: The argument that a caller of several clients may give.
CLIENT = "client"
_CLIENT_CHARACTERS = 63


Answer = types.CallToolResult | types.InputRequiredResult
Call = Callable[[Calling, Mapping[str, Any], Round], Answer]


def plain(call: Callable[[Calling, Mapping[str, Any]], Outcome]) -> Call:
    """A call that asks nothing back."""
    return lambda calling, arguments, _round: results.result(call(calling, arguments))


@dataclass(frozen=True)
class Offer:
    """A tool of this face. `of_a_client`: it acts for one client, which a caller of several may name."""

    spec: Spec
    call: Call
    of_a_client: bool = True

    def is_for(self, principal: Principal) -> bool:
        """Whether a caller may use it."""
        return self.spec.scope is None or self.spec.scope in principal.scopes

    def described(self, principal: Principal) -> types.Tool:
        """What a caller is told of it."""
        spec = self.spec
        return types.Tool(
            name=spec.name,
            title=spec.title,
            description=spec.description,
            input_schema=self._parameters(principal),
            output_schema=None if spec.output is None else dict(spec.output),
            annotations=types.ToolAnnotations(
                read_only_hint=spec.tool_class == "read",
                destructive_hint=spec.tool_class in ("destructive", "external"),
                idempotent_hint=spec.idempotent or spec.tool_class == "read",
                open_world_hint=spec.tool_class == "external",
            ),
        )

    def read(self, principal: Principal, given: Mapping[str, Any]) -> tuple[Principal, dict[str, Any]]:
        """For whom a call is made, and the tool's own arguments.

        Raises:
            Forbidden: the credential does not allow the tool, or not for this client.
            Unprocessable: the arguments are not what it takes.
        """
        if self.spec.scope is not None:
            principal.require(self.spec.scope)
        if wrong := [*_unstorable(given, "#"), *schema.complaints(self._parameters(principal), given)]:
            raise Unprocessable(f"The arguments are not what '{self.spec.name}' takes. {'; '.join(wrong)}")
        own = dict(given)
        if self.of_a_client:
            return principal.for_client(own.pop(CLIENT, None) if has_several(principal) else None), own
        return principal, own

    def _parameters(self, principal: Principal) -> dict[str, Any]:
        parameters = dict(self.spec.parameters)
        if self.of_a_client and has_several(principal):
            of = "Which client it is about" if principal.clients is None else "Which of your clients it is about"
            client: dict[str, Any] = {
                "type": "string",
                "maxLength": _CLIENT_CHARACTERS,
                "description": f"{of}; without it '{principal.tenant}'.",
            }
            if principal.clients is not None:
                client["enum"] = sorted(principal.clients)
            parameters["properties"] = {**parameters.get("properties", {}), CLIENT: client}
        return parameters


def has_several(principal: Principal) -> bool:
    """Whether a caller may act for more than one client."""
    return principal.clients is None or len(principal.clients) > 1


def listed(offers: Iterable[Offer], principal: Principal) -> list[types.Tool]:
    """What a caller may use, in the order of the names."""
    return sorted((one.described(principal) for one in offers if one.is_for(principal)), key=lambda tool: tool.name)


def _unstorable(value: Any, place: str) -> list[str]:
    """Where a text is that the database could not keep."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return [f"{place}: must not contain half of a character (a lone surrogate)"]
        return [f"{place}: must not contain the NUL character"] if "\x00" in value else []
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return [wrong for key, item in items for wrong in [*_unstorable(key, place), *_unstorable(item, f"{place}/{key}")]]
