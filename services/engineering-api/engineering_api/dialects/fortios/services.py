"""DHCP, DNS, time, logs and SNMP."""

from engineering_api.dialects.fortios.places import Here, Of, known, refer, section, table
from engineering_api.dialects.fortios.values import number, span_of, word, words
from engineering_api.facts.services import DhcpPool, Server, SnmpAccess
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("services")


@table(SECTIONS, "system dhcp server")
def _dhcp(here: Here, name: str, found: Found) -> Of[DhcpPool]:
    owner = here.of(DhcpPool(source=found.span, name=name))
    here.device.dhcp_pools.append(owner.fact)
    return owner


known(
    _dhcp,
    "auto-configuration auto-managed-status conflicted-ip-timeout ddns-auth ddns-key ddns-keyname ddns-server-ip "
    "ddns-ttl ddns-update ddns-update-override ddns-zone dhcp-settings-from-fortiipam dns-service filename "
    "forticlient-on-net-status ip-mode ipsec-lease-hold mac-acl-default-action next-server ntp-service relay-agent "
    "server-type shared-subnet tftp-server timezone timezone-option vci-match vci-string wifi-ac-service wifi-ac1 "
    "wifi-ac2 wifi-ac3 wins-server1 wins-server2",
)


@_dhcp.line("set interface VALUES...")
def _dhcp_interface(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, interface=word(found["VALUES"]))
    refer(of, "interface", found, f"dhcp server {of.fact.name}")


@_dhcp.line("set status HOW:(enable|disable)")
def _dhcp_status(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, is_enabled=found["HOW"] == "enable")


@_dhcp.line("set default-gateway ADDRESS")
def _dhcp_gateway(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, gateway=word(found["ADDRESS"]))


@_dhcp.line("set netmask MASK")
def _dhcp_mask(of: Of[DhcpPool], found: Found) -> None:
    """The mask stands for the network until the gateway or a range tells which it is."""
    of.fact.say(found.line, network=word(found["MASK"]))


@_dhcp.line("set (dns-server1|dns-server2|dns-server3|dns-server4) ADDRESS")
def _dhcp_dns(of: Of[DhcpPool], found: Found) -> None:
    of.fact.dns.append(word(found["ADDRESS"]))
    of.fact.at["dns"] = found.line


@_dhcp.line("set WHICH:(ntp-server1|ntp-server2|ntp-server3) ADDRESS")
def _dhcp_ntp(of: Of[DhcpPool], found: Found) -> None:
    of.fact.options.append(f"42 {word(found['ADDRESS'])}")


@_dhcp.line("set domain NAME...")
def _dhcp_domain(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, domain=word(found["NAME"]))


@_dhcp.line("set lease-time SECONDS")
def _dhcp_lease(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, lease_seconds=number(found["SECONDS"]))


@table(_dhcp, "ip-range")
def _range(of: Of[DhcpPool], name: str, found: Found) -> list[str]:
    return of.fact.ranges


@table(_dhcp, "exclude-range")
def _excluded(of: Of[DhcpPool], name: str, found: Found) -> list[str]:
    return of.fact.excluded


_ends: Place[list[str]] = Place("a range")
known(_ends, "lease-time uci-match uci-string vci-match vci-string")


@_ends.line("set start-ip ADDRESS")
def _first(ranges: list[str], found: Found) -> None:
    ranges.append(span_of(word(found["ADDRESS"]), word(found["ADDRESS"])))


@_ends.line("set end-ip ADDRESS")
def _last(ranges: list[str], found: Found) -> None:
    last = word(found["ADDRESS"])
    if ranges:
        ranges[-1] = span_of(ranges[-1].partition("-")[0], last)
    else:
        ranges.append(span_of(last, last))


_range.includes(_ends)
_excluded.includes(_ends)


@table(_dhcp, "reserved-address")
def _reserved(of: Of[DhcpPool], name: str, found: Found) -> list[str]:
    """ "name mac address", with a hyphen for what is not said."""
    said = {"ip": "-", "mac": "-", "description": name}
    for node in found.node.children:
        setting = node.text.split(" ", 2)
        if len(setting) == 3 and setting[0] == "set" and setting[1] in said:
            said[setting[1]] = "-".join(words(setting[2]))
    of.fact.reservations.append(f"{said['description'].replace(' ', '-')} {said['mac']} {said['ip']}")
    return of.fact.reservations


known(_reserved, "action circuit-id circuit-id-type description ip mac remote-id remote-id-type type")


@table(_dhcp, "options")
def _option(of: Of[DhcpPool], name: str, found: Found) -> list[str]:
    said = {"code": "?", "value": "", "ip": ""}
    for node in found.node.children:
        setting = node.text.split(" ", 2)
        if len(setting) == 3 and setting[0] == "set" and setting[1] in said:
            said[setting[1]] = " ".join(words(setting[2]))
    of.fact.options.append(f"{said['code']} {said['ip'] or said['value']}".strip())
    return of.fact.options


known(_option, "code ip type uci-match uci-string value vci-match vci-string")


@section(SECTIONS, "system dns")
def _dns(here: Here, found: Found) -> Here:
    return here


known(
    _dns,
    "alt-primary alt-secondary cache-notfound-responses dns-cache-limit dns-cache-ttl dns-over-tls fqdn-cache-ttl "
    "fqdn-max-refresh fqdn-min-refresh hostname-limit hostname-ttl interface interface-select-method ip6-primary "
    "ip6-secondary log protocol retry root-servers server-hostname server-select-method source-ip source-ip-interface "
    "ssl-certificate timeout vrf-select",
)


@_dns.line("set (primary|secondary) ADDRESS")
def _dns_server(here: Here, found: Found) -> None:
    address = word(found["ADDRESS"])
    if address.strip("0.:"):
        here.device.servers.append(Server(source=found.line, kind="dns", address=address, scope=here.scope))


@_dns.line("(set|append) domain VALUES...")
def _dns_domain(here: Here, found: Found) -> None:
    here.device.identity.say(found.line, domain=" ".join(words(found["VALUES"])))


@section(SECTIONS, "system ntp")
def _ntp(here: Here, found: Found) -> Here:
    return here


known(_ntp, "authentication key key-id key-type ntpsync server-mode source-ip source-ip6 syncinterval type")


@_ntp.line("(set|append) interface VALUES...")
def _ntp_interface(here: Here, found: Found) -> None:
    for name in words(found["VALUES"]):
        here.device.refer("interface", name, found.line, "ntp")


def _server(kind: str, here: Here, found: Found, options: str = "") -> Of[Server]:
    return here.of(
        Server.model_validate({"source": found.span, "kind": kind, "address": "?", "options": options.split()})
    )


@table(_ntp, "ntpserver")
def _ntp_server(here: Here, name: str, found: Found) -> Of[Server]:
    return _server("ntp", here, found)


known(_ntp_server, "interface-select-method ip-type key-type ntpv3 vrf-select")


@section(
    SECTIONS,
    *(f"log syslogd{number} {which}" for number in ("", "2", "3", "4") for which in ("setting", "override-setting")),
    *(f"log fortianalyzer{number} {which}" for number in ("", "2", "3") for which in ("setting", "override-setting")),
    "log fortianalyzer-cloud setting",
)
def _log(here: Here, found: Found) -> Of[Server]:
    return _server("syslog", here, found, "" if "syslogd" in found.node.text else "fortianalyzer")


known(
    _log,
    "__change_ip access-config alt-server certificate-verification conn-timeout custom-field-name enc-algorithm "
    "fallback-to-primary format hmac-algorithm interface-select-method ips-archive max-log-rate "
    "monitor-failure-retry-period monitor-keepalive-period override override-setting preshared-key priority reliable "
    "serial server-cert-ca source-ip source-ip-interface ssl-min-proto-version syslog-type upload-day upload-interval "
    "upload-option upload-time use-management-vdom vrf-select",
)
_log.knows("config custom-field-name")


@_log.line("set status HOW:(enable|disable)")
def _log_status(of: Of[Server], found: Found) -> None:
    if found["HOW"] == "disable":
        of.fact.options.append("disabled")


_reached: Place[Of[Server]] = Place("a server")


@_reached.line("set server ADDRESS...")
def _address(of: Of[Server], found: Found) -> None:
    if of.fact.address == "?":
        of.device.servers.append(of.fact)
    of.fact.say(found.line, address=word(found["ADDRESS"]))


@_reached.line("set interface VALUES...")
def _interface(of: Of[Server], found: Found) -> None:
    of.fact.say(found.line, interface=word(found["VALUES"]))
    of.device.refer("interface", of.fact.interface, found.line, f"{of.fact.kind} server")


@_reached.line("set (port|mode|facility) VALUE")
def _log_option(of: Of[Server], found: Found) -> None:
    of.fact.options.append(found.node.text.removeprefix("set "))


@_reached.line("set (certificate|key|key-id|authentication) SECRET...")
def _key(of: Of[Server], found: Found) -> None:
    of.fact.has_key = of.fact.has_key or not found.node.text.endswith("disable")


_ntp_server.includes(_reached)
_log.includes(_reached)


@section(SECTIONS, "system snmp sysinfo")
def _snmp(here: Here, found: Found) -> Here:
    return here


known(
    _snmp,
    "append-index description engine-id engine-id-type non-mgmt-vdom-query status trap-free-memory-threshold "
    "trap-freeable-memory-threshold trap-high-cpu-threshold trap-log-full-threshold trap-low-memory-threshold",
)


@_snmp.line("set location TEXT...", "set contact-info CONTACT...")
def _snmp_text(here: Here, found: Found) -> None:
    value = word(found["TEXT"] or found["CONTACT"])
    here.device.set("snmp-location" if found["TEXT"] else "snmp-contact", found.span, value=value)


@table(SECTIONS, "system snmp community")
def _community(here: Here, number_: str, found: Found) -> Of[SnmpAccess]:
    owner = here.of(SnmpAccess(source=found.span, version="2c"))
    here.device.snmp.append(owner.fact)
    return owner


known(
    _community,
    "events mib-view query-v1-port query-v1-status query-v2c-port query-v2c-status status trap-v1-lport trap-v1-rport "
    "trap-v1-status trap-v2c-lport trap-v2c-rport trap-v2c-status vdoms",
)


@_community.line("set name NAME...")
def _community_name(of: Of[SnmpAccess], found: Found) -> None:
    name = word(found["NAME"])
    known_well = name.startswith("REDACTED-default-community") or name in ("public", "private")
    of.fact.say(found.line, is_well_known=known_well)


@table(_community, "hosts", "hosts6")
def _host(of: Of[SnmpAccess], name: str, found: Found) -> Of[SnmpAccess]:
    return of


known(_host, "ha-direct host-type interface interface-select-method source-ip source-ipv6")


@_host.line("set (ip|ipv6) ADDRESS...")
def _host_address(of: Of[SnmpAccess], found: Found) -> None:
    address = "/".join(words(found["ADDRESS"]))
    of.fact.say(found.line, acl=f"{of.fact.acl} {address}".strip())
    plain = address.removesuffix("/255.255.255.255").removesuffix("/32")
    if "/" not in plain:
        of.device.servers.append(Server(source=found.line, kind="snmp-trap", address=plain, scope=of.fact.scope))


@table(SECTIONS, "system snmp user")
def _user(here: Here, name: str, found: Found) -> Of[SnmpAccess]:
    owner = here.of(SnmpAccess(source=found.span, version="3", user=name, level="noauth"))
    here.device.snmp.append(owner.fact)
    return owner


known(
    _user,
    "auth-proto auth-pwd events ha-direct interface interface-select-method mib-view priv-proto priv-pwd queries "
    "query-port source-ip source-ipv6 status trap-lport trap-rport trap-status vdoms vrf-select",
)


@_user.line("set security-level LEVEL:(no-auth-no-priv|auth-no-priv|auth-priv)")
def _user_level(of: Of[SnmpAccess], found: Found) -> None:
    levels = {"no-auth-no-priv": "noauth", "auth-no-priv": "auth", "auth-priv": "priv"}
    of.fact.say(found.line, level=levels[found["LEVEL"]])


@_user.line("(set|append) notify-hosts VALUES...", "(set|append) notify-hosts6 VALUES...")
def _user_hosts(of: Of[SnmpAccess], found: Found) -> None:
    for address in words(found["VALUES"]):
        of.device.servers.append(Server(source=found.line, kind="snmp-trap", address=address, scope=of.fact.scope))
