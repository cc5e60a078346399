"""Whatever is not recognised: lines by their indentation, none of which is understood."""

from collections.abc import Sequence

from engineering_api.facts.device import Device, Unparsed
from engineering_api.platforms.platform import Platform
from engineering_api.reading import indented
from engineering_api.reading.tree import Node


def _tree(texts: Sequence[str]) -> list[Node]:
    return indented.tree(texts, verbatim=lambda _: None)


def _read(nodes: Sequence[Node], device: Device) -> None:
    device.unparsed.extend(Unparsed(source=below.line, text=below.text) for node in nodes for below in node.walk())


PLATFORM = Platform(name="unknown", title="Unknown", vendor="", roles=(), signs=(), tree=_tree, read=_read)
