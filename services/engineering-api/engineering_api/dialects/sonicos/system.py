"""The device itself: its name, its administration, the servers it asks, and SNMP."""

from engineering_api.dialects.sonicos.fields import Fields, is_on, whole
from engineering_api.facts.device import Device
from engineering_api.facts.services import Management, Server, SnmpAccess, User

_PORTS = {"https": "httpsMgmtPort", "http": "httpMgmtPort", "ssh": "sshMgmtPort"}
_IDENTITY = {
    "firewallName": "hostname", "firewallDnsName": "domain", "shortProdName": "model", "buildNum": "version",
    "serialNumber": "serial",
}  # fmt: skip
_SERVERS = {
    "dns": ("dns_server_one", "dns_server_two", "dns_server_three"),
    "ntp": ("ntp_server", "ntpServerName"),
    "syslog": ("syslogServerName", "syslogServer"),
    "ldap": ("ldapSrvrHostName",),
}


def read(fields: Fields, device: Device) -> None:
    """Tell a device of itself. Its interfaces must have been read."""
    for key, field in _IDENTITY.items():
        if value := fields.single(key):
            device.identity.say(value.line, **{field: value.text})
    for kind, keys in _SERVERS.items():
        for key in keys:
            for value in fields.values.get(key, {}).values():
                if value.text.strip("0.:"):
                    device.servers.append(
                        Server.model_validate({"source": value.line, "kind": kind, "address": value.text})
                    )
    _management(fields, device)
    _snmp(fields, device)
    for record in fields.records("userObjId"):
        if name := record.text("userObjId"):
            device.users.append(User(source=record.source, name=name, privilege="local user"))


def _management(fields: Fields, device: Device) -> None:
    idle = fields.single("adminLoginTimeout")
    minutes = whole(idle.text, 10**6) if idle else None
    seconds = 60 * minutes if minutes is not None else None
    if idle and seconds is not None:
        device.set("idle-timeout", idle.line, value=str(seconds))
    for protocol in ("https", "http", "ssh", "snmp", "ping"):
        open_ = [one for one in device.interfaces if protocol in one.management]
        port = fields.single(_PORTS[protocol]) if protocol in _PORTS else None
        if not open_ and port is None:
            continue
        source = open_[0].line_of("management") if open_ else port.line if port else None
        if source is None:
            continue
        fact = Management(source=source, protocol=protocol, is_enabled=bool(open_))
        fact.interfaces = [one.name for one in open_]
        if port and (number := whole(port.text, 65_535)):
            fact.say(port.line, port=number)
        if idle and seconds is not None and protocol in _PORTS:
            fact.say(idle.line, idle_seconds=seconds)
        device.management.append(fact)


def _snmp(fields: Fields, device: Device) -> None:
    """A community is accepted unless SNMP is off or only version 3 is wanted."""
    enabled, only3 = fields.single("snmp_Enable", "snmpStateEnable"), fields.single("Snmp3_Mand_Required")
    if (enabled and not is_on(enabled.text)) or (only3 and is_on(only3.text)):
        return
    if community := fields.single("snmp_GetCommunity"):
        is_well_known = community.text.startswith("REDACTED-default-community") or community.text in (
            "public",
            "private",
        )
        device.snmp.append(SnmpAccess(source=community.line, version="2c", is_well_known=is_well_known))
