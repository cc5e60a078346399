"""From the rows of "show cdp neighbors" and the like to neighbours that a device saw.

Names of columns are those of ntc-templates: https://github.com/networktocode/ntc-templates
"""

import re
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from engineering_api.topology.members import Sighting
from oberaconnect.problems import Unprocessable

#: By what a column may be called, the best first.
_NAMES: Final = (
    "neighbor_name", "neighbor", "remote_system_name", "system_name_data", "identity", "chassis_id",
    "remote_chassis_id", "mac_address",
)  # fmt: skip
_OWN_PORTS: Final = ("local_interface", "local_port", "interface", "port_txt", "port")
_FAR_PORTS: Final = (
    "neighbor_port_id", "neighbor_interface", "remote_port", "port_id_data", "interface_name",
    "neighbor_port_description",
)  # fmt: skip
_PLATFORMS: Final = ("platform", "neighbor_description", "remote_system_description", "system_description", "board")
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:. -]?[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}([.:-][0-9A-Fa-f]{4}){2}")
_LONGEST = 200


class NoNeighbours(Unprocessable):
    """This output tells of no neighbours. Send what "show cdp neighbors" or "show lldp neighbors" shows."""


def sightings(member: str, command: str, rows: Sequence[Mapping[str, object]], texts: Sequence[str]) -> list[Sighting]:
    """The neighbours of a device's rows, each with the line of the output that names it.

    `texts` are the lines that the rows were read from. Raises `NoNeighbours` when the rows tell of something else.
    """
    if rows and not (set(rows[0]) & set(_OWN_PORTS) and set(rows[0]) & set(_NAMES)):
        raise NoNeighbours()
    lines = _Lines(texts)
    protocol = _protocol(command)
    found: list[Sighting] = []
    for row in rows:
        name, port = _first(row, _NAMES), _first(row, _OWN_PORTS)
        if not name or not port:
            continue
        at = lines.naming(name)
        said = texts[at - 1].strip() if at else " ".join((port, name, _far_port(row)))
        found.append(
            Sighting(
                member=member,
                port=port,
                neighbour=name,
                neighbour_port=_far_port(row),
                platform=_first(row, _PLATFORMS),
                protocol=protocol,
                row=at or 1,
                text=said,
                command=command,
            )
        )
    return found


class _Lines:
    """Where words stand, each occurrence given once and the last one for good."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._places: defaultdict[str, deque[int]] = defaultdict(deque)
        for number, text in enumerate(texts, start=1):
            for word in dict.fromkeys(text.replace('"', " ").replace("=", " ").split()):
                self._places[word.rstrip(",")].append(number)

    def naming(self, name: str) -> int:
        """The next line with the first word of a name; 0 if there is none."""
        places = self._places.get(name.split(maxsplit=1)[0])
        if not places:
            return 0
        return places.popleft() if len(places) > 1 else places[0]


def _protocol(command: str) -> Literal["cdp", "lldp", "mndp"]:
    words = command.casefold()
    if "cdp" in words:
        return "cdp"
    return "mndp" if words.lstrip("/ ").startswith("ip ne") else "lldp"


def _far_port(row: Mapping[str, object]) -> str:
    """The neighbour's port. Some devices tell its MAC address for it, and the port as a description."""
    named = [_text(row.get(column)) for column in _FAR_PORTS]
    ports = [one for one in named if one and not _MAC.fullmatch(one)]
    return ports[0] if ports else ""


def _first(row: Mapping[str, object], columns: Sequence[str]) -> str:
    return next((text for column in columns if (text := _text(row.get(column)))), "")


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    text = str(value).strip()[:_LONGEST] if value is not None else ""
    return "" if text.casefold() in {"not advertised", "-", "n/a", "not received"} else text
