"""Cisco NX-OS as a target."""

from collections.abc import Iterator
from dataclasses import replace

from engineering_api.translate import ios, lists, switches
from engineering_api.translate.plan import Block, Source

_NXOS = replace(
    ios.WORDS,
    indent="  ",
    domain="ip domain-name",
    is_prefix=True,
    style=lists.NXOS,
    is_on=True,
    relay="ip dhcp relay address {0}",
    guards=ios.GUARDS | {"portfast": "spanning-tree port type edge"},
    routing="",
    servers={"dns": "ip name-server {0}", "ntp": "ntp server {0}", "syslog": "logging server {0}"},
)


def write(source: Source) -> Iterator[Block]:
    """The blocks for NX-OS; features are switched on before what needs them."""
    if "interfaces" in source.wanted:
        if any(source.interfaces("vlan")):
            yield Block("interfaces", ("feature interface-vlan",), ())
        if any(port.aggregate in source.names for port in source.interfaces("physical")):
            yield Block("interfaces", ("feature lacp",), ())
        if any(port.dhcp_relays for port in source.interfaces()):
            yield Block("interfaces", ("feature dhcp", "service dhcp", "ip dhcp relay"), ())
    yield from switches.write(source, _NXOS, str)
