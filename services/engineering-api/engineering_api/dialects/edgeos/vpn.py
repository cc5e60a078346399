"""Virtual private networks: IPsec from site to site, L2TP and PPTP for people who dial in."""

from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Literal

from engineering_api.dialects.edgeos.state import Edge
from engineering_api.facts.names import Kind
from engineering_api.facts.tunnels import Proposal, Tunnel
from engineering_api.reading.paths import Found, Level

VPN = Level[Edge]("vpn")
IKE = Level["Terms"]("ike-group")
ESP = Level["Terms"]("esp-group")
PEER = Level["Peer"]("peer")
DIAL_IN = Level["DialIn"]("remote-access")

_KEY_EXCHANGE: dict[str, Literal["1", "2", "1+2"]] = {"ikev1": "1", "ikev2": "2", "auto": "1+2"}
_AUTHENTICATION: dict[str, Literal["psk", "certificate"]] = {
    "pre-shared-secret": "psk", "pre-shared-key": "psk", "x509": "certificate", "rsa": "certificate", "any": "psk",
}  # fmt: skip


@dataclass(slots=True)
class Terms:
    """A group of either phase."""

    edge: Edge
    name: str
    proposal: Proposal = field(default_factory=Proposal)
    ike: Literal["", "1", "2", "1+2"] = ""
    is_aggressive: bool = False
    pfs: str = "enable"


@dataclass(slots=True)
class Peer:
    """The other end of a tunnel."""

    edge: Edge
    fact: Tunnel
    ike: str = ""
    esp: str = ""


@dataclass(slots=True)
class DialIn:
    """An entry for people who dial in."""

    edge: Edge
    fact: Tunnel


def _terms(edge: Edge, found: Found, what: str, kind: Kind) -> Terms:
    name = found["NAME"]
    edge.device.define(kind, name, found.span)
    return edge.thing((what, name), lambda: Terms(edge, name))


@VPN.opens(IKE, "ipsec ike-group NAME")
def _ike(edge: Edge, found: Found) -> Terms:
    return _terms(edge, found, "ike", "ike-policy")


@VPN.opens(ESP, "ipsec esp-group NAME")
def _esp(edge: Edge, found: Found) -> Terms:
    return _terms(edge, found, "esp", "transform-set")


@IKE.path("proposal NUMBER encryption NAME")
@ESP.path("proposal NUMBER encryption NAME")
def _encryption(terms: Terms, found: Found) -> None:
    _add(terms.proposal.encryption, found["NAME"].replace("gcm128", "gcm"))


@IKE.path("proposal NUMBER hash NAME")
@ESP.path("proposal NUMBER hash NAME")
def _hash(terms: Terms, found: Found) -> None:
    _add(terms.proposal.hashes, found["NAME"])


@IKE.path("proposal NUMBER dh-group NAME")
def _group(terms: Terms, found: Found) -> None:
    _add(terms.proposal.groups, found["NAME"])


def _add(known: list[str], name: str) -> None:
    if name not in known:
        known.append(name)


@IKE.path("lifetime SECONDS")
@ESP.path("lifetime SECONDS")
def _lifetime(terms: Terms, found: Found) -> None:
    terms.proposal.lifetime_seconds = int(found["SECONDS"])


@IKE.path("key-exchange HOW")
def _key_exchange(terms: Terms, found: Found) -> None:
    terms.ike = _KEY_EXCHANGE.get(found["HOW"], "")


@IKE.path("mode MODE")
def _mode(terms: Terms, found: Found) -> None:
    terms.is_aggressive = found["MODE"] == "aggressive"


@ESP.path("pfs HOW")
def _pfs(terms: Terms, found: Found) -> None:
    terms.pfs = found["HOW"]


IKE.knows_only(
    "dead-peer-detection", "dead-peer-detection (action|interval|timeout) VALUE", "(ikev2-reauth|mobike|prf) HOW",
    "close-action ACTION", "proposal NUMBER", "proposal NUMBER prf NAME", "(disable-mobike|ikev2-reauth)",
)  # fmt: skip
ESP.knows_only(
    "(mode|compression|life-bytes|life-packets) VALUE", "proposal NUMBER", "(disable-rekey|compression)",
)  # fmt: skip


@VPN.opens(PEER, "ipsec site-to-site peer NAME", can_be_off=True)
def _peer(edge: Edge, found: Found) -> Peer:
    name = found["NAME"]

    def make() -> Peer:
        tunnel = Tunnel(source=found.span, name=name, peer=name.removeprefix("@"))
        edge.device.tunnels.append(tunnel)
        return Peer(edge, tunnel)

    return edge.thing(("peer", name), make)


@PEER.path("authentication mode MODE")
def _authentication(peer: Peer, found: Found) -> None:
    peer.fact.say(found.line, authentication=_AUTHENTICATION.get(found["MODE"], ""))


@PEER.path("ike-group NAME")
def _ike_group(peer: Peer, found: Found) -> None:
    peer.ike = found["NAME"]
    peer.edge.device.refer("ike-policy", found["NAME"], found.line, f"peer {peer.fact.name} ike-group")


@PEER.path("default-esp-group NAME", "tunnel NUMBER esp-group NAME", "vti esp-group NAME")
def _esp_group(peer: Peer, found: Found) -> None:
    peer.esp = peer.esp or found["NAME"]
    peer.edge.device.refer("transform-set", found["NAME"], found.line, f"peer {peer.fact.name} esp-group")


@PEER.path("tunnel NUMBER WHICH:(local|remote) (prefix|subnet) PREFIX")
def _networks(peer: Peer, found: Found) -> None:
    known = peer.fact.local_networks if found["WHICH"] == "local" else peer.fact.remote_networks
    known.append(str(ip_network(found["PREFIX"], strict=False)))


@PEER.path("vti bind NAME")
def _bind(peer: Peer, found: Found) -> None:
    peer.fact.say(found.line, interface=found["NAME"])
    peer.edge.uses_interface(found["NAME"], found.line, f"peer {peer.fact.name} vti bind")


@PEER.path("remote-address ADDRESS")
def _remote(peer: Peer, found: Found) -> None:
    """VyOS 1.4 has a name for a peer and says its address."""
    peer.fact.say(found.line, peer=found["ADDRESS"])


@PEER.path("disable")
def _disable(peer: Peer, found: Found) -> None:
    peer.fact.say(found.line, is_enabled=False)


PEER.knows_only(
    "authentication", "authentication (id|local-id|remote-id|pre-shared-secret|rsa-key-name) VALUE...",
    "authentication use-x509-id", "authentication x509", "authentication x509 key",
    "authentication x509 (ca-cert-file|cert-file|crl-file|ca-certificate|certificate|passphrase) VALUE",
    "authentication x509 key (file|password) VALUE", "authentication rsa (local-key|remote-key|passphrase) VALUE",
    "(connection-type|local-address|dhcp-interface|force-encapsulation|ikev2-reauth|virtual-address) VALUE",
    "(force-udp-encapsulation|force-encapsulation)", "description TEXT...", "replay-window NUMBER", "vti",
    "vti mark NUMBER", "vti disable", "vti traffic-selector (local|remote) prefix PREFIX", "tunnel NUMBER",
    "tunnel NUMBER (allow-nat-networks|allow-public-networks|protocol|priority|connection-type) VALUE",
    "tunnel NUMBER (local|remote)", "tunnel NUMBER (local|remote) (port|protocol) VALUE",
    "tunnel NUMBER (disable|enable)",
)  # fmt: skip


@VPN.opens(DIAL_IN, "KIND:(l2tp|pptp|sstp) remote-access", "KIND:(openconnect|sstp|rsa)")
def _dial_in(edge: Edge, found: Found) -> DialIn:
    kind = found["KIND"]

    def make() -> DialIn:
        named = {"l2tp": "l2tp", "pptp": "pptp"}.get(kind, "ssl")
        tunnel = Tunnel(source=found.span, name=f"{kind} remote-access", kind=named)
        edge.device.tunnels.append(tunnel)
        return DialIn(edge, tunnel)

    return edge.thing(("dial-in", kind), make)


@DIAL_IN.path("ipsec-settings authentication mode MODE")
def _dial_in_mode(entry: DialIn, found: Found) -> None:
    entry.fact.say(found.line, authentication=_AUTHENTICATION.get(found["MODE"], ""))


@DIAL_IN.path("outside-address ADDRESS", "dhcp-interface ADDRESS")
def _outside(entry: DialIn, found: Found) -> None:
    entry.fact.say(found.line, interface=found["ADDRESS"])


DIAL_IN.knows(
    "authentication radius", "network-settings", "listen-ports", "lns", "allow-ips", "limits", "extended-scripts",
    "log", "snmp", "ppp-options", "client-ipv6-pool", "accounting", "ssl", "authentication identity-based-config",
)  # fmt: skip
DIAL_IN.knows_only(
    "authentication", "authentication (mode|require|protocols|group) VALUE", "authentication local-users",
    "authentication local-users username NAME", "authentication local-users username NAME disable",
    "authentication local-users username NAME (password|static-ip) VALUE...",
    "authentication local-users username NAME (rate-limit|otp) OPTION...",
    "authentication radius-server ADDRESS", "authentication radius-server ADDRESS (key|port|secret) VALUE",
    "client-ip-pool", "client-ip-pool (start|stop|subnet) VALUE", "client-ip-pool NAME (range|next-pool) VALUE",
    "(dns-servers|wins-servers)", "(dns-servers|wins-servers) (server-1|server-2|server) ADDRESS", "ipsec-settings",
    "ipsec-settings (ike-lifetime|lifetime|fragmentation|ike-group|esp-group) VALUE", "ipsec-settings authentication",
    "ipsec-settings authentication pre-shared-secret SECRET...", "ipsec-settings authentication x509",
    "ipsec-settings authentication x509 (ca-cert-file|crl-file|server-cert-file|server-key-file) PATH",
    "ipsec-settings authentication x509 (server-key-password|ca-certificate|certificate) VALUE",
    "(name-server|mtu|idle|outside-nexthop|default-pool|gateway-address|listen-address|port) VALUE",
    "(max-concurrent-sessions|thread-count|rate-limit) VALUE", "description TEXT...", "force-encapsulation HOW",
)  # fmt: skip
VPN.knows_only(
    "ipsec", "ipsec ipsec-interfaces", "ipsec ipsec-interfaces interface NAME", "ipsec interface NAME",
    "ipsec (auto-firewall-nat-exclude|allow-access-to-local-interface|nat-traversal|auto-update|copy-tos) HOW",
    "ipsec nat-networks", "ipsec nat-networks allowed-network PREFIX",
    "ipsec nat-networks allowed-network PREFIX exclude PREFIX2", "ipsec logging", "ipsec log",
    "ipsec (logging|log) (log-modes|log-level|level|subsystem|facility) VALUE", "ipsec disable-uniqreqids",
    "ipsec (include-ipsec-conf|include-ipsec-secrets) PATH", "ipsec global-config TEXT...", "ipsec site-to-site",
    "ipsec disable-route-autoinstall",
)  # fmt: skip
VPN.knows("ipsec profile", "rsa-keys", "ipsec options", "ipsec authentication", "ipsec remote-access")


def finish(edge: Edge) -> None:
    """Complete the tunnels from the groups that they name."""
    for thing in list(edge.memory.things.values()):
        if not isinstance(thing, Peer):
            continue
        ike, esp = edge.memory.things.get(("ike", thing.ike)), edge.memory.things.get(("esp", thing.esp))
        if isinstance(ike, Terms):
            thing.fact.phase1, thing.fact.ike, thing.fact.is_aggressive = ike.proposal, ike.ike, ike.is_aggressive
        if isinstance(esp, Terms):
            thing.fact.phase2, thing.fact.pfs = esp.proposal.model_copy(), esp.pfs != "disable"
            if esp.pfs.startswith("dh-group"):
                thing.fact.phase2.groups = [esp.pfs.removeprefix("dh-group")]
