"""Servers that a switch with AOS-CX asks or tells, and addresses that it gives out."""

from itertools import pairwise

from engineering_api.dialects.aruba.cx import Cx, On
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.services import DhcpPool, Server, SnmpAccess
from engineering_api.reading.grammar import Found, Place

SERVERS: Place[Cx] = Place("servers")
DHCP: Place[tuple[Cx, str]] = Place("dhcp-server vrf")
COMMUNITY: Place[On[SnmpAccess]] = Place("snmp-server community")
POOL: Place[DhcpPool] = Place("dhcp-server pool")


@SERVERS.line("ntp server ADDRESS [REST...]")
def _ntp(switch: Cx, found: Found) -> None:
    words = found["REST"].split()
    vrf = words[words.index("vrf") + 1] if "vrf" in words[:-1] else ""
    switch.device.servers.append(
        Server(
            source=found.line,
            kind="ntp",
            address=found["ADDRESS"],
            options=[word for word in words if word in {"prefer", "iburst", "burst"}],
            vrf=vrf,
            has_key="key-id" in words or "key" in words,
        )
    )


@SERVERS.line("ntp vrf VRF")
def _ntp_vrf(switch: Cx, found: Found) -> None:
    switch.ntp_vrf = (found["VRF"], found.line)


SERVERS.knows(*beginnings("logging filter, logging console, logging facility, logging persistent-storage"))


@SERVERS.line("logging ADDRESS [REST...]")
def _syslog(switch: Cx, found: Found) -> None:
    words = found["REST"].split()
    vrf = words[words.index("vrf") + 1] if "vrf" in words[:-1] else ""
    options = [f"{one} {two}" for one, two in pairwise(words) if one in {"severity", "udp", "tcp", "tls"}]
    switch.device.servers.append(
        Server(source=found.line, kind="syslog", address=found["ADDRESS"], vrf=vrf, options=options)
    )


@SERVERS.line("KIND:(radius-server|tacacs-server) host ADDRESS [REST...]")
def _aaa_server(switch: Cx, found: Found) -> None:
    words = found["REST"].split()
    vrf = words[words.index("vrf") + 1] if "vrf" in words[:-1] else ""
    made = Server.model_validate(
        {
            "source": found.line,
            "kind": found["KIND"].removesuffix("-server"),
            "address": found["ADDRESS"],
            "vrf": vrf,
            "has_key": "key" in words,
            "options": ["tls"] if "tls" in words else [],
        }
    )
    switch.device.servers.append(made)


@SERVERS.line("KIND:(radius-server|tacacs-server) key REST...")
def _aaa_key(switch: Cx, found: Found) -> None:
    switch.keys[found["KIND"].removesuffix("-server")] = found.line


@SERVERS.opens(COMMUNITY, "snmp-server community NAME [REST...]")
def _community(switch: Cx, found: Found) -> On[SnmpAccess]:
    made = SnmpAccess(
        source=found.span,
        version="2c",
        access="rw" if "rw" in found["REST"].split() else "ro",
        is_well_known="REDACTED-default" in found["NAME"],
    )
    switch.device.snmp.append(made)
    return On(switch, made)


@COMMUNITY.line("access-level LEVEL:(ro|rw)")
def _level(at: On[SnmpAccess], found: Found) -> None:
    at.fact.say(found.line, access=found["LEVEL"])


@COMMUNITY.line("access-list (ip|ipv4|ipv6) NAME")
def _list(at: On[SnmpAccess], found: Found) -> None:
    at.fact.say(found.line, acl=found["NAME"])
    at.device.refer("acl", found["NAME"], found.line, "snmp-server community")


COMMUNITY.knows(*beginnings("view"))


@SERVERS.line("snmp-server host ADDRESS [REST...]")
def _trap(switch: Cx, found: Found) -> None:
    words = found["REST"].split()
    switch.device.servers.append(
        Server(
            source=found.line,
            kind="snmp-trap",
            address=found["ADDRESS"],
            options=[word for word in words if word in {"trap", "inform"}],
            vrf=words[words.index("vrf") + 1] if "vrf" in words[:-1] else "",
            has_key="community" in words,
        )
    )


@SERVERS.line("snmpv3 user NAME [REST...]")
def _snmp_user(switch: Cx, found: Found) -> None:
    words = found["REST"].split()
    level = "priv" if "priv" in words else "auth" if "auth" in words else "noauth"
    switch.device.snmp.append(
        SnmpAccess.model_validate({"source": found.line, "version": "3", "user": found["NAME"], "level": level})
    )


@SERVERS.line("snmp-server vrf VRF")
def _snmp_vrf(switch: Cx, found: Found) -> None:
    switch.manager("snmp", found).options.append(f"vrf {found['VRF']}")


@SERVERS.line("snmp-server KEY:(system-location|system-contact) TEXT...")
def _snmp_text(switch: Cx, found: Found) -> None:
    is_place = found["KEY"] == "system-location"
    switch.device.set("snmp-location" if is_place else "snmp-contact", found.line, value=found["TEXT"])


@SERVERS.line("ip dns server-address ADDRESS [vrf VRF]")
def _dns(switch: Cx, found: Found) -> None:
    switch.device.servers.append(Server(source=found.line, kind="dns", address=found["ADDRESS"], vrf=found["VRF"]))


@SERVERS.opens(DHCP, "dhcp-server vrf NAME")
def _dhcp(switch: Cx, found: Found) -> tuple[Cx, str]:
    switch.device.set("dhcp-server", found.line, value=found["NAME"])
    return switch, found["NAME"]


@DHCP.opens(POOL, "pool NAME")
def _pool(at: tuple[Cx, str], found: Found) -> DhcpPool:
    made = DhcpPool(source=found.span, name=found["NAME"])
    at[0].device.dhcp_pools.append(made)
    return made


DHCP.knows(*beginnings("enable, disable, authoritative, http-proxy, conflict-detect, exit"))


@POOL.line("range FIRST LAST [prefix-len NUMBER]")
def _range(pool: DhcpPool, found: Found) -> None:
    pool.ranges.append(f"{found['FIRST']}-{found['LAST']}")


@POOL.line("default-router ADDRESS")
def _router(pool: DhcpPool, found: Found) -> None:
    pool.say(found.line, gateway=found["ADDRESS"])


@POOL.line("dns-server ADDRESSES...")
def _pool_dns(pool: DhcpPool, found: Found) -> None:
    pool.say(found.line, dns=found["ADDRESSES"].split())


@POOL.line("domain-name NAME")
def _pool_domain(pool: DhcpPool, found: Found) -> None:
    pool.say(found.line, domain=found["NAME"])


@POOL.line("lease TIME")
def _lease(pool: DhcpPool, found: Found) -> None:
    if found["TIME"] != "infinite":
        days, hours, minutes = (int(part) for part in found["TIME"].split(":"))
        pool.say(found.line, lease_seconds=(days * 24 * 60 + hours * 60 + minutes) * 60)


@POOL.line("option NUMBER REST...")
def _pool_option(pool: DhcpPool, found: Found) -> None:
    pool.options.append(f"{found['NUMBER']} {found['REST']}")


@POOL.line("static-bind ip ADDRESS mac MAC [hostname NAME]")
def _binding(pool: DhcpPool, found: Found) -> None:
    pool.reservations.append(f"{found['NAME']} {found['MAC']} {found['ADDRESS']}".strip())


POOL.knows(*beginnings("bootp, disable, enable, exit, netbios-name-server, netbios-node-type, tftp-server-name"))
