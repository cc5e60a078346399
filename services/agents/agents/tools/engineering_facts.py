"""What a configuration says, as lines a model reads: one for each fact, with the lines of the configuration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.tools.engineering_cited import lines
from agents.tools.making import NUMBER, Schema, record, several, text

#: The sections of facts, as engineering-api names them.
SECTIONS = (
    "identity", "members", "interfaces", "vlans", "spanning_tree", "neighbours", "vrfs", "routes", "routing",
    "access_lists", "address_objects", "service_objects", "zones", "translations", "tunnels", "dhcp_pools", "servers",
    "snmp", "users", "management", "wireless", "settings", "definitions", "references", "unparsed",
)  # fmt: skip
#: A fact as programs get it.
FACT: Schema = record(
    {
        "section": text(longest=40),
        "line_start": NUMBER,
        "line_end": NUMBER,
        "text": text("Its fields, those of facts in it on lines of their own.", longest=100_000),
    }
)
FACTS = several(FACT, most=1_000)


@dataclass(frozen=True)
class Told:
    """A fact as a line, and facts in it on lines below."""

    section: str
    first: int
    last: int
    text: str

    def block(self) -> str:
        """As the model reads it."""
        place = lines(self.first, self.last)
        return f"{self.section}{f', {place}' if place else ''}: {self.text}"

    def plain(self) -> dict[str, Any]:
        """As programs get it."""
        return {"section": self.section, "line_start": self.first, "line_end": self.last, "text": self.text}


def counts(facts: Mapping[str, Any]) -> dict[str, int]:
    """How many facts each section has, without the empty ones."""
    found = {name: len(value) if isinstance(value, list) else 1 for name, value in facts.items() if value}
    return {name: number for name, number in found.items() if number}


def told(facts: Mapping[str, Any]) -> list[Told]:
    """All facts of some sections, in their order."""
    return [
        _fact(section, item)
        for section, value in facts.items()
        for item in (value if isinstance(value, list) else [value])
        if item
    ]


def _fact(section: str, item: Any) -> Told:
    if not _is_fact(item):
        return Told(section, 0, 0, _fields(item))
    source = item["source"]
    text = "\n".join([_fields(item["value"]), *_below(item["value"], 1)])
    return Told(section, source["line_start"], source["line_end"], text)


def _below(value: Any, depth: int) -> Iterator[str]:
    """Facts in a fact, such as the rules of a list."""
    for name, item in value.items() if isinstance(value, Mapping) else ():
        for one in item if isinstance(item, list) else [item]:
            if _is_fact(one):
                place = lines(one["source"]["line_start"], one["source"]["line_end"])
                yield f"{'  ' * depth}{name}, {place}: {_fields(one['value'])}"
                yield from _below(one["value"], depth + 1)


def _is_fact(value: Any) -> bool:
    return isinstance(value, Mapping) and "value" in value and "source" in value


def _fields(value: Any) -> str:
    return "; ".join(_pairs(value, ""))


def _pairs(value: Any, prefix: str) -> Iterator[str]:
    """The fields that say something. What is usual is not said: nearly everything on a device is enabled."""
    if not isinstance(value, Mapping):
        yield f"{prefix.rstrip('.')} {value}".strip()
        return
    for name, item in value.items():
        if _is_fact(item) or (isinstance(item, list) and any(_is_fact(one) for one in item)):
            continue
        if name == "is_enabled":
            if item is False:
                yield f"{prefix}is_enabled no"
        elif isinstance(item, Mapping):
            yield from _pairs(item, f"{prefix}{name}.")
        elif isinstance(item, list):
            if item:
                yield f"{prefix}{name} {', '.join(_item(one) for one in item)}"
        elif item not in (None, "", False):
            yield f"{prefix}{name} {'yes' if item is True else item}"


def _item(value: Any) -> str:
    return f"({_fields(value)})" if isinstance(value, Mapping) else str(value)
