"""Configurations for tests: read as the service reads them."""

import hashlib
from pathlib import Path

from engineering_api import platforms
from engineering_api.facts.device import Device
from engineering_api.reading import lines

CONFIGS = Path(__file__).parent / "configs"


def fingerprint(secret: str) -> str:
    """A short word of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()[:6]


def device(platform: str, text: str | bytes) -> Device:
    """What a configuration of a platform says. Secrets in it stay: no test of facts needs them removed."""
    content = text.encode() if isinstance(text, str) else text
    chosen = platforms.named(platform)
    found = Device(platform=chosen.name)
    chosen.read(chosen.tree(lines.read(content).texts), found)
    return found
