"""Lists of VLANs as switches write them."""

import re
from typing import Annotated

from pydantic import Field

from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, Text
from oberaconnect.problems import Unprocessable

LAST = 4094
_RANGE = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?")


class VlanRangeArguments(Model):
    """VLANs as a list with ranges, as numbers, or both."""

    vlans: Annotated[Text, Field(max_length=30_000)] = Field("", examples=["10,20-25,30"])
    ids: Annotated[list[int], Field(max_length=5_000)] = Field(default_factory=list)
    without: Annotated[Text, Field(max_length=30_000)] = Field("", description="VLANs that are taken out again.")


class VlanRange(Answer):
    """The VLANs one by one and as the shortest list."""

    ids: list[int]
    compressed: str
    count: int
    lines: list[str] = Field(
        description="For IOS, whose lines hold some 20 ranges: what follows 'allowed vlan' or 'add'."
    )


def vlan_range(arguments: VlanRangeArguments) -> VlanRange:
    """Expand a list of VLANs to numbers, and compress numbers to the shortest list. Raises `Unprocessable`."""
    found = expand(arguments.vlans) | set(arguments.ids)
    taken = expand(arguments.without)
    if (bad := next((one for one in sorted(found) if not 1 <= one <= LAST), None)) is not None:
        raise Unprocessable(f"{bad} is no VLAN. VLANs are 1 to {LAST} (IEEE 802.1Q reserves 0 and 4095).")
    ids = sorted(found - taken)
    ranges = compress(ids)
    steps = [f"{len(found)} VLANs are named" + (f", {len(found & taken)} are taken out." if taken else ".")]
    steps.append(f"Three neighbouring numbers or more are joined: {len(ids)} VLANs are {len(ranges)} entries.")
    return VlanRange(
        ids=ids,
        compressed=",".join(ranges),
        count=len(ids),
        lines=[",".join(ranges[start : start + 20]) for start in range(0, len(ranges), 20)],
        steps=steps,
    )


def expand(text: str) -> set[int]:
    """The numbers of a list of numbers and ranges. Raises `Unprocessable`."""
    plain = text.replace("–", "-").replace(" to ", "-").replace(" - ", "-").replace(",", " ")
    plain = re.sub(r"\bvlans?\b", " ", plain, flags=re.IGNORECASE)
    made: set[int] = set()
    for word in plain.split():
        first, dash, last = word.partition("-")
        if word.casefold() in ("none", "all"):
            made.update(range(1, LAST + 1) if word.casefold() == "all" else ())
        elif _RANGE.fullmatch(word):
            if dash and int(last) < int(first):
                raise Unprocessable(f"'{word}' ends before it begins. Write the lower VLAN first.")
            made.update(range(int(first), int(last if dash else first) + 1))
        else:
            raise Unprocessable(f"'{word[:40]}' is no VLAN or range. Write a list as 10,20-25,30.")
    return made


def compress(ids: list[int]) -> list[str]:
    """The ranges of sorted numbers. Two neighbours stay apart, as IOS writes them."""
    made: list[tuple[int, int]] = []
    for one in ids:
        if made and one == made[-1][1] + 1:
            made[-1] = (made[-1][0], one)
        else:
            made.append((one, one))
    return [
        word
        for first, last in made
        for word in ([f"{first}-{last}"] if last > first + 1 else [str(one) for one in range(first, last + 1)])
    ]


TOOLS = (tool("vlan-range", "VLAN lists", vlan_range),)
