# 2026-11-20 09:12:44 by RouterOS 7.15.3
# software id = AB12-CD34
#
# model = RB5009UG+S+
/interface bridge
add name=bridge-lan vlan-filtering=yes
/interface vlan
add interface=bridge-lan name=vlan10-staff vlan-id=10
add interface=bridge-lan name=vlan20-voice vlan-id=20
/interface list
add name=WAN
add name=LAN
/ip ipsec profile
add dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256 name=bath
/ip ipsec peer
add address=198.51.100.2/32 exchange-mode=ike2 name=bath profile=bath
/ip ipsec proposal
add auth-algorithms=sha1 enc-algorithms=aes-128-cbc name=bath pfs-group=modp1024
/ip pool
add name=staff ranges=10.30.10.50-10.30.10.200
/ip dhcp-server
add address-pool=staff interface=vlan10-staff name=staff
/interface bridge port
add bridge=bridge-lan comment=wells-sw interface=ether2
add bridge=bridge-lan interface=ether3 pvid=10
/interface bridge vlan
add bridge=bridge-lan tagged=bridge-lan,ether2 vlan-ids=10
add bridge=bridge-lan tagged=bridge-lan,ether2 vlan-ids=20
/interface list member
add interface=ether1 list=WAN
add interface=bridge-lan list=LAN
/ip address
add address=203.0.113.34/29 comment="Leased line" interface=ether1 network=203.0.113.32
add address=10.30.10.1/24 interface=vlan10-staff network=10.30.10.0
add address=10.30.20.1/24 interface=vlan20-voice network=10.30.20.0
/ip dhcp-server network
add address=10.30.10.0/24 dns-server=10.30.10.1 gateway=10.30.10.1
/ip dns
set allow-remote-requests=yes servers=9.9.9.9
/ip firewall filter
add action=accept chain=input connection-state=established,related
add action=accept chain=input comment="VPN" dst-port=500,4500 in-interface=ether1 protocol=udp
add action=accept chain=input in-interface-list=LAN
add action=accept chain=input comment="Winbox from anywhere" dst-port=8291 protocol=tcp
add action=drop chain=input in-interface-list=WAN
add action=accept chain=forward connection-state=established,related
add action=drop chain=forward connection-state=new in-interface-list=WAN
/ip firewall nat
add action=masquerade chain=srcnat ipsec-policy=out,none out-interface-list=WAN
/ip ipsec identity
add peer=bath secret=Sample-Only-2024
/ip ipsec policy
add dst-address=10.20.0.0/16 peer=bath proposal=bath src-address=10.30.0.0/16 tunnel=yes
/ip route
add dst-address=0.0.0.0/0 gateway=203.0.113.33
/ip service
set telnet disabled=no
set www-ssl disabled=no
/system identity
set name=wells-gw
/system ntp client
set enabled=yes
/system ntp client servers
add address=10.20.10.5
