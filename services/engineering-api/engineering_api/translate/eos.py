"""Arista EOS as a target."""

from collections.abc import Iterator
from dataclasses import replace

from engineering_api.translate import ios, lists, switches
from engineering_api.translate.plan import Block, Source

_EOS = replace(ios.WORDS, indent="   ", domain="dns domain", is_prefix=True, style=lists.EOS, voice="")


def write(source: Source) -> Iterator[Block]:
    """The blocks for EOS."""
    return switches.write(source, _EOS, str)
