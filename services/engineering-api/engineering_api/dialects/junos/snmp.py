"""SNMP: communities, users and where traps go."""

from ipaddress import ip_network

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.services import Server, SnmpAccess
from engineering_api.reading.paths import Found, Level

SNMP = Level[Junos]("snmp")
COMMUNITY = Level[Of[SnmpAccess]]("community")


@SNMP.opens(COMMUNITY, "community NAME", can_be_off=False)
def _community(junos: Junos, found: Found) -> Of[SnmpAccess]:
    name = found["NAME"]

    def make() -> SnmpAccess:
        known = name in ("public", "private") or "-default-" in name
        fact = SnmpAccess(source=found.span, version="2c", is_well_known=known, scope=junos.scope)
        junos.device.snmp.append(fact)
        junos.manages("snmp", found.line)
        return fact

    return Of(junos, junos.thing(("community", name), make))


@COMMUNITY.path("authorization HOW:(read-only|read-write)")
def _authorization(of: Of[SnmpAccess], found: Found) -> None:
    of.fact.say(found.line, access="rw" if found["HOW"] == "read-write" else "ro")


@COMMUNITY.path("client-list-name NAME", "client-list NAME")
def _client_list(of: Of[SnmpAccess], found: Found) -> None:
    name, junos = found["NAME"], of.junos
    of.fact.say(found.line, acl=name)
    if (junos.scope, junos.vrf, "client-list", name) not in junos.memory.things:
        junos.device.refer("prefix-list", name, found.line, "snmp community client-list-name", scope=junos.scope)


@COMMUNITY.path("clients PREFIX", "clients PREFIX restrict")
def _clients(of: Of[SnmpAccess], found: Found) -> None:
    ip_network(found["PREFIX"], strict=False)
    of.fact.say(found.line, acl="clients")


COMMUNITY.knows("view NAME", "routing-instance", "logical-system")


@SNMP.path("client-list NAME PREFIX", "client-list NAME PREFIX restrict")
def _own_list(junos: Junos, found: Found) -> None:
    junos.thing(("client-list", found["NAME"]), lambda: True)
    ip_network(found["PREFIX"], strict=False)


@SNMP.path("location TEXT...")
def _location(junos: Junos, found: Found) -> None:
    junos.device.set("snmp-location", found.line, value=found["TEXT"])


@SNMP.path("contact TEXT...")
def _contact(junos: Junos, found: Found) -> None:
    junos.device.set("snmp-contact", found.line, value=found["TEXT"])


@SNMP.path("trap-group NAME targets ADDRESS", "v3 target-address NAME address ADDRESS")
def _trap(junos: Junos, found: Found) -> None:
    junos.device.servers.append(
        Server(source=found.line, kind="snmp-trap", address=found["ADDRESS"], scope=junos.scope)
    )


USM = Level[Of[SnmpAccess]]("usm user")


@SNMP.opens(USM, "v3 usm local-engine user NAME")
def _usm_user(junos: Junos, found: Found) -> Of[SnmpAccess]:
    name = found["NAME"]

    def make() -> SnmpAccess:
        fact = SnmpAccess(source=found.span, version="3", user=name, level="noauth", scope=junos.scope)
        junos.device.snmp.append(fact)
        junos.manages("snmp", found.line)
        return fact

    return Of(junos, junos.thing(("usm user", name), make))


@USM.path("KIND OPTION...", "KIND")
def _usm(of: Of[SnmpAccess], found: Found) -> None:
    kind = found["KIND"]
    if kind.startswith("privacy-") and kind != "privacy-none":
        of.fact.say(found.line, level="priv")
    elif kind.startswith("authentication-") and kind != "authentication-none":
        if of.fact.level != "priv":
            of.fact.say(found.line, level="auth")
    elif kind not in ("privacy-none", "authentication-none"):
        raise ValueError("no word of a user")


SNMP.knows(
    "view", "trap-group NAME", "trap-options", "v3", "engine-id", "interface NAME", "filter-interfaces",
    "filter-duplicates", "health-monitor", "name TEXT...", "description TEXT...", "rmon", "traceoptions",
    "routing-instance-access", "nonvolatile", "proxy", "stats-response-statistics", "arp", "alarm-management",
    "if-count-with-filter-interfaces", "subagent", "logical-system-trap-filter", "customization",
)  # fmt: skip
