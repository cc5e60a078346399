"""Firewall filters: terms become rules."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from engineering_api.dialects.junos import ports
from engineering_api.dialects.junos.state import Junos
from engineering_api.facts.filters import AccessList, Action, Ends, Rule, Service, Services
from engineering_api.reading.paths import Found, Level

FIREWALL = Level[Junos]("firewall")
FILTER = Level["Filter"]("filter")
TERM = Level["Term"]("term")
POLICER = Level[None]("policer")
FROM = Level["Term"]("from")
THEN = Level["Term"]("then")

Network = IPv4Network | IPv6Network
#: An exception cuts a network into at most as many pieces as an address has bits; more exceptions are not cut out.
_MOST_EXCEPTIONS = 50
_ESTABLISHED = {"tcp-established": True, "tcp-initial": False}


@dataclass(slots=True)
class Filter:
    """A filter that is being read."""

    junos: Junos
    fact: AccessList


@dataclass(slots=True)
class Side:
    """Addresses of one side, of which some are excepted."""

    networks: list[Network] = field(default_factory=list)
    excepted: list[Network] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    excepted_names: list[str] = field(default_factory=list)

    def ends(self) -> Ends:
        """What these addresses are together."""
        if not (self.networks or self.excepted or self.names or self.excepted_names):
            return Ends(is_any=True)
        has_own = bool(self.networks or self.names)
        excepted = [*self.excepted]
        is_all = not has_own or (not self.names and all(one.prefixlen == 0 for one in self.networks))
        if is_all and (excepted or self.excepted_names):
            return Ends(networks=[str(one) for one in excepted], names=self.excepted_names, is_negated=True)
        networks = self.networks
        for hole in excepted[:_MOST_EXCEPTIONS]:
            networks = [piece for one in networks for piece in _without(one, hole)]
        return Ends(networks=[str(one) for one in networks], names=self.names)


def _without(one: Network, hole: Network) -> list[Network]:
    if one.version != hole.version or not one.overlaps(hole):
        return [one]
    if one.prefixlen >= hole.prefixlen:
        return []
    return list(one.address_exclude(hole))  # type: ignore[arg-type]  # both are of one version


@dataclass(slots=True)
class Term:
    """A term that is being read; its rule is complete when everything was read."""

    filter: Filter
    fact: Rule
    source: Side = field(default_factory=Side)
    destination: Side = field(default_factory=Side)
    either: Side = field(default_factory=Side)
    protocols: list[str] = field(default_factory=list)
    source_ports: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    either_ports: list[str] = field(default_factory=list)
    icmp: list[str] = field(default_factory=list)
    goes_on: bool = False


@FIREWALL.opens(FILTER, "filter NAME", "family FAMILY filter NAME")
def _filter(junos: Junos, found: Found) -> Filter:
    name, family = found["NAME"], found["FAMILY"]

    def make() -> Filter:
        kind: Literal["ipv6", "extended"] = "ipv6" if family == "inet6" else "extended"
        fact = AccessList(source=found.span, name=name, kind=kind, scope=junos.scope)
        junos.device.access_lists.append(fact)
        junos.device.define("acl", name, found.span, scope=junos.scope)
        return Filter(junos, fact)

    return junos.thing(("filter", name), make)


@FIREWALL.opens(POLICER, "(policer|three-color-policer) NAME")
def _policer(junos: Junos, found: Found) -> None:
    junos.device.define("policy-map", found["NAME"], found.span, scope=junos.scope)


POLICER.knows_only(
    "if-exceeding", "if-exceeding (bandwidth-limit|bandwidth-percent|burst-size-limit) VALUE", "if-exceeding-pps",
    "if-exceeding-pps (pps-limit|packet-burst) VALUE", "then", "then (discard|out-of-profile)",
    "then (forwarding-class|loss-priority) NAME",
    "(filter-specific|logical-interface-policer|logical-bandwidth-policer|physical-interface-policer)",
    "shared-bandwidth-policer",
)  # fmt: skip
POLICER.knows("single-rate", "two-rate", "action")
FIREWALL.knows(
    "family FAMILY prefix-action", "interface-set", "family FAMILY dialer-filter", "family FAMILY service-filter",
    "family FAMILY simple-filter", "hierarchical-policer", "load-balance-group", "family FAMILY fast-update-filter",
    "atm-policer", "flexible-match", "tunnel-end-point",
)  # fmt: skip
FILTER.knows(
    "interface-specific", "physical-interface-filter", "accounting-profile NAME", "enhanced-mode", "interface-shared",
    "fast-lookup-filter", "instance-shared",
)  # fmt: skip


@FILTER.opens(TERM, "term TERM", can_be_off=True)
def _term(of: Filter, found: Found) -> Term:
    name = found["TERM"]

    def make() -> Term:
        ends = Ends(is_any=True)
        rule = Rule(
            source=found.span, name=name, action="permit", source_ends=ends, destination_ends=ends.model_copy(),
            services=Services(is_any=True), scope=of.junos.scope,
        )  # fmt: skip
        of.fact.rules.append(rule)
        return Term(of, rule)

    term = of.junos.thing(("term", of.fact.name, name), make)
    if not found.is_active:
        term.fact.is_enabled = False
    return term


@TERM.opens(FROM, "from")
def _from(term: Term, found: Found) -> Term:
    return term


@TERM.opens(THEN, "then")
def _then(term: Term, found: Found) -> Term:
    return term


@TERM.path("filter NAME")
def _nested(term: Term, found: Found) -> None:
    term.goes_on = True
    _refer(term, "acl", found, "filter")


def _side(term: Term, word: str) -> Side:
    return {"source": term.source, "destination": term.destination}.get(word, term.either)


@FROM.path("WHICH:(source-address|destination-address|address|ip-source-address|ip-destination-address) PREFIX")
@FROM.path(
    "WHICH:(source-address|destination-address|address|ip-source-address|ip-destination-address) PREFIX HOW:(except)"
)
def _address(term: Term, found: Found) -> None:
    side = _side(term, found["WHICH"].removeprefix("ip-").partition("-")[0])
    network = ip_network(found["PREFIX"], strict=False)
    (side.excepted if found["HOW"] else side.networks).append(network)


@FROM.path("WHICH:(source-prefix-list|destination-prefix-list|prefix-list) NAME")
@FROM.path("WHICH:(source-prefix-list|destination-prefix-list|prefix-list) NAME HOW:(except)")
def _prefix_list(term: Term, found: Found) -> None:
    side = _side(term, found["WHICH"].partition("-")[0])
    _refer(term, "prefix-list", found, f"from {found['WHICH']}")
    (side.excepted_names if found["HOW"] else side.names).append(found["NAME"])


def _refer(term: Term, kind: str, found: Found, what: str) -> None:
    context = f"filter {term.filter.fact.name} term {term.fact.name} {what}"
    junos = term.filter.junos
    junos.device.refer(kind, found["NAME"], found.line, context, scope=junos.scope)  # type: ignore[arg-type]


@FROM.path("(protocol|next-header|payload-protocol|ip-protocol) NAME")
def _protocol(term: Term, found: Found) -> None:
    term.protocols.extend(ports.protocols(found["NAME"]))


@FROM.path("WHICH:(source-port|destination-port|port) PORT")
def _port(term: Term, found: Found) -> None:
    known = {"source-port": term.source_ports, "destination-port": term.ports}.get(found["WHICH"], term.either_ports)
    known.append(ports.port(found["PORT"]))


@FROM.path("WHAT:(icmp-type|icmp-code) NAME", "icmp6-type NAME")
def _icmp(term: Term, found: Found) -> None:
    if found["WHAT"] != "icmp-code":
        term.icmp.append(found["NAME"])


@FROM.path("WHAT:(tcp-established|tcp-initial)")
def _tcp(term: Term, found: Found) -> None:
    term.fact.is_established = _ESTABLISHED[found["WHAT"]]
    if not term.protocols:
        term.protocols.append("tcp")


@FROM.path("WHAT:(is-fragment|first-fragment|service-filter-hit)")
@FROM.path(
    "WHAT:(tcp-flags|fragment-flags|fragment-offset|fragment-offset-except|ip-options|ip-options-except) VALUE...",
    "WHAT:(ttl|ttl-except|hop-limit|hop-limit-except|packet-length|packet-length-except|tcp-mss) VALUE...",
    "WHAT:(dscp|dscp-except|precedence|precedence-except|traffic-class|traffic-class-except|exp) VALUE...",
    "WHAT:(protocol-except|next-header-except|icmp-type-except|icmp-code-except|ip-protocol-except) VALUE...",
    "WHAT:(source-port-except|destination-port-except|port-except|gre-key|ah-spi|esp-spi|ip-version) VALUE...",
    "WHAT:(interface|interface-group|interface-group-except|interface-set|forwarding-class) VALUE...",
    "WHAT:(forwarding-class-except|loss-priority|loss-priority-except|policy-map|redirect-reason) VALUE...",
    "WHAT:(source-mac-address|destination-mac-address|ether-type|ether-type-except|arp-type|rat-type) VALUE...",
    "WHAT:(vlan|user-vlan-id|user-vlan-1p-priority|learn-vlan-id|learn-vlan-1p-priority|dot1q-tag) VALUE...",
    "WHAT:(source-class|destination-class|extension-header|flexible-match-mask|flexible-match-range) VALUE...",
)  # fmt: skip
def _condition(term: Term, found: Found) -> None:
    """What a packet must be that the model has no field for: it is asked for, so a term does not hold without it."""
    term.fact.at.setdefault("conditions", found.line)
    term.fact.conditions.append(f"{found['WHAT']} {found['VALUE']}".strip())


_ACTIONS: dict[str, Action] = {"accept": "permit", "discard": "deny", "reject": "reject"}


@THEN.path("ACTION:(accept|discard|reject)", "ACTION:(reject|discard) HOW")
def _action(term: Term, found: Found) -> None:
    term.fact.say(found.line, action=_ACTIONS[found["ACTION"]])


@THEN.path("(log|syslog)")
def _log(term: Term, found: Found) -> None:
    term.fact.say(found.line, is_logged=True)


@THEN.path("next term", "next")
def _next(term: Term, found: Found) -> None:
    term.goes_on = True


@THEN.path("policer NAME", "three-color-policer (single-rate|two-rate) NAME")
def _then_policer(term: Term, found: Found) -> None:
    _refer(term, "policy-map", found, "then policer")


@THEN.path("routing-instance NAME")
def _then_instance(term: Term, found: Found) -> None:
    if found["NAME"] != "default":
        _refer(term, "vrf", found, "then routing-instance")


THEN.knows(
    "count NAME", "forwarding-class NAME", "loss-priority NAME", "dscp", "sample", "port-mirror",
    "port-mirror-instance", "analyzer", "packet-mode", "next-interface", "next-ip", "next-ip6", "next-hop-group",
    "decapsulate", "logical-system", "vlan", "interface", "prefix-action", "service-accounting",
    "hierarchical-policer", "traffic-class", "topology", "ipsec-sa", "load-balance", "service-filter-hit",
    "no-mac-learn", "exclude-accounting", "encapsulate", "skip-services", "force-premium", "trap",
)  # fmt: skip


def finish(junos: Junos) -> None:
    """Complete the rules: all conditions of a term are known now."""
    for thing in list(junos.memory.things.values()):
        if isinstance(thing, Term):
            _finish(thing)


def _finish(term: Term) -> None:
    rule = term.fact
    rule.source_ends, rule.destination_ends = term.source.ends(), term.destination.ends()
    rule.services = _services(term)
    rule.is_passing = term.goes_on
    either = term.either.ends()
    if not either.is_any:
        rules = term.filter.fact.rules
        more = rule.model_copy(update={"destination_ends": either}, deep=True)
        rule.source_ends = either
        rules.insert(next(at for at, one in enumerate(rules) if one is rule) + 1, more)


def _services(term: Term) -> Services:
    has_ports = term.ports or term.source_ports or term.either_ports
    if not (term.protocols or has_ports or term.icmp):
        return Services(is_any=True)
    protocols = term.protocols or (["tcp", "udp"] if has_ports else ["icmp"])
    made: list[Service] = []
    for name in protocols:
        if name in ("icmp", "icmp6"):
            made.extend(Service(protocol=name, icmp=kind) for kind in term.icmp or [""])
        elif name not in ("tcp", "udp", "sctp") or not has_ports:
            made.append(Service(protocol=name))
        elif term.either_ports:
            made.append(Service(protocol=name, ports=term.either_ports))
            made.append(Service(protocol=name, source_ports=term.either_ports))
        else:
            made.append(Service(protocol=name, source_ports=term.source_ports, ports=term.ports))
    return Services(services=made)
