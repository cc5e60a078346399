"""Neighbours from what commands show, by vendor: who is seen on which port, and on which line it stands."""

import pytest

from engineering_api.tools.show import parse_show
from engineering_api.topology.members import Sighting, plain
from engineering_api.topology.outputs import neighbours
from engineering_api.topology.sightings import NoNeighbours, sightings

IOS_LLDP = """acc1#show lldp neighbors
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other

Device ID           Local Intf     Hold-time  Capability      Port ID
core1.example.net   Gi1/0/48       120        B,R             Te1/1/4
0011.2233.4455      Gi1/0/9        3601                       0011.2233.4455
core1.example.net   Gi1/0/47       120        B,R             Te1/1/3

Total entries displayed: 3
"""

EOS_LLDP = """leaf1#show lldp neighbors
Last table change time   : 0:02:14 ago
Number of table inserts  : 3
Number of table deletes  : 0
Number of table drops    : 0
Number of table age-outs : 0

Port          Neighbor Device ID       Neighbor Port ID    TTL
---------- ------------------------ ---------------------- ---
Et1           spine1                   Ethernet7           120
Et2           spine2                   Ethernet7           120
"""

JUNOS_LLDP = """admin@ex1> show lldp neighbors
Local Interface    Parent Interface    Chassis Id          Port info          System Name
ge-0/0/0           ae0                 2c:6b:f5:00:11:22   ge-0/0/5           ex2
"""

ROUTEROS = """[admin@gw] > /ip neighbor print detail
 0 interface=ether1 address=10.0.0.2 address4=10.0.0.2 mac-address=48:8F:5A:00:11:22 \
identity="sw1" platform="MikroTik" version="7.15.3 (stable)" unpack=none age=12s \
uptime=3w4d software-id="ABCD-EFGH" board="CRS326-24G-2S+" \
interface-name="bridge/ether24" system-caps=bridge,router system-caps-enabled=bridge
"""

PROCURVE = """hp1# show lldp info remote-device

 LLDP Remote Devices Information

  LocalPort | ChassisId                 PortId             PortDescr SysName
  --------- + ------------------------- ------------------ --------- ----------------------
  24        | 00 1b 3f 00 11 22         A1                 A1        core1
"""


def seen(text: str, platform: str | None = None) -> list[Sighting]:
    """The neighbours that an output tells of."""
    shown = parse_show(text, platform=platform)
    return sightings("me", shown.command, shown.rows, text.splitlines())


@pytest.mark.parametrize(
    ("text", "platform", "expected"),
    [
        (
            IOS_LLDP,
            "cisco_ios",
            [
                ("Gi1/0/48", "core1.example.net", "Te1/1/4", "lldp", 7),
                ("Gi1/0/9", "0011.2233.4455", "", "lldp", 8),
                ("Gi1/0/47", "core1.example.net", "Te1/1/3", "lldp", 9),
            ],
        ),
        (
            EOS_LLDP,
            "arista_eos",
            [("Et1", "spine1", "Ethernet7", "lldp", 10), ("Et2", "spine2", "Ethernet7", "lldp", 11)],
        ),
        (JUNOS_LLDP, "juniper_junos", [("ge-0/0/0", "ex2", "ge-0/0/5", "lldp", 3)]),
        (ROUTEROS, "mikrotik_routeros", [("ether1", "sw1", "bridge/ether24", "mndp", 2)]),
        (PROCURVE, "hp_procurve", [("24", "core1", "A1", "lldp", 7)]),
    ],
    ids=["ios", "eos", "junos", "routeros", "procurve"],
)
def test_each_vendors_output_names_neighbour_ports_and_line(
    text: str, platform: str, expected: list[tuple[str, str, str, str, int]]
) -> None:
    found = seen(text, platform)
    assert [(one.port, one.neighbour, one.neighbour_port, one.protocol, one.row) for one in found] == expected
    for one in found:
        assert one.text == text.splitlines()[one.row - 1].strip()
        assert (one.member, one.command in text) == ("me", True)


def test_what_names_no_neighbours_is_refused() -> None:
    with pytest.raises(NoNeighbours, match="show cdp neighbors"):
        sightings("me", "show vlan", [{"vlan_id": "10", "vlan_name": "Staff"}], ["10 Staff"])


def test_an_output_without_neighbours_is_none() -> None:
    assert sightings("me", "show cdp neighbors", [], []) == []


def test_an_address_has_no_domain() -> None:
    assert [plain(one) for one in ("0011.2233.4455", "10.0.0.1", "SW1.example.net", "sw2(FDO1)")] == [
        "0011.2233.4455", "10.0.0.1", "sw1", "sw2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (
            "cx1# show lldp neighbor-info\n\nLLDP Neighbor Information\n=========================\n\n"
            "LOCAL-PORT  CHASSIS-ID         PORT-ID                      PORT-DESC             TTL      SYS-NAME\n"
            "---------------------------------------------------------------------------------------------------\n"
            "1/1/48      aa:bb:cc:00:00:01  Gi1/0/3                      GigabitEthernet1/0/3  120      core-1\n"
            "1/1/1       f0:5c:19:00:00:01  f0:5c:19:00:00:01            eth0                  120      ap-foyer\n",
            [("1/1/48", "core-1", "Gi1/0/3", 8), ("1/1/1", "ap-foyer", "", 9)],
        ),
        (
            "sw1# show cdp neighbors\n\n CDP neighbors information\n\n"
            "  Port Device ID                     | Platform                     Capability\n"
            "  ---- ----------------------------- + ---------------------------- -----------\n"
            "  24   core-1                        | Cisco IOS Software, C2960... S\n",
            [("24", "core-1", "", 7)],
        ),
        (
            "[admin@gw] > /ip neighbor print\n"
            " # INTERFACE ADDRESS         MAC-ADDRESS       IDENTITY   VERSION    BOARD\n"
            " 0 ether1    192.168.88.1    4C:5E:0C:11:22:33 core-rtr   7.11.2     CCR1009\n",
            [("ether1", "core-rtr", "", 3)],
        ),
        (
            "[admin@gw] > /ip neighbor print detail\n 0 interface=ether1,bridge address=192.168.88.1\n"
            '   identity="core-rtr" platform="MikroTik" interface-name="bridge/ether5"\n',
            [("ether1", "core-rtr", "ether5", 2)],
        ),
        (
            "ubnt@edge:~$ show lldp neighbors\nLLDP neighbors:\nInterface:    eth1, via: LLDP, RID: 1\n"
            "  Chassis:     \n    SysName:      core-1\n  Port:        \n    PortID:       ifname Gi1/0/5\n",
            [("eth1", "core-1", "Gi1/0/5", 3)],
        ),
        (
            "fw-1 # diagnose lldprx neighbor details\n1:\nNeighbor created 123 seconds ago\nPort: wan1 (index 5)\n"
            "Port ID type/data: 5/Gi1/0/1 (interface name)\nSystem Name: core-1\n",
            [("wan1", "core-1", "Gi1/0/1", 3)],
        ),
    ],
)
def test_neighbours_without_a_template_are_read_from_their_tables_and_blocks(
    text: str, seen: list[tuple[str, str, str, int]]
) -> None:
    found = neighbours("m", text.splitlines())
    assert [(one.port, one.neighbour, one.neighbour_port, one.row) for one in found] == seen


def test_what_is_no_table_of_neighbours_has_none() -> None:
    assert neighbours("m", ["show version", "", "---- ----", "# INTERFACE", "Interface: eth0", "x=1" * 500]) == []
