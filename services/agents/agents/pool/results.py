"""What a call of an MCP server gave, as the platform takes it: text within limits, and no files in disguise."""

import json
from collections.abc import Callable
from typing import Any

import mcp_types

from agents.pool.texts import plain, plain_data
from agents.tools.contract import Outcome


def outcome(result: mcp_types.CallToolResult, most: int, hidden: Callable[[str], str]) -> Outcome:
    """A result of at most `most` bytes of text, and of as many of data. `hidden` takes secrets out of a text."""
    data = plain_data(result.structured_content, lambda text: hidden(plain(text)))
    written = "" if data is None else json.dumps(data, ensure_ascii=False)
    is_kept = len(written.encode()) <= most
    parts = [_said(block) for block in result.content]
    text = hidden("\n".join(part for part in parts if part)) or written or "It gave no text."
    if not is_kept:
        text += f"\n[Its data for programs has {len(written.encode())} bytes, more than the {most} that are taken.]"
    return Outcome(content=_cut(text, most), data=data if is_kept else None, is_error=result.is_error)


def _cut(text: str, most: int) -> str:
    whole = text.encode()
    if len(whole) <= most:
        return text
    kept = whole[:most].decode(errors="ignore")
    return f"{kept}\n[Cut here: the result has {len(whole)} bytes, and {most} are taken. Ask for less of it.]"


def _said(block: mcp_types.ContentBlock) -> str:
    match block:
        case mcp_types.TextContent():
            return plain(block.text)
        case mcp_types.ImageContent():
            return _file("An image", block.mime_type, block.data)
        case mcp_types.AudioContent():
            return _file("A sound", block.mime_type, block.data)
        case mcp_types.ResourceLink():
            return f"[A link: {plain(block.name)} at {plain(str(block.uri))}{_kind(block.mime_type)}.]"
        case mcp_types.EmbeddedResource():
            resource = block.resource
    if isinstance(resource, mcp_types.TextResourceContents):
        return f"[{plain(str(resource.uri))}{_kind(resource.mime_type)}]\n{plain(resource.text)}"
    return _file(f"The file {plain(str(resource.uri))}", resource.mime_type, resource.blob)


def _kind(media_type: Any) -> str:
    return f" of the type {plain(str(media_type))[:100]}" if media_type else ""


def _file(what: str, media_type: Any, base64: str) -> str:
    size = len(base64.rstrip("=")) * 3 // 4
    return f"[{what}{_kind(media_type)} with {size} bytes, which is not shown here.]"
