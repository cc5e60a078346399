"""What a configuration calls its parts: looked up before anything is read, because uses come before definitions."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from engineering_api.dialects.pf.fields import Fields
from engineering_api.reading.xml_tree import Element

#: Groups and pseudo-interfaces that rules may name and no line defines.
BUILT_IN: Final = frozenset(
    {
        "any",
        "floatingrules",
        "enc0",
        "ipsec",
        "openvpn",
        "wireguard",
        "l2tp",
        "pppoe",
        "pptp",
        "lo0",
        "tailscale",
        "captiveportal",
        "self",
        "(self)",
        "all",
        "loopback",
        "localhost",
    }
)


class Gateway(NamedTuple):
    """Where a gateway is."""

    address: str
    interface: str


class Alias(NamedTuple):
    """What an alias is made of."""

    kind: str
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """The parts by the names under which others refer to them."""

    #: The keys of the interfaces (wan, lan, opt1) and their devices.
    interfaces: dict[str, str] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    #: Certificates and authorities by their "refid".
    certificates: dict[str, str] = field(default_factory=dict)
    #: Virtual addresses by the name under which services use them, to their interfaces.
    addresses: dict[str, str] = field(default_factory=dict)
    #: The devices of VLANs and their tags.
    tags: dict[str, int] = field(default_factory=dict)


def names(root: Element) -> Names:
    """Look the names up."""
    found = Names()
    for section in root.elements:
        _section(found, section)
    if own := root.child("OPNsense"):
        if gateways := own.child("Gateways"):
            _gateways(found, gateways)
        if (firewall := own.child("Firewall")) and (alias := firewall.child("Alias")):
            for aliases in alias.elements:
                _aliases(found, aliases)
    return found


def entries(fields: Fields) -> tuple[str, ...]:
    """The members of an alias. Legacy ones are separated by blanks, those of OPNsense's model by the ends of lines.

    Of an alias that is fetched those are where it is fetched from; packages write remarks beside them.
    """
    found = tuple(
        word
        for child in fields.all("content", "address", "url", "aliasurl")
        for word in re.split(r"[\s,]+", child.value)
        if word
    )
    fetched = tuple(word for word in found if "://" in word) if fields.text("type").casefold().startswith("url") else ()
    return fetched or found


def _section(found: Names, section: Element) -> None:
    if section.name in ("cert", "ca"):
        _certificate(found, Fields(section))
    elif section.name == "gateways":
        _gateways(found, section)
    elif section.name == "aliases":
        _aliases(found, section)
    elif reader := _ITEMS.get(section.name):
        for item in section.elements:
            reader(found, Fields(item))


def _interface(found: Names, fields: Fields) -> None:
    found.interfaces.setdefault(fields.name, fields.text("if"))


def _group(found: Names, fields: Fields) -> None:
    if name := fields.text("ifname"):
        found.groups.setdefault(name, tuple(fields.words("members")))


def _virtual_address(found: Names, fields: Fields) -> None:
    interface = fields.text("interface")
    for name in (f"_vip{fields.text('uniqid')}", f"{interface}_vip{fields.text('vhid')}"):
        found.addresses.setdefault(name, interface)


def _vlan(found: Names, fields: Fields) -> None:
    tag = fields.number("tag")
    if tag is not None:
        found.tags.setdefault(fields.text("vlanif") or f"{fields.text('if')}.{tag}", tag)


_ITEMS: Final[dict[str, Callable[[Names, Fields], None]]] = {
    "interfaces": _interface,
    "ifgroups": _group,
    "virtualip": _virtual_address,
    "vlans": _vlan,
}


def _certificate(found: Names, fields: Fields) -> None:
    if refid := fields.text("refid"):
        found.certificates.setdefault(refid, fields.text("descr") or refid)


def _gateways(found: Names, section: Element) -> None:
    for item in section.elements:
        fields = Fields(item)
        if item.name == "gateway_item" and (name := fields.text("name")):
            found.gateways.setdefault(name, Gateway(fields.text("gateway"), fields.text("interface")))


def _aliases(found: Names, section: Element) -> None:
    for item in section.elements:
        fields = Fields(item)
        if item.name == "alias" and (name := fields.text("name")):
            found.aliases.setdefault(name, Alias(fields.text("type").casefold(), entries(fields)))
