"""Who an ArubaOS-Switch is, who may manage it, what it does at all, its routes and access lists."""

import re
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import pairwise

from engineering_api.dialects.aruba import rules
from engineering_api.dialects.aruba.switch import Switch
from engineering_api.dialects.beginnings import beginnings
from engineering_api.dialects.cisco.words import prefix, unquoted
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList
from engineering_api.facts.routing import Route, Routing
from engineering_api.facts.services import Management, User
from engineering_api.reading.grammar import Found, Place

SYSTEM: Place[Switch] = Place("system")
ACL: Place["InList"] = Place("ip access-list")
PROCESS: Place[Routing] = Place("router")
_MEMBER_TYPE = re.compile(r"(?:member \d+ )?type \"?([\w-]+)\"?")


@dataclass(slots=True)
class InList:
    """Inside of an access list."""

    switch: Switch
    acl: AccessList


@SYSTEM.line("; MODEL Configuration Editor; Created on release RELEASE [REST...]")
def _header(switch: Switch, found: Found) -> None:
    switch.device.identity.say(found.line, version=found["RELEASE"].lstrip("#"))
    if not found["MODEL"].startswith("hpStack"):
        switch.device.identity.say(found.line, model=found["MODEL"])


@SYSTEM.block("stacking", "vsf")
def _stacking(switch: Switch, found: Found) -> None:
    """Of a stack the first line names none of the models; its first member does."""
    for child in (below for node in found.node.children for below in (node, *node.children)):
        if (match := _MEMBER_TYPE.match(child.text)) and not switch.device.identity.model:
            switch.device.identity.say(Span(child.first, child.first), model=match[1].upper())


@SYSTEM.line("hostname NAME...")
def _hostname(switch: Switch, found: Found) -> None:
    switch.device.identity.say(found.line, hostname=unquoted(found["NAME"].strip()))


@SYSTEM.line("ip dns domain-name NAME")
def _domain(switch: Switch, found: Found) -> None:
    switch.device.identity.say(found.line, domain=unquoted(found["NAME"]))


def manager(switch: Switch, protocol: str, found: Found, *, is_enabled: bool = True) -> Management:
    """How a protocol may manage the switch."""
    for known in switch.device.management:
        if known.protocol == protocol:
            known.is_enabled = known.is_enabled and is_enabled
            return known
    made = Management(source=found.line, protocol=protocol, is_enabled=is_enabled)
    switch.device.management.append(made)
    return made


@SYSTEM.line("[NO:(no)] ip ssh")
def _ssh(switch: Switch, found: Found) -> None:
    manager(switch, "ssh", found, is_enabled=not found["NO"])


@SYSTEM.line("ip ssh WORDS...")
def _ssh_option(switch: Switch, found: Found) -> None:
    manager(switch, "ssh", found).options.append(found["WORDS"])


@SYSTEM.line("[NO:(no)] telnet-server [REST...]")
def _telnet(switch: Switch, found: Found) -> None:
    manager(switch, "telnet", found, is_enabled=not found["NO"])


@SYSTEM.line("[NO:(no)] web-management [KIND]")
def _web(switch: Switch, found: Found) -> None:
    if found["KIND"] in {"", "plaintext"}:
        manager(switch, "http", found, is_enabled=not found["NO"])
    elif found["KIND"] == "ssl":
        manager(switch, "https", found, is_enabled=not found["NO"])


@SYSTEM.line("web-management idle-timeout NUMBER")
def _web_idle(switch: Switch, found: Found) -> None:
    for known in switch.device.management:
        if known.protocol in {"http", "https"}:
            known.say(found.line, idle_seconds=int(found["NUMBER"]))


@SYSTEM.line("ip authorized-managers ADDRESS [MASK] [access LEVEL] [access-method METHOD]",
             "ip authorized-managers ADDRESS [MASK] [access-method METHOD] [access LEVEL]",
             "ip authorized-managers ADDRESS [access LEVEL] [access-method METHOD]")  # fmt: skip
def _authorized(switch: Switch, found: Found) -> None:
    network = str(prefix(found["ADDRESS"], found["MASK"] or "255.255.255.255"))
    switch.authorized.append((found["METHOD"] or "all", network, found.line))


@SYSTEM.line("console (idle-timeout|inactivity-timer) NUMBER", "console idle-timeout serial-usb NUMBER")
def _console(switch: Switch, found: Found) -> None:
    seconds = int(found["NUMBER"]) * (60 if "inactivity-timer" in found.node.text else 1)
    manager(switch, "console", found).say(found.line, idle_seconds=seconds)


# The hash may stand on a line of its own below.
@SYSTEM.block("password KIND:(manager|operator) [user-name NAME] [FORMAT:(plaintext|sha1|sha-256|sha256)] [SECRET]")
def _password(switch: Switch, found: Found) -> None:
    switch.device.users.append(
        User(
            source=found.line,
            name=unquoted(found["NAME"]) or found["KIND"],
            privilege=found["KIND"],
            password={"plaintext": "plain"}.get(found["FORMAT"], found["FORMAT"]),
        )
    )


@SYSTEM.line("aaa authentication local-user NAME group GROUP [REST...]")
def _local_user(switch: Switch, found: Found) -> None:
    words = found["REST"].split()
    kind = next((word for word in words if word in {"sha1", "sha-256", "sha256", "plaintext"}), "hash")
    switch.device.users.append(
        User(source=found.line, name=unquoted(found["NAME"]), privilege=unquoted(found["GROUP"]), password=kind)
    )


@SYSTEM.line("aaa authentication num-attempts NUMBER")
def _attempts(switch: Switch, found: Found) -> None:
    switch.device.set("login-attempts", found.line, value=str(int(found["NUMBER"])))


@SYSTEM.line("aaa authentication WHAT:(console|telnet|ssh|web|port-access|mac-based|web-based|rest) METHODS...")
def _authentication(switch: Switch, found: Found) -> None:
    words = found["METHODS"].split()
    switch.device.set("aaa", found.line, value=f"{found['WHAT']} {' '.join(words)}")
    for word, name in pairwise(words):
        if word == "server-group":
            switch.device.refer("server-group", unquoted(name), found.line, "aaa authentication")


@SYSTEM.line("aaa accounting REST...")
def _accounting(switch: Switch, found: Found) -> None:
    switch.device.set("accounting", found.line, value=found["REST"])


@SYSTEM.line("aaa authorization REST...")
def _authorization(switch: Switch, found: Found) -> None:
    switch.device.set("authorization", found.line, value=found["REST"])


@SYSTEM.block("banner KIND:(motd|exec|last-login) [TEXT...]", "no banner KIND:(motd|exec|last-login)")
def _banner(switch: Switch, found: Found) -> None:
    switch.device.set("banner", found.line, is_on=not found.node.text.startswith("no "), value=found["KIND"])


@SYSTEM.line("password minimum-length NUMBER")
def _length(switch: Switch, found: Found) -> None:
    switch.device.set("password-length", found.line, value=str(int(found["NUMBER"])))


@SYSTEM.line("time timezone VALUE")
def _zone(switch: Switch, found: Found) -> None:
    switch.device.set("time-zone", found.line, value=found["VALUE"])


@SYSTEM.line("[NO:(no)] dhcp-snooping")
def _snooping(switch: Switch, found: Found) -> None:
    switch.device.set("dhcp-snooping", found.line, is_on=not found["NO"])


@SYSTEM.line("dhcp-snooping vlan LIST...")
def _snooping_vlans(switch: Switch, found: Found) -> None:
    switch.device.set("dhcp-snooping", found.line, value=found["LIST"])


@SYSTEM.line("[NO:(no)] arp-protect")
def _arp_protect(switch: Switch, found: Found) -> None:
    switch.device.set("arp-inspection", found.line, is_on=not found["NO"])


@SYSTEM.line("arp-protect vlan LIST...")
def _arp_vlans(switch: Switch, found: Found) -> None:
    switch.device.set("arp-inspection", found.line, value=found["LIST"])


@SYSTEM.line("[NO:(no)] lldp run")
def _lldp(switch: Switch, found: Found) -> None:
    switch.device.set("lldp", found.line, is_on=not found["NO"])


@SYSTEM.line("[NO:(no)] cdp run")
def _cdp(switch: Switch, found: Found) -> None:
    switch.device.set("cdp", found.line, is_on=not found["NO"])


@SYSTEM.line(
    "no autorun",
    "autorun",
    "[no] activate (provision|software-update) (enable|disable|force)",
    "no dhcp (config-file-update|image-file-update)",
)
def _auto(switch: Switch, found: Found) -> None:
    text = found.node.text
    switch.device.set(
        "auto-install", found.line, is_on=not (text.startswith("no ") or text.endswith("disable")), value=text
    )


@SYSTEM.line("[NO:(no)] ip routing")
def _routing(switch: Switch, found: Found) -> None:
    switch.device.set("routing", found.line, is_on=not found["NO"])


@SYSTEM.line("encrypt-credentials [REST...]")
def _encrypted(switch: Switch, found: Found) -> None:
    switch.device.set("encrypted-secrets", found.line)


@SYSTEM.line("no front-panel-security password-recovery", "front-panel-security password-recovery")
def _recovery(switch: Switch, found: Found) -> None:
    switch.device.set("password-recovery", found.line, is_on=not found.node.text.startswith("no "))


@SYSTEM.line("ip default-gateway ADDRESS")
def _gateway(switch: Switch, found: Found) -> None:
    switch.device.routes.append(
        Route(
            source=found.line, prefix=ip_network("0.0.0.0/0"), gateway=str(ip_network(found["ADDRESS"]).network_address)
        )
    )


@SYSTEM.line("(ip|ipv6) route PREFIX TARGET [REST...]")
def _route(switch: Switch, found: Found) -> None:
    words = [found["TARGET"], *found["REST"].split()]
    network = prefix(found["PREFIX"], "" if "/" in found["PREFIX"] else words.pop(0))
    if not words:
        raise ValueError("no gateway")
    target = words.pop(0)
    made = Route(source=found.line, prefix=network)
    if target in {"reject", "blackhole"}:
        made.is_discard = True
    elif target == "vlan" and words:
        made.interface = f"vlan{int(words.pop(0))}"
    else:
        made.gateway = str(ip_network(target).network_address)
    if words and words[0].isdigit():
        made.distance = int(words.pop(0))
    if words[:1] == ["distance"] and len(words) > 1:
        made.distance = int(words[1])
    if words[:1] == ["name"]:
        made.name = unquoted(" ".join(words[1:]))
    switch.device.routes.append(made)


@SYSTEM.opens(ACL, "ip access-list KIND:(standard|extended|connection-rate-filter) NAME")
def _list(switch: Switch, found: Found) -> InList:
    made = AccessList(
        source=found.span, name=unquoted(found["NAME"]), kind="standard" if found["KIND"] == "standard" else "extended"
    )
    switch.device.access_lists.append(made)
    switch.device.define("acl", made.name, found.span)
    return InList(switch, made)


@ACL.line("NUMBER ACTION:(permit|deny) REST...", "ACTION:(permit|deny) REST...")
def _rule(at: InList, found: Found) -> None:
    device, context = at.switch.device, f"access-list {at.acl.name}"
    if at.acl.kind == "standard":
        rule = rules.standard(found, device, context)
    else:
        rule = rules.extended(found, device, context)
    at.acl.rules.append(rule)


@ACL.line("[NUMBER] remark TEXT...")
def _remark(at: InList, found: Found) -> None:
    at.acl.at["comment"] = found.line


ACL.knows("exit")


@SYSTEM.opens(PROCESS, "router PROTOCOL:(ospf|ospf3|rip|bgp|vrrp|pim) [PROCESS]")
def _process(switch: Switch, found: Found) -> Routing:
    made = Routing(source=found.span, protocol=found["PROTOCOL"], process=found["PROCESS"])
    switch.device.routing.append(made)
    return made


@PROCESS.line("redistribute PROTOCOL [REST...]")
def _redistribute(fact: Routing, found: Found) -> None:
    fact.redistributes.append(found["PROTOCOL"])


PROCESS.knows(*beginnings(
        "area, enable, disable, exit, default-metric, distance, neighbor, network, traffic-share, passive, "
        "rfc1583-compatibility, restrict, ipv4, rp-address, trap, bgp, auto-summary"
    ))  # fmt: skip


@SYSTEM.line("ip router-id ADDRESS")
def _router_id(switch: Switch, found: Found) -> None:
    switch.router_id = (str(ip_network(found["ADDRESS"]).network_address), found.line)


SYSTEM.knows(
    *beginnings(
        "module, flexible-module, stack, no stack, console, qos, no qos, policy, class, lldp, no "
        "lldp, cdp, no cdp, dhcp-snooping, no dhcp-snooping, arp-protect, no arp-protect, dhcpv6-snooping, time, "
        "loop-protect, no loop-protect, port-security, aaa port-access, no aaa, aaa authentication, mac-age-time, "
        "max-vlans, gvrp, no gvrp, mvrp, ip source-interface, ip source-lockdown, ip source-binding, ip arp-age, "
        "ip arp, ip icmp, no ip icmp, ip igmp, ip irdp, ip load-sharing, ip multicast-routing, ip preserve, ip "
        "timep, no ip timep, ip ttl, ip udp-bcast-forward, ip directed-broadcast, ip prefix-list, ip "
        "client-tracker, no ip client-tracker, ip aggregate, ip proxy-arp, ip host, ip dns, no ip ssh, no ip "
        "route, no ip default-gateway, no ip source-route, ip source-route, no ip multicast-routing, ip "
        "access-list resequence, ip flow, ip as-path, ip community-list, no ip dns, ipv6, no ipv6, "
        "power-over-ethernet, no power-over-ethernet, mirror-port, mirror, monitor, fault-finder, no "
        "fault-finder, job, alias, crypto, rest-interface, no rest-interface, device-profile, activate, no "
        "activate, tftp, no tftp, usb-port, no usb-port, include-credentials, password, no password, no autorun, "
        "allow-unsupported-transceiver, allow-v1-modules, allow-v2-modules, no allow-v1-modules, no "
        "allow-v2-modules, autorun, boot, config, core-dump, no core-dump, igmp, instrumentation, "
        "interface-statistics, ip-recv-mac-address, jumbo, key-chain, lacp, loop-protection, mac-notify, meshing, "
        "mesh, multicast, no dhcp, dhcp, no front-panel-security, front-panel-security, no snmpv3, route-map, "
        "router-id, savepower, scheduler, sflow, no sflow, smart-link, switch-interconnect, tcp, telnet, "
        "terminal, tunneled-node-server, tunneled-node-profile, uplink-failure-detection, vlan-precedence, "
        "virus-throttle, web-management, airwave, aruba-central, amp-server, openflow, filter, "
        "connection-rate-filter, bandwidth-min, rate-limit, ip-ssh, fastboot, no fastboot, preempt, provision, "
        "redundancy, no redundancy, energy-efficient-ethernet, mac-delimiter, service-insertion, controller-ip, "
        "distributed-trunking, no lacp, unknown-vlans, auto-tftp, no auto-tftp, no telnet, tls, access-list, no "
        "web-management, cwmp, no cwmp, portal, captive-portal, download-able-user-role, user-role, local-user, "
        "rbac, debug, vrrp, rspan, device-identity, no device-identity, rogue-ap-isolation, no rogue-ap-isolation, "
        "aruba-vpn, config-backup, no vlan, udp-bcast, configure"
    ),
    "exit",
    "end",
    "Running configuration:",
    "Startup configuration: NUMBER",
    "Startup configuration:",
)
