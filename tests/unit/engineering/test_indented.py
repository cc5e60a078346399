"""Trees by indentation: spans, verbatim text, comments."""

import re

from engineering_api.dialects.cisco.blocks import verbatim
from engineering_api.reading import indented
from engineering_api.reading.tree import Node


def shape(nodes: list[Node]) -> list[object]:
    """Texts of a tree with those below."""
    return [(node.text, shape(node.children)) if node.children else node.text for node in nodes]


def tree(text: str) -> list[Node]:
    """The tree of a configuration of Cisco's kind."""
    return indented.tree(text.splitlines(), verbatim=verbatim)


def test_deeper_lines_belong_to_the_line_above() -> None:
    nodes = tree("a\n b\n  c\n d\ne")

    assert shape(nodes) == [("a", [("b", ["c"]), "d"]), "e"]
    assert (nodes[0].first, nodes[0].last) == (1, 4)


def test_comments_and_blank_lines_belong_to_nothing_and_end_nothing() -> None:
    assert shape(tree("a\n!\n\n b\n ! c\n d")) == [("a", ["b", "d"])]


def test_comments_that_tell_something_are_kept() -> None:
    nodes = indented.tree(["! Model: x", "! else", "a"], verbatim=verbatim, telling=re.compile("! Model:"))

    assert shape(nodes) == ["! Model: x", "a"]


def test_a_banner_keeps_its_text_as_it_is_and_ends_with_its_delimiter() -> None:
    nodes = tree("banner motd ^C\ninterface Vlan1\n ! stars\n^C\nhostname r1")

    assert shape(nodes) == [("banner motd ^C", ["interface Vlan1", " ! stars"]), "hostname r1"]
    assert nodes[0].last == 4


def test_a_banner_on_one_line_takes_no_further_line() -> None:
    assert shape(tree("banner motd ^CBe kind^C\nhostname r1")) == ["banner motd ^CBe kind^C", "hostname r1"]


def test_a_banner_of_eos_ends_with_eof() -> None:
    assert shape(tree("banner login\nBe kind\nEOF\nend")) == [("banner login", ["Be kind"]), "end"]


def test_a_banner_whose_end_was_lost_takes_nothing_with_it() -> None:
    assert shape(tree("banner motd #\nhostname r1\ninterface Vlan1\n no ip address")) == [
        "banner motd #",
        "hostname r1",
        ("interface Vlan1", ["no ip address"]),
    ]


def test_every_line_is_in_the_tree_once() -> None:
    text = "a\n b\nbanner exec $\nx\n y\n$\n  c\n d"

    numbers = [below.first for node in tree(text) for below in node.walk()]

    assert sorted(numbers) == [1, 2, 3, 4, 5, 7, 8]
