"""Dynamic routing of RouterOS 6 and 7: `/routing ospf`, `/routing bgp`, `/routing rip`, and filters."""

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.router import SECTIONS, Router, section
from engineering_api.facts.routing import Peer, Routing
from engineering_api.reading.addresses import is_address

SECTIONS.update(
    dict.fromkeys(
        (
            "mpls",
            "mpls interface",
            "mpls ldp",
            "mpls ldp accept-filter",
            "mpls ldp advertise-filter",
            "mpls ldp interface",
            "mpls ldp neighbor",
            "mpls settings",
            "mpls traffic-eng interface",
            "mpls traffic-eng tunnel-path",
            "routing bfd configuration",
            "routing bfd interface",
            "routing bgp aggregate",
            "routing bgp evpn",
            "routing bgp vpls",
            "routing bgp vpn",
            "routing bgp instance vrf",
            "routing fantasy",
            "routing filter community-list",
            "routing filter num-list",
            "routing filter select-rule",
            "routing gmp",
            "routing igmp-proxy",
            "routing igmp-proxy interface",
            "routing mme",
            "routing ospf area range",
            "routing ospf neighbor",
            "routing ospf sham-link",
            "routing ospf static-neighbor",
            "routing ospf virtual-link",
            "routing ospf nbma-neighbor",
            "routing pimsm instance",
            "routing pimsm interface-template",
            "routing pim",
            "routing pim interface",
            "routing rip neighbor",
            "routing rpki",
            "routing settings",
        )
    )
)
_REDISTRIBUTED = ("connected", "static", "ospf", "other-ospf", "bgp", "other-bgp", "rip")


@section("routing id")
def _id(router: Router, command: Command) -> None:
    router.ids[command["name"] or command.target] = command["id"]


@section("routing ospf instance", "routing ospf-v3 instance", "routing rip instance", "routing bgp instance")
def _instance(router: Router, command: Command) -> None:
    protocol = command.path.split(" ")[1]
    name = command["name"] or command.target or "default"
    known = _process(router, protocol, name, command)
    if command["as"]:
        known.say(command.where, process=command["as"])
    if command["router-id"]:
        known.say(command.where, router_id=router.ids.get(command["router-id"], command["router-id"]))
    if command["vrf"] not in ("", "main"):
        known.say(command.where, vrf=command["vrf"])
    _redistribute(known, command)


@section("routing bgp template")
def _template(router: Router, command: Command) -> None:
    name = command["name"] or command.target
    router.device.define("template", f"bgp {name}", command.where, is_used=command.verb == "set")
    if command["as"]:
        # Since 7.20 an instance has the AS, and a template of it is no second process.
        same = (
            name
            for (protocol, name), one in router.processes.items()
            if protocol == "bgp" and one.process == command["as"]
        )
        known = _process(router, "bgp", next(same, command["as"]), command)
        known.say(command.where, process=command["as"])
        if command["router-id"]:
            known.say(command.where, router_id=router.ids.get(command["router-id"], command["router-id"]))
    _use_filters(router, command)


@section("routing bgp connection", "routing bgp peer")
def _peer(router: Router, command: Command) -> None:
    address = command["remote.address"] or command["remote-address"]
    if not address:
        raise ValueError("no neighbour")
    name = command["instance"] or command["as"] or _only_process(router) or "default"
    known = _process(router, "bgp", name, command)
    for template in command.items("templates", "template"):
        if template != "default":
            router.use("template", f"bgp {template}", command.where, f"bgp connection {command['name']}")
    known.peers.append(
        Peer(
            source=command.where,
            address=address.removesuffix("/32").removesuffix("/128"),
            remote_as=command["remote.as"] or command["remote-as"],
            description=command["comment"] or command["name"],
            has_password=bool(command["tcp-md5-key"] or command["md5-key"]),
            filters=_use_filters(router, command),
        )
    )
    if command["as"] and not known.process:
        known.say(command.where, process=command["as"])
    _redistribute(known, command)
    router.use_list(command["output.network"], command.where, "bgp connection")


@section("routing bgp network")
def _bgp_network(router: Router, command: Command) -> None:
    name = command["instance"] or _only_process(router) or "default"
    _process(router, "bgp", name, command).networks.append(command["network"])


@section("routing ospf area", "routing ospf-v3 area")
def _area(router: Router, command: Command) -> None:
    router.areas[command["name"] or command.target] = command["instance"] or "default"


@section("routing ospf network", "routing ospf-v3 network", "routing rip network")
def _network(router: Router, command: Command) -> None:
    protocol = command.path.split(" ")[1]
    area = command["area"]
    known = _process(router, protocol, router.areas.get(area, "default"), command)
    known.networks.append(f"{command['network']} area {area}" if area else command["network"])


@section("routing ospf interface-template", "routing rip interface-template")
def _interface_template(router: Router, command: Command) -> None:
    protocol = command.path.split(" ")[1]
    area = command["area"]
    known = _process(router, protocol, command["instance"] or router.areas.get(area, "default"), command)
    said = f" area {area}" if area else ""
    known.networks += [f"{network}{said}" for network in command.items("networks")]
    is_passive = "passive" in command.flags or "passive" in command.values
    for name in command.items("interfaces"):
        router.use_interface(name, command.where, command.path)
        known.networks.append(f"{name}{said}")
        if is_passive:
            known.passive.append(name)


@section("routing ospf interface", "routing ospf-v3 interface", "routing rip interface")
def _interface(router: Router, command: Command) -> None:
    protocol = command.path.split(" ")[1]
    router.use_interface(command["interface"], command.where, command.path)
    if command.says("passive"):
        _process(router, protocol, command["instance"] or "default", command).passive.append(command["interface"])


@section("routing isis instance")
def _isis(router: Router, command: Command) -> None:
    _process(router, "isis", command["name"] or command.target or "default", command)


@section("routing isis interface-template")
def _isis_interfaces(router: Router, command: Command) -> None:
    known = _process(router, "isis", command["instance"] or "default", command)
    for name in command.items("interfaces"):
        router.use_interface(name, command.where, command.path)
        known.networks.append(name)


@section("routing rip")
def _rip(router: Router, command: Command) -> None:
    _redistribute(_process(router, "rip", "default", command), command)


@section("routing filter", "routing filter rule")
def _filter(router: Router, command: Command) -> None:
    if not command["chain"]:
        raise ValueError("a rule without a chain")
    router.device.define("route-map", command["chain"], command.where)
    router.use("route-map", command["jump-target"], command.where, f"routing filter {command['chain']}")


def _process(router: Router, protocol: str, name: str, command: Command) -> Routing:
    known = router.processes.get((protocol, name))
    if known is None:
        process = "" if protocol == "bgp" else name
        known = Routing(source=command.where, protocol="ospf3" if protocol == "ospf-v3" else protocol, process=process)
        router.processes[protocol, name] = known
        router.device.routing.append(known)
    return known


def _only_process(router: Router) -> str:
    """RouterOS 7 before 7.20 has no BGP instances: a connection belongs to the AS of its template."""
    return next((name for protocol, name in router.processes if protocol == "bgp"), "")


def _redistribute(known: Routing, command: Command) -> None:
    found = command.items("redistribute", "output.redistribute")
    found += [what for what in _REDISTRIBUTED if command[f"redistribute-{what}"] not in ("", "no")]
    known.redistributes += [what for what in found if what not in known.redistributes]


def _use_filters(router: Router, command: Command) -> list[str]:
    found = []
    for key in (
        "in-filter",
        "out-filter",
        "input.filter",
        "output.filter-chain",
        "output.filter",
        "input.filter-chain",
    ):
        if command[key] and not is_address(command[key]):
            router.use("route-map", command[key], command.where, f"{command.path} {key}")
            found.append(command[key])
    return found


def finish(router: Router) -> None:
    """A verbose export shows the processes that every router has; one that does nothing is none."""
    kinds = ("ospf instance", "ospf-v3 instance", "bgp instance", "bgp template", "rip", "rip instance")
    made = {command.where for kind in kinds for command in router.commands[f"routing {kind}"] if command.verb == "set"}
    router.device.routing = [
        one
        for one in router.device.routing
        if one.source not in made or one.networks or one.peers or one.passive or one.redistributes
    ]
