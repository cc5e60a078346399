"""Addresses as an ASA writes them: address and mask, "host" and an address, "any", objects and interfaces."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network

from engineering_api.dialects.asa.state import Reading
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Ends

#: Objects may be in groups that are in groups; nobody nests deeper, and a loop ends here.
MOST_NESTED = 20
#: Which family "any4" and "any6" mean, the rule says.
_ANY = frozenset({"any", "any4", "any6"})
_SHORT = {"0": "0.0.0.0"}  # noqa: S104 - the network of all addresses, not a socket


class Words:
    """The words of a line, taken from the left."""

    def __init__(self, text: str) -> None:
        """Of a text."""
        self._words = text.split()
        self._next = 0

    def peek(self, ahead: int = 0) -> str:
        """The next word; "" at the end."""
        at = self._next + ahead
        return self._words[at] if at < len(self._words) else ""

    def take(self) -> str:
        """The next word, which must be there.

        Raises:
            ValueError: at the end.
        """
        if not (word := self.peek()):
            raise ValueError("the line ends too early")
        self._next += 1
        return word

    def accept(self, *words: str) -> bool:
        """Take the next word if it is one of these."""
        if self.peek() in words:
            self._next += 1
            return True
        return False

    def rest(self) -> list[str]:
        """All words that are left."""
        left = self._words[self._next :]
        self._next = len(self._words)
        return left


def address(word: str, reading: Reading) -> str:
    """An address, or what a `name` line calls one.

    Raises:
        ValueError: when it is neither.
    """
    return str(ip_address(reading.names.get(word, word)))


def prefix(first: str, mask: str, reading: Reading) -> str:
    """Address and mask as a prefix.

    Raises:
        ValueError: when they are none.
    """
    found = reading.names.get(first, first)
    return str(IPv4Network((_SHORT.get(found, found), _SHORT.get(mask, mask)), strict=False))


def add_network(ends: Ends, first: str, mask: str, reading: Reading) -> None:
    """Add address and mask to one side. An ASA's masks may have holes.

    Raises:
        ValueError: when they are no addresses.
    """
    try:
        ends.networks.append(prefix(first, mask, reading))
    except ValueError:
        start = IPv4Address(reading.names.get(first, first))
        ends.wildcards.append(f"{start} {IPv4Address(int(IPv4Address(mask)) ^ 0xFFFFFFFF)}")


def add_host(ends: Ends, word: str, reading: Reading) -> None:
    """Add one address to one side.

    Raises:
        ValueError: when it is none.
    """
    ends.networks.append(str(ip_network(address(word, reading))))


def take_ends(words: Words, reading: Reading, where: Span, context: str) -> Ends:
    """One side of a rule.

    Raises:
        ValueError: when the words are none.
    """
    ends = Ends()
    word = words.take()
    if word in _ANY:
        ends.is_any = True
    elif word == "host":
        add_host(ends, words.take(), reading)
    elif word in {"object", "object-group"}:
        name = words.take()
        ends.names.append(name)
        reading.device.refer("object" if word == "object" else "object-group", name, where, context)
    elif word == "interface":
        name = words.take()
        ends.interfaces.append(name)
        reading.refer_interface(name, where, context)
    elif "/" in word:
        ends.networks.append(str(ip_network(word, strict=False)))
    else:
        add_network(ends, word, words.take(), reading)
    return ends


def networks(ends: Iterable[Ends], reading: Reading) -> list[str]:
    """The prefixes for which the sides of rules stand, with their objects and groups looked up; each once."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [(one, 0) for one in reversed(list(ends))]
    while waiting:
        one, depth = waiting.pop()
        if not reading.take_room(1 + len(one.networks) + len(one.names)):
            break
        if one.is_any:
            found["0.0.0.0/0"] = None
        found.update(dict.fromkeys((*one.networks, *one.ranges)))
        for name in reversed(one.names):
            if name not in seen and depth < MOST_NESTED and (known := reading.objects.get(name)):
                seen.add(name)
                waiting.append((known.ends, depth + 1))
    return list(found)
