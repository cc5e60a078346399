"""Interfaces, zones, switches of ports and SD-WAN."""

from ipaddress import ip_address, ip_interface

from engineering_api.dialects.fortios.places import Here, Of, known, listed, section, table
from engineering_api.dialects.fortios.values import number, word, words
from engineering_api.facts.ports import Address, Interface, InterfaceKind
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("interfaces")

_KINDS: dict[str, InterfaceKind] = {
    "physical": "physical", "vlan": "vlan", "aggregate": "aggregate", "redundant": "aggregate", "tunnel": "tunnel",
    "loopback": "loopback", "switch": "bridge", "hard-switch": "bridge", "switch-vlan": "vlan",
    "vap-switch": "wireless", "wl-mesh": "wireless", "vdom-link": "other", "emac-vlan": "subinterface",
    "vxlan": "tunnel", "geneve": "tunnel", "ssl": "tunnel",
}  # fmt: skip


@table(SECTIONS, "system interface", "sys interface")
def _interface(here: Here, name: str, found: Found) -> Of[Interface]:
    fact = next((one for one in here.device.interfaces[-400:] if one.name == name), None)
    if fact is None:
        fact = Interface(source=found.span, name=name)
        here.device.interfaces.append(fact)
    # Names of interfaces are the device's, not a VDOM's; what is configured is in use.
    here.device.define("interface", name, found.span, is_used=True)
    return Of(here.device, fact, here)


known(
    _interface,
    "aggregate-type algorithm annex ap-discover arpforward auth-cert auth-portal-addr auth-type "
    "auto-auth-extension-device bandwidth-measure-time bfd bfd-desired-min-tx bfd-detect-mult bfd-required-min-rx "
    "broadcast-forward captive-portal cli-conn-status cluster_member color dedicated-to default-purdue-level "
    "defaultgw defaultgw6 delegated-prefix-iaid detectprotocol detectserver device-identification "
    "device-user-identification dhcp-broadcast-flag dhcp-classless-route-addition dhcp-client-identifier "
    "dhcp-relay-agent-option dhcp-relay-interface dhcp-relay-interface-select-method dhcp-relay-link-selection "
    "dhcp-relay-request-all-server dhcp-relay-service dhcp-relay-source-ip dhcp-relay-type dhcp-renew-time "
    "dhcp-smart-relay disconnect-threshold distance dns-query dns-server-override dns-server-protocol drop-fragment "
    "drop-overlapped-fragment eap-supplicant egress-queues egress-shaping-profile estimated-downstream-bandwidth "
    "estimated-upstream-bandwidth explicit-ftp-proxy explicit-web-proxy external fail-action-on-extender "
    "fail-alert-interfaces fail-alert-method fail-detect fail-detect-option fortilink fortilink-backup-link "
    "fortilink-neighbor-detect fortilink-split-interface forward-domain forward-error-correction gateway-address "
    "gi-gk gwdetect ha-priority icmp-accept-redirect icmp-send-redirect ident-accept idle-timeout ike-saml-server "
    "inbandwidth ingress-shaping-profile interconnect-profile internal ip-managed-by-fortiipam ipmac ips-sniffer-mode "
    "ipunnumbered l2forward lacp-ha-secondary lacp-ha-slave lacp-speed lcp-echo-interval lcp-max-echo-fails "
    "link-up-delay lldp-network-policy macaddr managed-subnetwork-size management-ip measured-downstream-bandwidth "
    "measured-upstream-bandwidth mediatype min-links min-links-down mirroring-direction mirroring-port "
    "monitor-bandwidth mru-size netbios-forward netflow-sampler np-qos-profile outbandwidth padt-retry-timeout "
    "password phy-mode poe polling-interval pppoe-egress-cos pppoe-unnumbered-negotiate pptp-auth-type pptp-client "
    "pptp-password pptp-server-ip pptp-timeout pptp-user preserve-session-route priority priority-override "
    "proxy-captive-portal pvc-crc reachable-time redundant-interface remote-ip replacemsg-override-group "
    "retransmission ring-rx ring-tx role sample-direction sample-rate secondary-IP security-exempt-list "
    "security-external-logout security-external-web security-groups security-mac-auth-bypass security-mode "
    "security-redirect-url service-name sflow-sampler snmp-index speed-test-destination spillover-threshold src-check "
    "status-speed stp stp-ha-secondary stp-ha-slave stpforward stpforward-mode subst substitute-dst-mac "
    "swc-first-create swc-vlan switch-controller-access-vlan switch-controller-arp-inspection "
    "switch-controller-dhcp-snooping switch-controller-dhcp-snooping-option82 "
    "switch-controller-dhcp-snooping-verify-mac switch-controller-dynamic switch-controller-feature "
    "switch-controller-igmp-snooping switch-controller-igmp-snooping-fast-leave switch-controller-igmp-snooping-proxy "
    "switch-controller-iot-scanning switch-controller-learning-limit switch-controller-mgmt-vlan "
    "switch-controller-nac switch-controller-netflow-collect switch-controller-offload switch-controller-offload-gw "
    "switch-controller-offload-ip switch-controller-rspan-mode switch-controller-source-ip "
    "switch-controller-traffic-policy system-id system-id-type tcp-mss transceiver trunk trust-ip-1 trust-ip-2 "
    "trust-ip-3 trusted-domain username vindex virtual-mac vlan-op-mode vlan-protocol vlanforward "
    "vrrp-virtual-mac wccp weight wifi-5g-threshold wifi-acl wifi-security wins-ip",
)
_interface.knows("config (egress-queues|tagging|phy-setting|client-options)", "set ip6-mode REST...")


@_interface.line("set vdom NAME...")
def _vdom(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, scope=word(found["NAME"]))


@_interface.line("set type NAME")
def _type(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, kind=_KINDS.get(word(found["NAME"]), "other"))


@_interface.line("set ip ADDRESS...")
def _address(of: Of[Interface], found: Found) -> None:
    of.fact.addresses.insert(0, _address_of(found))
    of.fact.at["addresses"] = found.line


def _address_of(found: Found, *, is_secondary: bool = False) -> Address:
    value = ip_interface("/".join(words(found["ADDRESS"])))
    if not int(value.ip):
        raise ValueError("no address")
    return Address(source=found.line, value=value, is_secondary=is_secondary)


_interface.knows("set ip 0.0.0.0 0.0.0.0", "set (ip6-address|ip6-allowaccess) ::/0")


@table(_interface, "secondaryip", "secondaryip6")
def _secondary(of: Of[Interface], name: str, found: Found) -> Of[Interface]:
    return of


@_secondary.line("set ip ADDRESS...")
def _secondary_address(of: Of[Interface], found: Found) -> None:
    of.fact.addresses.append(_address_of(found, is_secondary=True))


known(_secondary, "allowaccess detectprotocol detectserver gwdetect ha-priority ping-serv-status secip-relay-ip")


@table(_interface, "vrrp")
def _vrrp(of: Of[Interface], name: str, found: Found) -> tuple[Of[Interface], str]:
    return of, name


@_vrrp.line("set vrip ADDRESS")
def _virtual(of: tuple[Of[Interface], str], found: Found) -> None:
    of[0].fact.virtual_addresses.append(f"{ip_address(word(found['ADDRESS']))} vrrp {of[1]}")


known(
    _vrrp,
    "accept-mode adv-interval ignore-default-route preempt priority start-time status version vrdst vrdst-priority "
    "vrgrp",
)
_vrrp.knows("config proxy-arp")


@section(_interface, "ipv6")
def _ipv6(of: Of[Interface], found: Found) -> Of[Interface]:
    return of


@_ipv6.line("set ip6-address ADDRESS...")
def _address6(of: Of[Interface], found: Found) -> None:
    value = ip_interface(word(found["ADDRESS"]))
    if int(value.ip):
        of.fact.addresses.append(Address(source=found.line, value=value))


@_ipv6.line("(set|append) ip6-allowaccess VALUES...")
def _allow6(of: Of[Interface], found: Found) -> None:
    of.fact.management = list(dict.fromkeys((*of.fact.management, *words(found["VALUES"]))))


known(
    _ipv6,
    "autoconf cli-conn6-status dhcp6-client-options dhcp6-client-prefix dhcp6-information-request "
    "dhcp6-prefix-delegation dhcp6-prefix-hint dhcp6-relay-ip dhcp6-relay-service dhcp6-relay-type "
    "icmp6-send-redirect interface-identifier ip6-default-life ip6-delegated-prefix-iaid ip6-dns-server-override "
    "ip6-hop-limit ip6-link-mtu ip6-manage-flag ip6-max-interval ip6-min-interval ip6-mode ip6-other-flag "
    "ip6-prefix-mode ip6-reachable-time ip6-retrans-time ip6-send-adv ip6-subnet ip6-upstream-interface nd-cert "
    "nd-mode nd-security-level ra-send-mtu unique-autoconf-addr vrip6_link_local vrrp-virtual-mac6",
)
_ipv6.knows("config (ip6-extra-addr|ip6-prefix-list|ip6-delegated-prefix-list|dhcp6-iapd-list|vrrp6)")


@_interface.line("(set|append) allowaccess VALUES...")
def _allow(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, management=listed(found, of.fact.management))


@_interface.line("set mode (static|dhcp|pppoe)")
def _mode(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, is_dhcp_client=found.node.text.endswith("dhcp"))


@_interface.line("set status (up|down)")
def _status(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, is_enabled=found.node.text.endswith("up"))


@_interface.line("set description TEXT...", "set alias ALIAS...")
def _text(of: Of[Interface], found: Found) -> None:
    field = "alias" if found["ALIAS"] else "description"
    of.fact.say(found.span, **{field: word(found["ALIAS"] or found["TEXT"])})


@_interface.line("set interface VALUES...")
def _parent(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, parent=word(found["VALUES"]))
    # Interfaces may lie on one of another VDOM.
    of.device.refer("interface", of.fact.parent, found.line, f"interface {of.fact.name} parent")


@_interface.line("set vlanid VLAN")
def _vlan(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, vlan=number(found["VLAN"]))


@_interface.line("set vrf VRF")
def _vrf(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, vrf=str(number(found["VRF"])))


@_interface.line("set mtu MTU")
def _mtu(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, mtu=number(found["MTU"]))


@_interface.line("set speed SPEED")
def _speed(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, speed=word(found["SPEED"]))


_interface.knows("set mtu-override (enable|disable)", "set (lldp-reception|lldp-transmission) REST...")


@_interface.line("(set|append) member VALUES...")
def _member(of: Of[Interface], found: Found) -> None:
    ports = of.here.later.ports
    ports[of.fact.name] = listed(found, ports.get(of.fact.name, []))
    for name in words(found["VALUES"]):
        of.device.refer("interface", name, found.line, f"interface {of.fact.name} member")


@_interface.line("set lacp-mode MODE")
def _lacp(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, aggregate_mode=word(found["MODE"]))


@_interface.line("(set|append) dhcp-relay-ip VALUES...")
def _relay(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, dhcp_relays=listed(found, of.fact.dhcp_relays))
