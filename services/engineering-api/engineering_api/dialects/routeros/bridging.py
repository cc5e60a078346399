"""Bridges as switches: their ports and VLANs, and spanning tree."""

from collections import defaultdict

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.interfaces import made
from engineering_api.dialects.routeros.router import Router, protect, section
from engineering_api.facts.ports import Interface, SpanningTree

_LAST_VLAN = 4094
#: A list of more VLANs than a site can have is "all that there may be" and names none.
_MOST_NAMED = 64
_PROTECTIONS = (("bpdu-guard", "bpdu-guard"), ("restricted-role", "root-guard"), ("trusted", "dhcp-trust"))


@section("interface bridge")
def _bridge(router: Router, command: Command) -> None:
    made(router, command)
    name = command["name"] or command.target
    if command["protocol-mode"] or command["priority"]:
        mode = command["protocol-mode"]
        priorities = {name: int(command["priority"], 0)} if command["priority"] else {}
        router.device.spanning_tree.append(
            SpanningTree(source=command.where, mode=mode, priorities=priorities, is_enabled=mode != "none")
        )
    if (snoops := command.says("dhcp-snooping")) is not None:
        router.device.set("dhcp-snooping", command.where, is_on=snoops, value=name)


@section("interface bridge msti")
def _instance(router: Router, command: Command) -> None:
    if command["priority"]:
        priorities = {command["identifier"]: int(command["priority"], 0)}
        router.device.spanning_tree.append(SpanningTree(source=command.where, mode="mstp", priorities=priorities))


@section("interface bridge port")
def _port(router: Router, command: Command) -> None:
    name, bridge = command["interface"], command["bridge"]
    if command.verb == "set" and not name:
        return
    router.use_interface(name, command.where, f"bridge port of {bridge}")
    router.use_interface(bridge, command.where, f"bridge port {name}")
    known = router.interface(name, command.where)
    if not command.is_enabled:
        return
    known.say(command.where, parent=bridge)
    if command["comment"] and not known.description:
        known.say(command.where, description=command["comment"])
    for key, word in _PROTECTIONS:
        if command.says(key):
            protect(known, word, command.where)
    if command["edge"] and not command["edge"].startswith("auto"):
        known.say(command.where, is_edge=command["edge"].startswith("yes"))


@section("interface bridge vlan")
def _vlan(router: Router, command: Command) -> None:
    numbers = vlan_ids(command["vlan-ids"])
    router.use_interface(command["bridge"], command.where, "bridge vlan")
    for name in (*command.items("tagged"), *command.items("untagged")):
        router.use_interface(name, command.where, f"bridge vlan {command['vlan-ids']}")
    if len(numbers) > _MOST_NAMED:
        return
    for number in numbers:
        router.vlan(number, command.where, command["comment"], is_enabled=command.is_enabled)


def vlan_ids(text: str) -> list[int]:
    """The VLANs of a list such as "10,20-30". Raises `ValueError` for what is no list of VLANs."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        low, high = int(first), int(last) if dash else int(first)
        if not 1 <= low <= high <= _LAST_VLAN:
            raise ValueError(part)
        found.extend(range(low, high + 1))
    return sorted(set(found))


def finish(router: Router) -> None:
    """What ports do with VLANs, which the ports and the table of their bridge say together."""
    tagged: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    untagged: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    tables: set[str] = set()
    where: dict[tuple[str, str], Command] = {}
    for command in router.commands["interface bridge vlan"]:
        if not command.is_enabled:
            continue
        with router.reading(command):
            numbers = vlan_ids(command["vlan-ids"])
            tables.add(command["bridge"])
            for key, kept in (("tagged", tagged), ("untagged", untagged)):
                for name in command.items(key):
                    kept[command["bridge"], name].update(numbers)
                    where.setdefault((command["bridge"], name), command)
    filtering = {
        command["name"] or command.target
        for command in router.commands["interface bridge"]
        if command.says("vlan-filtering")
    }
    for command in router.commands["interface bridge port"]:
        place = command["bridge"], command["interface"]
        if not command.is_enabled or place[1] not in router.interfaces:
            continue
        if place[0] in tables | filtering or command["pvid"] not in ("", "1"):
            with router.reading(command):
                _mode(router.interfaces[place[1]], command, tagged[place], untagged[place], where.get(place))


def _mode(known: Interface, port: Command, tagged: set[int], untagged: set[int], said: Command | None) -> None:
    native = port.number("pvid")
    if native is None:
        native = min(untagged, default=1)
    is_tagged_only = port["frame-types"] == "admit-only-vlan-tagged"
    if not tagged and not is_tagged_only:
        known.say(port.where, mode="access", access_vlan=native)
        return
    is_hybrid = not is_tagged_only and (port["pvid"] not in ("", "1") or untagged - {1})
    known.say(port.where, mode="hybrid" if is_hybrid else "trunk")
    known.say(said.where if said else port.where, trunk_vlans=sorted(tagged))
    if not is_tagged_only:
        known.say(port.where, native_vlan=native)
