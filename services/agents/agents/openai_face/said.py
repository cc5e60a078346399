"""OpenAI's messages and tools in the platform's own words. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agents.models_openai import ChatMessage, Content
from agents.openai_face.errors import about
from oberaconnect import llm
from oberaconnect.problems import Unprocessable

_TEXTS = ("text", "input_text", "output_text", "refusal")
_PICTURES = ("image_url", "input_image")
#: What a model reads when a client wants it to go on with an answer of its own.
_GO_ON = "Go on exactly where you stopped."


def conversation(messages: Sequence[ChatMessage]) -> tuple[str, tuple[llm.Message, ...]]:
    """The instructions, and the turns without them; the last one is a user's.

    Raises:
        Unprocessable: something that is no text, or a tool's result without its call.
    """
    system: list[str] = []
    turns: list[llm.Message] = []
    results: list[llm.ToolResult] = []
    open_calls: list[str] = []
    for place, message in enumerate(messages):
        content = text(message.content, f"messages[{place}].content")
        if message.role == "tool":
            if message.tool_call_id not in open_calls:
                raise _refused(
                    f"messages[{place}].tool_call_id", "A tool's result must follow the call that it is for."
                )
            open_calls.remove(message.tool_call_id)
            results.append(llm.ToolResult(message.tool_call_id, content))
            continue
        if message.role in ("system", "developer"):
            system.append(content)
            continue
        if open_calls:
            raise _refused(f"messages[{place}]", f"The result of the tool call '{open_calls[0]}' is missing.")
        if results:
            turns.append(llm.Message("user", tool_results=tuple(results)))
            results = []
        if message.role == "user":
            turns.append(llm.Message("user", content))
        else:
            calls = tuple(_call(one.id, one.function.name, one.function.arguments) for one in message.tool_calls or [])
            open_calls = [call.id for call in calls]
            turns.append(llm.Message("assistant", content, tool_calls=calls))
    if open_calls:
        raise _refused("messages", f"The result of the tool call '{open_calls[0]}' is missing.")
    if results:
        turns.append(llm.Message("user", tool_results=tuple(results)))
    if not turns:
        raise _refused("messages", "There is no message of a user.")
    if turns[-1].role != "user":
        turns.append(llm.Message("user", _GO_ON))
    return "\n\n".join(part for part in system if part), tuple(turns)


def text(content: Content | None, param: str) -> str:
    """The text of a content.

    Raises:
        Unprocessable: a picture, sound or file is among its parts.
    """
    if content is None or isinstance(content, str):
        return content or ""
    for part in content:
        if part.type in _PICTURES:
            raise _refused(param, "Pictures are not read here. Send text only.")
        if part.type not in _TEXTS:
            raise _refused(param, f"Parts of the type '{part.type}' are not read here. Send text only.")
    return "\n".join(part.text or part.refusal or "" for part in content)


def parameters(given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The JSON Schema of a tool's arguments; a tool without one takes none."""
    return given or {"type": "object", "properties": {}}


def offered(tools: Sequence[llm.Tool], choice: Any) -> tuple[llm.ToolChoice | None, list[llm.Tool]]:
    """Which of a client's tools the model gets, and whether it must use one.

    Raises:
        Unprocessable: the tool to be used is not among them.
    """
    if not tools:
        return None, []
    if choice in (None, "auto"):
        return None, list(tools)
    if choice == "none":
        return "none", list(tools)
    if choice == "required":
        return "required", list(tools)
    function = choice.get("function", choice) if isinstance(choice, dict) else {}
    name = function.get("name") if isinstance(function, dict) else None
    if found := [tool for tool in tools if tool.name == name]:
        return "required", found
    raise _refused("tool_choice", "'tool_choice' is auto, none, required, or names one of the tools.")


def formed(
    system: str, kind: str, schema: Mapping[str, Any] | None, *, has_tools: bool
) -> tuple[str, Mapping[str, Any] | None]:
    """The instructions and the schema for the form that an answer is to have.

    Not every vendor takes a schema beside tools, and none takes a form without one: then it is said in words.
    """
    if kind == "text":
        return system, None
    if kind == "json_schema" and schema is not None:
        if not has_tools:
            return system, schema
        words = (
            f"When you answer in text, answer with one JSON object that follows this JSON Schema:\n{json.dumps(schema)}"
        )
    else:
        words = "Answer with one JSON object and nothing else: no words around it, no code fence."
    return f"{system}\n\n{words}".strip(), None


def _call(identifier: str, name: str, arguments: str) -> llm.ToolCall:
    try:
        found = json.loads(arguments or "{}")
    except ValueError:
        found = None
    readable = isinstance(found, dict)
    return llm.ToolCall(identifier, name, found if readable else {}, readable)


def _refused(param: str, sentence: str) -> Unprocessable:
    return Unprocessable(sentence, error=about(param, sentence, "invalid_value"))
