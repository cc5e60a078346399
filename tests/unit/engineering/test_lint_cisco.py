"""Names that lines of Cisco-like configurations use and define: each name here that begins with NO is defined
nowhere, each that begins with OLD is used nowhere, and no other is a finding."""

import re

import pytest
from tests.engineering import device

from engineering_api.lint.references import undefined, unused

IOS = """\
hostname r1
bfd-template single-hop OLD-bfd
 interval min-tx 50 min-rx 50 multiplier 3
parameter-map type inspect OLD-deep
 audit-trail on
service-template OLD-service
 access-group NO-service-acl
ip inspect name OLD-fw tcp
ip inspect name FW tcp
ip inspect name FW http java-list 97
interface Dot11Radio0
 ssid OFFICE
  authentication open eap eap_methods
aaa authentication login eap_methods local
class-map type control subscriber match-none OLD-nobody
 match activated-service-template NO-activated
class-map match-any OLD-c
 match access-group name NO-class-acl
class-map match-any VOICE
 match dscp ef
policy-map CHILD
 class VOICE
  priority percent 10
policy-map OUT
 class class-default
  shape average 100000
   service-policy CHILD
 class NO-class
  shape average 100000
   service-policy NO-child
policy-map type inspect OLD-inside
 class type inspect NO-inspected
  inspect NO-deep
policy-map type control subscriber PORT
 event session-started match-all
  10 class always do-until-failure
   10 activate service-template DEFAULT_CRITICAL_VOICE_TEMPLATE
template EDGE
 service-policy type control subscriber PORT
 ip access-group NO-template-acl in
interface GigabitEthernet0/0
 ip inspect FW out
 ip inspect NO-fw in
 bfd template NO-bfd
 ip igmp static-group class-map NO-groups
 service-policy output OUT
 source template EDGE
 service instance 1 ethernet
  encapsulation default
  service-policy input NO-instance
crypto ikev2 profile IKE
 match fvrf NO-front
 match fvrf any
router ospf 1
 table-map NO-ospf-table
router eigrp 7
 eigrp stub connected leak-map NO-leak
ip http authentication aaa login-authentication NO-web
ip multicast group-range NO-range
ip msdp peer 192.0.2.1 connect-source Loopback99
ip msdp redistribute list NO-msdp
crypto ikev2 authorization policy FLEX
 pool NO-flex
crypto isakmp profile DIAL
 isakmp authorization list NO-authorization
interface Virtual-Template1
 peer default ip address pool NO-dialin
 ppp authentication chap callin NO-ppp
 ipv6 dhcp server NO-dhcp
webvpn context WEB
 policy group ALL
  svc address-pool "NO-web-pool" netmask 255.255.255.0
  filter tunnel NO-tunnel
interface nve1
 no ip address
 source-interface Loopback98
 host-reachability protocol bgp
 member vni 50901 vrf NO-vni
vlan access-map OLD-vlans 10
 match ip address NO-vlan-acl
 action forward
vlan filter NO-vlans vlan-list 10
monitor session 2 filter ip access-group NO-span
route-map OLD-map permit 10
 match track 83
 continue 30
route-map OLD-map permit 20
 continue 10
"""
NXOS = """\
hostname n1
ip nat pool OLD-pool 192.0.2.1 192.0.2.2 prefix-length 24
vlan access-map OLD-vlans 10
  match ip address NO-vlan-acl
vlan filter NO-vlans vlan-list 10
vrf context A
  ip pim rp-address 192.0.2.1 prefix-list NO-vrf-rp
  address-family ipv4 unicast
    import vrf default map NO-import
class-map type pbr match-any OLD-class
  10 match ip access-group NO-pbr
  match access-group name NO-class
interface Ethernet1/1
  vrf member A
  ip router ospf 2 area 0.0.0.0
  ip router ospf 1 area 0.0.0.0
  ip router eigrp 3
  ip pim neighbor-policy NO-neighbor
  ip pim jp-policy prefix-list NO-join
  ip igmp access-group NO-igmp
  ip igmp static-oif route-map NO-oif
  ip distribute-list eigrp 1 prefix-list NO-eigrp in
router ospf 1
  table-map NO-table
router eigrp 1
  stub leak-map NO-leak
router isis a
  distribute level-1 into level-2 route-map NO-levels
router bgp 65000
  address-family ipv4 unicast
    redistribute isis b
    redistribute ospf 1
  neighbor 192.0.2.0/24 remote-as route-map NO-dynamic
    inherit peer NO-template
ip pim ssm route-map NO-ssm
ip pim register-policy NO-register
ip pim bsr bsr-policy NO-bsr
ip msdp sa-policy 192.0.2.1 NO-sa in
ip domain-name example.net use-vrf NO-dns
monitor session 1
  filter access-group NO-span
"""
EOS = """\
hostname a1
traffic-policies
   traffic-policy OLD-traffic
      match a ipv4
ip security
   ike policy IKE
   profile OLD-profile
      ike-policy NO-ike
aaa group server tacacs+ OLD-group
   server 192.0.2.1 vrf NO-group
class-map type qos match-any OLD-class
   match ip access-group NO-class
interface Ethernet1
   mac access-group NO-mac in
   pim ipv4 neighbor-filter NO-pim
   traffic-policy input NO-traffic
   ip nat destination static 192.0.2.1 access-list NO-nat 192.0.2.2
   multicast ipv4 boundary NO-boundary
   multicast ipv4 boundary 239.0.0.0/8 out
   ip address unnumbered Loopback97
interface Tunnel0
   tunnel source interface Loopback98
   tunnel ipsec profile NO-profile
router bgp 65000
   vrf A
      route-target import evpn route-map NO-targets
vrf instance A
router general
   vrf NO-general
      leak routes source-vrf NO-source subscribe-policy NO-subscribe
router pim sparse-mode
   ipv4
      rp address 192.0.2.1 access-list NO-rp
      ssm range standard
router msdp
   peer 192.0.2.1
      sa-filter in list NO-msdp
      local-interface Loopback99
ip domain lookup vrf NO-lookup source-interface Ethernet1
ntp local-interface vrf NO-ntp Ethernet1
snmp-server vrf NO-snmp local-interface Ethernet1
monitor session 1 ip access-group NO-span
management api http-commands
   vrf A
      ip access-group NO-api
"""
ASA = """\
ASA Version 9.12(4)
hostname fw
interface GigabitEthernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0
aaa-server OLD-radius protocol radius
aaa-server OLD-radius (outside) host 192.0.2.9
aaa-server NO-radius (NO-server) host 192.0.2.10
monitor-interface NO-monitored
ip verify reverse-path interface NO-verified
icmp permit any NO-pinged
ntp server 192.0.2.1 source NO-clock
capture cap access-list NO-capture interface outside
pim rp-address 192.0.2.1 NO-rp
pim accept-register list NO-register
wccp web-cache redirect-list NO-redirect group-list NO-caches
flow-export destination NO-flow 192.0.2.1 2055
sla monitor 5
 type echo protocol ipIcmpEcho 192.0.2.1 interface NO-probed
sla monitor schedule 5 life forever start-time now
track 1 rtr 5 reachability
route outside 0.0.0.0 0.0.0.0 192.0.2.2 1 track 1
router ospf 1
 area 0 filter-list prefix NO-area in
 passive-interface NO-passive
router bgp 1
 address-family ipv4 unicast
  neighbor 192.0.2.3 remote-as 1
  neighbor 192.0.2.3 update-source NO-update
  network 192.0.2.0 route-map NO-network
  aggregate-address 192.0.2.0 255.255.255.0 attribute-map NO-aggregate
"""


@pytest.mark.parametrize(
    ("platform", "text", "besides"),
    [
        ("cisco_ios", IOS, {"Loopback98", "Loopback99", "83", "97", "OLD-map 30"}),
        ("cisco_nxos", NXOS, {"ospf 2", "eigrp 3", "isis b"}),
        ("arista_eos", EOS, {"Loopback97", "Loopback98", "Loopback99"}),
        ("cisco_asa", ASA, set()),
    ],
)
def test_every_use_and_every_definition_of_a_name_is_known(platform: str, text: str, besides: set[str]) -> None:
    read = device(platform, text)
    assert read.unparsed == []
    assert {one.name for one in undefined(read)} == set(re.findall(r"\bNO-[\w-]+", text)) | besides
    assert {one.definition.name for one in unused(read)} == set(re.findall(r"\bOLD-[\w-]+", text))


def test_a_name_that_was_taken_for_a_secret_is_no_finding() -> None:
    assert (
        undefined(device("cisco_asa", "access-group REDACTED-password-3f9a1c in interface REDACTED-word-3f9a1c\n"))
        == []
    )
