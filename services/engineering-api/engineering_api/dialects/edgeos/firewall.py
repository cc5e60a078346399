"""Rule sets."""

from dataclasses import dataclass, field

from engineering_api.dialects.edgeos import words
from engineering_api.dialects.edgeos.groups import GROUPS
from engineering_api.dialects.edgeos.interfaces import applies
from engineering_api.dialects.edgeos.state import Edge, Of, adds_group
from engineering_api.dialects.edgeos.zones import ZONE, zone
from engineering_api.facts.filters import (
    AccessList,
    Action,
    Ends,
    Rule,
    Service,
    Services,
)
from engineering_api.reading.paths import Found, Level

FIREWALL = Level[Edge]("firewall")
RULES = Level[Of[AccessList]]("rule set")
RULE = Level["Draft"]("rule")

_ACTIONS: dict[str, Action] = {"accept": "permit", "drop": "deny", "reject": "reject"}
#: Actions that decide nothing, or somewhere else.
_GOES_ON = ("jump", "continue", "modify", "queue", "offload", "notrack")


@dataclass(slots=True)
class Draft:
    """A rule that is being read; what it says of ports and protocols is put together at the end."""

    edge: Edge
    rules: AccessList
    fact: Rule
    protocols: list[str] = field(default_factory=list)
    is_other_protocol: bool = False
    ports: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    icmp: str = ""
    states: set[str] = field(default_factory=set)


FIREWALL.opens(GROUPS, "group")(lambda edge, found: edge)
#: VyOS 1.4 has its zones here; before, and in EdgeOS, they are on the outermost level.
FIREWALL.opens(ZONE, "zone NAME")(zone)


@FIREWALL.opens(RULES, "FAMILY:(name|ipv6-name|modify|ipv6-modify) NAME", "FAMILY:(ipv4|ipv6) name NAME")
def _rules(edge: Edge, found: Found) -> Of[AccessList]:
    of = _list(edge, found["NAME"], found, is_used=False, is_ipv6="6" in found["FAMILY"])
    if found["FAMILY"].endswith("modify"):
        of.fact.ends_denying = False
    return of


@FIREWALL.opens(RULES, "FAMILY:(ipv4|ipv6|bridge) CHAIN:(forward|input|output|prerouting) KIND:(filter|raw)")
def _chain(edge: Edge, found: Found) -> Of[AccessList]:
    """VyOS 1.4 and later filter what is forwarded, comes in and goes out as a whole."""
    name = f"{found['FAMILY']} {found['CHAIN']} {found['KIND']}"
    return _list(edge, name, found, is_used=True, is_ipv6=found["FAMILY"] == "ipv6")


def _list(edge: Edge, name: str, found: Found, *, is_used: bool, is_ipv6: bool) -> Of[AccessList]:
    if name not in edge.memory.lists:
        fact = AccessList(source=found.span, name=name, kind="ipv6" if is_ipv6 else "policy", ends_denying=not is_used)
        edge.memory.lists[name] = fact
        edge.device.access_lists.append(fact)
        edge.device.define("acl", name, found.span, is_used=is_used)
    return Of(edge, edge.memory.lists[name])


@RULES.path("default-action ACTION")
def _default(of: Of[AccessList], found: Found) -> None:
    of.fact.say(found.line, ends_denying=found["ACTION"] != "accept")


@RULES.path("default-jump-target NAME")
def _default_jump(of: Of[AccessList], found: Found) -> None:
    of.edge.device.refer("acl", found["NAME"], found.line, f"firewall {of.fact.name} default-jump-target")


RULES.knows("description TEXT...", "enable-default-log", "default-log")


@RULES.opens(RULE, "rule NUMBER", can_be_off=True)
def _rule(of: Of[AccessList], found: Found) -> Draft:
    number = found["NUMBER"]

    def make() -> Draft:
        rule = Rule(
            source=found.span,
            id=number,
            action="deny",
            source_ends=Ends(),
            destination_ends=Ends(),
            services=Services(),
        )
        of.fact.rules.append(rule)
        return Draft(of.edge, of.fact, rule)

    return of.edge.thing(("rule", of.fact.name, number), make)


@RULE.path("action ACTION")
def _action(draft: Draft, found: Found) -> None:
    word = found["ACTION"]
    if word == "return":
        draft.fact.say(found.line, jump="return")
        return
    if word in _GOES_ON:
        draft.fact.say(found.line, is_passing=word != "jump")
        return
    if word not in _ACTIONS:
        raise ValueError("no action")
    draft.fact.say(found.line, action=_ACTIONS[word])


@RULE.path("jump-target NAME")
def _jump(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, jump=found["NAME"])
    draft.edge.device.refer("acl", found["NAME"], found.line, f"firewall {draft.rules.name} rule {draft.fact.id} jump")


@RULE.path("description TEXT...")
def _description(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, comment=found["TEXT"])


@RULE.path("disable")
def _disable(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, is_enabled=False)


@RULE.path("log HOW", "log")
def _log(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, is_logged=found["HOW"] != "disable")


@RULE.path("protocol NAME")
def _protocol(draft: Draft, found: Found) -> None:
    draft.is_other_protocol = found["NAME"].startswith("!")
    draft.protocols.extend(words.protocols(found["NAME"].removeprefix("!")))


@RULE.path("SIDE:(source|destination) address ADDRESS", "SIDE:(source|destination) fqdn FQDN")
def _address(draft: Draft, found: Found) -> None:
    ends = _ends(draft, found)
    if found["FQDN"]:
        ends.fqdns.append(found["FQDN"])
    else:
        words.adds_address(ends, found["ADDRESS"])


def _ends(draft: Draft, found: Found) -> Ends:
    field_ = f"{found['SIDE']}_ends"
    draft.fact.at.setdefault(field_, found.line)
    return draft.fact.source_ends if found["SIDE"] == "source" else draft.fact.destination_ends


@RULE.path("SIDE:(source|destination) port PORTS")
def _ports(draft: Draft, found: Found) -> None:
    said = words.ports(found["PORTS"].removeprefix("!"))
    if found["PORTS"].startswith("!"):
        _adds_condition(draft, found, found["SIDE"], "port", found["PORTS"])
        return
    draft.fact.at.setdefault("services", found.line)
    draft.ports.setdefault(found["SIDE"], []).extend(said)


@RULE.path(
    "SIDE:(source|destination) group (address-group|network-group|domain-group) NAME",
    "SIDE:(source|destination) group (ipv6-address-group|ipv6-network-group) NAME",
)
def _group(draft: Draft, found: Found) -> None:
    context = f"firewall {draft.rules.name} rule {draft.fact.id} {found['SIDE']} group"
    adds_group(draft.edge, _ends(draft, found), found["NAME"], found.line, context)


@RULE.path("SIDE:(source|destination) group port-group NAME")
def _port_group(draft: Draft, found: Found) -> None:
    name = found["NAME"].removeprefix("!")
    draft.edge.device.refer(
        "service-group",
        name,
        found.line,
        f"firewall {draft.rules.name} rule {draft.fact.id} {found['SIDE']} port-group",
    )
    if found["NAME"].startswith("!"):
        _adds_condition(draft, found, found["SIDE"], "port-group", found["NAME"])
        return
    draft.groups.setdefault(found["SIDE"], []).append(name)


@RULE.path(
    "SIDE:(inbound-interface|outbound-interface) NAME",
    "SIDE:(inbound-interface|outbound-interface) (name|interface-name) NAME",
)
def _interface(draft: Draft, found: Found) -> None:
    _through(draft, found)
    draft.edge.uses_interface(found["NAME"], found.line, f"firewall {draft.rules.name} rule {draft.fact.id}")


@RULE.path("SIDE:(inbound-interface|outbound-interface) (group|interface-group) NAME")
def _interface_group(draft: Draft, found: Found) -> None:
    _through(draft, found)
    draft.edge.device.refer(
        "list", found["NAME"].removeprefix("!"), found.line, f"firewall {draft.rules.name} rule {draft.fact.id}"
    )


def _through(draft: Draft, found: Found) -> None:
    (draft.fact.from_zones if found["SIDE"].startswith("in") else draft.fact.to_zones).append(found["NAME"])


@RULE.path("state STATE:(established|related|new|invalid) HOW", "state STATE:(established|related|new|invalid)")
def _state(draft: Draft, found: Found) -> None:
    if found["HOW"] != "disable":
        draft.states.add(found["STATE"])


@RULE.path("icmp (type|type-name) KIND", "icmpv6 (type|type-name) KIND")
def _icmp(draft: Draft, found: Found) -> None:
    draft.icmp = found["KIND"]


@RULE.path("time OPTION...")
def _time(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, schedule=f"{draft.fact.schedule} {found['OPTION']}".strip())


@RULE.path(
    "WHAT:(dscp|mark|connmark|connection-mark|ttl|hop-limit|packet-length|packet-length-exclude|packet-type) VALUE",
    "WHAT:(ethernet-type|conntrack-helper|dscp-exclude|gre) VALUE",
    "WHAT:(fragment|ipsec|p2p) VALUE", "WHAT:(ttl|hop-limit|gre|connection-status) KEY VALUE",
    "WHAT:(limit|recent|statistic|application|vlan) KEY VALUE", "WHAT:(gre|connection-status) KEY HOW VALUE",
    "WHAT:(tcp) KEY:(flags|mss) VALUE...", "WHAT:(icmp|icmpv6) KEY:(code) VALUE",
)  # fmt: skip
def _condition(draft: Draft, found: Found) -> None:
    """What a packet must be that the model has no field for: it is asked for, so a rule does not hold without it."""
    _adds_condition(draft, found, found["WHAT"], found["KEY"], found["HOW"], found["VALUE"])


@RULE.path(
    "SIDE:(source|destination) WHAT:(mac-address|address-mask) VALUE",
    "SIDE:(source|destination) WHAT:(geoip) KEY VALUE",
    "SIDE:(source|destination) WHAT:(geoip) KEY:(inverse-match)",
    "SIDE:(source|destination) group WHAT:(mac-group|ipv6-group) VALUE",
)
def _condition_of_side(draft: Draft, found: Found) -> None:
    _adds_condition(draft, found, found["SIDE"], found["WHAT"], found["KEY"], found["VALUE"])


def _adds_condition(draft: Draft, found: Found, *said: str) -> None:
    draft.fact.at.setdefault("conditions", found.line)
    draft.fact.conditions.append(" ".join(word for word in said if word))


RULE.knows("set", "offload-target", "queue", "queue-options", "log-options", "log-level", "add-address-to-group")
RULE.knows_only(
    "modify", "modify (table|dscp|mark|connmark|tcp-mss|lb-group) VALUE", "modify connmark (save-mark|restore-mark)",
    "modify connmark set-mark VALUE", "limit", "recent", "tcp", "fragment", "ipsec", "p2p", "application", "statistic",
    "state", "source", "destination", "source group", "destination group", "icmp", "icmpv6", "time", "synproxy",
    "synproxy tcp (mss|window-scale) VALUE",
)  # fmt: skip


@FIREWALL.path("interface INTERFACE DIRECTION:(in|out|local) FAMILY:(name|ipv6-name) NAME")
def _applied(edge: Edge, found: Found) -> None:
    """What is said here of an interface may come before it."""
    name = found["INTERFACE"]
    edge.uses_interface(name, found.line, "firewall interface")
    edge.device.refer("acl", found["NAME"], found.line, f"interface {name} {found['DIRECTION']}")

    def tell() -> None:
        if (interface := edge.memory.interfaces.get(name)) is not None:
            applies(interface, found)

    edge.memory.later.append(tell)


_SWITCHES = {"send-redirects": "icmp-redirects", "all-ping": "ping", "ip-src-route": "source-routing"}


@FIREWALL.path("WHAT:(send-redirects|all-ping|ip-src-route) HOW:(enable|disable)")
@FIREWALL.path("global-options WHAT:(send-redirects|all-ping|ip-src-route) HOW:(enable|disable)")
def _switch(edge: Edge, found: Found) -> None:
    edge.device.set(_SWITCHES[found["WHAT"]], found.line, is_on=found["HOW"] == "enable")  # type: ignore[arg-type]


FIREWALL.knows(
    "broadcast-ping", "ipv6-receive-redirects", "ipv6-src-route", "log-martians", "options", "receive-redirects",
    "source-validation", "syn-cookies", "state-policy", "global-options", "conntrack-expect-table-size",
    "conntrack-hash-size", "conntrack-table-size", "conntrack-tcp-loose", "config-trap", "twa-hazards-protection",
    "resolver-cache", "resolver-interval", "flowtable",
    "ipv4 default-action", "ipv6 default-action",
)  # fmt: skip


def finish(edge: Edge) -> None:
    """Complete the rules, and tell them between which zones they are where that is one pair."""
    for thing in list(edge.memory.things.values()):
        if isinstance(thing, Draft):
            _finish(thing)
    for name, fact in edge.memory.lists.items():
        pairs = edge.memory.things.get(("pairs", name))
        if isinstance(pairs, list) and len(pairs) == 1:
            for rule in fact.rules:
                rule.from_zones, rule.to_zones = [pairs[0][0]], [pairs[0][1]]


def _finish(draft: Draft) -> None:
    rule = draft.fact
    for ends in (rule.source_ends, rule.destination_ends):
        if ends == Ends():
            ends.is_any = True
    # New packets pass a rule by that is for established, related or invalid ones.
    rule.is_established = bool(draft.states) and "new" not in draft.states
    if "invalid" in draft.states:
        rule.conditions.append("state invalid")
    rule.services = services(draft.edge, draft.protocols, draft.ports, draft.groups, draft.icmp)
    rule.services.is_negated = draft.is_other_protocol


def services(
    edge: Edge, protocols: list[str], ports: dict[str, list[str]], groups: dict[str, list[str]], icmp: str = ""
) -> Services:
    """The services of a rule. Ports of groups are put in, so that they hold for the rule's own protocol."""
    said = {side: [*ports.get(side, ())] for side in ("source", "destination")}
    unknown: list[str] = []
    for side, names in groups.items():
        for name in names:
            known = edge.memory.port_groups.get(name)
            said[side].extend(known or ())
            unknown.extend([] if known else [name])
    has_ports = bool(said["source"] or said["destination"])
    if not protocols and not has_ports and not icmp:
        return Services(is_any=not unknown, names=unknown)
    made: list[Service] = []
    for protocol in protocols or (["tcp", "udp"] if has_ports else ["icmp"]):
        if protocol == "ip" and not has_ports:
            return Services(is_any=True)
        for one in ["tcp", "udp"] if protocol == "ip" else [protocol]:
            if one in ("icmp", "icmp6"):
                made.append(Service(protocol=one, icmp=icmp))
            else:
                made.append(Service(protocol=one, source_ports=said["source"], ports=said["destination"]))
    return Services(services=made, names=unknown)
