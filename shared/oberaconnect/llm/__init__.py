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
    ToolChoice,
    ToolResult,
    Usage,
)
from oberaconnect.llm.models import Models, NoModel, NoneConfigured, UnknownModel
from oberaconnect.llm.providers import from_settings
from oberaconnect.llm.refusals import QuestionRefused

__all__ = [
    "Completion",
    "Message",
    "Model",
    "Models",
    "NoModel",
    "NoneConfigured",
    "QuestionRefused",
    "Request",
    "Stop",
    "Tool",
    "ToolCall",
    "ToolChoice",
    "ToolResult",
    "UnknownModel",
    "Usage",
    "from_settings",
]
