"""A quote counts only where it stands."""

from dataclasses import replace

import pytest

from rag_engine import citations
from rag_engine.passage import Passage

TEXT = (
    "Name | Address\nHBS-NAS01 | 10.21.20.30\nThe “guest” key – renewed on 4 January – is Tide-48.\u00a0Keep it  safe."
)


def passage(text: str = TEXT, start: int = 1000, header: int = 0) -> Passage:
    return Passage("c", "d", "e", "t", text, 1.0, char_start=start, char_end=start + len(text) - header)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("HBS-NAS01 | 10.21.20.30", "HBS-NAS01 | 10.21.20.30"),
        ("| HBS-NAS01 | 10.21.20.30 |", "HBS-NAS01 | 10.21.20.30"),
        ('the "guest" key - renewed on 4 January', "The “guest” key – renewed on 4 January"),
        ("“is Tide-48. Keep it safe.”", "is Tide-48.\u00a0Keep it  safe."),
        ("The guest… is Tide-48", None),
        ('The "guest" key … is Tide-48', "The “guest” key – renewed on 4 January – is Tide-48"),
        ("Tide-48 ... guest", None),
        ("is Tide-4", None),
        ("ide-48", None),
        ("is Tide-49", None),
        ("key", None),
        ("", None),
        ("…", None),
    ],
)
def test_the_words_must_stand_there_but_not_the_typography(quote: str, found: str | None) -> None:
    citation = citations.cite(1, passage(), quote)
    assert (citation.quote if citation else None) == found
    if citation:
        assert TEXT[citation.start - 1000 : citation.end - 1000] == citation.quote


def test_a_quote_is_on_the_page_on_which_it_begins() -> None:
    text = "The pump is green. The valve is red. The gauge is new."
    valve, gauge = text.index("The valve"), text.index("The gauge")
    turns = ((1000, 3), (1000 + valve, 4), (1000 + gauge, 5))
    chunk = replace(passage(text), page=3, page_end=5, pages=turns)
    quotes = ("pump is green", "is green. The valve", "valve is red", "The valve is red", "gauge is new")
    found = [citations.cite(1, chunk, quote) for quote in quotes]
    assert [citation.page if citation else None for citation in found] == [3, 3, 4, 4, 5]


def test_a_quote_of_a_chunk_on_one_page_is_there() -> None:
    citation = citations.cite(1, replace(passage("The pump is green."), page=9, page_end=9), "pump is green")
    assert citation is not None
    assert citation.page == 9


def test_offsets_count_behind_a_repeated_table_header() -> None:
    header = "Name | Address\n"
    chunk = passage(header + "HBS-APP01 | 10.21.20.20", start=500, header=len(header))
    citation = citations.cite(1, chunk, "HBS-APP01 | 10.21.20.20")
    assert citation is not None
    assert (citation.start, citation.end) == (500, chunk.char_end)


def test_a_repeated_table_header_is_no_place_in_the_document() -> None:
    header = "Name | Address\n"
    chunk = passage(header + "HBS-APP01 | 10.21.20.20", start=500, header=len(header))
    assert citations.cite(1, chunk, "Name | Address") is None
    both = citations.cite(1, chunk, "Name | Address HBS-APP01")
    assert both is not None
    assert (both.quote, both.start) == ("HBS-APP01", 500)


@pytest.mark.parametrize(
    ("sentence", "agrees"),
    [
        ("The NAS has 10.21.20.30.", True),
        ("The NAS has 10.21.30.20.", False),
        ("The key changes on 4 January.", True),
        ("The key changes on 5 January.", False),
        ("The key changes on 04 January.", True),
        ("In VLAN 77 the key is Tide-48.", True),  # from the question
        ("The key is safe.", True),
    ],
)
def test_figures_of_a_sentence_come_from_its_source_or_the_question(sentence: str, agrees: bool) -> None:
    assert citations.numbers_agree(sentence, [passage()], "What is the key in VLAN 77?") is agrees


def test_an_address_is_not_proven_by_a_longer_one() -> None:
    assert not citations.numbers_agree("It is 10.21.20.3.", [passage("10.21.20.30 and 3")], "")
