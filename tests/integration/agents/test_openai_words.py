"""What the face for OpenAI's clients understands and tells, without a service."""

import secrets
from typing import Any

import pytest

from agents.openai_face import asking
from agents.openai_face.pieces import Cited, Said
from agents.openai_face.telling import Telling
from oberaconnect.settings import Settings

SETTINGS = Settings.model_validate(
    {"secret_key": secrets.token_hex(32), "database_url": "postgresql://db", "gateway_port": 8090}
)


@pytest.mark.parametrize(
    ("answer", "decided"),
    [
        ("approve", ("approve", "")),
        ("Approved.", ("approve", "")),
        (" yes! ", ("approve", "")),
        ("**approve**", ("approve", "")),
        ("Approve: it is urgent", ("approve", "it is urgent")),
        ("deny", ("deny", "")),
        ("No, he is away", ("deny", "he is away")),
        ("deny because he is away", ("deny", "because he is away")),
        ("retry", ("retry", "")),
        ("Skip.", ("skip", "")),
        ("yes but not that one", None),
        ("approve not", None),
        ("do not approve", None),
        ("I would say yes", None),
        ("nothing", None),
        ("now?", None),
        ("", None),
    ],
)
def test_only_a_clear_word_decides(answer: str, decided: Any) -> None:
    assert asking.decision(answer) == decided


def told(*events: tuple[str, dict[str, Any]]) -> str:
    telling = Telling(SETTINGS)
    return "".join(
        piece.text for kind, data in events for piece in telling.pieces(kind, data) if isinstance(piece, Said)
    )


def test_an_answer_that_is_written_anew_in_the_same_words_is_told_once() -> None:
    again = [("message.delta", {"text": "Hello "}), ("message.delta", {"text": "Alice"})]
    end = ("message.completed", {"text": "Hello Alice."})
    assert told(*again, ("message.reset", {}), *again, end) == "Hello Alice."


def test_an_answer_that_is_written_anew_in_other_words_is_set_apart() -> None:
    events = [("message.delta", {"text": "Hello"}), ("message.reset", {}), ("message.delta", {"text": "Good day"})]
    assert told(*events, ("message.completed", {"text": "Good day."})) == "Hello\n\nGood day."


def test_a_shorter_answer_after_a_reset_is_told_whole() -> None:
    events = [("message.delta", {"text": "Hello Alice"}), ("message.reset", {}), ("message.delta", {"text": "Hello"})]
    assert told(*events, ("message.completed", {"text": "Hello"})) == "Hello Alice\n\nHello"


def test_messages_of_a_run_stand_apart() -> None:
    first = [("message.delta", {"text": "I look."}), ("message.completed", {"text": "I look."})]
    assert told(*first, ("message.completed", {"text": ""}), ("message.delta", {"text": "Done."})) == "I look.\n\nDone."


def test_each_source_is_cited_once_and_at_an_address_that_can_be_opened() -> None:
    telling = Telling(SETTINGS)
    list(telling.pieces("message.delta", {"text": "Twelve"}))
    cited: list[dict[str, Any]] = [
        {"title": "Wiki", "url": "https://wiki.example/a"},
        {"title": "Wiki", "url": "https://wiki.example/a"},
        {"title": "Paper", "document_id": "d1", "page": 3},
        {"title": "Nowhere"},
    ]
    assert list(telling.citations(cited)) == [
        Cited("https://wiki.example/a", "Wiki", 0, 6),
        Cited("http://localhost:8090/api/data/documents/d1", "Paper, page 3", 0, 6),
    ]


def test_arguments_are_shown_to_whoever_decides_and_long_ones_say_that_they_were_cut() -> None:
    row = {
        "id": "1", "kind": "call", "tool": "send", "class": "external", "why": "It sends.",
        "args": {"text": "x" * 9000},
    }  # fmt: skip
    asked = asking.question(SETTINGS, [row], may_decide=True)
    assert len(asked) < 5000
    assert "read all of them" in asked
