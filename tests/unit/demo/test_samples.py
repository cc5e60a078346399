"""The sample documents: all described, none too large, and no secret where it does not belong."""

import re
from pathlib import Path

import pytest

from demo import ingest
from demo.gateway import GatewayError
from demo.questions import QUESTIONS, SECRET, STRANGERS, holds

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
FILES = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and path.name != "README.md"]


def test_every_document_is_described_and_every_description_has_its_document() -> None:
    described = sorted(re.findall(r"^\|[^|]*\| `([^`]+)` \|", (SAMPLES / "README.md").read_text(), re.MULTILINE))
    assert described == sorted(path.name for path in FILES)


def test_there_are_about_forty_documents_of_all_formats_under_three_megabytes() -> None:
    assert len(FILES) == 43
    formats = {"pdf", "docx", "pptx", "xlsx", "html", "md", "eml", "msg", "csv", "txt", "png"}
    assert {path.suffix.lstrip(".") for path in FILES} == formats
    assert sum(path.stat().st_size for path in FILES) < 3 * 2**20


def test_the_folders_are_the_scopes_of_three_clients_and_the_provider() -> None:
    found = {folder.name: folder.client for folder in ingest.folders(SAMPLES)}
    assert found == {
        "calder-logistics": "calder-logistics", "harbour-dental": "harbour-dental", "msp": None,
        "whitfield-law": "whitfield-law",
    }  # fmt: skip


def test_samples_that_are_missing_are_told(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="git checkout samples"):
        ingest.folders(tmp_path / "nothing")


def test_ten_questions_are_asked_in_two_scopes_and_the_secret_belongs_to_neither_stranger() -> None:
    assert len(QUESTIONS) == 10
    assert len({question.client for question in QUESTIONS}) == 2
    assert SECRET.client not in STRANGERS


def test_the_secret_stands_in_its_clients_folder_only() -> None:
    readable = [path for path in FILES if path.suffix in {".md", ".txt", ".csv", ".html", ".eml"}]
    holding = {path.parent.name for path in readable if SECRET.fact in path.read_text()}
    assert holding == {SECRET.client}


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("lasts 38\u00a0minutes", "38 minutes"),
        ("SF\u2011448377", "SF-448377"),
        ("IMAGE  bridge\ntimeout", "Image bridge timeout"),
    ],
)
def test_a_fact_is_recognised_whatever_the_spaces_dashes_and_case(text: str, fact: str) -> None:
    assert holds(text, fact)


def test_another_number_is_not_the_fact() -> None:
    assert not holds("lasts 39 minutes", "38 minutes")
