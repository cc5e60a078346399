"""TP-Link switches with JetStream software (`show running-config`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_interface, ip_network

from engineering_api.dialects.cisco.words import numbers, unquoted
from engineering_api.facts.device import Device
from engineering_api.facts.ports import Address, Interface, Vlan
from engineering_api.facts.routing import Route
from engineering_api.facts.services import Management, Server, SnmpAccess, User
from engineering_api.platforms.platform import In, Platform, sign
from engineering_api.reading import indented
from engineering_api.reading.grammar import Found, Place
from engineering_api.reading.tree import Node

_TOP: Place[Device] = Place("jetstream")
_VLAN: Place[Vlan] = Place("vlan")
_PORT: Place["_InPort"] = Place("interface")
_WAYS = {
    "ip http server": "http", "ip http secure-server": "https", "ip ssh server": "ssh", "telnet enable": "telnet",
    "telnet disable": "telnet",
}  # fmt: skip


@dataclass(slots=True)
class _InPort(In[Interface]):
    """A port that is being read: tagged VLANs are said one line after the other, and what it is follows from all."""

    tagged: set[int] = field(default_factory=set)


@_TOP.line("MODEL")
def _model(device: Device, found: Found) -> None:
    if not found["MODEL"].startswith("!"):
        raise ValueError("no model")
    device.identity.say(found.line, model=found["MODEL"].removeprefix("!"))


@_TOP.line("hostname NAME...")
def _hostname(device: Device, found: Found) -> None:
    device.identity.say(found.line, hostname=unquoted(found["NAME"]))


@_TOP.opens(_VLAN, "vlan NUMBERS")
def _vlan(device: Device, found: Found) -> Vlan:
    made = [Vlan(source=found.span, id=number) for number in numbers(found["NUMBERS"])]
    for vlan in made:
        device.define("vlan", str(vlan.id), found.span, is_used=True)
    device.vlans += made
    return made[-1]


@_VLAN.line("name NAME...")
def _vlan_name(vlan: Vlan, found: Found) -> None:
    vlan.say(found.line, name=unquoted(found["NAME"]))


@_TOP.opens(_PORT, "interface KIND:(gigabitEthernet|ten-gigabitEthernet|vlan|port-channel) NUMBER")
def _interface(device: Device, found: Found) -> _InPort:
    kind, number = found["KIND"], found["NUMBER"]
    made = Interface(source=found.span, name=f"{kind} {number}", kind="physical")
    if kind == "vlan":
        made.say(found.line, kind="vlan", vlan=int(number))
    elif kind == "port-channel":
        made.kind = "aggregate"
    device.interfaces.append(made)
    device.define("interface", made.name, found.span, is_used=True)
    return _InPort(device, made)


@_PORT.line("description TEXT...")
def _description(port: _InPort, found: Found) -> None:
    port.fact.say(found.line, description=unquoted(found["TEXT"]))


@_PORT.line("shutdown")
def _shutdown(port: _InPort, found: Found) -> None:
    port.fact.say(found.line, is_enabled=False)


@_PORT.line("switchport general allowed vlan NUMBERS tagged")
def _tagged(port: _InPort, found: Found) -> None:
    port.tagged.update(numbers(found["NUMBERS"]))
    port.fact.say(found.line, mode="trunk", trunk_vlans=sorted(port.tagged))
    for number in numbers(found["NUMBERS"]):
        port.device.refer("vlan", str(number), found.line, f"interface {port.fact.name}")


@_PORT.line("switchport pvid NUMBER")
def _pvid(port: _InPort, found: Found) -> None:
    number = int(found["NUMBER"])
    if port.fact.mode == "trunk":
        port.fact.say(found.line, native_vlan=number)
    else:
        port.fact.say(found.line, mode="access", access_vlan=number)
    port.device.refer("vlan", str(number), found.line, f"interface {port.fact.name}")


@_PORT.line("ip address ADDRESS MASK")
def _address(port: _InPort, found: Found) -> None:
    value = ip_interface(f"{found['ADDRESS']}/{found['MASK']}")
    port.fact.addresses.append(Address(source=found.line, value=value))


@_TOP.line("ip route NETWORK MASK GATEWAY")
def _route(device: Device, found: Found) -> None:
    prefix = ip_network(f"{found['NETWORK']}/{found['MASK']}")
    device.routes.append(Route(source=found.line, prefix=prefix, gateway=found["GATEWAY"]))


@_TOP.line("user name NAME privilege LEVEL [secret TYPE SECRET]")
def _user(device: Device, found: Found) -> None:
    device.users.append(User(source=found.line, name=found["NAME"], privilege=found["LEVEL"], password=found["TYPE"]))


@_TOP.line("snmp-server community NAME ACCESS:(read-only|read-write) [VIEW]")
def _community(device: Device, found: Found) -> None:
    # The redaction was here before: a name that everybody knows is told by its word.
    is_well_known = found["NAME"].strip('"').startswith("REDACTED-default-")
    access = "rw" if found["ACCESS"] == "read-write" else "ro"
    device.snmp.append(SnmpAccess(source=found.line, version="2c", access=access, is_well_known=is_well_known))


@_TOP.line(*_WAYS)
def _managed(device: Device, found: Found) -> None:
    line = " ".join(found.node.text.split())
    is_enabled = not line.endswith("disable")
    device.management.append(Management(source=found.line, protocol=_WAYS[line], is_enabled=is_enabled))


@_TOP.line("system-time ntp ZONE FIRST SECOND HOURS")
def _time(device: Device, found: Found) -> None:
    device.servers += [Server(source=found.line, kind="ntp", address=found[name]) for name in ("FIRST", "SECOND")]
    device.set("time-zone", found.line, value=found["ZONE"])


# What is understood and makes no fact.
_TOP.knows("ip management-vlan NUMBER", "no service reset-disable", "snmp-server", "spanning-tree [WORDS...]", "end")
_PORT.knows("no ipv6 enable", "spanning-tree [WORDS...]", "lldp [WORDS...]")


def _tree(texts: Sequence[str]) -> list[Node]:
    return indented.tree(texts, verbatim=lambda _: None, comment="#", telling=re.compile(r"!(?:SG|TL-)"))


def _read(nodes: Sequence[Node], device: Device) -> None:
    _TOP.read(nodes, device, device.unparsed)


PLATFORM = Platform(
    name="tplink_jetstream",
    title="TP-Link JetStream",
    vendor="TP-Link",
    roles=("switch",),
    signs=(
        sign(0.95, r"^!(?:SG|TL-SG)\d"),
        sign(0.9, r"^ {2}switchport general allowed vlan "),
        sign(0.6, r"^interface gigabitEthernet \d+/\d+/\d+$"),
        sign(0.7, r"^user name \S+ privilege "),
        sign(0.8, r"^system-time ntp UTC"),
        sign(0.8, r"^ip management-vlan "),
    ),
    tree=_tree,
    read=_read,
    comments=("#",),
    aliases=("jetstream", "tplink_omada"),
)
