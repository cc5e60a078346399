"""Where a command of a Cisco-like platform is typed: its section by indentation, or by what it is without any."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engineering_api.review import shortened

_PROMPT = re.compile(r"[\w.\-/:@]+(?:\([\w\-/]+\))?[#>]\s*(?=\S)")
_SILENT = re.compile(
    r"conf(?:igure)?(?: t(?:erminal)?)?|terminal .*|en|write(?: mem(?:ory)?)?|wr(?: mem)?|copy run\S* start\S*"
    r"|commit(?: .*)?|save|do .*|configure session.*|!.*|;.*"
    r"|(?:show|sho|sh|ping|traceroute|dir|clear (?:counters|logging|log))(?: .*)?"
)
#: What is silent on the outermost level and a setting in a section.
_SECTION_TOO = ("enable", "terminal length ", "terminal width ")
_AT_ONCE = re.compile(
    r"(?:do )?(?:reload|reset|reboot|erase|delete|format|write erase|wr erase|copy \S+ (?:running|run)\S*"
    r"|clear(?! configure interface| counters| log)"
    r"|factory-default|boot(?: system(?: primary| secondary)?)?|crypto key zeroize)(?: .*)?"
)
#: What begins a section, wherever it is.
OPENS = re.compile(
    r"interface |router |vlan \d|vlan configuration|line |(?:ip|ipv6|mac|arp) access-list (?!resequence|log)|route-map "
    r"|access-list (?:ip|ipv6|mac) |class-map |policy-map |class |address-family |vrf |ip vrf"
    r" (?!forwarding)|ip dhcp pool "
    r"|crypto (?:isakmp policy|map \S+ \d+ ipsec|ikev[12] (?:policy|profile|proposal|keyring)|ipsec"
    r" (?:profile|transform-set)"
    r"|dynamic-map|keyring)|key chain |key \d|aaa group |radius server |tacacs server |object "
    r"|object-group |group-policy \S+ "
    r"attributes|tunnel-group \S+ \S+-attributes|spanning-tree mst configuration|archive|control-plane"
    r"|template |vpc domain"
    r"|evpn|ip sla \d|track \d|time-range |management (?:ssh|api|console|telnet)|redundancy|banner |zone |zone-pair "
    r"|ip prefix-list \S+$|ip community-list |vni |dhcp pool |mlag configuration|device-profile |aaa-server \S+ \("
)
#: Sections inside of others that do not have one of their own kind below.
KINDS = re.compile(
    r"vrf (?!forwarding|member|attach|context|definition)|address-family |key (?=\d)|class (?!-)|vni |neighbor (?=\S+$)"
)
#: What can only be meant for the whole device, so that whoever types it has left the section before.
_FOR_ALL = re.compile(
    r"interface |router (?!-)|vlan \d|vlan configuration |line (?:con|vty|aux|console)"
    r"|hostname |username |enable (?:secret"
    r"|password)|aaa |ntp |logging (?!event"
    r"|synchronous)|snmp-server |crypto (?!map \S+$)|access-list |access-group \S+ (?:in|out) interface"
    r"|route-map \S+ (?:permit|deny)"
    r"|ip (?:route |access-list|prefix-list|nat (?:inside|outside) (?:source|destination)|nat pool|dhcp"
    r" (?:pool|excluded-address"
    r"|snooping(?:$| vlan))|domain|name-server|http|ssh|default-gateway|routing|community-list|as-path"
    r"|sla|tftp|ftp|tacacs|radius"
    r"|source-route|cef|forward-protocol|scp|arp inspection vlan|igmp snooping vlan)|ipv6 (?:route "
    r"|access-list|unicast-routing"
    r"|prefix-list|router (?:ospf|eigrp|rip) \S+$)"
    r"|spanning-tree (?:vlan|mode|mst|extend|loopguard|pathcost|priority|portfast"
    r" (?:edge )?(?:bpduguard )?default)"
    r"|banner |object |object-group |nat \(|tunnel-group |group-policy |class-map |policy-map |vrf"
    r" (?:definition|context)"
    r"|ip vrf (?!forwarding)|key chain |track \d|radius[- ]server |tacacs[- ]server |feature |clock "
    r"|service (?!-policy)|vtp |errdisable "
    r"|monitor session|lldp run|cdp run|mac address-table|time-range |trunk |password (?:manager"
    r"|operator)|telnet \d|ssh \d|http \d"
    r"|route \S+ \d|same-security|boot |version |dns |sntp|timesync|web-management|archive$"
)

_OF_A_VRF = re.compile(r"ip(?:v6)? (?:route|name-server|domain-name|domain-list) ")


@dataclass(frozen=True)
class Line:
    """A command: its words, how deep it stands, and the lines of a text that belongs to it."""

    text: str
    raw: str
    depth: int
    verbatim: tuple[str, ...] = ()
    #: How many sections it leaves before; -1 are all.
    leaves: int = 0


def typed(commands: Sequence[str], at_once: list[str]) -> Iterator[Line]:
    """The commands that change a configuration. Those that do something at once are put into `at_once`."""
    is_flat = not any(line[:1] in (" ", "\t") and line.strip() for line in commands)
    leaves, at, is_vrf = 0, 0, False
    while at < len(commands):
        raw = commands[at].rstrip()
        at += 1
        text = _PROMPT.sub("", raw.strip(), count=1) if "#" in raw or ">" in raw else raw.strip()
        if not text:
            continue
        if not text.startswith(("banner ", "menu ")):
            text = shortened.whole(" ".join(text.split()))
        if _AT_ONCE.fullmatch(text):
            at_once.append(text)
        elif text in ("end", "exit", "quit") or text.startswith("exit-"):
            leaves = -1 if text == "end" or leaves < 0 else leaves + 1
        elif raw[:1] == " " and text.startswith(_SECTION_TOO):
            yield Line(text, raw.strip(), -1 if is_flat else len(raw) - len(raw.lstrip()), (), leaves)
            leaves = 0
        elif not _SILENT.fullmatch(text) and text != "enable":
            inside, at = _verbatim(text, commands, at)
            depth = len(raw) - len(raw.lstrip())
            bare = text.removeprefix("no ").removeprefix("default ")
            if is_flat:
                is_vrf = (is_vrf and not _FOR_ALL.match(bare)) or (is_vrf and _OF_A_VRF.match(bare) is not None)
                leaves = -1 if _FOR_ALL.match(bare) and not is_vrf else leaves
                is_vrf = is_vrf or text.startswith("vrf context ")
                depth = -1
            yield Line(text, raw.strip(), depth, inside, leaves)
            leaves = 0


def _verbatim(text: str, commands: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """The lines of a banner and where commands go on."""
    words = text.split(None, 2)
    if not text.startswith("banner "):
        return (), at
    start = words[2] if len(words) > 2 else ""
    ending = "^C" if start.startswith("^C") else start[:1] or "EOF"
    if ending in start[len(ending) :]:
        return (), at
    for end in range(at, len(commands)):
        if ending in commands[end]:
            return tuple(commands[at : end + 1]), end + 1
    return (), at
