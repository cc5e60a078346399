"""Servers that an ArubaOS-Switch asks or tells: time, logging, RADIUS, SNMP, DNS; and addresses that it gives out."""

from ipaddress import ip_address, ip_network

from engineering_api.dialects.aruba.switch import Switch
from engineering_api.dialects.beginnings import beginnings
from engineering_api.dialects.cisco.words import unquoted
from engineering_api.facts.services import DhcpPool, Server, SnmpAccess
from engineering_api.reading.grammar import Found, Place

SERVERS: Place[Switch] = Place("servers")
POOL: Place[DhcpPool] = Place("dhcp-server pool")


@SERVERS.line("(sntp|ntp) server priority NUMBER ADDRESS [(oobm)] [REST...]", "(sntp|ntp) server ADDRESS [REST...]")
def _time(switch: Switch, found: Found) -> None:
    words = found["REST"].split()
    switch.device.servers.append(
        Server(
            source=found.line,
            kind="ntp",
            address=found["ADDRESS"].strip('"'),
            options=[
                *(["prefer"] if "prefer" in words else []),
                *([f"priority {found['NUMBER']}"] * bool(found["NUMBER"])),
            ],
            has_key="key-id" in words,
        )
    )


@SERVERS.line("logging ADDRESS [REST...]")
def _syslog(switch: Switch, found: Found) -> None:
    address = found["ADDRESS"].strip('"')
    if found["ADDRESS"] in {
        "facility",
        "severity",
        "system-module",
        "priority-descr",
        "notify",
        "origin-id",
        "command",
    }:
        if found["ADDRESS"] == "severity":
            switch.device.set("log-level", found.line, value=found["REST"])
        return
    words = found["REST"].split()
    switch.device.servers.append(Server(source=found.line, kind="syslog", address=address, options=words[:2]))


@SERVERS.line("KIND:(radius-server|tacacs-server) host ADDRESS [REST...]")
def _host(switch: Switch, found: Found) -> None:
    kind, address = found["KIND"].removesuffix("-server"), found["ADDRESS"].strip('"')
    has_key = "key" in found["REST"].split() or "REDACTED-" in found["REST"]
    if known := switch.servers.get((kind, address)):
        known.has_key = known.has_key or has_key
        return
    made = Server.model_validate({"source": found.line, "kind": kind, "address": address, "has_key": has_key})
    switch.servers[kind, address] = made
    switch.device.servers.append(made)


@SERVERS.line("KIND:(radius-server|tacacs-server) key REST...")
def _key(switch: Switch, found: Found) -> None:
    switch.keys[found["KIND"].removesuffix("-server")] = found.line


@SERVERS.line("aaa server-group (radius|tacacs) NAME host ADDRESS")
def _group(switch: Switch, found: Found) -> None:
    switch.device.define("server-group", unquoted(found["NAME"]), found.line)


@SERVERS.line("ip dns server-address [priority NUMBER] ADDRESS [REST...]")
def _dns(switch: Switch, found: Found) -> None:
    switch.device.servers.append(Server(source=found.line, kind="dns", address=str(ip_address(found["ADDRESS"]))))


@SERVERS.line("snmp-server community NAME [REST...]")
def _community(switch: Switch, found: Found) -> None:
    words = found["REST"].split()
    switch.device.snmp.append(
        SnmpAccess(
            source=found.line,
            version="2c",
            # Only "unrestricted" may write.
            access="rw" if "unrestricted" in words else "ro",
            is_well_known="REDACTED-default" in found["NAME"],
        )
    )


@SERVERS.line("snmp-server host ADDRESS [REST...]")
def _trap(switch: Switch, found: Found) -> None:
    switch.device.servers.append(
        Server(
            source=found.line,
            kind="snmp-trap",
            address=found["ADDRESS"].strip('"'),
            has_key="REDACTED-" in found["REST"] or "community" in found["REST"],
        )
    )


@SERVERS.line("snmp-server KEY:(contact|location) VALUE [location PLACE]")
def _where(switch: Switch, found: Found) -> None:
    value = unquoted(found["VALUE"])
    switch.device.set("snmp-contact" if found["KEY"] == "contact" else "snmp-location", found.line, value=value)
    if found["PLACE"]:
        switch.device.set("snmp-location", found.line, value=unquoted(found["PLACE"]))


@SERVERS.line("snmpv3 user NAME [REST...]")
def _user(switch: Switch, found: Found) -> None:
    words = found["REST"].split()
    level = "priv" if "priv" in words else "auth" if "auth" in words else "noauth"
    switch.device.snmp.append(
        SnmpAccess.model_validate(
            {"source": found.line, "version": "3", "user": unquoted(found["NAME"]), "level": level, "access": "rw"}
        )
    )


@SERVERS.opens(POOL, "dhcp-server pool NAME")
def _pool(switch: Switch, found: Found) -> DhcpPool:
    made = DhcpPool(source=found.span, name=unquoted(found["NAME"]))
    switch.device.dhcp_pools.append(made)
    switch.device.define("pool", made.name, found.span, is_used=True)
    return made


@POOL.line("network ADDRESS [MASK]")
def _network(pool: DhcpPool, found: Found) -> None:
    text = f"{found['ADDRESS']}/{found['MASK']}" if found["MASK"] else found["ADDRESS"]
    pool.say(found.line, network=str(ip_network(text, strict=False)))


@POOL.line("range FIRST LAST")
def _range(pool: DhcpPool, found: Found) -> None:
    pool.ranges.append(f"{ip_address(found['FIRST'])}-{ip_address(found['LAST'])}")


@POOL.line("default-router ADDRESS")
def _gateway(pool: DhcpPool, found: Found) -> None:
    pool.say(found.line, gateway=found["ADDRESS"].strip('"'))


@POOL.line("dns-server ADDRESSES")
def _pool_dns(pool: DhcpPool, found: Found) -> None:
    pool.say(found.line, dns=found["ADDRESSES"].strip('"').split(","))


@POOL.line("domain-name NAME")
def _domain(pool: DhcpPool, found: Found) -> None:
    pool.say(found.line, domain=unquoted(found["NAME"]))


@POOL.line("lease TIME")
def _lease(pool: DhcpPool, found: Found) -> None:
    if found["TIME"] != "infinite":
        days, hours, minutes = (int(part) for part in found["TIME"].split(":"))
        pool.say(found.line, lease_seconds=(days * 24 * 60 + hours * 60 + minutes) * 60)


@POOL.line("option NUMBER REST...")
def _option(pool: DhcpPool, found: Found) -> None:
    pool.options.append(f"{found['NUMBER']} {found['REST']}")


@POOL.line("static-bind ip ADDRESS MASK mac MAC")
def _binding(pool: DhcpPool, found: Found) -> None:
    pool.reservations.append(f"{found['ADDRESS']} {found['MAC']}")


POOL.knows(
    *beginnings("bootfile-name, next-server, netbios-name-server, netbios-node-type, tftp-server, authoritative"),
    "exit",
)


@SERVERS.line("[NO:(no)] dhcp-server enable")
def _dhcp_server(switch: Switch, found: Found) -> None:
    switch.device.set("dhcp-server", found.line, is_on=not found["NO"])


SERVERS.knows(
    *beginnings(
        "timesync, no timesync, sntp, no sntp, ntp, no ntp, no logging, radius-server, tacacs-server, aaa "
        "server-group, snmp-server, no snmp-server, snmpv3, no snmpv3, dhcp-server, no dhcp-server, dhcp-relay, "
        "no dhcp-relay, ip dns, no ip dns, dhcpv6-relay"
    )
)
