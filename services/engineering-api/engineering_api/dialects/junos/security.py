"""Security policies of an SRX, and what else is said under security."""

from dataclasses import dataclass
from ipaddress import ip_address

from engineering_api.dialects.junos import applications
from engineering_api.dialects.junos.nat import NAT
from engineering_api.dialects.junos.state import Junos
from engineering_api.dialects.junos.vpn import IKE, IPSEC
from engineering_api.dialects.junos.zones import BOOK, ZONES, Book
from engineering_api.facts.filters import AccessList, Action, Ends, Rule, Services
from engineering_api.facts.services import Server
from engineering_api.reading.paths import Found, Level, anything

SECURITY = Level[Junos]("security")
POLICIES = Level[Junos]("policies")
SCREEN = Level[None]("screen")
CONTEXT = Level["Context"]("from-zone to-zone")
POLICY = Level["Policy"]("policy")
MATCH = Level["Policy"]("match")
THEN = Level["Policy"]("then")

_ACTIONS: dict[str, Action] = {"permit": "permit", "deny": "deny", "reject": "reject"}
_ANY = {"any-ipv4": "0.0.0.0/0", "any-ipv6": "::/0"}


@dataclass(slots=True)
class Context:
    """The policies from one zone to another, or those for all."""

    junos: Junos
    fact: AccessList
    from_zone: str = ""
    to_zone: str = ""


@dataclass(slots=True)
class Policy:
    """A policy that is being read."""

    junos: Junos
    fact: Rule
    context: str


SECURITY.opens(NAT, "nat")(lambda junos, found: junos)
SECURITY.opens(IKE, "ike")(lambda junos, found: junos)
SECURITY.opens(IPSEC, "ipsec")(lambda junos, found: junos)
SECURITY.opens(ZONES, "zones")(lambda junos, found: junos)
SECURITY.opens(POLICIES, "policies")(lambda junos, found: junos)


@SECURITY.opens(BOOK, "address-book NAME")
def _book(junos: Junos, found: Found) -> Book:
    return Book(junos, found["NAME"])


#: What a screen looks for, by protocol.
_ATTACKS = {
    "icmp": "flood fragment icmpv6-malformed ip-sweep large ping-death",
    "ip": "bad-option block-frag ipv6-extension-header ipv6-extension-header-limit ipv6-malformed-header "
    "loose-source-route-option record-route-option security-option source-route-option spoofing stream-option "
    "strict-source-route-option tear-drop timestamp-option tunnel unknown-protocol",
    "tcp": "fin-no-ack land port-scan syn-ack-ack-proxy syn-fin syn-flood syn-frag tcp-no-flag tcp-sweep winnuke",
    "udp": "flood port-scan udp-sweep",
    "limit-session": "by-destination by-protocol by-source destination-ip-based source-ip-based",
}
SCREEN.knows_only(*_ATTACKS, "alarm-without-drop", "description TEXT...", "match-direction HOW")
SCREEN.knows(*(f"{protocol} {one}" for protocol, names in _ATTACKS.items() for one in names.split()), "aggregation")


@SECURITY.opens(SCREEN, "screen ids-option NAME")
def _screen(junos: Junos, found: Found) -> None:
    junos.device.define("security-profile", found["NAME"], found.span, scope=junos.scope)


@SECURITY.opens(anything(), "authentication-key-chains key-chain NAME")
def _key_chain(junos: Junos, found: Found) -> None:
    junos.device.define("key-chain", found["NAME"], found.span, is_used=True, scope=junos.scope)


@SECURITY.opens(anything(), "pki ca-profile NAME")
def _ca(junos: Junos, found: Found) -> None:
    junos.device.define("certificate", found["NAME"], found.span, is_used=True, scope=junos.scope)


@SECURITY.path("log stream NAME host ADDRESS", "log stream NAME host ipaddr ADDRESS")
def _log_server(junos: Junos, found: Found) -> None:
    """The log of sessions goes to servers of its own."""
    address = str(ip_address(found["ADDRESS"]))
    junos.device.servers.append(
        Server(source=found.line, kind="syslog", address=address, options=["security log"], scope=junos.scope)
    )


SECURITY.knows(
    "screen traceoptions", "screen trap", "alg", "flow", "forwarding-options", "log", "idp", "utm", "pki",
    "ssh-known-hosts", "certificates", "application-tracking", "dynamic-vpn", "remote-access", "user-identification",
    "traceoptions", "forwarding-process", "alarms", "gprs", "group-vpn", "tcp-encap", "advance-policy-based-routing",
    "firewall-authentication", "softwires", "resource-manager", "analysis", "macsec", "application-firewall",
    "advanced-anti-malware", "security-intelligence", "services", "intelligent-sd", "key-protection", "monitoring",
    "nat64", "datapath-debug", "dns-cache", "advanced-services", "jsf", "cloud", "l3vpn", "stateful-firewall",
    "zones-ext", "multicast",
)  # fmt: skip


@POLICIES.opens(CONTEXT, "from-zone FROM to-zone TO", can_be_off=False)
def _context(junos: Junos, found: Found) -> Context:
    one, two = found["FROM"], found["TO"]

    def make() -> Context:
        name = f"from-zone {one} to-zone {two}"
        fact = AccessList(source=found.span, name=name, kind="policy", scope=junos.scope)
        junos.device.access_lists.append(fact)
        for zone in (one, two):
            if zone not in ("junos-host", "any"):
                junos.device.refer("zone", zone, found.line, f"policies {name}", scope=junos.scope)
        return Context(junos, fact, one, two)

    return junos.thing(("policies", one, two), make)


@POLICIES.opens(CONTEXT, "global")
def _global(junos: Junos, found: Found) -> Context:
    def make() -> Context:
        fact = AccessList(source=found.span, name="global", kind="policy", scope=junos.scope)
        junos.device.access_lists.append(fact)
        return Context(junos, fact)

    return junos.thing(("policies", "global"), make)


@POLICIES.path("default-policy ACTION:(permit-all|deny-all)")
def _default(junos: Junos, found: Found) -> None:
    if found["ACTION"] == "deny-all":
        return
    line = found.line

    def tell() -> None:
        for one in junos.device.access_lists:
            if one.kind == "policy" and one.scope == junos.scope:
                one.say(line, ends_denying=False)

    junos.memory.later.append(tell)


POLICIES.knows(
    "policy-rematch", "traceoptions", "policy-stats", "unified-policy", "pre-id-default-policy",
    "stateful-firewall-rule", "default-policy", "lookup-intranet-only",
)  # fmt: skip


@CONTEXT.opens(POLICY, "policy NAME", can_be_off=True)
def _policy(of: Context, found: Found) -> Policy:
    name, junos = found["NAME"], of.junos

    def make() -> Policy:
        rule = Rule(
            source=found.span, name=name, action="deny", scope=junos.scope,
            source_ends=Ends(), destination_ends=Ends(), services=Services(),
            from_zones=[of.from_zone] if of.from_zone else [], to_zones=[of.to_zone] if of.to_zone else [],
        )  # fmt: skip
        of.fact.rules.append(rule)
        return Policy(junos, rule, f"{of.fact.name} policy {name}")

    policy = junos.thing(("policy", of.fact.name, name), make)
    if not found.is_active:
        policy.fact.is_enabled = False
    return policy


POLICY.opens(MATCH, "match")(lambda policy, found: policy)
POLICY.opens(THEN, "then")(lambda policy, found: policy)


@POLICY.path("description TEXT...")
def _description(policy: Policy, found: Found) -> None:
    policy.fact.say(found.line, comment=found["TEXT"])


@POLICY.path("scheduler-name NAME")
def _schedule(policy: Policy, found: Found) -> None:
    policy.fact.say(found.line, schedule=found["NAME"])
    policy.junos.device.refer(
        "schedule", found["NAME"], found.line, f"{policy.context} scheduler", scope=policy.junos.scope
    )


POLICY.knows("report-skip")


@MATCH.path("WHICH:(source-address|destination-address) NAME")
def _address(policy: Policy, found: Found) -> None:
    ends = policy.fact.source_ends if found["WHICH"] == "source-address" else policy.fact.destination_ends
    policy.fact.at.setdefault("source_ends" if ends is policy.fact.source_ends else "destination_ends", found.line)
    name = found["NAME"]
    if name == "any":
        ends.is_any = True
    elif name in _ANY:
        ends.networks.append(_ANY[name])
    else:
        ends.names.append(name)
        context = f"{policy.context} match {found['WHICH']}"
        policy.junos.device.refer(("object", "object-group"), name, found.line, context, scope=policy.junos.scope)


@MATCH.path("WHICH:(source-address-excluded|destination-address-excluded)")
def _excluded(policy: Policy, found: Found) -> None:
    is_source = found["WHICH"].startswith("source")
    (policy.fact.source_ends if is_source else policy.fact.destination_ends).is_negated = True


@MATCH.path("application NAME")
def _application(policy: Policy, found: Found) -> None:
    policy.fact.at.setdefault("services", found.line)
    applications.adds(
        policy.junos, policy.fact.services, found["NAME"], found.line, f"{policy.context} match application"
    )


@MATCH.path("WHICH:(from-zone|to-zone) NAME")
def _zone(policy: Policy, found: Found) -> None:
    name = found["NAME"]
    if name == "any":
        return
    (policy.fact.from_zones if found["WHICH"] == "from-zone" else policy.fact.to_zones).append(name)
    if name != "junos-host":
        policy.junos.device.refer(
            "zone", name, found.line, f"{policy.context} match {found['WHICH']}", scope=policy.junos.scope
        )


@MATCH.path("source-identity NAME", "source-end-user-profile NAME")
def _user(policy: Policy, found: Found) -> None:
    if found["NAME"] not in ("any", "all"):
        policy.fact.users.append(found["NAME"])


@MATCH.path("dynamic-application NAME", "url-category NAME")
def _dynamic(policy: Policy, found: Found) -> None:
    if found["NAME"] not in ("any", "none"):
        policy.fact.profiles.append(found["NAME"])


MATCH.knows("source-l3vpn-vrf-group", "destination-l3vpn-vrf-group")


@THEN.path("ACTION:(permit|deny|reject)", "ACTION:(deny|reject) OPTION...")
def _action(policy: Policy, found: Found) -> None:
    policy.fact.say(found.line, action=_ACTIONS[found["ACTION"]])


@THEN.path("permit application-services KIND", "permit application-services KIND NAME")
def _services(policy: Policy, found: Found) -> None:
    policy.fact.say(found.line, action="permit")
    policy.fact.profiles.append(" ".join(word for word in (found["KIND"], found["NAME"]) if word))


@THEN.path("permit tunnel ipsec-vpn NAME", "permit tunnel pair-policy OTHER")
def _tunnel(policy: Policy, found: Found) -> None:
    policy.fact.say(found.line, action="permit")
    if found["NAME"]:
        policy.junos.device.refer(
            "tunnel", found["NAME"], found.line, f"{policy.context} tunnel", scope=policy.junos.scope
        )


@THEN.path(
    "permit firewall-authentication OPTION...", "permit destination-address OPTION...", "permit tcp-options OPTION..."
)
def _permit(policy: Policy, found: Found) -> None:
    policy.fact.say(found.line, action="permit")


@THEN.path("log WHEN:(session-init|session-close)", "log")
def _log(policy: Policy, found: Found) -> None:
    policy.fact.say(found.line, is_logged=True)


THEN.knows("count")
