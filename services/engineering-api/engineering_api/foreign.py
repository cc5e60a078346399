"""Signs of systems for which there is no platform here and whose configurations look like those of one that there is.

Detection weighs them as rivals, so that a router with IOS XR or a Huawei switch is not read as Cisco IOS. The signs are
what the vendors' own manuals and `show` commands print and the platforms here do not.
"""

from engineering_api import foreign_files
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
        sign(
            0.6,
            r"^(?:interface )?(?:GigabitEthernet|HundredGigE|TenGigE|TwentyFiveGigE|FortyGigE"
            r"|FourHundredGigE)\d+/\d+/\d+/\d+",
        ),
        sign(
            0.6,
            r"^ {1,3}(?:remote-as \d+|route-policy \S+ (?:in|out)|update-source Loopback\d"
            r"|address-family ipv4 unicast|service-policy (?:input|output)|ipv6 address )$",
        ),
        sign(
            0.8,
            r"^(?: {2}(?:if |elseif |else$|endif|pass$|done$|drop$|set local-preference|set med)|l2vpn$"
            r"| bridge group | {2}bridge-domain | xconnect group |ssh server (?:v2|vrf|netconf)"
            r"|domain lookup disable|cdp$|logging (?:events|hostnameprefix)|hw-module |control-plane$"
            r"|xml agent)",
        ),
    ),
    "Cisco Small Business": (
        sign(0.9, r"^config-file-header$"),
        sign(0.98, r"^(?:no )?(?:file SSD indicator|ssd-control-start|ssd file )"),
        sign(0.9, r"^v\d+(?:\.\d+)+ / R"),
        sign(0.8, r"^voice vlan (?:state|oui-table)"),
        sign(
            0.7,
            r"^(?:vlan database|switchport mode (?:access|general|trunk)|voice vlan |bonjour |macro (?:auto"
            r"|description|keyword)|ip ssh server|ip ssh password-auth|username \S+ password encrypted|encrypted "
            r"|gvrp |green-ethernet|port jumbo-frame|snmp-server server|clock timezone \S+ |no ip http server"
            r"|lldp med|storm-control (?:broadcast|unknown)|rmon |sntp (?:server|unicast|anycast)|no cdp|@"
            r"|passwords (?:aging|complexity))",
        ),
        sign(
            0.6,
            r"^interface (?:gigabitethernet|fastethernet|tengigabitethernet|Port-channel|vlan) ?(?:1/)?\d+(?:/\d+)?$",
        ),
    ),
    "Huawei VRP": (
        *_COMWARE_LIKE,
        sign(0.98, r"^!Software Version V\d{3}R\d{3}"),
        sign(0.7, r"^vlan batch "),
        sign(
            0.8,
            r"^ (?:port trunk (?:allow-pass|pvid)|ip address \d+\.\d+\.\d+\.\d+ \d{1,2}$|portswitch|mode lacp"
            r"|eth-trunk \d|authentication-mode |traffic-filter |dhcp select )",
        ),
        sign(
            0.8,
            r"^(?:aaa$|acl (?:number |name )?\S+|dhcp enable|traffic (?:classifier|behavior|policy) "
            r"|security-policy$|nat-policy$|firewall zone |ike (?:proposal|peer) |ipsec (?:proposal|policy) "
            r"|ospf \d+|bgp \d+$|snmp-agent|info-center |ntp-service |stelnet |ssh user |stp region|cpu-defend"
            r"|diffserv domain|drop-profile|telnet server|hwtacacs|observe-port)",
        ),
        sign(0.6, r"^[!#] ?[<\[][\w.-]+[>\]]"),
        sign(0.3, r"^#$"),
    ),
    "HPE or H3C Comware": (
        *_COMWARE_LIKE,
        sign(0.98, r"^ version \d+\.\d+\.\d+, (?:Release|ESS|Feature|Alpha|Beta|Demo)"),
        sign(0.8, r"^ irf "),
        sign(0.7, r"^ port link-mode (?:bridge|route)$"),
        sign(0.5, r"^ user-role (?:network-|level-)"),
        sign(
            0.7,
            r"^ ?(?:port trunk permit vlan|undo shutdown|combo enable|service-loopback|stp edged-port"
            r"|broadcast-suppression|poe enable)",
        ),
        sign(
            0.7,
            r"^(?:acl (?:number|basic|advanced) |domain system|snmp-agent|info-center |ntp-service "
            r"|ssh server enable|role name level-|line class|lldp global enable|dhcp server |ospf \d+"
            r"|radius scheme|interface NULL0|irf |header (?:login|motd|legal)|password-recovery enable)",
        ),
        sign(0.3, r"^#$"),
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
        sign(
            0.7,
            r"^ (?:fec |mtu \d{4}|negotiation on|vlt-port-channel|vlt-peer-lag"
            r"|port-channel-protocol|tagged (?:Gigabit|Ten|Forty|Port|hundred|twenty)|untagged (?:Gigabit|Ten"
            r"|Forty|Port|hundred))",
        ),
        sign(
            0.8,
            r"^(?:interface (?:TenGigabitEthernet|fortyGigE|hundredGigE|twentyFiveGigE|ethernet|mgmt|port-channel"
            r"|virtual-network|vlan)\d?[\d/:]*$|iscsi |default vlan-id|rest api restconf|ip ssh server"
            r"|username \S+ password \S+ role sysadmin|snmp-server community \S+ ro|policy-map type|no ip telnet"
            r"|protocol spanning-tree|hardware watchdog|class-map type|aaa authentication login default local"
            r"|support-assist)",
        ),
    ),
    "Brocade or Ruckus FastIron": (
        sign(0.8, r"^ver \d\d\.\d"),
        sign(0.9, r"^ (?:un)?tagged ethe "),
        sign(0.9, r"^ router-interface ve "),
        sign(0.7, r"^interface ve \d"),
        sign(0.9, r"^ {2}module \d+ (?:icx|fi|fcx|fls)"),
        sign(0.9, r"^vlan \d+ (?:name \S+ )?by port"),
        sign(0.7, r"^interface (?:ethernet|management) ?\d+(?:/\d+)*"),
        sign(
            0.7,
            r"^(?: spanning-tree 802-1w| port-name | dual-mode|lag \S+ (?:static|dynamic) id|stack unit \d"
            r"|stack mac |global-stp|ip dhcp snooping vlan|aaa authentication web-server default"
            r"|enable super-user|inline power | inline power|no route-only|default-vlan-id|optical-monitor"
            r"|telnet access-group|fast port-span|web-management https|manager (?:active|port|disable)"
            r"| module \d+ | sflow forwarding| trust dscp)",
        ),
    ),
    "AlliedWare Plus": (
        sign(0.95, r"^interface port\d+\.\d+\.\d+"),
        sign(0.9, r"^stack virtual-chassis-id "),
        sign(0.6, r"^interface vlan\d+$"),
        sign(0.5, r"^ switchport(?: trunk allowed vlan add \d.*)?$"),
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
    "Palo Alto PAN-OS": (
        sign(
            0.95,
            r"^set (?:deviceconfig |network (?:interface|virtual-router|profiles|ike|tunnel|dns-proxy) |rulebase "
            r"|vsys |shared |mgt-config |zone \S+ network|address \S+ (?:ip-netmask|ip-range|fqdn)"
            r"|address-group \S+ (?:static|dynamic)|service \S+ protocol|device-group |template )",
        ),
        sign(0.9, r"^\s*<(?:deviceconfig|rulebase|vsys|mgt-config|virtual-router)>"),
        sign(0.95, r"^\s*<config [^>]*(?:urldb|detail-version)="),
        sign(0.6, r'^\s*<entry name="[^"]*"'),
        sign(0.9, r"^\s*(?:deviceconfig|rulebase|mgt-config) \{"),
    ),
    "Check Point Gaia": (
        sign(
            0.8,
            r"^set (?:interface \S+ (?:state (?:on|off)|ipv4-address|link-speed|auto-negotiation|comments)"
            r"|static-route \S+|user \S+ (?:shell|gid|uid|homedir|password-hash)|installer policy|hostname \S+$"
            r"|dns (?:primary|secondary|suffix)|timezone \S+ / |ntp (?:active|server primary)|snmp (?:agent|mode)"
            r"|web (?:table|daemon|ssl|session)|aaa |inactivity-timeout|core-dump|edition|management interface"
            r"|message (?:banner|motd))",
        ),
        sign(
            0.9,
            r"^add (?:user \S+ uid|rba (?:role|user)|allowed-client|bonding group|interface \S+ vlan|command \S+"
            r"|snmp interface|dhcp server)",
        ),
        sign(0.9, r"^lock database override"),
    ),
    "Extreme EXOS": (
        sign(
            0.9,
            r"^(?:configure|create|enable|disable|unconfigure) (?:vlan|vr|ports?|snmp|snmpv3|stpd|sharing|ospf"
            r"|iproute|dns-client|ssl|ntp|sntp-client|lldp|account|idletimeout|telnet|web|ssh2|mac-locking|edp"
            r"|igmp|syslog|log|timezone|sys-recovery|radius|tacacs|fdb|access-list|policy|netlogin|jumbo-frame"
            r"|dhcp|ipforwarding|cli|stacking|mlag|slot)\b",
        ),
        sign(0.8, r"^# Module \w+ configuration\."),
    ),
    "Nokia SR OS": (
        sign(0.9, r"^# TiMOS-"),
        sign(0.8, r'^(?:echo "|exit all$)'),
        sign(
            0.6,
            r"^\s+(?:port \d+/\d+/(?:c?\d+)(?:/\d+)?|sap \S+ create|vprn \d+ .*create|vpls \d+ .*create"
            r"|customer \d+ create|sdp \d+ .*create)",
        ),
        sign(0.9, r"^\s*(?:/configure )(?:router|port|service|system)"),
    ),
    "Cisco AireOS": (
        sign(
            0.95,
            r"^config (?:wlan |sysname |ap |interface (?:create|address|dhcp|vlan|port|hostname)|802\.11|radius "
            r"|mobility |network |advanced |rogue |mgmtuser |snmp |country |time |prompt |switchconfig "
            r"|certificate |database |dhcp |exclusionlist |logging |tacacs |paging |sessions |serial |custom-web)",
        ),
        sign(0.8, r"^System Inventory"),
    ),
    "Alcatel-Lucent OmniSwitch": (
        sign(
            0.9,
            r"^! (?:Chassis|Configuration|VLAN|VLAN SL|IP|IPMS|AAA|PARTM|QOS|Stacking|802\.1x|Policy manager"
            r"|Session manager|SNMP|System Service|Virtual Chassis|DHCP|Link-aggregate|Spanning tree|LLDP|NTP|Web"
            r"|IP Interface)\b ?:?$",
        ),
        sign(
            0.9,
            r'^(?:vlan \d[\d-]* (?:admin-state|enable name|members port)|vlan \d+ port default |ip interface "'
            r"|interfaces (?:port )?\d+/\d+(?:/\d+)? |session (?:prompt|timeout|cli|login)"
            r'|aaa authentication (?:ssh|console|http|default|telnet|ftp) "|ip static-route |linkagg |static agg '
            r"|lacp agg |system (?:name|contact|location|timezone|date) ?|command-log |user \S+ read-(?:write"
            r"|only)|bridge mode )",
        ),
    ),
    "Brocade NOS or SLX": (
        sign(
            0.9,
            r"^(?:rbridge-id \d+|switch-attributes \d+|support rbridge|root enable|host-table |overlay-gateway "
            r"|system-monitor |resource-monitor |line vty exec-timeout|threshold-monitor |hardware$"
            r"|no protocol vrrp|cluster management|fcsp auth|zoning enabled)",
        ),
        sign(
            0.5,
            r"^(?:protocol lldp$|class-map (?:cee|default)$|cee-map default|fcoe$|logging raslog |logging auditlog )",
        ),
        sign(
            0.6,
            r"^ (?:connector \d+/\d+/\d+|chassis-name |no mac-address$|switchport mode trunk-no-default-native)",
        ),
    ),
    "Lenovo ENOS or CNOS": (
        sign(0.95, r'^version "[\d.]+"$'),
        sign(0.95, r'^switch-type "'),
        sign(
            0.8,
            r"^(?:nwv|system idle|iscli-new|ssh-enable|access https|snmp-server name|lldp enable|vlag "
            r"|interface port \S+|portchannel \d+)",
        ),
    ),
    "Dell OS6": (
        sign(0.8, r'^!(?:Current Configuration:|System Description ".*PowerConnect|System Software Version \d)'),
        sign(0.6, r"^interface (?:Gi|Te|Tw|Fo)\d/\d/\d+$"),
        sign(0.7, r"^(?:stack$|member \d+ \d+ ?!|slot \d+/\d+ \d+ ?!|vlan database$)"),
    ),
    **foreign_files.SYSTEMS,
}
