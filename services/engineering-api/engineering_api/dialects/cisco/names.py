"""Names of interfaces: the long form of a platform, and what kind of interface a name is of."""

import re
from dataclasses import dataclass

from engineering_api.facts.ports import InterfaceKind

_NAME = re.compile(r"([A-Za-z](?:[A-Za-z0-9-]*[A-Za-z])?)-?\s*(\d[\d/.:]*)")
_KINDS: tuple[tuple[str, InterfaceKind], ...] = (
    ("vlan", "vlan"), ("port-channel", "aggregate"), ("loopback", "loopback"), ("tunnel", "tunnel"),
    ("bvi", "bridge"), ("bdi", "bridge"), ("dot11radio", "wireless"), ("mgmt", "management"),
    ("management", "management"), ("null", "other"), ("nvi", "other"), ("virtual", "other"), ("dialer", "other"),
    ("vxlan", "tunnel"), ("nve", "tunnel"), ("multilink", "aggregate"), ("recirc", "aggregate"), ("group", "other"),
)  # fmt: skip
_RANGE = re.compile(r"\s*(\S.*?\d|\d+)(?:\s*-\s*(\S.*\d|\d))?\s*")
#: No range of interfaces is longer: 96 ports on each of 8 members of a stack.
_LONGEST_RANGE = 1024


@dataclass(frozen=True)
class InterfaceNames:
    """The long names of a platform; an abbreviation is of the first that begins with it."""

    long: tuple[str, ...]

    def full(self, name: str) -> str:
        """The long form of a name, which may be abbreviated or have a blank before its number.

        Raises:
            ValueError: when it is no name of an interface.
        """
        found = _NAME.fullmatch(name.strip())
        if found is None:
            raise ValueError(name)
        word = found[1].casefold()
        for long in self.long:
            if long.casefold() == word:
                return long + found[2]
        for long in self.long:
            if long.casefold().startswith(word):
                return long + found[2]
        return found[1] + found[2]

    def is_name(self, word: str) -> bool:
        """Whether a word is the full name of an interface of this platform."""
        found = _NAME.fullmatch(word)
        return found is not None and any(long.casefold() == found[1].casefold() for long in self.long)

    def many(self, listed: str) -> list[str]:
        """The interfaces of a range: "Gi1/0/1 - 4, Gi1/0/10", "Ethernet1-4,7", "Vlan10".

        Raises:
            ValueError: when it is no range of interfaces.
        """
        found: list[str] = []
        for part in listed.split(","):
            ends = _RANGE.fullmatch(part) if len(part) < 100 else None
            if ends is None:
                raise ValueError(listed)
            first = ends[1]
            if first[0].isdecimal() and found:  # goes on with the words of the one before
                first = (re.sub(r"[\d/]+$" if "/" in first else r"\d+$", "", found[-1])) + first
            stem, start = _split(self.full(first))
            end = int(re.sub(r"^.*\D", "", ends[2])) if ends[2] else start
            if not start <= end < start + _LONGEST_RANGE or len(found) > _LONGEST_RANGE:
                raise ValueError(listed)
            found.extend(f"{stem}{one}" for one in range(start, end + 1))
        return found


def _split(name: str) -> tuple[str, int]:
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :])


def kind(name: str) -> InterfaceKind:
    """What an interface is, by its long name."""
    low = name.casefold()
    for start, known in _KINDS:
        if low.startswith(start):
            return known
    return "subinterface" if "." in name else "physical"
