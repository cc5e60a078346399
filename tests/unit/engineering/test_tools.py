"""Tools that calculate: networks, masks, lists, plans, overheads; compared with `ipaddress` and `netutils`."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from netutils import interface as netutils_interface
from netutils import ip as netutils_ip
from netutils import mac as netutils_mac
from netutils import vlan as netutils_vlan

from engineering_api.tools.registry import TOOLS, named
from oberaconnect.problems import NotFound, Unprocessable


def run(tool: str, **arguments: object) -> dict[str, Any]:
    return TOOLS[tool].call(arguments).model_dump(mode="json")


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_every_tool_says_what_it_does_and_has_schemas(tool: Any) -> None:
    assert tool.name == tool.name.lower()
    assert tool.description.endswith(".")
    assert "Raises" not in tool.description
    assert tool.arguments.model_json_schema()["additionalProperties"] is False
    assert "steps" in tool.result.model_json_schema(mode="serialization")["required"]


def test_unknown_tools_and_wrong_arguments_are_refused_with_what_there_is() -> None:
    with pytest.raises(NotFound, match="subnet-plan"):
        named("subnets")
    assert named("subnet_plan").name == "subnet-plan"
    with pytest.raises(Unprocessable) as refused:
        TOOLS["subnet-split"].call({"network": "10.0.0.0/8", "parts": 1})
    assert [error["pointer"] for error in refused.value.errors] == ["/parts"]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 32))
def test_a_network_is_what_ipaddress_and_netutils_say(number: int, length: int) -> None:
    text = f"{ipaddress.IPv4Address(number)}/{length}"
    found = run("subnet", network=text)
    theirs = ipaddress.ip_network(text, strict=False)
    assert found["network"] == str(theirs)
    assert found["netmask"] == netutils_ip.cidr_to_netmask(length)
    assert found["wildcard"] == netutils_ip.netmask_to_wildcardmask(found["netmask"])
    if length < 32:  # of a /32 netutils cannot say it
        assert [found["first"], found["last"]] == netutils_ip.get_usable_range(str(theirs)).split(" - ")
    if found["purpose_document"] == "RFC 1918":
        assert theirs.is_private
    assert found["steps"]


@pytest.mark.parametrize(
    ("network", "field", "value"),
    [
        ("10.1.2.3 255.255.255.0", "network", "10.1.2.0/24"),
        ("10.1.2.3/31", "broadcast", None),
        ("192.0.2.0/24", "purpose", "documentation (TEST-NET-1)"),
        ("100.64.3.0/24", "purpose_document", "RFC 6598"),
        ("8.8.8.0/24", "purpose", "public"),
        ("fd00:1::/64", "is_private", True),
        ("172.16.0.0/20", "reverse_zone", "16.172.in-addr.arpa"),
        ("2001:db8::/48", "reverse_zone", "0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
        ("191.1.0.0/16", "letter", "B"),
        ("2001:db8::/48", "addresses", str(2**80)),
    ],
)
def test_what_a_network_is(network: str, field: str, value: object) -> None:
    assert run("subnet", network=network)[field] == value


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0.0 255.0.255.0", "lan", "10.0.0", "::/129", "1 2 3"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable, match="Write a network as"):
        run("subnet", network=text)


PREFIXES = st.builds(
    lambda number, length: str(ipaddress.ip_network((number << 8 & 0xFFFFFFFF, length), strict=False)),
    st.integers(0, 2**12),
    st.integers(18, 30),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(PREFIXES, min_size=1, max_size=12))
def test_overlaps_summaries_and_free_space_are_those_of_ipaddress(texts: list[str]) -> None:
    theirs = [ipaddress.IPv4Network(text) for text in texts]
    pairs = {
        frozenset((one, other))
        for place, one in enumerate(texts)
        for other in texts[place + 1 :]
        if ipaddress.ip_network(one).overlaps(ipaddress.ip_network(other))
    }
    told = [frozenset((one["first"], one["second"])) for one in run("subnet-overlap", networks=texts)["overlaps"]]
    assert (set(told), len(told)) == (pairs, len(pairs)), "each pair is told once"
    summed = run("subnet-summarise", networks=texts)
    assert summed["networks"] == [str(one) for one in ipaddress.collapse_addresses(theirs)]
    around = ipaddress.IPv4Network(summed["supernet"])
    assert all(one.subnet_of(around) for one in theirs)
    assert around.prefixlen == 32 or not any(all(one.subnet_of(half) for one in theirs) for half in around.subnets())
    left = [around]
    for used in theirs:
        left = [
            part
            for one in left
            for part in (one.address_exclude(used) if used.subnet_of(one) else () if one.subnet_of(used) else (one,))
        ]
    free = run("subnet-next-free", parent=str(around), used=texts, prefix_length=32)
    assert free["free"] == [str(one) for one in sorted(ipaddress.collapse_addresses(left))]
    if left:
        assert free["networks"] == [f"{min(left).network_address}/32"]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**16), st.integers(0, 2**12))
def test_a_range_is_the_networks_of_ipaddress(first: int, more: int) -> None:
    low, high = ipaddress.IPv4Address(first), ipaddress.IPv4Address(first + more)
    found = run("range-to-cidr", first=str(low), last=str(high))
    assert found["networks"] == [str(one) for one in ipaddress.summarize_address_range(low, high)]


def test_splits_have_at_least_the_parts_that_are_asked_for() -> None:
    assert run("subnet-split", network="10.0.0.0/22", parts=3)["prefix_length"] == 24
    large = run("subnet-split", network="2001:db8::/32", prefix_length=64)
    assert (large["total"], len(large["networks"])) == (str(2**32), 4096)
    for wrong in ({"parts": 4, "prefix_length": 24}, {}, {"prefix_length": 20}):
        with pytest.raises(Unprocessable):
            run("subnet-split", network="10.0.0.0/22", **wrong)


NEEDS = st.lists(st.integers(1, 500), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(NEEDS, st.integers(0, 50))
def test_plans_hold_what_is_needed_without_overlaps_and_the_rest_is_left_over(hosts: list[int], growth: int) -> None:
    found = run(
        "subnet-plan",
        parent="10.20.0.0/16",
        used=["10.20.0.0/24"],
        needs=[{"name": f"n{number}", "hosts": one} for number, one in enumerate(hosts)],
        growth_percent=growth,
    )
    planned = [ipaddress.IPv4Network(one["network"]) for one in found["networks"]]
    for one, needed in zip(planned, hosts, strict=True):
        assert one.num_addresses - 2 >= needed * (100 + growth) / 100
        assert one.prefixlen == 30 or one.num_addresses // 2 - 2 < needed * (100 + growth) / 100 + 1
    everything = [
        *planned,
        *(ipaddress.IPv4Network(one) for one in found["leftover"]),
        ipaddress.IPv4Network("10.20.0.0/24"),
    ]
    assert list(ipaddress.collapse_addresses(everything)) == [ipaddress.IPv4Network("10.20.0.0/16")]
    assert sum(one.num_addresses for one in everything) == 65_536


def test_plans_that_do_not_fit_say_for_what_there_is_no_room() -> None:
    with pytest.raises(Unprocessable, match="no room for second"):
        run(
            "subnet-plan", parent="10.0.0.0/24", needs=[{"name": "first", "hosts": 200}, {"name": "second", "hosts": 2}]
        )
    with pytest.raises(Unprocessable, match="do not fit"):
        run("subnet-plan", parent="10.0.0.0/24", needs=[{"name": "all", "hosts": 255}])


def test_a_vlan_plan_numbers_vlans_and_leaves_the_gateway_out_of_dhcp() -> None:
    found = run(
        "vlan-plan",
        block="10.20.0.0/20",
        vlans=[
            {"name": "staff", "hosts": 300},
            {"name": "voice", "dhcp": False},
            {"name": "guest", "id": 20},
            {"name": "p2p", "hosts": 1},
        ],
    )
    by_name = {one["name"]: one for one in found["vlans"]}
    assert {name: one["id"] for name, one in by_name.items()} == {"staff": 10, "guest": 20, "voice": 30, "p2p": 40}
    staff = by_name["staff"]
    assert (staff["network"], staff["gateway"], staff["dhcp_first"]) == ("10.20.0.0/23", "10.20.0.1", "10.20.0.12")
    assert by_name["voice"]["dhcp_first"] is None
    assert (by_name["p2p"]["dhcp_first"], by_name["p2p"]["dhcp_addresses"]) == ("10.20.4.2", 1)
    last = run("vlan-plan", block="10.0.0.0/22", vlans=[{"name": "a"}], gateway="last")["vlans"][0]
    assert (last["gateway"], last["dhcp_last"]) == ("10.0.0.254", "10.0.0.243")
    with pytest.raises(Unprocessable, match="twice"):
        run("vlan-plan", block="10.0.0.0/20", vlans=[{"name": "a", "id": 5}, {"name": "b", "id": 5}])


@pytest.mark.parametrize("length", range(1, 32))
def test_masks_are_those_of_netutils_in_every_form(length: int) -> None:
    netmask = netutils_ip.cidr_to_netmask(length)
    wildcard = netutils_ip.netmask_to_wildcardmask(netmask)
    for text in (str(length), f"/{length}", netmask, wildcard):
        found = run("mask", mask=text)
        assert (found["prefix_length"], found["netmask"], found["wildcard"]) == (length, netmask, wildcard)


def test_masks_at_the_ends_and_wildcards_with_gaps() -> None:
    assert run("mask", mask="0.0.0.0")["prefix_length"] == 0
    assert run("mask", mask="0.0.0.0", is_wildcard=True)["prefix_length"] == 32
    assert run("mask", mask="255.255.255.255")["prefix_length"] == 32
    assert run("mask", mask="255.255.255.255", is_wildcard=True)["prefix_length"] == 0
    gaps = run("mask", mask="0.0.2.255", address="10.0.1.7")
    assert (gaps["is_contiguous"], gaps["prefix_length"]) == (False, None)
    assert gaps["matches"] == ["10.0.1.0/24", "10.0.3.0/24"]
    assert run("mask", mask="0.255.255.1", address="10.0.0.0")["matches"] == []
    for wrong in ("255.0.255.0", "33", "mask", "1.2.3"):
        with pytest.raises(Unprocessable):
            run("mask", mask=wrong)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(1, 4094), min_size=1, max_size=60))
def test_vlan_lists_are_those_of_netutils(ids: set[int]) -> None:
    found = run("vlan-range", ids=list(ids))
    assert found["compressed"] == ",".join(netutils_vlan.vlanlist_to_config(sorted(ids), 9_999, 9_999))
    assert run("vlan-range", vlans=found["compressed"])["ids"] == sorted(ids)


def test_vlan_lists_as_people_write_them() -> None:
    assert run("vlan-range", vlans="10, 20 - 22 30 to 31")["ids"] == [10, 20, 21, 22, 30, 31]
    assert run("vlan-range", vlans="all", without="2-4094")["ids"] == [1]
    assert run("vlan-range", vlans="VLAN 10-12, vlans 20")["ids"] == [10, 11, 12, 20]
    for wrong in ("0", "4095", "30-20", "ten", "1-99999", "\N{ARABIC-INDIC DIGIT THREE}", "10-"):
        with pytest.raises(Unprocessable):
            run("vlan-range", vlans=wrong)


@pytest.mark.parametrize(
    ("text", "compressed", "long"),
    [
        ("Gi1/0/1-3,Te1/1/1 - 2", "Gi1/0/1-3,Te1/1/1-2", "TenGigabitEthernet1/1/2"),
        ("interface range GigabitEthernet0/1 - 2 , Gi0/4", "Gi0/1-2,Gi0/4", "GigabitEthernet0/4"),
        ("gi1/0/10, gi1/0/9", "Gi1/0/9-10", "GigabitEthernet1/0/9"),
        ("1-2,Trk1", "1-2,Trk1", "Trk1"),
        ("ether1-ether3", "ether1-3", "ether3"),
        ("ge-0/0/[0-3]", "ge-0/0/0-3", "ge-0/0/3"),
        ("Gi0/0.10-12", "Gi0/0.10-12", "GigabitEthernet0/0.12"),
    ],
)
def test_interface_lists(text: str, compressed: str, long: str) -> None:
    found = run("interface-range", interfaces=text)
    assert (found["compressed"], found["long"][-1]) == (compressed, long)
    assert found["count"] == len(found["long"])


def test_interface_lists_are_those_of_netutils_and_have_an_end() -> None:
    theirs = netutils_interface.interface_range_expansion("GigabitEthernet1/0/[1-24]")
    assert run("interface-range", interfaces="Gi1/0/1-24")["long"] == theirs
    for wrong in ("", "Gi1/0/1-2/0/4", "Gi1/0/9-1", "Gi1/0/1-999999", "Gi", "Gi1/0/99999999", "-1", "a-b-c"):
        with pytest.raises(Unprocessable):
            run("interface-range", interfaces=wrong)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**48 - 1))
def test_mac_addresses_are_written_as_netutils_writes_them(number: int) -> None:
    bare = f"{number:012x}"
    found = run("mac", mac=bare)
    for field, form in (("colons", "MAC_COLON_TWO"), ("dots", "MAC_DOT_FOUR"), ("bare", "MAC_NO_SPECIAL")):
        assert found[field].casefold() == netutils_mac.mac_to_format(bare, form).casefold()
        assert run("mac", mac=found[field])["bare"] == bare
    address = ipaddress.IPv6Address(found["link_local"])
    assert address.is_link_local
    assert run("ipv6", address=found["link_local"])["embedded_mac"] == found["colons"]


def test_what_the_bits_of_a_mac_address_say() -> None:
    assert run("mac", mac="02:00:5e:10:00:00")["is_locally_administered"] is True
    assert run("mac", mac="0180.c200.0000")["note"].startswith("spanning tree")
    assert run("mac", mac="FF-FF-FF-FF-FF-FF")["is_broadcast"] is True
    with pytest.raises(Unprocessable):
        run("mac", mac="0011.2233.445g")


@pytest.mark.parametrize(
    ("layers", "mtu"),
    [
        ([], 1500),
        ([{"kind": "802.1q"}], 1500),
        ([{"kind": "pppoe"}], 1492),
        ([{"kind": "gre"}], 1476),
        ([{"kind": "gre", "has_key": True}], 1472),
        ([{"kind": "gre", "outer_version": 6}], 1456),
        ([{"kind": "vxlan"}], 1450),
        ([{"kind": "wireguard"}], 1440),
        ([{"kind": "wireguard", "outer_version": 6}], 1420),
        ([{"kind": "l2tp"}], 1460),
        ([{"kind": "6in4"}], 1480),
        ([{"kind": "mpls"}, {"kind": "mpls"}], 1492),
        ([{"kind": "ipsec"}], 1438),
        ([{"kind": "ipsec", "cipher": "aes-gcm", "nat_traversal": True}], 1438),
        ([{"kind": "ipsec", "mode": "transport", "cipher": "3des", "integrity": "sha1"}, {"kind": "gre"}], 1442),
    ],
)
def test_what_encapsulations_leave(layers: list[dict[str, object]], mtu: int) -> None:
    found = run("mtu", layers=layers)
    assert (found["mtu"], found["mss_ipv4"], found["mss_ipv6"]) == (mtu, mtu - 40, mtu - 60)
    assert all(one["document"] for one in found["headers"])


@pytest.mark.parametrize("cipher", ["aes-cbc", "3des", "aes-gcm", "chacha20-poly1305", "null"])
@pytest.mark.parametrize("mode", ["tunnel", "transport"])
def test_the_largest_packet_through_ipsec_fits_and_one_byte_more_does_not(cipher: str, mode: str) -> None:
    found = run("ipsec-overhead", cipher=cipher, mode=mode)
    largest = found["mtu"]
    sizes = run("ipsec-overhead", cipher=cipher, mode=mode, packet_bytes=[largest, largest + 1])["packets"]
    assert [one["fits"] for one in sizes] == [True, False]
    parts = sum(one["bytes"] for one in found["headers"])
    for one in found["packets"]:
        assert one["after_bytes"] == one["packet_bytes"] + parts + one["padding"] + 2


def test_links_too_small_for_what_is_put_in_are_refused() -> None:
    with pytest.raises(Unprocessable, match="Nothing is left"):
        run("mtu", link_mtu=100, layers=[{"kind": "ipsec"}])
    with pytest.raises(Unprocessable, match="Nothing is left"):
        run("ipsec-overhead", link_mtu=100)


@pytest.mark.parametrize(
    ("codec", "link", "kbps"),
    [("g711", "none", 80.0), ("g711", "ethernet", 87.2), ("g729", "none", 24.0), ("g729", "ethernet", 31.2)],
)
def test_calls_need_what_the_tables_of_the_field_say(codec: str, link: str, kbps: float) -> None:
    found = run("bandwidth", calls={"codec": codec, "link": link, "calls": 10, "voice_share_percent": 50})["calls"]
    assert (found["kbps_per_call"], found["kbps_total"], found["line_kbps"]) == (kbps, kbps * 10, kbps * 20)


def test_transfers_take_their_time_and_a_small_window_makes_them_longer() -> None:
    found = run("bandwidth", transfer={"bytes": 1e9, "line_mbps": 100, "efficiency_percent": 100})["transfer"]
    assert (found["seconds"], found["shown"]) == (80.0, "1 min 20 s")
    slow = run("bandwidth", transfer={"bytes": 1e9, "line_mbps": 1000, "round_trip_ms": 100, "window_kib": 64})[
        "transfer"
    ]
    assert (slow["is_limited_by_window"], slow["data_mbps"]) == (True, 5.243)
    for wrong in ({}, {"calls": {"codec": "ilbc-30", "packet_ms": 20}}):
        with pytest.raises(Unprocessable):
            run("bandwidth", **wrong)


def test_the_power_of_a_switch_is_counted_by_class() -> None:
    found = run(
        "poe-budget",
        devices=[{"name": "phone", "count": 24, "poe_class": 2}, {"name": "ap", "count": 4, "watts": 21}],
        switch_watts=370,
        ports=48,
    )
    assert (found["watts_by_class"], found["watts_left"], found["fits"]) == (288.0, 8.0, True)
    assert found["devices"][1]["poe_class"] == 4
    weak = run("poe-budget", devices=[{"name": "camera", "watts": 45}], port_watts=30)
    assert (weak["fits"], weak["devices"][0]["standard"]) == (False, "802.3bt")
    assert run("poe-budget", devices=[{"name": "a", "count": 9, "poe_class": 1}], ports=8)["fits"] is False
    with pytest.raises(Unprocessable, match="draws 20 W"):
        run("poe-budget", devices=[{"name": "a", "poe_class": 3, "watts": 20}])


def test_ipv6_addresses_in_all_forms() -> None:
    found = run("ipv6", address="2001:DB8:0:0:1:0:0:1/64")
    assert (found["compressed"], found["network"]) == ("2001:db8::1:0:0:1", "2001:db8::/64")
    assert run("ipv6", address="::ffff:192.0.2.1")["embedded_ipv4"] == "192.0.2.1"
    assert run("ipv6", address="fe80::1")["purpose"] == "link-local unicast"
    assert run("ipv6", address="fe80::1%eth0/64")["expanded"].endswith(":0001")
    assert run("subnet", network="fe80::1%eth0/64")["network"] == "fe80::/64"
    for wrong in ("10.0.0.1", "2001:db8::g", "::1/129", ""):
        with pytest.raises(Unprocessable):
            run("ipv6", address=wrong)


def test_ipv6_plans_read_like_the_vlans() -> None:
    found = run("ipv6-plan", prefix="2001:db8:1200::/48", names=["staff", "voice"], vlan_ids=[10, 120])
    assert [one["network"] for one in found["networks"]] == ["2001:db8:1200:10::/64", "2001:db8:1200:120::/64"]
    for wrong in (
        {"prefix": "10.0.0.0/8", "names": ["a"]},
        {"prefix": "2001:db8::/63", "names": ["a", "b", "c"]},
        {"prefix": "2001:db8::/48", "names": ["a", "b"], "vlan_ids": [10]},
        {"prefix": "2001:db8::/48", "names": ["a", "b"], "vlan_ids": [10, 10]},
    ):
        with pytest.raises(Unprocessable):
            run("ipv6-plan", **wrong)


def test_unique_local_prefixes_follow_from_the_seed_or_are_new_each_time() -> None:
    one = run("ipv6-ula", seed="Site A", networks=2)
    assert one == run("ipv6-ula", seed="Site A", networks=2)
    assert ipaddress.IPv6Network(one["prefix"]).subnet_of(ipaddress.IPv6Network("fd00::/8"))
    assert run("ipv6-ula")["prefix"] != run("ipv6-ula")["prefix"]
