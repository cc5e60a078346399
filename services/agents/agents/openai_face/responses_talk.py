"""What a client of the Responses API asks for. Pure."""

from agents.models_openai import (
    Asked,
    CalledFunction,
    CalledTool,
    Chat,
    ChatMessage,
    Function,
    FunctionTool,
    Item,
    JsonSchema,
    ResponseFormat,
    TextFormat,
)
from agents.openai_face import talk
from agents.openai_face.errors import about
from agents.openai_face.said import text
from oberaconnect.problems import Unprocessable

_KEPT = (
    "Nothing of a response is kept here: leave out '{}' and send what was said before as items of 'input'"
    " (store: false)."
)


def of_response(body: Asked, around: talk.Around) -> talk.Talk:
    """The same turn as a chat would ask for.

    Raises:
        Unprocessable: it rests on something kept, or asks for what cannot be given; with OpenAI's error object.
    """
    for name in ("previous_response_id", "conversation", "background"):
        if getattr(body, name):
            raise _refused(name, _KEPT.format(name))
    tools = []
    for place, tool in enumerate(body.tools or []):
        if tool.type != "function" or tool.name is None:
            raise _refused(
                f"tools[{place}]", f"Tools of the type '{tool.type}' are not there: only functions of yours."
            )
        function = Function(name=tool.name, description=tool.description, parameters=tool.parameters)
        tools.append(FunctionTool(type="function", function=function))
    chat = Chat(
        model=body.model,
        messages=_messages(body),
        temperature=body.temperature,
        max_tokens=body.max_output_tokens,
        tools=tools or None,
        tool_choice=body.tool_choice,
        response_format=_format(body.text.format if body.text else None),
        user=body.user,
        metadata=body.metadata,
    )
    try:
        return talk.of_chat(chat, around)
    except Unprocessable as problem:
        # What a chat calls messages is called input here.
        if str(problem.extra["error"]["param"]).startswith("messages"):
            problem.extra["error"]["param"] = "input"
        raise


def _messages(body: Asked) -> list[ChatMessage]:
    messages = [ChatMessage(role="system", content=body.instructions)] if body.instructions else []
    if isinstance(body.input, str):
        return [*messages, ChatMessage(role="user", content=body.input)]
    for place, item in enumerate(body.input):
        match item.type:
            case "message":
                said = text(item.content, f"input[{place}].content")
                messages.append(ChatMessage(role=item.role or "user", content=said))
            case "function_call":
                _add_call(messages, item, place)
            case "function_call_output":
                output = text(item.output, f"input[{place}].output")
                messages.append(ChatMessage(role="tool", content=output, tool_call_id=item.call_id))
            case "reasoning":
                pass  # another model's; none of ours could use it
            case _:
                raise _refused(f"input[{place}].type", f"Items of the type '{item.type}' are not read here.")
    return messages


def _add_call(messages: list[ChatMessage], item: Item, place: int) -> None:
    """Add a call to the turn of the assistant that made it: text and calls of a turn are items of their own."""
    if not item.call_id or not item.name:
        raise _refused(f"input[{place}]", "A function_call needs 'call_id' and 'name'.")
    call = CalledTool(id=item.call_id, function=CalledFunction(name=item.name, arguments=item.arguments or "{}"))
    if messages and messages[-1].role == "assistant":
        messages[-1] = messages[-1].model_copy(update={"tool_calls": [*(messages[-1].tool_calls or []), call]})
    else:
        messages.append(ChatMessage(role="assistant", tool_calls=[call]))


def _format(wanted: TextFormat | None) -> ResponseFormat | None:
    if wanted is None:
        return None
    form = JsonSchema.model_validate({"schema": wanted.schema_}) if wanted.schema_ is not None else None
    return ResponseFormat(type=wanted.type, json_schema=form)


def _refused(param: str, sentence: str) -> Unprocessable:
    return Unprocessable(sentence, error=about(param, sentence))
