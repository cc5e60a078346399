"""The tree of JSON with the lines on which values stand."""

import pytest

from engineering_api.reading.json_tree import is_array, is_object, key_of, tree, value_of


def test_members_stand_on_their_lines() -> None:
    (top,) = tree(["{", '  "name": "a",', '  "ports": [', "    1,", "    2", "  ]", "}"])
    name, ports = top.children
    assert (key_of(name), value_of(name), name.span) == ("name", "a", (2, 2))
    assert (key_of(ports), ports.span) == ("ports", (3, 6))
    assert [(value_of(one), one.first) for one in ports.children] == [(1, 4), (2, 5)]
    assert top.span == (1, 7)


def test_several_values_may_share_a_line() -> None:
    (top,) = tree(['{"a": {"b": [true, null]}, "c": -1.5e3}'])
    first, second = top.children
    assert is_object(first)
    assert is_array(first.children[0])
    assert [value_of(one) for one in first.children[0].children] == [True, None]
    assert value_of(second) == -1500.0


def test_a_key_may_stand_on_the_line_before_its_value() -> None:
    (top,) = tree(["{", '  "a":', "    1", "}"])
    assert key_of(top.children[0]) == "a"
    assert value_of(top.children[0]) == 1


def test_keys_and_values_may_have_escapes_and_marks() -> None:
    (top,) = tree([r'{"a\"b: {": "x: [1] \u00e4 \\"}'])
    assert key_of(top.children[0]) == 'a"b: {'
    assert value_of(top.children[0]) == "x: [1] ä \\"


def test_a_truncated_file_closes_what_it_left_open() -> None:
    (top,) = tree(["{", '  "data": [', "    {", '      "name": "a",', '      "vlan"'])
    assert top.last == 5
    inner = top.children[0].children[0]
    assert [one.text for one in inner.children] == ['"name": "a"', '"vlan"']


def test_what_is_no_json_is_a_node_as_it_is_and_the_rest_is_read() -> None:
    (top,) = tree(["{", "  nonsense here", '  "a": 1,', '  "b": "open', '  "c": 2', "}"])
    assert [one.text for one in top.children] == ["nonsense here", '"a": 1', '"b": "open', '"c": 2']
    with pytest.raises(ValueError, match=r".*"):
        value_of(top.children[0])
    with pytest.raises(ValueError, match=r".*"):
        value_of(top.children[2])


def test_brackets_that_close_nothing_change_nothing() -> None:
    assert tree(["]", "}", ","]) == []


def test_depth_does_not_matter() -> None:
    (top,) = tree(["[" * 50_000])
    assert sum(1 for _ in top.walk()) == 50_000


def test_a_value_that_is_a_container_has_no_scalar() -> None:
    (top,) = tree(["[]"])
    with pytest.raises(ValueError, match=r".*"):
        value_of(top)
