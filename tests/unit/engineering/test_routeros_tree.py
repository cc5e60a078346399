"""The tree of RouterOS's export: sections, commands over several lines, comments and scripts."""

import pytest

from engineering_api.dialects.routeros.command import read, seconds
from engineering_api.reading.routeros import tree
from engineering_api.reading.tree import Node


def command(text: str, section: str = "") -> dict[str, str]:
    return read(Node(text, 1, 1), section).values


def test_commands_are_below_their_section() -> None:
    (section,) = tree(["/ip address", "add address=10.0.0.1/24 interface=ether1", "add address=10.0.1.1/24"])
    assert section.text == "/ip address"
    assert section.span == (1, 3)
    assert [(child.first, child.last) for child in section.children] == [(2, 2), (3, 3)]


def test_a_command_over_several_lines_is_one_node_with_all_its_lines() -> None:
    (section,) = tree(
        ["/interface bridge port", "add bridge=bridge interface=\\", "    ether2 \\", "    pvid=10", "add x=1"]
    )
    first = section.children[0]
    assert first.text == "add bridge=bridge interface=ether2 pvid=10"
    assert first.span == (2, 4)


def test_a_break_inside_a_quoted_value_takes_away_only_the_indentation() -> None:
    (section,) = tree(["/ip pool", 'add name=p ranges="10.0.0.2-10.0.0\\', "    .9,  x\\", '      y"'])
    assert command(section.children[0].text, "ip pool")["ranges"] == "10.0.0.2-10.0.0.9,  x  y"


def test_a_quoted_backslash_at_the_end_does_not_continue_the_line() -> None:
    (section,) = tree(["/system script", "add name=a source=b\\\\", "add name=c"])
    assert len(section.children) == 2


def test_comments_do_not_end_a_section_and_only_headers_are_kept() -> None:
    nodes = tree(
        ["# 2026-01-01 by RouterOS 7.1", "# model = X", "/ip dhcp-client", "# Interface not active", "add interface=*2"]
    )
    assert [node.text for node in nodes] == ["# 2026-01-01 by RouterOS 7.1", "# model = X", "/ip dhcp-client"]
    assert [child.text for child in nodes[2].children] == ["add interface=*2"]


def test_a_terse_line_is_a_node_of_its_own() -> None:
    nodes = tree(["/ip address add address=10.0.0.1/24 interface=ether1", "/ip dns set servers=1.1.1.1"])
    assert [node.children for node in nodes] == [[], []]
    assert read(nodes[0]).path == "ip address"


def test_a_script_has_the_lines_of_its_block_below() -> None:
    nodes = tree([":if (true) do={", "  /ip dns set servers=1.1.1.1", "}", "/ip dns", "set servers=9.9.9.9"])
    assert [child.text for child in nodes[0].children] == ["/ip dns set servers=1.1.1.1", "}"]
    assert nodes[1].text == "/ip dns"


def test_a_truncated_command_keeps_what_is_there() -> None:
    (section,) = tree(["/ip address", "add address=10.0.0.1/24 \\"])
    assert section.children[0].text == "add address=10.0.0.1/24"
    assert section.children[0].span == (2, 2)


def test_values_are_read_without_quotes_and_escapes() -> None:
    text = r'add comment="say \"hi\" \$now \\ \C3\A4" name=x'
    assert command(text, "x")["comment"] == 'say "hi" $now \\ ä'


def test_bytes_that_are_no_utf_8_are_those_of_windows() -> None:
    assert command(r'add comment="caf\E9"', "x")["comment"] == "café"


def test_a_word_with_a_dot_before_it_has_the_prefix_of_the_word_before() -> None:
    found = command("add local.address=10.0.0.1 .role=ebgp remote.address=10.0.0.2 .as=65001", "routing bgp connection")
    assert found["local.role"] == "ebgp"
    assert found["remote.as"] == "65001"


def test_what_is_found_by_its_properties_is_the_target() -> None:
    found = read(Node("set [ find default-name=ether1 ] name=wan", 1, 1), "interface ethernet")
    assert found.target == "ether1"
    assert read(Node("set [ find default=yes ] name=x", 1, 1), "snmp community").target == "default"
    assert read(Node("set telnet disabled=yes", 1, 1), "ip service").target == "telnet"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1d", 86_400), ("8h30m", 30_600), ("00:10:00", 600), ("1w1d00:00:05", 691_205), ("90", 90)],
)
def test_times_are_read_in_all_ways_in_which_they_are_written(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "1x", "-5m", "1:2"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        seconds(text)


def test_a_path_may_have_slashes_instead_of_blanks() -> None:
    (line, section) = tree(["/system/identity/set name=gw", "/ip/address", "add address=10.0.0.1/24 interface=ether1"])
    assert (read(line).path, read(line).verb) == ("system identity", "set")
    assert [child.text for child in section.children] == ["add address=10.0.0.1/24 interface=ether1"]


def test_a_value_in_braces_may_go_over_lines() -> None:
    (section,) = tree(
        ["/system script", "add name=a source={", "  /ip dns set servers=1.1.1.1", "}", "add name=b source={}"]
    )
    assert [child.span for child in section.children] == [(2, 4), (5, 5)]
