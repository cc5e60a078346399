"""Mailboxes: names of folders, and what servers tell of mails."""

import pytest
from pydantic import ValidationError

from data_processing.connectors.imap import ImapConfig
from data_processing.connectors.imap_mails import Answer, Mail, body, mails
from data_processing.connectors.imap_names import folder_name


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("INBOX", '"INBOX"'),
        ("R&D", '"R&-D"'),
        # RFC 3501, 5.1.3
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
        ("Entwürfe", '"Entw&APw-rfe"'),
        ('a "b" \\c', '"a \\"b\\" \\\\c"'),
        ("🙂", '"&2D3eQg-"'),
    ],
)
def test_names_of_folders_are_sent_as_the_standard_says(name: str, sent: str) -> None:
    assert folder_name(name) == sent


@pytest.mark.parametrize("name", ["", "INBOX\r\nA1 DELETE INBOX", "a\x00"], ids=["empty", "line", "nul"])
def test_a_name_that_would_be_a_command_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        ImapConfig(host="imap.example.com", folders=[name])


@pytest.mark.parametrize("host", ["", "imap.example.com/x", "alice@imap.example.com", "imap example", "a\nb", "a..b"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValidationError):
        ImapConfig(host=host)


def told(header: bytes, facts: bytes = b"1 (UID 7 RFC822.SIZE 10 BODY[HEADER.FIELDS (SUBJECT)] {1}") -> Mail:
    (mail,) = mails([(facts, header), b")"])
    return mail


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n", "Grüße"),
        (b"Subject: one\r\n two\r\n", "one two"),
        (b"Subject: =?utf-8?b?a?=\r\n", "=?utf-8?b?a?="),
        (b"Subject: =?nobody-knows?q?x?=\r\n", "=?nobody-knows?q?x?="),
        (b"Subject: \xff\x00x\r\n", "\ufffdx"),
        (b"", ""),
    ],
    ids=["encoded", "folded", "broken", "unknown", "bytes", "none"],
)
def test_subjects_are_read_however_they_are_written(header: bytes, subject: str) -> None:
    assert told(header).subject == subject


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (b"../../etc/passwd", "etc passwd.eml"),
        (b"Invoice 5/2026: due?", "Invoice 5 2026 due.eml"),
        (b"", "mail.eml"),
        (b"x" * 500, "x" * 150 + ".eml"),
    ],
    ids=["up", "signs", "none", "long"],
)
def test_a_subject_becomes_the_name_of_a_file(subject: bytes, name: str) -> None:
    assert told(b"Subject: " + subject + b"\r\n").name == name


def test_the_uid_stands_before_or_behind_the_header() -> None:
    before = (b'1 (UID 7 INTERNALDATE "02-Jan-2026 03:04:05 +0100" RFC822.SIZE 9 BODY[HEADER.FIELDS (X)] {2}', b"\r\n")
    behind = (b"2 (RFC822.SIZE 9 BODY[HEADER.FIELDS (X)] {2}", b"\r\n")
    found = mails([before, b")", behind, b" UID 8)", b"3 (FLAGS (\\Seen))", None])
    assert [mail.uid for mail in found] == [7, 8]
    assert found[0].received == "2026-01-02T02:04:05+00:00"


def test_what_a_mail_contains_is_not_taken_for_what_the_server_says() -> None:
    answer: Answer = [(b"1 (UID 7 BODY[]<0> {12}", b"* 1 (UID 8)\r\n"), b")"]
    assert body(answer, 8) is None
    assert body(answer, 7) == b"* 1 (UID 8)\r\n"
    assert body([b'1 (BODY[]<0> "UID 8 \\"x\\"" UID 7)'], 7) == b'UID 8 "x"'
    assert body([b'1 (BODY[]<0> "UID 8" UID 7)'], 8) is None
    assert body([b"1 (UID 7 BODY[]<5> NIL)"], 7) == b""
    assert body([None], 7) is None


def test_mails_differ_when_anything_told_of_them_does() -> None:
    facts = b"1 (UID 7 RFC822.SIZE 10 BODY[HEADER.FIELDS (SUBJECT)] {1}"
    first = told(b"Message-ID: <a>\r\nSubject: x\r\n", facts)
    assert first.digest == told(b"Message-ID: <a>\r\nSubject: x\r\n", facts.replace(b"UID 7", b"UID 9")).digest
    assert first.digest != told(b"Message-ID: <a>\r\nSubject: y\r\n", facts).digest
    assert first.digest != told(b"Message-ID: <a>\r\nSubject: x\r\n", facts.replace(b"10", b"11")).digest
