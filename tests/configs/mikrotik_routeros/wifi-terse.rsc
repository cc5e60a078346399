# 2026-01-10 18:00:01 by RouterOS 7.16.1
# software id = IJ90-KL12
#
# model = cAPGi-5HaxD2HaxD
# serial number = SAMPLE000002
/interface bridge add name=bridgeLocal vlan-filtering=yes
/interface vlan add interface=bridgeLocal name=mgmt vlan-id=99
/interface list add name=WAN
/interface wifi channel add band=2ghz-ax disabled=no name=ch-2g width=20mhz
/interface wifi datapath add bridge=bridgeLocal client-isolation=yes name=dp-guest vlan-id=30
/interface wifi security add authentication-types=wpa2-psk,wpa3-psk name=sec-staff passphrase=REDACTED-psk-818181
/interface wifi security add authentication-types=owe name=sec-guest
/interface wifi configuration add country=Germany name=cfg-staff security=sec-staff ssid=Staff
/interface wifi configuration add datapath=dp-guest hide-ssid=yes name=cfg-guest security=sec-guest ssid="Guest WiFi"
/interface wifi set [ find default-name=wifi1 ] channel=ch-2g configuration=cfg-staff disabled=no
/interface wifi set [ find default-name=wifi2 ] configuration.mode=ap .ssid=Lobby disabled=no security.authentication-types=wpa2-eap
/interface wifi add configuration=cfg-guest disabled=no master-interface=wifi1 name=wifi1-guest
/ip vrf add interfaces=mgmt name=management
/interface bridge port add bridge=bridgeLocal interface=ether1 frame-types=admit-only-vlan-tagged
/interface bridge port add bridge=bridgeLocal interface=wifi1 pvid=10
/interface bridge port add bridge=bridgeLocal interface=wifi2 pvid=11
/interface bridge vlan add bridge=bridgeLocal tagged=bridgeLocal,ether1 untagged=wifi1 vlan-ids=10
/interface bridge vlan add bridge=bridgeLocal tagged=bridgeLocal,ether1 vlan-ids=99
/ip dhcp-client add interface=mgmt
/ipv6 address add address=2001:db8:99::2 interface=mgmt
/routing bgp template set default as=65020 router-id=10.255.0.9
/routing bgp connection add local.role=ebgp name=core output.filter-chain=core-out .network=ours remote.address=2001:db8:99::1/128 .as=65001 templates=default tcp-md5-key=REDACTED-key-929292
/routing filter rule add chain=core-out rule="if (dst in 10.0.0.0/8) { accept }"
/ip firewall address-list add address=10.0.0.0/8 list=ours
/system identity set name=ap-lobby
/system note set note="Authorised use only" show-at-login=yes
/ip service disable telnet
/user add name=anna group=helpdesk password=REDACTED-password-a1a1a1
/user group add name=helpdesk policy=ssh,read
/ipv6 settings set disable-ipv6=yes
:put "done"
