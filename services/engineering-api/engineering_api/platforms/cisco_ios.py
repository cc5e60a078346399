"""Cisco IOS and IOS-XE, as `show running-config` prints them."""

import re
from collections.abc import Sequence

from engineering_api.dialects.cisco import (
    aaa,
    access,
    access_lists,
    applied,
    bgp,
    blocks,
    crypto,
    dhcp,
    dialin,
    ike,
    interface_rest,
    interfaces,
    interior,
    nat,
    objects,
    policies,
    qos,
    rest,
    services,
    switching,
    vrfs,
    watching,
)
from engineering_api.dialects.cisco.conclude import conclude
from engineering_api.dialects.cisco.names import InterfaceNames
from engineering_api.dialects.cisco.ports import opened_by
from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.device import Device
from engineering_api.facts.ports import Interface
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading.grammar import Found, Place
from engineering_api.reading.tree import Node

NAMES = InterfaceNames((
    "GigabitEthernet", "FastEthernet", "TenGigabitEthernet", "TwoGigabitEthernet", "FiveGigabitEthernet",
    "TwentyFiveGigE", "FortyGigabitEthernet", "FiftyGigE", "HundredGigE", "FourHundredGigE", "AppGigabitEthernet",
    "Ethernet", "Port-channel", "Vlan", "Loopback", "Tunnel", "Serial", "Dialer", "BVI", "BDI", "Null", "Multilink",
    "ATM", "Async", "BRI", "Cellular", "Virtual-Template", "Virtual-Access", "VirtualPortGroup", "Wlan-GigabitEthernet",
    "Dot11Radio", "Embedded-Service-Engine", "Service-Engine", "Integrated-Service-Engine", "Group-Async", "NVI",
    "POS", "LISP", "nve", "pseudowire", "ucse", "wlan-ap", "wlan-controller", "Bluetooth", "StackPort", "StackSub-St",
    "TokenRing", "HundredGigabitEthernet", "CEM", "Video", "MFR", "Hssi", "Management",
))  # fmt: skip
_TELLING = re.compile(r"!\s*(?:Chassis type|Processor ID|Image: Software|Image|Model|Serial Number|Software):")

TOP: Place[Reading] = Place("ios")
INTERFACE: Place[At[Interface]] = Place("ios interface")

for _place in (
    applied.PORT, dialin.PORT, interfaces.INTERFACE, switching.PORT, interior.PORT, nat.PORT, interface_rest.REST,
):  # fmt: skip
    INTERFACE.includes(_place)


@TOP.line("hostname NAME")
def _hostname(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, hostname=found["NAME"].strip('"'))


@TOP.line("version NUMBER")
def _version(reading: Reading, found: Found) -> None:
    if not reading.device.identity.version:
        reading.device.identity.say(found.line, version=found["NUMBER"])


@TOP.line("! Image: Software: WORDS...", "!Image: Software: WORDS...")
def _image(reading: Reading, found: Found) -> None:
    if number := re.search(r"\b\d+\.\d+\S*\d\w*", found["WORDS"].replace(",", " ")):
        reading.device.identity.say(found.line, version=number[0])


@TOP.line("! Chassis type: MODEL", "!Chassis type: MODEL", "! Model: MODEL")
@TOP.line(
    "license udi pid MODEL sn SERIAL", "! Processor ID: SERIAL", "!Processor ID: SERIAL", "! Serial Number: SERIAL"
)
def _hardware(reading: Reading, found: Found) -> None:
    if found["MODEL"]:
        reading.device.identity.say(found.line, model=found["MODEL"])
    if found["SERIAL"]:
        reading.device.identity.say(found.line, serial=found["SERIAL"])


@TOP.line("switch NUMBER provision MODEL")
def _provision(reading: Reading, found: Found) -> None:
    if not reading.device.identity.model:
        reading.device.identity.say(found.line, model=found["MODEL"].upper())


TOP.knows("!REST...", "! REST...", "end", "exit")
opened_by(TOP, INTERFACE)
for _module in (
    applied, dialin, switching, access_lists, objects, policies, vrfs, interior, bgp, ike, crypto, access, aaa,
    services, dhcp, nat, qos, watching,
):  # fmt: skip
    TOP.includes(_module.TOP)
TOP.includes(rest.REST)


def _tree(texts: Sequence[str]) -> list[Node]:
    return blocks.tree(texts, TOP, _TELLING)


def _read(nodes: Sequence[Node], device: Device) -> None:
    reading = Reading(device, NAMES)
    TOP.read(nodes, reading, device.unparsed)
    conclude(reading)


PLATFORM = Platform(
    name="cisco_ios",
    title="Cisco IOS",
    vendor="Cisco",
    roles=("router", "switch"),
    signs=(
        sign(0.6, r"^Building configuration\.\.\."),
        sign(0.7, r"^service timestamps (?:debug|log) (?:datetime|uptime)"),
        sign(0.6, r"^boot-(?:start|end)-marker$"),
        sign(0.3, r"^interface (?:GigabitEthernet|FastEthernet|TenGigabitEthernet|TwentyFiveGigE|Serial|Dialer)\d"),
        sign(0.5, r"^Current configuration : \d+ bytes"),
        sign(0.4, r"^version 1[0-7]\.\d+$"),
        sign(0.5, r"^line (?:con 0|vty \d+ \d+|aux 0)$"),
        sign(0.4, r"^ip (?:cef|http server|http secure-server|forward-protocol nd|classless|subnet-zero)$"),
        sign(0.3, r"^no service pad$"),
        sign(0.3, r"^ip access-list (?:extended|standard) \S+$"),
        sign(0.4, r"^(?:no )?aaa new-model$"),
        sign(0.3, r"^ ?(?:vrf forwarding|ip vrf forwarding) "),
        sign(0.3, r"^vrf definition "),
        sign(0.15, r"^ ip address \d+\.\d+\.\d+\.\d+ 255\."),
        sign(0.2, r"^ switchport (?:mode|access vlan|trunk) "),
        sign(0.3, r"^! Last configuration change at .*(?:by|UTC|[A-Z]{3,4}) "),
        sign(0.35, r"^ ?ip nat (?:inside|outside)\b"),
        sign(0.5, r"^ip nat (?:inside|outside) source (?:list|static|route-map) "),
        sign(0.4, r"^ip dhcp (?:excluded-address|pool) "),
        sign(
            0.4,
            r"^crypto (?:isakmp (?:policy|key|profile)|ipsec (?:transform-set|profile)|pki (?:trustpoint"
            r"|certificate)|keyring) ",
        ),
        sign(0.4, r"^access-list \d+ (?:permit|deny|remark) "),
        sign(0.4, r"^snmp-server community \S+ R[OW]\b"),
        sign(0.3, r"^snmp-server (?:enable traps|location|contact|host \d) ?"),
        sign(0.25, r"^logging (?:buffered|trap|console|monitor|source-interface|host \d|facility)\b"),
        sign(
            0.35,
            r"^(?:logging|ntp|ip (?:tacacs|radius|ftp|tftp|ssh|telnet)) source(?:-interface)? (?:Vlan|Loopback"
            r"|[A-Z]\w*Ethernet)\d",
        ),
        sign(0.25, r"^enable (?:secret|password) \d "),
        sign(0.4, r"^username \S+ (?:privilege \d+ )?(?:secret|password) \d "),
        sign(0.3, r"^ (?:transport (?:input|preferred)|exec-timeout|login local|logging synchronous|access-class)\b"),
        sign(0.3, r"^ network \d+\.\d+\.\d+\.\d+ 0\.\d+\.\d+\.\d+ area "),
        sign(0.25, r"^ (?:bgp log-neighbor-changes|no auto-summary|no synchronization|exit-address-family)$"),
        sign(0.2, r"^ neighbor \S+ (?:remote-as|activate|update-source|route-map|send-community)\b"),
        sign(
            0.4,
            r"^(?:router eigrp |ip sla \d+$|track \d+ (?:ip sla|interface) |dial-peer voice |license udi pid "
            r"|mls qos|control-plane$|archive$)",
        ),
        sign(
            0.4,
            r"^(?:vtp (?:mode|domain) |errdisable recovery |vlan internal allocation policy |ip domain[- ](?:name"
            r"|lookup)|spanning-tree mode (?:rapid-)?pvst)",
        ),
        sign(0.3, r"^spanning-tree (?:extend system-id|portfast|loopguard default)"),
        sign(0.3, r"^class-map match-(?:any|all) "),
        sign(0.2, r"^route-map \S+ (?:permit|deny) \d+$"),
        sign(0.2, r"^ (?:match ip address|set ip next-hop|set local-preference|match community)\b"),
        sign(0.2, r"^ip prefix-list \S+ seq \d+ (?:permit|deny) "),
        sign(0.3, r"^ip route (?:vrf \S+ )?\d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+ \S"),
        sign(
            0.3,
            r"^ (?:encapsulation dot1Q \d|standby \d+ |ip helper-address |ip access-group \S+ (?:in|out)"
            r"|negotiation auto|ip ospf )",
        ),
        sign(0.3, r"^ spanning-tree (?:portfast|bpduguard|guard)\b"),
        sign(0.25, r"^ (?:channel-group \d+ mode|switchport (?:voice|port-security|nonegotiate))\b"),
        sign(0.3, r"^ (?:\d+ )?(?:permit|deny) +(?:ip|tcp|udp|icmp|esp|gre|ospf) (?:any|host|\d)"),
        sign(0.25, r"^ (?:permit|deny) +(?:any|host|\d+\.\d+\.\d+\.\d+)\b"),
        sign(0.15, r"^interface (?:Vlan|Loopback|Tunnel|Port-channel|BVI)\d"),
        sign(
            0.25,
            r"^(?:address-family|ipv6 unicast-routing|ip vrf |ip multicast-routing|ip routing$|ip default-gateway )",
        ),
        sign(
            0.35, r"^ (?:tunnel (?:source|destination|mode|protection)|crypto map|service-policy (?:input|output)) \S"
        ),
        sign(
            0.35, r"^ {2}(?:priority percent|bandwidth percent|fair-queue|set (?:ip )?dscp|police cir|shape average)\b"
        ),
        sign(
            0.3,
            r"^(?:aaa (?:authentication|authorization|accounting) \w+ |(?:tacacs|radius) server \S|interface range )",
        ),
        sign(0.4, r"^[!#] [\w.-]+(?:\(config[\w-]*\))?[#>] ?sh(?:o|ow)? run"),
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    aliases=("ios", "iosxe", "ios-xe", "cisco_xe", "cisco_iosxe", "cisco"),
)
