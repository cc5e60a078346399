"""What a document is called when its file does not say."""

import pytest
from tests.office import docx, paragraph

from data_processing.extract import parse, text_document


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [
        ("a.md", b"# Leavers\n\nCollect the badge.", "Leavers"),
        ("a.md", b"---\ntitle: Exit\n---\n# Leavers\n\nCollect the badge.", "Exit"),
        ("a.md", b"Collect the badge.\n\n# Leavers\n\nText.", None),
        ("a.md", b"## Leavers\n\nText.", None),
        ("a.md", b"# Document\n\nText.", None),
        ("a.txt", b"Leavers\n=======\n\nCollect the badge.", "Leavers"),
        ("a.txt", b"Leavers\n\nCollect the badge.", None),
        ("a.html", b"<html><body><h1>Leavers</h1><p>Collect the badge.</p></body></html>", "Leavers"),
        ("a.html", b"<html><head><title>Exit</title></head><body><h1>Leavers</h1><p>Text.</p></body></html>", "Exit"),
        (
            "a.html",
            b"<html><head><title>Home</title></head><body><h1>Leavers</h1><p>Text.</p></body></html>",
            "Leavers",
        ),
        ("a.docx", docx(paragraph("Leavers", style="H1") + paragraph("Collect the badge.")), "Leavers"),
    ],
)
def test_a_heading_at_the_very_top_is_the_title_of_a_document_without_one(
    name: str, data: bytes, title: str | None
) -> None:
    assert parse(data, name).metadata.get("title") == title


def test_the_title_that_a_caller_gives_stands_above_the_heading() -> None:
    assert text_document("# Leavers\n\nText.", "a.md", "Exit").metadata["title"] == "Exit"
