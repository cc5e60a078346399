"""Neighbours in what commands show for which there are no templates, or only some of their forms.

Tables: "show lldp neighbor-info" of AOS-CX, "show cdp neighbors" of ArubaOS-Switch, "/ip neighbor print" of RouterOS.
Blocks: the same of RouterOS with "detail", "show lldp neighbors" of EdgeOS and VyOS in the form of lldpd, and "diagnose
lldprx neighbor details" of FortiOS.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from engineering_api.topology.members import Sighting

#: What columns and keys are called, by what they say.
_CALLED: Final = {
    "local-port": "port", "port": "port", "interface": "port",
    "sys-name": "neighbour", "device id": "neighbour", "identity": "neighbour", "sysname": "neighbour",
    "system name": "neighbour",
    "port-id": "far", "portid": "far", "port id type/data": "far", "interface-name": "far",
    "platform": "platform", "board": "platform", "sysdescr": "platform", "system description": "platform",
}  # fmt: skip
_HEAD = re.compile(r"\s*(?:LOCAL-PORT\s+CHASSIS-ID\s|#\s.*\bINTERFACE\s.*\bIDENTITY\b)")
_RULE = re.compile(r"\s*-{3,}(?: [-+ ]*-+)+\s*")
_PAIR = re.compile(r'([a-z][\w-]*)=("[^"]*"|\S+)')
#: The first line of a neighbour, by its form.
_BEGINS = re.compile(r"\s*(?:Interface:\s+\S+,? via|Neighbor created |\d+\s+(?:[A-Z]+\s+)*interface=)")
_KEY = re.compile(r"\s*([A-Za-z][A-Za-z /-]{1,30}?):\s+(\S.*)")
#: lldpd and FortiOS say what kind of name it is before it.
_KIND = re.compile(r"^(?:(?:ifname|ifalias|mac|local|ip)\s+|\d+/)")
_MAC = re.compile(r"(?:[0-9a-f]{2}[:. -]?){5}[0-9a-f]{2}", re.IGNORECASE)
_LONGEST = 400


def neighbours(member: str, texts: Sequence[str]) -> list[Sighting]:
    """The neighbours that a device saw; none where the output has another form. Rows count from 1."""
    command = next((text.strip() for text in texts[:20] if re.search(r"lldp|cdp|neighbor", text)), "")[:120]
    protocol: Literal["cdp", "lldp", "mndp"] = (
        "cdp" if "cdp" in command else "mndp" if "neighbor print" in command else "lldp"
    )
    found: list[Sighting] = []
    for row, said in (*_tables(texts), *_blocks(texts)):
        port = said.get("port", "").partition(" ")[0].partition(",")[0]
        name, far = said.get("neighbour", ""), _KIND.sub("", said.get("far", "")).partition(" (")[0].strip()
        if _MAC.fullmatch(far):
            far = ""
        if port and name:
            # RouterOS names a bridge and the port in it.
            far = far.removeprefix("bridge/")
            text, platform = texts[row - 1].strip()[:200], said.get("platform", "")[:80]
            found.append(Sighting(member, port, name, far, platform, protocol, row, text, command))
    return found


def _tables(texts: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table whose columns begin where their heads do."""
    columns: list[tuple[str, int]] = []
    for number, text in enumerate(texts, start=1):
        if len(text) > _LONGEST:
            continue
        if _HEAD.match(text):
            columns = [(match[0].casefold(), match.start()) for match in re.finditer(r"\S+", text)]
        elif _RULE.fullmatch(text) and number > 1 and "Device ID" in texts[number - 2]:
            head = texts[number - 2]
            starts = [match.start() for match in re.finditer(r"-+", text)]
            ends = [*starts[1:], len(head)]
            columns = [(head[a:b].strip(" |").casefold(), a) for a, b in zip(starts, ends, strict=True)]
        elif columns and text.strip() and not set(text.strip()) <= {"-", "+", " "}:
            ends = [*(start for _, start in columns[1:]), len(text)]
            cells = {name: text[start:end].strip(" |") for (name, start), end in zip(columns, ends, strict=True)}
            yield number, {_CALLED[name]: value for name, value in cells.items() if name in _CALLED and value}
        elif not text.strip():
            columns = []


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """What is said of each neighbour below each other."""
    row, said = 0, dict[str, str]()
    for number, text in enumerate(texts, start=1):
        if len(text) > _LONGEST:
            continue
        if _BEGINS.match(text):
            if row:
                yield row, said
            row, said = number, {}
        if not row:
            continue
        pairs = [(match[1], match[2].strip('"')) for match in _PAIR.finditer(text)]
        if not pairs and (match := _KEY.match(text)):
            pairs = [(match[1].casefold(), match[2].strip())]
        for key, value in pairs:
            if key in _CALLED and value:
                said.setdefault(_CALLED[key], value)
    if row:
        yield row, said
