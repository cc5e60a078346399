"""Sections that say nothing which is kept, and security profiles, of which the names are.

Most of them are the factory's: a backup has thousands of lines of signatures, categories and messages.
"""

from engineering_api.dialects.fortios.places import Here, known, names_only, section, table
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("known sections")

names_only(
    SECTIONS,
    "security-profile",
    "antivirus profile", "antivirus mms-checksum", "application list", "casb profile", "cifs profile", "dlp profile",
    "dlp sensor", "dnsfilter profile", "emailfilter profile", "file-filter profile", "firewall profile-group",
    "firewall profile-protocol-options", "firewall ssl-ssh-profile", "icap profile",
    "sctp-filter profile", "spamfilter profile", "ssh-filter profile", "videofilter profile",
    "virtual-patch profile", "voip profile", "waf profile", "webfilter profile", "firewall mms-profile",
    "diameter-filter profile", "telemetry-controller profile",
)  # fmt: skip
names_only(SECTIONS, "certificate", "vpn certificate local", "vpn certificate ca", "vpn certificate remote",
           "certificate local", "certificate ca", "certificate remote")  # fmt: skip
names_only(SECTIONS, "template", "switch-controller lldp-profile", "switch-controller qos qos-policy",
           "switch-controller vlan-policy", "switch-controller port-policy",
           "switch-controller security-policy 802-1X")  # fmt: skip


@table(SECTIONS, "ips sensor")
def _sensor(here: Here, name: str, found: Found) -> Here:
    here.device.define("security-profile", name, found.span, scope=here.scope)
    return here


known(_sensor, "comment replacemsg-group block-malicious-url scan-botnet-connections extended-log log")


@table(_sensor, "entries", "filter", "override")
def _signatures(here: Here, name: str, found: Found) -> Here:
    return here


known(
    _signatures,
    "rule location severity protocol os application default-action default-status cve vuln-type last-modified status "
    "log log-packet log-attack-context action rate-count rate-duration rate-mode rate-track quarantine "
    "quarantine-expiry quarantine-log tags",
)


@table(_signatures, "exempt-ip")
def _exempt(here: Here, name: str, found: Found) -> Here:
    return here


known(_exempt, "src-ip dst-ip")


#: Whole families whose sections have no facts, by their first words.
_FAMILIES = (
    "alertemail", "antivirus", "application", "authentication", "automation", "aws", "azure", "casb", "certificate",
    "dlp", "dnsfilter", "dpdk", "emailfilter", "endpoint-control", "ethernet-oam", "extender-controller",
    "extension-controller", "file-filter", "ftp-proxy", "gtp", "hardware", "icap", "ips", "log", "monitoring", "nat64",
    "nsxt", "pfcp", "report", "rule", "sctp-filter", "spamfilter", "ssh-filter", "switch-controller",
    "telemetry-controller", "videofilter", "virtual-patch", "voip", "waf", "wanopt", "web-proxy", "webfilter",
    "wireless-controller", "ztna",
)  # fmt: skip
SECTIONS.knows(f"config ({'|'.join(_FAMILIES)}) REST...")

_SYSTEM = (
    "5g-modem", "acme", "affinity-interrupt", "affinity-packet-redistribution", "alarm", "alias",
    "arp-table", "auto-script", "auto-update", "automation-action", "automation-condition",
    "automation-destination", "automation-stitch", "automation-trigger", "autoupdate", "aws", "bypass",
    "central-management", "cloud-service", "cluster-sync", "console", "csf", "custom-language", "ddns",
    "dedicated-mgmt", "device-upgrade", "dhcp", "dhcp6", "digital-io", "dnp3-proxy", "dns-database", "dns-server",
    "dns64", "dscp-based-priority", "email-server", "evpn", "external-resource", "fabric-vpn", "federated-upgrade",
    "fips-cc", "fm", "fortiai", "fortianalyzer", "forticloud", "fortiguard-log", "fortindr", "fortisandbox", "fssn",
    "fsso-polling", "ftm-push", "geneve", "geoip-country", "geoip-override", "gi-gk", "gui-notification", "ha-monitor",
    "health-check-fortiguard", "hyper-scale", "ike", "ipam", "ippool", "ips", "ips-dnsfilter", "ips-urlfilter-dns",
    "ips-urlfilter-dns6", "ipsec-aggregate", "ipv6-neighbor-cache", "ipv6-tunnel", "iscsi", "isf-queue-profile",
    "link-monitor", "lldp", "lldp-profile", "lte-modem", "mac-address-table", "management-tunnel", "mem-mgr",
    "mobile-tunnel", "modem", "monitors", "nat64", "nd-proxy", "ndp-proxy", "netflow", "network-visibility",
    "ngfw-settings", "np6", "np6xlite", "npu", "npu-post", "npu-setting", "npu-vlink", "object-tag", "object-tagging",
    "password-policy-guest-admin", "pcp-server", "physical-switch", "pppoe-interface", "probe-response", "proxy-arp",
    "ptp", "push-token", "replacemsg-group", "replacemsg-image", "resource-limits", "saml",
    "sdn-connector", "sdn-proxy", "sdn-vpn", "security-rating", "session-helper", "session-ttl",
    "settings-consolidated", "sflow", "sit-tunnel", "smc-ntp", "sms-server", "snmp", "speed-test-schedule",
    "speed-test-server", "speed-test-setting", "ssh-config", "sso-admin", "standalone-cluster", "status", "stealth",
    "storage", "stp", "switch-lldp", "timezone", "tos-based-priority", "tr069", "vdom", "vdom-dns", "vdom-exception",
    "vdom-link", "vdom-netflow", "vdom-property", "vdom-radius-server", "vdom-sflow", "virtual-wire-pair",
    "vne-interface", "vne-tunnel", "vxlan", "wccp", "wireless", "wlan", "workflow", "xauth", "zone-tag",
)  # fmt: skip
SECTIONS.knows(f"config system ({'|'.join(_SYSTEM)}) [REST...]")

_FIREWALL = (
    "DoS-policy", "DoS-policy6", "access-proxy", "access-proxy-ssh-client-cert", "access-proxy-virtual-host",
    "access-proxy6", "acl", "acl6", "address6-template", "auth-portal", "carrier-endpoint-bwl", "cgn-log", "city",
    "country", "decrypted-traffic-mirror", "dnstranslation", "explicit-proxy-policy", "global", "gtp",
    "identity-based-route", "interface-policy", "interface-policy6", "internet-service", "internet-service-addition",
    "internet-service-append", "internet-service-botnet", "internet-service-custom", "internet-service-custom-group",
    "internet-service-definition", "internet-service-extension", "internet-service-fallback",
    "internet-service-fortiguard", "internet-service-group", "internet-service-ipbl-reason",
    "internet-service-ipbl-vendor", "internet-service-list", "internet-service-name", "internet-service-owner",
    "internet-service-reputation", "internet-service-sld", "internet-service-subapp", "ip-translation", "ipmacbinding",
    "iprope", "ipv6-eh-filter", "ldb-monitor", "mms-profile", "multicast-address", "multicast-address6",
    "multicast-policy", "multicast-policy6", "network-service-dynamic", "on-demand-sniffer", "pfcp", "policy46",
    "policy64", "proute", "proxy-address", "proxy-addrgrp", "region", "shaper", "shaping-policy",
    "shaping-profile", "sniffer", "ssh", "ssl", "ssl-server", "traffic-class", "ttl-policy", "vendor-mac", "vip46",
    "vip64", "vipgrp46", "vipgrp64", "wildcard-fqdn",
)  # fmt: skip
SECTIONS.knows(f"config firewall ({'|'.join(_FIREWALL)}) [REST...]")

SECTIONS.knows(
    "config router (auth-path|bfd|bfd6|extcommunity-list|multicast|multicast-flow|multicast6|policy|policy6"
    "|setting|gwdetect|info|segment-routing|flow)",
    "config user (setting|quarantine|banned|device|device-category|device-group|device-access-list|fsso-polling)",
    "config vpn (ocvpn|qkd|kmip-server)",
    "config vpn certificate (crl|ocsp-server|setting|hsm-local)",
    "config vpn ipsec (concentrator|fec|forticlient|manualkey|manualkey-interface)",
    "config vpn ssl (client|monitor)",
    "config vpn ssl web (host-check-software|realm|user-bookmark|user-group-bookmark|virtual-desktop-app-list)",
    "config gui console",
    "config videofilter youtube-key",
)


@section(SECTIONS, "system auto-install")
def _auto_install(here: Here, found: Found) -> Here:
    return here


known(_auto_install, "default-config-file default-image-file")


@_auto_install.line("set WHAT:(auto-install-config|auto-install-image) HOW:(enable|disable)")
def _from_stick(here: Here, found: Found) -> None:
    """Whether a USB stick in the port changes the configuration or the firmware at the next start."""
    here.device.set("auto-install", found.line, is_on=found["HOW"] == "enable", value=f"USB {found['WHAT'][13:]}")


@table(SECTIONS, "firewall service category")
def _category(here: Here, name: str, found: Found) -> Here:
    return here


known(_category, "comment fabric-object uuid")


@section(SECTIONS, "system replacemsg KIND [NAME]")
def _message(here: Here, found: Found) -> Here:
    return here


known(_message, "buffer header format")


@table(SECTIONS, "system accprofile")
def _profile(here: Here, name: str, found: Found) -> Here:
    return here


known(
    _profile,
    "admingrp admintimeout admintimeout-override authgrp avgrp cli-config cli-diagnose cli-exec cli-get cli-show "
    "comments endpoint-control-grp ftviewgrp fwgrp gui-ai-assistant gui-custom-theme gui-theme gui-theme-type "
    "imp2pgrp ipsgrp loggrp mntgrp netgrp routegrp scope secfabgrp "
    "spamgrp sysgrp system-diagnostics system-execute-ssh system-execute-telnet updategrp utmgrp vpngrp wanoptgrp "
    "webgrp wifi",
)


@section(_profile, *(f"{one}-permission" for one in ("netgrp", "sysgrp", "fwgrp", "loggrp", "utmgrp", "secfabgrp")))
def _permission(here: Here, found: Found) -> Here:
    return here


known(
    _permission,
    "address admin antivirus application-control casb cfg config csffoo csfsys data-access data-leak-prevention "
    "data-loss-prevention dlp dnsfilter emailfilter endpoint-control file-filter icap ips mnt others packet-capture "
    "policy report-access route-cfg schedule service spamfilter telemetry threat-weight upd videofilter virtual-patch "
    "voip waf webfilter",
)

#: What the web interface shows.
_SHOWN = (
    "advanced-policy advanced-wireless-features allow-unnamed-policy antivirus ap-profile application-control "
    "casb default-policy-columns dhcp-advanced dlp dlp-profile dlp-advanced dns-database dnsfilter "
    "domain-ip-reputation "
    "dos-policy dynamic-device-os-id dynamic-profile-display dynamic-routing email-collection endpoint-control "
    "endpoint-control-advanced enforce-change-summary explicit-proxy file-filter fortiap-split-tunneling "
    "fortiextender-controller gtp icap implicit-policy ips load-balance local-in-policy local-reports "
    "multicast-policy multiple-interface-policy multiple-utm-profiles nat46-64 object-colors ot ips-sensor "
    "per-policy-disclaimer policy-based-ipsec policy-disclaimer policy-learning proxy-inspection "
    "replacement-message-groups route-tag-address-creation security-profile-group spamfilter sslvpn "
    "sslvpn-clients sslvpn-personal-bookmarks sslvpn-realms switch-controller threat-weight traffic-shaping "
    "videofilter virtual-patch virtual-patch-profile voip-profile vpn waf-profile wan-load-balancing wanopt-cache "
    "webfilter webfilter-advanced wireless-controller ztna fortitelemetry device-identification sdwan ipv6 "
    "certificates workflow-management central-nat-table custom-language"
)


@section(SECTIONS, "system settings")
def _settings(here: Here, found: Found) -> Here:
    return here


known(
    _settings,
    "allow-linkdown-path allow-mac-based-policy allow-subnet-overlap application-bandwidth-tracking asymroute "
    "asymroute-icmp asymroute6 asymroute6-icmp auxiliary-session best-route-refresh bfd bfd-desired-min-tx "
    "bfd-detect-mult bfd-dont-enforce-src-port bfd-required-min-rx block-land-attack comments "
    "consolidated-firewall-mode default-app-port-as-service default-policy-expiry-days default-voip-alg-mode "
    "deny-tcp-with-icmp detect-unknown-esp device dhcp-proxy dhcp-proxy-interface dhcp-proxy-interface-select-method "
    "dhcp-server-ip dhcp6-server-ip discovered-device-timeout dyn-addr-session-check ecmp-max-paths "
    "email-portal-check-dns ext-resource-session-check fqdn-session-check fw-session-hairpin gateway gateway6 "
    "hyperscale-default-policy-action ike-dn-format ike-policy-route ike-port ike-quick-crash-detect "
    "ike-session-resume ike-tcp-port implicit-allow-dns inspection-mode internet-service-app-ctrl-size "
    "internet-service-database-cache intree-ses-best-route ip ip6 ipv6-extension-header-filter l2forward "
    "lan-extension-controller-addr link-down-access lldp-reception lldp-transmission location-id mac-ttl manageip "
    "manageip6 multicast-forward multicast-skip-policy multicast-ttl-notchange nat46-force-ipv4-packet-forwarding "
    "nat46-generate-ipv6-fragment-header nat64-force-ipv6-packet-forwarding ngfw-mode opmode pfcp-monitor-mode "
    "policy-offload-level prp-trailer-action sctp-session-without-init ses-denied-multicast-traffic "
    "ses-denied-traffic sip-expectation sip-helper sip-nat-trace sip-ssl-port sip-tcp-port sip-udp-port "
    "snat-hairpin-traffic ssl-ssh-profile status strict-src-check tcp-session-without-syn utf8-spam-tagging "
    "v4-ecmp-mode vdom-type vpn-stats-log vpn-stats-period wccp-cache-engine",
)


@_settings.line("set central-nat (enable|disable)")
def _central_nat(here: Here, found: Found) -> None:
    here.device.set("central-nat", found.line, is_on=found.node.text.endswith("enable"), scope=here.scope)


known(_settings, " ".join(f"gui-{one}" for one in _SHOWN.split()))
