"""The tree of XML: the same as libxml2's where that can judge, and a clear result where the file is odd."""

from pathlib import Path

import pytest
from lxml import etree
from tests.engineering import CONFIGS

from engineering_api.reading.tree import Node
from engineering_api.reading.xml_tree import (
    CUT,
    DOCUMENT_TYPE,
    MALFORMED,
    MOST_DEPTH,
    OUTSIDE,
    REFERENCE,
    STRAY_END,
    STRAY_TEXT,
    Element,
    Refused,
    tree,
)

SAMPLES = sorted(CONFIGS.glob("*sense/*.xml"))


def _root(text: str) -> Element:
    (root,) = tree(text.split("\n"))
    assert isinstance(root, Element)
    return root


def _refused(nodes: list[Node]) -> list[tuple[int, str]]:
    return [(node.first, node.reason) for node in nodes if isinstance(node, Refused)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_elements_values_attributes_and_lines_are_those_of_libxml2(sample: Path) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    judge = etree.fromstring(sample.read_bytes(), parser)
    root = _root(sample.read_text())
    waiting = [(judge, root)]
    seen = 0
    while waiting:
        theirs, ours = waiting.pop()
        seen += 1
        assert (ours.name, ours.attributes) == (theirs.tag, dict(theirs.attrib))
        assert ours.first == theirs.sourceline
        assert ours.is_closed
        if not len(theirs):
            assert ours.value == (theirs.text or "").strip()
        waiting.extend(zip(theirs, ours.elements, strict=True))
    assert seen > 300


def test_an_element_ends_on_the_line_of_its_closing_tag() -> None:
    root = _root('<a>\n<b\n x="1">two\nlines</b>\n<c/></a>')
    assert [(node.name, node.first, node.last) for node in root.walk() if isinstance(node, Element)] == [
        ("a", 1, 5),
        ("b", 2, 4),
        ("c", 5, 5),
    ]
    assert root.children[0].text == '<b x="1">two lines</b>'


def test_lines_are_right_beyond_what_fits_into_two_bytes() -> None:
    root = _root("<a>\n" + "<b>x</b>\n" * 70_000 + "<c>end</c>\n</a>")
    last = root.children[-1]
    assert (last.text, last.first, root.last) == ("<c>end</c>", 70_002, 70_003)


def test_signs_are_read_and_verbatim_text_is_kept() -> None:
    root = _root("<a><b>x &lt;&amp;&#65;&#x42;&gt; y</b><c><![CDATA[5 < 6 & 7]]></c></a>")
    assert [one.value for one in root.elements] == ["x <&AB> y", "5 < 6 & 7"]


def test_an_entity_bomb_is_set_aside_and_nothing_is_expanded() -> None:
    bomb = [
        '<?xml version="1.0"?>',
        "<!DOCTYPE pfsense [",
        ' <!ENTITY a "ha">',
        *(f' <!ENTITY {name} "{"&" + before + ";" * 1}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)),
        "]>",
        "<pfsense>",
        "<system><hostname>&i;</hostname></system>",
        "</pfsense>",
    ]
    nodes = tree(bomb)
    assert _refused(nodes) == [*((line, DOCUMENT_TYPE) for line in range(2, 13)), (14, REFERENCE)]
    values = [one.value for node in nodes for one in node.walk() if isinstance(one, Element) and one.value]
    assert values == ["&i;"]


def test_an_entity_outside_of_the_file_is_not_fetched() -> None:
    nodes = tree(['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "<a>&x;</a>"])
    assert _refused(nodes) == [(1, DOCUMENT_TYPE), (2, REFERENCE)]
    assert [node.value for node in nodes if isinstance(node, Element)] == ["&x;"]


def test_a_file_that_ends_too_early_is_read_up_to_there() -> None:
    nodes = tree(["<a>", "<b>1</b>", "<c>", "<d>2</d>", "<e"])
    assert _refused(nodes) == [(5, CUT)]
    root = nodes[0]
    assert isinstance(root, Element)
    assert [(one.name, one.is_closed) for one in root.walk() if isinstance(one, Element)] == [
        ("a", False),
        ("b", True),
        ("c", False),
        ("d", True),
    ]
    assert root.last == 5


@pytest.mark.parametrize(
    ("lines", "odd"),
    [
        (["user@fw:~ $ cat config.xml", "<a/>"], [(1, OUTSIDE)]),
        (["<a/>", "user@fw:~ $ exit"], [(2, OUTSIDE)]),
        (["<a>", "<b/> words", "</a>"], [(2, STRAY_TEXT)]),
        (["<a>", "</b>", "</a>"], [(2, STRAY_END)]),
        (["<a>", "<b>5 < 6</b>", "</a>"], [(2, MALFORMED)]),
        (["<a>", "<!-- never ends", "</a>"], [(2, CUT), (3, CUT)]),
        (["<a>", "<b><![CDATA[never ends", "</a>"], [(2, CUT), (3, CUT)]),
    ],
)
def test_what_is_no_part_of_it_is_set_aside_with_a_reason(lines: list[str], odd: list[tuple[int, str]]) -> None:
    assert _refused(tree(lines)) == odd


def test_an_element_that_is_not_closed_ends_with_the_one_around_it() -> None:
    root = _root("<a>\n<b>\n<c>1</c>\n</a>")
    assert [(one.name, one.last, one.is_closed) for one in root.walk() if isinstance(one, Element)] == [
        ("a", 4, True),
        ("b", 4, False),
        ("c", 3, True),
    ]


def test_elements_inside_of_too_many_others_are_set_aside() -> None:
    nodes = tree(["<a>"] * (MOST_DEPTH + 3))
    assert sum(isinstance(one, Element) for node in nodes for one in node.walk()) == MOST_DEPTH
    assert [line for line, _ in _refused(nodes)] == [MOST_DEPTH + 1, MOST_DEPTH + 2, MOST_DEPTH + 3]


@pytest.mark.parametrize(
    "line", ["<a>", "<!--", '<a "', "<a>x</b>", "<!DOCTYPE [", "x & &foo;", "</a>", "<![CDATA[", "<a b='", "]]>", "<?"]
)
def test_twenty_thousand_odd_lines_are_read_in_one_pass(line: str) -> None:
    nodes = tree(["<r>", *[line] * 20_000])
    assert nodes[0].last <= 20_001
    assert {node.first for node in nodes} <= set(range(1, 20_002))
