"""Who may dial in and what they get: tunnel-group, group-policy, webvpn, pools of addresses."""

from ipaddress import ip_address

from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.names import Kind
from engineering_api.facts.services import DhcpPool
from engineering_api.facts.tunnels import Tunnel
from engineering_api.reading.grammar import Found, Place

DIALIN: Place[Reading] = Place("dial-in")
#: Inside of a tunnel-group's attributes; the owner is the group's name.
GROUP: Place[Within[str]] = Place("tunnel-group")
POLICY: Place[Within[str]] = Place("group-policy")
WEBVPN: Place[Reading] = Place("webvpn")
_BUILT_IN = frozenset({"DfltGrpPolicy", "LOCAL", "DefaultRAGroup", "DefaultWEBVPNGroup", "DefaultL2LGroup", "none"})


def _refer(at: Within[str], kind: Kind, name: str, found: Found, context: str) -> None:
    if name not in _BUILT_IN:
        at.device.refer(kind, name, found.line, f"{context} {at.fact}")


@DIALIN.line("ip local pool NAME RANGE [mask MASK]", "ipv6 local pool NAME RANGE COUNT")
def _pool(reading: Reading, found: Found) -> None:
    name = found["NAME"]
    reading.device.define("pool", name, found.line)
    first, _, last = found["RANGE"].partition("-")
    if "/" not in first:
        ip_address(first)
        ip_address(last or first)
    reading.device.dhcp_pools.append(DhcpPool(source=found.line, name=name, ranges=[found["RANGE"]]))


@DIALIN.line("tunnel-group NAME type KIND")
def _group(reading: Reading, found: Found) -> None:
    name, kind = found["NAME"], found["KIND"]
    reading.device.define("tunnel", name, found.line, is_used=True)
    if kind in {"remote-access", "webvpn", "ipsec-ra"}:
        made = Tunnel(source=found.line, name=name, kind="ipsec-dialin" if kind == "ipsec-ra" else "ssl")
        reading.dialins[name] = made
        reading.device.tunnels.append(made)
        reading.later.append(lambda: _say(reading, made))


def _say(reading: Reading, made: Tunnel) -> None:
    if not reading.webvpn:
        made.kind = "ipsec-dialin"
        made.ike = "1"
        made.phase1 = reading.accepted.phase1("1")
    made.interface = ", ".join(reading.webvpn)
    made.authentication = reading.proofs.get(made.name, "")


@DIALIN.opens(GROUP, "tunnel-group NAME (general-attributes|ipsec-attributes|webvpn-attributes|ppp-attributes)")
def _attributes(reading: Reading, found: Found) -> Within[str]:
    reading.device.define("tunnel", found["NAME"], found.span, is_used=True)
    if made := reading.dialins.get(found["NAME"]):
        made.source = made.source._replace(last=max(made.source.last, found.span.last))
    return Within(reading, found["NAME"])


@GROUP.line(
    "[ikev1] pre-shared-key REST...", "ikev2 (local-authentication|remote-authentication) pre-shared-key REST..."
)
def _psk(at: Within[str], found: Found) -> None:
    at.reading.proofs[at.fact] = "psk"


@GROUP.line("[ikev1] trust-point NAME", "ikev2 local-authentication certificate NAME")
def _certificate(at: Within[str], found: Found) -> None:
    at.reading.proofs[at.fact] = "certificate"
    _refer(at, "certificate", found["NAME"], found, "tunnel-group")


@GROUP.line("ikev2 remote-authentication KIND:(certificate|eap) [REST...]")
def _remote(at: Within[str], found: Found) -> None:
    at.reading.proofs.setdefault(at.fact, "eap" if found["KIND"] == "eap" else "certificate")


@GROUP.line("default-group-policy NAME")
def _default_policy(at: Within[str], found: Found) -> None:
    _refer(at, "template", found["NAME"], found, "tunnel-group")


@GROUP.line("(address-pool|ipv6-address-pool) NAMES...")
def _group_pool(at: Within[str], found: Found) -> None:
    for name in found["NAMES"].split():
        if not name.startswith("("):
            _refer(at, "pool", name, found, "tunnel-group")


@GROUP.line(
    "(authentication-server-group|accounting-server-group|authorization-server-group) NAMES...",
    "secondary-authentication-server-group NAMES...",
)
def _servers(at: Within[str], found: Found) -> None:
    for name in found["NAMES"].split():
        if not name.startswith("(") and name not in {"use-primary-username", "none"}:
            _refer(at, "server-group", name, found, "tunnel-group")


GROUP.knows(
    *beginnings(
        "group-alias, group-url, no group-alias, isakmp, ikev1 user-authentication, peer-id-validate, "
        "authentication, no authentication, username-from-certificate, password-management, dhcp-server, "
        "customization, dns-group, proxy-auth, pre-fill-username, override-svc-download, without-csd, annotation, "
        "scep-enrollment, authorization-dn-attributes, hic-fail-group-policy, saml, ikev2, "
        "secondary-username-from-certificate, no, nbns-server, external-browser, nat-assigned-to-public-ip"
    ),
    "ikev1 radius-sdi-xauth",
    "chain",
    "authorization-required",
    "strip-realm",
    "strip-group",
    "radius-reject-message",
)


@DIALIN.line("group-policy NAME (internal|external) [REST...]")
def _policy(reading: Reading, found: Found) -> None:
    reading.device.define("template", found["NAME"], found.line, is_used=found["NAME"] in _BUILT_IN)


@DIALIN.opens(POLICY, "group-policy NAME attributes")
def _policy_attributes(reading: Reading, found: Found) -> Within[str]:
    reading.device.define("template", found["NAME"], found.span, is_used=found["NAME"] in _BUILT_IN)
    return Within(reading, found["NAME"])


@POLICY.line("(vpn-filter|ipv6-vpn-filter|split-tunnel-network-list|ipv6-split-tunnel-network-list) value NAME")
def _policy_list(at: Within[str], found: Found) -> None:
    _refer(at, "acl", found["NAME"], found, "group-policy")


@POLICY.line("(address-pools|ipv6-address-pools) value NAMES...")
def _policy_pools(at: Within[str], found: Found) -> None:
    for name in found["NAMES"].split():
        _refer(at, "pool", name, found, "group-policy")


@POLICY.line("vpn-access-hours value NAME")
def _hours(at: Within[str], found: Found) -> None:
    _refer(at, "schedule", found["NAME"], found, "group-policy")


@POLICY.line("vpn-group-policy NAME")
def _user_policy(at: Within[str], found: Found) -> None:
    _refer(at, "template", found["NAME"], found, "username")


@POLICY.line("group-lock value NAME")
def _lock(at: Within[str], found: Found) -> None:
    _refer(at, "tunnel", found["NAME"], found, "group-policy")


@POLICY.line("ssh authentication (publickey|pkf) REST...")
def _key(at: Within[str], found: Found) -> None:
    if user := at.reading.users.get(at.fact):
        user.keys += 1
        user.at["keys"] = found.line


POLICY.knows(
    *beginnings(
        "banner, wins-server, dns-server, dhcp-network-scope, vpn-tunnel-protocol, vpn-simultaneous-logins, "
        "vpn-idle-timeout, vpn-session-timeout, split-tunnel-policy, ipv6-split-tunnel-policy, split-dns, "
        "split-tunnel-all-dns, default-domain, password-storage, ip-comp, re-xauth, pfs, ipsec-udp, "
        "ipsec-udp-port, backup-servers, msie-proxy, client-access-rule, client-firewall, client-bypass-protocol, "
        "gateway-fqdn, secure-unit-authentication, user-authentication, nem, leap-bypass, ip-phone-bypass, vlan, "
        "security-group-tag, scep-forwarding-url, intercept-dhcp, smartcard-removal-disconnect, service-type, "
        "memberof, vpn-framed-ip-address, vpn-framed-ipv6-address, user-authentication-idle-timeout, "
        "periodic-authentication, anyconnect-custom, privilege, ldap-attribute-map, no"
    ),
    "no banner",
    "vpn-filter none",
    "split-tunnel-network-list none",
    "webvpn",
    "address-pools none",
    "ipv6-address-pools none",
    "group-lock none",
    "vpn-access-hours none",
)


@DIALIN.opens(POLICY, "username NAME attributes")
def _user_attributes(reading: Reading, found: Found) -> Within[str]:
    return Within(reading, found["NAME"])


@DIALIN.opens(WEBVPN, "webvpn")
def _webvpn(reading: Reading, found: Found) -> Reading:
    return reading


@WEBVPN.line("enable INTERFACE [tls-only]")
def _enable(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["INTERFACE"], found.line, "webvpn")
    reading.webvpn.append(found["INTERFACE"])


WEBVPN.knows(
    *beginnings(
        "port, dtls, anyconnect, svc, tunnel-group-list, tunnel-group-preference, error-recovery, keepout, csd, "
        "hostscan, smart-tunnel, default-idle-timeout, internal-password, rewrite, memory-size, "
        "certificate-group-map, saml, no, character-encoding, onscreen-keyboard, portal-access-rule, url-list, "
        "auto-signon, proxy-bypass, https-proxy, http-proxy, mus, application-type, import, port-forward, "
        "deny-message, content-security-policy"
    ),
    "no anyconnect-essentials",
    "anyconnect-essentials",
    "cache",
    "hsts",
    "http-headers",
)
DIALIN.knows(
    *beginnings(
        "dynamic-access-policy-record, dynamic-access-policy-config, vpn-sessiondb, vpn-addr-assign, no "
        "vpn-addr-assign, vpnclient, tunnel-group-map, l2tp, vpdn, ssl, no ssl, user-identity, no user-identity, "
        "compression, no compression, group-delimiter, default-group-policy, url-cache, filter, url-server, "
        "url-block, eool, vpn-mode, saml, anyconnect-custom-attr, anyconnect-custom-data"
    ),
    "vpn-addr-assign",
    "vpn load-balancing",
    "ldap attribute-map NAME",
    "imap4s",
    "pop3s",
    "smtps",
)
