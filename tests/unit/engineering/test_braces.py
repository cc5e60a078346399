"""Configurations in braces and as commands become trees, and both become the same statements."""

from pathlib import Path

import pytest
from tests.engineering import CONFIGS

from engineering_api.reading import braces, setlines
from engineering_api.reading.statements import statements
from engineering_api.reading.tree import Node


def junos(text: str) -> list[Node]:
    return braces.tree(text.splitlines(), has_semicolons=True)


def edgeos(text: str) -> list[Node]:
    return braces.tree(text.splitlines(), has_semicolons=False)


def said(nodes: list[Node]) -> list[tuple[str, ...]]:
    return [one.words for one in statements(nodes)]


def test_a_block_spans_its_lines_up_to_its_brace() -> None:
    (system,) = junos("system {\n    services {\n        ssh;\n    }\n}")
    assert (system.text, system.first, system.last) == ("system", 1, 5)
    (services,) = system.children
    assert (services.text, services.first, services.last) == ("services", 2, 4)


def test_comments_say_nothing_wherever_they_are() -> None:
    nodes = junos(
        "# by hand\n/* the\n system { */\nsystem {\n    host-name a; ## SECRET-DATA\n    /* why */ time-zone UTC;\n}"
    )
    assert said(nodes) == [("system", "host-name", "a"), ("system", "time-zone", "UTC")]


def test_several_statements_may_share_a_line_and_one_may_have_several_lines() -> None:
    nodes = junos("vlans { a { vlan-id 5; } b { vlan-id 6; } }\nx { members [ 1 2\n  3 ]; }")
    assert said(nodes) == [
        ("vlans", "a", "vlan-id", "5"),
        ("vlans", "b", "vlan-id", "6"),
        ("x", "members", "1"),
        ("x", "members", "2"),
        ("x", "members", "3"),
    ]
    assert nodes[1].children[0].span == (2, 3)


def test_text_in_quotes_keeps_braces_semicolons_and_hashes() -> None:
    assert said(junos('system {\n    login {\n        message "no { way; #1 ";\n    }\n}')) == [
        ("system", "login", "message", "no { way; #1 ")
    ]


def test_text_in_quotes_may_have_several_lines() -> None:
    nodes = junos('security {\n    certificate "-----BEGIN\nabc\n-----END";\n    ssh-known-hosts;\n}')
    assert [child.span for child in nodes[0].children] == [(2, 4), (5, 5)]


def test_a_quote_that_is_never_closed_ends_with_its_line() -> None:
    nodes = junos(
        'interfaces {\n    ge-0/0/0 {\n        description "left open;\n        disable;\n    }\n}\nsystem {\n}'
    )
    assert [node.text for node in nodes] == ["interfaces", "system"]
    assert [child.text for child in nodes[0].children[0].children] == ['description "left open', "disable"]


def test_statements_of_edgeos_end_with_their_line() -> None:
    nodes = edgeos('system {\n    host-name gw\n    login {\n        banner "two\nlines"\n    }\n}\n// comment')
    assert said(nodes) == [("system", "host-name", "gw"), ("system", "login", "banner", "two\nlines")]


def test_a_hash_and_a_semicolon_are_part_of_an_edgeos_value() -> None:
    assert said(edgeos("a {\n    description one#two;three\n}")) == [("a", "description", "one#two;three")]


def test_commands_and_braces_say_the_same() -> None:
    commands = junos("set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\nset system host-name a")
    in_braces = junos(
        "interfaces {\n ge-0/0/0 {\n  unit 0 {\n   family inet {\n    address 192.0.2.1/24;\n   }\n  }\n }\n}\n"
        "system {\n host-name a;\n}"
    )
    assert said(commands) == said(in_braces)
    assert [one.span(2) for one in statements(commands)] == [(1, 1), (2, 2)]
    assert next(iter(statements(in_braces))).span(2) == (2, 8)


def test_what_is_inactive_is_marked_from_where_it_is_switched_off() -> None:
    (statement,) = statements(junos("a {\n    inactive: b c {\n        d;\n    }\n}"))
    assert (statement.words, statement.off) == (("a", "b", "c", "d"), (1, 3))
    (statement,) = statements(junos("set a b c d\ndeactivate a b c"))
    assert (statement.words, statement.off) == (("a", "b", "c", "d"), (2, 3))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('description "a b" c', ["description", "a b", "c"]),
        ("name 'it is'", ["name", "it is"]),
        ("name don't", ["name", "don't"]),
        ('full-name ""', ["full-name", ""]),
        (r'message "say \"yes\""', ["message", 'say "yes"']),
        ('open "quote', ["open", '"quote']),
    ],
)
def test_words_are_taken_out_of_their_quotes(text: str, words: list[str]) -> None:
    assert setlines.words(text) == words


def test_closing_braces_too_many_and_blocks_too_deep_do_no_harm() -> None:
    assert junos("}\n}\n}\nsystem {\n}\n}") != []
    nodes = junos("a {\n" * 5_000 + "b;\n" + "}\n" * 5_000 + "c {\n}")
    assert [node.text for node in nodes] == ["a", "c"]


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("juniper_junos/*")) + sorted(CONFIGS.glob("ubiquiti_edgeos/*")))
def test_every_line_is_once_in_the_tree(path: Path) -> None:
    texts = path.read_text().splitlines()
    nodes = braces.tree(texts, has_semicolons=path.parent.name == "juniper_junos")
    found = [node.first for top in nodes for node in top.walk()]
    assert found == sorted(found)
    says = [
        number
        for number, text in enumerate(texts, start=1)
        if text.strip() and text.strip() != "}" and not text.strip().startswith(("/*", "#"))
    ]
    assert found == says
