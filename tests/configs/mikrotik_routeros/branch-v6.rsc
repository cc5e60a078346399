# mar/05/2024 07:00:36 by RouterOS 6.49.10
# software id = EF56-GH78
#
# model = RB3011UiAS
# serial number = SAMPLE000001
/interface bridge
add name=bridge-lan
/interface ethernet
set [ find default-name=ether1 ] comment="\D3\EF\EB\E8\ED\EA" speed=100Mbps
set [ find default-name=ether5 ] poe-out=off
/interface pppoe-client
add add-default-route=yes disabled=no interface=ether1 name=pppoe-out1 \
    password=REDACTED-password-101010 use-peer-dns=yes user=line@example
/interface l2tp-client
add connect-to=vpn.example.org name=l2tp-old password=\
    REDACTED-password-202020 user=branch
/interface gre
add !keepalive local-address=198.51.100.20 name=gre-hq remote-address=\
    203.0.113.2
/interface bonding
add mode=802.3ad name=bond1 slaves=ether3,ether4
/interface wireless security-profiles
set [ find default=yes ] supplicant-identity=MikroTik
add authentication-types=wpa-psk,wpa2-psk eap-methods="" mode=dynamic-keys \
    name=staff supplicant-identity="" wpa2-pre-shared-key=\
    REDACTED-psk-303030
/interface wireless
set [ find default-name=wlan1 ] band=2ghz-b/g/n country=germany disabled=no \
    mode=ap-bridge security-profile=staff ssid="Branch Staff" wps-mode=\
    disabled
add default-forwarding=no disabled=no hide-ssid=yes mac-address=\
    02:00:00:00:00:01 master-interface=wlan1 name=wlan1-guest ssid=BranchGuest \
    vlan-id=30 vlan-mode=use-tag
/ip ipsec peer
add address=203.0.113.2/32 auth-method=pre-shared-key dh-group=modp1024 \
    enc-algorithm=3des exchange-mode=aggressive hash-algorithm=md5 secret=\
    REDACTED-psk-404040
/ip ipsec proposal
set [ find default=yes ] auth-algorithms=md5 enc-algorithms=3des pfs-group=\
    none
/ip pool
add name=dhcp ranges=192.168.88.10-192.168.88.254
/ip dhcp-server
add address-pool=dhcp disabled=no interface=bridge-lan name=defconf
/routing bgp instance
set default as=65010 router-id=10.255.0.2
/snmp community
set [ find default=yes ] addresses=0.0.0.0/0 name=\
    REDACTED-default-community-9c9c9c write-access=yes
/user group
add name=helpdesk policy="ssh,read,winbox,!local,!telnet"
/interface bridge port
add bridge=bridge-lan interface=ether2
add bridge=bridge-lan interface=bond1
add bridge=bridge-lan interface=wlan1
add bridge=bridge-lan interface=*9
/interface l2tp-server server
set authentication=mschap2 enabled=yes ipsec-secret=REDACTED-psk-505050 \
    use-ipsec=yes
/interface pptp-server server
set enabled=yes
/interface sstp-server server
set default-profile=missing-profile
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge-lan network=\
    192.168.88.0
add address=172.16.0.2/30 interface=gre-hq network=172.16.0.0
/ip dhcp-client
add interface=ether5
/ip dhcp-server network
add address=192.168.88.0/24 comment=defconf gateway=192.168.88.1 netmask=24
/ip dns
set allow-remote-requests=yes
/ip firewall filter
add action=accept chain=input dst-port=1701,500,4500 protocol=udp
add action=drop chain=input in-interface=pppoe-out1 src-address-list=blocked
add action=log chain=forward log-prefix=all
/ip firewall nat
add action=masquerade chain=srcnat out-interface=pppoe-out1
add action=dst-nat chain=dstnat dst-port=3389 in-interface=pppoe-out1 \
    protocol=tcp to-addresses=192.168.88.20 to-ports=3389
/ip firewall service-port
set sip disabled=yes
/ip ipsec policy
add dst-address=10.20.0.0/16 sa-dst-address=203.0.113.2 sa-src-address=\
    198.51.100.20 src-address=192.168.88.0/24 tunnel=yes
/ip proxy
set enabled=yes port=3128
/ip route
add distance=1 gateway=pppoe-out1
add distance=1 dst-address=10.20.0.0/16 gateway=172.16.0.1,gre-hq
/ip service
set www port=8080
set www-ssl certificate=web
/routing bgp network
add network=192.168.88.0/24 synchronize=no
/routing bgp peer
add in-filter=hq-in name=hq remote-address=172.16.0.1 remote-as=65001 \
    tcp-md5-key=REDACTED-key-606060 ttl=default
/routing filter
add action=accept chain=hq-in prefix=10.0.0.0/8 prefix-length=8-24
add action=discard chain=hq-in
/snmp
set enabled=yes trap-target=10.20.10.5 trap-version=2
/system clock
set time-zone-name=Europe/Berlin
/system identity
set name="branch 1"
/system ntp client
set enabled=yes primary-ntp=192.0.2.123 secondary-ntp=0.0.0.0
/system scheduler
add interval=1d name=backup on-event="/system backup save name=daily\r\
    \n:log info \"saved \$[/system identity get name]\"" policy=\
    read,write,policy start-time=03:00:00
/tool flux-capacitor
set enabled=yes
/user aaa
set use-radius=yes
/radius
add address=192.168.88.5 secret=REDACTED-key-707070 service=login,wireless
