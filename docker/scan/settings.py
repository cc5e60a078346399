"""The settings of the scanner, from the container's environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from scan import networks
from scan.networks import Network
from scan.refusal import Invalid, shown

_SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Settings:
    """What may be scanned, by whom, and how much at a time."""

    allowed: tuple[Network, ...] = ()
    token: str = ""
    most_addresses: int = 1024
    timeout_seconds: int = 600
    at_once: int = 2
    is_raw: bool = False
    bind: str = "0.0.0.0:8080"


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Read them; an empty value counts as none.

    Raises:
        Invalid: naming the setting that is not understood.
    """
    token = environ.get("SCAN_TOKEN", "").strip()
    if token and len(token) < _SHORTEST_TOKEN:
        raise Invalid(f"SCAN_TOKEN has fewer than {_SHORTEST_TOKEN} characters. 'make setup' writes a good one.")
    return Settings(
        allowed=networks.parse(environ.get(networks.SETTING, "")),
        token=token,
        most_addresses=_number(environ, "SCAN_MAX_ADDRESSES", 1024, 65536),
        timeout_seconds=_number(environ, "SCAN_TIMEOUT_SECONDS", 600, 86400),
        at_once=_number(environ, "SCAN_AT_ONCE", 2, 8),
        is_raw=_number(environ, "SCAN_RAW", 0, 1, least=0) == 1,
        bind=environ.get("SCAN_BIND") or Settings.bind,
    )


def _number(environ: Mapping[str, str], name: str, default: int, most: int, *, least: int = 1) -> int:
    text = environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise Invalid(f"{name} is {shown(text)}, and must be a number from {least} to {most}.")
    return int(text)
