"""The device itself: its name, its administrators, and how it is managed."""

from engineering_api.dialects.fortios.places import Here, Of, known, refer, section, table
from engineering_api.dialects.fortios.values import network, number, word, words
from engineering_api.facts.services import Management, User
from engineering_api.facts.settings import Name
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("system")

#: Settings of "system global" that are on or off.
_SWITCHES: dict[str, Name] = {
    "pre-login-banner": "pre-login-banner",
    "post-login-banner": "banner",
    "lldp-transmission": "lldp",
    "admin-maintainer": "password-recovery",
    "private-data-encryption": "encrypted-secrets",
    "revision-backup-on-logout": "config-archive",
    "strong-crypto": "web-cipher",
    "auto-auth-extension-device": "auto-install",
    "fgd-alert-subscription": "telemetry",
}


@section(SECTIONS, "system global", "sys global")
def _global(here: Here, found: Found) -> Here:
    return here


known(
    _global,
    "admin-concurrent admin-console-timeout admin-forticloud-sso-default-profile admin-forticloud-sso-login "
    "admin-hsts-max-age admin-https-pki-required admin-https-redirect admin-https-ssl-banned-ciphers "
    "admin-https-ssl-ciphersuites admin-login-max admin-reset-button admin-restrict-local admin-scp "
    "admin-ssh-grace-time admin-ssh-password admin-ssh-v1 admin-telnet-v1 airplane-mode alias allow-traffic-redirect "
    "anti-replay application-bandwidth-tracking arp-max-entry asymroute auth-cert auth-http-port auth-https-port "
    "auth-ike-saml-port auth-keepalive auth-session-auto-backup auth-session-auto-backup-interval auth-session-limit "
    "av-affinity av-failopen av-failopen-session batch-cmdb bfd-affinity block-session-timer br-fdb-max-entry "
    "bypass-arp-nexthop-check cert-chain-max cfg-revert-timeout cfg-save check-protocol-header check-reset-range "
    "cli-audit-log cloud-communication clt-cert-req cmdbsvr-affinity compliance-check compliance-check-time "
    "cpu-use-threshold csr-ca-attribute daily-restart default-service-source-port delay-tcp-npu-session "
    "device-identification-active-scan-delay device-idle-timeout dh-params dhcp-lease-backup-interval "
    "dnsproxy-worker-count dst early-tcp-npu-session edit-vdom-prompt endpoint-control-fds-access "
    "endpoint-control-portal-port extender-controller-reserved-network failtime faz-disk-buffer-size fds-statistics "
    "fds-statistics-period fec-port fgd-update forticarrier-bypass forticloud forticontroller-proxy "
    "forticontroller-proxy-port fortiextender fortiextender-data-port fortiextender-discovery-lockdown "
    "fortiextender-provision-on-authorization fortiextender-vlan-mode fortigate-cloud-only fortigslb-integration "
    "fortiipam-integration fortiservice-port fortitoken-cloud fortitoken-cloud-push-status fortitoken-cloud-region "
    "fortitoken-cloud-sync-interval gui-allow-default-hostname gui-allow-incompatible-fabric-fgt gui-allow-ssl-vpn "
    "gui-app-detection-sdwan gui-auto-upgrade-setup-warning gui-cdn-domain-override gui-cdn-usage gui-certificates "
    "gui-custom-language gui-date-format gui-date-time-source gui-device-latitude gui-device-longitude "
    "gui-display-hostname gui-firmware-upgrade-setup-warning gui-firmware-upgrade-warning "
    "gui-forticare-registration-setup-warning gui-fortigate-cloud-sandbox gui-fortiguard-resource-fetch "
    "gui-fortisandbox-cloud gui-ipv6 gui-lines-per-page gui-local-out gui-replacement-message-groups "
    "gui-rest-api-cache gui-theme gui-user-usage-collection-setup-warning gui-wireless-opensecurity "
    "gui-workflow-management ha-affinity hardware-switch-mgmt honor-df httpd-max-worker-count hyper-scale-vdom-num "
    "igmp-state-limit ike-embryonic-limit interface-subnet-usage internet-service-database "
    "internet-service-download-list interval ip-conflict-detection ip-fragment-mem-thresholds ip-src-port-range "
    "ipam-mode ips-affinity ipsec-asic-offload ipsec-ha-seqjump-rate ipsec-hmac-offload ipsec-round-robin "
    "ipsec-soft-dec-async ipv6-accept-dad ipv6-allow-anycast-probe ipv6-allow-local-in-silent-drop "
    "ipv6-allow-multicast-probe ipv6-allow-traffic-redirect irq-time-accounting language ldapconntimeout "
    "lldp-reception log-daemon-cpu-threshold log-single-cpu-high log-ssl-connection log-uuid log-uuid-address "
    "log-uuid-policy login-timestamp long-vdom-name management-ip management-port management-port-use-admin-sport "
    "management-vdom max-dlpstat-memory max-route-cache-size mc-ttl-notchange memory-use-threshold-extreme "
    "memory-use-threshold-green memory-use-threshold-red miglog-affinity miglogd-children multi-factor-authentication "
    "multicast-forward ndp-max-entry npu-neighbor-update per-user-bal per-user-bwl phase1-rekey "
    "policy-auth-concurrent post-quantum-crypto proxy-and-explicit-proxy proxy-auth-lifetime "
    "proxy-auth-lifetime-timeout proxy-auth-timeout proxy-cert-use-mgmt-vdom proxy-cipher-hardware-acceleration "
    "proxy-hardware-acceleration proxy-keep-alive-mode proxy-kxp-hardware-acceleration proxy-re-authentication-mode "
    "proxy-re-authentication-time proxy-resource-mode proxy-worker-count purdue-level quic-ack-thresold "
    "quic-congestion-control-algo quic-max-datagram-size quic-pmtud quic-tls-handshake-timeout "
    "quic-udp-payload-size-shaping-per-cid radius-port reboot-upon-config-restore refresh registration-notification "
    "remoteauthtimeout reset-sessionless-tcp rest-api-key-url-query restart-time revision-image-auto-backup "
    "scanunit-count scim-http-port scim-https-port scim-server-cert security-rating-result-submission "
    "security-rating-run-on-schedule send-pmtu-icmp sflowd-max-children-num single-vdom-npuvlink snat-route-change "
    "special-file-23-support speedtest-server speedtest-server-port speedtestd-ctrl-port speedtestd-server-port "
    "split-port ssd-trim-date ssd-trim-freq ssd-trim-hour ssd-trim-min ssd-trim-weekday ssh-cbc-cipher ssh-enc-algo "
    "ssh-hmac-md5 ssh-hostkey ssh-hostkey-algo ssh-hostkey-override ssh-hostkey-password ssh-kex-algo ssh-kex-sha1 "
    "ssh-mac-algo ssh-mac-weak ssl-min-proto-version ssl-static-key-ciphers sslvpn-affinity "
    "sslvpn-cipher-hardware-acceleration sslvpn-ems-sn-check sslvpn-kxp-hardware-acceleration sslvpn-max-worker-count "
    "sslvpn-plugin-version-check sslvpn-web-mode strict-dirty-session-check switch-controller "
    "switch-controller-reserved-network sys-perf-log-interval syslog-affinity tcp-halfclose-timer tcp-halfopen-timer "
    "tcp-option tcp-rst-timer tcp-timewait-timer tftp traffic-priority traffic-priority-level "
    "two-factor-email-expiry two-factor-fac-expiry two-factor-ftk-expiry two-factor-ftm-expiry two-factor-sms-expiry "
    "udp-idle-timer upgrade-report url-filter-affinity url-filter-count usb-auto-install use-usb-serial "
    "user-device-store-max-device-mem user-device-store-max-devices user-device-store-max-unified-mem "
    "user-device-store-max-users user-history-password-threshold vdom-admin vdom-mode vip-arp-range "
    "virtual-server-count virtual-server-hardware-acceleration virtual-switch-vlan vpn-ems-sn-check wad-affinity "
    "wad-csvc-cs-count wad-csvc-db-count wad-memory-change-granularity wad-restart-end-time wad-restart-mode "
    "wad-restart-start-time wad-source-affinity wad-worker-count wifi-ca-certificate wifi-certificate wimax-4g-usb "
    "wireless-controller wireless-controller-port wireless-mode",
)


@_global.line("set hostname NAME...")
def _hostname(here: Here, found: Found) -> None:
    here.device.identity.say(found.line, hostname=word(found["NAME"]))


@_global.line("set WHICH:(admin-sport|admin-port|admin-ssh-port|admin-telnet-port) NUMBER")
def _port(here: Here, found: Found) -> None:
    protocols = {"admin-sport": "https", "admin-port": "http", "admin-ssh-port": "ssh", "admin-telnet-port": "telnet"}
    here.later.listens[protocols[found["WHICH"]]] = (number(found["NUMBER"]), found.line)


@_global.line("set admintimeout MINUTES")
def _idle(here: Here, found: Found) -> None:
    here.later.idle = (60 * number(found["MINUTES"]), found.line)
    here.device.set("idle-timeout", found.line, value=str(60 * number(found["MINUTES"])))


@_global.line("set admin-lockout-threshold NUMBER")
def _attempts(here: Here, found: Found) -> None:
    here.device.set("login-attempts", found.line, value=str(number(found["NUMBER"])))


@_global.line("set admin-lockout-duration SECONDS")
def _delay(here: Here, found: Found) -> None:
    here.device.set("login-delay", found.line, value=str(number(found["SECONDS"])))


@_global.line("set timezone ZONE...")
def _zone(here: Here, found: Found) -> None:
    here.device.set("time-zone", found.line, value=word(found["ZONE"]))


@_global.line(f"set WHICH:({'|'.join(_SWITCHES)}) HOW:(enable|disable)")
def _switch(here: Here, found: Found) -> None:
    is_on = found["HOW"] == "enable"
    value = ("strong" if is_on else "weak") if found["WHICH"] == "strong-crypto" else ""
    here.device.set(_SWITCHES[found["WHICH"]], found.line, is_on=is_on, value=value)


@_global.line("(set|append) admin-https-ssl-versions VALUES...")
def _versions(here: Here, found: Found) -> None:
    here.device.set("web-cipher", found.line, value=" ".join(words(found["VALUES"])))


@_global.line("set WHICH:(admin-telnet|admin-http) HOW:(enable|disable)")
def _telnet(here: Here, found: Found) -> None:
    protocol = found["WHICH"].removeprefix("admin-")
    here.device.management.append(Management(source=found.line, protocol=protocol, is_enabled=found["HOW"] == "enable"))


@_global.line("set (admin-server-cert|user-server-cert|admin-scp-cert) VALUES...")
def _certificate(here: Here, found: Found) -> None:
    for name in words(found["VALUES"]):
        here.device.refer("certificate", name, found.line, "administration")


@table(SECTIONS, "system admin", "system sso-admin", "system api-user", "system sso-fortigate-cloud-admin")
def _admin(here: Here, name: str, found: Found) -> Of[User]:
    owner = here.of(User(source=found.span, name=name))
    here.device.users.append(owner.fact)
    here.later.trusted.append([])
    return owner


known(
    _admin,
    "accprofile-override allow-remove-admin-session api-key comments cors-allow-origin email-to first-login "
    "force-password-change fortitoken guest-auth guest-lang guest-usergroups gui-default-dashboard-template "
    "gui-global-menu-favorites gui-ignore-invalid-signature-version gui-ignore-release-overview-version "
    "gui-new-feature-acknowledge gui-vdom-menu-favorites hidden history0 history1 "
    "last-failed-login last-login login-time password-expire peer-auth peer-group radius-vdom-override "
    "remote-auth schedule sms-custom-server sms-phone sms-server ssh-certificate status tos-accepted "
    "two-factor-authentication two-factor-notification type vdom vdom-override wildcard wildcard-fallback",
)
_admin.knows("config (dashboard-tabs|guest-usergroups|login-time|vdom)")


@table(_admin, "gui-dashboard", "dashboard")
def _dashboard(of: Of[User], name: str, found: Found) -> Of[User]:
    return of


known(
    _dashboard,
    "name vdom layout-type csf permanent columns scope widget-type column status refresh-interval last-updated",
)


@table(_dashboard, "widget")
def _widget(of: Of[User], name: str, found: Found) -> Of[User]:
    return of


known(
    _widget,
    "type x-pos y-pos width height interface region industry fabric-device fabric-device-widget-name title report-by "
    "fabric-device-widget-visualization-type timeframe sort-by visualization fortiview-type fortiview-report-by "
    "fortiview-sort-by fortiview-timeframe fortiview-visualization fortiview-device chart-type devices last-updated",
)


@table(_widget, "filters", "fortiview-filters")
def _filter(of: Of[User], name: str, found: Found) -> Of[User]:
    return of


known(_filter, "key value negate")


@_admin.line("set accprofile VALUES...")
def _profile(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, privilege=word(found["VALUES"]))


@_admin.line("set password SECRET...", "set passwd SECRET...")
def _password(of: Of[User], found: Found) -> None:
    secret = found["SECRET"]
    is_hidden = secret.startswith("ENC ") or "-hash-" in secret
    of.fact.say(found.line, password="hash" if is_hidden else "plain")


@_admin.line("set (ssh-public-key1|ssh-public-key2|ssh-public-key3) KEY...")
def _key(of: Of[User], found: Found) -> None:
    of.fact.keys += 1


@_admin.line(
    f"set ({'|'.join(f'trusthost{one}' for one in range(1, 11))}) NETWORK...",
    f"set ({'|'.join(f'ip6-trusthost{one}' for one in range(1, 11))}) NETWORK...",
)
def _trusted(of: Of[User], found: Found) -> None:
    trusted = str(network(found["NETWORK"]))
    if trusted not in ("0.0.0.0/0", "::/0"):
        of.fact.allowed.append(trusted)
        of.fact.at["allowed"] = found.line
        of.here.later.trusted[-1].append(trusted)


@table(_admin, "trusthost")
def _api_host(of: Of[User], name: str, found: Found) -> Of[User]:
    return of


@_api_host.line("set (ipv4-trusthost|ipv6-trusthost) NETWORK...")
def _api_trusted(of: Of[User], found: Found) -> None:
    _trusted(of, found)


known(_api_host, "type")


@_admin.line("set two-factor HOW")
def _second(of: Of[User], found: Found) -> None:
    of.device.set("two-factor", found.line, is_on=word(found["HOW"]) != "disable", value=of.fact.name)


@_admin.line("(set|append) remote-group VALUES...")
def _remote(of: Of[User], found: Found) -> None:
    refer(of, "user-group", found, f"administrator {of.fact.name}")


@section(SECTIONS, "system ha")
def _ha(here: Here, found: Found) -> Here:
    return here


known(
    _ha,
    "arps arps-interval authentication auto-virtual-mac-interface cpu-threshold encryption evpn-ttl "
    "failover-hold-time ftp-proxy-threshold gratuitous-arps group-id group-name ha-direct ha-eth-type ha-mgmt-status "
    "ha-port-dtag-mode ha-uptime-diff-margin hb-interval hb-interval-in-milliseconds hb-lost-threshold hbdev "
    "hc-eth-type hello-holddown http-proxy-threshold imap-proxy-threshold inter-cluster-session-sync "
    "ipsec-phase2-proposal key l2ep-eth-type link-failed-signal load-balance-all logical-sn memory-based-failover "
    "memory-compatible-mode memory-failover-flip-timeout memory-failover-monitor-period memory-failover-sample-rate "
    "memory-failover-threshold memory-threshold minimum-worker-threshold monitor multicast-ttl nntp-proxy-threshold "
    "override override-wait-time password pingserver-failover-threshold pingserver-flip-timeout "
    "pingserver-monitor-interface pingserver-secondary-force-reset pingserver-slave-force-reset pop3-proxy-threshold "
    "priority route-hold route-ttl route-wait schedule session-pickup session-pickup-connectionless "
    "session-pickup-delay session-pickup-expectation session-pickup-nat session-sync-dev smtp-proxy-threshold "
    "ssd-failover standalone-config-sync standalone-mgmt-vdom sync-config sync-packet-balance unicast-gateway "
    "unicast-hb unicast-hb-netmask unicast-hb-peerip unicast-status uninterruptible-primary-wait "
    "uninterruptible-upgrade upgrade-mode vcluster vcluster-id vcluster-status vcluster2 vdom weight",
)
_ha.knows("config (ha-mgmt-interfaces|secondary-vcluster|vcluster|frup-settings|unicast-peers)")


@_ha.line("set mode MODE")
def _ha_mode(here: Here, found: Found) -> None:
    mode = word(found["MODE"])
    here.device.set("high-availability", found.line, is_on=mode != "standalone", value=mode)


@section(SECTIONS, "system password-policy")
def _passwords(here: Here, found: Found) -> Here:
    return here


known(
    _passwords,
    "apply-to change-4-characters expire-day expire-status login-lockout-upon-downgrade "
    "login-lockout-upon-weaker-encryption min-change-characters min-lower-case-letter min-non-alphanumeric min-number "
    "min-upper-case-letter reuse-password reuse-password-limit status",
)


@_passwords.line("set minimum-length NUMBER")
def _length(here: Here, found: Found) -> None:
    here.device.set("password-length", found.line, value=str(number(found["NUMBER"])))


@section(SECTIONS, "log setting")
def _log(here: Here, found: Found) -> Here:
    return here


known(
    _log,
    "anonymization-hash brief-traffic-format custom-log-fields daemon-log expolicy-implicit-log extended-log "
    "extended-utm-log faz-override fortiview-weekly-data fwpolicy-implicit-log fwpolicy6-implicit-log local-in-allow "
    "local-in-deny-broadcast local-in-deny-unicast local-in-policy-log local-out local-out-ioc-detection "
    "log-invalid-packet log-policy-comment log-policy-name log-user-in-upper long-live-session-stat neighbor-event "
    "resolve-ip resolve-port rest-api-get rest-api-performance rest-api-set syslog-override user-anonymize zone-name",
)


@section(SECTIONS, "system fortiguard")
def _fortiguard(here: Here, found: Found) -> Here:
    return here


known(
    _fortiguard,
    "FDS-license-expiring-days antispam-cache antispam-cache-mpercent antispam-cache-mpermille antispam-cache-ttl "
    "antispam-expiration antispam-force-off antispam-license antispam-timeout anycast-sdns-server-ip "
    "anycast-sdns-server-port auto-firmware-upgrade-day auto-firmware-upgrade-delay auto-firmware-upgrade-end-hour "
    "auto-firmware-upgrade-start-hour auto-join-forticloud ddns-server-ip ddns-server-ip6 ddns-server-port "
    "fortiguard-anycast fortiguard-anycast-source gui-prompt-auto-upgrade interface interface-select-method "
    "load-balance-servers outbreak-prevention-cache outbreak-prevention-cache-mpercent "
    "outbreak-prevention-cache-mpermille outbreak-prevention-cache-ttl outbreak-prevention-force-off "
    "outbreak-prevention-timeout persistent-connection port protocol proxy-password proxy-server-ip proxy-server-port "
    "proxy-username sandbox-inline-scan sandbox-region sdns-options sdns-server-ip sdns-server-port "
    "service-account-id source-ip source-ip6 update-build-proxy update-dldb update-extdb update-ffdb "
    "update-server-location update-uwdb videofilter-expiration videofilter-license vrf-select webfilter-cache "
    "webfilter-cache-ttl webfilter-expiration webfilter-force-off webfilter-license webfilter-timeout",
)


@_fortiguard.line("set auto-firmware-upgrade HOW:(enable|disable)")
def _upgrade(here: Here, found: Found) -> None:
    here.device.set("firmware-update", found.line, is_on=found["HOW"] == "enable")
