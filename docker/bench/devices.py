"""Configurations of any size: a firewall with its policies, and a switch with its ports, as devices of their kind save
them.
"""

from collections.abc import Iterator

_HEAD = """#config-version=FGT60F-7.4.4-FW-build2662-240514:opmode=0:vdom=0:user=admin
config system global
    set hostname "{name}"
    set timezone "Europe/London"
end
config system interface
    edit "wan1"
        set vdom "root"
        set ip 203.0.113.2 255.255.255.248
        set allowaccess ping
        set role wan
    next
    edit "internal"
        set vdom "root"
        set ip 10.0.0.1 255.255.255.0
        set allowaccess ping https ssh
        set role lan
    next
end"""
#: Lines of a group of an address, a service and a policy.
_FIREWALL_GROUP = 18
_PORT_LINES = 7


def firewall(lines: int, name: str = "bench-fw") -> str:
    """A FortiGate of at least so many lines: addresses, services, and a policy for each pair of them."""
    count = max(1, -(-lines // _FIREWALL_GROUP))
    parts = [_HEAD.format(name=name)]
    parts.append(_table("firewall address", (_address(number) for number in range(count))))
    parts.append(_table("firewall service custom", (_service(number) for number in range(count))))
    parts.append(_table("firewall policy", (_policy(number) for number in range(count))))
    parts.append(
        'config router static\n    edit 1\n        set gateway 203.0.113.1\n        set device "wan1"\n    next\nend'
    )
    return "\n".join(parts) + "\n"


def switch(lines: int, name: str = "bench-sw", *, vlan: int = 10) -> str:
    """A Cisco switch of at least so many lines, whose ports are in a VLAN."""
    count = max(1, -(-lines // _PORT_LINES))
    parts = [
        f"version 17.9\nhostname {name}\n!\nvlan 10\n name Staff\n!\nvlan 20\n name Voice\n!\nvlan 30\n name Guests\n!"
    ]
    parts += [_port(number, vlan) for number in range(count)]
    parts.append("ntp server 10.0.0.5\nlogging host 10.0.0.6\nend")
    return "\n".join(parts) + "\n"


def _table(name: str, entries: Iterator[str]) -> str:
    return "\n".join((f"config {name}", *entries, "end"))


def _address(number: int) -> str:
    return (
        f'    edit "net-{number}"\n        set subnet 10.{number // 250 + 1}.{number % 250}.0 255.255.255.0\n    next'
    )


def _service(number: int) -> str:
    return f'    edit "app-{number}"\n        set tcp-portrange {10_000 + number}\n    next'


def _policy(number: int) -> str:
    return (
        f'    edit {number + 1}\n        set name "rule {number + 1}"\n        set srcintf "internal"\n'
        f'        set dstintf "wan1"\n        set action accept\n        set srcaddr "net-{number}"\n'
        f'        set dstaddr "net-{number // 2}"\n        set schedule "always"\n        set service "app-{number}"\n'
        "        set logtraffic all\n        set nat enable\n    next"
    )


def _port(number: int, vlan: int) -> str:
    unit, port = divmod(number, 48)
    return (
        f"interface GigabitEthernet{unit + 1}/0/{port + 1}\n description Desk {number}\n switchport mode access\n"
        f" switchport access vlan {vlan}\n switchport voice vlan 20\n spanning-tree portfast\n!"
    )
