"""Cisco IOS as a target, whose words EOS and NX-OS share for the most part."""

from collections.abc import Iterator

from engineering_api.translate import ios_nat, lists, nat, switches
from engineering_api.translate.plan import Block, Source

_MODES = {"active": "active", "passive": "passive", "static": "on"}


def _group(number: str, mode: str) -> str:
    return f"channel-group {number} mode {_MODES.get(mode, 'active')}"


_SERVERS = {"dns": "ip name-server {0}", "ntp": "ntp server {0}", "syslog": "logging host {0}"}
GUARDS = {
    "portfast": "spanning-tree portfast",
    "bpdu-guard": "spanning-tree bpduguard enable",
    "bpdu-filter": "spanning-tree bpdufilter enable",
    "root-guard": "spanning-tree guard root",
    "loop-guard": "spanning-tree guard loop",
}
#: The words of IOS.
WORDS = switches.Words(
    indent=" ",
    domain="ip domain name",
    has_mode=True,
    routed="no switchport",
    is_prefix=False,
    is_on=False,
    access="switchport access vlan",
    native="switchport trunk native vlan",
    allowed="switchport trunk allowed vlan",
    group=_group,
    servers=_SERVERS,
    style=lists.IOS,
    guards=GUARDS,
    routing="ip routing",
)


def write(source: Source) -> Iterator[Block]:
    """The blocks for IOS."""
    is_translating = "translations" in source.wanted
    hiding = frozenset(nat.list_names(source.device)) if is_translating else frozenset[str]()
    yield from switches.write(source, WORDS, str, hiding)
    if is_translating:
        yield from ios_nat.write(source)
