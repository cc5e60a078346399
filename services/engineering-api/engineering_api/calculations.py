"""Calculations of tools: run for a caller, and kept, so that an answer can cite them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engineering_api import chosen, store
from engineering_api.parts import Parts
from engineering_api.redact import redact
from engineering_api.tools import registry
from engineering_api.tools.configuration import ConfigArguments, Given
from engineering_api.tools.sent import Sent
from engineering_api.tools.tool import Answer, Tool
from oberaconnect.auth import Principal
from oberaconnect.problems import Unprocessable

#: A longer text among the arguments is kept by its fingerprint: it may be a whole configuration, with its secrets.
_LONGEST_ARGUMENT = 300
_TEXT = "text"
#: Of a larger result only the steps are kept.
_LARGEST_RESULT = 2_000_000
_SHOWN = "show-parse"


@dataclass(frozen=True)
class Calculation:
    """What a tool found, and the id by which it is cited."""

    id: UUID
    tool: Tool
    arguments: dict[str, Any]
    answer: Answer


class Kept:
    """The configurations that a caller may see, and those that are sent along."""

    def __init__(self, parts: Parts, caller: Principal, known: Mapping[UUID, chosen.Subject] | None = None) -> None:
        """With `known` only these are there, and they need not be read again."""
        self._parts = parts
        self._caller = caller
        self._known = known
        self._sent = Sent(parts.fingerprint(caller.tenant))

    def given(self, asked: ConfigArguments) -> Given:
        """The configuration that is asked about. Raises `NotFound`, `Unprocessable`."""
        if asked.text or asked.config_id is None:
            return self._sent.given(asked)
        subject = self._subject(asked.config_id)
        if asked.platform is not None and asked.platform != subject.platform:
            raise Unprocessable(f"This configuration is kept as one of {subject.platform}. Leave the platform away.")
        return Given(platform=subject.platform, device=subject.device, texts=subject.texts)

    def _subject(self, config_id: UUID) -> chosen.Subject:
        if self._known is None:
            return chosen.kept(self._parts, self._caller, config_id)
        if config_id not in self._known:
            raise store.NoSuchConfig("This configuration is not among those that the question is about.")
        return self._known[config_id]


def calculate(parts: Parts, caller: Principal, name: str, arguments: Mapping[str, Any], kept: Kept) -> Calculation:
    """Run a tool and keep what it found.

    Raises:
        NotFound: for a tool or a configuration that there is not.
        Unprocessable: as the tool.
    """
    tool = registry.named(name)
    answer = tool.call(_without_secrets(parts, caller, tool, arguments), kept)
    with parts.database.transaction(caller.tenants) as connection:
        calculation_id = store.keep_calculation(
            connection, caller, tool=tool.name, arguments=_short(arguments), result=_kept_result(answer)
        )
    return Calculation(calculation_id, tool, dict(arguments), answer)


def record(parts: Parts, caller: Principal, tool: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> UUID:
    """Keep what was found by other means than a tool, such as a search of facts."""
    with parts.database.transaction(caller.tenants) as connection:
        return store.keep_calculation(connection, caller, tool=tool, arguments=arguments, result=result)


def _without_secrets(parts: Parts, caller: Principal, tool: Tool, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments as the tool gets them. What a device shows becomes rows that are kept, so secrets go before."""
    text = arguments.get(_TEXT)
    if tool.name != _SHOWN or not isinstance(text, str):
        return arguments
    redacted = redact(text.split("\n"), parts.fingerprint(caller.tenant))
    return {**arguments, _TEXT: "\n".join(redacted.texts)}


def _kept_result(answer: Answer) -> dict[str, Any]:
    text = answer.model_dump_json()
    if len(text) > _LARGEST_RESULT:
        return {"steps": answer.steps[:200], "note": "The result was too large to be kept; its steps are here."}
    return answer.model_dump(mode="json")


def _short(value: Any, name: str = "") -> Any:
    """Arguments as they are kept: no long texts, and no configurations."""
    if isinstance(value, Mapping):
        return {key: _short(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    if isinstance(value, str) and (len(value) > _LONGEST_ARGUMENT or name == _TEXT):
        digest = hashlib.sha256(value.encode(errors="replace")).hexdigest()
        return f"{len(value):,} characters, SHA-256 {digest}"
    return value
