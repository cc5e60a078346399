"""Short texts, each with what is to come out of it written down by hand: what they say, and no more."""

import datetime as dt
from functools import cache
from typing import Any

import pytest
from tests.wishes.oracle import PROOFS, facts, invented, leaves, notes

from call_flow.parse import Known, Parsed, parse

TODAY = dt.date(2026, 11, 25)
#: What is missed is asked or listed; what is wrong is a mistake.
LEAST_RECALL = 0.97


@cache
def read(name: str) -> Parsed:
    known = Known(**notes()[name].get("options", {}))
    return parse(notes()[name]["text"], known, today=TODAY, model=None, context_tokens=16_384)


def said(name: str) -> dict[str, Any]:
    known = notes()[name].get("options", {})
    found = read(name).assembled.specification
    return {key: value for key, value in found.items() if key not in known and (key, value) != ("customer", "Customer")}


def judged(name: str, specification: dict[str, Any]) -> set[tuple[str, ...]]:
    """The facts of a specification without those that are not judged in this text."""
    loose = [tuple(pointer.split("/")) for pointer in notes()[name].get("loose", [])]
    return {fact for fact in facts(specification) if not any(fact[: len(start)] == start for start in loose)}


@pytest.mark.parametrize("name", notes())
def test_nothing_comes_out_of_a_note_that_it_does_not_say(name: str) -> None:
    note = notes()[name]
    assert judged(name, said(name)) - judged(name, note["specification"]) == set()
    assert invented(said(name), note["text"], note.get("options", {}).get("country")) == []
    fields = read(name).assembled.fields
    assert all(note["text"][field.proof.start : field.proof.end] == field.proof.text != "" for field in fields)
    told = {key: value for key, value in said(name).items() if key != PROOFS}
    assert {pointer for pointer, _ in leaves(told) if told} == {field.pointer for field in fields}


def test_most_of_what_notes_say_comes_out() -> None:
    found = sum(len(judged(name, said(name)) & judged(name, note["specification"])) for name, note in notes().items())
    wanted = sum(len(judged(name, note["specification"])) for name, note in notes().items())
    assert found / wanted >= LEAST_RECALL


@pytest.mark.parametrize("name", [name for name, note in notes().items() if note.get("questions")])
def test_what_a_note_takes_back_limits_or_leaves_open_is_asked_in_its_words(name: str) -> None:
    asked = [item.question for item in read(name).questions]
    for words in notes()[name]["questions"]:
        assert any(words in question for question in asked), words
