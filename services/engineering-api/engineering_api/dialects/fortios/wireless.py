"""Wireless networks, and the ports of switches that the firewall manages."""

from engineering_api.dialects.fortios.places import Here, Of, Trunk, anything, known, listed, refer, section, table
from engineering_api.dialects.fortios.values import number, word, words
from engineering_api.facts.ports import Interface
from engineering_api.facts.services import Wireless
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("wireless")

#: What FortiOS calls the security of a network, in the words of all platforms.
_SECURITY = {
    "open": "open", "wep64": "wep", "wep128": "wep", "wpa-personal": "wpa-psk", "wpa-only-personal": "wpa-psk",
    "wpa2-only-personal": "wpa2-psk", "wpa3-sae": "wpa3-sae", "wpa3-sae-transition": "wpa3-sae",
    "wpa-enterprise": "wpa2-enterprise", "wpa-only-enterprise": "wpa-enterprise",
    "wpa2-only-enterprise": "wpa2-enterprise", "wpa3-enterprise": "wpa3-enterprise",
    "wpa3-only-enterprise": "wpa3-enterprise", "wpa3-enterprise-transition": "wpa3-enterprise", "owe": "owe",
    "osen": "wpa2-enterprise", "captive-portal": "open", "wpa-personal+captive-portal": "wpa-psk",
    "wpa-only-personal+captive-portal": "wpa-psk", "wpa2-only-personal+captive-portal": "wpa2-psk",
}  # fmt: skip


@table(SECTIONS, "wireless-controller vap")
def _vap(here: Here, name: str, found: Found) -> Of[Wireless]:
    """Without a word of its security it is wpa2-only-personal, as FortiOS leaves out what is the default."""
    owner = here.of(Wireless(source=found.span, ssid=name, security="wpa2-psk"))
    here.device.wireless.append(owner.fact)
    here.device.define("interface", name, found.span, is_used=True)
    return owner


known(
    _vap,
    "80211be 80211k 80211v access-control-list acct-interim-interval additional-akms address-group "
    "address-group-policy akm24-only alias antivirus-profile application-detection-engine application-dscp-marking "
    "application-list application-report-intv atf-weight auth auth-cert auth-portal-addr beacon-advertising "
    "beacon-protection broadcast-suppression bss-color-partial bstm-disassociation-imminent "
    "bstm-load-balancing-disassoc-timer bstm-rssi-disassoc-timer called-station-id-format called-station-id-type "
    "captive-portal captive-portal-ac-name captive-portal-auth-timeout captive-portal-fw-accounting "
    "captive-portal-macauth-radius-secret captive-portal-macauth-radius-server captive-portal-radius-secret "
    "captive-portal-radius-server captive-portal-session-timeout-interval dhcp-address-enforcement dhcp-lease-time "
    "dhcp-option43-insertion dhcp-option82-circuit-id-insertion dhcp-option82-insertion "
    "dhcp-option82-remote-id-insertion domain-name-stripping dynamic-vlan eap-reauth eap-reauth-intv "
    "eapol-key-retries encrypt external-fast-roaming external-logout external-pre-auth external-web "
    "external-web-format fast-bss-transition fast-roaming fast-roaming-hash ft-mobility-domain ft-over-ds "
    "ft-r0-key-lifetime gas-comeback-delay gas-fragmentation-limit gtk-rekey gtk-rekey-intv high-efficiency "
    "hotspot20-profile igmp-snooping ip ips-sensor ipv6-rules key keyindex l3-roaming l3-roaming-mode ldpc "
    "local-authentication local-bridging local-lan local-standalone local-standalone-dns local-standalone-dns-ip "
    "local-standalone-nat mac-auth-bypass mac-called-station-delimiter mac-calling-station-delimiter mac-case "
    "mac-filter mac-filter-policy-other mac-password-delimiter mac-username-delimiter max-clients max-clients-ap mbo "
    "mbo-cell-data-conn-pref me-disable-thresh mesh-backhaul mpsk mpsk-concurrent-clients mpsk-profile mu-mimo "
    "multicast-enhance multicast-rate nac nac-profile nas-filter-rule neighbor-report-dual-band okc owe-groups "
    "owe-transition owe-transition-ssid passphrase pmf pmf-assoc-comeback-timeout pmf-sa-query-retry-timeout "
    "port-macauth port-macauth-reauth-timeout port-macauth-timeout portal-message-override-group portal-type pre-auth "
    "primary-wag-profile probe-resp-suppression probe-resp-threshold ptk-rekey ptk-rekey-intv qos-profile quarantine "
    "radio-2g-threshold radio-5g-threshold radio-sensitivity radius-mac-auth radius-mac-auth-block-interval "
    "radius-mac-auth-server radius-mac-auth-usergroups radius-mac-mpsk-auth radius-mac-mpsk-timeout rates-11a "
    "rates-11ac-mcs-map rates-11ac-ss12 rates-11ac-ss34 rates-11ax-mcs-map rates-11ax-ss12 rates-11ax-ss34 "
    "rates-11be-mcs-map rates-11bg rates-11n-ss12 rates-11n-ss34 roaming-acct-interim-update sae-groups sae-h2e-only "
    "sae-hnp-only sae-password sae-pk sae-private-key scan-botnet-connections schedule secondary-wag-profile "
    "security-exempt-list security-obsolete-option security-redirect-url selected-usergroups sticky-client-remove "
    "sticky-client-threshold-2g sticky-client-threshold-5g sticky-client-threshold-6g target-wake-time "
    "tkip-counter-measure tunnel-echo-interval tunnel-fallback-interval usergroup utm-log utm-profile utm-status vdom "
    "vlan-auto vlan-name-default vlan-pooling voice-enterprise webfilter-profile wnm-sleep-mode",
)
_vap.knows("config (vlan-pool|vlan-name|mpsk-key|mac-filter-list|portal-message-overrides)")


@_vap.line("set ssid NAME...")
def _ssid(of: Of[Wireless], found: Found) -> None:
    of.fact.say(found.line, ssid=word(found["NAME"]))


@_vap.line("set security HOW...")
def _security(of: Of[Wireless], found: Found) -> None:
    security = _SECURITY.get(word(found["HOW"]))
    if security is None:
        raise ValueError(found["HOW"])
    of.fact.say(found.line, security=security)


@_vap.line("set vlanid VLAN")
def _vlan(of: Of[Wireless], found: Found) -> None:
    of.fact.say(found.line, vlan=number(found["VLAN"]) or None)


@_vap.line("set broadcast-ssid HOW:(enable|disable)")
def _hidden(of: Of[Wireless], found: Found) -> None:
    of.fact.say(found.line, is_hidden=found["HOW"] == "disable")


@_vap.line("set intra-vap-privacy HOW:(enable|disable)")
def _isolated(of: Of[Wireless], found: Found) -> None:
    of.fact.say(found.line, is_isolated=found["HOW"] == "enable")


@_vap.line("set radius-server VALUES...")
def _radius(of: Of[Wireless], found: Found) -> None:
    refer(of, "server-group", found, f"wireless network {of.fact.ssid}")


@table(SECTIONS, "switch-controller managed-switch")
def _managed(here: Here, name: str, found: Found) -> Of[Interface]:
    return here.of(Interface(source=found.span, name=name))


_managed.knows("(set|append) REST...")
_managed.knows("config (igmp-snooping|802-1X-settings|storm-control|stp-settings|stp-instance|custom-command"
               "|static-mac|mirror|ip-source-guard|snmp-sysinfo|snmp-community|snmp-user|snmp-trap-threshold"
               "|switch-log|remote-log|dhcp-snooping-static-client|vlan|route-offload-router|switch-stp-settings"
               "|router-vrf|router-static|system-interface|system-dhcp-server)")  # fmt: skip


@table(_managed, "ports")
def _port(of: Of[Interface], name: str, found: Found) -> Trunk:
    port = Interface(source=found.span, name=f"{of.fact.name}/{name}", kind="physical", scope=of.fact.scope)
    of.device.interfaces.append(port)
    trunk = Trunk(port)
    of.here.later.trunks.append(trunk)
    return trunk


@_port.line("set vlan VALUES...")
def _native(trunk: Trunk, found: Found) -> None:
    trunk.native = word(found["VALUES"])
    trunk.port.at["native_vlan"] = found.line


@_port.line("(set|append) allowed-vlans VALUES...")
def _allowed(trunk: Trunk, found: Found) -> None:
    trunk.allowed = listed(found, trunk.allowed)
    trunk.port.at["trunk_vlans"] = found.line


@_port.line("set allowed-vlans-all HOW:(enable|disable)")
def _every(trunk: Trunk, found: Found) -> None:
    trunk.is_all = found["HOW"] == "enable"


@_port.line("set description TEXT...")
def _description(trunk: Trunk, found: Found) -> None:
    trunk.port.say(found.span, description=word(found["TEXT"]))


@_port.line("set status HOW:(up|down)")
def _status(trunk: Trunk, found: Found) -> None:
    trunk.port.say(found.line, is_enabled=found["HOW"] == "up")


@_port.line("set WHICH:(dhcp-snooping|arp-inspection-trust|stp-bpdu-guard|stp-root-guard|loop-guard) HOW")
def _protection(trunk: Trunk, found: Found) -> None:
    kind = {"dhcp-snooping": "dhcp-trust", "arp-inspection-trust": "arp-trust", "stp-bpdu-guard": "bpdu-guard",
            "stp-root-guard": "root-guard", "loop-guard": "loop-guard"}[found["WHICH"]]  # fmt: skip
    if word(found["HOW"]) in ("trusted", "enabled", "enable"):
        trunk.port.protections.append(kind)


_port.knows("(set|append) REST...", "config REST...")


@section(SECTIONS, "wireless-controller setting", "wireless-controller timers", "wireless-controller global",
         "switch-controller global", "switch-controller system", "switch-controller stp-settings",
         "switch-controller igmp-snooping", "switch-controller storm-control", "switch-controller sflow",
         "switch-controller 802-1X-settings", "switch-controller network-monitor-settings",
         "switch-controller snmp-sysinfo", "switch-controller auto-config default",
         "switch-controller nac-settings", "switch-controller remote-log", "switch-controller traffic-sniffer",
         "switch-controller flow-tracking", "switch-controller switch-log", "wireless-controller inter-controller",
         "wireless-controller snmp", "wireless-controller log", "switch-controller lldp-settings",
         "switch-controller ip-source-guard-log", "switch-controller fortilink-settings")  # fmt: skip
def _settings(here: Here, found: Found) -> Here:
    return here


anything(_settings)


@table(SECTIONS, "wireless-controller wtp-profile", "wireless-controller wtp-group")
def _profile(here: Here, name: str, found: Found) -> Here:
    here.device.define("template", name, found.span, scope=here.scope, is_used=True)
    for radio in found.node.children:
        for node in radio.children:
            if node.text.startswith(("set vaps ", "append vaps ")):
                for one in words(node.text.partition("vaps ")[2]):
                    here.device.refer("interface", one, node.line, f"radio of {name}")
    return here


anything(_profile)


@table(SECTIONS, "wireless-controller wtp")
def _access_point(here: Here, name: str, found: Found) -> Here:
    for node in found.node.children:
        if node.text.startswith("set wtp-profile "):
            profile = word(node.text.partition("wtp-profile ")[2])
            here.device.refer("template", profile, node.line, f"access point {name}", scope=here.scope)
    return here


anything(_access_point)
