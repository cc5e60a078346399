"""A vendor's failure in our words. The vendor's own go into the log, never to the caller."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from oberaconnect.http import TimedOut, TransportFailed
from oberaconnect.problems import Problem, Timeout, TooMany, Unavailable

_MAX_RETRY_AFTER_SECONDS = 600
#: What Anthropic calls an error within a stream that began with status 200, as the status it would have had.
_STATUS_IN_STREAM = {
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}
#: What the packages' own code raises over an answer of another shape: they expect and do not check.
_WRONG_SHAPE = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RuntimeError)

_NAMES = "Check LLM_MODEL, LLM_FALLBACK and LLM_MODELS."

_log = logging.getLogger(__name__)


class QuestionRefused(Unavailable):
    """The language model does not take this question: the fault is not the model's."""


@dataclass(frozen=True)
class Vendor:
    """Who is asked: its name for people, the model, and the setting that holds the credential."""

    title: str
    model: str
    key_setting: str

    def refused(self, status: int, headers: Mapping[str, str], reason: str = "") -> Problem:
        """The problem that an HTTP status stands for; `reason` is for the log."""
        _log.warning("model refused", extra={"vendor": self.title, "status": status, "reason": reason[:300]})
        if status in (401, 403):
            return Unavailable(f"{self.title} does not accept our credential. Check {self.key_setting}.")
        if status == 404:
            return Unavailable(f"{self.title} does not know the model '{self.model}'. {_NAMES}")
        if status == 429:
            return TooMany(
                f"{self.title} takes no more questions right now.", retry_after_seconds=_retry_after(headers)
            )
        if status in (408, 504):
            return self.silent()
        if status < 500:
            return QuestionRefused(
                f"{self.title} does not take this question ({status}). It may be too long for the model, or come with "
                "tools that the model cannot use."
            )
        return Unavailable(f"{self.title} answered with an error ({status}).")

    def silent(self) -> Timeout:
        """It did not answer in time."""
        return Timeout(f"{self.title} did not answer in time.")

    def away(self) -> Unavailable:
        """It cannot be reached, or went away in the middle."""
        return Unavailable(f"{self.title} cannot be reached or broke off the answer.")

    def unreadable(self) -> Unavailable:
        """It answered with something else than its own protocol."""
        return Unavailable(f"{self.title} sent an answer that cannot be read.")


@contextmanager
def in_our_words(vendor: Vendor, sdk: ModuleType) -> Iterator[None]:
    """Translate what a vendor's package raises. `anthropic` and `openai` are generated alike and name errors alike."""
    try:
        yield
    except (sdk.APITimeoutError, TimedOut) as error:
        raise vendor.silent() from error
    except sdk.APIStatusError as error:
        status = error.status_code
        if status == 200:
            status = _STATUS_IN_STREAM.get(str(error.type), 500)
        raise vendor.refused(status, error.response.headers, _reason(error)) from error
    except (sdk.APIConnectionError, TransportFailed) as error:
        raise vendor.away() from error
    except (sdk.APIError, *_WRONG_SHAPE) as error:
        # Or an error event without a status.
        _log.warning("model answer unreadable", extra={"vendor": vendor.title, "reason": _reason(error)})
        raise vendor.unreadable() from error


def _reason(error: Any) -> str:
    return f"{type(error).__name__}: {getattr(error, 'message', '') or error}"


def _retry_after(headers: Mapping[str, str]) -> int:
    given = headers.get("retry-after", "")
    return min(_MAX_RETRY_AFTER_SECONDS, max(1, int(given))) if given.isdecimal() else 10
