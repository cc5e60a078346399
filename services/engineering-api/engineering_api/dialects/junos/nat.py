"""Translation of addresses by an SRX."""

from dataclasses import dataclass, field
from ipaddress import ip_interface, ip_network
from typing import Literal

from engineering_api.dialects.junos import applications, ports
from engineering_api.dialects.junos.state import Junos
from engineering_api.facts.filters import Ends, Service, Services, Translation
from engineering_api.reading.paths import Found, Level

NAT = Level[Junos]("nat")
POOL = Level["Pool"]("pool")
RULE_SET = Level["RuleSet"]("rule-set")
RULE = Level["NatRule"]("rule")
MATCH = Level["NatRule"]("match")
THEN = Level["NatRule"]("then")


@dataclass(slots=True)
class Pool:
    """Addresses to which others are translated."""

    junos: Junos
    name: str
    addresses: list[str] = field(default_factory=list)
    port: str = ""


@dataclass(slots=True)
class RuleSet:
    """Rules for what goes from one place to another. The places may be said after the rules."""

    junos: Junos
    kind: Literal["source", "destination", "static"]
    name: str
    from_: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=list)


@dataclass(slots=True)
class NatRule:
    """A rule that is being read."""

    set: RuleSet
    fact: Translation
    pool: str = ""

    @property
    def context(self) -> str:
        """For messages: which rule."""
        return f"nat {self.set.kind} rule-set {self.set.name} rule {self.fact.name.partition(' ')[2]}"


@NAT.opens(POOL, "KIND:(source|destination) pool NAME")
def _pool(junos: Junos, found: Found) -> Pool:
    name = found["NAME"]

    def make() -> Pool:
        junos.device.define("pool", name, found.span, scope=junos.scope)
        return Pool(junos, name)

    return junos.thing(("pool", found["KIND"], name), make)


@POOL.path("address ADDRESS")
def _pool_address(pool: Pool, found: Found) -> None:
    pool.addresses.append(str(ip_interface(found["ADDRESS"])))


@POOL.path("address ADDRESS to LAST")
def _pool_range(pool: Pool, found: Found) -> None:
    pool.addresses.append(f"{ip_interface(found['ADDRESS']).ip}-{ip_interface(found['LAST']).ip}")


@POOL.path("address ADDRESS port PORT", "address port PORT")
def _pool_port(pool: Pool, found: Found) -> None:
    if found["ADDRESS"]:
        pool.addresses.append(str(ip_interface(found["ADDRESS"])))
    pool.port = found["PORT"]


POOL.knows(
    "port", "routing-instance", "overflow-pool", "host-address-base", "address-persistent", "address-pooling",
    "description TEXT...", "pool-utilization-alarm", "address-shared", "mapping-timeout", "hold-address",
    "address-name",
)  # fmt: skip


@NAT.opens(RULE_SET, "KIND:(source|destination|static) rule-set NAME")
def _rule_set(junos: Junos, found: Found) -> RuleSet:
    kind, name = found["KIND"], found["NAME"]
    return junos.thing(("rule-set", kind, name), lambda: RuleSet(junos, kind, name))  # type: ignore[arg-type]


NAT.knows(
    "proxy-arp", "proxy-ndp", "traceoptions", "source address-persistent", "source pool-utilization-alarm",
    "source port-randomization", "source interface", "source pool-default-port-range",
    "destination pool-utilization-alarm", "natv6v4", "source session-persistence-scan",
    "source session-drop-hold-down", "source pool-default-twin-port-range", "source pool-distribution",
    "static traceoptions",
)  # fmt: skip
RULE_SET.knows("description TEXT...")


@RULE_SET.path("WHICH:(from|to) KIND:(zone|interface|routing-instance|routing-group) NAME")
def _place(of: RuleSet, found: Found) -> None:
    name, junos = found["NAME"], of.junos
    (of.from_ if found["WHICH"] == "from" else of.to).append(name)
    context = f"nat {of.kind} rule-set {of.name} {found['WHICH']}"
    if found["KIND"] == "zone" and name not in ("any", "junos-host"):
        junos.device.refer("zone", name, found.line, context, scope=junos.scope)
    elif found["KIND"] == "interface":
        junos.uses_interface(name, found.line, context)
    elif found["KIND"] == "routing-instance" and name not in ("default", "master"):
        junos.device.refer("vrf", name, found.line, context, scope=junos.scope)


@RULE_SET.opens(RULE, "rule NAME", can_be_off=True)
def _rule(of: RuleSet, found: Found) -> NatRule:
    name = found["NAME"]

    def make() -> NatRule:
        fact = Translation(source=found.span, kind=of.kind, name=f"{of.name} {name}", scope=of.junos.scope)
        of.junos.device.translations.append(fact)
        return NatRule(of, fact)

    rule = of.junos.thing(("nat rule", of.kind, of.name, name), make)
    if not found.is_active:
        rule.fact.is_enabled = False
    return rule


RULE.opens(MATCH, "match")(lambda rule, found: rule)
RULE.opens(THEN, "then (source-nat|destination-nat|static-nat)")(lambda rule, found: rule)


@RULE.path("description TEXT...")
def _description(rule: NatRule, found: Found) -> None:
    rule.fact.say(found.line, comment=found["TEXT"])


RULE.knows("session-count-alarm")


@MATCH.path("WHICH:(source-address|destination-address) PREFIX")
def _address(rule: NatRule, found: Found) -> None:
    ends = _ends(rule, found["WHICH"])
    network = ip_network(found["PREFIX"], strict=False)
    if network.prefixlen == 0:
        ends.is_any = True
    else:
        ends.networks.append(str(network))


@MATCH.path("WHICH:(source-address|destination-address) FIRST to LAST")
def _range(rule: NatRule, found: Found) -> None:
    _ends(rule, found["WHICH"]).ranges.append(f"{found['FIRST']}-{found['LAST']}")


@MATCH.path("WHICH:(source-address-name|destination-address-name) NAME")
def _address_name(rule: NatRule, found: Found) -> None:
    _ends(rule, found["WHICH"]).names.append(found["NAME"])
    junos = rule.set.junos
    junos.device.refer(
        ("object", "object-group"), found["NAME"], found.line, f"{rule.context} match", scope=junos.scope
    )


def _ends(rule: NatRule, which: str) -> Ends:
    fact = rule.fact
    if which.startswith("source"):
        ends = fact.original_source = fact.original_source or Ends()
    else:
        ends = fact.original_destination = fact.original_destination or Ends()
    return ends


@MATCH.path("application NAME")
def _application(rule: NatRule, found: Found) -> None:
    rule.fact.service = rule.fact.service or Services()
    applications.adds(rule.set.junos, rule.fact.service, found["NAME"], found.line, f"{rule.context} application")


@MATCH.path("protocol NAME")
def _protocol(rule: NatRule, found: Found) -> None:
    rule.fact.service = rule.fact.service or Services()
    rule.fact.service.services.append(Service(protocol=ports.protocol(found["NAME"])))


@MATCH.path("WHICH:(source-port|destination-port) PORT", "WHICH:(source-port|destination-port) PORT to LAST")
def _port(rule: NatRule, found: Found) -> None:
    said = ports.port(f"{found['PORT']}-{found['LAST']}" if found["LAST"] else found["PORT"])
    services = rule.fact.service = rule.fact.service or Services()
    for service in services.services or [Service(protocol="tcp"), Service(protocol="udp")]:
        (service.ports if found["WHICH"] == "destination-port" else service.source_ports).append(said)
        if service not in services.services:
            services.services.append(service)


@THEN.path("interface", "interface OPTION...")
def _interface(rule: NatRule, found: Found) -> None:
    rule.fact.say(found.line, translated="interface")


@THEN.path("off")
def _off(rule: NatRule, found: Found) -> None:
    rule.fact.say(found.line, kind="exempt")


@THEN.path("pool NAME", "pool persistent-nat OPTION...")
def _to_pool(rule: NatRule, found: Found) -> None:
    name, junos, fact = found["NAME"], rule.set.junos, rule.fact
    if not name:
        return
    junos.device.refer("pool", name, found.line, f"{rule.context} then pool", scope=junos.scope)
    fact.say(found.line, translated=name)
    key = (junos.scope, junos.vrf, "pool", rule.set.kind, name)

    def tell() -> None:
        pool = junos.memory.things.get(key)
        if isinstance(pool, Pool):
            fact.translated = ", ".join(one.removesuffix("/32") for one in pool.addresses) or name
            fact.translated_port = pool.port

    junos.memory.later.append(tell)


@THEN.path("prefix PREFIX")
def _prefix(rule: NatRule, found: Found) -> None:
    rule.fact.say(found.line, translated=str(ip_network(found["PREFIX"], strict=False)).removesuffix("/32"))


@THEN.path("prefix-name NAME")
def _prefix_name(rule: NatRule, found: Found) -> None:
    junos = rule.set.junos
    rule.fact.say(found.line, translated=found["NAME"])
    junos.device.refer(("object", "object-group"), found["NAME"], found.line, f"{rule.context} then", scope=junos.scope)


@THEN.path("(prefix|prefix-name) mapped-port PORT", "(prefix|prefix-name) mapped-port PORT to LAST")
def _mapped_port(rule: NatRule, found: Found) -> None:
    rule.fact.say(found.line, translated_port=found["PORT"])


THEN.knows(
    "prefix routing-instance", "prefix-name routing-instance", "inet", "nptv6-prefix", "nptv6-prefix-name",
    "rule-session-count-alarm",
)  # fmt: skip


def finish(junos: Junos) -> None:
    """Tell every rule from where to where its rule set is."""
    for thing in list(junos.memory.things.values()):
        if isinstance(thing, NatRule):
            thing.fact.from_zones, thing.fact.to_zones = thing.set.from_, thing.set.to
