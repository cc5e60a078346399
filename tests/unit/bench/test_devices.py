"""The configurations that the part `engineering` is measured with."""

import pytest
from tests.engineering import device

from bench.devices import firewall, switch


@pytest.mark.parametrize("lines", [1, 500, 1_000])
def test_a_firewall_has_its_lines_and_each_of_them_is_understood(lines: int) -> None:
    text = firewall(lines)
    assert lines <= len(text.splitlines()) < lines + 60
    found = device("fortinet", text)
    assert found.unparsed == []
    assert len(found.address_objects) == len(found.service_objects) == len(found.access_lists[0].rules)


def test_a_switch_has_its_lines_and_each_of_them_is_understood() -> None:
    text = switch(700)
    assert 700 <= len(text.splitlines()) < 730
    found = device("cisco_ios", text)
    assert found.unparsed == []
    assert {port.access_vlan for port in found.interfaces} == {10}
    assert {port.access_vlan for port in device("cisco_ios", switch(700, vlan=30)).interfaces} == {30}
