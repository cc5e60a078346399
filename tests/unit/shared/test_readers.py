"""What a person is to documents that not everybody may read, as the claims of a token tell it."""

import logging
from typing import Any

import pytest

from oberaconnect.entra import readers

OURS = "11111111-2222-3333-4444-555555555555"
THEIRS = "99999999-8888-7777-6666-555555555555"


def _readers(**claims: Any) -> set[str]:
    return set(readers({"tid": OURS, "oid": "alice-oid", "sub": "alice"} | claims))


def test_a_person_is_themselves_one_of_the_organisation_and_anyone() -> None:
    assert _readers() == {"user:alice-oid", "org", "anyone"}


def test_a_person_is_what_their_groups_and_their_name_say() -> None:
    assert _readers(groups=["finance", "board"], preferred_username="Alice@Example.test") == {
        "user:alice-oid", "group:finance", "group:board", "mail:alice@example.test", "org", "anyone",
    }  # fmt: skip


def test_the_name_may_stand_in_the_older_claim() -> None:
    assert "mail:alice@example.test" in _readers(upn="alice@example.test")


def test_the_address_that_anybody_could_have_written_there_is_not_the_persons() -> None:
    assert _readers(email="ceo@example.test") == {"user:alice-oid", "org", "anyone"}


@pytest.mark.parametrize("name", ["+441174960123", "alice", "", None, 7, ["alice@example.test"]])
def test_a_name_that_is_no_address_gives_none(name: Any) -> None:
    assert _readers(preferred_username=name) == {"user:alice-oid", "org", "anyone"}


def test_a_person_without_an_object_id_is_nobody_in_particular() -> None:
    assert _readers(oid=None) == {"org", "anyone"}


@pytest.mark.parametrize(
    "claims",
    [
        {"groups": ["finance"], "_claim_names": {"groups": "src1"}},
        {"groups": "src1"},
        {"groups": ["finance"], "hasgroups": True},
        {"groups": [f"group{number}" for number in range(201)]},
        {"groups": [7, None, {"id": "finance"}]},
        {"groups": None},
    ],
    ids=["elsewhere", "a word", "implicit flow", "more than a token holds", "not words", "null"],
)
def test_groups_that_a_token_cannot_name_are_none(claims: dict[str, Any]) -> None:
    assert _readers(**claims) == {"user:alice-oid", "org", "anyone"}


def test_that_groups_are_missing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        _readers(_claim_names={"groups": "src1"})
    assert "too many groups" in caplog.text


def test_as_many_groups_as_a_token_holds_are_all_there() -> None:
    assert sum(item.startswith("group:") for item in _readers(groups=[str(number) for number in range(200)])) == 200


@pytest.mark.parametrize("group", ["", "a\nanyone", "a\nuser:bob-oid", "\x00", "x" * 315])
def test_a_group_that_could_be_taken_for_others_is_left_out(group: str) -> None:
    assert _readers(groups=[group, "board"]) == {"user:alice-oid", "group:board", "org", "anyone"}


@pytest.mark.parametrize(
    ("claims", "is_ours"),
    [
        ({}, True),
        ({"idp": f"https://sts.windows.net/{OURS}/"}, True),
        ({"idp": f"https://sts.windows.net/{THEIRS}/"}, False),
        ({"idp": f"https://{OURS}.evil.example/"}, False),
        ({"idp": "live.com"}, False),
        ({"acct": 0, "idp": "live.com"}, True),
        ({"acct": "0"}, True),
        ({"acct": 1}, False),
        ({"acct": "1", "idp": f"https://sts.windows.net/{OURS}/"}, False),
        ({"acct": None}, False),
    ],
)
def test_a_guest_is_not_one_of_the_organisation(claims: dict[str, Any], is_ours: bool) -> None:
    assert ("org" in _readers(**claims)) is is_ours
