"""Language models behind one small interface: Anthropic, Ollama, and whatever speaks OpenAI's chat completions.

The only room that knows the vendors' packages; each is imported when a model of that kind is made, not before.
"""

from oberaconnect.llm.conversation import (
    Completion,
    Message,
    Model,
    Request,
    Stop,
    Tool,
    ToolCall,
    ToolResult,
    Usage,
)
from oberaconnect.llm.providers import from_settings

__all__ = [
    "Completion",
    "Message",
    "Model",
    "Request",
    "Stop",
    "Tool",
    "ToolCall",
    "ToolResult",
    "Usage",
    "from_settings",
]
