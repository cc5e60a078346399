"""All language models of the platform: its own, those behind it, and those that may be named."""

import threading
import time
from collections.abc import Callable
from functools import partial

from oberaconnect.llm.conversation import Model, Usage
from oberaconnect.llm.fallback import Fallback, Member
from oberaconnect.llm.providers import Name, listed, load, make, own_name
from oberaconnect.problems import Problem, Unavailable, Unprocessable
from oberaconnect.settings import Settings

_TOKENS_OF_A_PRICE = 1_000_000
#: What a token costs that the vendor read from its cache, as a part of its price: at Anthropic and OpenAI a tenth.
_CACHED = 0.1


class NoModel(Problem):
    """There is no such language model."""


class NoneConfigured(NoModel, Unavailable):
    """No language model is configured."""

    def __init__(self) -> None:
        """Says how one gets there."""
        super().__init__(
            "No language model is configured. Set ANTHROPIC_API_KEY for Claude, or LLM_PROVIDER=ollama for models on "
            "this machine, or LLM_PROVIDER=openai with LLM_MODEL and LLM_BASE_URL for any other server."
        )


class UnknownModel(NoModel, Unprocessable):
    """No language model has this name."""


class Models:
    """The models that the settings name, each made once, when it is asked for the first time. Safe under threads."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Uses LLM_PROVIDER and what belongs to it, LLM_FALLBACK, LLM_MODELS and the prices. Nothing is opened.

        `clock` counts seconds, for the rests of models that fail.
        """
        self._settings = settings
        self._own = own_name(settings)
        self._chain = [] if self._own is None else _once([self._own, *listed(settings.llm_fallback)])
        self._names = {str(name): name for name in _once([*self._chain, *listed(settings.llm_models)])}
        self._made: dict[str, Model] = {}
        self._lock = threading.Lock()
        members = [Member(str(name), partial(self._make, name), clock) for name in self._chain]
        self._default = Fallback(self._chain[0].provider, self._chain[0].model, members) if members else None

    @property
    def is_configured(self) -> bool:
        """Whether there is a model for those who name none."""
        return self._default is not None

    @property
    def has_prices(self) -> bool:
        """Whether `cost` says more than 0."""
        return self._settings.llm_input_price > 0 or self._settings.llm_output_price > 0

    def names(self) -> list[str]:
        """The names that `get` knows, as `provider/model`: the platform's own first, then those behind it."""
        return list(self._names)

    def get(self, name: str | None = None) -> Model:
        """The platform's own model with LLM_FALLBACK behind it, or exactly the one of this name (`provider/model`).

        Raises:
            NoneConfigured: 503, nothing was named and LLM_PROVIDER is none.
            UnknownModel: 422, the name is not among `names`. Both are `NoModel`.
        """
        if name is None:
            if self._default is None:
                raise NoneConfigured
            return self._default
        if name not in self._names:
            known = ", ".join(self._names) or "none"
            raise UnknownModel(
                f"There is no language model '{name[:100]}'. There are: {known}. LLM_MODELS names further ones."
            )
        return self._make(self._names[name])

    def load(self) -> None:
        """Load the vendors' packages of all models now: no answer waits for them, and processes can share them."""
        load({name.provider for name in self._names.values()})

    def cost(self, usage: Usage) -> float:
        """What this usage costs, in the currency of LLM_INPUT_PRICE and LLM_OUTPUT_PRICE (for a million tokens).

        An estimate: all models are counted at these prices, and what was read from a cache at a tenth.
        """
        fresh = usage.input_tokens - usage.cached_input_tokens
        paid = fresh + usage.cached_input_tokens * _CACHED
        price = paid * self._settings.llm_input_price + usage.output_tokens * self._settings.llm_output_price
        return price / _TOKENS_OF_A_PRICE

    def close(self) -> None:
        """Give all connections back."""
        with self._lock:
            made, self._made = self._made, {}
        for model in made.values():
            model.close()

    def _make(self, name: Name) -> Model:
        with self._lock:
            if str(name) not in self._made:
                self._made[str(name)] = make(self._settings, name)
            return self._made[str(name)]


def _once(names: list[Name]) -> list[Name]:
    return list(dict.fromkeys(names))
