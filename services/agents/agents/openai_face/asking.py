"""How a chat asks a person to decide about a call, and how it reads what they answer. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.deciding import Decision
from agents.loop.shown import visible
from agents.openai_face import addresses
from oberaconnect.settings import Settings

#: The whole message is the word; a longer one ("yes, but …") is no approval.
_YES = re.compile(r"\W*(?:approve[d]?|yes|ok(?:ay)?|go ahead|allow(?:ed)?)\W*", re.IGNORECASE)
_YES_BECAUSE = re.compile(r"\W*approve[d]?\s*[:,;–—-]\s*(.+)", re.IGNORECASE | re.DOTALL)
_NO = re.compile(r"\W*(?:deny|denied|no|reject(?:ed)?|refuse[d]?)(?:\W+(.*))?", re.IGNORECASE | re.DOTALL)
_AGAIN = re.compile(r"\W*retry\W*", re.IGNORECASE)
_DONE = re.compile(r"\W*skip\W*", re.IGNORECASE)
_WARNING = "(The agent has read what outsiders may have written. Answer with no password, key or code.)"
_MAX_ARGS = 4_000
_MAX_REASON = 1_000


def decision(answer: str) -> tuple[Decision, str] | None:
    """What a person decided, and why; None when their answer is no decision."""
    if _YES.fullmatch(answer):
        return "approve", ""
    if found := _YES_BECAUSE.fullmatch(answer):
        return "approve", found[1].strip()[:_MAX_REASON]
    if found := _NO.fullmatch(answer):
        return "deny", (found[1] or "").strip()[:_MAX_REASON]
    if _AGAIN.fullmatch(answer):
        return "retry", ""
    return ("skip", "") if _DONE.fullmatch(answer) else None


def question(settings: Settings, asked: Sequence[Mapping[str, Any]], *, may_decide: bool) -> str:
    """What the chat shows when a run waits for people: each call with its arguments, why, and how to decide."""
    parts = [_call(settings, row) for row in asked]
    words = "**retry**, **skip** or **deny**" if asked[0]["kind"] == "outcome" else "**approve** or **deny**"
    if may_decide:
        several = " Your answer is for all of them." if len(asked) > 1 else ""
        parts.append(f"Answer {words}; a reason may follow after a colon.{several}")
    else:
        parts.append(
            "This chat may not decide that. Somebody whose key has the scope agents:approve does so at the address"
            " above. Write anything here afterwards, and the answer goes on."
        )
    return "\n\n".join(parts)


def input_wanted(asked: Mapping[str, Any] | None) -> str:
    """The question of a run that waits for an answer. `asked`: see `deciding.question`."""
    if asked is None:
        return ""
    # Whoever wrote what the agent has read may be who asks.
    warning = [] if asked.get("taint") is None else ["", _WARNING]
    return "\n".join([asked["question"], *(f"- {choice}" for choice in asked.get("choices", ())), *warning])


def _call(settings: Settings, row: Mapping[str, Any]) -> str:
    args = _args(row)
    if len(args) > _MAX_ARGS:
        args = f"{args[:_MAX_ARGS]}\n… cut here: read all of them, and decide, at the address below"
    head = "It is not known whether this was done" if row["kind"] == "outcome" else "This needs an approval"
    return (
        f"**{head}:** `{row['tool']}` ({row['class']})\n\n```json\n{args}\n```\n\n{visible(row['why'])}\n\n"
        f"{addresses.approval(settings, row['id'])}"
    )


def is_shown(row: Mapping[str, Any]) -> bool:
    """Whether the chat shows all that would be done: what it cuts is not approved in it."""
    return len(_args(row)) <= _MAX_ARGS


def _args(row: Mapping[str, Any]) -> str:
    return visible(json.dumps(row["args"], ensure_ascii=False, indent=2))
