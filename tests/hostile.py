"""Lines that no device writes: words that its commands cannot have, and what a reader might stumble over.

Each platform has those that look like its own commands; all have those of `EVERYWHERE`.
"""

EVERYWHERE = [
    "\u2028",
    "\u2028\u0660=\u0661",
    "[" * 5_000,
    "(" * 30,
    "{" * 500,
    "}" * 500,
    "=" * 300,
    "x" * 5_000,
    " " * 3_000 + "x",
    '"open',
    "'",
    "\\",
    "\x00",
    "no field",
]

_COMMANDS = {
    "cisco_ios": """
interface
interface range Gi1/0/1 - 99999999
vlan 1-99999999999999999999
access-list 99999999999 permit any
banner motd ^C
snmp-server
crypto map A B ipsec-isakmp
ntp server
username
router bgp
track
""",
    "cisco_nxos": """
interface Ethernet1/1-99999999
vlan 1-
feature
ip route x
vpc domain x
router bgp
hsrp
""",
    "arista_eos": """
interface Ethernet1-99999999
vlan 1-
management
ip route x
! device: (
router bgp
mlag
""",
    "cisco_asa": """
access-list
access-list A extended permit
access-list A extended permit tcp any eq
access-list A extended permit nothing any any
access-list A extended permit tcp any any object-group S
nat (
nat ()
nat (a,b)
nat (a,b) source static
nat (inside) 1 10.0.0.0
static (a,b) tcp
object network A
 nat (a,b) static
 range 1 2
 subnet 1.1.1.1 7
object-group network G
 group-object G
 network-object
 network-object object
object-group service S tcp
 port-object range 9
 service-object
 group-object S
crypto map M x set peer
crypto map M 1 set
crypto map M 1 set ikev1
crypto map M 1 match address G
crypto map M 1 frobnicate
interface
interface X
 vlan x
 switchport trunk allowed vlan 9-1
 ip address 1.2.3.4 5.6.7.8
route a b c d
dhcpd option
dhcpd option interface x
dhcpd dns
mtu a b
router bgp
 neighbor x remote-as
policy-map P
 class C
  inspect
banner motd
http server enable x
certificate x
ssh timeout \u00b2
name 1.2.3 x
((((((((((((((((((((((((((((
""",
    "aruba_aoscx": """
vlan
vlan 0
vlan 5-1
vlan 1-99999999
interface
interface lag
interface 1/1/1 x y z
 vlan trunk allowed 9-1
 vlan access x
 ip address 10.0.0.1/99
 active-gateway ip x
 ip helper-address x
 lag x
 vrrp 1 address-family ipv4
  address
interface vlan x
access-list ip A
 10 permit
 10 permit tcp
 10 permit tcp any any eq
 10 permit nothing any any
 10 permit tcp any any eq 99999
 x comment y
object-group ip address G
 10 10.0.0.0/99
object-group port P
 10 eq
 10 range 5
ip route
ip route x y
ip route 10.0.0.0/8 vlan
ip route 10.0.0.0/8 1.1.1.1 distance
ip route 10.0.0.0/8 1.1.1.1 1.1.1.1
ip prefix-list P seq 10 permit x
router bgp x
 neighbor
 network x
 router-id x
dhcp-server vrf default
 pool p
  lease 1:2
user
spanning-tree priority x
https-server session-timeout x
aaa authentication
""",
    "hp_procurve": """
vlan
vlan 0
vlan 9999
vlan x
 untagged 5-1
 untagged 1-99999999999
 tagged ,,
 tagged A1-B2
 ip address 1.2.3.4 300.1.1.1
interface
interface 1-
 speed-duplex
trunk
trunk 1-2
trunk - trk1
ip route
ip route 10.0.0.0 255.0.0.0
ip route 1.2.3 255.0.0.0 1.1.1.1
ip access-list extended
ip access-list extended "A"
 10 permit
 10 permit tcp any
 10 permit tcp any any eq
 10 permit tcp any any eq http-not
 10 permit nothing any any
 10 permit tcp 10.0.0.0 0.255.0.255 any
ip authorized-managers x
spanning-tree priority x
spanning-tree
spanning-tree 1-2
dhcp-server pool "p"
 lease 1:2
 range 1 2
hostname
password
""",
    "fortinet": r"""
set
set ip "
edit
config
config firewall policy
edit "
set srcaddr "\
append x
set wildcard a b
set extip 1-
set protocol
next
end
end
set tcp-portrange 99999
config vdom
config router bgp
set as .
set proposal -
""",
    "juniper_junos": """
set
set interfaces
set vlans [
set interfaces ge-0/0/0 unit x family inet
set interfaces ge-0/0/0 unit 0 vlan-id 99999
set interfaces ge-0/0/0 unit 0 family ethernet-switching vlan members 1-99999
set firewall family inet filter f term t from destination-port 99999
set system services ssh port eighty
set groups g system host-name a
set apply-groups g
set groups g apply-groups g
set interfaces interface-range r member-range ge-0/0/9 to ge-0/0/1
set interfaces interface-range r mtu 1
interfaces;
interfaces ge-0/0/0 unit x family inet;
firewall family inet filter f term t from destination-port 99999;
system services ssh port eighty;
inactive: ;
{;};
}} {{
""",
    "ubiquiti_edgeos": """
set
set interfaces ethernet
set interfaces ethernet eth0 vif 99999 address 10.0.0.1/24
set interfaces ethernet eth0 address 10.0.0.1/99
set firewall name A rule 1 destination port 99999,x
set firewall name A rule 1 source address 10.0.0.9-10.0.0
set service dhcp-server shared-network-name A subnet nowhere start 1 stop 2
set service ssh port 'twenty two
set protocols static route default next-hop 10.0.0.1
set interfaces switch switch0 switch-port interface eth1 vlan vid x
interfaces ethernet
interfaces ethernet eth0 address 10.0.0.1/99
firewall name A rule 1 destination port 99999,x
service ssh port 'twenty two
{
}
}
""",
    "mikrotik_routeros": r"""
add "
add name=\
set [ find
set [[[[(((({{{{
/ip firewall filter add chain="\\\\\\\\\\\\
add address=999.1.1.1/99 interface=ether1 vlan-ids=1-99999 vlan-id=x mtu=big list=l chain=c
add chain=input dst-port=99999999999999999999 protocol=tcp
add .x=1 .y=2 ..=3
:if (1) do={ {{{{
[admin@router] >
""",
    "ubiquiti_unifi": """
"vlan": 999999999999,
"vlan": "x",
"ip_subnet": "10.0.0.300/24",
"purpose"
"purpose": {
"name": ["a", {"b": null}],
"rule_index": 1e999,
""",
    "sonicwall": """
=
addrObjId_1
addrObjType_99=4
addrObjId_99=x
addrObjIp1_99=300.1.1.1
policyAction_-1=2
policyPriority_7=9999999999999999999
policyAction_7=
svcObjId_9=a
svcObjIpType_9=\u00b2
svcObjPort1_9=99999
svcObjPort2_9=1
iface_name_77=X9
iface_vlan_tag_77=70000
iface_lan_ip_77=10.0.0.1
iface_lan_mask_77=255.0.255.0
pbrObjDst_1=x
prefs_dhdynstart_3=x
iface_static_gateway_0=x
pbrObjMetric_0=\u00b2
""",
    "opnsense": """
<
<a
</opnsense>
</a></b>
<rule>
<rule/>
<vlan><tag>99999</tag></vlan>
<![CDATA[
]]>
<!DOCTYPE x [<!ENTITY a "&a;">]>
&lol;
""",
}
_COMMANDS["pfsense"] = _COMMANDS["opnsense"].replace("opnsense", "pfsense")

_LONG = {
    "cisco_ios": ["interface " + "x" * 5_000, "ip route " + "9" * 4_000, "ip access-list extended " + "a " * 2_000],
    "cisco_asa": ["access-list " + "A " * 5_000],
    "aruba_aoscx": ["banner motd " + "!" * 5_000, "vlan " + "1," * 5_000, "interface " + "9/" * 5_000],
    "hp_procurve": ["banner motd " + '"' * 5_001, "vlan " + "1," * 5_000, "interface " + "1-900," * 500 + "1"],
    "fortinet": ["edit " + "x" * 5_000],
    "mikrotik_routeros": ['/ip firewall filter add chain="' + "\\" * 200, "/" + "ip " * 500],
    "ubiquiti_unifi": ['"x": ' + "9" * 5_000 + ","],
}

_BLOCKS = {
    "cisco_ios": ["interface Vlan1", "router bgp 1", "ip access-list extended A", "line vty 0 4"],
    "cisco_nxos": ["interface Vlan1", "router bgp 1", "interface Vlan1\n  hsrp 1"],
    "arista_eos": ["interface Vlan1", "router bgp 1", "management ssh"],
}


def hostile(platform: str) -> list[str]:
    """Lines that no device of a platform writes."""
    return [*_COMMANDS[platform].strip("\n").split("\n"), *_LONG.get(platform, []), *EVERYWHERE]


def blocks(platform: str) -> list[str]:
    """Blocks of a platform in which they are tried."""
    return _BLOCKS.get(platform, [])
