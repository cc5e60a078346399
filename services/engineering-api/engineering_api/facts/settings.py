"""Things of a device that are on, off or have a value."""

from typing import Literal

from engineering_api.facts.fact import Fact

#: The same words for every platform; what a device has besides stays a line that is understood.
Name = Literal[
    "aaa",  # logins are authenticated by lists or servers; value: the methods in order
    "accounting",
    "arp-inspection",  # value: VLANs
    "authorization",
    "auto-install",  # BOOTP, zero touch, smart install (vstack), autoinstall
    "banner",  # value: login, motd, exec
    "bpdu-guard",  # for all edge ports
    "cdp",
    "central-nat",  # translation has rules of its own beside the policies
    "certificate",  # value: what it is for
    "config-archive",  # changes are logged or copies are kept
    "dhcp-server",
    "dhcp-snooping",  # value: VLANs
    "domain-lookup",
    "edge-ports",  # portfast by default
    "encrypted-secrets",  # secrets are kept with a master key (AES, type 6)
    "finger",
    "firmware-update",  # automatic; value: when
    "high-availability",  # value: mode or role
    "icmp-redirects",
    "idle-timeout",  # of administrators everywhere; value: seconds
    "inspection",  # value: protocols that a stateful firewall inspects
    "ip-forwarding",
    "ipv6",
    "lldp",
    "log-buffer",  # value: bytes
    "log-level",  # value: the level by the device's word
    "log-timestamps",
    "login-attempts",  # value: how many until a lock-out
    "login-delay",  # value: seconds
    "multicast",
    "packet-filter",  # off where the device routes only and asks none of its rules
    "password-encryption",
    "password-length",  # value: characters at least
    "password-recovery",
    "ping",  # the device answers to it from everywhere
    "port-isolation",
    "proxy-arp",
    "remote-support",  # the vendor may log in, or the device calls home
    "routing",  # between VLANs
    "same-security-traffic",
    "source-routing",
    "spanning-tree-loop-guard",
    "small-servers",  # TCP and UDP small servers, echo, chargen
    "snmp-location",
    "snmp-contact",
    "storm-control",
    "telemetry",
    "time-zone",
    "two-factor",  # of administrators
    "universal-plug-and-play",
    "unreachables",
    "vtp",  # value: mode
    "vlan-1",
    "web-cipher",  # value: strong, or the ciphers and protocols
    "console-password",
    "enable-password",  # value: how it is kept: 0, 7, 5, 8, 9, …
    "management-vrf",
    "mac-server",  # RouterOS's layer-2 logins; value: the interface list
    "neighbour-discovery",  # value: the interface list
    "bandwidth-test-server",
    "dns-for-everybody",  # the device resolves names for whoever asks
    "proxy",  # HTTP or SOCKS
    "pre-login-banner",
]


class Setting(Fact):
    """A single thing of a device. Where the configuration does not say it, there is no fact, whatever the default."""

    name: Name
    is_on: bool = True
    value: str = ""
