"""What a platform is: how its configurations are recognised, become a tree, and what they say."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from engineering_api.facts.device import Device
from engineering_api.reading.tree import Node

T = TypeVar("T")

Role = Literal["router", "switch", "firewall", "wireless"]


@dataclass(frozen=True)
class Sign:
    """Something that configurations of a platform have and others seldom do.

    `pattern` is searched in single lines; `weight`, between 0 and 1, is how sure a line with it makes.
    """

    pattern: re.Pattern[str]
    weight: float


@dataclass(slots=True)
class In(Generic[T]):
    """A fact that is being read, with the device to which it belongs: the owner of most places of a grammar."""

    device: Device
    fact: T


@dataclass(frozen=True)
class Platform:
    """A kind of device.

    Attributes:
        name: by which it is asked for, netmiko's where that has one.
        title: by which people know it.
        aliases: other names by which it may be asked for.
        roles: what such devices are.
        signs: by which its configurations are recognised.
        comments: what begins a line that says nothing.
        tree: the nodes of the outermost level, of the lines.
        read: tells a device what the nodes say. What is not understood goes into its `unparsed`.
        closing: lines that only end what another began, as a pattern for the whole line without its indentation.
    """

    name: str
    title: str
    vendor: str
    roles: tuple[Role, ...]
    signs: tuple[Sign, ...]
    tree: Callable[[Sequence[str]], list[Node]]
    read: Callable[[Sequence[Node], Device], None]
    comments: tuple[str, ...] = ("!", "#")
    closing: re.Pattern[str] | None = None
    aliases: tuple[str, ...] = ()


def sign(weight: float, pattern: str) -> Sign:
    """A sign by its pattern, in which case matters."""
    return Sign(re.compile(pattern), weight)
