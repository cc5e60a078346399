# 2026-03-02 09:14:55 by RouterOS 7.18.2
# software id = AB12-CD34
#
# model = RB5009UG+S+
# serial number = HEX0ABCDEF1
/interface bridge
add admin-mac=48:A9:8A:00:00:01 auto-mac=no comment="LAN switch" name=bridge \
    priority=0x4000 protocol-mode=rstp vlan-filtering=yes
add name=loopback protocol-mode=none
/interface ethernet
set [ find default-name=ether1 ] comment="Fibre \"Metro\" 500/500" name=\
    ether1-wan
set [ find default-name=ether8 ] disabled=yes
set [ find default-name=sfp-sfpplus1 ] comment="Uplink to core" mtu=9000
/interface wireguard
add listen-port=13231 mtu=1420 name=wg-remote private-key=\
    "REDACTED-key-1a2b3c"
/interface vlan
add interface=bridge name=vlan10-staff vlan-id=10
add interface=bridge name=vlan20-voice vlan-id=20
add interface=bridge name=vlan30-guest vlan-id=30
add comment="Old cameras" disabled=yes interface=bridge name=vlan40-cctv \
    vlan-id=40
/interface list
add name=WAN
add name=LAN
add name=MGMT
/ip ipsec profile
set [ find default=yes ] dh-group=modp2048 enc-algorithm=aes-256
add dh-group=ecp256,modp2048 enc-algorithm=aes-256,aes-128 hash-algorithm=\
    sha256 lifetime=8h name=branch-ike
/ip ipsec peer
add address=198.51.100.20/32 exchange-mode=ike2 local-address=203.0.113.2 \
    name=branch profile=branch-ike
/ip ipsec proposal
add auth-algorithms=sha256 enc-algorithms=aes-256-cbc,aes-256-gcm lifetime=1h \
    name=branch-esp pfs-group=modp2048
/ip pool
add name=pool-staff ranges=10.20.10.50-10.20.10.199,10.20.10.210-10.20.10.2\
    50
add name=pool-voice ranges=10.20.20.50-10.20.20.250
add name=pool-guest ranges=10.20.30.10-10.20.30.250
add name=pool-old ranges=10.99.0.2-10.99.0.9
/ip dhcp-server
add address-pool=pool-staff interface=vlan10-staff lease-time=8h name=\
    dhcp-staff
add address-pool=pool-voice interface=vlan20-voice lease-time=1d name=\
    dhcp-voice
add address-pool=pool-guest interface=vlan30-guest lease-time=30m name=\
    dhcp-guest
/ppp profile
add local-address=10.20.99.1 name=vpn-users remote-address=pool-staff
/routing table
add disabled=no fib name=backup
/snmp community
set [ find default=yes ] addresses=10.20.10.5/32 name=\
    REDACTED-community-77aa10
add addresses=::/0 encryption-protocol=AES name=monitor security=private
/system logging action
set 3 remote=10.20.10.6 remote-port=5514
/interface bridge port
add bridge=bridge comment="Desk 1" frame-types=\
    admit-only-untagged-and-priority-tagged interface=ether2 pvid=10 bpdu-guard=yes edge=yes
add bridge=bridge interface=ether3 pvid=10
add bridge=bridge frame-types=admit-only-vlan-tagged interface=ether4
add bridge=bridge interface=ether5 pvid=20
add bridge=bridge frame-types=admit-only-vlan-tagged interface=sfp-sfpplus1
/ip neighbor discovery-settings
set discover-interface-list=LAN protocol=lldp
/interface bridge vlan
add bridge=bridge comment=Staff tagged=bridge,ether4,sfp-sfpplus1 vlan-ids=10
add bridge=bridge comment=Voice tagged=bridge,ether4,sfp-sfpplus1,ether5 \
    vlan-ids=20,21
add bridge=bridge tagged=bridge,sfp-sfpplus1,ether4 vlan-ids=30
/interface list member
add interface=ether1-wan list=WAN
add interface=vlan10-staff list=LAN
add interface=vlan20-voice list=LAN
add interface=vlan10-staff list=MGMT
/interface wireguard peers
add allowed-address=10.20.99.10/32 comment="Laptop A. Example" interface=\
    wg-remote public-key="c2FtcGxlLXB1YmxpYy1rZXktbm90LXJlYWwtMDAwMDAwMD0="
add allowed-address=10.30.0.0/16,10.31.0.0/16 endpoint-address=\
    vpn.example.net endpoint-port=13231 interface=wg-remote name=dc \
    preshared-key="REDACTED-psk-0c0c0c" public-key=\
    "c2FtcGxlLXB1YmxpYy1rZXktbm90LXJlYWwtMTExMTExMT0="
/ip address
add address=203.0.113.2/29 interface=ether1-wan network=203.0.113.0
add address=10.20.10.1/24 interface=vlan10-staff network=10.20.10.0
add address=10.20.20.1/24 interface=vlan20-voice network=10.20.20.0
add address=10.20.30.1/24 interface=vlan30-guest network=10.20.30.0
add address=10.20.99.1/24 interface=wg-remote network=10.20.99.0
add address=10.255.0.1 interface=loopback network=10.255.0.1
/ip cloud
set ddns-enabled=yes
/ip dhcp-server lease
add address=10.20.10.5 comment="Monitoring server" mac-address=\
    00:11:22:33:44:55 server=dhcp-staff
/ip dhcp-server network
add address=10.20.10.0/24 dns-server=10.20.10.1,1.1.1.1 domain=example.lan \
    gateway=10.20.10.1 ntp-server=10.20.10.1
add address=10.20.20.0/24 dns-server=10.20.20.1 gateway=10.20.20.1
add address=10.20.30.0/24 dns-server=9.9.9.9 gateway=10.20.30.1
/ip dns
set allow-remote-requests=yes servers=1.1.1.1,9.9.9.9
/ip firewall address-list
add address=10.20.10.0/24 comment="Staff" list=inside
add address=10.20.20.0/24 list=inside
add address=192.0.2.10-192.0.2.20 list=vendors
add address=support.example.com list=vendors
/ip firewall filter
add action=accept chain=input comment="established, related" \
    connection-state=established,related,untracked
add action=drop chain=input comment="drop invalid" connection-state=invalid
add action=accept chain=input protocol=icmp
add action=accept chain=input comment="IKE and WireGuard" dst-port=\
    500,4500,13231 in-interface-list=WAN protocol=udp
add action=jump chain=input comment=Services in-interface-list=!WAN \
    jump-target=services
add action=accept chain=input disabled=yes dst-port=8291 in-interface-list=\
    WAN protocol=tcp src-address-list=vendors
add action=drop chain=input comment="drop the rest" in-interface-list=!LAN \
    log=yes log-prefix="in drop"
add action=accept chain=services dst-port=53 protocol=udp
add action=accept chain=services dst-port=22,8291 protocol=tcp \
    src-address-list=inside
add action=fasttrack-connection chain=forward connection-state=\
    established,related hw-offload=yes
add action=accept chain=forward connection-state=established,related
add action=accept chain=forward ipsec-policy=in,ipsec
add action=drop chain=forward connection-nat-state=!dstnat connection-state=\
    new in-interface-list=WAN
add action=reject chain=forward comment="guests stay outside" dst-address=\
    10.0.0.0/8 in-interface=vlan30-guest reject-with=icmp-network-unreachable
add action=add-src-to-address-list address-list=scanners \
    address-list-timeout=1d chain=forward protocol=tcp psd=21,3s,3,1
add action=drop chain=forward src-address-list=scanners
/ip firewall mangle
add action=change-mss chain=forward new-mss=clamp-to-pmtu out-interface-list=\
    WAN protocol=tcp tcp-flags=syn
/ip firewall nat
add action=accept chain=srcnat dst-address=10.40.0.0/16 src-address=\
    10.20.0.0/16
add action=masquerade chain=srcnat out-interface-list=WAN
add action=dst-nat chain=dstnat comment="Web server" dst-port=80,443 \
    in-interface-list=WAN protocol=tcp to-addresses=10.20.10.80
add action=redirect chain=dstnat dst-port=53 in-interface=vlan30-guest \
    protocol=udp to-ports=53
/ip ipsec identity
add peer=branch secret=REDACTED-psk-aabbcc
/ip ipsec policy
add dst-address=10.40.0.0/16 peer=branch proposal=branch-esp src-address=\
    10.20.0.0/16 tunnel=yes
/ip route
add comment="Default" disabled=no distance=1 dst-address=0.0.0.0/0 gateway=\
    203.0.113.1
add blackhole dst-address=10.0.0.0/8
add dst-address=10.50.0.0/16 gateway=wg-remote
add dst-address=0.0.0.0/0 gateway=10.20.10.254 routing-table=backup
/ip service
set telnet disabled=yes
set ftp disabled=yes
set www disabled=yes
set ssh address=10.20.10.0/24 port=2222
set api disabled=yes
set winbox address=10.20.10.0/24,10.20.99.0/24
set api-ssl disabled=yes
/ip ssh
set strong-crypto=yes
/ip upnp
set enabled=yes
/ipv6 firewall filter
add action=accept chain=input protocol=icmpv6
add action=drop chain=input in-interface-list=!LAN
/ppp secret
add name=anna password=REDACTED-password-beef01 profile=vpn-users service=l2tp
/routing ospf instance
add disabled=no name=ospf-main router-id=10.255.0.1
/routing ospf area
add disabled=no instance=ospf-main name=backbone
/routing ospf interface-template
add area=backbone disabled=no interfaces=wg-remote networks=10.20.99.0/24 \
    passive
/snmp
set contact=noc@example.com enabled=yes location="Rack 1, Office"
/system clock
set time-zone-name=Europe/Berlin
/system identity
set name=office-gw
/system logging
add action=remote topics=info
/system ntp client
set enabled=yes
/system ntp client servers
add address=pool.ntp.org
/tool bandwidth-server
set enabled=no
/tool mac-server
set allowed-interface-list=MGMT
/tool mac-server mac-winbox
set allowed-interface-list=MGMT
/tool romon
set enabled=yes
