"""What Dial, Queue and Page ring: telephones of the system and numbers outside."""

import re
from dataclasses import dataclass
from typing import Protocol

from call_flow.importers.asterisk.expressions import is_known
from call_flow.importers.asterisk.telephones import Telephones
from call_flow.importers.draft import Draft

_TARGET = re.compile(r"([A-Za-z0-9]+)/(.+)")
_OPTIONS = re.compile(r"([A-Za-z])(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?")
_SIP = ("pjsip", "sip")
_LINES = ("iax2", "dahdi", "zap", "misdn", "capi", "motif", "h323", "ooh323", "unistim", "sccp", "skinny")


@dataclass(frozen=True)
class Target:
    """A telephone by its number, or a number outside with the trunk that is named."""

    extension: str | None = None
    number: str | None = None
    trunk: str | None = None


class Locals(Protocol):
    """Follows `Local/number@context` to what it rings."""

    def local(self, number: str, context: str) -> Target | None:
        """What is rung there, if it is one telephone or number."""


class Targets:
    """Reads them."""

    def __init__(self, telephones: Telephones, draft: Draft) -> None:
        """Numbers are those of the customer's country."""
        self._telephones = telephones
        self._draft = draft

    def read(self, text: str, inside: Locals) -> list[Target | None]:
        """Each of the targets that `&` parts; None for one that is not known."""
        return [self._one(part.strip(), inside) for part in text.split("&") if part.strip()]

    def _one(self, text: str, inside: Locals) -> Target | None:
        match = _TARGET.fullmatch(text)
        if match is None or not is_known(text):
            return None
        kind, rest = match[1].lower(), match[2]
        if kind == "local":
            number, _, context = rest.partition("@")
            return inside.local(number, context.partition("/")[0])
        if kind in _SIP:
            return self._sip(rest)
        if kind in _LINES:
            peer, _, dialled = rest.partition("/")
            return self._outside(dialled, None) if dialled else self._phone(peer)
        return None

    def _sip(self, rest: str) -> Target | None:
        if "@" in rest:
            dialled, _, peer = rest.partition("@")
            return self._outside(dialled, peer.partition(":")[0])
        peer, _, dialled = rest.partition("/")
        if dialled.startswith("sip:"):
            return self._outside(dialled.removeprefix("sip:").partition("@")[0], peer)
        return self._outside(dialled, peer) if dialled else self._phone(peer)

    def _phone(self, name: str) -> Target | None:
        number = self._telephones.number_of(name)
        return None if number is None else Target(extension=number)

    def _outside(self, dialled: str, peer: str | None) -> Target | None:
        number = self._draft.e164(dialled)
        if number is None:
            return None
        known = peer is not None and peer in self._telephones.peers
        return Target(number=number, trunk=self._telephones.trunk(peer) if known and peer else None)


def options(text: str) -> dict[str, str]:
    """The options of an application by their letters."""
    return {match[1]: match[2] or "" for match in _OPTIONS.finditer(text)}
