"""Servers that an ASA asks or tells, and addresses that it gives out: AAA, NTP, logging, SNMP, DHCP."""

from ipaddress import ip_address
from itertools import islice

from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.fact import Span
from engineering_api.facts.services import DhcpPool, Server, SnmpAccess
from engineering_api.reading.grammar import Found, Place

SERVERS: Place[Reading] = Place("servers")
AAA_SERVER: Place[Within[Server]] = Place("aaa-server host")
AAA_SERVER.knows(
    *beginnings(
        "timeout, retry-interval, authentication-port, accounting-port, server-port, ldap-base-dn, "
        "ldap-group-base-dn, ldap-scope, ldap-naming-attribute, ldap-login-dn, ldap-over-ssl, server-type, "
        "ldap-attribute-map, radius-common-pw, acl-netmask-convert, sasl-mechanism, nt-auth-domain-controller, "
        "kerberos-realm, ldap-search-timeout, group-search-timeout, no, sdi-version, sdi-pre-5-slave, "
        "webauth-url, ssl-client-certificate, group-base-dn"
    ),
    "no mschapv2-capable",
    "mschapv2-capable",
)
AAA_GROUP: Place[Reading] = Place("aaa-server")
AAA_GROUP.knows(
    *beginnings(
        "accounting-mode, reactivation-mode, max-failed-attempts, merge-dacl, interim-accounting-update, "
        "dynamic-authorization, no, realm-id, timeout"
    ),
    "authorize-only",
    "ad-agent-mode",
)
DNS: Place[Reading] = Place("dns server-group")
DNS.knows(
    *beginnings("timeout, retries, poll-timer, expire-entry-timer"),
)
#: An ASA passes requests on to ten servers at most.
_MOST_RELAYS = 10
#: An ASA has fewer interfaces, and a pool fewer options.
_MOST_POOLS, _MOST_OPTIONS = 100, 50
_KINDS: dict[str, str] = {"radius": "radius", "tacacs+": "tacacs", "ldap": "ldap"}


@SERVERS.opens(AAA_GROUP, "aaa-server NAME protocol PROTOCOL")
def _group(reading: Reading, found: Found) -> Reading:
    reading.device.define("server-group", found["NAME"], found.span)
    reading.protocols[found["NAME"]] = found["PROTOCOL"]
    return reading


@SERVERS.opens(
    AAA_SERVER,
    "aaa-server NAME INTERFACE host ADDRESS [KEY] [timeout SECONDS]",
    "aaa-server NAME host ADDRESS [KEY] [timeout SECONDS]",
)
def _server(reading: Reading, found: Found) -> Within[Server]:
    protocol = reading.protocols.get(found["NAME"], "")
    kind = _KINDS.get(protocol, "ldap" if protocol in {"kerberos", "nt"} else "radius")
    server = Server.model_validate(
        {
            "source": found.span,
            "kind": kind,
            "address": found["ADDRESS"],
            "interface": found["INTERFACE"].strip("()"),
            "has_key": bool(found["KEY"]),
            "options": [f"group {found['NAME']}"],
        }
    )
    reading.device.servers.append(server)
    if not protocol:  # the line of a server goes on with its group, and is no use of it
        reading.device.refer("server-group", found["NAME"], found.line, "aaa-server host")
    if server.interface:
        reading.refer_interface(server.interface, found.line, "aaa-server host")
    return Within(reading, server)


@AAA_SERVER.line("(key|ldap-login-password) REST...")
def _key(at: Within[Server], found: Found) -> None:
    at.fact.say(found.line, has_key=True)


@SERVERS.line("ntp server ADDRESS [key KEY] [source INTERFACE] [PREFER:(prefer)]")
def _ntp(reading: Reading, found: Found) -> None:
    reading.device.servers.append(
        Server(
            source=found.line,
            kind="ntp",
            address=found["ADDRESS"],
            interface=found["INTERFACE"],
            options=[word for word in (found["PREFER"], f"key {found['KEY']}" if found["KEY"] else "") if word],
            has_key=bool(found["KEY"]),
        )
    )
    if found["INTERFACE"]:
        reading.refer_interface(found["INTERFACE"], found.line, "ntp server")


@SERVERS.line("logging host INTERFACE ADDRESS [REST...]")
def _syslog(reading: Reading, found: Found) -> None:
    reading.device.servers.append(
        Server(
            source=found.line,
            kind="syslog",
            address=reading.names.get(found["ADDRESS"], found["ADDRESS"]),
            interface=found["INTERFACE"],
            options=found["REST"].split(),
        )
    )
    reading.refer_interface(found["INTERFACE"], found.line, "logging host")


@SERVERS.line("logging (trap|asdm|console|monitor|buffered|history|mail) LEVEL")
def _level(reading: Reading, found: Found) -> None:
    if found.node.text.startswith("logging trap"):
        reading.device.set("log-level", found.line, value=found["LEVEL"])


@SERVERS.line("logging timestamp [REST...]")
def _timestamp(reading: Reading, found: Found) -> None:
    reading.device.set("log-timestamps", found.line)


@SERVERS.line("no logging timestamp")
def _no_timestamp(reading: Reading, found: Found) -> None:
    reading.device.set("log-timestamps", found.line, is_on=False)


@SERVERS.line("logging buffer-size NUMBER")
def _buffer(reading: Reading, found: Found) -> None:
    reading.device.set("log-buffer", found.line, value=found["NUMBER"])


SERVERS.knows(
    *beginnings(
        "logging, no logging, ntp authentication-key, ntp trusted-key, snmp-server enable, no snmp-server, "
        "snmp-server listen-port, snmp-server group, snmp-server map, snmp-map, snmp-server cpu, snmp cpu, "
        "snmp-server user-list, snmp-server host-group"
    ),
    "ntp authenticate",
    "snmp-server engineID REST...",
)


@SERVERS.line("snmp-server host INTERFACE ADDRESS [REST...]")
def _trap(reading: Reading, found: Found) -> None:
    words = found["REST"].split()
    reading.refer_interface(found["INTERFACE"], found.line, "snmp-server host")
    reading.device.servers.append(
        Server(
            source=found.line,
            kind="snmp-trap",
            address=reading.names.get(found["ADDRESS"], found["ADDRESS"]),
            interface=found["INTERFACE"],
            options=[f"version {words[words.index('version') + 1]}"] if "version" in words[:-1] else [],
            has_key="community" in words,
        )
    )


@SERVERS.line("snmp-server community REST...")
def _community(reading: Reading, found: Found) -> None:
    reading.device.snmp.append(
        SnmpAccess(source=found.line, version="2c", is_well_known="REDACTED-default" in found["REST"])
    )


@SERVERS.line("snmp-server user NAME GROUP v3 [REST...]")
def _user(reading: Reading, found: Found) -> None:
    words = found["REST"].split()
    level = "priv" if "priv" in words else "auth" if "auth" in words else "noauth"
    reading.device.snmp.append(
        SnmpAccess.model_validate({"source": found.line, "version": "3", "user": found["NAME"], "level": level})
    )


@SERVERS.line("snmp-server location TEXT...")
def _location(reading: Reading, found: Found) -> None:
    reading.device.set("snmp-location", found.line, value=found["TEXT"])


@SERVERS.line("snmp-server contact TEXT...")
def _contact(reading: Reading, found: Found) -> None:
    reading.device.set("snmp-contact", found.line, value=found["TEXT"])


@SERVERS.opens(DNS, "dns server-group NAME")
def _dns(reading: Reading, found: Found) -> Reading:
    return reading


@SERVERS.line("dns name-server WORDS...")
@DNS.line("name-server WORDS...")
def _name_server(reading: Reading, found: Found) -> None:
    interface = ""
    for word in found["WORDS"].split():
        try:
            address = str(ip_address(word))
        except ValueError:
            interface = word
            continue
        reading.device.servers.append(Server(source=found.line, kind="dns", address=address))
    if interface:
        reading.refer_interface(interface, found.line, "name-server")


@DNS.line("domain-name NAME")
def _domain(reading: Reading, found: Found) -> None:
    if not reading.device.identity.domain:
        reading.device.identity.say(found.line, domain=found["NAME"])


@SERVERS.line("dns domain-lookup INTERFACE")
def _lookup(reading: Reading, found: Found) -> None:
    reading.device.set("domain-lookup", found.line, value=found["INTERFACE"])
    reading.refer_interface(found["INTERFACE"], found.line, "dns domain-lookup")


SERVERS.knows(
    *beginnings("dns forwarder, dns trusted-source, dns-group, dns expire-entry-timer, dns poll-timer, ddns"),
    "dns-guard",
    "no dns-guard",
)


def _pool(reading: Reading, interface: str, where: Span) -> DhcpPool:
    if (known := reading.pools.get(interface)) is None:
        known = DhcpPool(source=where, name=interface, interface=interface, is_enabled=False)
        reading.pools[interface] = known
        reading.device.dhcp_pools.append(known)
    return known


@SERVERS.line("dhcpd address RANGE INTERFACE")
def _range(reading: Reading, found: Found) -> None:
    first, _, last = found["RANGE"].partition("-")
    ip_address(first)
    ip_address(last or first)
    pool = _pool(reading, found["INTERFACE"], found.line)
    pool.ranges.append(f"{first}-{last or first}")
    if port := reading.interfaces.get(found["INTERFACE"]):
        pool.network = next((str(one.value.network) for one in port.addresses), "")
        pool.gateway = next((str(one.value.ip) for one in port.addresses), "")
    reading.refer_interface(found["INTERFACE"], found.line, "dhcpd address")


@SERVERS.line("dhcpd enable INTERFACE")
def _enable(reading: Reading, found: Found) -> None:
    _pool(reading, found["INTERFACE"], found.line).say(found.line, is_enabled=True)
    reading.device.set("dhcp-server", found.line, value=found["INTERFACE"])
    reading.refer_interface(found["INTERFACE"], found.line, "dhcpd enable")


@SERVERS.line("dhcpd KEY:(dns|domain|lease|option|wins|update) REST...")
def _option(reading: Reading, found: Found) -> None:
    words = [found["KEY"], *found["REST"].split()]
    only = words[-1] if words[-2:-1] == ["interface"] else ""
    words = words[:-2] if only else words
    if len(words) < 2:
        raise ValueError("no value")
    if only:
        _say_option(_pool(reading, only, found.line), words, found.line)
    else:
        reading.later.append(lambda: _say_shared(reading, words, found.line))


def _say_shared(reading: Reading, words: list[str], where: Span) -> None:
    for pool in islice(reading.pools.values(), _MOST_POOLS):
        _say_option(pool, words, where)


def _say_option(pool: DhcpPool, words: list[str], where: Span) -> None:
    key, values = words[0], words[1:]
    if key == "dns" and not pool.dns:
        pool.say(where, dns=values)
    elif key == "domain" and not pool.domain:
        pool.say(where, domain=values[0])
    elif key == "lease" and values[0].isdecimal():
        pool.say(where, lease_seconds=int(values[0]))
    elif key == "option" and values[:2] == ["3", "ip"] and len(values) > 2:
        pool.say(where, gateway=values[2])
    elif key in {"option", "wins"} and len(pool.options) < _MOST_OPTIONS:
        pool.options.append(" ".join(values if key == "option" else words))


SERVERS.knows(
    *beginnings("dhcpd, no dhcpd, dhcprelay information, dhcp-client, dhcprelay interface"),
    "dhcprelay timeout NUMBER",
    "dhcprelay setroute NAME",
)


@SERVERS.line("dhcprelay server ADDRESS [INTERFACE]")
def _relay(reading: Reading, found: Found) -> None:
    reading.relays.append(str(ip_address(found["ADDRESS"])))


@SERVERS.line("dhcprelay enable INTERFACE")
def _relay_enable(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["INTERFACE"], found.line, "dhcprelay enable")

    def tell() -> None:
        if port := reading.interfaces.get(found["INTERFACE"]):
            port.say(found.line, dhcp_relays=[*port.dhcp_relays, *reading.relays][:_MOST_RELAYS])

    reading.later.append(tell)
