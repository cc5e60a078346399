firewall {
    all-ping enable
    broadcast-ping disable
    group {
        address-group MAIL {
            address 10.1.40.25
            address 10.1.40.26-10.1.40.28
        }
        network-group PRIVATE {
            description "All private networks"
            network 10.0.0.0/8
            network 192.168.0.0/16
        }
        network-group NEVER_USED {
            network 172.16.0.0/12
        }
        port-group WEB {
            port 80
            port 443
            port 8000-8010
        }
    }
    ipv6-name WANv6_IN {
        default-action drop
        rule 10 {
            action accept
            state {
                established enable
                related enable
            }
        }
    }
    ip-src-route disable
    log-martians enable
    modify BALANCE {
        rule 10 {
            action modify
            modify {
                lb-group G
            }
        }
    }
    name WAN_IN {
        default-action drop
        description "WAN to internal"
        enable-default-log
        rule 10 {
            action accept
            description "Allow established/related"
            log disable
            protocol all
            state {
                established enable
                invalid disable
                new disable
                related enable
            }
        }
        rule 20 {
            action drop
            description "Drop invalid state"
            state {
                invalid enable
            }
        }
        rule 30 {
            action accept
            description "Mail"
            destination {
                group {
                    address-group MAIL
                }
                port smtp,465,587
            }
            protocol tcp
        }
        rule 40 {
            action accept
            destination {
                address 10.1.40.80
                group {
                    port-group WEB
                }
            }
            protocol tcp
            source {
                group {
                    network-group PARTNERS
                }
            }
        }
        rule 50 {
            action accept
            disable
            protocol tcp_udp
            source {
                address !203.0.113.0/24
            }
        }
    }
    name WAN_LOCAL {
        default-action drop
        rule 10 {
            action accept
            state {
                established enable
                related enable
            }
        }
        rule 20 {
            action accept
            icmp {
                type-name echo-request
            }
            protocol icmp
        }
    }
    name UNUSED_SET {
        default-action accept
    }
    receive-redirects disable
    send-redirects enable
    source-validation disable
    syn-cookies enable
}
interfaces {
    bridge br0 {
        address 10.1.90.1/24
    }
    ethernet eth0 {
        address 203.0.113.10/29
        description "Internet"
        duplex auto
        firewall {
            in {
                ipv6-name WANv6_IN
                name WAN_IN
            }
            local {
                name WAN_LOCAL
            }
        }
        speed auto
    }
    ethernet eth1 {
        description "DSL modem"
        duplex auto
        pppoe 0 {
            default-route auto
            firewall {
                in {
                    name WAN_IN
                }
                local {
                    name NO_SUCH_SET
                }
            }
            mtu 1492
            name-server auto
            password REDACTED-password-cc0001
            user-id office@dsl.example
        }
        speed auto
    }
    ethernet eth2 {
        bridge-group {
            bridge br0
        }
        disable
        duplex auto
        speed auto
    }
    ethernet eth3 {
        duplex auto
        poe {
            output 24v
        }
        speed auto
    }
    loopback lo {
    }
    openvpn vtun0 {
        mode server
        remote-host 198.51.100.77
        server {
            subnet 10.8.0.0/24
        }
    }
    switch switch0 {
        address 10.1.10.1/24
        description "Office"
        firewall {
            in {
                modify BALANCE
            }
        }
        switch-port {
            interface eth3 {
                vlan {
                    pvid 10
                    vid 30
                }
            }
            interface eth4 {
                vlan {
                    pvid 10
                }
            }
            vlan-aware enable
        }
        vif 30 {
            address 10.1.30.1/24
            description "Telephones"
        }
    }
    vti vti0 {
        address 10.255.0.1/30
    }
}
load-balance {
    group G {
        interface eth0 {
        }
        interface pppoe0 {
            failover-only
        }
        lb-local enable
    }
}
policy {
    prefix-list OURS {
        rule 10 {
            action permit
            prefix 10.1.0.0/16
        }
    }
    route-map EXPORT {
        rule 10 {
            action permit
            match {
                ip {
                    address {
                        prefix-list OURS
                    }
                }
            }
        }
    }
}
port-forward {
    auto-firewall enable
    hairpin-nat enable
    lan-interface switch0
    rule 1 {
        description "Camera recorder"
        forward-to {
            address 10.1.10.60
            port 8443
        }
        original-port 443
        protocol tcp
    }
    wan-interface eth0
}
protocols {
    bgp 65010 {
        neighbor 10.255.0.2 {
            password REDACTED-password-cc0002
            remote-as 65000
            route-map {
                export EXPORT
            }
        }
        network 10.1.0.0/16 {
        }
    }
    ospf {
        area 0 {
            network 10.1.10.0/24
        }
        parameters {
            router-id 10.1.10.1
        }
        passive-interface switch0
        redistribute {
            connected {
                metric-type 2
            }
        }
    }
    static {
        interface-route 10.9.0.0/16 {
            next-hop-interface vti0 {
                description "Head office"
            }
        }
        route 0.0.0.0/0 {
            next-hop 203.0.113.9 {
                distance 5
            }
        }
        route 192.0.2.0/24 {
            blackhole {
            }
        }
    }
}
service {
    dhcp-server {
        disabled false
        shared-network-name OFFICE {
            authoritative enable
            subnet 10.1.10.0/24 {
                default-router 10.1.10.1
                dns-server 10.1.10.1
                dns-server 9.9.9.9
                domain-name office.example
                lease 86400
                start 10.1.10.100 {
                    stop 10.1.10.199
                }
                static-mapping printer {
                    ip-address 10.1.10.9
                    mac-address 00:11:22:33:44:66
                }
                unifi-controller 10.1.10.5
            }
        }
    }
    dns {
        forwarding {
            cache-size 400
            listen-on switch0
            name-server 9.9.9.9
        }
    }
    gui {
        http-port 80
        https-port 443
        older-ciphers enable
    }
    nat {
        rule 1 {
            description "Web server"
            destination {
                address 203.0.113.11
                port 443
            }
            inbound-interface eth0
            inside-address {
                address 10.1.40.80
                port 443
            }
            protocol tcp
            type destination
        }
        rule 5000 {
            description "No translation through the tunnel"
            destination {
                address 10.9.0.0/16
            }
            exclude
            outbound-interface eth0
            type masquerade
        }
        rule 5010 {
            description "Everything else"
            outbound-interface eth0
            source {
                group {
                    network-group PRIVATE
                }
            }
            type masquerade
        }
    }
    snmp {
        community REDACTED-default-community-cc0003 {
            authorization ro
        }
        contact "noc@example.net"
        location "Office"
    }
    ssh {
        port 2222
        protocol-version v2
    }
    ubnt-discover {
        disable
    }
    unms {
        connection REDACTED-token-cc0004
    }
    upnp2 {
        listen-on switch0
        nat-pmp enable
        wan eth0
    }
}
system {
    analytics-handler {
        send-analytics-report false
    }
    host-name gw-office
    login {
        banner {
            pre-login "No access\nwithout permission"
        }
        user admin {
            authentication {
                encrypted-password REDACTED-hash-cc0005
                plaintext-password ""
                public-keys laptop {
                    key REDACTED-key-cc0006
                    type ssh-rsa
                }
            }
            full-name "The Admin"
            level admin
        }
    }
    name-server 9.9.9.9
    ntp {
        server 0.pool.ntp.example {
        }
        server 1.pool.ntp.example {
            prefer
        }
    }
    offload {
        hwnat enable
    }
    syslog {
        global {
            facility all {
                level notice
            }
        }
        host 10.1.10.7 {
            facility all {
                level err
            }
        }
    }
    time-zone Europe/Vienna
}
vpn {
    ipsec {
        auto-firewall-nat-exclude enable
        esp-group ESP {
            compression disable
            lifetime 3600
            mode tunnel
            pfs dh-group14
            proposal 1 {
                encryption aes256
                hash sha256
            }
        }
        ike-group IKE {
            ikev2-reauth no
            key-exchange ikev2
            lifetime 28800
            proposal 1 {
                dh-group 14
                encryption aes256
                hash sha256
            }
        }
        site-to-site {
            peer 198.51.100.1 {
                authentication {
                    mode pre-shared-secret
                    pre-shared-secret REDACTED-psk-cc0007
                }
                connection-type initiate
                description "Head office"
                ike-group IKE
                local-address 203.0.113.10
                vti {
                    bind vti0
                    esp-group ESP
                }
            }
        }
    }
    l2tp {
        remote-access {
            authentication {
                local-users {
                    username alice {
                        password REDACTED-password-cc0008
                    }
                }
                mode local
            }
            client-ip-pool {
                start 10.1.50.10
                stop 10.1.50.20
            }
            ipsec-settings {
                authentication {
                    mode pre-shared-secret
                    pre-shared-secret REDACTED-psk-cc0009
                }
            }
            outside-address 203.0.113.10
        }
    }
}


/* Warning: Do not remove the following line. */
/* === vyatta-config-version: "config-management@1:conntrack@1:cron@1:dhcp-relay@1:firewall@5:ipsec@5:nat@3:qos@1:quagga@2:system@5:ubnt-unms@2:webgui@1:zone-policy@1" === */
/* Release version: v2.0.9.5371034.210122.1014 */
