"""Patterns of lines: what they match, what the functions get, and what the ledger gets."""

import importlib
import pkgutil
from types import ModuleType

import pytest

import engineering_api
from engineering_api.facts.device import Unparsed
from engineering_api.reading.grammar import Found, Place
from engineering_api.reading.tree import Node


def read(place: Place[list[str]], *nodes: Node) -> tuple[list[str], list[str]]:
    """What a place's functions said of lines, and which lines were not understood."""
    said: list[str] = []
    unparsed: list[Unparsed] = []
    place.read(nodes, said, unparsed)
    return said, [one.text for one in unparsed]


def line(text: str, *below: Node) -> Node:
    """A line with others below it."""
    return Node(text, 1, 1 + len(below), list(below))


def speaking(*patterns: str) -> Place[list[str]]:
    """A place whose lines say their words."""
    place: Place[list[str]] = Place("test")

    @place.line(*patterns)
    def _(owner: list[str], found: Found) -> None:
        owner.append(" ".join(f"{key}={value}" for key, value in sorted(found.words.items())))

    return place


def test_words_in_capitals_are_told_to_the_function() -> None:
    said, missed = read(speaking("ip address ADDRESS MASK"), line("ip address 10.0.0.1 255.0.0.0"))

    assert said == ["ADDRESS=10.0.0.1 MASK=255.0.0.0"]
    assert missed == []


def test_a_choice_with_a_name_tells_which_and_an_optional_one_whether() -> None:
    place = speaking("[NO:(no)] ip http SERVER:(server|secure-server)")

    assert read(place, line("ip http server"), line("no ip http secure-server"))[0] == [
        "NO=None SERVER=server",
        "NO=no SERVER=secure-server",
    ]


def test_the_rest_of_a_line_and_words_in_quotes_are_one_word() -> None:
    assert read(speaking("set NAME VALUE..."), line('set "a b" c d  e'))[0] == ['NAME="a b" VALUE=c d  e']


def test_a_line_that_no_pattern_matches_is_missed_with_all_below_it() -> None:
    _, missed = read(speaking("a B"), line("b", line("a c")), line("a"), line("a b c"))

    assert missed == ["b", "a c", "a", "a b c"]


def test_a_word_that_is_not_what_it_should_be_makes_the_line_missed() -> None:
    place: Place[list[str]] = Place("test")

    @place.line("mtu BYTES")
    def _(owner: list[str], found: Found) -> None:
        owner.append(str(int(found["BYTES"])))

    assert read(place, line("mtu 1500"), line("mtu big")) == (["1500"], ["mtu big"])


def test_lines_below_a_line_that_opens_nothing_are_missed() -> None:
    assert read(speaking("name NAME"), line("name x", line("name y")))[1] == ["name y"]


def test_a_block_reads_all_that_is_below_it() -> None:
    place: Place[list[str]] = Place("test")

    @place.block("banner KIND")
    def _(owner: list[str], found: Found) -> None:
        owner.extend(below.text for below in found.node.children)

    assert read(place, line("banner motd", line("anything"))) == (["anything"], [])


def test_a_place_that_opens_gives_its_owner_to_the_lines_below() -> None:
    inside = speaking("name NAME")
    place: Place[list[str]] = Place("test")

    @place.opens(inside, "vlan NUMBER")
    def _(owner: list[str], found: Found) -> list[str]:
        owner.append(found["NUMBER"])
        return owner

    assert read(place, line("vlan 10", line("name office"), line("odd"))) == (["10", "NAME=office"], ["odd"])


def test_lines_by_their_first_words_are_known_with_all_below() -> None:
    place: Place[list[str]] = Place("test")
    place.knows_words("alias archive", after="[no]")

    assert read(place, line("alias x y", line("z")), line("no archive"), line("aliases"))[1] == ["aliases"]


def test_own_lines_come_before_those_of_included_places() -> None:
    other = speaking("speed SPEED")
    place: Place[list[str]] = Place("test")

    @place.line("speed auto")
    def _(owner: list[str], found: Found) -> None:
        owner.append("auto")

    place.includes(other)

    assert read(place, line("speed auto"), line("speed 100"))[0] == ["auto", "SPEED=100"]


def test_lines_without_indentation_belong_to_the_block_that_knows_them() -> None:
    inside = speaking("name NAME")
    place: Place[list[str]] = Place("test")
    place.opens(inside, "vlan NUMBER")(lambda owner, found: owner)
    place.knows("hostname NAME")

    texts = ["vlan 10", "name office", "exit", "vlan 20", "name voice", "hostname sw1", "name lost"]
    tree = place.nested([Node(text, number, number) for number, text in enumerate(texts, start=1)])

    assert [(node.text, node.last, [below.text for below in node.children]) for node in tree] == [
        ("vlan 10", 3, ["name office", "exit"]),
        ("vlan 20", 5, ["name voice"]),
        ("hostname sw1", 6, []),
        ("name lost", 7, []),
    ]


def test_blocks_without_end_within_each_other_are_missed_below_some_depth() -> None:
    place: Place[list[str]] = Place("test")
    place.opens(place, "in")(lambda owner, found: owner)
    inner = node = Node("in", 1, 5000)
    for number in range(2, 5000):
        node.children.append(Node("in", number, 5000))
        node = node.children[0]

    _, missed = read(place, inner)

    assert 4800 < len(missed) < 4999


def modules() -> list[ModuleType]:
    """All modules of dialects and platforms."""
    found = pkgutil.walk_packages(engineering_api.__path__, "engineering_api.")
    return [
        importlib.import_module(one.name)
        for one in found
        if one.name.startswith(("engineering_api.dialects.", "engineering_api.platforms."))
    ]


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__.partition(".")[2])
def test_all_patterns_of_a_module_are_right(module: ModuleType) -> None:
    for place in vars(module).values():
        if isinstance(place, Place):
            place.check()
