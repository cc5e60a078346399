"""Filter rules by chain, translation, and lists of addresses: `/ip firewall …` and `/ipv6 firewall …`.

A chain that comes to its end permits. A rule of a chain that only marks, counts or logs decides nothing.
"""

from typing import Literal

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.router import SECTIONS, Router, ends, section
from engineering_api.facts.filters import (
    AccessList,
    Action,
    AddressObject,
    Ends,
    Rule,
    Service,
    Services,
    Translation,
)

_ACTIONS: dict[str, Action] = {
    "accept": "permit",
    "fasttrack-connection": "permit",
    "fasttrack": "permit",
    "drop": "deny",
    "tarpit": "deny",
    "reject": "reject",
}
_PROTOCOLS = {"ipsec-esp": "esp", "ipsec-ah": "ah", "icmpv6": "icmp6", "all": "ip", "": "ip"}
#: States that a connection's first packet does not have.
_LATER_STATES = frozenset(("established", "related", "untracked", "invalid"))
#: What a rule says of addresses, ports and interfaces, and of itself; all else are further conditions.
_READ = frozenset(
    (
        "action",
        "chain",
        "comment",
        "disabled",
        "log",
        "log-prefix",
        "protocol",
        "src-address",
        "dst-address",
        "src-address-list",
        "dst-address-list",
        "src-port",
        "dst-port",
        "port",
        "in-interface",
        "out-interface",
        "in-interface-list",
        "out-interface-list",
        "icmp-options",
        "jump-target",
        "reject-with",
        "hw-offload",
        "address-list",
        "address-list-timeout",
        "passthrough",
        "new-connection-mark",
        "new-packet-mark",
        "new-routing-mark",
        "new-mss",
        "new-priority",
        "new-ttl",
        "new-dscp",
        "to-addresses",
        "to-ports",
        "same-not-by-dst",
        "randomise-ports",
        "randomize-ports",
        "dst-address-type",
        "connection-state",
        "place-before",
    )
)
_BUILT_IN_CHAINS = frozenset(("input", "forward", "output", "prerouting", "postrouting", "srcnat", "dstnat"))
_KINDS: dict[str, Literal["source", "destination", "static", "exempt"]] = {
    "masquerade": "source",
    "src-nat": "source",
    "same": "source",
    "dst-nat": "destination",
    "redirect": "destination",
    "netmap": "static",
    "accept": "exempt",
}

SECTIONS.update(
    dict.fromkeys(
        (
            "ip firewall service-port",
            "ip firewall connection tracking",
            "ip firewall layer7-protocol",
            "ip firewall calea",
        )
    )
)


@section(*(f"{family} firewall {table}" for family in ("ip", "ipv6") for table in ("filter", "raw", "mangle")))
def _rule(router: Router, command: Command) -> None:
    chain, action = command["chain"], command["action"] or "accept"
    if command.verb != "add" or not chain:
        raise ValueError("a rule without a chain")
    where = command.where
    rule = Rule(
        source=where,
        action=_ACTIONS.get(action, "permit"),
        source_ends=_side(command, "src"),
        destination_ends=_side(command, "dst"),
        services=services(command),
        from_zones=_zones(command, "in"),
        to_zones=_zones(command, "out"),
        is_enabled=command.is_enabled,
        is_logged=bool(command.says("log")) or action == "log",
        is_established=_is_later(command["connection-state"]),
        profiles=["fasttrack"] if action.startswith("fasttrack") else [],
        # Packets that the fast path does not take go on; the rule after it accepts them.
        is_passing=action.startswith("fasttrack") or action not in {*_ACTIONS, "jump", "return"},
        conditions=_conditions(command),
        comment=command["comment"],
    )
    known = _chain(router, command, chain)
    if action == "jump":
        rule.jump = _chain_name(command, command["jump-target"])
        router.use("acl", rule.jump, where, f"{known.name} jump")
    elif action == "return":
        rule.jump = "return"
    known.rules.append(rule)
    _refer(router, command, f"{command.path} {chain}")


@section("ip firewall nat", "ipv6 firewall nat")
def _translation(router: Router, command: Command) -> None:
    chain, action = command["chain"], command["action"] or "accept"
    if command.verb != "add" or not chain:
        raise ValueError("a rule without a chain")
    _refer(router, command, f"{command.path} {chain}")
    if chain not in _BUILT_IN_CHAINS:
        router.device.define("acl", _chain_name(command, chain), command.where)
    if action == "jump":
        router.use("acl", _chain_name(command, command["jump-target"]), command.where, f"nat {chain} jump")
    if action not in _KINDS:
        return
    takes = action in ("masquerade", "redirect")
    found = services(command)
    router.device.translations.append(
        Translation(
            source=command.where,
            kind=_KINDS[action],
            original_source=_side(command, "src"),
            original_destination=_side(command, "dst"),
            service=None if found.is_any else found,
            translated="interface" if takes else command["to-addresses"],
            translated_port=command["to-ports"],
            from_zones=_zones(command, "in"),
            to_zones=_zones(command, "out"),
            is_enabled=command.is_enabled,
            comment=command["comment"],
        )
    )


@section("ip firewall address-list", "ipv6 firewall address-list")
def _address_list(router: Router, command: Command) -> None:
    name = command["list"]
    if command.verb != "add" or not name:
        raise ValueError("an address of no list")
    found = ends(command["address"])
    router.device.define("list", name, command.where)
    known = router.address_lists.get(name)
    if known is None:
        known = AddressObject(source=command.where, name=name, ends=Ends(), comment=command["comment"])
        router.address_lists[name] = known
        router.device.address_objects.append(known)
    if not command.is_enabled:
        return
    for field in ("networks", "ranges", "fqdns"):
        values: list[str] = getattr(found, field)
        getattr(known.ends, field).extend(values)
        known.at.update({f"ends.{field}.{value}": command.where for value in values})


def services(command: Command) -> Services:
    """What a rule says of protocols and ports."""
    protocol = command["protocol"]
    bare = protocol.removeprefix("!")
    name = _PROTOCOLS.get(bare, bare)
    source, target, either = (command[key] for key in ("src-port", "dst-port", "port"))
    if name == "ip" and not (source or target or either):
        return Services(is_any=True)
    negated = protocol.startswith("!") or any(ports.startswith("!") for ports in (source, target, either))
    if either:
        found = [Service(protocol=name, ports=_ports(either)), Service(protocol=name, source_ports=_ports(either))]
    else:
        icmp = command["icmp-options"]
        found = [Service(protocol=name, source_ports=_ports(source), ports=_ports(target), icmp=icmp)]
    return Services(services=found, is_negated=negated)


def _ports(text: str) -> list[str]:
    found = []
    for part in text.removeprefix("!").split(",") if text else ():
        first, dash, last = part.strip().partition("-")
        low, high = int(first), int(last) if dash else int(first)
        if not 0 <= low <= high <= 65_535:
            raise ValueError(part)
        found.append(f"{low}-{high}")
    return found


def _side(command: Command, side: str) -> Ends:
    """The addresses on one side. Where both an address and a list are said, the list is a further condition."""
    address, name = command[f"{side}-address"], command[f"{side}-address-list"]
    kind = command[f"{side}-address-type"]
    if address and address not in ("0.0.0.0/0", "::/0"):
        return ends(address)
    if name:
        return Ends(names=[name.removeprefix("!")], is_negated=name.startswith("!"))
    if kind in ("local", "!local"):
        return Ends(interfaces=["local"], is_negated=kind.startswith("!"))
    return Ends(is_any=True)


def _zones(command: Command, direction: str) -> list[str]:
    return [value for key in (f"{direction}-interface", f"{direction}-interface-list") if (value := command[key])]


def _is_later(states: str) -> bool:
    """Whether a rule never holds for a connection's first packet, unless that is invalid."""
    if states.startswith("!"):
        return "new" in states[1:].split(",")
    return bool(states) and set(states.split(",")) <= _LATER_STATES


def _conditions(command: Command) -> list[str]:
    """What else must be so. That a packet is invalid is not told by what connection it belongs to."""
    found = [f"{key}={value}" for key, value in command.values.items() if key not in _READ]
    for side in ("src", "dst"):
        if command[f"{side}-address-list"] and command[f"{side}-address"] not in ("", "0.0.0.0/0", "::/0"):
            found.append(f"{side}-address-list={command[f'{side}-address-list']}")
    if "invalid" in command["connection-state"].split(","):
        found.append(f"connection-state={command['connection-state']}")
    return found + command.flags


def _chain_name(command: Command, chain: str) -> str:
    family, _, table = command.path.split(" ")
    return " ".join(
        part for part in ("ipv6" if family == "ipv6" else "", "" if table == "filter" else table, chain) if part
    )


def _chain(router: Router, command: Command, chain: str) -> AccessList:
    name = _chain_name(command, chain)
    known = router.chains.get(name)
    if known is None:
        is_filter = command.path.endswith("filter")
        kind: Literal["ipv6", "policy", "extended"] = "policy" if is_filter else "extended"
        known = AccessList(
            source=command.where,
            name=name,
            kind="ipv6" if command.path.startswith("ipv6") else kind,
            ends_denying=False,
        )
        router.chains[name] = known
        router.device.access_lists.append(known)
        router.device.define("acl", name, command.where, is_used=chain in _BUILT_IN_CHAINS)
    return known


def _refer(router: Router, command: Command, context: str) -> None:
    for key in ("in-interface", "out-interface"):
        router.use_interface(command[key], command.where, f"{context} {key}")
    for key in ("in-interface-list", "out-interface-list", "src-address-list", "dst-address-list"):
        router.use_list(command[key], command.where, f"{context} {key}")
    if command["action"] in ("add-src-to-address-list", "add-dst-to-address-list") and command["address-list"]:
        router.device.define("list", command["address-list"], command.where)
    if command["routing-table"] not in ("", "main"):
        router.use("vrf", command["routing-table"], command.where, context)
