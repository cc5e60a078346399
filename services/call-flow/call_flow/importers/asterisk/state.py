"""Calls on their way through a dialplan."""

from dataclasses import dataclass, replace

_MOST_VALUES = 60


@dataclass(frozen=True)
class Place:
    """A step: context, extension as it is written, and its position."""

    context: str
    extension: str
    at: int


@dataclass(frozen=True)
class State:
    """A call before a step.

    Attributes:
        number: what was dialled to get here, which a pattern may have matched.
        values: variables whose values are known.
        back: where subroutines return to.
        carried: what the call carries along (`CallSettings`).
    """

    place: Place
    number: str
    values: tuple[tuple[str, str], ...] = ()
    back: tuple[tuple[Place, str], ...] = ()
    carried: tuple[tuple[str, str | int], ...] = ()

    def knows(self, **known: str) -> "State":
        """The same call with further known values."""
        return replace(self, values=tuple(sorted({**dict(self.values), **known}.items())[:_MOST_VALUES]))

    def carries(self, **settings: str | int) -> "State":
        """The same call with something more that it carries along."""
        return replace(self, carried=tuple(sorted({**dict(self.carried), **settings}.items())))

    def forgets(self, *names: str) -> "State":
        """The same call without some values."""
        return replace(self, values=tuple(pair for pair in self.values if pair[0] not in names))
