"""Lines of an interface that are understood and say nothing that is kept. Platforms include them after all others."""

from engineering_api.dialects.cisco.state import At
from engineering_api.facts.ports import Interface
from engineering_api.reading.grammar import Place

_OF_IP = """
accounting address address-negotiate admission arp attached-host audit authentication bandwidth-percent bgp cef
ddns destination-guard device dhcp directed-broadcast eigrp enable flow forward gratuitous-arp gratuitous-arps
hello-interval hold-time icmp igmp information-reply inspect ips isis link-local load-sharing local
local-proxy-arp mask-reply mfib mld mobile mroute-cache mtu multicast nat nbar nd neighbor next-hop
next-hop-self nhrp ospf pim policy port-unreachable probe redirects rip route-cache router rsvp sap security
snooping source source-guard split-horizon sticky-arp summary-address tcp telnet tftp traffic traffic-export
unreachables urlfilter verify virtual-reassembly virtual-router wccp
"""
_WORDS = """
access-session alarm antenna appletalk arp async atm authentication auto autostate backup bandwidth beacon bfd
bgp bridge bridge-domain bridge-group broadcast-key buffer-boost bundle bundle-enable cable cablelength carrier
carrier-delay cbr cdp cellular channel channel-protocol chap class clns clock comment compress control-flow
counter counters crc crypto cts custom-queue-list dampening dcbx default delay dialer dialer-group dot1x dsl
dual-active duplex dynamic encapsulation encryption endpoint-tracker energywise error-correction ethernet exec
fair-queue fec fex flow flowcontrol forward-error-correction frame-relay framing glbp gre group-range guest-mode
host-reachability hardware history hold-queue hold-time hsrp hw-module ignore ignore-dcd import invert ip6 ipx
isdn isis keepalive l2protocol l2protocol-tunnel l2transport lacp lan lapb linecode link lldp load-balance
load-interval load-share logging loopback mab mac mac-address macro macsec management map-group
max-reserved-bandwidth mdix media-type medium member mka mls modem monitor mop mpls multilink multilink-group
mvr mvrp negotiate negotiation network-qos nhrp nmsp no ntp oam-pvc optical ospf ospfv3 packet pagp
payload-encapsulation peer peer-default phy physical-layer plim policing port port-channel port-name power ppp
pppoe pppoe-client priority-flow-control priority-group priority-queue profile protocol ptp pulse pulse-time pvc
qos queue-limit queueing random-detect rate-limit rcv-queue rmon routing rts scheduler script serial service
service-insertion service-module sflow shape sip snmp snmp-server source speed squelch srr-queue ssid standby
station-role storm tag tcam telemetry timeout traffic-engine traffic-policy traffic-shape transceiver transport
trunk trust tunnel tx-queue tx-ring-limit ubr ucse udld unidirectional vbr-nrt vdsl vlan-id vlan-range voice
vpls vrrp vtp wavelength world-mode wrr-queue x25 xconnect zone-member
"""

REST: Place[At[Interface]] = Place("rest of an interface")
REST.knows_words(_WORDS)
REST.knows_words(_OF_IP, after="[no] (ip|ipv6)")
REST.knows("exit", "end", "quit")
