"""Services: DHCP, DNS, management, SNMP and discovery."""

from ipaddress import ip_address, ip_network

from engineering_api.dialects.edgeos.dhcp import SUBNET
from engineering_api.dialects.edgeos.nat import NAT
from engineering_api.dialects.edgeos.state import Edge, Of
from engineering_api.facts.services import DhcpPool, Management, Server, SnmpAccess
from engineering_api.reading.paths import Found, Level

SERVICE = Level[Edge]("service")
MANAGEMENT = Level[Of[Management]]("management")
COMMUNITY = Level[Of[SnmpAccess]]("snmp community")
USER = Level[Of[SnmpAccess]]("snmp v3 user")

SERVICE.opens(NAT, "nat")(lambda edge, found: edge)


@SERVICE.opens(
    SUBNET,
    "dhcp-server shared-network-name NAME subnet NETWORK",
    "dhcpv6-server shared-network-name NAME subnet NETWORK",
)
def _subnet(edge: Edge, found: Found) -> Of[DhcpPool]:
    name, network = found["NAME"], str(ip_network(found["NETWORK"], strict=False))

    def make() -> DhcpPool:
        pool = DhcpPool(source=found.span, name=name, network=network)
        edge.device.dhcp_pools.append(pool)
        return pool

    return Of(edge, edge.thing(("dhcp", name, network), make))


@SERVICE.path("dhcp-server shared-network-name NAME disable")
def _pool_disabled(edge: Edge, found: Found) -> None:
    def tell() -> None:
        for pool in edge.device.dhcp_pools:
            if pool.name == found["NAME"]:
                pool.say(found.line, is_enabled=False)

    edge.memory.later.append(tell)


@SERVICE.path("dhcp-server disabled HOW")
def _dhcp_server(edge: Edge, found: Found) -> None:
    edge.device.set("dhcp-server", found.line, is_on=found["HOW"] != "true")


@SERVICE.path("dhcp-relay WHAT:(interface|listen-interface|upstream-interface) NAME")
def _relay_interface(edge: Edge, found: Found) -> None:
    edge.uses_interface(found["NAME"], found.line, "dhcp-relay interface")
    names: list[str] = edge.thing(("relay interfaces",), list)
    if found["WHAT"] != "upstream-interface":
        names.append(found["NAME"])


@SERVICE.path("dhcp-relay server ADDRESS")
def _relay_server(edge: Edge, found: Found) -> None:
    servers: list[str] = edge.thing(("relay servers",), list)
    servers.append(str(ip_address(found["ADDRESS"])))


@SERVICE.path("dns forwarding name-server ADDRESS", "dns forwarding name-server ADDRESS OPTION...")
def _forwarder(edge: Edge, found: Found) -> None:
    edge.device.servers.append(Server(source=found.line, kind="dns", address=found["ADDRESS"], options=["forwarding"]))


@SERVICE.path("dns forwarding listen-on NAME")
def _listen(edge: Edge, found: Found) -> None:
    edge.uses_interface(found["NAME"], found.line, "dns forwarding listen-on")


@SERVICE.path("dns forwarding allow-from PREFIX")
def _allow_from(edge: Edge, found: Found) -> None:
    if ip_network(found["PREFIX"], strict=False).prefixlen == 0:
        edge.device.set("dns-for-everybody", found.line)


@SERVICE.opens(MANAGEMENT, "NAME:(ssh|telnet|https)")
def _management(edge: Edge, found: Found) -> Of[Management]:
    return Of(edge, edge.manages(found["NAME"], found.span))


@MANAGEMENT.path("port NUMBER")
def _port(of: Of[Management], found: Found) -> None:
    of.fact.say(found.line, port=int(found["NUMBER"]))


@MANAGEMENT.path("listen-address ADDRESS", "listen-address ADDRESS OPTION...")
def _listen_address(of: Of[Management], found: Found) -> None:
    of.fact.say(found.line, interfaces=[*of.fact.interfaces, found["ADDRESS"]])


@MANAGEMENT.path(
    "WHAT:(protocol-version|ciphers|macs|key-exchange|mac|client-keepalive-interval|loglevel|allow-root) VALUE"
)
def _management_option(of: Of[Management], found: Found) -> None:
    of.fact.options.append(f"{found['WHAT']} {found['VALUE']}")


@MANAGEMENT.path("WHAT:(disable-password-authentication|disable-host-validation|allow-root)")
def _management_switch(of: Of[Management], found: Found) -> None:
    of.fact.options.append(found["WHAT"])


@MANAGEMENT.path("allow-client address PREFIX")
def _allow_client(of: Of[Management], found: Found) -> None:
    of.fact.say(found.line, allowed=[*of.fact.allowed, str(ip_network(found["PREFIX"], strict=False))])


MANAGEMENT.knows(
    "access-control", "vrf", "dynamic-protection", "rekey", "hostkey-algorithm", "api", "certificates",
    "virtual-host", "api-restrict", "enable-http-redirect", "request-body-size-limit", "tls-version",
    "trusted-user-ca-key", "pubkey-accepted-algorithm",
)  # fmt: skip


@SERVICE.path("gui WHAT:(http-port|https-port) NUMBER")
def _gui_port(edge: Edge, found: Found) -> None:
    edge.manages(found["WHAT"].removesuffix("-port"), found.line).say(found.line, port=int(found["NUMBER"]))


@SERVICE.path("gui listen-address ADDRESS")
def _gui_listen(edge: Edge, found: Found) -> None:
    for protocol in ("http", "https"):
        service = edge.manages(protocol, found.line)
        service.say(found.line, interfaces=[*service.interfaces, found["ADDRESS"]])


@SERVICE.path("gui older-ciphers HOW")
def _older_ciphers(edge: Edge, found: Found) -> None:
    edge.device.set("web-cipher", found.line, value="older" if found["HOW"] == "enable" else "strong")


@SERVICE.path("gui", "gui cert-file PATH", "gui ca-file PATH", "gui dh-file PATH", "gui debug")
def _gui(edge: Edge, found: Found) -> None:
    edge.manages("https", found.line)


@SERVICE.opens(COMMUNITY, "snmp community NAME")
def _community(edge: Edge, found: Found) -> Of[SnmpAccess]:
    name = found["NAME"]

    def make() -> SnmpAccess:
        known = name in ("public", "private") or "-default-" in name
        fact = SnmpAccess(source=found.span, version="2c", is_well_known=known)
        edge.device.snmp.append(fact)
        edge.manages("snmp", found.line)
        return fact

    return Of(edge, edge.thing(("community", name), make))


@COMMUNITY.path("authorization HOW:(ro|rw)")
def _authorization(of: Of[SnmpAccess], found: Found) -> None:
    of.fact.say(found.line, access=found["HOW"])


@COMMUNITY.path("client ADDRESS", "network ADDRESS")
def _client(of: Of[SnmpAccess], found: Found) -> None:
    of.fact.say(found.line, acl=f"{of.fact.acl} {ip_network(found['ADDRESS'], strict=False)}".strip())


@SERVICE.opens(USER, "snmp v3 user NAME")
def _user(edge: Edge, found: Found) -> Of[SnmpAccess]:
    name = found["NAME"]

    def make() -> SnmpAccess:
        fact = SnmpAccess(source=found.span, version="3", user=name, level="noauth")
        edge.device.snmp.append(fact)
        edge.manages("snmp", found.line)
        return fact

    return Of(edge, edge.thing(("snmp user", name), make))


@USER.path("WHAT:(auth|privacy) OPTION...")
def _user_level(of: Of[SnmpAccess], found: Found) -> None:
    if found["WHAT"] == "privacy" or of.fact.level != "priv":
        of.fact.say(found.line, level="priv" if found["WHAT"] == "privacy" else "auth")


@USER.path("mode HOW:(ro|rw)")
def _user_mode(of: Of[SnmpAccess], found: Found) -> None:
    of.fact.say(found.line, access=found["HOW"])


USER.knows("group", "engineid", "tsm-key")


@SERVICE.path("snmp WHAT:(location|contact) TEXT...")
def _location(edge: Edge, found: Found) -> None:
    edge.device.set("snmp-location" if found["WHAT"] == "location" else "snmp-contact", found.line, value=found["TEXT"])


@SERVICE.path("snmp trap-target ADDRESS", "snmp trap-target ADDRESS OPTION...", "snmp v3 trap-target ADDRESS OPTION...")
def _trap(edge: Edge, found: Found) -> None:
    edge.thing(
        ("trap", found["ADDRESS"]),
        lambda: edge.device.servers.append(Server(source=found.line, kind="snmp-trap", address=found["ADDRESS"])),
    )


@SERVICE.path("unms", "unms connection OPTION...", "unms disable")
def _unms(edge: Edge, found: Found) -> None:
    edge.manages("unms", found.line)


@SERVICE.path(
    "lldp",
    "lldp interface NAME",
    "lldp interface NAME OPTION...",
    "lldp management-address ADDRESS",
    "lldp legacy-protocols KIND",
    "lldp snmp",
)
def _lldp(edge: Edge, found: Found) -> None:
    edge.thing(("lldp",), lambda: edge.device.set("lldp", found.line))
    if found["NAME"]:
        edge.uses_interface(found["NAME"], found.line, "lldp interface")


@SERVICE.path(
    "ubnt-discover HOW:(enable|disable)",
    "ubnt-discover-server HOW:(enable|disable)",
    "ubnt-discover interface NAME HOW:(enable|disable)",
    "ubnt-discover interface NAME",
)
def _discover(edge: Edge, found: Found) -> None:
    edge.device.set("neighbour-discovery", found.line, is_on=found["HOW"] != "disable", value=found["NAME"])


@SERVICE.path(
    "(upnp|upnp2)", "(upnp|upnp2) (listen-on|wan|nat-pmp|secure-mode|port|listen|wan-interface|wan-ip) VALUE",
    "(upnp|upnp2) (friendly-name|presentation-url) TEXT...", "(upnp|upnp2) (nat-pmp|secure-mode)",
    "(upnp|upnp2) listen-on NAME outbound-interface INTERFACE", "(upnp|upnp2) pcp-lifetime (max|min) SECONDS",
    "(upnp|upnp2) bit-rate (up|down) RATE", "(upnp|upnp2) (acl|bit-rate)", "(upnp|upnp2) acl rule NUMBER",
    "(upnp|upnp2) acl rule NUMBER (action|description|external-port|local-port|subnet) VALUE...",
    "(upnp|upnp2) rule NUMBER (action|internal-port-range|external-port-range|ip) VALUE",
)  # fmt: skip
def _upnp(edge: Edge, found: Found) -> None:
    edge.thing(("upnp",), lambda: edge.device.set("universal-plug-and-play", found.line))


@SERVICE.path("webproxy OPTION...")
def _webproxy(edge: Edge, found: Found) -> None:
    edge.thing(("webproxy",), lambda: edge.device.set("proxy", found.line))


@SERVICE.path("ntp server ADDRESS", "ntp server ADDRESS OPTION...")
def _ntp(edge: Edge, found: Found) -> None:
    edge.thing(
        ("ntp", found["ADDRESS"]),
        lambda: edge.device.servers.append(Server(source=found.span, kind="ntp", address=found["ADDRESS"])),
    )


SERVICE.knows(
    "dhcpv6-server", "dhcp-relay", "dhcpv6-relay", "dns dynamic", "mdns", "pppoe-server", "broadcast-relay",
    "ntp", "suspend", "bcast-relay", "router-advert", "conntrack-sync", "console-server", "event-handler",
    "flow-accounting", "monitoring", "salt-minion", "tftp-server", "sla", "config-sync", "dns-forwarding",
    "udapi-server", "aws", "haproxy", "snmp listen-address", "snmp description", "snmp smux-peer", "snmp trap-source",
    "snmp v3", "ids", "ipoe-server", "snmp ignore-interface", "stunnel", "snmp protocol", "snmp oid-enable",
    "snmp vrf", "snmp script-extensions", "snmp mib",
)  # fmt: skip


_NETWORK = "dhcp-server shared-network-name NAME"
SERVICE.knows_only(
    "dhcp-server", "dhcp-server (hostfile-update|static-arp|use-dnsmasq|listen-address|listen-interface) VALUE",
    "dhcp-server (hostfile-update|host-decl-name|dynamic-dns-update|disable)",
    "dhcp-server dynamic-dns-update enable HOW",
    "dhcp-server global-parameters TEXT...", "dhcp-server (high-availability|failover) OPTION...", _NETWORK,
    f"{_NETWORK} (authoritative|name-server|domain-name|domain-search|ntp-server|interface) VALUE",
    f"{_NETWORK} (authoritative|ping-check)", f"{_NETWORK} (description|shared-network-parameters|option) TEXT...",
    "dns", "dns forwarding", "dns forwarding (cache-size|listen-address|except-interface|negative-ttl|timeout) VALUE",
    "dns forwarding (dhcp|dnssec|port|source-address|serve-stale-extension|exclude-throttle-address) VALUE",
    "dns forwarding options TEXT...", "dns forwarding (system|ignore-hosts-file|no-serve-rfc1918|options)",
    "dns forwarding (force-public-dns-boost|no-serve-extended)", "dns forwarding domain NAME",
    "dns forwarding domain NAME (server|name-server) ADDRESS", "dns forwarding domain NAME (addnta|recursion-desired)",
    "dns forwarding domain NAME name-server ADDRESS port NUMBER",
    "dns forwarding (authoritative-domain|zone-cache|dns64-prefix) OPTION...",
)  # fmt: skip


def finish(edge: Edge) -> None:
    """Tell interfaces to whom their requests for addresses are relayed."""
    servers = edge.memory.things.get(("relay servers",))
    names = edge.memory.things.get(("relay interfaces",))
    if isinstance(servers, list) and isinstance(names, list):
        for name in names:
            if (interface := edge.memory.interfaces.get(name)) is not None:
                interface.dhcp_relays.extend(one for one in servers if one not in interface.dhcp_relays)
