"""The tree of FortiOS."""

from typing import Any

import pytest

from engineering_api.reading import blocks
from engineering_api.reading.tree import Node


def shape(nodes: list[Node]) -> list[tuple[str, int, int, Any]]:
    return [(node.text, node.first, node.last, shape(node.children)) for node in nodes]


def test_a_block_reaches_to_the_line_that_closes_it() -> None:
    texts = ["config system zone", '    edit "a"', "        set intrazone allow", "    next", "end"]
    assert shape(blocks.tree(texts)) == [
        ("config system zone", 1, 5, [('edit "a"', 2, 4, [("set intrazone allow", 3, 3, [])])])
    ]


def test_end_closes_an_edit_that_is_open() -> None:
    texts = ["config vdom", "edit root", "config router static", "end", "end", "config global", "end"]
    assert shape(blocks.tree(texts)) == [
        ("config vdom", 1, 5, [("edit root", 2, 5, [("config router static", 3, 4, [])])]),
        ("config global", 6, 7, []),
    ]


def test_an_edit_closes_the_one_before_it() -> None:
    texts = ["config system admin", "edit a", "set vdom root", "edit b", "end"]
    assert shape(blocks.tree(texts)) == [
        ("config system admin", 1, 5, [("edit a", 2, 3, [("set vdom root", 3, 3, [])]), ("edit b", 4, 5, [])])
    ]


def test_a_value_of_several_lines_is_one_node() -> None:
    texts = ["config x", 'set buffer "<html>', "end", "", 'class=\\"a\\"', 'last"', "set y 1", "end"]
    assert shape(blocks.tree(texts)) == [
        ("config x", 1, 8, [('set buffer "<html> end  class=\\"a\\" last"', 2, 6, []), ("set y 1", 7, 7, [])])
    ]


@pytest.mark.parametrize("following", [['set b "x"', "end"], ["set b 1", "end"]])
def test_a_quote_that_is_never_closed_does_not_swallow_what_follows(following: list[str]) -> None:
    nodes = blocks.tree(["config x", 'set a "cut off', *following])
    assert [(node.text, node.first, node.last) for node in nodes[0].children] == [
        ('set a "cut off', 2, 2),
        (following[0], 3, 3),
    ]
    assert nodes[0].last == 4


def test_the_lines_of_a_secret_that_was_taken_out_belong_to_its_setting() -> None:
    texts = ["config x", "set certificate REDACTED-certificate-0a0a0a", "REDACTED-certificate-0a0a0a", "end"]
    assert shape(blocks.tree(texts)) == [
        ("config x", 1, 4, [("set certificate REDACTED-certificate-0a0a0a", 2, 3, [])])
    ]


def test_remarks_are_kept_before_the_first_block_and_nowhere_else() -> None:
    texts = ["#config-version=FGT60F-7.2.8-FW-build1639-240313", "config x", "# remark", "set y 1", "end", "#end"]
    assert [node.text for node in blocks.tree(texts)] == [texts[0], "config x"]
    assert [node.text for node in blocks.tree(texts)[1].children] == ["set y 1"]


def test_a_closing_word_that_closes_nothing_is_a_node() -> None:
    assert [node.text for node in blocks.tree(["end", "config x", "next", "end", "next"])] == [
        "end",
        "config x",
        "next",
    ]
    assert [node.text for node in blocks.tree(["config x", "next", "end"])[0].children] == ["next"]


def test_what_is_not_closed_reaches_to_the_end() -> None:
    nodes = blocks.tree(["config a", "edit 1", "set x 1", ""])
    assert (nodes[0].last, nodes[0].children[0].last) == (3, 3)
