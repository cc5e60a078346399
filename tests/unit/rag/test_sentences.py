"""Sentences of passages: prose, lists and tables."""

from rag_engine import sentences


def shown(text: str) -> list[str]:
    return [sentence.shown for sentence in sentences.split(text)]


def test_every_sentence_is_a_range_of_its_text() -> None:
    text = "Guest Wi-Fi\n\nThe key is Tide. It changes\nin April.\n\n- ask Ann\n\nName | Room\nAP1 | lobby"
    for sentence in sentences.split(text):
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
    assert shown(text) == ["The key is Tide.", "It changes in April.", "Name: AP1; Room: lobby"]


def test_a_heading_or_question_is_the_context_of_what_follows() -> None:
    (first, second) = sentences.split(
        "5 Guest Wi-Fi\nThe key is Tide.\nHow long is it valid?\nUntil the evening comes."
    )
    assert (first.shown, first.context) == ("The key is Tide.", "5 Guest Wi-Fi")
    assert (second.shown, second.context) == ("Until the evening comes.", "How long is it valid?")


def test_abbreviations_addresses_and_leaders_do_not_end_a_sentence() -> None:
    assert shown("Use a cable, e.g. Cat 6, to reach 10.0.0.1 on port 5. Then restart.") == [
        "Use a cable, e.g. Cat 6, to reach 10.0.0.1 on port 5.",
        "Then restart.",
    ]
    assert shown("Northline Telecom ........ 0113 496 0970") == ["Northline Telecom ........ 0113 496 0970"]


def test_a_row_is_read_with_the_names_of_its_columns_and_without_empty_cells() -> None:
    assert shown("VLAN | Name | Note\n30 | Voice | \n90 | Guest | open") == [
        "VLAN: 30; Name: Voice",
        "VLAN: 90; Name: Guest; Note: open",
    ]


def test_a_table_without_names_is_read_as_it_is() -> None:
    assert shown("30 | Voice\n90 | Guest") == ["30; Voice", "90; Guest"]


def test_a_short_line_with_a_value_is_no_heading() -> None:
    assert shown("Door code: 2063-Y") == ["Door code: 2063-Y"]


def test_nothing_comes_of_nothing() -> None:
    assert shown("") == shown(" \n\n ") == shown("...") == []
