"""IPsec: phases 1 and 2 of tunnels with interfaces and of those of policies; the SSL VPN."""

from typing import Literal

from engineering_api.dialects.fortios.places import Here, Of, Selectors, known, listed, refer, section, table
from engineering_api.dialects.fortios.values import network, number, offer, span_of, word, words
from engineering_api.facts.names import Kind
from engineering_api.facts.tunnels import Proposal, Tunnel
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("tunnels")

_ADDRESSES: tuple[Kind, ...] = ("object", "object-group")


@table(SECTIONS, "vpn ipsec phase1-interface", "vpn ipsec phase1")
def _phase1(here: Here, name: str, found: Found) -> Of[Tunnel]:
    owner = here.of(Tunnel(source=found.span, name=name, phase1=Proposal()))
    here.device.tunnels.append(owner.fact)
    here.device.define("tunnel", name, found.span, scope=here.scope)
    return owner


known(
    _phase1,
    "acct-verify add-gw-route add-route addke1 addke2 addke3 addke4 addke5 addke6 addke7 aggregate-member "
    "aggregate-weight assign-ip assign-ip-from auto-discovery-crossover auto-discovery-dialup-placeholder "
    "auto-discovery-forwarder auto-discovery-offer-interval auto-discovery-psk auto-discovery-receiver "
    "auto-discovery-sender auto-discovery-shortcuts auto-negotiate azure-ad-autoconnect backup-gateway banner "
    "cert-id-validation cert-peer-username-strip cert-peer-username-validation cert-trust-store childless-ike "
    "client-auto-negotiate client-keep-alive client-resume client-resume-interval color comments default-gw "
    "default-gw-priority dev-id dev-id-notification dhcp-ipsec dhcp-ra-giaddr dhcp6-ra-linkaddr "
    "digital-signature-auth distance dns-mode dns-suffix-search domain dpd dpd-retrycount dpd-retryinterval "
    "dpd-retryinverval eap-cert-auth eap-exclude-peergrp eap-identity ems-sn-check encap-local-gw4 encap-local-gw6 "
    "encap-remote-gw4 encap-remote-gw6 encapsulation encapsulation-address enforce-unique-id esn "
    "exchange-fgt-device-id exchange-interface-ip exchange-ip-addr4 exchange-ip-addr6 fallback-tcp-threshold fec-base "
    "fec-codec fec-egress fec-health-check fec-ingress fec-mapping-profile fec-receive-timeout fec-redundant "
    "fec-send-timeout fgsp-sync forticlient-enforcement fortinet-esp fragmentation fragmentation-mtu "
    "group-authentication group-authentication-secret ha-sync-esp-seqno idle-timeout idle-timeoutinterval "
    "inbound-dscp-copy include-local-lan internal-domain-list ip-delay-interval ip-fragmentation ip-version "
    "ipv4-dns-server1 ipv4-dns-server2 ipv4-dns-server3 ipv4-end-ip ipv4-netmask ipv4-start-ip ipv4-wins-server1 "
    "ipv4-wins-server2 ipv6-dns-server1 ipv6-dns-server2 ipv6-dns-server3 ipv6-end-ip ipv6-prefix ipv6-start-ip "
    "keepalive link-cost local-gw local-gw6 localid localid-type loopback-asymroute mesh-selector-type mode-cfg "
    "mode-cfg-allow-client-selector monitor monitor-hold-down-delay monitor-hold-down-time monitor-hold-down-type "
    "monitor-hold-down-weekday monitor-min nat-traversal nattraversal negotiate-timeout net-device network-id "
    "network-overlay npu-offload packet-redistribution passive-mode peer peerid peertype ppk ppk-identity ppk-secret "
    "priority qkd qkd-profile reauth rekey remote-gw-country remote-gw-end-ip remote-gw-match remote-gw-start-ip "
    "remote-gw-subnet remote-gw-ztna-tags remote-gw6-match rsa-signature-format "
    "rsa-signature-hash-override save-password send-cert-chain shared-idle-timeout signature-hash-alg "
    "split-include-service suite-b transit-gateway transport tunnel-search type-of-service unity-support "
    "usrgrp-from-policy vni wizard-type xauthtype",
)
_phase1.knows("config (ipv4-exclude-range|ipv6-exclude-range|internal-domain-list|backup-gateway)")


@_phase1.line("set type TYPE:(static|dynamic|ddns)")
def _type(of: Of[Tunnel], found: Found) -> None:
    if found["TYPE"] == "dynamic":
        of.fact.say(found.line, kind="ipsec-dialin")


@_phase1.line("set interface VALUES...")
def _interface(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, interface=word(found["VALUES"]))
    refer(of, ("interface", "zone", "tunnel"), found, f"tunnel {of.fact.name}")


@_phase1.line("set ike-version VERSION:(1|2)")
def _version(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, ike=found["VERSION"])


@_phase1.line("set mode MODE:(aggressive|main)")
def _mode(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, is_aggressive=found["MODE"] == "aggressive")


@_phase1.line("set (remote-gw|remote-gw6|remotegw-ddns) PEER...")
def _peer(of: Of[Tunnel], found: Found) -> None:
    peer = word(found["PEER"])
    if peer.strip("0.:"):  # all zeros are no peer
        of.fact.say(found.line, peer=peer)


@_phase1.line("set (psksecret|psksecret-remote) SECRET...")
def _psk(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, authentication="psk")


@_phase1.line("set authmethod HOW:(psk|signature|rsa-signature)", "set authmethod-remote HOW:(psk|signature)")
def _method(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, authentication="psk" if found["HOW"] == "psk" else "certificate")


@_phase1.line("set eap HOW:(enable|disable)")
def _eap(of: Of[Tunnel], found: Found) -> None:
    if found["HOW"] == "enable":
        of.fact.say(found.line, authentication="eap")


@_phase1.line("(set|append) (certificate|rsa-certificate) VALUES...")
def _certificate(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, authentication="certificate")
    refer(of, "certificate", found, f"tunnel {of.fact.name}")


@_phase1.line("set proposal VALUES...")
def _proposal(of: Of[Tunnel], found: Found) -> None:
    before = of.fact.phase1 or Proposal()
    cleared = before.model_copy(update={"encryption": [], "hashes": []})
    of.fact.say(found.line, phase1=offer(found["VALUES"], cleared))


@_phase1.line("set dhgrp VALUES...")
def _groups(of: Of[Tunnel], found: Found) -> None:
    before = of.fact.phase1 or Proposal()
    of.fact.phase1 = before.model_copy(update={"groups": words(found["VALUES"])})


@_phase1.line("set keylife SECONDS")
def _life(of: Of[Tunnel], found: Found) -> None:
    before = of.fact.phase1 or Proposal()
    of.fact.phase1 = before.model_copy(update={"lifetime_seconds": number(found["SECONDS"])})


@_phase1.line("set (authusrgrp|banned-user-group) VALUES...")
def _user_group(of: Of[Tunnel], found: Found) -> None:
    refer(of, "user-group", found, f"tunnel {of.fact.name}")


_phase1.knows("set authusr REST...", "set (authpasswd|ppk-secret) REST...", "set (peergrp|peer) REST...")


@_phase1.line("set (ipv4-split-include|ipv4-split-exclude|ipv6-split-include|ipv4-name|ipv6-name) VALUES...")
def _split(of: Of[Tunnel], found: Found) -> None:
    refer(of, _ADDRESSES, found, f"tunnel {of.fact.name}")
    if "include" in found.node.text:
        of.fact.local_networks = words(found["VALUES"])


@table(SECTIONS, "vpn ipsec phase2-interface", "vpn ipsec phase2")
def _phase2(here: Here, name: str, found: Found) -> Of[Tunnel]:
    here.later.selectors.append(Selectors(here.scope))
    return here.of(Tunnel(source=found.span, name=name))


known(
    _phase2,
    "add-route addke1 addke2 addke3 addke4 addke5 addke6 addke7 auto-discovery-forwarder auto-discovery-sender "
    "auto-negotiate comments dhcp-ipsec diffserv diffservcode dst-addr-type dst-port encapsulation inbound-dscp-copy "
    "initiator-ts-narrow ipv4-df keepalive keylife-type keylifekbs l2tp protocol replay route-overlap selector-match "
    "single-source src-addr-type src-port use-natip",
)


def _of(of: Of[Tunnel]) -> Selectors:
    return of.here.later.selectors[-1]


@_phase2.line("set phase1name VALUES...")
def _phase1_name(of: Of[Tunnel], found: Found) -> None:
    _of(of).phase1 = word(found["VALUES"])
    refer(of, "tunnel", found, f"phase 2 {of.fact.name}")


@_phase2.line("set proposal VALUES...")
def _proposal2(of: Of[Tunnel], found: Found) -> None:
    _of(of).proposal = offer(found["VALUES"], _of(of).proposal)


@_phase2.line("set dhgrp VALUES...")
def _groups2(of: Of[Tunnel], found: Found) -> None:
    _of(of).proposal.groups = words(found["VALUES"])


@_phase2.line("set keylifeseconds SECONDS")
def _life2(of: Of[Tunnel], found: Found) -> None:
    _of(of).proposal.lifetime_seconds = number(found["SECONDS"])


@_phase2.line("set pfs HOW:(enable|disable)")
def _pfs(of: Of[Tunnel], found: Found) -> None:
    _of(of).pfs = found["HOW"] == "enable"


@_phase2.line("set SIDE:(src-subnet|dst-subnet|src-subnet6|dst-subnet6) NETWORK...")
def _subnet(of: Of[Tunnel], found: Found) -> None:
    _side(of, found).append(str(network(found["NETWORK"])))


@_phase2.line("set SIDE:(src-start-ip|dst-start-ip|src-end-ip|dst-end-ip) ADDRESS")
def _range(of: Of[Tunnel], found: Found) -> None:
    address, side = word(found["ADDRESS"]), _side(of, found)
    if "-end-" in found["SIDE"] and side:
        side[-1] = span_of(side[-1].partition("-")[0], address)
    else:
        side.append(span_of(address, address))


@_phase2.line("(set|append) SIDE:(src-name|dst-name|src-name6|dst-name6) VALUES...")
def _named(of: Of[Tunnel], found: Found) -> None:
    _side(of, found).extend(words(found["VALUES"]))
    refer(of, _ADDRESSES, found, f"phase 2 {of.fact.name}")


def _side(of: Of[Tunnel], found: Found) -> list[str]:
    return _of(of).local if found["SIDE"].startswith("src") else _of(of).remote


@section(SECTIONS, "vpn ssl settings")
def _ssl(here: Here, found: Found) -> Of[Tunnel]:
    """The SSL VPN is one tunnel for dial-in, where an interface of its own is named."""
    owner = here.of(Tunnel(source=found.span, name="SSL VPN", kind="ssl"))
    if any(node.text.startswith("set source-interface ") for node in found.node.children):
        here.device.tunnels.append(owner.fact)
    return owner


known(
    _ssl,
    "algorithm auth-session-check-source-ip auth-timeout auto-tunnel-static-route banned-cipher "
    "browser-language-detection check-referer ciphersuite client-sigalgs default-portal deflate-compression-level "
    "deflate-min-data-size dns-server1 dns-server2 dns-suffix dtls-heartbeat-fail-count dtls-heartbeat-idle-timeout "
    "dtls-heartbeat-interval dtls-hello-timeout dtls-max-proto-ver dtls-min-proto-ver dtls-tunnel dual-stack-mode "
    "encode-2f-sequence encrypt-and-store-password force-two-factor-auth header-x-forwarded-for "
    "hsts-include-subdomains http-compression http-only-cookie http-request-body-timeout http-request-header-timeout "
    "https-redirect idle-timeout ipv6-dns-server1 ipv6-dns-server2 login-attempt-limit login-block-time login-timeout "
    "port port-precedence reqclientcert route-source-interface saml-redirect-port server-hostname "
    "source-address-negate source-address6-negate ssl-client-renegotiation ssl-insert-empty-fragment "
    "ssl-max-proto-ver ssl-min-proto-ver sslv3 tlsv1-0 tlsv1-1 tlsv1-2 tlsv1-3 transform-backward-slashes "
    "tunnel-addr-assigned-method tunnel-connect-without-reauth tunnel-user-session-timeout "
    "unsafe-legacy-renegotiation url-obscuration use-sdwan user-peer web-mode-snat wins-server1 wins-server2 "
    "x-content-type-options ztna-trusted-client",
)


@_ssl.line("set status HOW:(enable|disable)", "set sslvpn-enable HOW:(enable|disable)")
def _ssl_status(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, is_enabled=found["HOW"] == "enable")


@_ssl.line("(set|append) source-interface VALUES...")
def _ssl_interface(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, interface=", ".join(words(found["VALUES"])))
    refer(of, ("interface", "zone", "tunnel"), found, "ssl vpn")


@_ssl.line("(set|append) WHICH:(tunnel-ip-pools|tunnel-ipv6-pools|source-address|source-address6) VALUES...")
def _ssl_addresses(of: Of[Tunnel], found: Found) -> None:
    if found["WHICH"] == "tunnel-ip-pools":
        of.fact.say(found.line, remote_networks=listed(found, of.fact.remote_networks))
    refer(of, _ADDRESSES, found, f"ssl vpn {found['WHICH']}")


@_ssl.line("set servercert VALUES...")
def _ssl_certificate(of: Of[Tunnel], found: Found) -> None:
    refer(of, "certificate", found, "ssl vpn")


@table(_ssl, "authentication-rule")
def _ssl_rule(of: Of[Tunnel], name: str, found: Found) -> Of[Tunnel]:
    return of


known(_ssl_rule, "auth cipher client-cert portal realm source-address-negate source-address6-negate user-peer users")


@_ssl_rule.line("(set|append) groups VALUES...")
def _ssl_groups(of: Of[Tunnel], found: Found) -> None:
    refer(of, "user-group", found, "ssl vpn")


@_ssl_rule.line("(set|append) source-interface VALUES...")
def _ssl_rule_interface(of: Of[Tunnel], found: Found) -> None:
    refer(of, ("interface", "zone", "tunnel"), found, "ssl vpn")


@_ssl_rule.line("(set|append) (source-address|source-address6) VALUES...")
def _ssl_rule_address(of: Of[Tunnel], found: Found) -> None:
    refer(of, _ADDRESSES, found, "ssl vpn")


@table(SECTIONS, "vpn ssl web portal")
def _portal(here: Here, name: str, found: Found) -> Of[Tunnel]:
    return here.of(Tunnel(source=found.span, name=name, kind="ssl"))


@_portal.line("(set|append) (ip-pools|ipv6-pools|split-tunneling-routing-address) VALUES...")
def _portal_addresses(of: Of[Tunnel], found: Found) -> None:
    refer(of, _ADDRESSES, found, f"ssl vpn portal {of.fact.name}")


_portal.knows("(set|append|config) REST...")


def _dial_in(kind: Literal["l2tp", "pptp"]) -> None:
    place: Place[Of[Tunnel]] = Place(kind)

    @SECTIONS.opens(place, f"config vpn {kind}")
    def _(here: Here, found: Found) -> Of[Tunnel]:
        owner = here.of(Tunnel(source=found.span, name=kind.upper(), kind=kind))
        if any(node.text == "set status enable" for node in found.node.children):
            here.device.tunnels.append(owner.fact)
        return owner

    @place.line("set usrgrp VALUES...")
    def _(of: Of[Tunnel], found: Found) -> None:
        refer(of, "user-group", found, of.fact.name)

    place.knows("unset REST...")
    known(place, "status eip sip ip-mode local-ip enforce-ipsec compress hello-interval")
    known(place, "lcp-echo-interval lcp-max-echo-fails")


for _kind in ("l2tp", "pptp"):
    _dial_in(_kind)
