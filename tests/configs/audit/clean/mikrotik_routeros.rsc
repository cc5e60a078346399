# 2024-05-02 10:00:00 by RouterOS 7.14.2
# software id = ABCD-EFGH
#
# model = RB5009UG+S+
/interface bridge
add name=bridge protocol-mode=rstp
/interface list
add name=WAN
add name=LAN
/ip pool
add name=pool ranges=10.1.0.100-10.1.0.199
/ip dhcp-server
add address-pool=pool interface=bridge name=dhcp
/snmp community
set [ find default=yes ] disabled=yes
/system logging action
add name=server remote=10.1.0.9 target=remote
/interface bridge port
add bridge=bridge interface=ether2
add bridge=bridge interface=ether3
/ip neighbor discovery-settings
set discover-interface-list=LAN
/interface list member
add interface=ether1 list=WAN
add interface=bridge list=LAN
/ip address
add address=203.0.113.2/29 interface=ether1
add address=10.1.0.1/24 interface=bridge
/ip dhcp-server network
add address=10.1.0.0/24 dns-server=10.1.0.1 gateway=10.1.0.1
/ip dns
set allow-remote-requests=yes servers=9.9.9.9
/ip firewall filter
add action=accept chain=input connection-state=established,related
add action=drop chain=input connection-state=invalid
add action=accept chain=input in-interface-list=LAN
add action=drop chain=input
add action=accept chain=forward connection-state=established,related
add action=drop chain=forward connection-state=invalid
add action=accept chain=forward dst-port=80,443 in-interface-list=LAN out-interface-list=WAN protocol=tcp
add action=drop chain=forward
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
/ip route
add dst-address=0.0.0.0/0 gateway=203.0.113.1
/ip service
set telnet disabled=yes
set ftp disabled=yes
set www disabled=yes
set ssh address=10.1.0.0/24
set api disabled=yes
set winbox address=10.1.0.0/24
set api-ssl disabled=yes
/ip ssh
set strong-crypto=yes
/system identity
set name=mt-clean-1
/system logging
add action=server topics=info
/system ntp client
set enabled=yes
/system ntp client servers
add address=10.1.0.11
add address=10.1.0.12
/tool bandwidth-server
set enabled=no
/tool mac-server
set allowed-interface-list=none
/tool mac-server mac-winbox
set allowed-interface-list=LAN
