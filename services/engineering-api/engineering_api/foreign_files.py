"""Signs of what is no switch, router or firewall of a vendor, and is sent as one: files of hosts, programs, logs.

Detection weighs them as rivals too, so that a web server's braces are not read as Junos. The signs are what the manuals
of these programs show and the platforms here do not have.
"""

from engineering_api.platforms.platform import Sign, sign

#: By the words for them in "It looks like …".
SYSTEMS: dict[str, tuple[Sign, ...]] = {
    "OpenWrt": (
        sign(
            0.9,
            r"^config (?:interface|zone|rule|forwarding|redirect|wifi-device|wifi-iface|dnsmasq|dhcp|switch"
            r"|switch_vlan|device|system|timeserver|dropbear|defaults|globals|host|route|include|uhttpd|led"
            r"|ipset)(?: '[\w@-]+')?$",
        ),
        sign(0.7, r"^\t(?:option|list) [\w-]+ '?"),
        sign(0.9, r"^[\w-]+\.(?:@\w+\[\d+\]|\w+)(?:\.\w+)?='?\S"),
    ),
    "Ubiquiti airOS": (
        sign(
            0.9,
            r"^(?:aaa|wireless|netconf|bridge|users|sshd|httpd|snmp|radio|dhcpc|resolv|system|pwdog|ntpclient"
            r"|iptables|vlan|route|tshaper|syslog)\.(?:\d+\.)?[\w.]+=\S*$",
        ),
    ),
    "the network interfaces of Linux (Debian, Cumulus)": (
        sign(0.9, r"^(?:auto|allow-hotplug) \S+$"),
        sign(0.9, r"^iface \S+ (?:inet6? )?(?:static|dhcp|loopback|manual|auto|vlan-|address)?"),
        sign(
            0.7,
            r"^\s+(?:bridge-(?:ports|vids|vlan-aware|pvid|access)|bond-(?:slaves|mode)|vlan-raw-device"
            r"|dns-nameservers|clag-id|post-up|pre-up|netmask \d|gateway \d|mstpctl-)\b",
        ),
        sign(0.8, r"^(?:nv set |net add )"),
    ),
    "YAML": (
        sign(0.6, r"""^\s*(?:- )?[\w./-]+:(?: [\w"'\[{./&*|>-].*)?$"""),
        sign(0.3, r"""^\s*- [\w"'{].*$"""),
        sign(0.8, r"""^(?:---$|apiVersion: |kind: |network:$|version: ['"]?\d)"""),
    ),
    "a packet filter of Linux or BSD": (
        sign(
            0.95,
            r"^(?:-A \S+ -|:[A-Z]+ (?:ACCEPT|DROP|-) \[|\*(?:filter|nat|mangle|raw)$|COMMIT$|table (?:inet|ip|ip6"
            r"|bridge|arp) \S+ \{)",
        ),
        sign(
            0.7,
            r"^\s*(?:type filter hook|type nat hook|ct state |iifname |oifname |ip saddr |ip daddr |tcp dport "
            r"|udp dport )",
        ),
        sign(0.8, r"^(?:pass|block) (?:in|out|drop|return|quick|log|all)\b"),
        sign(
            0.8,
            r"^(?:(?:iptables|ip6tables|nft|ufw|firewall-cmd) (?:-|add |allow |deny |default )"
            r"|ip (?:-[46] )?(?:addr|link|route|rule) (?:add|del|replace|set) |ifconfig \w+ )",
        ),
    ),
    "the configuration of nginx, HAProxy, Apache or BIND": (
        sign(
            0.9,
            r"^\s*(?:proxy_pass|server_name|listen \S+;?|location .*\{|upstream \S+ \{|ssl_certificate|root /"
            r"|access_log|error_log|worker_processes|include \S+;|fastcgi_pass|add_header|proxy_set_header"
            r"|try_files|return \d{3}|index index|keepalive_timeout|sendfile|default_type)\b",
        ),
        sign(0.8, r"^(?:http|events|server|stream) \{"),
        sign(0.9, r"^(?:frontend|backend|listen|defaults|global)(?: \S+)?$"),
        sign(
            0.8,
            r"^\s+(?:bind \S+:\d+|mode (?:http|tcp)$|balance |option (?:httplog|tcplog|dontlognull)"
            r"|timeout (?:connect|client|server)|server \S+ \S+:\d+)",
        ),
        sign(0.9, r"^\s*<(?:VirtualHost|Directory|Location|IfModule|Proxy)\b"),
        sign(
            0.9,
            r'^\s*(?:zone "\S+" (?:IN )?\{|options \{|acl "?\S+"? \{|type (?:master|slave|forward|hint|primary);'
            r'|file "\S+";|allow-(?:query|transfer|recursion|update) \{|recursion (?:yes|no);|forwarders \{'
            r'|listen-on(?:-v6)? (?:port \d+ )?\{|dnssec-validation|key "\S+" \{|algorithm hmac)',
        ),
    ),
    "the configuration of a DHCP server (ISC)": (
        sign(
            0.95,
            r"^\s*(?:subnet \S+ netmask \S+ \{|option (?:routers|domain-name-servers|domain-name|subnet-mask"
            r"|broadcast-address) .*;|default-lease-time \d+;|max-lease-time \d+;|hardware ethernet \S+;"
            r"|fixed-address \S+;|range \S+ \S+;|host \S+ \{|authoritative;|ddns-update-style)",
        ),
    ),
    "the configuration of strongSwan, OpenVPN or WireGuard": (
        sign(
            0.9,
            r"^\s*(?:conn \S+$|left(?:subnet|id|auth|cert)?=|right(?:subnet|id|auth)?=|keyexchange=|ike=\S|esp=\S"
            r"|connections \{|local_addrs ?=|remote_addrs ?=|esp_proposals|proposals ?= ?\S|local_ts|remote_ts"
            r"|secrets \{|children \{)",
        ),
        sign(0.9, r"^\[(?:Interface|Peer)\]$"),
        sign(0.9, r"^(?:PrivateKey|PublicKey|AllowedIPs|Endpoint|PersistentKeepalive|ListenPort|PresharedKey) ?="),
        sign(
            0.9,
            r"^(?:client|dev tun\d?|dev tap\d?|proto (?:udp|tcp)\S*|remote \S+ \d+|resolv-retry infinite|nobind"
            r"|persist-(?:key|tun)|remote-cert-tls|tls-auth|cipher AES|verb \d|<(?:ca|cert|key|tls-auth"
            r"|tls-crypt)>)$",
        ),
    ),
    "a file in INI form": (
        sign(
            0.9,
            r"^\[(?:Unit|Service|Install|Match|Network|Socket|Timer|NetDev|Address|Route|DHCP|connection|ipv4|ipv6"
            r"|Link)\]$",
        ),
        sign(0.5, r"^[A-Za-z][\w.-]* ?= ?\S"),
    ),
    "the settings of an SSH server": (
        sign(
            0.9,
            r"^#?(?:PermitRootLogin|PasswordAuthentication|PubkeyAuthentication|ListenAddress|AllowUsers|UsePAM"
            r"|Subsystem|X11Forwarding|AuthorizedKeysFile|HostKey|Ciphers|MACs|KexAlgorithms)\b",
        ),
    ),
    "the source of a program": (
        sign(
            0.9,
            r"^(?:#include|#!/|import [\w{*.]|from \S+ import |package \w+;?$|use strict|using \w|def \w+\("
            r"|class \w+[(:{ ]|func \w|function \w+|public |private |const \w+ ?=|let \w+ ?=|var \w+"
            r'|module\.exports|export (?:default|const)|resource "|variable "|provider "|terraform \{|#define '
            r"|namespace |struct |typedef |@\w+)",
        ),
        sign(
            0.7,
            r"^\s*(?:return\b|if ?\(|if .*:$|for ?\(|for \w+ in |while ?\(|else\b|elif |print\(|self\.|try:|except"
            r"|raise |\} ?else ?\{|break;|continue;|int |char |void |bool |case |switch ?\(|echo |local \w+=|fi$"
            r"|done$|then$)",
        ),
        sign(0.6, r"^\s*(?:[\w.]+(?:\(.*\))|[\w.\[\]]+ ?[+:-]?= ?.*);\s*(?://.*)?$"),
    ),
    "a log": (
        sign(
            0.95,
            r"^(?:<\d{1,3}>)?(?:\d+ )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)",
        ),
        sign(0.9, r"^(?:date=\d{4}-\d\d-\d\d time=|\S*%[A-Z][A-Z0-9_]*-\d-[A-Z0-9_]+:|\d\d:\d\d:\d\d [\w,]+ )"),
    ),
    "JSON of a cloud or of Meraki": (
        sign(
            0.95,
            r'"(?:azurerm_|aws_|google_|Microsoft\.|AWSTemplateFormatVersion|apiVersion|securityRules'
            r"|SecurityGroups|IpPermissions)",
        ),
        sign(0.9, r'"(?:applianceIp|productTypes|networkId|meraki\w*|destCidr|syslogEnabled)" ?:'),
    ),
    "Sophos, WatchGuard or Stormshield": (
        sign(
            0.95,
            r"^\s*<(?:Configuration APIVersion|FirewallRule|policy-list|abs-policy-list|for-version|IPHost|NATRule)\b",
        ),
    ),
    "MikroTik SwOS": (sign(0.95, r"^\{?(?:link\.b|sys\.b|vlan\.b|fwd\.b):"),),
}
