"""Where a call goes next."""

from typing import Literal, Self

from pydantic import Field, model_validator

from call_flow.flow.values import E164, ExtensionNumber, Id, Label, Language, Part

Greeting = Literal["unavailable", "busy", "none"]
Cause = Literal["normal", "busy", "no_answer", "congestion", "rejected", "unallocated"]
DestinationKind = Literal["node", "extension", "mailbox", "number", "hangup"]


class CallSettings(Part):
    """What the call carries along from here on."""

    language: Language | None = None
    caller_prefix: Label | None = Field(default=None, description="Shown before the caller's name")
    priority: int | None = Field(default=None, ge=0, le=20, description="Place in queues; higher goes first")


class Destination(Part):
    """Exactly one of node, extension, mailbox, number and hangup."""

    node: Id | None = None
    extension: ExtensionNumber | None = None
    mailbox: ExtensionNumber | None = None
    greeting: Greeting | None = Field(default=None, description="Of the mailbox; unavailable if absent")
    number: E164 | None = None
    hangup: Cause | None = None
    set: CallSettings | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = [name for name in _KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_KINDS)}")
        if self.greeting is not None and self.mailbox is None:
            raise ValueError("a greeting needs a mailbox")
        return self

    @property
    def kind(self) -> DestinationKind:
        """Which of the five it is."""
        return next(name for name in _KINDS if getattr(self, name) is not None)

    @property
    def target(self) -> str:
        """The id or number it names; the cause of a hang-up."""
        return str(getattr(self, self.kind))


_KINDS: tuple[DestinationKind, ...] = ("node", "extension", "mailbox", "number", "hangup")
