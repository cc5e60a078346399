"""What Open WebUI asks for itself: titles, tags, follow-up questions, search queries. No work for agents or searches.

A configured model writes them with few tokens; without one, or when it is away, they are made from the words of the
chat. Source: `open_webui/routers/tasks.py` and the templates in `open_webui/config.py` (0.12).
"""

import json
import re
from dataclasses import replace
from typing import Literal

from agents.openai_face.talk import Talk

Kind = Literal["title", "tags", "follow_ups", "queries", "emoji", "prompt", "text", "tool_calls", "other"]

#: Tokens of an answer; merging several answers into one takes more than a title.
TOKENS = 300
_MERGED_TOKENS = 2_000
#: How the templates begin, and what they end with. That for files in a chat ("### Task:\nRespond to the user query")
#: begins alike, but it is the user's own question.
_BEGINS = "### Task:"
_HISTORY = "<chat_history>"
_ANSWERS: dict[str, Kind] = {
    "title_generation": "title",
    "tags_generation": "tags",
    "follow_up_generation": "follow_ups",
    "query_generation": "queries",
    "emoji_generation": "emoji",
    "image_prompt_generation": "prompt",
    "autocomplete_generation": "text",
    "function_calling": "tool_calls",
}
_BY_FORM: dict[str, Kind] = {
    "title": "title",
    "tags": "tags",
    "follow_ups": "follow_ups",
    "queries": "queries",
    "prompt": "prompt",
    "text": "text",
}
_FORM = re.compile(rf'\{{\s*"({"|".join(_BY_FORM)})"\s*:')
_CHAT = re.compile(r"<chat_history>\s*(.*?)\s*</chat_history>", re.DOTALL)
_USER = re.compile(r"^USER:\s*(.*?)(?=^(?:USER|ASSISTANT):|\Z)", re.DOTALL | re.MULTILINE)
_TITLE_WORDS = 5
_MAX_TITLE, _MAX_QUERY = 60, 200


def kind(talk: Talk) -> Kind | None:
    """What Open WebUI wants for itself; None for a person's turn.

    It says so in a header where that is configured; its prompts are known by their shape.
    """
    if talk.task:
        return _ANSWERS.get(talk.task, "other")
    asked = talk.question
    if len(talk.messages) != 1 or not asked.startswith(_BEGINS) or _HISTORY not in asked:
        return None
    if found := _FORM.search(asked):
        return _BY_FORM[found[1]]
    return "title" if "title" in asked[:120] else "other"


def short(talk: Talk) -> Talk:
    """The same with few tokens, for a model."""
    most = _MERGED_TOKENS if talk.task == "moa_response_generation" else TOKENS
    return replace(talk, max_tokens=min(talk.max_tokens, most), tools=(), tool_choice=None)


def without_model(talk: Talk, wanted: Kind) -> str:
    """What can be said without a model: from the words of the chat, and nothing that is not in them."""
    chat = _CHAT.search(talk.question)
    said = [" ".join(part.split()) for part in _USER.findall(chat[1])] if chat else []
    first, last = (said[0], said[-1]) if said else ("", "")
    query = last[:_MAX_QUERY]
    made: dict[Kind, dict[str, object]] = {
        "title": {"title": _title(first)},
        "tags": {"tags": ["General"]},
        "follow_ups": {"follow_ups": []},
        "queries": {"queries": [query] if query else []},
        "prompt": {"prompt": query},
        "text": {"text": ""},
        "tool_calls": {"tool_calls": []},
    }
    return json.dumps(made[wanted], ensure_ascii=False) if wanted in made else ""


def _title(said: str) -> str:
    words = said.split()
    title = " ".join(words[:_TITLE_WORDS])[:_MAX_TITLE].rstrip(" ,.;:!?")
    return f"{title}…" if len(words) > _TITLE_WORDS else title or "New chat"
