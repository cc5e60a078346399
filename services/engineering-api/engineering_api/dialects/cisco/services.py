"""Servers that the device asks or tells: time, names, logs, SNMP; and what it logs."""

import re
from ipaddress import ip_address

from engineering_api.dialects.cisco.rest import REST
from engineering_api.dialects.cisco.state import Reading, is_on
from engineering_api.facts.services import Server, SnmpAccess
from engineering_api.facts.settings import Name
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("services")

_SERVICES: dict[str, Name] = {
    "tcp-small-servers": "small-servers",
    "udp-small-servers": "small-servers",
    "finger": "finger",
    "config": "auto-install",
    "call-home": "remote-support",
}
_WELL_KNOWN = ("REDACTED-default-community", "public", "private")


def _interface(reading: Reading, words: str, found: Found, context: str) -> str:
    if source := re.search(r"\b(?:source|source-interface|local-interface) ([A-Za-z][A-Za-z-]*) ?(\d[\d/.]*)", words):
        return reading.refer_interface(source[1] + source[2], found.line, context)
    return ""


@TOP.line("(ntp|sntp) KIND:(server|peer) [vrf VRF] [(ip|ipv6)] ADDRESS [WORDS...]")
def _ntp(reading: Reading, found: Found) -> None:
    words = found["WORDS"]
    made = Server(source=found.line, kind="ntp", address=found["ADDRESS"], vrf=found["VRF"])
    if vrf := re.search(r"\b(?:use-vrf|vrf) (\S+)", words):
        made.vrf = vrf[1]
    reading.refer("vrf", made.vrf, found.line, "ntp server")
    made.interface = _interface(reading, words, found, "ntp server source")
    made.options = [word for word in ("prefer", "iburst", "burst") if re.search(rf"\b{word}\b", words)]
    if key := re.search(r"\bkey (\S+)", words):
        made.has_key = True
        made.options.append(f"key {key[1]}")
    if found["KIND"] == "peer":
        made.options.append("peer")
    reading.device.servers.append(made)


@TOP.line(
    "ntp access-group [(ipv4|ipv6)] (peer|serve|serve-only|query-only|access-class) ACL [kod]",
    "ntp access-group (ipv4|ipv6) (peer|serve|serve-only|query-only) ACL",
)
@TOP.line("ntp serve (ip|ipv6) access-group ACL [vrf VRF] [in]")
def _ntp_acl(reading: Reading, found: Found) -> None:
    reading.refer("acl", found["ACL"], found.line, "ntp access-group")


@TOP.line("ntp (source|source-interface|local-interface) [vrf VRF] NAME [NUMBER]")
def _ntp_source(reading: Reading, found: Found) -> None:
    if found["NAME"][0].isdecimal():  # an address instead of an interface, as NX-OS takes it
        ip_address(found["NAME"])
        return
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "ntp source")
    reading.refer("vrf", found["VRF"], found.line, "ntp source")


@TOP.line("ip name-server [vrf VRF] ADDRESSES...")
def _name_server(reading: Reading, found: Found) -> None:
    words = found["ADDRESSES"].split()
    vrf = found["VRF"]
    if "use-vrf" in words[:-1]:
        place = words.index("use-vrf")
        vrf, words = words[place + 1], words[:place]
    reading.refer("vrf", vrf, found.line, "ip name-server")
    for word in words:
        reading.device.servers.append(Server(source=found.line, kind="dns", address=str(ip_address(word)), vrf=vrf))


@TOP.line("dns domain NAME", "ip domain name [vrf VRF] NAME", "ip domain-name [vrf VRF] NAME [use-vrf OTHER]")
def _domain(reading: Reading, found: Found) -> None:
    reading.refer("vrf", found["VRF"] or found["OTHER"], found.line, "ip domain name")
    reading.device.identity.say(found.line, domain=found["NAME"])


@TOP.line("[no] ip domain lookup", "[no] ip domain-lookup")
def _lookup(reading: Reading, found: Found) -> None:
    reading.device.set("domain-lookup", found.line, is_on=is_on(found))


@TOP.line(
    "ip domain lookup [vrf VRF] source-interface NAME [NUMBER]",
    "ip domain-lookup [vrf VRF] source-interface NAME [NUMBER]",
)
def _lookup_source(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "ip domain lookup source-interface")
    reading.refer("vrf", found["VRF"], found.line, "ip domain lookup")


def syslog(reading: Reading, found: Found, address: str, words: str) -> None:
    """A server that logs are sent to."""
    made = Server(source=found.line, kind="syslog", address=address)
    if vrf := re.search(r"\b(?:use-vrf|vrf) (\S+)", words):
        made.vrf = vrf[1]
        reading.refer("vrf", vrf[1], found.line, "logging host")
    if transport := re.search(r"\btransport (tcp|udp|tls)(?: port (\d+))?", words):
        made.options.append(" ".join(part for part in transport.groups() if part))
    reading.device.servers.append(made)


@TOP.line("logging [vrf VRF] host ADDRESS [WORDS...]", "logging host ipv6 ADDRESS [WORDS...]")
def _log_host(reading: Reading, found: Found) -> None:
    vrf = f" vrf {found['VRF']}" if found["VRF"] else ""
    syslog(reading, found, found["ADDRESS"], found["WORDS"] + vrf)


@TOP.line("logging (source-interface|source) NAME [NUMBER] [vrf VRF]", "logging vrf VRF source-interface NAME [NUMBER]")
def _log_source(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "logging source-interface")
    reading.refer("vrf", found["VRF"], found.line, "logging source-interface")


@TOP.line("[no] logging buffered [WORDS...]")
def _log_buffer(reading: Reading, found: Found) -> None:
    size = re.search(r"\b(\d+)\b", found["WORDS"])
    reading.device.set("log-buffer", found.line, is_on=is_on(found), value=size[1] if size else "")


@TOP.line("logging trap [LEVEL]")
def _log_level(reading: Reading, found: Found) -> None:
    reading.device.set("log-level", found.line, value=found["LEVEL"])


@TOP.line("no logging [(on|trap|console|monitor)]")
def _no_logging(reading: Reading, found: Found) -> None:
    if found.node.text in ("no logging on", "no logging trap"):
        reading.device.set("log-level", found.line, is_on=False)


@TOP.line("logging ADDRESS")
def _log_address(reading: Reading, found: Found) -> None:
    word = found["ADDRESS"]
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:]*", word):
        syslog(reading, found, str(ip_address(word)), "")


@TOP.line("[no] service timestamps [WORDS...]")
def _timestamps(reading: Reading, found: Found) -> None:
    reading.device.set("log-timestamps", found.line, is_on=is_on(found), value=found["WORDS"].strip())


@TOP.line("[no] service THING:(tcp-small-servers|udp-small-servers|finger|config|call-home) [REST...]")
def _service(reading: Reading, found: Found) -> None:
    reading.device.set(_SERVICES[found["THING"]], found.line, is_on=is_on(found), value=found["THING"])


@TOP.line("[no] ip (finger|bootp) [server]", "[no] boot network REST...", "[no] vstack [REST...]", "[no] ip finger")
def _old_service(reading: Reading, found: Found) -> None:
    name: Name = "finger" if "finger" in found.node.text else "auto-install"
    reading.device.set(name, found.line, is_on=is_on(found), value=found.node.text.removeprefix("no "))


@TOP.line("[no] ip source-route", "[no] ipv6 source-route")
def _source_route(reading: Reading, found: Found) -> None:
    reading.device.set("source-routing", found.line, is_on=is_on(found))


@TOP.line("[no] PROTOCOL:(cdp|lldp) run")
def _discovery(reading: Reading, found: Found) -> None:
    reading.device.set("cdp" if found["PROTOCOL"] == "cdp" else "lldp", found.line, is_on=is_on(found))


def community(reading: Reading, found: Found, name: str, access: str, acl: str) -> None:
    """A community: its name is a secret, and only whether everybody knows it is kept."""
    reading.device.snmp.append(
        SnmpAccess(
            source=found.line,
            version="2c",
            access="rw" if access.lower() == "rw" else "ro",
            is_well_known=name.strip('"').startswith(_WELL_KNOWN[0]) or name.strip('"').lower() in _WELL_KNOWN[1:],
            acl=acl,
        )
    )
    reading.refer("acl", acl, found.line, "snmp-server community")


@TOP.line(
    "snmp-server community NAME [view VIEW] ACCESS:(ro|rw|RO|RW) [ipv6 ACL6] [ACL]",
    "snmp-server community NAME [view VIEW] [ACL]",
)
def _community(reading: Reading, found: Found) -> None:
    community(reading, found, found["NAME"], found["ACCESS"], found["ACL"])
    reading.refer("acl", found["ACL6"], found.line, "snmp-server community")


@TOP.line("snmp-server host ADDRESS [WORDS...]")
def _trap(reading: Reading, found: Found) -> None:
    made = Server(source=found.line, kind="snmp-trap", address=found["ADDRESS"])
    if vrf := re.search(r"\b(?:use-vrf|vrf) (\S+)", found["WORDS"]):
        made.vrf = vrf[1]
        reading.refer("vrf", vrf[1], found.line, "snmp-server host")
    if version := re.search(r"\bversion (1|2c|3(?: \w+)?)", found["WORDS"]):
        made.options.append(f"version {version[1]}")
    reading.device.servers.append(made)


@TOP.line("snmp-server group NAME v3 LEVEL:(noauth|auth|priv) [WORDS...]", "snmp-server group NAME (v1|v2c) [WORDS...]")
def _group(reading: Reading, found: Found) -> None:
    words = found["WORDS"]
    access = "rw" if re.search(r"\bwrite\b", words) else "ro"
    reading.groups[found["NAME"]] = (access, found["LEVEL"])
    if found["LEVEL"]:
        # IOS does not show its users of SNMPv3: what it shows of them is their group.
        known = SnmpAccess.model_validate(
            {
                "source": found.line,
                "version": "3",
                "user": f"group {found['NAME']}",
                "access": access,
                "level": found["LEVEL"],
            }
        )
        reading.v3_groups.append((found["NAME"], known))
        if acl := re.search(r"\baccess (?!ipv6 )(\S+)", words):
            known.say(found.line, acl=acl[1])
    if listed := re.search(r"\baccess (?:ipv6 )?(\S+)(?: (\S+))?", words):
        for name in listed.groups():
            reading.refer("acl", name or "", found.line, f"snmp-server group {found['NAME']}")


@TOP.line(
    "snmp-server user NAME GROUP VERSION:(v1|v2c|v3) [WORDS...]",
    "snmp-server user NAME GROUP remote ADDRESS VERSION:(v3) [WORDS...]",
)
def _user(reading: Reading, found: Found) -> None:
    words = found["WORDS"]
    access, level = reading.groups.get(found["GROUP"], ("ro", ""))
    reading.v3_groups = [one for one in reading.v3_groups if one[0] != found["GROUP"]]
    level = "priv" if re.search(r"\bpriv\b", words) else "auth" if re.search(r"\bauth\b", words) else level
    reading.device.snmp.append(
        SnmpAccess.model_validate(
            {
                "source": found.line,
                "version": found["VERSION"][1:],
                "user": found["NAME"],
                "access": access,
                "level": level,
            }
        )
    )
    if listed := re.search(r"\baccess (?:ipv6 )?(\S+)$", words.strip()):
        reading.refer("acl", listed[1], found.line, f"snmp-server user {found['NAME']}")


@TOP.line("snmp-server (location|contact) TEXT...")
def _text(reading: Reading, found: Found) -> None:
    name: Name = "snmp-location" if found.node.text.startswith("snmp-server location") else "snmp-contact"
    reading.device.set(name, found.line, value=found["TEXT"].strip())


@TOP.line(
    "snmp-server (trap-source|source-interface|inform-source) [(traps|informs)] NAME [NUMBER] [vrf VRF]",
    "snmp-server [vrf VRF] local-interface NAME [NUMBER]",
)
def _snmp_source(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "snmp-server source-interface")
    reading.refer("vrf", found["VRF"], found.line, "snmp-server source-interface")


@TOP.line(
    "snmp-server tftp-server-list ACL",
    "snmp-server file-transfer access-group ACL [protocol REST...]",
    "snmp-server (ipv4|ipv6) access-list ACL [vrf VRF]",
)
def _snmp_acl(reading: Reading, found: Found) -> None:
    reading.refer("acl", found["ACL"], found.line, "snmp-server")


@TOP.line("clock timezone ZONE...")
def _zone(reading: Reading, found: Found) -> None:
    reading.device.set("time-zone", found.line, value=found["ZONE"].strip())


@TOP.block("archive")
def _archive(reading: Reading, found: Found) -> None:
    reading.device.set("config-archive", found.span)


@TOP.line("[no] ip routing", "[no] ipv6 unicast-routing")
def _routing(reading: Reading, found: Found) -> None:
    name: Name = "routing" if "ip routing" in found.node.text else "ipv6"
    reading.device.set(name, found.line, is_on=is_on(found))


REST.knows(
    "[no] ntp REST...", "[no] logging REST...", "[no] snmp-server [REST...]", "[no] snmp REST...", "[no] clock REST...",
    "[no] service REST...", "[no] ip domain REST...", "[no] ip (dns|host|name-server|domain-list) REST...",
    "[no] cdp REST...", "[no] lldp REST...",
)  # fmt: skip
