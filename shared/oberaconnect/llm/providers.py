"""Which language model the settings mean."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Self

from pydantic import SecretStr

from oberaconnect.llm import anthropic, ollama
from oberaconnect.llm.anthropic import Anthropic
from oberaconnect.llm.conversation import Model
from oberaconnect.llm.ollama import Ollama
from oberaconnect.llm.openai import OpenAI
from oberaconnect.settings import Settings

_PROVIDERS: dict[str, Callable[[Settings], Model]] = {"anthropic": Anthropic, "ollama": Ollama, "openai": OpenAI}
#: Those with a package of their vendor's, which has their name.
_PACKAGES = frozenset({"anthropic", "openai"})
_DEFAULT_MODELS = {"anthropic": anthropic.DEFAULT_MODEL, "ollama": ollama.DEFAULT_MODEL}


def from_settings(settings: Settings) -> Model | None:
    """The model that LLM_PROVIDER names, or None for `none`: a platform without one is complete. Nothing is called."""
    return None if settings.llm == "none" else _PROVIDERS[settings.llm](settings)


@dataclass(frozen=True)
class Name:
    """A model and who brings it: `anthropic/claude-sonnet-5-5`."""

    provider: str
    model: str

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.provider}/{self.model}"

    @classmethod
    def of(cls, text: str) -> Self:
        """The name that was written. The settings have proven its form."""
        provider, _, model = text.strip().partition("/")
        return cls(provider, model)


def own_name(settings: Settings) -> Name | None:
    """The name of the model that LLM_PROVIDER means, or None without one."""
    if settings.llm == "none":
        return None
    return Name(settings.llm, settings.llm_model or _DEFAULT_MODELS.get(settings.llm, ""))


def load(providers: Iterable[str]) -> None:
    """Import the packages of these providers, which making a model would do: up to 40 MB and a second each."""
    for provider in providers:
        if provider in _PACKAGES:
            import_module(provider)


def listed(text: str) -> list[Name]:
    """The names in a setting that lists some, separated by commas."""
    return [Name.of(item) for item in text.split(",") if item.strip()]


def make(settings: Settings, name: Name) -> Model:
    """The model of this name. Nothing is called.

    Another model of LLM_PROVIDER is asked like that one. Every other provider is asked at its own address and with its
    own key, never with what belongs to LLM_PROVIDER: ANTHROPIC_API_KEY, OLLAMA_URL (which takes no key), and for OpenAI
    LLM_API_KEY.
    """
    changes: dict[str, object] = {"llm_provider": name.provider, "llm_model": name.model}
    if name.provider != settings.llm:
        changes["llm_base_url"] = ""
        if name.provider != "openai":
            changes["llm_api_key"] = SecretStr("")
    return _PROVIDERS[name.provider](settings.model_copy(update=changes))
