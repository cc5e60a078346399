"""The ready agents as prompts: what each goes by, for the model that the client itself has.

Such a model has the same tools as the agent, under the same names, so it can follow the same instructions.
"""

import mcp_types as types
from mcp.shared.exceptions import MCPError

from agents import ready
from oberaconnect.auth import Principal

_SCOPE = "agents:read"
_INPUT = "input"


def listed(principal: Principal) -> list[types.Prompt]:
    """The prompts, by name."""
    if _SCOPE not in principal.scopes:
        return []
    asked = types.PromptArgument(name=_INPUT, description="What is to be done", required=True)
    return [
        types.Prompt(name=name, title=f"Work as {name}", description=agent.description, arguments=[asked])
        for name, agent in sorted(ready.load().items())
    ]


def get(principal: Principal, name: str, arguments: dict[str, str]) -> types.GetPromptResult:
    """One prompt. Raises `MCPError` when there is none of this name, or without an input."""
    agent = ready.load().get(name) if _SCOPE in principal.scopes else None
    if agent is None:
        raise MCPError(types.INVALID_PARAMS, f"There is no prompt '{name}'.")
    if not (asked := arguments.get(_INPUT, "").strip()):
        raise MCPError(types.INVALID_PARAMS, f"The prompt '{name}' needs the argument '{_INPUT}': what is to be done.")
    text = types.TextContent(text=f"{agent.instructions}\n\nThe task:\n\n{asked}")
    return types.GetPromptResult(
        description=agent.description, messages=[types.PromptMessage(role="user", content=text)]
    )
