"""What OpenAI's clients send and get. Every client sends fields of its own, so an unknown one is no mistake."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from oberaconnect.endpoint import Text, View

ModelId = Annotated[Text, Field(min_length=1, max_length=200)]


def _as_text(value: Any) -> str:
    """Some clients put numbers and objects where OpenAI has texts."""
    return value if isinstance(value, str) else json.dumps(value)


#: What a model may be shown of a function's name; the vendors agree on it.
FunctionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Role = Literal["system", "developer", "user", "assistant", "tool"]
Metadata = Annotated[
    dict[Annotated[Text, Field(max_length=64)], Annotated[Text, Field(max_length=512), BeforeValidator(_as_text)]],
    Field(max_length=16),
]
_MAX_MESSAGES = 2_000
_MAX_TOOLS = 128


class Loose(BaseModel):
    """A request, or a part of one."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class Part(Loose):
    """A part of a content: text, or something that is no text."""

    type: str
    text: Text | None = None
    refusal: Text | None = None


Content = Text | list[Part]


class CalledFunction(Loose):
    """A function with its arguments as JSON text."""

    name: Text
    arguments: Text = "{}"


class CalledTool(Loose):
    """A tool call of an earlier turn of the assistant."""

    id: Text
    function: CalledFunction


class ChatMessage(Loose):
    """A turn of a chat."""

    role: Role
    content: Content | None = None
    tool_calls: list[CalledTool] | None = None
    tool_call_id: Text | None = None


class Function(Loose):
    """A function that the client can call."""

    name: FunctionName
    description: Text | None = None
    parameters: dict[str, Any] | None = None


class FunctionTool(Loose):
    """A tool of the client."""

    type: Literal["function"]
    function: Function


class StreamOptions(Loose):
    """What a stream tells besides."""

    include_usage: bool | None = None


class JsonSchema(Loose):
    """The form that an answer must have."""

    name: Text = "answer"
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class ResponseFormat(Loose):
    """Whether the answer is text or JSON."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class Chat(Loose):
    """A chat, in OpenAI's words."""

    model: ModelId
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=_MAX_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stop: Text | Annotated[list[Text], Field(max_length=4)] | None = None
    n: int | None = None
    tools: Annotated[list[FunctionTool], Field(max_length=_MAX_TOOLS)] | None = None
    tool_choice: Any = None
    response_format: ResponseFormat | None = None
    user: Text | None = None
    metadata: Metadata | None = None


class Item(Loose):
    """An item of a response's input: a message, a call of a function, or what it gave."""

    type: str = "message"
    role: Role | None = None
    content: Content | None = None
    call_id: Text | None = None
    name: Text | None = None
    arguments: Text | None = None
    output: Content | None = None


class FlatTool(Loose):
    """A tool of the client, in the words of the Responses API."""

    type: str
    name: FunctionName | None = None
    description: Text | None = None
    parameters: dict[str, Any] | None = None


class TextFormat(Loose):
    """Whether the answer is text or JSON, in the words of the Responses API."""

    type: Literal["text", "json_object", "json_schema"]
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class TextOptions(Loose):
    """How the text is given."""

    format: TextFormat | None = None


class Asked(Loose):
    """A response that is wanted, in OpenAI's words. Nothing of it is kept."""

    model: ModelId
    input: Text | Annotated[list[Item], Field(min_length=1, max_length=_MAX_MESSAGES)]
    instructions: Text | None = None
    stream: bool | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_output_tokens: int | None = Field(default=None, ge=1)
    tools: Annotated[list[FlatTool], Field(max_length=_MAX_TOOLS)] | None = None
    tool_choice: Any = None
    text: TextOptions | None = None
    user: Text | None = None
    metadata: Metadata | None = None
    previous_response_id: Text | None = None
    conversation: Any = None
    background: bool | None = None


class ModelView(View):
    """A model, in OpenAI's words; `name` is what people read."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    name: str


class ModelList(View):
    """The models, in OpenAI's words."""

    object: Literal["list"] = "list"
    data: list[ModelView]


class Completion(View):
    """An answer in a chat, in OpenAI's words."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]


class Response(View):
    """A response, in OpenAI's words."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: Literal["response"]
    created_at: int
    model: str
    status: str
    output: list[dict[str, Any]]
