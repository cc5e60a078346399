"""The sign-off document as PDF and DOCX: the same words in both, whatever the customer wrote."""

import datetime as dt
import io
from typing import Any

import docx as python_docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from tests.callflow import acme

from call_flow.documents import Material, docx, pdf
from call_flow.flow.identity import version
from call_flow.flow.model import Flow
from call_flow.render import pictures
from oberaconnect import draw

HOSTILE = [
    '#read("/etc/hostname") [x] $x^2$ *b* @ref // c', "${SHELL(id)};,&|", "<script>alert(1)</script>",
    '=HYPERLINK("http://x")', "a\x07\x1b[31m b", "x" * 200, "Zoë Łucja Ωμέγα", "a\u202eb\u202c c",
]  # fmt: skip


def material(flow: Flow) -> Material:
    drawn = [(picture.title, draw.svg(draw.lay_out(picture.diagram))) for picture in pictures(flow)]
    return Material(
        flow=flow, version=version(flow), made=dt.date(2026, 11, 25), prepared_by="Obera Networks", pictures=drawn
    )


def pages(content: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(content)
    return [bare(page.get_textpage().get_text_range()) for page in opened]


def bare(text: str) -> str:
    """The text without spaces and the marks of line ends: a line may break anywhere."""
    return "".join(char for char in text if char.isprintable() and not char.isspace() and char != "\ufffe")


def in_word(content: bytes) -> str:
    word = python_docx.Document(io.BytesIO(content))
    return bare("".join(part.text or "" for part in word.element.body.iter(qn("w:t"))))


def hostile(flow: dict[str, Any]) -> None:
    flow["customer"]["name"] = HOSTILE[0]
    flow["prompts"][0]["texts"]["en-US"] = HOSTILE[0] + "\nsecond line"
    for extension, name in zip(flow["extensions"], HOSTILE[1:5], strict=True):
        extension["display"] = name
    flow["mailboxes"][3]["name"] = HOSTILE[5]
    flow["sites"][0]["name"] = HOSTILE[6]
    flow["nodes"][2]["name"] = HOSTILE[7]


@pytest.fixture(scope="module")
def given() -> Material:
    return material(acme())


@pytest.fixture(scope="module")
def as_pdf(given: Material) -> bytes:
    return pdf(given)


@pytest.fixture(scope="module")
def as_docx(given: Material) -> bytes:
    return docx(given)


def test_every_section_and_every_label_of_the_picture_can_be_read_in_the_pdf(given: Material, as_pdf: bytes) -> None:
    texts = pages(as_pdf)
    whole = "".join(texts)
    for words in (
        "In brief", "Opening hours and holidays", "Thanksgiving Day", "Texts to record", "That is not a choice.",
        "Mailbox 600 (General)", "47 CFR", "Please confirm", "Staff dial *29 to switch", "Waited too long",
        "Anyone by name or number",
    ):  # fmt: skip
        assert bare(words) in whole
    assert version(given.flow) in texts[0]
    assert version(given.flow) in texts[-1]
    for words in ("Sign-off", "For Acme Corp", "For Obera Networks", "Signature"):
        assert bare(words) in texts[-1]
    assert all(f"{number}/{len(texts)}" in text for number, text in enumerate(texts, 1) if number > 1)


def test_word_has_the_same_words_under_real_headings(given: Material, as_pdf: bytes, as_docx: bytes) -> None:
    word = python_docx.Document(io.BytesIO(as_docx))
    headings = [p.text.split("   ")[1] for p in word.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    opened = pypdfium2.PdfDocument(as_pdf)
    outline = [item.get_title().split(" ", 1)[1] for item in opened.get_toc() if item.level == 0]
    assert headings == outline
    assert version(given.flow) in in_word(as_docx)
    assert len(word.inline_shapes) == 1


@pytest.fixture(scope="module")
def both() -> tuple[str, str]:
    """What the two files of a hostile flow say."""
    given = material(acme(hostile))
    return "".join(pages(pdf(given))), in_word(docx(given))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_and_nothing_else(name: str, both: tuple[str, str]) -> None:
    for text in both:
        assert bare(name) in text


def test_no_text_of_the_flow_is_lost_in_either_file(given: Material, as_pdf: bytes, as_docx: bytes) -> None:
    flow, in_pdf, in_docx = given.flow, "".join(pages(as_pdf)), in_word(as_docx)
    texts = [extension.name for extension in flow.extensions]
    texts += [str(mailbox.name) for mailbox in flow.mailboxes]
    texts += [address for mailbox in flow.mailboxes for address in mailbox.email]
    texts += [text for prompt in flow.prompts for text in prompt.texts.values()]
    for text in texts:
        assert bare(text) in in_pdf
        assert bare(text) in in_docx


def test_the_same_flow_is_the_same_file(as_pdf: bytes, as_docx: bytes) -> None:
    again = material(acme())
    assert pdf(again) == as_pdf
    assert docx(again) == as_docx


def test_an_empty_flow_is_a_short_document() -> None:
    given = material(Flow.model_validate({"customer": {"name": "Nobody"}}))
    assert 3 <= len(pages(pdf(given))) <= 8
    assert "Nobody" in in_word(docx(given))


def test_a_text_of_four_thousand_characters_goes_on_on_the_next_page() -> None:
    spoken = " ".join(f"word{n}" for n in range(440))

    def long(flow: dict[str, Any]) -> None:
        flow["prompts"][0]["texts"]["en-US"] = spoken

    assert bare(spoken[-300:]) in "".join(pages(pdf(material(acme(long)))))
