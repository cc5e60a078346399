"""The chain of the audit by itself: every change of an entry shows, and what is kept is small and without secrets."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agents import chain
from agents.redacted import HIDDEN, redacted, short

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def _entries(count: int, tenant: str = "acme") -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    head = chain.BEGINNING
    for number in range(1, count + 1):
        entry = {
            "tenant": tenant,
            "number": number,
            "at": NOON + timedelta(minutes=number),
            "actor": "key:alice",
            "action": "run.created",
            "object": f"run:{number}",
            "data": {"agent": "helpdesk", "größe": number / 2},
            "prev_hash": head,
        }
        head = chain.digest(entry)
        made.append({**entry, "hash": head})
    return made


def test_a_chain_as_it_was_written_is_valid() -> None:
    entries = _entries(3)
    verdict = chain.check("acme", entries)
    assert (verdict.valid, verdict.entries, verdict.head, verdict.broken_at) == (True, 3, entries[-1]["hash"], None)
    assert chain.check("acme", []) == chain.Verdict(0, chain.BEGINNING)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tenant", "globex"),
        ("number", 7),
        ("at", NOON),
        ("actor", "key:bob"),
        ("action", "run.deleted"),
        ("object", "run:9"),
        ("data", {"agent": "helpdesk"}),
        ("prev_hash", chain.BEGINNING),
        ("hash", "f" * 64),
    ],
)
def test_any_field_that_was_changed_breaks_the_chain_at_its_entry(field: str, value: Any) -> None:
    entries = _entries(3)
    entries[1][field] = value
    verdict = chain.check("acme", entries)
    assert (verdict.valid, verdict.entries, verdict.broken_at) == (False, 1, 2)
    assert verdict.head == entries[0]["hash"]


@pytest.mark.parametrize("gone", [0, 1])
def test_an_entry_that_was_taken_out_is_named(gone: int) -> None:
    entries = _entries(3)
    del entries[gone]
    verdict = chain.check("acme", entries)
    assert verdict.broken_at == gone + 1
    assert f"Entry {gone + 1} is missing" in verdict.why


def test_entries_that_were_taken_from_the_end_show_by_a_head_that_was_noted() -> None:
    entries = _entries(3)
    noted = entries[-1]["hash"]
    assert chain.check("acme", entries + _continued(entries), noted).valid
    cut = chain.check("acme", entries[:2], noted)
    assert (cut.valid, cut.broken_at, cut.entries) == (False, None, 2)
    assert noted in cut.why
    assert chain.check("acme", entries[:2]).valid


def test_a_chain_that_was_written_anew_shows_by_a_head_that_was_noted() -> None:
    noted = _entries(3)[-1]["hash"]
    forged = _entries(2)
    forged[1]["actor"] = "key:mallory"
    forged[1]["hash"] = chain.digest(forged[1])
    assert chain.check("acme", forged).valid
    assert not chain.check("acme", forged, noted).valid


def _continued(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    entry = {**entries[-1], "number": len(entries) + 1, "prev_hash": entries[-1]["hash"]}
    return [{**entry, "hash": chain.digest(entry)}]


def test_an_export_can_be_checked_by_itself() -> None:
    lines = list(chain.lines(_entries(3)))
    assert json.loads(lines[-1]) == {"count": 3, "hash": _entries(3)[-1]["hash"]}
    verdict = chain.check_export(lines)
    assert (verdict.valid, verdict.entries) == (True, 3)
    assert chain.check_export(chain.lines([])).valid
    assert not chain.check_export(lines, "f" * 64).valid


def test_an_export_that_was_changed_or_cut_is_not_valid() -> None:
    lines = list(chain.lines(_entries(3)))
    assert chain.check_export([lines[0], lines[1].replace("alice", "bob"), *lines[2:]]).broken_at == 2
    assert "last line is missing" in chain.check_export(lines[:-1]).why
    assert not chain.check_export([*lines[:2], lines[-1]]).valid
    assert not chain.check_export([*lines, lines[-1]]).valid


@pytest.mark.parametrize(
    "line",
    ["", "nonsense", "[]", "{}", '"text"', '{"number": 2}', '{"at": 5}', "[" * 100_000],
    ids=lambda line: f"{line[:20]!r}",
)
def test_what_is_no_export_is_refused_by_its_line(line: str) -> None:
    lines = list(chain.lines(_entries(2)))
    verdict = chain.check_export([lines[0], line, *lines[1:]])
    assert verdict.why == "Line 2 is not one of an export of the audit."


def test_what_looks_like_a_secret_is_not_kept() -> None:
    kept = redacted(
        {
            "password": "Winter2026",
            "apiKey": "k",
            "headers": {"Authorization": "Bearer abcdefgh", "X-Api-Key": "k", "Accept": "json"},
            "servers": [{"env": {"GITHUB_TOKEN": "ghp"}, "private_key": ["a"], "SNMP community secret": 7}],
            "input_tokens": 12,
            "max_tokens": 4096,
            "key": "run:1",
            "monkey": "banana",
            "secret": None,
            "note": "call it with Bearer abcdefghij or https://me:pw@host/ and msp_0123456789ab_" + "A" * 43,
        }
    )
    assert kept == {
        "password": HIDDEN,
        "apiKey": HIDDEN,
        "headers": {"Authorization": HIDDEN, "X-Api-Key": HIDDEN, "Accept": "json"},
        "servers": [{"env": {"GITHUB_TOKEN": HIDDEN}, "private_key": HIDDEN, "SNMP community secret": HIDDEN}],
        "input_tokens": 12,
        "max_tokens": 4096,
        "key": "run:1",
        "monkey": "banana",
        "secret": None,
        "note": f"call it with Bearer {HIDDEN} or https://{HIDDEN}@host/ and {HIDDEN}",
    }


def test_long_texts_are_cut_and_named_by_their_hash() -> None:
    kept = short("x" * 10_000)
    assert len(kept) < 700
    assert "10000 characters, sha256 " in kept
    assert kept != short("x" * 9_999 + "y")
    assert short("kurz") == "kurz"


def test_what_is_large_or_deep_stays_small() -> None:
    deep: Any = "end"
    for _ in range(200):
        deep = {"in": deep}
    wide = {f"field {number}": ["x" * 400] * 200 for number in range(200)}
    assert len(json.dumps(redacted({"deep": deep}))) < 200
    assert redacted(wide).keys() == {"cut", "bytes", "sha256"}
    assert redacted({"list": list(range(60))})["list"][-1] == "… 10 more"


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 16**5000, "\ud800", "a\x00b", 1e300, -0.0, b"x", NOON],
    ids=["nan", "inf", "huge", "surrogate", "nul", "large", "minus nought", "bytes", "time"],
)
def test_whatever_is_given_can_be_kept(value: Any) -> None:
    kept = redacted({"value": value})
    text = json.dumps(kept, allow_nan=False)
    assert "\\u0000" not in text
    assert len(text.encode()) < 1_000
    assert json.loads(text) == kept
