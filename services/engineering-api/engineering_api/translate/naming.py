"""The table by which interfaces get their names on another platform.

Ports keep their numbers where the target has such ports; a stack's or chassis' member is the first of the numbers.
Firewalls number their ports from the first on, in the order of the source. Aggregates are counted from 1, also those of
a device that counts from 0.
"""

import re
from collections.abc import Mapping

from engineering_api.facts.device import Device
from engineering_api.facts.ports import Interface

_NUMBERS = re.compile(r"\d+")
#: For ports by member and number, aggregates, VLAN interfaces and loopbacks by number.
_FORMS: dict[str, dict[str, str]] = {
    "cisco_ios": {
        "physical": "GigabitEthernet{member}/0/{port}",
        "aggregate": "Port-channel{n}",
        "vlan": "Vlan{n}",
        "loopback": "Loopback{n}",
    },
    "arista_eos": {
        "physical": "Ethernet{port}",
        "aggregate": "Port-Channel{n}",
        "vlan": "Vlan{n}",
        "loopback": "Loopback{n}",
    },
    "cisco_nxos": {
        "physical": "Ethernet{member}/{port}",
        "aggregate": "port-channel{n}",
        "vlan": "Vlan{n}",
        "loopback": "loopback{n}",
    },
    "aruba_aoscx": {
        "physical": "{member}/1/{port}",
        "aggregate": "lag {n}",
        "vlan": "vlan {n}",
        "loopback": "loopback {n}",
    },
    "hp_procurve": {"physical": "{port}", "aggregate": "Trk{n}", "vlan": "vlan {n}", "loopback": "loopback {n}"},
    "cisco_asa": {"physical": "GigabitEthernet0/{index}", "aggregate": "Port-channel{n}"},
    "fortinet": {"physical": "port{order}", "aggregate": "agg{n}", "vlan": "vlan{n}", "loopback": "loop{n}"},
    "juniper_junos": {"physical": "ge-0/0/{index}", "aggregate": "ae{n}", "vlan": "irb.{n}", "loopback": "lo0"},
    "mikrotik_routeros": {
        "physical": "ether{order}",
        "aggregate": "bond{n}",
        "vlan": "vlan{n}",
        "loopback": "loopback{n}",
    },
    "ubiquiti_edgeos": {"physical": "eth{index}", "aggregate": "bond{n}", "loopback": "lo"},
}
TARGETS = tuple(_FORMS)
_DOTTED = ("cisco_ios", "cisco_asa", "arista_eos", "cisco_nxos", "juniper_junos", "ubiquiti_edgeos")
_BY_NAME = ("fortinet", "mikrotik_routeros")
_BY_ORDER = ("cisco_asa", "fortinet", "juniper_junos", "mikrotik_routeros", "ubiquiti_edgeos")


def names(device: Device, target: str, given: Mapping[str, str]) -> dict[str, str]:
    """The names of interfaces on the target; those that were given come first, and no name is used twice."""
    forms = _FORMS[target]
    by_word = {key.casefold(): value for key, value in given.items()}
    made: dict[str, str] = {}
    used: set[str] = set()
    order = 0
    numbers = [_NUMBERS.findall(one.name) for one in device.interfaces if one.kind == "aggregate"]
    shift = any(found and int(found[-1][:9]) == 0 for found in numbers)
    waiting: list[Interface] = []
    for one in device.interfaces:
        wanted = by_word.get(one.name.casefold()) or (by_word.get(one.alias.casefold()) if one.alias else None)
        if wanted:
            made[one.name] = wanted
            used.add(wanted)
        else:
            waiting.append(one)
    for one in waiting:
        kind = _kind(one, target)
        if kind not in forms:
            continue
        order += kind == "physical"
        name = _name(forms[kind], one, order, is_by_order=target in _BY_ORDER, shift=shift)
        while name in used and kind == "physical":
            order += 1
            name = forms[kind].format(member=1, port=order, order=order, index=order - 1, n=order)
        if name not in used:
            made[one.name] = name
            used.add(name)
    for one in waiting:
        if one.kind == "subinterface" and one.vlan is not None and one.parent in made and target in _DOTTED:
            made.setdefault(one.name, f"{made[one.parent]}.{one.vlan}")
    return made


def _kind(one: Interface, target: str) -> str:
    """FortiOS and RouterOS have subinterfaces by names of their own; elsewhere they are called after what is below."""
    return "vlan" if one.kind == "subinterface" and target in _BY_NAME and one.vlan is not None else one.kind


def _name(form: str, one: Interface, order: int, *, is_by_order: bool, shift: bool) -> str:
    numbers = [int(text[:9]) for text in _NUMBERS.findall(one.name)]
    last = numbers[-1] if numbers else order
    member = numbers[0] if len(numbers) > 2 and numbers[0] else 1
    number = one.vlan if one.kind in ("vlan", "subinterface") and one.vlan is not None else last
    number += shift and one.kind == "aggregate"
    port = order if is_by_order else last if last else order
    return form.format(member=member, port=port, order=order, index=order - 1, n=number)
