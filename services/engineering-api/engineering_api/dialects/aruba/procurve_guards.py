"""What guards the ports of an ArubaOS-Switch: spanning tree, and lines that name ports from outside."""

from engineering_api.dialects.aruba.procurve_ports import protect
from engineering_api.dialects.aruba.switch import Switch
from engineering_api.dialects.beginnings import beginnings
from engineering_api.dialects.cisco.words import unquoted
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import SpanningTree
from engineering_api.reading.grammar import Found, Place

GUARDS: Place[Switch] = Place("spanning tree and guards of ports")


@GUARDS.line("[NO:(no)] spanning-tree")
def _spanning_tree(switch: Switch, found: Found) -> None:
    tree(switch, found.line).say(found.line, is_enabled=not found["NO"])


def tree(switch: Switch, where: Span) -> SpanningTree:
    """The spanning tree of the switch. A line of it alone does not turn it on, but the switch writes none without."""
    if not switch.device.spanning_tree:
        switch.device.spanning_tree.append(SpanningTree(source=where, mode="mstp"))
    return switch.device.spanning_tree[0]


@GUARDS.line("spanning-tree (mode|force-version) MODE")
def _mode(switch: Switch, found: Found) -> None:
    tree(switch, found.line).say(found.line, mode=found["MODE"].removesuffix("-operation"))


@GUARDS.line("spanning-tree priority NUMBER [force-version MODE]")
def _priority(switch: Switch, found: Found) -> None:
    # In steps of 4096, as the standard counts.
    fact = tree(switch, found.line)
    fact.priorities["0"] = int(found["NUMBER"]) * 4096
    if found["MODE"]:
        fact.say(found.line, mode=found["MODE"].removesuffix("-operation"))
    fact.at["priorities"] = found.line


@GUARDS.line("spanning-tree instance NUMBER priority VALUE", "spanning-tree vlan NUMBER priority VALUE")
def _instance_priority(switch: Switch, found: Found) -> None:
    fact = tree(switch, found.line)
    fact.priorities[found["NUMBER"]] = int(found["VALUE"]) * 4096
    fact.at["priorities"] = found.line


GUARDS.knows(
    *beginnings(
        "spanning-tree inst, spanning-tree instance, spanning-tree config-name, spanning-tree config-revision, "
        "spanning-tree vlan, spanning-tree forward-delay, spanning-tree hello-time, spanning-tree max-hops, "
        "spanning-tree maximum-age, spanning-tree trap, spanning-tree pathcost, spanning-tree legacy-path-cost, "
        "spanning-tree legacy-mode, spanning-tree pending, spanning-tree bpdu-protection-timeout, spanning-tree "
        "root, spanning-tree clear-debug-counters, spanning-tree log, spanning-tree extend, spanning-tree "
        "ignore-pvid-inconsistency, no spanning-tree"
    ),
    "spanning-tree enable",
)
#: What follows the ports in a line of the spanning tree, and what it means for them.
_PROTECTIONS = {"bpdu-protection": "bpdu-guard", "root-guard": "root-guard", "tcn-guard": "tcn-guard",
                "loop-guard": "loop-guard", "bpdu-filter": "bpdu-filter"}  # fmt: skip


@GUARDS.line("spanning-tree [ethernet] LIST WORDS...")
def _tree_ports(switch: Switch, found: Found) -> None:
    names = switch.listed(found["LIST"])
    words = found["WORDS"].split()
    tree(switch, found.line)
    for port in (switch.port(name, found.line) for name in names):
        if words[:1] and words[0] in {"admin-edge-port", "edge-port"}:
            port.say(found.line, is_edge=True)
            protect(port, "portfast", found.line)
        for word in words:
            if word in _PROTECTIONS:
                protect(port, _PROTECTIONS[word], found.line)


@GUARDS.line("loop-protect LIST [REST...]")
def _loop_protect(switch: Switch, found: Found) -> None:
    if not found["LIST"].startswith(("disable-timer", "transmit-interval", "trap", "mode", "vlan")):
        _protect_all(switch, found, "loop-protect")


@GUARDS.line("port-security LIST [REST...]")
def _port_security(switch: Switch, found: Found) -> None:
    _protect_all(switch, found, "port-security")


@GUARDS.line("aaa port-access KIND:(authenticator|mac-based|web-based) LIST [REST...]")
def _port_access(switch: Switch, found: Found) -> None:
    if found["LIST"] in {"active", "addr-format", "unauth-redirect", "dhcp-addr", "dhcp-lease", "cached-reauth-period"}:
        if found["LIST"] == "active":
            switch.device.set("aaa", found.line, value="port-access")
        return
    _protect_all(switch, found, "dot1x" if found["KIND"] == "authenticator" else found["KIND"])


@GUARDS.block("aaa authorization user-role [name] NAME...")
def _user_role(switch: Switch, found: Found) -> None:
    switch.device.set("authorization", found.line, value=f"user-role {unquoted(found['NAME'])}")


@GUARDS.line("dhcp-snooping trust LIST")
def _snooping_trust(switch: Switch, found: Found) -> None:
    _protect_all(switch, found, "dhcp-trust")


@GUARDS.line("arp-protect trust LIST")
def _arp_trust_list(switch: Switch, found: Found) -> None:
    _protect_all(switch, found, "arp-trust")


@GUARDS.line("(primary-vlan|management-vlan) NUMBER")
def _special(switch: Switch, found: Found) -> None:
    switch.device.refer("vlan", str(int(found["NUMBER"])), found.line, found.node.text.partition(" ")[0])


def _protect_all(switch: Switch, found: Found, word: str) -> None:
    for name in switch.listed(found["LIST"]):
        protect(switch.port(name, found.line), word, found.line)
