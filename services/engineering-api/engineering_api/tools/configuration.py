"""The configuration that a tool is asked about: sent along as text, or one that is kept."""

from dataclasses import dataclass
from typing import Annotated, Protocol
from uuid import UUID

from pydantic import Field

from engineering_api.facts.device import Device
from oberaconnect.endpoint import Model, Text
from oberaconnect.problems import Unprocessable

#: What is sent along with a question; whole files are sent to /configs.
MOST_CHARACTERS = 8_388_608


class ConfigArguments(Model):
    """A configuration: its text, or the id of one that is kept."""

    text: Annotated[Text, Field(max_length=MOST_CHARACTERS)] | None = Field(
        None, description="The configuration as the device shows or exports it."
    )
    config_id: UUID | None = Field(None, description="A configuration that is kept, instead of its text.")
    platform: Annotated[Text, Field(max_length=60)] | None = Field(
        None, description="Its platform, such as cisco_ios; recognised where it is not said."
    )


@dataclass(frozen=True)
class Given:
    """A configuration as it was understood, without its secrets.

    Attributes:
        texts: its lines; line 1 is the first.
        confidence: how sure it is that it is of this platform; None for one that is kept.
        guesses: what else it might be, with how sure that would be.
        read: how many lines say something; None for one that is kept.
        notes: sentences about the file as a whole.
    """

    platform: str
    device: Device
    texts: tuple[str, ...]
    confidence: float | None = None
    guesses: tuple[tuple[str, float], ...] = ()
    read: int | None = None
    notes: tuple[str, ...] = ()


class Configurations(Protocol):
    """Where tools get the configurations that they are asked about."""

    def given(self, asked: ConfigArguments) -> Given:
        """The one that is asked about. Raises `Unprocessable` when there is none, and whatever finding it raises."""


class Nowhere:
    """No configurations: for tools that need none."""

    def given(self, asked: ConfigArguments) -> Given:
        """Raises `Unprocessable`."""
        raise Unprocessable("Configurations are not known here.")
