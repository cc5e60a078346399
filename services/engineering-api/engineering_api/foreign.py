"""Signs of systems for which there is no platform here and whose configurations look like those of one that there is.

Detection weighs them as rivals, so that a router with IOS XR or a Huawei switch is not read as Cisco IOS. The signs are
what the vendors' own manuals and `show` commands print and the platforms here do not.
"""

from engineering_api.platforms.platform import Sign, sign

_COMWARE_LIKE: tuple[Sign, ...] = (
    sign(0.9, r"^ ?sysname \S"),
    sign(0.9, r"^user-interface (?:con|vty|aux|current|maximum-vty)"),
    sign(0.9, r"^ ?undo \S"),
    sign(0.9, r"^ port link-type (?:access|trunk|hybrid)"),
    sign(0.8, r"^ port (?:default|access|trunk permit|trunk allow-pass) vlan "),
    sign(0.8, r"^interface (?:Vlanif|Vlan-interface|Eth-Trunk|Bridge-Aggregation|Route-Aggregation)\d"),
    sign(0.7, r"^interface (?:XGigabitEthernet|Ten-GigabitEthernet|M-GigabitEthernet|MEth)\d"),
    sign(0.9, r"^ ?ip route-static "),
    sign(0.7, r"^ ?local-user \S+ (?:password|service-type|privilege|class)"),
    sign(0.7, r"^ rule \d+ (?:permit|deny) (?:source|ip|tcp|udp)\b"),
    sign(0.6, r"^ ?stp (?:mode|enable|global|region)"),
    sign(0.5, r"^return$"),
)

#: By the name of the system.
SYSTEMS: dict[str, tuple[Sign, ...]] = {
    "Cisco IOS XR": (
        sign(0.98, r"^!! IOS XR Configuration"),
        sign(0.9, r"^(?:[!#] ?)?RP/\d+/\S+:\S+#"),
        sign(0.8, r"^(?:interface )?(?:MgmtEth|Bundle-Ether|TenGigE)\d"),
        sign(0.4, r"^interface GigabitEthernet\d+/\d+/\d+/\d+"),
        sign(0.7, r"^ {1,2}ipv4 address "),
        sign(0.7, r"^ipv4 access-list "),
        sign(0.8, r"^end-(?:set|policy)$"),
        sign(0.8, r"^(?:prefix|community|extcommunity|as-path|rd)-set \S+$"),
        sign(0.7, r"^route-policy [\w-]+(?:\(.*\))?$"),
        sign(0.7, r"^router static$"),
        sign(0.8, r"^vty-pool "),
        sign(0.8, r"^telnet vrf \S+ ipv4 server"),
        sign(0.6, r"^line default$"),
        sign(0.8, r"^(?:lpts |taskgroup |usergroup )"),
    ),
    "Cisco Small Business": (
        sign(0.9, r"^config-file-header$"),
        sign(0.98, r"^(?:no )?(?:file SSD indicator|ssd-control-start|ssd file )"),
        sign(0.9, r"^v\d+(?:\.\d+)+ / R"),
        sign(0.8, r"^voice vlan (?:state|oui-table)"),
    ),
    "Huawei VRP": (*_COMWARE_LIKE, sign(0.98, r"^!Software Version V\d{3}R\d{3}"), sign(0.7, r"^vlan batch ")),
    "HPE or H3C Comware": (
        *_COMWARE_LIKE,
        sign(0.98, r"^ version \d+\.\d+\.\d+, (?:Release|ESS|Feature|Alpha|Beta|Demo)"),
        sign(0.8, r"^ irf "),
        sign(0.7, r"^ port link-mode (?:bridge|route)$"),
        sign(0.5, r"^ user-role (?:network-|level-)"),
    ),
    "Dell OS9 or OS10": (
        sign(0.6, r"^! Version \d+\.\d+[.(]"),
        sign(0.98, r"^system-user linuxadmin"),
        sign(0.8, r"^interface ethernet\d+/\d+/\d+"),
        sign(0.9, r"^vlt[- ]domain "),
        sign(0.9, r"^stack-unit \d+ (?:provision|port-group)"),
        sign(0.9, r"^interface ManagementEthernet "),
        sign(0.8, r"^ portmode hybrid$"),
        sign(0.8, r"^redundancy auto-synchronize "),
        sign(0.6, r"^protocol lldp ?$"),
        sign(0.6, r"^interface breakout "),
    ),
    "Brocade or Ruckus FastIron": (
        sign(0.8, r"^ver \d\d\.\d"),
        sign(0.9, r"^ (?:un)?tagged ethe "),
        sign(0.9, r"^ router-interface ve "),
        sign(0.7, r"^interface ve \d"),
        sign(0.9, r"^ {2}module \d+ (?:icx|fi|fcx|fls)"),
        sign(0.9, r"^vlan \d+ (?:name \S+ )?by port"),
    ),
    "AlliedWare Plus": (
        sign(0.95, r"^interface port\d+\.\d+\.\d+"),
        sign(0.9, r"^stack virtual-chassis-id "),
        sign(0.8, r"^lacp global-passive-mode "),
        sign(0.9, r"^ vlan \d+ state (?:enable|disable)"),
        sign(0.8, r"^switch \d+ provision x\d"),
        sign(0.5, r"^no service (?:ssh|dhcp-server)$"),
    ),
    "FASTPATH of Netgear, Dell and Ubiquiti": (
        sign(0.9, r"^!System (?:Description|Software Version|Up Time)"),
        sign(0.95, r"^ ?vlan participation (?:include|exclude|auto)"),
        sign(0.9, r"^ ?vlan (?:pvid|tagging) \d"),
        sign(0.8, r'^ ?vlan name \d+ "'),
        sign(0.8, r"^line (?:telnet|ssh)$"),
        sign(0.7, r"^ip http session "),
    ),
    "ArubaOS and Aruba Instant": (
        sign(0.9, r"^(?:netservice|netdestination6?) \S"),
        sign(0.95, r"^ip access-list session "),
        sign(0.9, r"^wlan (?:ssid-profile|virtual-ap|access-rule) "),
        sign(0.8, r"^ap-group "),
        sign(0.9, r"^controller config \d"),
        sign(0.95, r"^virtual-controller-"),
    ),
    "Ruijie RGOS": (
        sign(0.98, r"^!? ?version (?:RG|\S+\(\S+\)B\d)"),
        sign(0.9, r"^sysmac "),
        sign(0.8, r"^nfpp$"),
        sign(0.6, r"^install \d+ \S"),
    ),
    "ZTE ROSng": (sign(0.98, r"^!</?[\w-]+>$"), sign(0.8, r"^ *\$$")),
    "Zyxel": (
        sign(0.95, r"^; Product Name = "),
        sign(0.9, r'^ {2}(?:normal|fixed|forbidden) (?:""|[\d,-]+)$'),
        sign(0.6, r"^admin-password "),
    ),
    "Mellanox Onyx": (sign(0.95, r"^## Running database"), sign(0.95, r"^no cli default prefix-modes ")),
    "FRRouting": (
        sign(0.95, r"^frr (?:version|defaults) "),
        sign(0.95, r"^service integrated-vtysh-config"),
        sign(0.9, r"^! Zebra configuration saved"),
    ),
    "Avaya or Extreme ERS and VOSS": (
        sign(0.95, r"^! Embedded ASCII Configuration Generator Script"),
        sign(0.9, r"^! Model = Ethernet Routing Switch"),
        sign(0.9, r"^vlan (?:members|ports) "),
        sign(0.9, r"^vlan create \d"),
    ),
    "TP-Link JetStream": (
        sign(0.8, r"^interface gigabitEthernet \d"),
        sign(0.8, r"^user name \S+ privilege "),
        sign(0.7, r"^ {2}switchport (?:general allowed vlan|pvid) "),
    ),
    "ScreenOS": (sign(0.8, r"^unset \S"), sign(0.9, r'^set interface "?\S+"? zone ')),
}
