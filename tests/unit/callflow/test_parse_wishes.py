"""Texts as customers write them, read by the rules: what comes out, what proves it, and that nothing is added."""

import datetime as dt
from functools import cache
from typing import Any

import pytest
from tests.wishes.oracle import PROOFS, TEXTS, facts, invented, leaves, load

from call_flow.parse import Known, Parsed, parse
from call_flow.spec import complete
from call_flow.spec.specification import Specification
from call_flow.validate import check

TODAY = dt.date(2026, 11, 25)
#: What the rules reach on these texts. Texts of others they read less well: what they miss is asked or listed.
LEAST_F1 = 0.96


@cache
def read(name: str) -> Parsed:
    wish = load(name)
    known = Known(**wish.get("options", {}))
    return parse(wish["text"], known, today=TODAY, model=None, context_tokens=16_384)


def said(name: str) -> dict[str, Any]:
    """What the text says: without what is known from elsewhere, and without the stand-in of a name."""
    known = load(name).get("options", {})
    found = read(name).assembled.specification
    return {key: value for key, value in found.items() if key not in known and (key, value) != ("customer", "Customer")}


@cache
def counted(name: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """The facts that were found and those that are expected, without those that are not judged."""
    wish = load(name)
    loose = [tuple(pointer.strip("/").split("/")) for pointer in wish.get("loose", [])]

    def judged(found: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
        return {fact for fact in found if not any(fact[: len(start)] == start for start in loose)}

    return judged(facts(said(name))), judged(facts(wish["specification"]))


def test_there_are_texts_of_many_kinds() -> None:
    assert len(TEXTS) >= 20
    assert sum(bool(load(name).get("contradicts")) for name in TEXTS) >= 3


@pytest.mark.parametrize("name", TEXTS)
def test_every_value_has_the_words_that_prove_it(name: str) -> None:
    text, made = load(name)["text"], read(name).assembled
    for field in made.fields:
        proof = field.proof
        assert proof.text
        assert text[proof.start : proof.end] == proof.text
    proven = {(field.pointer, str(field.value)) for field in made.fields}
    told = {key: value for key, value in said(name).items() if key != PROOFS}
    plain = {(pointer, str(value)) for pointer, value in leaves(told)} if told else set()
    assert plain == proven


@pytest.mark.parametrize("name", TEXTS)
def test_no_number_address_or_time_comes_out_that_does_not_follow_from_the_text(name: str) -> None:
    wish = load(name)
    found = read(name).assembled.specification
    country = wish.get("options", {}).get("country") or wish["specification"].get("country")
    assert invented(said(name), wish["text"], country) == []
    assert found["customer"]


@pytest.mark.parametrize("name", TEXTS)
def test_the_specification_completes_without_errors(name: str) -> None:
    specification = Specification.model_validate(read(name).assembled.specification)
    flow = complete(specification, today=TODAY).flow
    findings = check(flow, today=TODAY)
    assert [finding for finding in findings if finding.severity == "error"] == []
    assert [finding for finding in findings if finding.code == "document.unknown-value"] == []


@pytest.mark.parametrize("name", [name for name in TEXTS if load(name).get("questions")])
def test_what_is_open_or_contradicts_itself_is_asked(name: str) -> None:
    wish, parsed = load(name), read(name)
    asked = [(question.pointer or "", question.question) for question in parsed.questions]
    for wanted in wish["questions"]:
        meant = [text for pointer, text in asked if pointer == wanted or pointer.startswith(f"{wanted}/")]
        assert meant, wanted
    if wish.get("contradicts"):
        assert any(text.count("“") == 2 for _, text in asked), "a contradiction is asked with both quotes"


@pytest.mark.parametrize("name", [name for name in TEXTS if load(name).get("unused")])
def test_what_was_not_used_is_listed(name: str) -> None:
    for piece in load(name)["unused"]:
        assert any(piece in line for line in read(name).ignored)


def test_the_rules_find_most_of_what_is_said_and_add_little() -> None:
    right = wrong = missed = 0
    for name in TEXTS:
        found, wanted = counted(name)
        right += len(found & wanted)
        wrong += len(found - wanted)
        missed += len(wanted - found)
    precision, recall = right / (right + wrong), right / (right + missed)
    assert 2 * precision * recall / (precision + recall) >= LEAST_F1, (precision, recall)


def test_figures_are_never_read_wrongly() -> None:
    sections = ("numbers", "hours", "mailbox", "holidays")
    for name in TEXTS:
        found, wanted = counted(name)
        wrong = {fact for fact in found - wanted if fact[0] in sections}
        assert wrong == set(), name
