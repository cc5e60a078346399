"""Which line decides, of configurations of each platform as they are written: what their makers document.

Each case is a packet and what becomes of it. "10.0.1.5 > 10.0.2.9 tcp 443" goes in by the interface after "@", is of an
open connection with "open", and has the ICMP type after "icmp".
"""

import random
from ipaddress import IPv4Address, ip_address, ip_network

from tests.engineering import sample
from tests.packets import acl, device, net, route, rule

from engineering_api.facts.device import Device
from engineering_api.facts.filters import Ends
from engineering_api.packets.deciding import decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import packet
from engineering_api.packets.path import Path, Tracer
from engineering_api.packets.routes import Table
from engineering_api.parsing import parse


def of(text: str, platform: str) -> Device:
    return parse(text.encode(), fingerprint=lambda secret: "0" * 6, platform=platform).device


def sent(tracer: Tracer, case: str) -> Path:
    words = case.split()
    inward = next((word[1:] for word in words if word.startswith("@")), "")
    given = [word for word in words if not word.startswith("@") and word != "open"]
    source, _, destination, protocol, *rest = given
    is_icmp = protocol == "icmp"
    return tracer.trace(
        packet(
            source,
            destination,
            protocol,
            port=int(rest[0]) if rest and not is_icmp else None,
            icmp=rest[0] if rest and is_icmp else "",
            is_established="open" in words,
            inward=inward,
        )
    )


def wrong(text: str, platform: str, cases: str) -> list[str]:
    """The cases whose answer is another than that after "=", with what it was."""
    tracer, told = Tracer(of(text, platform)), []
    for line in filter(None, (one.strip() for one in cases.splitlines())):
        case, _, answer = (part.strip() for part in line.partition("="))
        path = sent(tracer, case)
        if path.answer != answer:
            told.append(f"{case}: {path.answer}, as {path.deciding.why}")
    return told


IOS = """version 15.2
hostname edge
object-group network SERVERS
 host 10.0.10.9
 10.0.11.0 255.255.255.0
object-group service WEB
 tcp eq 443
 tcp range 8000 8010
time-range WORK
 periodic weekdays 8:00 to 17:00
interface GigabitEthernet0/0
 ip address 10.0.20.1 255.255.255.0
 ip access-group USERS in
interface GigabitEthernet0/1
 ip address 10.0.10.1 255.255.255.0
interface GigabitEthernet0/2
 ip address 10.0.30.1 255.255.255.0
 ip access-group 10 in
interface GigabitEthernet0/3
 ip address 203.0.113.2 255.255.255.0
 ip access-group OUTSIDE in
 ip access-group LEAVING out
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended USERS
 10 permit icmp any any echo
 20 permit tcp 10.0.20.0 0.0.0.255 object-group SERVERS eq 22
 30 permit object-group WEB any object-group SERVERS
 40 permit tcp any any established
 50 permit udp host 10.0.20.7 any eq 53 time-range WORK
 60 deny tcp any any fragments
 70 permit tcp 10.0.20.0 0.0.0.254 any eq 25
ip access-list extended LEAVING
 permit ip any any reflect SESSIONS
ip access-list extended OUTSIDE
 evaluate SESSIONS
 permit tcp any host 203.0.113.2 eq 22
access-list 10 permit 10.0.30.0 0.0.0.127
access-list 10 deny any log
"""


def test_ios_tries_lines_in_order_and_cannot_know_times_and_reflected_sessions() -> None:
    assert not wrong(
        IOS,
        "cisco_ios",
        """
        10.0.20.5 > 10.0.10.9 icmp echo = permit
        10.0.20.5 > 10.0.10.9 icmp echo-reply = deny
        10.0.20.5 > 10.0.11.9 tcp 22 = permit
        10.0.20.5 > 10.0.12.9 tcp 22 = deny
        10.0.20.5 > 10.0.10.9 tcp 8010 = permit
        10.0.20.5 > 10.0.10.9 tcp 8011 = deny
        10.0.20.5 > 10.0.10.9 tcp 9000 open = permit
        10.0.20.7 > 10.0.10.9 udp 53 = unknown
        10.0.20.8 > 10.0.10.9 tcp 25 = permit
        10.0.20.9 > 10.0.10.9 tcp 25 = deny
        10.0.30.9 > 10.0.10.9 tcp 70 = permit
        10.0.30.200 > 10.0.10.9 tcp 70 = deny
        198.51.100.4 > 10.0.10.9 tcp 4000 @GigabitEthernet0/3 open = unknown
        198.51.100.4 > 10.0.10.9 tcp 4000 @GigabitEthernet0/3 = deny
        198.51.100.4 > 203.0.113.2 tcp 22 @GigabitEthernet0/3 = permit
        """,
    )


ASA = """ASA Version 9.12(3)
hostname fw
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.0.1.1 255.255.255.0
object network WEB
 host 10.0.1.9
object network MAIL
 host 10.0.1.10
object network MAIL-OUT
 host 203.0.113.10
object service S25
 service tcp source eq 25
object service S2525
 service tcp source eq 2525
access-list IN extended permit tcp any any eq 80
access-list OUT extended permit tcp any object WEB eq 443
access-list OUT extended permit tcp any object MAIL eq 25
access-list EVERYWHERE extended permit udp any any eq 53
nat (inside,outside) source static MAIL MAIL-OUT service S25 S2525
object network WEB
 nat (inside,outside) static 203.0.113.9 service tcp 443 8443
access-group IN in interface inside
access-group OUT in interface outside
access-group EVERYWHERE global
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
"""


def test_asa_translates_ports_first_and_asks_the_list_of_all_interfaces_last() -> None:
    assert not wrong(
        ASA,
        "cisco_asa",
        """
        198.51.100.4 > 203.0.113.9 tcp 8443 @outside = permit
        198.51.100.4 > 203.0.113.9 tcp 443 @outside = deny
        198.51.100.4 > 203.0.113.10 tcp 2525 @outside = permit
        198.51.100.4 > 203.0.113.10 tcp 25 @outside = deny
        10.0.1.5 > 8.8.8.8 tcp 80 = permit
        10.0.1.5 > 8.8.8.8 tcp 443 = deny
        10.0.1.5 > 8.8.8.8 udp 53 = permit
        """,
    )


FORTIGATE = """#config-version=FGT60F-{version}-FW-build1639-240313:opmode=0:vdom=0:user=admin
config system settings
    set central-nat {central}
end
config system interface
    edit "wan1"
        set ip 203.0.113.2 255.255.255.0
        set allowaccess ping
    next
    edit "internal"
        set ip 10.0.1.1 255.255.255.0
        set allowaccess ping https ssh
    next
    edit "dmz"
        set ip 10.0.2.1 255.255.255.0
    next
end
config firewall address
    edit "srv"
        set subnet 10.0.2.9 255.255.255.255
    next
    edit "update"
        set type fqdn
        set fqdn "update.example.com"
    next
end
config firewall vip
    edit "vip-web"
        set extip 203.0.113.9
        set mappedip "10.0.2.9"
        set extintf "wan1"
        set portforward enable
        set extport 8443
        set mappedport 443
    next
    edit "vip-range"
        set extip 203.0.113.20-203.0.113.22
        set mappedip "10.0.2.20-10.0.2.22"
        set extintf "any"
        set src-filter "198.51.100.0/24"
    next
end
config firewall vipgrp
    edit "virtual"
        set interface "wan1"
        set member "vip-web" "vip-range"
    next
end
config firewall policy
    edit 9
        set srcintf "internal"
        set dstintf "dmz"
        set srcaddr "all"
        set dstaddr "srv"
        set schedule "always"
        set service "SSH"
    next
    edit 3
        set srcintf "internal"
        set dstintf "dmz"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "SSH"
    next
    edit 4
        set srcintf "internal"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "update"
        set schedule "always"
        set service "HTTP"
    next
    edit 5
        set srcintf "internal"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "none"
        set service "TELNET"
    next
    edit 6
        set srcintf "dmz"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
        set devices "windows-pc"
        set reputation-minimum 0
    next
    edit 8
        set srcintf "wan1"
        set dstintf "dmz"
        set srcaddr "all"
        set dstaddr "{denied}"
        set schedule "always"
        set service "ALL"
    next
    edit 7
        set srcintf "wan1"
        set dstintf "dmz"
        set action accept
        set srcaddr "all"
        set dstaddr "{virtual}"
        set schedule "always"
        set service "ALL"
    next
end
config router static
    edit 1
        set gateway 203.0.113.1
        set device "wan1"
    next
end
"""


def fortigate(version: str = "7.2.8", central: str = "disable", denied: str = "srv", virtual: str = "virtual") -> str:
    return FORTIGATE.format(version=version, central=central, denied=denied, virtual=virtual)


def test_fortios_tries_policies_as_they_stand_and_cannot_know_names_and_devices() -> None:
    assert not wrong(
        fortigate(version="7.0.3"),
        "fortinet",
        """
        10.0.1.5 > 10.0.2.9 tcp 22 = deny
        10.0.1.5 > 10.0.2.8 tcp 22 = permit
        10.0.1.5 > 10.0.2.8 tcp 23 = deny
        10.0.1.5 > 198.51.100.1 tcp 80 = unknown
        10.0.1.5 > 198.51.100.1 tcp 23 = deny
        10.0.2.5 > 198.51.100.1 tcp 23 = unknown
        198.51.100.4 > 203.0.113.20 tcp 80 @wan1 = permit
        """,
    )


def test_fortios_asks_only_policies_that_name_a_virtual_address_and_those_that_deny() -> None:
    cases = """
        198.51.100.4 > 203.0.113.9 tcp 8443 @wan1 = {0}
        198.51.100.4 > 203.0.113.21 tcp 80 @wan1 = {0}
        192.0.2.4 > 203.0.113.21 tcp 80 @wan1 = deny
        198.51.100.4 > 203.0.113.9 tcp 443 @wan1 = deny
        198.51.100.4 > 203.0.113.9 tcp @wan1 = unknown
        """
    for version, denied, virtual, answer in (
        ("7.4.1", "update", "virtual", "unknown"),
        ("7.4.1", "all", "virtual", "deny"),
        ("7.0.3", "all", "virtual", "unknown"),
        ("7.0.3", "all", "all", "deny"),
    ):
        found = wrong(fortigate(version, denied=denied, virtual=virtual), "fortinet", cases.format(answer))
        assert [one for one in found if "192.0.2.4" not in one and "tcp 443" not in one] == []


MEMBERS = """config system interface
    edit "lan"
        set ip 10.0.1.1 255.255.255.0
    next
    edit "dmz"
        set ip 10.0.2.1 255.255.255.0
    next
end
config firewall address
    edit "all-of-it"
        set subnet 10.0.0.0 255.255.0.0
    next
    edit "some"
        set type iprange
        set start-ip 10.0.1.10
        set end-ip 10.0.1.20
    next
    edit "odd"
        set type wildcard
        set wildcard 10.0.0.7 255.255.0.255
    next
end
config firewall addrgrp
    edit "round"
        set member "round" "all-of-it"
        set exclude enable
        set exclude-member "some"
    next
end
config firewall service custom
    edit "backup"
        set tcp-portrange 8000-8010:1024-65535 9000
        set udp-portrange 53
    next
end
config firewall policy
    edit 1
        set srcintf "lan"
        set dstintf "dmz"
        set action accept
        set srcaddr "{0}"
        set dstaddr "all"
        set schedule "always"
        set service "backup"
    next
end
"""


def test_fortios_leaves_out_of_a_group_what_it_says_and_reads_source_ports_and_wildcards() -> None:
    left = MEMBERS.replace('"round" "all-of-it"', '"all-of-it"').replace("{0}", "round")
    assert not wrong(
        left,
        "fortinet",
        """
        10.0.1.5 > 10.0.2.9 tcp 9000 = permit
        10.0.1.15 > 10.0.2.9 tcp 9000 = deny
        10.0.1.5 > 10.0.2.9 udp 53 = permit
        10.0.1.5 > 10.0.2.9 tcp 8005 = unknown
        """,
    )
    circle = "10.0.1.5 > 10.0.2.9 tcp 9000 = permit\n192.0.2.5 > 10.0.2.9 tcp 9000 @lan = unknown"
    assert not wrong(MEMBERS.replace("{0}", "round"), "fortinet", circle)
    odd = MEMBERS.replace("{0}", "odd")
    assert not wrong(odd, "fortinet", "10.0.1.7 > 10.0.2.9 udp 53 = permit\n10.0.1.8 > 10.0.2.9 udp 53 = deny")


def test_fortios_with_central_translation_asks_for_the_inner_address() -> None:
    text = fortigate(central="enable", denied="update", virtual="srv")
    path = sent(
        Tracer(of(text.replace('"update"', '"nobody"'), "fortinet")), "198.51.100.4 > 203.0.113.9 tcp 8443 @wan1"
    )
    assert path.stages[-1].decision is not None
    assert [one.rule.id for one in path.stages[-1].decision.passed if one.is_perhaps] == ["8"]
    assert path.stages[-1].decision.list_name == "policy"


def test_fortios_lets_ipv6_pass_only_by_policies_that_name_such_addresses() -> None:
    text = fortigate().replace(
        'set dstaddr "all"\n        set schedule',
        'set dstaddr "all"\n        set dstaddr6 "all"\n        set schedule',
        1,
    )
    rules = {one.id: one.family for one in of(text, "fortinet").access_lists[0].rules}
    assert (rules["3"], rules["9"]) == ("", "ipv4")


ROUTEROS = """# 2024-03-01 10:00:00 by RouterOS 7.13.5
/interface bridge
add name=bridge
/interface list
add name=WAN
add name=LAN
/interface list member
add interface=bridge list=LAN
add interface=ether1 list=WAN
/ip address
add address=192.168.88.1/24 interface=bridge
add address=203.0.113.2/24 interface=ether1
/ip route
add dst-address=0.0.0.0/0 gateway=203.0.113.1
/ip firewall address-list
add address=198.51.100.66 list=bad
/ip firewall raw
add action=drop chain=prerouting src-address-list=bad
/ip firewall filter
add action=accept chain=input connection-state=established,related,untracked
add action=drop chain=input connection-state=invalid
add action=accept chain=input protocol=icmp
add action=drop chain=input in-interface-list=!LAN
add action=accept chain=forward ipsec-policy=in,ipsec
add action=fasttrack-connection chain=forward connection-state=established,related hw-offload=yes
add action=accept chain=forward connection-state=established,related,untracked
add action=drop chain=forward connection-state=invalid
add action=jump chain=forward jump-target=svc dst-address=192.168.88.10
add action=drop chain=forward connection-nat-state=!dstnat connection-state=new in-interface-list=WAN
add action=drop chain=forward protocol=tcp dst-port=25
add action=return chain=svc protocol=udp
add action=drop chain=svc dst-port=23 protocol=tcp
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=8443 in-interface-list=WAN protocol=tcp to-addresses=192.168.88.10 to-ports=443
add action=dst-nat chain=dstnat dst-address-type=local dst-port=3389 protocol=tcp to-addresses=192.168.88.11
add action=redirect chain=dstnat dst-port=53 in-interface-list=LAN protocol=udp
"""


def test_routeros_with_its_default_rules_is_sure() -> None:
    cases = """
        198.51.100.4 > 203.0.113.2 icmp echo @ether1 = permit
        198.51.100.4 > 203.0.113.2 tcp 22 @ether1 = deny
        192.168.88.5 > 192.168.88.1 tcp 22 = permit
        192.168.88.5 > 8.8.8.8 tcp 443 = permit
        192.168.88.5 > 8.8.8.8 tcp 25 = deny
        192.168.88.5 > 8.8.8.8 udp 53 = permit
        198.51.100.4 > 192.168.88.7 tcp 443 @ether1 = deny
        198.51.100.4 > 192.168.88.7 tcp 443 @ether1 open = permit
        198.51.100.4 > 203.0.113.2 tcp 8443 @ether1 = permit
        198.51.100.66 > 203.0.113.2 tcp 8443 @ether1 = deny
        198.51.100.4 > 203.0.113.2 tcp 3389 @ether1 = permit
        192.168.88.5 > 192.168.88.10 tcp 23 = deny
        198.51.100.4 > 192.168.88.10 udp 53 @ether1 = deny
        """
    assert not wrong(ROUTEROS, "mikrotik_routeros", cases)
    redirected = sent(Tracer(of(ROUTEROS, "mikrotik_routeros")), "192.168.88.5 > 8.8.8.8 udp 53")
    assert any("192.168.88.1" in one.why for one in redirected.stages if one.what == "translation")


EDGEOS = """firewall {
    group {
        address-group WEB {
            address 192.168.1.10
        }
    }
    name WAN_IN {
        default-action drop
        rule 10 {
            action accept
            state {
                established enable
            }
        }
        rule 30 {
            action accept
            destination {
                group {
                    address-group WEB
                }
                port 443
            }
            protocol tcp
        }
    }
}
interfaces {
    ethernet eth0 {
        address 203.0.113.2/24
        firewall {
            in {
                name WAN_IN
            }
        }
    }
    ethernet eth1 {
        address 192.168.1.1/24
    }
}
service {
    nat {
        rule 1 {
            destination {
                address 203.0.113.2
                port 8443
            }
            inbound-interface eth0
            inside-address {
                address 192.168.1.10
                port 443
            }
            protocol tcp
            type destination
        }
    }
}
"""


def test_edgeos_filters_after_it_has_translated() -> None:
    assert not wrong(
        EDGEOS,
        "ubiquiti_edgeos",
        """
        198.51.100.4 > 203.0.113.2 tcp 8443 @eth0 = permit
        198.51.100.4 > 192.168.1.10 tcp 443 @eth0 = permit
        198.51.100.4 > 192.168.1.11 tcp 443 @eth0 = deny
        198.51.100.4 > 192.168.1.11 tcp 443 @eth0 open = permit
        """,
    )


def test_edgeos_lets_port_forwards_pass_where_its_firewall_is_automatic() -> None:
    forward = """port-forward {
    auto-firewall enable
    rule 1 {
        forward-to {
            address 192.168.1.11
            port 22
        }
        original-port 2222
        protocol tcp
    }
    wan-interface eth0
}
"""
    case = "198.51.100.4 > 203.0.113.2 tcp 2222 @eth0 = "
    assert not wrong(EDGEOS + forward, "ubiquiti_edgeos", case + "permit")
    assert not wrong(EDGEOS + forward.replace("    auto-firewall enable\n", ""), "ubiquiti_edgeos", case + "deny")


def test_unifi_decides_by_the_kind_of_network_where_no_rule_does() -> None:
    site = "\n".join(sample("ubiquiti_unifi", "site.json"))
    assert not wrong(
        site,
        "ubiquiti_unifi",
        """
        198.51.100.4 > 203.0.113.10 tcp 25 @WAN = permit
        198.51.100.4 > 203.0.113.10 tcp 22 @WAN = deny
        198.51.100.4 > 10.10.1.25 tcp 80 @WAN = deny
        10.10.1.5 > 8.8.8.8 tcp 80 = permit
        10.10.1.5 > 10.10.20.5 tcp 80 = permit
        10.10.30.5 > 10.10.1.5 tcp 80 = deny
        10.10.30.5 > 8.8.8.8 tcp 80 = permit
        10.10.1.5 > 10.10.1.1 tcp 22 = unknown
        """,
    )


JUNOS = """set version 20.4R3
set system host-name srx
set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.2/24
set interfaces ge-0/0/0 unit 0 family inet filter input PROTECT
set interfaces ge-0/0/1 unit 0 family inet address 10.0.1.1/24
set interfaces ge-0/0/2 unit 0 family inet address 10.0.2.1/24
set interfaces lo0 unit 0 family inet filter input ENGINE
set routing-options static route 0.0.0.0/0 next-hop 203.0.113.1
set security zones security-zone trust interfaces ge-0/0/1.0 host-inbound-traffic system-services ssh
set security zones security-zone trust interfaces ge-0/0/1.0 host-inbound-traffic system-services https
set security zones security-zone untrust interfaces ge-0/0/0.0
set security zones security-zone dmz interfaces ge-0/0/2.0
set security address-book global address web 10.0.2.9/32
set security policies from-zone trust to-zone untrust policy out match source-address any
set security policies from-zone trust to-zone untrust policy out match destination-address any
set security policies from-zone trust to-zone untrust policy out match application any
set security policies from-zone trust to-zone untrust policy out then permit
set security policies from-zone untrust to-zone dmz policy web match source-address any
set security policies from-zone untrust to-zone dmz policy web match destination-address web
set security policies from-zone untrust to-zone dmz policy web match application junos-https
set security policies from-zone untrust to-zone dmz policy web then permit
set security policies global policy ping match source-address any
set security policies global policy ping match destination-address any
set security policies global policy ping match application junos-ping
set security policies global policy ping then permit
set security nat destination pool p1 address 10.0.2.9/32 port 443
set security nat destination rule-set rs from zone untrust
set security nat destination rule-set rs rule r1 match destination-address 203.0.113.9/32
set security nat destination rule-set rs rule r1 match destination-port 8443
set security nat destination rule-set rs rule r1 then destination-nat pool p1
set firewall family inet filter PROTECT term bad from source-address 198.51.100.66/32
set firewall family inet filter PROTECT term bad then discard
set firewall family inet filter PROTECT term web from destination-address 203.0.113.9/32
set firewall family inet filter PROTECT term web then accept
set firewall family inet filter ENGINE term ssh from protocol tcp
set firewall family inet filter ENGINE term ssh from destination-port ssh
set firewall family inet filter ENGINE term ssh then accept
"""


def test_junos_filters_before_it_translates_and_guards_itself_by_loopback_and_zone() -> None:
    assert not wrong(
        JUNOS,
        "juniper_junos",
        """
        10.0.1.5 > 8.8.8.8 tcp 443 = permit
        10.0.2.5 > 8.8.8.8 tcp 443 = deny
        10.0.2.5 > 8.8.8.8 icmp echo = permit
        198.51.100.4 > 203.0.113.9 tcp 8443 @ge-0/0/0.0 = permit
        198.51.100.66 > 203.0.113.9 tcp 8443 @ge-0/0/0.0 = deny
        198.51.100.66 > 203.0.113.9 tcp 8443 @ge-0/0/0.0 open = deny
        198.51.100.4 > 203.0.113.7 tcp 8443 @ge-0/0/0.0 = deny
        10.0.1.5 > 10.0.1.1 tcp 22 = permit
        10.0.1.5 > 10.0.1.1 tcp 443 = deny
        10.0.2.5 > 10.0.2.1 tcp 22 = deny
        """,
    )


def rules_of_pf(*rules: str, settings: str = "", forwards: str = "") -> str:
    """A pfSense with WAN, LAN and DMZ; a rule is "type interface ends…" in the words of its elements."""
    return f"""<?xml version="1.0"?>
<pfsense>
<version>21.7</version>
<system><hostname>pf</hostname>{settings}<webgui><protocol>https</protocol></webgui></system>
<interfaces>
<wan><enable/><if>igb0</if><ipaddr>203.0.113.2</ipaddr><subnet>24</subnet><gateway>GW</gateway><blockpriv/></wan>
<lan><enable/><if>igb1</if><ipaddr>10.0.1.1</ipaddr><subnet>24</subnet></lan>
<opt1><enable/><if>igb2</if><ipaddr>10.0.2.1</ipaddr><subnet>24</subnet></opt1>
</interfaces>
<gateways><gateway_item><interface>wan</interface><gateway>203.0.113.1</gateway><name>GW</name><defaultgw/>
</gateway_item></gateways>
<aliases><alias><name>web</name><type>host</type><address>10.0.2.9</address></alias>
<alias><name>ports</name><type>port</type><address>80 443 8000:8010</address></alias>
<alias><name>list</name><type>urltable</type><url>https://lists.example.com/bad</url></alias></aliases>
<filter>
{"".join(rules)}
</filter>
<nat>
{forwards}
</nat>
</pfsense>
"""


def pf(kind: str, interface: str, source: str, destination: str, *, port: str = "", more: str = "") -> str:
    ends = [
        "<any/>"
        if one == "any"
        else f"<{'network' if one in ('lan', 'opt1') else 'address'}>{one}</X>".replace(
            "/X", "/network" if one in ("lan", "opt1") else "/address"
        )
        for one in (source, destination)
    ]
    said = f"<protocol>tcp</protocol>{more}" if port else more
    return (
        f"<rule><type>{kind}</type><interface>{interface}</interface><ipprotocol>inet</ipprotocol>{said}\n"
        f"<source>{ends[0]}</source><destination>{ends[1]}"
        f"{f'<port>{port}</port>' if port else ''}</destination></rule>\n"
    )


FLOATING = "<floating>yes</floating><quick>yes</quick><direction>{}</direction>"
FORWARD = (
    "<rule><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><any/></source>"
    "<destination><network>wanip</network><port>{0}</port></destination><target>{1}</target>"
    "<local-port>{2}</local-port><associated-rule-id>{3}</associated-rule-id></rule>\n"
)


def test_pf_asks_its_rules_where_a_packet_comes_in_and_again_where_it_goes_out() -> None:
    let_out = rules_of_pf(
        pf("pass", "wan", "any", "any", more=FLOATING.format("out")),
        pf("block", "lan", "lan", "any", port="25"),
        pf("pass", "lan", "lan", "web", port="ports"),
        pf("block", "lan", "lan", "opt1"),
        pf("pass", "lan", "lan", "any"),
    )
    assert not wrong(
        let_out,
        "pfsense",
        """
        10.0.1.5 > 8.8.8.8 tcp 443 = permit
        10.0.1.5 > 8.8.8.8 tcp 25 = deny
        10.0.2.5 > 8.8.8.8 tcp 443 = deny
        10.0.1.5 > 10.0.2.9 tcp 8005 = permit
        10.0.1.5 > 10.0.2.9 tcp 8011 = deny
        10.0.1.5 > 10.0.2.10 tcp 443 = deny
        203.0.113.9 > 203.0.113.2 tcp 80 @wan = deny
        """,
    )
    for direction in ("out", "any"):
        held = rules_of_pf(
            pf("block", "wan", "any", "10.9.0.0/16", more=FLOATING.format(direction)),
            pf("pass", "lan", "lan", "any"),
        )
        assert not wrong(held, "pfsense", "10.0.1.5 > 10.9.1.1 tcp 443 = deny\n10.0.1.5 > 8.8.8.8 tcp 443 = permit")


def test_pf_without_quick_lets_later_rules_decide_and_what_only_marks_decides_nothing() -> None:
    lasting = "<floating>yes</floating><direction>in</direction>"
    text = rules_of_pf(
        pf("block", "lan,opt1", "any", "any", more=lasting),
        pf("match", "lan", "any", "any", more=FLOATING.format("any")),
        pf("pass", "lan", "any", "(self)", port="53"),
        pf("pass", "lan", "any", "any", more="<disabled/>"),
        pf("reject", "lan", "10.0.1.9", "any", port="22-25"),
        pf("pass", "lan", "any", "any", port="21", more="<sched>work</sched>"),
        pf("pass", "lan", "lan", "any", port="24", more="<gateway>GW</gateway>"),
    )
    assert not wrong(
        text,
        "pfsense",
        """
        10.0.1.5 > 10.0.1.1 tcp 53 = permit
        10.0.1.5 > 10.0.2.1 tcp 53 = permit
        10.0.1.5 > 10.0.2.7 tcp 53 = deny
        10.0.1.9 > 8.8.8.8 tcp 24 = deny
        10.0.1.8 > 8.8.8.8 tcp 24 = permit
        10.0.1.8 > 8.8.8.8 tcp 21 = unknown
        10.0.1.8 > 8.8.8.8 udp 24 = deny
        10.0.2.8 > 8.8.8.8 tcp 24 = deny
        10.0.2.8 > 8.8.8.8 tcp 24 open = permit
        """,
    )


def test_pf_keeps_administrators_in_unless_that_is_switched_off() -> None:
    cases = """
        10.0.1.5 > 10.0.1.1 tcp 443 = {}
        10.0.1.5 > 10.0.1.1 tcp 8080 = deny
        10.0.2.5 > 10.0.2.1 tcp 443 = deny
        """
    assert not wrong(rules_of_pf(), "pfsense", cases.format("permit"))
    off = rules_of_pf().replace("</protocol></webgui>", "</protocol><noantilockout/></webgui>")
    assert not wrong(off, "pfsense", cases.format("deny"))
    routes_only = rules_of_pf(settings="<disablefilter>enabled</disablefilter>")
    assert not wrong(routes_only, "pfsense", "10.0.2.5 > 8.8.8.8 tcp 443 = permit")


def test_pf_redirects_before_its_rules_and_lets_pass_what_the_redirection_says() -> None:
    forwards = "".join(
        FORWARD.format(*one)
        for one in (
            ("8443", "web", "443", "nat_1"),
            ("2222", "10.0.2.10", "22", "pass"),
            ("5000-5010", "web", "6000", "nat_2"),
        )
    )
    text = rules_of_pf(
        pf("pass", "wan", "any", "web", port="443"), pf("pass", "wan", "any", "web", port="6005"), forwards=forwards
    )
    cases = """
        198.51.100.4 > 203.0.113.2 tcp 8443 @wan = permit
        198.51.100.4 > 203.0.113.2 tcp 2222 @wan = permit
        198.51.100.4 > 203.0.113.2 tcp 5005 @wan = permit
        198.51.100.4 > 203.0.113.2 tcp 5006 @wan = deny
        10.0.7.7 > 203.0.113.2 tcp 8443 @wan = deny
        100.64.0.9 > 203.0.113.2 tcp 8443 @wan = permit
        """
    assert not wrong(text, "pfsense", cases)
    listed = text.replace("<filter>\n", "<filter>\n" + pf("block", "wan", "list", "any"))
    assert not wrong(listed, "pfsense", "198.51.100.4 > 203.0.113.2 tcp 8443 @wan = unknown")


SONICWALL = """firmware-version "SonicOS 7.0.1-5080"
firewall-name "fw"
interface X0
    ip-assignment LAN static
        ip 192.168.1.1 netmask 255.255.255.0
        exit
    management https
    exit
interface X1
    ip-assignment WAN static
        ip 203.0.113.2 netmask 255.255.255.0
        gateway 203.0.113.1
        exit
    exit
interface X2
    ip-assignment DMZ static
        ip 10.0.2.1 netmask 255.255.255.0
        exit
    exit
address-object ipv4 web-in host 10.0.2.9 zone DMZ
address-object ipv4 "Web out" host 203.0.113.9 zone WAN
service-object HTTPS8443 TCP 8443 8443
service-object HTTPS443 TCP 443 443
access-rule ipv4 from LAN to WAN action allow
    id 1
    source address any
    destination address any
    service any
    exit
access-rule ipv4 from WAN to DMZ action allow source address any destination address name "Web out" service name HTTPS8443
    id 2
    enable
    exit
access-rule ipv4 from DMZ to WAN action allow
    id 3
    source address host 10.0.2.9
    users included group "Trusted Users"
    exit
nat-policy ipv4 inbound X1 outbound any source any translated-source original destination name "Web out" translated-destination name web-in service name HTTPS8443 translated-service name HTTPS443
    uuid 00000000-0000-0001-0200-000000000000
    name "web"
    priority auto
    exit
nat-policy inbound X0 outbound X1
    id 14
    inbound X0
    outbound X1
    source any
    translated-source name "X1 IP"
    no reflexive
    exit
"""  # noqa: E501 - as the device writes them


def test_sonicwall_knows_zones_by_the_translated_address_and_rules_by_the_outer_one() -> None:
    assert not wrong(
        SONICWALL,
        "sonicwall",
        """
        192.168.1.5 > 8.8.8.8 tcp 443 = permit
        10.0.2.9 > 8.8.8.8 tcp 443 = unknown
        10.0.2.8 > 8.8.8.8 tcp 443 = deny
        10.0.2.5 > 192.168.1.9 tcp 443 = deny
        198.51.100.4 > 203.0.113.9 tcp 8443 @X1 = permit
        198.51.100.4 > 203.0.113.9 tcp 80 @X1 = deny
        192.168.1.5 > 192.168.1.1 tcp 443 = permit
        192.168.1.5 > 192.168.1.1 tcp 22 = deny
        """,
    )
    found = of(SONICWALL, "sonicwall")
    assert not found.unparsed
    assert [(one.kind, one.translated, one.translated_port, one.from_zones) for one in found.translations] == [
        ("destination", "web-in", "HTTPS443", ["X1"]),
        ("source", "X1 IP", "", ["X0"]),
    ]


def test_where_it_cannot_be_known_by_which_filter_a_packet_comes_in_that_is_said() -> None:
    text = IOS.replace("ip route 0.0.0.0 0.0.0.0 203.0.113.1\n", "")
    assert not wrong(text, "cisco_ios", "192.168.77.1 > 10.0.10.9 tcp 443 = unknown")


def test_what_lists_let_pass_is_what_counting_by_addresses_says() -> None:
    chance = random.Random(6)
    for _ in range(60):
        parts: list[tuple[str, Ends]] = []
        for _ in range(chance.randrange(1, 6)):
            base = f"10.0.{chance.randrange(4)}.{chance.randrange(256)}"
            kind = chance.choice(("prefix", "range", "wildcard"))
            if kind == "prefix":
                ends = net(str(ip_network(f"{base}/{chance.randrange(20, 33)}", strict=False)))
            elif kind == "range":
                last = int(ip_address(base)) + chance.randrange(300)
                ends = Ends(ranges=[f"{base}-{ip_address(last)}"])
            else:
                ends = Ends(wildcards=[f"{base} 0.0.{chance.randrange(4)}.{chance.randrange(256)}"])
            parts.append((chance.choice(("permit", "deny")), ends))
        rules = acl(*(rule(line, what, ends) for line, (what, ends) in enumerate(parts, 1)))  # type: ignore[arg-type]
        matcher = Matcher(device())
        for _ in range(20):
            source = f"10.0.{chance.randrange(5)}.{chance.randrange(256)}"
            found = decide(packet(source, "192.0.2.1"), rules, matcher)
            assert (found.answer, found.rule.source.first if found.rule else 0) == counted(parts, source)


def test_the_route_is_the_longest_prefix_that_holds_the_address() -> None:
    chance = random.Random(7)
    prefixes = [
        ip_network(f"10.{chance.randrange(3)}.{chance.randrange(256)}.0/{chance.randrange(8, 25)}", strict=False)
        for _ in range(60)
    ]
    table = Table(device(routes=[route(str(one), interface=f"if{at}") for at, one in enumerate(prefixes)]))
    for _ in range(200):
        address = ip_address(f"10.{chance.randrange(4)}.{chance.randrange(256)}.{chance.randrange(256)}")
        holding = [one for one in prefixes if address in one]
        found = table.lookup(address)
        longest = max((one.prefixlen for one in holding), default=None)
        assert (found.entries[0].prefix.prefixlen if found.entries else None) == longest
        assert not found.entries or address in found.entries[0].prefix


def counted(parts: list[tuple[str, Ends]], source: str) -> tuple[str, int]:
    """The first line that holds an address, by ipaddress and by bits alone."""
    address = IPv4Address(source)
    for line, (what, ends) in enumerate(parts, 1):
        for network in ends.networks:
            if address in ip_network(network):
                return what, line
        for text in ends.ranges:
            first, last = map(IPv4Address, text.split("-"))
            if first <= address <= last:
                return what, line
        for text in ends.wildcards:
            base, free = (int(IPv4Address(one)) for one in text.split())
            if int(address) | free == base | free:
                return what, line
    return "deny", 0
