"""DHCP, the servers that devices use, SNMP, and who authenticates logins."""

from collections.abc import Iterator

from engineering_api.documents.cells import listed, seconds, source
from engineering_api.documents.desk import Desk
from engineering_api.documents.tables import Sheet, toned
from oberaconnect.typeset import Block, Cell, Heading

_KINDS = {
    "dns": "DNS", "ntp": "NTP", "syslog": "Syslog", "radius": "RADIUS", "tacacs": "TACACS+", "ldap": "LDAP",
    "snmp-trap": "SNMP traps",
}  # fmt: skip
#: Settings that say who may log in.
LOGINS = frozenset({"aaa", "authorization", "accounting", "two-factor"})


def dhcp(desk: Desk) -> Iterator[Block]:
    """Pools, and with full detail what is reserved in them."""
    sheet = Sheet(
        "DHCP pools",
        ("Device", "Pool", "Network", "Ranges", "Excluded", "Gateway", "DNS, domain", "Lease", "Interface", "Options",
         "Reserved", "On", "Source"),
        numeric=frozenset({"Reserved"}),
    )  # fmt: skip
    reserved = Sheet("DHCP reservations", ("Device", "Pool", "Reservation", "Source"))
    for of in desk.material.sources:
        for pool in of.subject.device.dhcp_pools:
            sheet.add(
                Cell(of.label, "strong"), pool.name, pool.network, listed(pool.ranges, separator="\n"),
                listed(pool.excluded, separator="\n"), pool.gateway,
                listed([*pool.dns, *([pool.domain] if pool.domain else [])], separator="\n"),
                seconds(pool.lease_seconds), pool.interface, "" if desk.is_brief else listed(pool.options, most=10),
                str(len(pool.reservations) or ""), "" if pool.is_enabled else "no", source(of, pool.source),
            )  # fmt: skip
            for one in pool.reservations if desk.is_full else ():
                reserved.add(Cell(of.label, "strong"), pool.name, one, source(of, pool.source))
    yield from desk.table(sheet)
    if reserved.rows:
        yield Heading("Reservations", 2)
        yield from desk.table(reserved)


def servers(desk: Desk) -> Iterator[Block]:
    """DNS, NTP, syslog, authentication and SNMP."""
    sheet = Sheet("Servers", ("Device", "Service", "Server", "VRF", "Interface", "Options", "Key", "Source"))
    snmp = Sheet("SNMP", ("Device", "Version", "Access", "Who", "Security", "From", "Source"))
    logins = Sheet("Authentication of logins", ("Device", "What", "How", "Source"))
    for of in desk.material.sources:
        device = of.subject.device
        for one in sorted(device.servers, key=lambda server: list(_KINDS).index(server.kind)):
            sheet.add(
                Cell(of.label, "strong"), _KINDS[one.kind], one.address, one.vrf, one.interface, listed(one.options),
                "yes" if one.has_key else "", source(of, one.source),
            )  # fmt: skip
        for access in device.snmp:
            who = access.user or "a community"
            snmp.add(
                Cell(of.label, "strong"), access.version, {"ro": "read", "rw": "read and write"}[access.access],
                toned("a well-known community", "bad") if access.is_well_known else who, access.level,
                access.acl, source(of, access.source),
            )  # fmt: skip
        for setting in device.settings:
            if setting.name in LOGINS:
                how = setting.value or ("on" if setting.is_on else "off")
                logins.add(Cell(of.label, "strong"), setting.name.replace("-", " "), how, source(of, setting.source))
    for title, made in (("Servers", sheet), ("SNMP", snmp), ("Authentication of logins", logins)):
        if made.rows:
            yield Heading(title, 2)
            yield from desk.table(made)
