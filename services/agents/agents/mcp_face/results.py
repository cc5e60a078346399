"""What goes back: results of tools, and refusals in the platform's words."""

from collections.abc import Mapping

import mcp_types as types

from agents.tools.contract import Outcome
from oberaconnect.problems import Problem


def result(outcome: Outcome) -> types.CallToolResult:
    """What a tool gave: its text for models, and its data for programs when they are an object."""
    return types.CallToolResult(
        content=[types.TextContent(text=outcome.content)],
        structured_content=dict(outcome.data) if isinstance(outcome.data, Mapping) else None,
        is_error=outcome.is_error,
    )


def refusal(problem: Problem) -> types.CallToolResult:
    """Why a tool did not do it. A result and no error of the protocol, so that the model reads it."""
    sentences = [problem.detail, *(f"{one['pointer']}: {one['detail']}" for one in problem.errors[:5])]
    return types.CallToolResult(content=[types.TextContent(text="\n".join(sentences))], is_error=True)
