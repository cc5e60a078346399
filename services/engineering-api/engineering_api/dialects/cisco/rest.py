"""Lines of the outermost level that are understood and say nothing that is kept. Platforms include them last."""

import re

from engineering_api.dialects.cisco.state import Reading
from engineering_api.reading.grammar import Found, Place

REST: Place[Reading] = Place("rest")

_WORDS = """
access-expression access-session aggregate-address alarm alias app-hosting appnav-controller-group arp
async-bootp authentication auto auto-ip-ring autonomic-networking avb bba-group bfd bfd-template boot
boot-end-marker boot-start-marker bridge bridge-domain buffers bulkstat cable call call-home card cef cfs
chat-script class clns cns configuration controller cpu cts cwan cwmp dampening default define
destination-profile device device-sensor device-tracking diagnostic dial-peer dialer dialer-list dot11 dot1x
dspfarm dual-active eee enable end endpoint-tracker energywise environment ephone ephone-dn ephone-template epm
errdisable ethernet event exception exit fabric facility-alarm fhrp file fips flow flow-sampler flowcontrol
frame-relay gatekeeper gateway global-address-family gnmi-yang guestshell hardware help hw-module identity
instance iox ipc ipx isdn issu jumboframe kerberos kron l2protocol l2tp l2tp-class l2vpn lacp lane license
licensing link load-interval location mab mac mac-address-table macro macsec maximum mdns-sd memory memory-size
menu mgcp mka mls mmi modem module monitor mpls mtu multilink mvr mvrp name nat64 network network-clock
network-clock-participate network-clock-select network-policy nhrp nmsp nsf oer onep openflow parameter-map
parser partition passive-interface performance platform pnp policy port-channel port-security power ppp
processes profile prompt protocol pseudowire-class ptp qos quality-of-service queue-monitor queueing
radius-proxy redundancy reload remark rep resource resume rmon rsvp sampler sccp sccp-server scheduler scripting
sdm sdwan security service-chain service-insertion service-list service-routing session set shell shell-trigger
shutdown sip-ua site-id software spd srr-queue sslproxy stack-mac stack-power stackwise-virtual stcapp
storm-control subscribe subscriber switch sysmgr system table-map tag-switching telemetry telephony-service
terminal tftp-server topology transceiver tunnel udld udp upgrade usb utd virtual-profile vlan-group vmps voice
voice-card voice-port vpdn vpdn-group vstack warm-reboot wireless wism wlan wlccp wsma x25 xconnect xdr
"""
_OF_IP = """
accounting accounting-list accounting-threshold address-pool admission alias arp as-path audit auth-proxy
bgp-community bootp cache cef classless community ddns default-gateway default-network destination-guard device
dhcp dhcp-client dhcp-relay dhcp-server dlep domain-list dvmrp explicit-path extcommunity-list finger flow
flow-aggregation flow-cache flow-capture flow-export flow-top-talkers forward-protocol ftp gdp general-prefix
gratuitous-arp gratuitous-arps hardware hop-limit icmp identd igmp inspect ips irdp kerberos load-sharing local
mld mobile mroute mroute-cache mtu multicast multicast-routing multipath name-server nat nbar nd neighbor nhrp
options ospf pim policy-list port-map radius radius-proxy rcmd reflexive-list rip router routing rsvp sap sctp
sdr security sla snooping source source-guard source-track spd subnet-zero tacacs tcp telnet tftp traffic-export
trigger-authentication udp unicast-routing unreachables urlfilter verify virtual-reassembly vrf wccp
"""

REST.knows_words(_WORDS, after="[no]")
REST.knows_words(_OF_IP, after="[no] (ip|ipv6)")
REST.knows(
    "crypto csr-params NAME",
    "vlan group NAME vlan-list LIST...",
    "aaa (intercept|server radius policy-device)",
    "no (ip|ipv6) (route|access-list|prefix-list) WORDS...",
    "no (interface|vlan|router|crypto|username|banner|line|route-map|track|vrf) [WORDS...]",
    "show (run|running-config|startup-config|configuration) [WORDS...]",
    "terminal (length|width) NUMBER",
    "Building configuration...",
    "Current configuration [:] [WORDS...]",
    "Using NUMBER out of NUMBER2 bytes [WORDS...]",
    "Load for REST...",
    "Time source REST...",
    "Last configuration change REST...",
    "NVRAM config last REST...",
    "write [memory]",
    "copy running-config startup-config",
    "configure (terminal|replace) [REST...]",
)


@REST.line("PROMPT [(show|sh|sdwan)] (run|running|running-config|start|startup-config) [WORDS...]")
def _prompt(_reading: Reading, found: Found) -> None:
    """What a terminal's log has of the command that printed the configuration."""
    if not re.search(r"^[^\s#>]+[#>]", found.node.text):
        raise ValueError(found.node.text)
