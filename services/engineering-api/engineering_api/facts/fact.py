"""A fact and the lines that say it."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class Span(NamedTuple):
    """Lines of a configuration, counted from 1, both included."""

    first: int
    last: int


class Fact(BaseModel):
    """Something that a configuration says. `source` are the lines of it as a whole."""

    model_config = ConfigDict(extra="forbid")

    source: Span
    #: Which line says a field, for fields that have a line of their own.
    at: dict[str, Span] = Field(default_factory=dict)
    #: The virtual firewall, context or VDOM in which it holds; "" where the device has none.
    scope: str = ""

    def say(self, where: Span, **fields: object) -> None:
        """Set fields that a line says, and remember the line."""
        for name, value in fields.items():
            setattr(self, name, value)
            self.at[name] = where

    def line_of(self, field: str) -> Span:
        """The lines that say a field."""
        return self.at.get(field, self.source)
