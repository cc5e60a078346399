"""Fortinet's FortiGate (FortiOS): backups, `show` and `show full-configuration`, with VDOMs and without."""

import re
from collections.abc import Sequence

from engineering_api.dialects.fortios import (
    bgp,
    interfaces,
    known,
    objects,
    policies,
    routing,
    services,
    system,
    tunnels,
    users,
    wireless,
    zones,
)
from engineering_api.dialects.fortios.finish import finish
from engineering_api.dialects.fortios.places import Here, Later
from engineering_api.dialects.fortios.values import word
from engineering_api.facts.device import Device
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import blocks
from engineering_api.reading.grammar import Found, Place
from engineering_api.reading.tree import Node

#: "#config-version=FGT60F-7.2.8-FW-build1639-240313:opmode=0:vdom=0:user=admin", the first line of every backup.
_VERSION = re.compile(r"#config-version=([\w-]+?)-(\d+\.\d+(?:\.\d+)?)-")
#: The remarks that Oxidized puts before it: "# Version: FortiGate-60F v7.2.8,build1639,240313 (GA)".
_REMARK = re.compile(r"# ?(Version|Serial-Number|Hostname): *(?:(\S+) v(\d[\d.]*)|(\S+))")

_VDOM: Place[Here] = Place("VDOM")
for _part in (interfaces, zones, routing, bgp, objects, policies, tunnels, services, system, users, wireless, known):
    _VDOM.includes(_part.SECTIONS)

_VDOMS: Place[Here] = Place("VDOMs")
_TOP: Place[Here] = Place("FortiOS")


@_TOP.opens(_VDOM, "config global")
def _global(here: Here, found: Found) -> Here:
    return here


@_TOP.opens(_VDOMS, "config vdom")
def _vdoms(here: Here, found: Found) -> Here:
    return here


@_VDOMS.opens(_VDOM, "edit NAME...")
def _vdom(here: Here, found: Found) -> Here:
    name = word(found["NAME"])
    if name not in here.device.scopes:
        here.device.scopes.append(name)
    return Here(here.device, here.later, name)


_TOP.includes(_VDOM)


def _read(nodes: Sequence[Node], device: Device) -> None:
    later = Later()
    for node in nodes:
        if node.text.startswith("#"):
            _header(node, device)
    _TOP.read((node for node in nodes if not node.text.startswith("#")), Here(device, later), device.unparsed)
    finish(device, later)


def _header(node: Node, device: Device) -> None:
    if match := _VERSION.match(node.text):
        device.identity.source = node.line
        device.identity.say(node.line, model=match[1], version=match[2])
    elif match := _REMARK.match(node.text):
        if match[1] == "Version" and match[2]:
            device.identity.say(node.line, model=match[2], version=match[3])
        elif match[1] == "Serial-Number" and match[4]:
            device.identity.say(node.line, serial=match[4])


PLATFORM = Platform(
    name="fortinet",
    title="FortiOS",
    vendor="Fortinet",
    roles=("firewall", "router"),
    signs=(
        sign(0.99, r"^#config-version=F"),
        sign(0.7, r"^\s*config (?:system|sys) (?:global|interface)\s*$"),
        sign(0.7, r"^\s*config (?:firewall|router|vpn ipsec|webfilter|wireless-controller) [\w-]+"),
        sign(0.4, r"^\s+set (?:allowaccess|srcintf|dstintf|vdom|srcaddr|snmp-index) "),
        sign(0.3, r"^\s+edit (?:\d+|\"[^\"]+\")$"),
        sign(
            0.5,
            r"^\s*config (?:system|firewall|router|vpn|user|log|antivirus|ips|application|dlp|endpoint-control"
            r"|switch-controller|web-proxy|global|vdom|waf|sdwan|ssh-filter|icap)\b[\w -]*$",
        ),
        sign(0.3, r"^\s*config [\w-]+ ?$"),
        sign(0.2, r"^\s+next\s*$"),
        sign(0.6, r"^\s+set uuid [0-9a-f]{8}-"),
        sign(
            0.35,
            r"^\s+set (?:ip|subnet|dst|associated-interface|remote-ip|default-gateway|netmask|start-ip|end-ip"
            r"|gateway) \S+",
        ),
        sign(
            0.35,
            r'^\s+set (?:service|schedule|member|interface|device|dstaddr|alias|poolname|role|type|proto) (?:"'
            r"|[\w-]+$)",
        ),
        sign(
            0.5,
            r"^\s+set (?:psksecret|psksecret-remote|phase1name|dhgrp|proposal|ike-version|src-subnet|dst-subnet"
            r"|tcp-portrange|udp-portrange|extintf|mappedip|utm-status|logtraffic)\b",
        ),
        sign(0.6, r"^[!#] [\w.-]+ (?:\([\w.-]+\) )?[#$] ?(?:show|get|config|conf|diag)"),
    ),
    tree=blocks.tree,
    read=_read,
    comments=("#",),
    closing=re.compile(r"next|end"),
    aliases=("fortios", "fortigate"),
)
