"""Messages and what is attached to them."""

from email.message import EmailMessage

import pytest
from tests.office import docx, paragraph, xlsx

from data_processing.elements import ParseFailed
from data_processing.extract import parse


def _message(subject: str, text: str = "Hello Bob,\n\nport 7 is down.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Alice <alice@acme.example>"
    message["To"] = "bob@acme.example"
    message["Date"] = "Fri, 03 May 2024 10:00:00 +0100"
    message["Subject"] = subject
    message.set_content(text)
    return message


def test_a_message_has_its_subject_as_heading_and_its_envelope_as_text() -> None:
    document = parse(_message("Störung in Köln").as_bytes(), "x.eml")
    assert document.metadata["title"] == "Störung in Köln"
    assert [(e.type, e.text) for e in document.elements] == [
        ("heading", "Störung in Köln"),
        (
            "paragraph",
            "From: Alice <alice@acme.example>\nTo: bob@acme.example\nDate: Fri, 03 May 2024 10:00:00 +0100",
        ),
        ("paragraph", "Hello Bob,"),
        ("paragraph", "port 7 is down."),
    ]


def test_the_formatted_text_is_preferred_because_it_has_tables() -> None:
    message = _message("Ports")
    message.add_alternative(
        "<table><tr><th>Port</th><th>VLAN</th></tr><tr><td>7</td><td>20</td></tr></table>", subtype="html"
    )
    texts = [element.text for element in parse(message.as_bytes(), "x.eml").elements]
    assert "Port | VLAN\n7 | 20" in texts
    assert "Hello Bob," not in texts


def test_attachments_are_read_below_their_names() -> None:
    message = _message("Plan")
    body = paragraph("VLANs", style="H1") + paragraph("Voice is 20.")
    message.add_attachment(docx(body), maintype="application", subtype="octet-stream", filename="plan.docx")
    document = parse(message.as_bytes(), "x.eml")
    voice = document.elements[-1]
    assert (voice.text, voice.label) == ("Voice is 20.", "plan.docx")
    assert voice.section_path == ("Plan", "plan.docx", "VLANs")


def test_an_attachment_that_cannot_be_read_is_named_with_its_reason() -> None:
    message = _message("Plan")
    message.add_attachment(docx("")[:-100], maintype="application", subtype="octet-stream", filename="cut.docx")
    document = parse(message.as_bytes(), "x.eml")
    assert document.outcome == "partial"
    assert document.warnings[0].startswith("cut.docx was not read: The file is damaged")


def test_messages_in_messages_are_read_to_the_third_and_the_fourth_is_named() -> None:
    message = _message("level 0")
    for level in range(1, 6):
        outer = _message(f"level {level}")
        outer.add_attachment(message)
        message = outer
    document = parse(message.as_bytes(), "x.eml")
    headings = [element.text for element in document.elements if element.type == "heading"]
    assert "level 2" in headings
    assert "level 1" not in headings
    assert "level 1.eml was not read" in document.warnings[0]


@pytest.mark.parametrize("depth", [30, 2_000])
def test_messages_nested_without_end_are_refused(depth: int) -> None:
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    source = f"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n{parts}Content-Type: text/plain\r\n\r\nhello"
    with pytest.raises(ParseFailed) as failure:
        parse(source.encode(), "x.eml")
    assert failure.value.outcome == "too_large"


def test_a_header_of_megabytes_is_refused() -> None:
    source = b"From: a@b.example\r\nSubject: x\r\nTo: " + b"x@y.example, " * 200_000 + b"\r\n\r\nhello"
    with pytest.raises(ParseFailed) as failure:
        parse(source, "x.eml")
    assert failure.value.outcome == "too_large"


def test_a_workbook_in_a_message_keeps_sheet_and_file_apart() -> None:
    message = _message("Ports")
    message.add_attachment(xlsx({"Leeds": [["Port", "VLAN"], [1, 20]]}), maintype="a", subtype="b", filename="p.xlsx")
    table = parse(message.as_bytes(), "x.eml").elements[-1]
    assert table.label == "p.xlsx › Leeds"
    assert table.table is not None


def test_a_subject_whose_encoding_is_broken_is_shown_as_it_stands() -> None:
    source = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: =?utf-8?b?a?=\r\n\r\nThe pump is stuck.\r\n"
    text = " ".join(element.text for element in parse(source, "x.eml").elements)
    assert "=?utf-8?b?a?=" in text
    assert "The pump is stuck." in text
