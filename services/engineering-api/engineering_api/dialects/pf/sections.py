"""The sections of a config.xml, by their path, and who reads them."""

from collections.abc import Sequence
from typing import Final

from engineering_api.dialects.pf import (
    aliases,
    dhcp,
    dynamic,
    interfaces,
    ipsec,
    nat,
    routes,
    rules,
    services,
    swanctl,
    system,
    vpn,
)
from engineering_api.dialects.pf.context import Context, Reader
from engineering_api.dialects.pf.fields import Fields, matching
from engineering_api.dialects.pf.names import names
from engineering_api.facts.device import Device, Unparsed
from engineering_api.facts.filters import AccessList
from engineering_api.reading.tree import Node
from engineering_api.reading.xml_tree import OUTSIDE, Element, Refused

ROOTS: Final = frozenset({"opnsense", "pfsense"})


def _tunnels(context: Context, fields: Fields) -> None:
    interfaces.tunnels(context, fields)
    vpn.gre(context, fields)


#: In the order in which they are read: what others look at comes first.
_READERS: Final[dict[str, Reader]] = {
    "system": system.section,
    "sysctl": system.tunables,
    "interfaces": interfaces.section,
    "ifgroups": interfaces.groups,
    "vlans": interfaces.vlans,
    "laggs": interfaces.aggregates,
    "bridges": interfaces.bridges,
    "gres": _tunnels,
    "gifs": _tunnels,
    "ppps": interfaces.dial_up,
    "virtualip": interfaces.virtual_addresses,
    "ca": system.trust,
    "cert": system.trust,
    "crl": system.trust,
    "gateways": routes.gateways,
    "OPNsense/Gateways": routes.gateways,
    "staticroutes": routes.routes,
    "aliases": aliases.section,
    "OPNsense/Firewall/Alias": aliases.model,
    "schedules": services.schedules,
    "filter": rules.section,
    "OPNsense/Firewall/Filter/rules": rules.model,
    "nat": nat.section,
    "OPNsense/Firewall/Filter/snatrules": nat.model,
    "OPNsense/Firewall/Filter/onetoone": nat.model,
    "OPNsense/Firewall/Filter/npt": nat.model,
    "dhcpd": dhcp.server,
    "dhcpdv6": dhcp.server,
    "dhcrelay": dhcp.relay,
    "dhcrelay6": dhcp.relay,
    "OPNsense/quagga": dynamic.plugin,
    "OPNsense/DHCRelay": dhcp.relay_model,
    "OPNsense/Kea/dhcp4": dhcp.kea,
    "OPNsense/Kea/dhcp6": dhcp.kea,
    "dnsmasq": dhcp.dnsmasq,
    "unbound": services.resolver,
    "OPNsense/unboundplus": services.resolver,
    "ntpd": services.time,
    "OPNsense/chrony": services.chrony,
    "syslog": services.logs,
    "OPNsense/Syslog": services.logs_model,
    "snmpd": services.snmp,
    "OPNsense/netsnmp": services.snmp_model,
    "hasync": services.second_half,
    "captiveportal": services.portal,
    "OPNsense/captiveportal": services.portal,
    "installedpackages/miniupnpd": services.plug_and_play,
    "OPNsense/upnp": services.plug_and_play,
    "ipsec": ipsec.section,
    "OPNsense/Swanctl": swanctl.section,
    "openvpn": vpn.openvpn,
    "OPNsense/OpenVPN": vpn.openvpn_model,
    "OPNsense/wireguard": vpn.wireguard_model,
    "installedpackages/wireguard": vpn.wireguard_package,
    "l2tp": vpn.dial_in,
    "pptpd": vpn.dial_in,
}
_PLACES: Final = {path: place for place, path in enumerate(_READERS)}
_OUTER: Final = frozenset(path.rsplit("/", at)[0] for path in _READERS for at in range(1, path.count("/") + 1))

#: What has no fact of ours: how graphs, jobs, notices, shaping, intrusion detection, plugins and packages are set.
_KNOWN: Final = matching(
    """
    apinger bogons bridge created cron dhcp6relay dhcpbackend diag dnsfilter dnshaper dnsupdates dyndnses
    ezshaper ftpproxy gateways_.* hardware hostapd igmpproxy iperf ipsec_.* kea6? l2tp_.* l7shaper lastchange
    load_balancer monitoring notifications ntp olsrd opendns ovpnserver pkg_mgr pppoes proxyarp qinqs radvd
    revision rfc2136 rowhelper rrd shaper sshdata swap switches syslog-ng temp theme trafficgraphs
    mailreports trigger_initial_wizard updated version virtualmachine vouchers? widgetkey widgets wireless wol
    """
)
#: Modules of OPNsense and its plugins.
_MODULES: Final = matching(
    """
    .*_export AcmeClient adguardhome apcupsd Auth auth backup Backup bind caddy captiveportal chrony cicap
    clamav collectd Core core cron crowdsec ddclient Diagnostics dnscryptproxy Dnsmasq DynDNS fetchmail
    Firewall/Category Firewall/Filter/general Firewall/Filter/settings Firewall/Lvtemplate Firewall/NAT
    Firewall/Shaper freeradius ftpproxy googleapi.* gridexample HAProxy helloworld Hostwatch IDS igmpproxy
    Interfaces IPsec Kea/ctrl_agent Kea/ddns lldpd maltrail mdnsrepeater monit munin.* muninnode ndproxy netdata
    Netflow Nginx NodeExporter ntopng nut openconnect OpenVPNExport postfix proxy puppet puppetagent qemu
    QemuGuestAgent quagga radvd realtek redis relayd Routes rspamd shadowsocks siproxd smart squid sslh stunnel
    sunnyvalley Syslog System Tailscale tayga telegraf tftp tinc tor TrafficShaper trust turnserver
    UDPBroadcastRelay unboundbl vmware vnstat wazuhagent web_proxy.* wol xen zabbixagent zabbixproxy zenarmor
    zerotier zoneminder
    """
)
#: Packages of pfSense.
_PACKAGES: Final = matching(
    """
    .*config .*settings acme apcupsd autoconfigbackup arpwatch avahi aws-wizard backup bandwidthd bind.* carp
    carpsettings cellular clamav.* cron dansguardian.* darkstat e2guardian.* filer freeradius.* frr.* ftpproxy
    gwled haproxy
    imspector.* iperf ipsec-profile-wizard ladvd ldap.* lightsquid lldpd logging mailreports? menu mtr.* net-snmp
    netdata netsnmp nmap node_exporter nodeexporter notes ntopng nut olsrd open-vm-tools openvpn.* package
    patches pfblocker.* pfsense.* pimd postfix.* quagga.* relayd.* service servicewatchdog shellcmd.* siproxd.*
    snort.* softflowd spamd.* squid.* statuslogs stunnel.* sudo suricata.* syslog-ng.* syslogng systempatches
    tab tailscale telegraf tinc.* udpbroadcastrelay vhosts vnstat.* wireguard.* zabbix.*
    """
)


def read(nodes: Sequence[Node], device: Device) -> None:
    """Tell a device what a config.xml says."""
    root = next((node for node in nodes if isinstance(node, Element) and node.name in ROOTS), None)
    for node in nodes:
        if isinstance(node, Refused):
            device.unparsed.append(Unparsed(source=node.line, text=node.text, reason=node.reason))
        elif node is not root:
            device.unparsed.extend(Unparsed(source=one.line, text=one.text, reason=OUTSIDE) for one in node.walk())
    if root is None:
        return
    context = Context(device, names(root))
    policy = AccessList(source=root.span, name="filter", kind="policy")
    device.access_lists.append(policy)
    if (version := root.child("version")) and version.value:
        device.identity.say(version.span, version=version.value)
    if inner := root.child("interfaces"):
        nat.outward(context, Fields(inner))
    for path, element in sorted(_sections(context, root), key=lambda found: _PLACES[found[0]]):
        if path in ("filter", "OPNsense/Firewall/Filter/rules") and policy.source == root.span:
            policy.source = element.span
        context.read(element, _READERS[path])
    if packages := root.child("installedpackages"):
        dynamic.package(context, Fields(packages))
    rules.in_order(context)
    device.unparsed.sort(key=lambda one: one.source)


def _sections(context: Context, root: Element) -> list[tuple[str, Element]]:
    """The sections that somebody reads. What nobody reads or knows goes into the ledger."""
    found: list[tuple[str, Element]] = []
    waiting = [(element.name, element) for element in root.elements]
    while waiting:
        path, element = waiting.pop()
        if path in _READERS:
            found.append((path, element))
        elif path in _OUTER:
            waiting.extend((f"{path}/{child.name}", child) for child in element.elements)
        elif not _is_known(path) and (element.children or element.value):
            context.miss(element)
    return found[::-1]


def _is_known(path: str) -> bool:
    outer, _, inner = path.partition("/")
    pattern = {"OPNsense": _MODULES, "installedpackages": _PACKAGES}.get(outer)
    return bool(pattern.fullmatch(inner) if pattern else _KNOWN.fullmatch(path))
