"""Configurations as tools name them: which are meant, their lines in words, and citations of these."""

from collections.abc import Iterable, Mapping
from typing import Any

from agents.tools.contract import Citation
from agents.tools.making import Schema, identifier, several, text

READ, WRITE = "engineering:read", "engineering:write"
#: So many findings, differences, rows … are told; the rest is counted.
MOST = 40
_MOST_QUOTED = 600

CONFIG_TEXT = text("The configuration itself, as the device shows it.", longest=400_000, shortest=1)
PLATFORM = text(
    "Such as cisco_ios, cisco_asa, cisco_nxos, aruba_aoscx, hp_procurve, fortinet, mikrotik_routeros, opnsense, "
    "pfsense, sonicwall, juniper_junos, arista_eos, ubiquiti_edgeos. Leave it out: it is recognised.",
    longest=60,
    shortest=1,
)
#: Kept configurations: by their ids, or the latest of every device of a site, or of the whole client.
MEANT: dict[str, Schema] = {
    "config_ids": several(
        identifier("The id of a configuration."),
        "Configurations by their ids. Without ids and site: the latest one of every device of the client.",
        least=1,
        most=200,
    ),
    "site": text("The latest configuration of every device of this site.", longest=80, shortest=1),
}


def lines(first: int | None, last: int | None) -> str:
    """Lines in words; empty when there are none."""
    if not first:
        return ""
    return f"line {first}" if last in (None, first) else f"lines {first}-{last}"


def of_config(device: str, config_id: str | None, first: int, last: int, quote: str = "") -> Citation:
    """Lines of a configuration; without an id, of one that is not kept."""
    url = None if config_id is None else f"/api/engineering/configs/{config_id}/text?first={first}&last={last}"
    return Citation(title=device, url=url, section=lines(first, last), quote=quote[:_MOST_QUOTED] or None)


def of_evidence(rows: Iterable[Mapping[str, Any]]) -> list[Citation]:
    """The first lines that speak for each of these findings, reasons or links."""
    return [
        of_config(first["device"], first["config_id"], first["line_start"], first["line_end"], first["text"])
        for row in rows
        for first in row["evidence"][:1]
    ]


def calculation(title: str, calc_id: str) -> Citation:
    """A calculation that was kept."""
    return Citation(title=title, url=f"/api/engineering/calculations/{calc_id}")


def chosen(arguments: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the arguments that were given."""
    return {name: arguments[name] for name in names if name in arguments}
