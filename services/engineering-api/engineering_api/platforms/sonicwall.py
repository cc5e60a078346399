"""SonicWall (SonicOS 5.9 to 7): the settings of an .exp file, or what the command line shows of them."""

import re
from collections.abc import Sequence

from engineering_api.dialects.sonicos import cli, fields, network, objects, policies, system
from engineering_api.facts.device import Device, Unparsed
from engineering_api.facts.fact import Span
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import indented
from engineering_api.reading.tree import Node

#: Keys of which it is known what they are about: those that are read, and families beside them that say nothing kept.
_KNOWN = re.compile(
    # What is read: interfaces, zones, addresses, services, rules, NAT, routes, tunnels, DHCP, users.
    r"iface_.*|interface_\w+|eth_.*|portShutdown|zoneObj.*|addrObj.*|addro(?:V6)?_.*|ao_.*|svcObj.*|so_.*|policy[A-Z].*"
    r"|natPolicy.*|pbrObj.*|routePol.*|ipsec[A-Z].*|vpnPolicyType|vpnTcpAcceleration|prefs_dhdyn.*|prefs_dhstatic.*"
    r"|dhcp_.*|dhcpOption.*|schedObj.*|userObj.*|userGroupObj.*|uo_.*|snmp.*|Snmp3_.*|syslog.*|ntp.*|dns_server_\w+"
    r"|dnsProxy.*|firewallName|firewallDnsName|shortProdName|prodName|buildNum|serialNumber|adminLoginTimeout"
    r"|https?MgmtPort|sshMgmtPort|https?Enable"
    # What is not: checksums, filters, bandwidth, load balancing, guests, identifiers.
    r"|checksumVersion|firmwareHistory.*|prefsParamEncryptMethod|cliParamEncryptMethod|encUsernamePassword|sonicOsApi_.*"
    r"|uuid.*|bwObj.*|irg_.*|irgmem_.*|nacAttr.*|cfs[A-Z].*|gav[A-Z].*|guestProfileObj.*|ldap.*|radius.*|tlsVersionMin"
    r"|geoIp.*|sslVpn.*|sslvpn.*|Sslvpn.*|macIpSpoof.*|enableCfgAuditing|allowHttpMgmt|sshCipherControlConfig|ZRip.*"
    r"|idleTimeout|adminLoginOtpRequire"
)


#: A line of an .exp file; those of the command line have blanks before they have such a sign.
_FIELD = re.compile(r"\s*[A-Za-z][\w.-]*=")


def _tree(texts: Sequence[str]) -> list[Node]:
    if _are_fields(texts):
        return fields.tree(texts)
    return indented.tree(texts, verbatim=lambda _: None)


def _are_fields(texts: Sequence[str]) -> bool:
    said = [text for text in texts[:200] if text.strip()]
    return 2 * sum(1 for text in said if _FIELD.match(text)) >= len(said)


def _read(nodes: Sequence[Node], device: Device) -> None:
    if not _are_fields([node.text for node in nodes[:200]]):
        cli.TOP.read(nodes, device, device.unparsed)
        zones = {zone.name: zone for zone in device.zones}
        for interface in device.interfaces:
            if zone := zones.get(interface.zone):
                zone.interfaces.append(interface.name)
        return
    found = fields.Fields.of(nodes)
    objects.read(found, device)
    policies.read(found, device)
    network.read(found, device)
    system.read(found, device)
    unknown = [(node.first, node.text) for node in found.others]
    texts = {node.first: node.text for top in nodes for node in top.walk()}
    unknown.extend((line, texts[line]) for line, key in found.keys.items() if _KNOWN.fullmatch(key) is None)
    device.unparsed.extend(Unparsed(source=Span(line, line), text=text) for line, text in sorted(unknown))


PLATFORM = Platform(
    name="sonicwall",
    title="SonicOS",
    vendor="SonicWall",
    roles=("firewall", "router"),
    signs=(
        sign(0.95, r"^(?:addrObjId|policySrcZone|policyAction|natPolicyOrigSrc|svcObjId|iface_ifnum)_\d+="),
        sign(0.8, r'^firmware-version "SonicOS'),
        sign(0.5, r"^(?:address-object|access-rule|nat-policy) (?:ipv4|ipv6) "),
        sign(0.6, r"^(?:shortProdName|firewallName|checksumVersion|buildNum)="),
        sign(
            0.7,
            r"^\s*(?:access-rule|nat-policy|address-object|address-group|service-object|service-group) (?:ipv4 "
            r'|ipv6 |mac |fqdn )?(?:from |inbound |"|[\w-]+ (?:network|host|zone|range|TCP|UDP)\b)',
        ),
        sign(
            0.7,
            r"^\s+(?:management (?:http|https|ssh|snmp|ping)|ip-assignment (?:LAN|WAN|DMZ|WLAN"
            r'|"?[A-Z]\w+"?) (?:static|dhcp|pppoe)|user-login (?:http|https)|http-redirect|no ngfw-'
            r"|ip \d+\.\d+\.\d+\.\d+ netmask \d+)",
        ),
        sign(
            0.8,
            r"^\s*(?:vpn policy (?:site-to-site|group-vpn|tunnel-interface) |auth-method shared-secret"
            r"|ike-id (?:local|peer) |proposal (?:ike|ipsec) (?:exchange|encryption|authentication|dh-group"
            r"|lifetime))",
        ),
        sign(0.9, r'^(?:firewall-name|serial-number|rom-version|checksum|model|system-time) "?[\w -]+"?$'),
    ),
    tree=_tree,
    read=_read,
    comments=("!",),
    closing=re.compile(r"exit"),
    aliases=("sonicos", "sonicwall_sshv2", "dell_sonicwall"),
)
