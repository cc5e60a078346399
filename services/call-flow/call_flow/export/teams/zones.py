"""What Windows calls the zones of the IANA database."""

import json
from functools import cache
from importlib import resources

from call_flow.export import schemas


@cache
def _zones() -> dict[str, str]:
    text = resources.files(schemas).joinpath("windows_zones.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def windows_zone(name: str) -> str:
    """What Windows calls a zone of the IANA database; UTC when it has no name for it."""
    return _zones().get(name, "UTC")
