"""MikroTik RouterOS 6 and 7: what `/export` shows, in sections or terse."""

import re
from collections.abc import Sequence

from engineering_api.dialects.routeros import (
    addressing,
    bridging,
    command,
    firewall,
    interfaces,
    ipsec,
    known,
    management,
    routing,
    vpn,
    wireless,
)
from engineering_api.dialects.routeros.router import SECTIONS, Router
from engineering_api.facts.device import Device, Unparsed
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading.routeros import PROMPT, is_command, tree
from engineering_api.reading.tree import Node

_VERSION = re.compile(r"\bby RouterOS (\S+)")
_FIELD = re.compile(r"# (model|serial number) *= *(.+)")
#: What a console's capture has besides the export itself.
_CONSOLE = re.compile(r"/?(?:export|print|quit|system logout)\b.*")
#: Sections whose values are scripts, which may go over lines in braces.
_WITH_BLOCKS = frozenset(("system script", "system scheduler"))
#: Each subject's module has declared its sections; these also join what several sections say.
_JOINED = (bridging, addressing, ipsec, wireless, management, routing)
_SUBJECTS = (interfaces, firewall, vpn, known, *_JOINED)


def _read(nodes: Sequence[Node], device: Device) -> None:
    router = Router(device)
    for node in nodes:
        if node.text.startswith("#"):
            _header(device, node)
        elif node.text.startswith("/") and not is_command(node.text):
            _section(router, node)
        elif node.text.startswith("/"):
            _command(router, node, "")
        elif prompt := PROMPT.match(node.text):
            rest = node.text[prompt.end() :].strip()
            if rest and not _CONSOLE.fullmatch(rest):
                _miss(router, node)
        elif node.text.startswith(":"):
            for child in node.children:
                _miss(router, child)
        else:
            _miss(router, node)
    for subject in _JOINED:
        subject.finish(router)
    router.define_built_in()
    device.unparsed.sort(key=lambda one: one.source)


def _header(device: Device, node: Node) -> None:
    if found := _VERSION.search(node.text):
        device.identity.say(node.line, version=found[1])
    elif found := _FIELD.match(node.text):
        device.identity.say(node.line, **{"model" if found[1] == "model" else "serial": found[2].strip()})


def _section(router: Router, node: Node) -> None:
    path = node.text.strip("/ ").replace("/", " ")
    if path not in SECTIONS and not node.children and not any(one.startswith(f"{path} ") for one in SECTIONS):
        _miss(router, node)
        return
    before = len(router.device.unparsed)
    for child in node.children:
        _command(router, child, path)
    if node.children and len(router.device.unparsed) - before == len(node.children):
        router.device.unparsed.append(Unparsed(source=node.line, text=node.text))


def _command(router: Router, node: Node, path: str) -> None:
    if _CONSOLE.fullmatch(node.text):
        return
    try:
        read = command.read(node, path)
    except ValueError:
        _miss(router, node)
        return
    router.texts[read.where] = node.text
    if read.path not in _WITH_BLOCKS:
        for child in node.children:
            _miss(router, child)
    if read.verb in ("print", "export"):
        return
    if read.path not in SECTIONS or read.verb not in ("add", "set", "enable", "disable"):
        router.miss(read)
        return
    handler = SECTIONS[read.path]
    if read.verb in ("enable", "disable") and read.path != "ip service":
        router.miss(read)
    elif handler is not None:
        with router.reading(read):
            handler(router, read)
            router.commands[read.path].append(read)


def _miss(router: Router, node: Node) -> None:
    for one in node.walk():
        where = one.line if one.children else one.span
        router.device.unparsed.append(Unparsed(source=where, text=one.text))


PLATFORM = Platform(
    name="mikrotik_routeros",
    title="MikroTik RouterOS",
    vendor="MikroTik",
    roles=("router", "firewall", "switch", "wireless"),
    signs=(
        sign(0.98, r"^# .*\bby RouterOS \d"),
        sign(0.7, r"^# (?:software|system) id = "),
        sign(0.8, r"^(?:set|add) \[ ?find default(?:-name)?="),
        sign(0.75, r"^/(?:interface|ip|ipv6|system|routing|queue|ppp|tool|snmp|user)(?: [a-z0-9-]+){1,3}$"),
        sign(0.85, r"^/(?:interface|ip|ipv6|system|routing|ppp|tool)(?: [a-z0-9-]+){1,3} (?:add|set) .*="),
        sign(0.6, r"^add (?:[a-z-]+=\S+ )*(?:chain|bridge|address|interface|list|name)="),
        sign(0.9, r"^# \[[\w.@ +-]+\] ?(?:/[\w /-]*)?>"),
        sign(
            0.75,
            r"^/(?:caps-man|certificate|container|mpls|queue|port|radius|ppp|user-manager|zerotier|disk|iot|snmp"
            r"|system|user|tool|log|file|ip|routing)(?: [a-z0-9-]+){0,4}(?: (?:add|set|print|remove|enable|disable"
            r"|export)\b.*)?$",
        ),
        sign(0.6, r'^(?:add|set)(?: \S+)?(?: [a-z0-9.-]+=(?:"(?:[^"\\]|\\.)*"?|[^\s"]*)){2,}.*$'),
        sign(
            0.4,
            r"^set (?:[a-z0-9-]+ )?(?:disabled|enabled|name|servers|allow-remote-requests|time-zone-name|address"
            r"|port|topics|discover-interface-list|default)=\S+",
        ),
        sign(0.4, r"^Flags: [A-Z*] - [\w-]+"),
    ),
    tree=tree,
    read=_read,
    comments=("#",),
    aliases=("routeros", "mikrotik", "ros"),
)
