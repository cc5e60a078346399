"""Which language model the settings mean."""

from collections.abc import Callable

from oberaconnect.llm.anthropic import Anthropic
from oberaconnect.llm.conversation import Model
from oberaconnect.llm.ollama import Ollama
from oberaconnect.llm.openai import OpenAI
from oberaconnect.settings import Settings

_PROVIDERS: dict[str, Callable[[Settings], Model]] = {"anthropic": Anthropic, "ollama": Ollama, "openai": OpenAI}


def from_settings(settings: Settings) -> Model | None:
    """The model that LLM_PROVIDER names, or None for `none`: a platform without one is complete. Nothing is called."""
    return None if settings.llm == "none" else _PROVIDERS[settings.llm](settings)
