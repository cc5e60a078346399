"""When passages carry an answer, and when they only look like it."""

import pytest

from rag_engine import evidence
from rag_engine.evidence import Verdict
from rag_engine.passage import Passage


def passage(text: str, title: str = "guide") -> Passage:
    return Passage("c", "d", f"{title}.md", title, text, 1.0, cosine=0.6)


OWN = [
    passage("The staff Wi-Fi password is in the vault. The guest network is open.", "wireless"),
    passage("FreePBX runs on MCR-PBX01 at 192.168.30.10.", "phones"),
    passage("Northgate Street has 12 access points of model U6-Pro in VLAN 30.", "sites"),
]


def judge(question: str, nearest: float | None = 0.7, context: str = "globex") -> Verdict:
    return evidence.judge(question, OWN, OWN, context=context, nearest=nearest)


def test_what_one_passage_speaks_of_is_enough() -> None:
    assert judge("Where is the staff Wi-Fi password?").enough


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What is the Wi-Fi password of Birchwood Dental?", "Birchwood"),
        ("What is Birchwood's guest Wi-Fi password?", "Birchwood"),
        ("Birchwood Dental Wi-Fi password", "Dental"),
        ("what is the wifi password of birchwood dental", "birchwood dental"),
        ("what is the wifi password for the birchwood practice?", "birchwood practice"),
        ("Which phone has 192.168.30.11?", "192.168.30.11"),
        ("Which phone has 192.168.30.30?", "192.168.30.30"),
        ("Is the Wi-Fi in VLAN 40?", "40"),
        ("Is the Wi-Fi of model U7-Pro?", "U7-Pro"),
        ("What does error MD-4012 of the phone mean?", "MD-4012"),
        ('What is the password of "sunflower"?', "sunflower"),
    ],
)
def test_a_name_that_occurs_nowhere_outweighs_everything(question: str, missing: str) -> None:
    verdict = judge(question, nearest=0.95)
    assert not verdict.enough
    assert missing in verdict.missing


@pytest.mark.parametrize(
    "question",
    [
        "What is the staff Wi-Fi password of Globex?",  # the client itself
        "Which access points does Nortgate Street have?",  # a typing mistake
        "What is the address of the PBX?",  # part of a longer name
        "Which phone has 192.168.30.10?",
        "Is the staff Wi-Fi password in the vault on Monday?",  # a day is no name
        "Which u6 pro access points are in VLAN 30?",  # written otherwise
        "Which MFA protects the staff Wi-Fi password?",  # a short acronym may be spelt out
    ],
)
def test_what_everybody_knows_or_mistypes_is_not_missing(question: str) -> None:
    assert judge(question).missing == ()


def test_words_of_another_subject_are_not_enough() -> None:
    assert not judge("How do I bake bread with sourdough?", nearest=0.2).enough


def test_the_same_words_need_less_nearness_than_other_words() -> None:
    assert judge("staff wifi password vault", nearest=0.4).enough
    assert not judge("staff holiday calendar approval", nearest=0.5).enough


def test_without_a_cosine_the_words_decide() -> None:
    assert judge("staff wifi password vault", nearest=None).enough
    assert not judge("staff holiday calendar approval", nearest=None).enough


def test_no_passages_are_no_evidence() -> None:
    assert not evidence.judge("anything", [], [], context="", nearest=0.9).enough


def test_a_question_without_subject_needs_near_passages() -> None:
    assert not judge("what about it?", nearest=0.5).enough
    assert judge("what about it?", nearest=0.9).enough


def test_a_title_speaks_for_its_passage() -> None:
    guide = [passage("The passphrase is Tide.", "Birchwood Dental Wi-Fi")]
    assert evidence.judge("Wi-Fi password of Birchwood Dental?", guide, guide, context="", nearest=0.6).enough
