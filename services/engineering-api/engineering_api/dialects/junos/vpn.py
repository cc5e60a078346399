"""IKE and IPsec: proposals, policies and gateways together make a tunnel."""

from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Literal

from engineering_api.dialects.junos.state import Junos
from engineering_api.facts.fact import Span
from engineering_api.facts.names import Kind
from engineering_api.facts.tunnels import Proposal, Tunnel
from engineering_api.reading.paths import Found, Level

IKE = Level[Junos]("ike")
IPSEC = Level[Junos]("ipsec")
PROPOSAL = Level["Offer"]("proposal")
POLICY = Level["Terms"]("policy")
GATEWAY = Level["Gateway"]("gateway")
VPN = Level["Vpn"]("vpn")

Authentication = Literal["", "psk", "certificate", "eap"]
_AUTHENTICATIONS: dict[str, Authentication] = {
    "pre-shared-keys": "psk", "rsa-signatures": "certificate", "dsa-signatures": "certificate",
    "certificates": "certificate", "ecdsa-signatures-256": "certificate", "ecdsa-signatures-384": "certificate",
}  # fmt: skip
#: Junos's ready-made sets, by phase: encryptions, hashes, groups.
_SETS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("ike", "basic"): ("des", "sha1 md5", "1"), ("ike", "compatible"): ("3des des", "sha1 md5", "2"),
    ("ike", "standard"): ("3des aes128", "sha1", "2"), ("ike", "suiteb-gcm-128"): ("aes128", "sha256", "19"),
    ("ike", "suiteb-gcm-256"): ("aes256", "sha384", "20"), ("ipsec", "basic"): ("des", "sha1 md5", ""),
    ("ipsec", "compatible"): ("3des des", "sha1 md5", ""), ("ipsec", "standard"): ("3des aes128", "sha1", "2"),
    ("ipsec", "suiteb-gcm-128"): ("aes128gcm", "", "19"), ("ipsec", "suiteb-gcm-256"): ("aes256gcm", "", "20"),
}  # fmt: skip


@dataclass(slots=True)
class Offer:
    """A proposal of either phase."""

    junos: Junos
    proposal: Proposal = field(default_factory=Proposal)
    authentication: Authentication = ""


@dataclass(slots=True)
class Terms:
    """A policy of either phase."""

    junos: Junos
    phase: str
    name: str
    offers: list[str] = field(default_factory=list)
    ready_made: str = ""
    is_aggressive: bool = False
    authentication: Authentication = ""
    pfs: str = ""


@dataclass(slots=True)
class Gateway:
    """The other end."""

    junos: Junos
    name: str
    line: Span
    address: str = ""
    policy: str = ""
    interface: str = ""
    version: Literal["", "1", "2", "1+2"] = "1"
    is_dynamic: bool = False
    is_used: bool = False


@dataclass(slots=True)
class Vpn:
    """A VPN that is being read."""

    junos: Junos
    fact: Tunnel
    gateway: str = ""
    policy: str = ""


def _define(junos: Junos, kind: Kind, found: Found) -> None:
    junos.device.define(kind, found["NAME"], found.span, scope=junos.scope)


def _refer(junos: Junos, kind: Kind, found: Found, context: str) -> None:
    junos.device.refer(kind, found["NAME"], found.line, context, scope=junos.scope)


@IKE.opens(PROPOSAL, "proposal NAME")
def _ike_proposal(junos: Junos, found: Found) -> Offer:
    _define(junos, "ike-policy", found)
    return junos.thing(("ike proposal", found["NAME"]), lambda: Offer(junos))


@IPSEC.opens(PROPOSAL, "proposal NAME")
def _ipsec_proposal(junos: Junos, found: Found) -> Offer:
    _define(junos, "transform-set", found)
    return junos.thing(("ipsec proposal", found["NAME"]), lambda: Offer(junos))


@PROPOSAL.path("authentication-method METHOD")
def _method(of: Offer, found: Found) -> None:
    of.authentication = _AUTHENTICATIONS.get(found["METHOD"], "")


@PROPOSAL.path("dh-group GROUP")
def _group(of: Offer, found: Found) -> None:
    of.proposal.groups.append(found["GROUP"].removeprefix("group"))


@PROPOSAL.path("encryption-algorithm NAME")
def _encryption(of: Offer, found: Found) -> None:
    of.proposal.encryption.append(_plain(found["NAME"]))


@PROPOSAL.path("authentication-algorithm NAME")
def _hash(of: Offer, found: Found) -> None:
    """hmac-sha-256-128 and sha-256 are the same hash; hmac-sha1-96 and hmac-md5-96 are cut to 96 bits as usual."""
    name = found["NAME"].removeprefix("hmac-").removesuffix("-96").removesuffix("-128").removesuffix("-192")
    of.proposal.hashes.append(name.replace("-", ""))


@PROPOSAL.path("lifetime-seconds SECONDS")
def _lifetime(of: Offer, found: Found) -> None:
    of.proposal.lifetime_seconds = int(found["SECONDS"])


PROPOSAL.knows("protocol KIND", "description TEXT...", "lifetime-kilobytes", "extended-sequence-number")


def _plain(name: str) -> str:
    return name.removesuffix("-cbc").replace("-", "")


@IKE.opens(POLICY, "policy NAME")
def _ike_policy(junos: Junos, found: Found) -> Terms:
    _define(junos, "ike-profile", found)
    return junos.thing(("ike policy", found["NAME"]), lambda: Terms(junos, "ike", found["NAME"]))


@IPSEC.opens(POLICY, "policy NAME")
def _ipsec_policy(junos: Junos, found: Found) -> Terms:
    _define(junos, "ipsec-profile", found)
    return junos.thing(("ipsec policy", found["NAME"]), lambda: Terms(junos, "ipsec", found["NAME"]))


@POLICY.path("proposals NAME")
def _proposals(terms: Terms, found: Found) -> None:
    terms.offers.append(found["NAME"])
    kind: Kind = "ike-policy" if terms.phase == "ike" else "transform-set"
    _refer(terms.junos, kind, found, f"{terms.phase} policy {terms.name} proposals")


@POLICY.path("proposal-set NAME")
def _proposal_set(terms: Terms, found: Found) -> None:
    terms.ready_made = found["NAME"]


@POLICY.path("mode MODE")
def _mode(terms: Terms, found: Found) -> None:
    terms.is_aggressive = found["MODE"] == "aggressive"


@POLICY.path("pre-shared-key (ascii-text|hexadecimal) SECRET", "pre-shared-key SECRET")
def _psk(terms: Terms, found: Found) -> None:
    terms.authentication = "psk"


@POLICY.path("certificate local-certificate NAME", "certificate OPTION...")
def _certificate(terms: Terms, found: Found) -> None:
    terms.authentication = "certificate"


@POLICY.path("perfect-forward-secrecy keys GROUP")
def _pfs(terms: Terms, found: Found) -> None:
    terms.pfs = found["GROUP"].removeprefix("group")


POLICY.knows("description TEXT...", "reauth-frequency")


@IKE.opens(GATEWAY, "gateway NAME")
def _gateway(junos: Junos, found: Found) -> Gateway:
    name = found["NAME"]

    def make() -> Gateway:
        _define(junos, "gateway", found)
        return Gateway(junos, name, found.span)

    return junos.thing(("ike gateway", name), make)


@GATEWAY.path("ike-policy NAME")
def _gateway_policy(to: Gateway, found: Found) -> None:
    to.policy = found["NAME"]
    _refer(to.junos, "ike-profile", found, f"ike gateway {to.name} ike-policy")


@GATEWAY.path("address ADDRESS")
def _gateway_address(to: Gateway, found: Found) -> None:
    to.address = to.address or found["ADDRESS"]


@GATEWAY.path("external-interface NAME")
def _external(to: Gateway, found: Found) -> None:
    to.interface = found["NAME"]
    to.junos.uses_interface(found["NAME"], found.line, f"ike gateway {to.name} external-interface")


@GATEWAY.path("version VERSION:(v1-only|v2-only)")
def _version(to: Gateway, found: Found) -> None:
    to.version = "2" if found["VERSION"] == "v2-only" else "1"


@GATEWAY.path("dynamic OPTION...")
def _dynamic(to: Gateway, found: Found) -> None:
    to.is_dynamic = True


GATEWAY.knows(
    "local-identity", "remote-identity", "nat-keepalive", "no-nat-traversal", "general-ikeid",
    "local-address", "xauth", "aaa", "fragmentation", "tcp-encap-profile", "advpn", "node-local", "ppk-profile",
)  # fmt: skip
GATEWAY.knows_only(
    "dead-peer-detection", "dead-peer-detection (interval|threshold) NUMBER",
    "dead-peer-detection (always-send|optimized|probe-idle-tunnel)",
)  # fmt: skip
IKE.knows("traceoptions", "respond-bad-spi", "session", "blocklists", "user-groups")
IPSEC.knows(
    "traceoptions", "vpn-monitor-options", "security-association", "anti-replay-window-size", "internal",
    "tunnel-mtu",
)  # fmt: skip


@IPSEC.opens(VPN, "vpn NAME", can_be_off=True)
def _vpn(junos: Junos, found: Found) -> Vpn:
    name = found["NAME"]

    def make() -> Vpn:
        tunnel = Tunnel(source=found.span, name=name, scope=junos.scope, is_enabled=found.is_active)
        junos.device.tunnels.append(tunnel)
        junos.device.define("tunnel", name, found.span, is_used=True, scope=junos.scope)
        return Vpn(junos, tunnel)

    return junos.thing(("vpn", name), make)


@VPN.path("bind-interface NAME")
def _bind(vpn: Vpn, found: Found) -> None:
    vpn.fact.say(found.line, interface=found["NAME"])
    vpn.junos.uses_interface(found["NAME"], found.line, f"ipsec vpn {vpn.fact.name} bind-interface")


@VPN.path("ike gateway NAME")
def _vpn_gateway(vpn: Vpn, found: Found) -> None:
    vpn.gateway = found["NAME"]
    _refer(vpn.junos, "gateway", found, f"ipsec vpn {vpn.fact.name} ike gateway")


@VPN.path("ike ipsec-policy NAME")
def _vpn_policy(vpn: Vpn, found: Found) -> None:
    vpn.policy = found["NAME"]
    _refer(vpn.junos, "ipsec-profile", found, f"ipsec vpn {vpn.fact.name} ipsec-policy")


@VPN.path("ike proxy-identity WHICH:(local|remote) PREFIX")
@VPN.path(
    "traffic-selector NAME WHICH:(local-ip|remote-ip) PREFIX",
    "traffic-selector NAME term TERM WHICH:(local-ip|remote-ip) PREFIX",
)
def _networks(vpn: Vpn, found: Found) -> None:
    known = vpn.fact.local_networks if found["WHICH"].startswith("local") else vpn.fact.remote_networks
    known.append(str(ip_network(found["PREFIX"], strict=False)))


VPN.knows(
    "establish-tunnels", "vpn-monitor", "df-bit", "ike no-anti-replay", "ike idle-time", "ike install-interval",
    "ike proxy-identity service", "multi-sa", "copy-outer-dscp", "udp-encapsulate", "manual", "match-direction",
    "traffic-selector NAME description", "distribution-profile", "ike anti-replay-window-size",
    "passive-mode-tunneling", "tunnel-mtu", "traffic-selector NAME protocol",
)  # fmt: skip


def finish(junos: Junos) -> None:
    """Complete the tunnels from what they name."""
    things = list(junos.memory.things.items())
    for _, vpn in things:
        if isinstance(vpn, Vpn):
            _finish(vpn)
    for _, gateway in things:
        if isinstance(gateway, Gateway) and gateway.is_dynamic and not gateway.is_used:
            _dial_in(gateway)


def _known(junos: Junos, what: str, name: str) -> object:
    return junos.memory.things.get((junos.scope, junos.vrf, what, name))


def _finish(vpn: Vpn) -> None:
    fact, junos = vpn.fact, vpn.junos
    gateway = _known(junos, "ike gateway", vpn.gateway)
    if isinstance(gateway, Gateway):
        gateway.is_used = True
        _phase1(fact, gateway)
    terms = _known(junos, "ipsec policy", vpn.policy)
    if isinstance(terms, Terms):
        fact.phase2, _ = _proposal(terms)
        fact.pfs = bool(terms.pfs or terms.ready_made in ("standard", "suiteb-gcm-128", "suiteb-gcm-256"))
        if terms.pfs:
            fact.phase2.groups = [terms.pfs]


def _phase1(fact: Tunnel, gateway: Gateway) -> None:
    fact.peer, fact.ike = gateway.address, gateway.version
    fact.interface = fact.interface or gateway.interface
    if gateway.is_dynamic and not gateway.address:
        fact.kind = "ipsec-dialin"
    terms = _known(gateway.junos, "ike policy", gateway.policy)
    if isinstance(terms, Terms):
        fact.is_aggressive = terms.is_aggressive
        fact.phase1, method = _proposal(terms)
        fact.authentication = method or terms.authentication


def _proposal(terms: Terms) -> tuple[Proposal, Authentication]:
    """All that a policy's proposals accept together."""
    made, method = Proposal(), terms.authentication
    if ready := _SETS.get((terms.phase, terms.ready_made)):
        made = Proposal(encryption=ready[0].split(), hashes=ready[1].split(), groups=ready[2].split())
    for name in terms.offers:
        offer = _known(terms.junos, f"{terms.phase} proposal", name)
        if isinstance(offer, Offer):
            method = offer.authentication or method
            for field_ in ("encryption", "hashes", "groups"):
                known = getattr(made, field_)
                known.extend(one for one in getattr(offer.proposal, field_) if one not in known)
            made.lifetime_seconds = made.lifetime_seconds or offer.proposal.lifetime_seconds
    return made, method


def _dial_in(gateway: Gateway) -> None:
    fact = Tunnel(source=gateway.line, name=gateway.name, kind="ipsec-dialin", scope=gateway.junos.scope)
    _phase1(fact, gateway)
    gateway.junos.device.tunnels.append(fact)
