"""What a file is, its content tells."""

import pytest
from tests.office import docx, package, paragraph, pdf, picture, pptx, shape, xlsx

from data_processing.elements import ParseFailed
from data_processing.extract.sniff import sniff


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (pdf([[("x", 11)]]), "pdf"),
        (docx(paragraph("x")), "docx"),
        (pptx([shape("x")]), "pptx"),
        (xlsx({"A": [["x"]]}), "xlsx"),
        (picture(["x"]), "image"),
        (b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nhello", "eml"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "html"),
        (b"interface Gi0/1\n switchport\n", "text"),
    ],
)
@pytest.mark.parametrize("name", ["x.pdf", "x.docx", "x.xlsx", "x.txt", "x", "x.jpg"])
def test_a_wrong_name_misleads_nobody(data: bytes, form: str, name: str) -> None:
    assert sniff(data, name).format == form


@pytest.mark.parametrize(
    ("data", "outcome", "words"),
    [
        (b"", "empty", "0 bytes"),
        (b" \n\x00\n", "empty", "blanks"),
        (docx(paragraph("x" * 5000))[:-200], "corrupt", "cut off"),
        (package({"a.txt": "x"}), "unsupported", "Unpack"),
        (package({f"{n}": "" for n in range(5_001)}), "too_large", "5,001"),
        (b"{\\rtf1 x}", "unsupported", "DOCX or PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "corrupt", "damaged"),
        (bytes(range(256)) * 50, "unsupported", "not read"),
    ],
)
@pytest.mark.parametrize("name", ["x.pdf", "x.docx", "x"])
def test_what_cannot_be_read_says_why(data: bytes, outcome: str, words: str, name: str) -> None:
    with pytest.raises(ParseFailed) as failure:
        sniff(data, name)
    assert failure.value.outcome == outcome
    assert words in failure.value.reason
