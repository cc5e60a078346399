"""Commands for everyday work, by platform. Words in braces are names of the device; see `running`.

From the vendors' command references: IOS 15 to 17, NX-OS 9, ASA 9, EOS 4, AOS-CX 10, ArubaOS-Switch 16, Junos 21,
FortiOS 7, RouterOS 7, SonicOS 7, EdgeOS 2 and VyOS 1.4; for pfSense, OPNsense and UniFi the places in their menus.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Guide:
    """What people do on a device of a platform: each a name and its commands, a line each."""

    backup: str
    restore: str
    checks: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str], ...]


_SAVED = "end\nwrite memory"
_IOS_PORT = "configure terminal\ninterface {port}\n"

_IOS: Final = Guide(
    "show running-config, or: copy running-config scp:",
    "copy scp: flash:restore.cfg\nconfigure replace flash:restore.cfg",
    (
        ("State and errors of the uplink", "show interfaces {uplink}"),
        ("Way to the next router", "ping {gateway}"),
        ("What is plugged in", "show cdp neighbors detail\nshow lldp neighbors detail"),
        ("Who is on a port", "show mac address-table interface {port}"),
        ("Tunnels", "show crypto ikev2 sa\nshow crypto isakmp sa\nshow crypto ipsec sa peer {peer}"),
        ("Load and log", "show processes cpu sorted\nshow logging"),
    ),
    (
        ("Put {port} into VLAN {vlan}", _IOS_PORT + "switchport mode access\nswitchport access vlan {vlan}\n" + _SAVED),
        ("Switch {port} off and on", _IOS_PORT + "shutdown\nno shutdown\n" + _SAVED),
        ("Give {port} another description", _IOS_PORT + "description NEW TEXT\n" + _SAVED),
        ("Add a VLAN", "configure terminal\nvlan NUMBER\nname NAME\n" + _SAVED),
        ("Add a static route", "configure terminal\nip route NETWORK MASK {gateway}\n" + _SAVED),
    ),
)
_NXOS: Final = Guide(
    "show running-config, or: copy running-config scp:",
    "copy scp: bootflash:restore.cfg\nconfigure replace bootflash:restore.cfg",
    (
        ("State and errors of the uplink", "show interface {uplink}"),
        ("Way to the next router", "ping {gateway} vrf default"),
        ("What is plugged in", "show cdp neighbors detail\nshow lldp neighbors detail"),
        ("Who is on a port", "show mac address-table interface {port}"),
        ("Port-channels and vPC", "show port-channel summary\nshow vpc"),
        ("Load and log", "show system resources\nshow logging last 100"),
    ),
    (
        (
            "Put {port} into VLAN {vlan}",
            _IOS_PORT + "switchport\nswitchport access vlan {vlan}\nend\ncopy running-config startup-config",
        ),
        ("Switch {port} off and on", _IOS_PORT + "shutdown\nno shutdown\nend\ncopy running-config startup-config"),
        ("Go back to how it was", "checkpoint before-change\nrollback running-config checkpoint before-change"),
    ),
)
_ASA: Final = Guide(
    "show running-config (more system:running-config shows its keys too)",
    "copy scp: running-config",
    (
        ("State of the uplink", "show interface {uplink}"),
        ("Way to the next router", "ping {gateway}"),
        ("Which rule decides", "packet-tracer input {zone} tcp SOURCE 50000 DESTINATION 443"),
        ("Tunnels", "show vpn-sessiondb l2l\nshow crypto ikev2 sa\nshow crypto ipsec sa peer {peer}"),
        ("Connections and log", "show conn count\nshow logging"),
    ),
    (
        ("Add an address", "configure terminal\nobject network NAME\nhost ADDRESS\n" + _SAVED),
        (
            "Add a rule to {rules}",
            "configure terminal\naccess-list {rules} line 1 extended permit tcp object SOURCE object DESTINATION eq 443"
            f"\n{_SAVED}",
        ),
        ("Begin a tunnel anew", "clear crypto ipsec sa peer {peer}"),
    ),
)
_EOS: Final = Guide(
    "show running-config, or: copy running-config scp:",
    "configure replace flash:restore.cfg",
    (
        ("State and errors of the uplink", "show interfaces {uplink}"),
        ("Way to the next router", "ping {gateway}"),
        ("What is plugged in", "show lldp neighbors detail"),
        ("Who is on a port", "show mac address-table interface {port}"),
        ("Load and log", "show processes top once\nshow logging last 1 hours"),
    ),
    (
        ("Put {port} into VLAN {vlan}", _IOS_PORT + "switchport access vlan {vlan}\n" + _SAVED),
        ("Change with a way back", "configure session change\nCOMMANDS\ncommit timer 00:05:00"),
    ),
)
_AOSCX: Final = Guide(
    "show running-config, or: copy running-config sftp://USER@HOST/FILE cli",
    "copy sftp://USER@HOST/FILE running-config\ncheckpoint rollback NAME",
    (
        ("State and errors of the uplink", "show interface {uplink}"),
        ("Way to the next router", "ping {gateway}"),
        ("What is plugged in", "show lldp neighbor-info"),
        ("Who is on a port", "show mac-address-table port {port}"),
        ("Load and log", "show system resource-utilization\nshow logging -r"),
    ),
    (
        ("Put {port} into VLAN {vlan}", _IOS_PORT + "vlan access {vlan}\n" + _SAVED),
        ("Change with a way back", "checkpoint auto 5\nCOMMANDS\ncheckpoint auto confirm"),
    ),
)
_PROCURVE: Final = Guide(
    "show running-config, or: copy running-config tftp HOST FILE",
    "copy tftp startup-config HOST FILE",
    (
        ("State and errors of the uplink", "show interfaces {uplink}"),
        ("Way to the next router", "ping {gateway}"),
        ("What is plugged in", "show lldp info remote-device"),
        ("Who is on a port", "show mac-address {port}"),
        ("Load and log", "show system\nshow logging -r"),
    ),
    (
        ("Put {port} into VLAN {vlan}", "configure\nvlan {vlan} untagged {port}\nwrite memory"),
        ("Switch {port} off and on", "configure\ninterface {port} disable\ninterface {port} enable"),
    ),
)
_JUNOS: Final = Guide(
    "show configuration | display set | no-more",
    "load override /var/tmp/restore.conf\ncommit confirmed 5\ncommit",
    (
        ("State and errors of the uplink", "show interfaces {uplink} extensive"),
        ("Way to the next router", "ping {gateway} count 5"),
        ("What is plugged in", "show lldp neighbors"),
        ("Tunnels", "show security ike security-associations\nshow security ipsec security-associations"),
        ("Alarms and log", "show system alarms\nshow log messages | last 50"),
    ),
    (
        ("Change with a way back", "configure\nSET COMMANDS\nshow | compare\ncommit confirmed 5\ncommit"),
        ("Go back to how it was", "configure\nrollback 1\ncommit"),
        ("Switch {port} off and on", "configure\nset interfaces {port} disable\ncommit\nrollback 1\ncommit"),
    ),
)
_FORTIOS: Final = Guide(
    "System > Configuration > Backup, or: execute backup config tftp FILE HOST",
    "System > Configuration > Restore, or: execute restore config tftp FILE HOST (the device starts anew)",
    (
        ("State of the uplink", "get system interface physical\ndiagnose hardware deviceinfo nic {uplink}"),
        ("Way to the next router", "execute ping {gateway}"),
        ("Routes in use", "get router info routing-table all"),
        ("Which policy decides", "diagnose firewall iprope lookup SOURCE 50000 DESTINATION 443 tcp {uplink}"),
        ("Tunnels", "diagnose vpn ike gateway list name {tunnel}\ndiagnose vpn tunnel list name {tunnel}"),
        ("Load and log", "get system performance status\nexecute log display"),
    ),
    (
        (
            "Add an address",
            "config firewall address\nedit NAME\nset subnet ADDRESS 255.255.255.255\nnext\nend",
        ),
        (
            "Switch a policy off",
            "config firewall policy\nedit NUMBER\nset status disable\nnext\nend",
        ),
        ("Begin a tunnel anew", "diagnose vpn ike gateway clear name {tunnel}"),
    ),
)
_ROUTEROS: Final = Guide(
    "/export show-sensitive file=backup\n/system backup save name=backup",
    "/import file-name=backup.rsc, or: /system backup load name=backup",
    (
        ("State of the uplink", "/interface print stats where name={uplink}"),
        ("Way to the next router", "/ping {gateway} count=5"),
        ("What is plugged in", "/ip neighbor print"),
        ("Tunnels", "/ip ipsec active-peers print\n/ip ipsec installed-sa print"),
        ("Load and log", "/system resource print\n/log print"),
    ),
    (
        ("Change with a way back", "Press Ctrl+X for safe mode, change, and Ctrl+X again to keep it"),
        ("Add an address to a list", "/ip firewall address-list add list=LIST address=ADDRESS comment=WHY"),
        ("Reserve an address in {pool}", "/ip dhcp-server lease add server={pool} mac-address=MAC address=ADDRESS"),
    ),
)
_PF_CHECKS: Final = (
    ("State of interfaces", "Interfaces, Overview (pfSense: Status > Interfaces)"),
    ("Way to the next router", "ping -c 5 {gateway}"),
    ("Which rule decides", "Log of the firewall (pfSense: Status > System Logs > Firewall)"),
    ("Tunnels", "VPN > IPsec > Status Overview (pfSense: Status > IPsec)"),
)
_PFSENSE: Final = Guide(
    "Diagnostics > Backup & Restore > Download configuration as XML",
    "Diagnostics > Backup & Restore > Restore Configuration",
    _PF_CHECKS,
    (
        ("Add an address to an alias", "Firewall > Aliases > Edit > Add, then Apply Changes"),
        ("Reserve an address", "Services > DHCP Server > {pool} > Add Static Mapping"),
        ("Go back to how it was", "Diagnostics > Backup & Restore > Config History > Restore"),
    ),
)
_OPNSENSE: Final = Guide(
    "System > Configuration > Backups > Download configuration",
    "System > Configuration > Backups > Restore configuration",
    _PF_CHECKS,
    (
        ("Add an address to an alias", "Firewall > Aliases > Edit, then Apply"),
        ("Reserve an address", "Services > DHCP > {pool} > Add"),
        ("Go back to how it was", "System > Configuration > History > Revert"),
    ),
)
_SONICOS: Final = Guide(
    "Device > Settings > Firmware and Settings > Export Configuration",
    "Device > Settings > Firmware and Settings > Import Configuration (the device starts anew)",
    (
        ("State of the uplink", "show interface {uplink}"),
        ("Way to the next router", "ping {gateway}"),
        ("Tunnels", "show vpn policies\nNetwork > IPSec VPN > Rules and Settings"),
        ("Log", "Monitor > Logs > System Logs"),
    ),
    (
        ("Add an address", 'configure\naddress-object ipv4 "NAME" host ADDRESS zone LAN\ncommit'),
        ("Switch a rule off", "Policy > Rules and Policies > Access Rules"),
    ),
)
_EDGEOS: Final = Guide(
    "show configuration commands",
    "configure\nload /config/restore.boot\ncommit-confirm 5\nconfirm\nsave",
    (
        ("State of the uplink", "show interfaces"),
        ("Way to the next router", "ping {gateway}"),
        ("Routes in use", "show ip route"),
        ("Tunnels", "show vpn ipsec sa"),
        ("Log", "show log tail 100"),
    ),
    (
        ("Change with a way back", "configure\nSET COMMANDS\ncompare\ncommit-confirm 5\nconfirm\nsave"),
        (
            "Reserve an address in {pool}",
            "configure\nset service dhcp-server shared-network-name {pool} subnet SUBNET static-mapping NAME ip-address"
            " ADDRESS\ncommit\nsave",
        ),
    ),
)
_UNIFI: Final = Guide(
    "Settings > System > Backups > Download",
    "Settings > System > Backups > Restore",
    (
        ("State of devices", "UniFi Devices"),
        ("Who is where", "Clients, by name or MAC address"),
        ("What happened", "System Log"),
    ),
    (
        ("Put a port into another network", "UniFi Devices > the switch > Ports > the port > Native VLAN"),
        ("Begin a port's power anew", "UniFi Devices > the switch > Ports > the port > Power Cycle"),
        ("Reserve an address", "Clients > the client > Settings > Fixed IP Address"),
    ),
)

GUIDES: Final[dict[str, Guide]] = {
    "cisco_ios": _IOS,
    "cisco_nxos": _NXOS,
    "cisco_asa": _ASA,
    "arista_eos": _EOS,
    "aruba_aoscx": _AOSCX,
    "hp_procurve": _PROCURVE,
    "juniper_junos": _JUNOS,
    "fortinet": _FORTIOS,
    "mikrotik_routeros": _ROUTEROS,
    "pfsense": _PFSENSE,
    "opnsense": _OPNSENSE,
    "sonicwall": _SONICOS,
    "ubiquiti_edgeos": _EDGEOS,
    "ubiquiti_unifi": _UNIFI,
}
