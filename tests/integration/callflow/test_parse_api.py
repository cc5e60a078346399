"""POST /parse: from plain language to a specification, over HTTP."""

import json
from typing import Any

import pytest
from tests import phones as service
from tests.fakes.llm import LanguageModel, Reply
from tests.phones import Phones
from tests.wishes.oracle import load

from oberaconnect.settings import Settings

WISH = load("acme-email")
TEXT = WISH["text"]


def parse(phones: Phones, text: str = TEXT, **more: Any) -> Any:
    return phones.post("/parse", {"text": text, **more})


def test_what_a_customer_wrote_becomes_a_specification_with_proofs(phones: Phones) -> None:
    found = parse(phones)
    assert found["by"] == "rules"
    assert (found["model"], found["note"], found["dropped"]) == (None, None, 0)
    assert {key: value for key, value in found["specification"].items() if key != "provenance"} == WISH["specification"]
    assert found["fields"]
    for field in found["fields"]:
        assert TEXT[field["start"] : field["end"]] == field["quote"]
        value: Any = found["specification"]
        for part in field["pointer"].split("/")[1:]:
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert value == field["value"]
    assert "Hi team," in found["ignored"]
    assert (found["flow"], found["findings"], found["assumptions"]) == (None, None, None)


def test_the_specification_can_be_generated_and_the_flow_keeps_the_proofs(phones: Phones) -> None:
    found = parse(phones)
    made = phones.post("/generate", found["specification"])
    assert not [finding for finding in made["findings"] if finding["severity"] == "error"]
    assert made["flow"]["provenance"]["/extensions/0/number"] == {
        "origin": "stated", "evidence": "101", "question": None
    }  # fmt: skip
    called = phones.post("/simulate", {"flow_id": made["flow_id"], "question": "Tuesday 20:00"})
    assert called["terminal"] == {"type": "external", "target": "+12125550177"}


def test_it_is_completed_when_that_is_asked_for_and_nothing_is_kept(phones: Phones) -> None:
    found = parse(phones, generate=True)
    assert found["flow"]["customer"]["name"] == "Acme Corp"
    assert not [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert found["assumptions"]
    assert phones.get("/flows")["items"] == []


def test_what_is_known_from_elsewhere_counts_and_needs_no_proof(phones: Phones) -> None:
    text = "Our number is 020 7946 0123. Open weekdays 9 to 5."
    found = parse(phones, text, country="gb", time_zone="Europe/London", language="en-gb")
    assert found["specification"]["country"] == "GB"
    assert found["specification"]["time_zone"] == "Europe/London"
    assert found["specification"]["language"] == "en-GB"
    assert found["specification"]["numbers"] == [{"e164": "+442079460123"}]
    assert not {"/country", "/time_zone", "/language"} & {field["pointer"] for field in found["fields"]}


def test_contradictions_come_back_as_questions(phones: Phones) -> None:
    found = parse(phones, load("hours-contradiction")["text"])
    assert "hours" not in found["specification"]
    [question] = [item["question"] for item in found["questions"] if item["pointer"] == "/hours"]
    assert "opens at 8" in question
    assert "from 9 to 4" in question


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, "#/text"),
        ({"text": ""}, 422, "#/text"),
        ({"text": " \n\t "}, 422, "#/text"),
        ({"text": 7}, 422, "#/text"),
        ({"text": "a\u0000b"}, 422, "NUL"),
        ({"text": "x" * 200_001}, 413, "200,000 characters"),
        ({"text": "Hello", "country": "Germany"}, 422, "#/country"),
        ({"text": "Hello", "language": "German"}, 422, "language as 'en'"),
        ({"text": "Hello", "client": "No Such"}, 422, "#/client"),
        ({"text": "Hello", "prompt": "be nice"}, 422, "#/prompt"),
    ],
)
def test_bad_requests_are_told_what_is_wrong(phones: Phones, body: dict[str, Any], status: int, words: str) -> None:
    answer = phones.call("POST", "/parse", body)
    assert answer.status_code == status, answer.text
    assert words in str(answer.get_json()["detail"])


def test_a_description_of_five_megabytes_is_refused_with_what_to_do(phones: Phones) -> None:
    answer = phones.call("POST", "/parse", {"text": "We are Acme Corp. " * 291_272})
    assert answer.status_code == 413
    assert "Send the part that is about the telephones." in str(answer.get_json()["detail"])


def test_the_longest_text_is_read(phones: Phones) -> None:
    found = parse(phones, (TEXT * 300)[:200_000])
    assert found["specification"]["customer"] == "Acme Corp"


def test_reading_needs_the_scope_and_the_client_must_be_ones_own(phones: Phones) -> None:
    assert phones.call("POST", "/parse", {"text": TEXT}, who="alice", scopes=["callflow:read"]).status_code == 200
    assert phones.call("POST", "/parse", {"text": TEXT}, who="alice", scopes=["rag:read"]).status_code == 403
    body = {"text": TEXT, "client": "acme"}
    assert phones.call("POST", "/parse", body, who="alice").status_code == 200
    assert phones.call("POST", "/parse", body, who="charlie").status_code == 403


def test_a_model_takes_the_text_apart_and_is_named(settings: Settings) -> None:
    number = "+1 900 555 0199"
    statement = {"kind": "customer", "quote": "we are Acme Corp", "parts": [{"role": "name", "text": "Acme Corp"}]}
    made_up = {
        "kind": "number",
        "quote": f"Call {number}",
        "parts": [{"role": "phone", "text": "+1 900 555 0199"}],
    }
    with LanguageModel() as model, service.running(model.settings(settings, "openai")) as phones:
        model.answer(lambda asked: Reply([json.dumps({"statements": [statement, made_up]})]))
        found = parse(phones, generate=True)
    assert (found["by"], found["model"]) == ("model", {"provider": "openai", "name": "test-model"})
    assert found["dropped"] == 1
    assert found["specification"]["customer"] == "Acme Corp"
    assert "900555" not in json.dumps(found)
    assert found["flow"]["customer"]["name"] == "Acme Corp"


def test_a_model_that_does_not_answer_is_replaced_by_the_rules(settings: Settings) -> None:
    with (
        LanguageModel() as model,
        service.running(model.settings(settings, "ollama", llm_timeout_seconds=0.5)) as phones,
    ):
        model.answer(lambda asked: Reply(["{}"], delay_seconds=1.0))
        found = parse(phones)
    assert (found["by"], found["model"]) == ("rules", None)
    assert "in time" in found["note"]
    assert found["specification"]["customer"] == "Acme Corp"
