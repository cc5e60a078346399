"""Texts that were made to do harm: too long, repeated, nonsense, or full of signs that mean something elsewhere."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wishes.oracle import TEXTS, invented, load

from call_flow.parse import Known, Parsed, parse
from call_flow.spec import complete
from call_flow.spec.specification import Specification
from call_flow.validate import check

TODAY = dt.date(2026, 11, 25)
#: Many times what a rule ever meets at once.
LONG = 6_000
REPEATED = (
    "1 ", "press 1 for ", "Ann ", '"', 'say "', "(", "ab cd, ", "Mon-", "8-", "8 to 5 ", "extension ", "if nobody ",
    "goes to ", "the ", "for sales ", "+1 212 555 0123 ", "a: ", "sales is Ann and ", "a@b.c", "12 Main Street, ", "x",
    "after hours ", "Mo-Fr 8-12 Uhr und ", "closed on ", "24 December to ", "Ann's mobile ", ". ", "1.\n", "\n", "\t",
    "except ", "every other ", "quarter to ", "half past ", "| 101 ", "This is Ab ", "ring x for 20 seconds ",
    "1-2 (3) 4/", "\u0661\u0660\u0661 ", "a\u0301", "no, wait ", "Ab Corp. ",
)  # fmt: skip
SIGNS = (
    "; ${SHELL(rm -rf /)} $[1] &PJSIP/x | <script>alert(1)</script> =HYPERLINK('http://x') \u202e \U0001f980 -- %s {0}"
)


def read(text: str) -> Parsed:
    return parse(text, Known(), today=TODAY, model=None, context_tokens=16_384)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", REPEATED)
def test_a_piece_that_is_repeated_without_end_is_read_in_the_end(piece: str) -> None:
    # Numbered, since what is said again in the same words is read once.
    pieces = (f"{piece * 3}q{number} " for number in range(LONG))
    text = ""
    for part in pieces:
        if len(text) >= LONG:
            break
        text += part
    assert read(text).by == "rules"


@pytest.mark.timeout(60)
def test_more_people_than_are_told_of_in_prose_are_listed_and_not_taken() -> None:
    text = "\n".join(f"Extension {number} is Person{number} Last{number}." for number in range(10_000, 12_100))
    parsed = read(text)
    extensions = parsed.assembled.specification["extensions"]
    assert isinstance(extensions, list)
    assert len(extensions) == 2000
    assert "Extension 12099 is Person12099 Last12099." in parsed.ignored


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_signs_change_labels_only(name: str) -> None:
    text = load(name)["text"]
    plain, spoiled = read(text), read(f"{text}\nNote: {SIGNS}\n")
    assert spoiled.assembled.specification == plain.assembled.specification


def test_a_name_may_hold_anything_and_stays_a_label() -> None:
    parsed = read(f"Company: Acme {SIGNS[:60]}\n101 Ann Archer\n102 Ben Baker")
    name = str(parsed.assembled.specification["customer"])
    assert name.startswith("Acme")
    flow = complete(Specification.model_validate(parsed.assembled.specification), today=TODAY).flow
    assert flow.customer.name == name


FRAGMENTS = st.sampled_from(
    [line for name in TEXTS for line in load(name)["text"].splitlines() if line.strip()]
    + [
        "press",
        "1",
        "for",
        "after hours",
        "go to",
        "+1",
        "@",
        "101-",
        "Mon-Fri",
        "8",
        "to",
        "(",
        '"',
        "\n\n",
        "- ",
        ": ",
    ]
)


@settings(max_examples=30, deadline=None)
@given(st.lists(FRAGMENTS, min_size=1, max_size=12), st.sampled_from([" ", "\n", ". ", ", "]))
def test_any_mixture_of_sentences_is_read_without_anything_added_and_completes(parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    specification = read(text).assembled.specification
    assert invented(specification, text, None) == []
    flow = complete(Specification.model_validate(specification), today=TODAY).flow
    check(flow, today=TODAY)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_read(text: str) -> None:
    parsed = read(text.replace("\x00", ""))
    assert parsed.assembled.specification["customer"]
