"""What a client asks for, whichever of OpenAI's two ways it asks. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.models_openai import Chat
from agents.openai_face import said
from agents.openai_face.errors import about
from agents.openai_face.speaker import Speaker
from oberaconnect import llm
from oberaconnect.problems import Unprocessable

_CHAT = "x-openwebui-chat-id"
_TASK = "x-openwebui-task"
#: Which client (the MSP's customer) a request is about.
CLIENT = "x-oberaconnect-client"
#: The longest name of a conversation.
_SESSION = 200
_DEFAULT_TOKENS = 4_096
_MAX_TOKENS = 64_000


@dataclass(frozen=True)
class Talk:
    """One turn that is to be answered. `messages` end with a user's; `session` names the conversation.

    `client` is the client it is about; `task` is what Open WebUI wants for itself, such as a title.
    """

    model: str
    system: str
    messages: tuple[llm.Message, ...]
    tools: tuple[llm.Tool, ...] = ()
    tool_choice: llm.ToolChoice | None = None
    schema: Mapping[str, Any] | None = None
    max_tokens: int = _DEFAULT_TOKENS
    temperature: float | None = None
    stop: tuple[str, ...] = ()
    session: str | None = None
    client: str | None = None
    task: str = ""
    speaker: Speaker | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """What the user said now; empty when the turn brings the results of tools."""
        return self.messages[-1].text

    @property
    def answered_before(self) -> str:
        """What the assistant said last; empty in a new conversation."""
        return next((one.text for one in reversed(self.messages) if one.role == "assistant" and one.text), "")


@dataclass(frozen=True)
class Around:
    """What comes with a request besides its body; the names of the headers in lower case."""

    headers: Mapping[str, str]
    speaker: Speaker | None


def of_chat(body: Chat, around: Around) -> Talk:
    """What a chat asks for.

    Raises:
        Unprocessable: it asks for what cannot be given, with OpenAI's error object.
    """
    if body.n is not None and body.n != 1:
        sentence = "One answer is given to a question: leave out 'n', or set it to 1."
        raise Unprocessable(sentence, error=about("n", sentence))
    system, messages = said.conversation(body.messages)
    tools = [tool.function for tool in body.tools or []]
    choice, offered = said.offered(
        [llm.Tool(one.name, one.description or "", said.parameters(one.parameters)) for one in tools], body.tool_choice
    )
    wanted = body.response_format
    form = wanted.json_schema.schema_ if wanted is not None and wanted.json_schema is not None else None
    system, schema = said.formed(system, wanted.type if wanted else "text", form, has_tools=bool(offered))
    metadata = body.metadata or {}
    stop = [body.stop] if isinstance(body.stop, str) else body.stop or []
    return Talk(
        model=body.model,
        system=system,
        messages=messages,
        tools=tuple(offered),
        tool_choice=choice,
        schema=schema,
        max_tokens=min(body.max_completion_tokens or body.max_tokens or _DEFAULT_TOKENS, _MAX_TOKENS),
        temperature=body.temperature,
        stop=tuple(text for text in stop if text),
        session=_session(around, metadata, body.user, messages),
        client=around.headers.get(CLIENT) or metadata.get("client") or None,
        task=around.headers.get(_TASK, ""),
        speaker=around.speaker,
        metadata=metadata,
    )


def _session(
    around: Around, metadata: Mapping[str, str], user: str | None, messages: Sequence[llm.Message]
) -> str | None:
    """What one conversation is called. A client that names only its user is taken to go on with what began alike."""
    chat = around.headers.get(_CHAT) or metadata.get("chat_id") or metadata.get("session")
    if chat:
        # People share the key of Open WebUI: nobody comes into the conversation of another by its id.
        name = f"{around.speaker.id}/{chat}" if around.speaker else chat
    elif user:
        first = next((one.text for one in messages if one.role == "user"), "")
        name = f"{user}/{hashlib.sha256(first.encode()).hexdigest()[:16]}"
    else:
        return None
    cleaned = name.replace("\x00", "")
    return cleaned if len(cleaned) <= _SESSION else hashlib.sha256(cleaned.encode()).hexdigest()
