"""Lists of interfaces as switches write them, and the long and short forms of their names."""

import re
from typing import Annotated

from netutils.interface import abbreviated_interface_name, canonical_interface_name
from pydantic import Field

from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, Text
from oberaconnect.problems import Unprocessable

MOST = 2_000
_NAME = re.compile(r"([A-Za-z][A-Za-z_-]*?|)\s*([0-9]+(?:[/.:][0-9]+)*)")
_PART = re.compile(r"([A-Za-z][A-Za-z_-]*?|)\s*([0-9]+(?:[/.:][0-9]+)*)(?:\s*-\s*(.+))?")


class InterfaceRangeArguments(Model):
    """Interfaces as a list with ranges."""

    interfaces: Annotated[Text, Field(max_length=20_000)] = Field(examples=["Gi1/0/1-24, Te1/1/1 - 2"])


class InterfaceRange(Answer):
    """The interfaces one by one, in the long and the short form, and as the shortest list."""

    long: list[str]
    short: list[str]
    compressed: str
    count: int


def interface_range(arguments: InterfaceRangeArguments) -> InterfaceRange:
    """Expand a list of interfaces, give their long and short names, and compress them. Raises `Unprocessable`."""
    found: dict[tuple[str, str, int], None] = {}
    kind, before = "", ""
    for part in re.split(r"[,;\n]", re.sub(r"^\s*interface\s+(range\s+)?", "", arguments.interfaces)):
        if not part.strip():
            continue
        # Junos writes ge-0/0/[0-47] for ge-0/0/0-47.
        plain = re.sub(r"\[([0-9]+-[0-9]+)\]$", r"\1", part.strip())
        kind, before, first, last = _read(plain, kind, before)
        if last - first + len(found) >= MOST:
            raise Unprocessable(f"These are more than {MOST} interfaces. Ask for fewer at a time.")
        found.update(((kind, before, number), None) for number in range(first, last + 1))
    if not found:
        raise Unprocessable("There is no interface in it. Write a list as Gi1/0/1-24, Te1/1/1-2.")
    long = [f"{one}{stem}{number}" for one, stem, number in found]
    ranges = _compressed(list(found))
    return InterfaceRange(
        long=long,
        short=[short_name(one) for one in long],
        compressed=",".join(ranges),
        count=len(long),
        steps=[
            "A range counts the last number of a name; what comes before it stays.",
            f"{len(long)} interfaces are {len(ranges)} ranges.",
        ],
    )


def long_name(name: str) -> str:
    """The long form of an interface's name where there is one, else the name."""
    try:
        return str(canonical_interface_name(name))
    except (ValueError, IndexError, TypeError):
        return name


def short_name(name: str) -> str:
    """The short form of an interface's name where there is one, else the name."""
    try:
        return str(abbreviated_interface_name(name))
    except (ValueError, IndexError, TypeError):
        return name


def _read(part: str, kind: str, before: str) -> tuple[str, str, int, int]:
    """Kind, what comes before the last number, and the first and last number of a part of a list."""
    found = _PART.fullmatch(part)
    if found is None:
        raise Unprocessable(f"'{part[:60]}' is no interface or range. Write one as Gi1/0/1-24.")
    stem, first = _split(found[2])
    if found[1]:
        kind = re.sub(r"[0-9]+$", "", long_name(found[1] + "1"))
    elif not stem:
        stem = before
    if found[3] is None:
        return kind, stem, first, first
    ending = _NAME.fullmatch(found[3].strip())
    if ending is None:
        raise Unprocessable(f"'{part[:60]}' is no range. Write one as Gi1/0/1-24.")
    end_stem, last = _split(ending[2])
    if (end_stem and end_stem != stem) or last < first:
        raise Unprocessable(f"'{part[:60]}' goes over modules or ends before it begins. Write a range for each module.")
    return kind, stem, first, last


def _split(numbers: str) -> tuple[str, int]:
    stem, number = re.fullmatch(r"(.*?)([0-9]+)", numbers).groups()  # type: ignore[union-attr]
    if len(number) > 6:
        raise Unprocessable(f"'{number[:20]}' is no number of an interface.")
    return stem, int(number)


def _compressed(found: list[tuple[str, str, int]]) -> list[str]:
    made: list[tuple[str, str, int, int]] = []
    for kind, stem, number in sorted(found, key=lambda one: (one[0], _natural(one[1]), one[2])):
        if made and made[-1][:2] == (kind, stem) and number == made[-1][3] + 1:
            made[-1] = (*made[-1][:3], number)
        else:
            made.append((kind, stem, number, number))
    return [
        short_name(f"{kind}{stem}{first}") + (f"-{last}" if last > first else "") for kind, stem, first, last in made
    ]


def _natural(stem: str) -> list[int]:
    return [int(one) for one in re.findall("[0-9]+", stem)]


TOOLS = (tool("interface-range", "Interface lists", interface_range),)
