"""Aruba AOS-CX as a target."""

from collections.abc import Iterator

from engineering_api.translate import lists, switches
from engineering_api.translate.plan import Block, Source

_WORDS = switches.Words(
    indent="    ",
    domain="domain-name",
    has_mode=False,
    routed="routing",
    is_prefix=True,
    is_on=True,
    access="vlan access",
    native="vlan trunk native",
    allowed="vlan trunk allowed",
    group=lambda number, mode: f"lag {number}",
    servers={"dns": "ip dns server-address {0}", "ntp": "ntp server {0}", "syslog": "logging {0}"},
    discard="nullroute",
    distance=" distance {0}",
    style=lists.AOSCX,
    voice="",
    guards={
        "portfast": "spanning-tree port-type admin-edge",
        "bpdu-guard": "spanning-tree bpdu-guard",
        "bpdu-filter": "spanning-tree bpdu-filter",
        "root-guard": "spanning-tree root-guard",
        "loop-guard": "spanning-tree loop-guard",
    },
    is_by_group=True,
)


def write(source: Source) -> Iterator[Block]:
    """The blocks for AOS-CX."""
    for block in switches.write(source, _WORDS, str):
        if block.section != "interfaces" or not any("vlan " in line for line in block.lines[1:]):
            yield block
            continue
        # Ports route unless they are told not to.
        lines = (block.lines[0], "    no routing", *block.lines[1:])
        yield Block(
            block.section,
            lines if block.lines[0].split()[1] != "vlan" else block.lines,
            block.sources,
            block.facts,
            block.note,
        )
