"""No secret of a corpus of every platform's syntax is left, in whatever way it is written; what is none stays."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.corpus import CORPUS, MARKED, WITH_SECRETS, assert_none_left, bare, marked, secrets
from tests.engineering import fingerprint

from engineering_api.reading import lines
from engineering_api.redact import Redacted, Redaction, redact


def outside(line: str, change: Callable[[str], str]) -> str:
    """A line changed in all but its secrets."""
    return "".join(part if number % 2 else change(part) for number, part in enumerate(re.split("(«[^»]*»)", line)))


def quoted(line: str) -> str:
    """A line with quotes around the secrets that have none and stand as a word."""
    return re.sub(r"(?<=[ =])«([^»\"']*)»(?=\s|$)", r'"«\1»"', line)


MUTATIONS: dict[str, Callable[[str], str]] = {
    "as written": lambda line: line,
    "with tabs": lambda line: outside(line, lambda text: text.replace(" ", "\t")),
    "with wide blanks": lambda line: outside(line, lambda text: re.sub(r"(?<=\S) (?=\S|$)", "   ", text)),
    "in capitals": lambda line: outside(line, str.upper),
    "in quotes": quoted,
    "indented": lambda line: "    " + line,
}


def test_the_corpus_is_large() -> None:
    assert sum(len(secrets(marked(path))) for path in WITH_SECRETS) > 500


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("path", WITH_SECRETS, ids=lambda path: path.stem)
def test_no_secret_is_left(path: Path, mutation: str) -> None:
    changed = [MUTATIONS[mutation](line) for line in marked(path)]
    redacted = redact([bare(line) for line in changed], fingerprint)
    assert len(redacted.texts) == len(changed)
    assert_none_left(changed, redacted.texts)


@pytest.mark.parametrize("path", WITH_SECRETS, ids=lambda path: path.stem)
def test_no_secret_is_left_in_a_terminals_log(path: Path) -> None:
    written = [MARKED.sub(lambda found: found[1][:3] + "\x1b[1;31m" + found[1][3:], line) for line in marked(path)]
    read = lines.read("\r\n".join(written).encode())
    redacted = redact(read.texts, fingerprint)
    assert len(redacted.texts) == len(written)
    assert_none_left(marked(path), redacted.texts)


@pytest.mark.parametrize("path", WITH_SECRETS, ids=lambda path: path.stem)
def test_to_redact_again_changes_nothing(path: Path) -> None:
    once = redact([bare(line) for line in marked(path)], fingerprint)
    again = redact(once.texts, fingerprint)
    assert again == Redacted(once.texts, ())


@pytest.mark.parametrize("path", WITH_SECRETS, ids=lambda path: path.stem)
def test_every_line_with_a_secret_is_told_and_others_of_the_corpus_stay(path: Path) -> None:
    found = marked(path)
    redacted = redact([bare(line) for line in found], fingerprint)
    told = {redaction.line for redaction in redacted.found}
    for number, (line, text) in enumerate(zip(found, redacted.texts, strict=True), start=1):
        if MARKED.search(line):
            assert number in told, line
            assert "REDACTED-" in text
        else:
            assert text == line


def test_what_is_no_secret_stays() -> None:
    texts = tuple(marked(CORPUS / "none.txt"))
    assert redact(texts, fingerprint) == Redacted(texts, ())


def one(text: str) -> str:
    return redact([text], fingerprint).texts[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snmp-server community public RO 10", "snmp-server community REDACTED-default-community-* RO 10"),
        ("snmp-server community Pr1vateOne RO ACL", "snmp-server community REDACTED-community-* RO ACL"),
        ("enable password cisco", "enable password REDACTED-default-password-*"),
        ("enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "enable secret 5 REDACTED-hash-*"),
        ("username bob password 7 08314942001D0B1206", "username bob password 7 REDACTED-password-*"),
        ("crypto isakmp key 6 Abc123 address 10.1.1.1", "crypto isakmp key 6 REDACTED-psk-* address 10.1.1.1"),
        (
            "username a password x9 encrypted privilege 15",
            "username a password REDACTED-password-* encrypted privilege 15",
        ),
        ('secret "$9$HqfQ1IcrK8n"; ## SECRET-DATA', 'secret "REDACTED-password-*"; ## SECRET-DATA'),
        (
            'pre-shared-key ascii-text "$9$HqfQ1I"; ## SECRET-DATA',
            'pre-shared-key ascii-text "REDACTED-psk-*"; ## SECRET-DATA',
        ),
        ("        set psksecret ENC cHNrSW52ZW50==", "        set psksecret ENC REDACTED-psk-*"),
        ('add name=u password="a b" profile=p', 'add name=u password="REDACTED-password-*" profile=p'),
        ('    "x_passphrase": "a, b",', '    "x_passphrase": "REDACTED-psk-*",'),
        ("<rocommunity>public</rocommunity>", "<rocommunity>REDACTED-default-community-*</rocommunity>"),
        ("<crt>LS0tLS1CRUdJTiBDRVJU</crt>", "<crt>REDACTED-certificate-*</crt>"),
        ("path ftp://u:pw1@10.1.1.1/x", "path ftp://u:REDACTED-password-*@10.1.1.1/x"),
        ("authorization: Bearer abcdefgh12345", "authorization: Bearer REDACTED-token-*"),
        (" ip ospf message-digest-key 1 md5 7 0822", " ip ospf message-digest-key 1 md5 7 REDACTED-key-*"),
    ],
)
def test_a_secret_becomes_one_word_of_its_kind_and_the_rest_of_the_line_stays(text: str, expected: str) -> None:
    before, after = expected.split("*")
    assert re.fullmatch(re.escape(before) + "[0-9a-f]{6}" + re.escape(after), one(text)), one(text)


def test_the_same_secret_is_the_same_word_and_another_is_another() -> None:
    first, second, third = redact(
        ["enable password Abc1", "enable password Abc1", "enable password Abc2"], fingerprint
    ).texts
    assert first == second != third


def test_a_redaction_tells_the_line_and_the_kind() -> None:
    found = redact(["hostname a", "", "snmp-server community S3cr RO"], fingerprint).found
    assert found == (Redaction(3, "community"),)


def test_digits_below_a_server_are_a_key_and_below_a_key_chain_a_number() -> None:
    texts = ["radius server A", " key 12345", "key chain K", " key 12345", "  key-string 99"]
    redacted = redact(texts, fingerprint).texts
    assert redacted[1].startswith(" key REDACTED-key-")
    assert redacted[3] == " key 12345"
    assert redacted[4].startswith("  key-string REDACTED-key-")


def test_a_community_of_bgp_is_no_community_of_snmp() -> None:
    junos = [
        "snmp {", "    community Geheim1 {", "        authorization read-only;", "    }", "}",
        "policy-options {", "    community BLUE members 65000:1;", "    policy-statement P {", "        from {",
        "            community BLUE;", "        }", "    }", "}",
    ]  # fmt: skip
    redacted = redact(junos, fingerprint).texts
    assert "Geheim1" not in "\n".join(redacted)
    assert redacted[5:] == tuple(junos[5:])


def test_what_was_a_secret_in_one_place_is_none_the_less_in_another() -> None:
    texts = ["enable secret Kn0wnSecret", "tell Bob: Kn0wnSecret!", "banner (Kn0wnSecret)", "hostname Kn0wnSecretive"]
    redacted = redact(texts, fingerprint).texts
    assert "Kn0wnSecret)" not in redacted[2]
    assert redacted[3] == texts[3]


@pytest.mark.parametrize("text", ["    community Geheim1 {", "    community Geheim1;", ' community "Geheim1" {'])
def test_a_community_in_a_line_that_was_cut_out_of_its_block_goes(text: str) -> None:
    assert "Geheim1" not in one(text)


@pytest.mark.parametrize("text", ["    community BLUE members 65000:1;", " key 12345", '    set name "LAN"'])
def test_what_only_its_block_would_make_a_secret_stays_without_it(text: str) -> None:
    assert one(text) == text


def test_what_an_applet_answers_when_it_is_asked_for_a_password_goes() -> None:
    texts = [' action 1.0 cli command "enable" pattern "assword"', ' action 2.0 cli command "Invented77"']
    assert redact(texts, fingerprint).texts[1].startswith(' action 2.0 cli command "REDACTED-password-')


def test_a_header_of_a_call_and_a_community_of_a_managed_switch_go() -> None:
    texts = ["config http-headers", "    edit 1", '        set value "s3cretInvented"', "    next", "end"]
    assert "s3cretInvented" not in "\n".join(redact(texts, fingerprint).texts)
    texts = ["config snmp-community", "    edit 1", '        set name "swInvented77"']
    assert "swInvented77" not in "\n".join(redact(texts, fingerprint).texts)


@pytest.mark.parametrize(
    ("question", "secret"),
    [
        ("Why is snmp-server community N0cInvented1 RO rejected on bath-core?", "N0cInvented1"),
        ("My PSK is Sommer2024! and phase 1 fails", "Sommer2024!"),
        ("Is password Tr0ub4dor&3? right for admin on sw1", "Tr0ub4dor&3"),
    ],
)
def test_in_a_question_only_the_secret_goes(question: str, secret: str) -> None:
    before, after = question.split(secret)
    text = redact([question], fingerprint, is_question=True).texts[0]
    assert text.startswith(before + "REDACTED-")
    assert text.endswith(after)


@pytest.mark.parametrize(
    "question",
    [
        "What does enable secret 9 do on a C9300?",
        "Is the SNMP community public used anywhere?",
        "What is neighbor 10.1.1.1 password encryption type?",
        "Do I need a radius server key 7 on bath-core?",
    ],
)
def test_in_a_question_what_stands_where_a_secret_would_is_none(question: str) -> None:
    assert redact([question], fingerprint, is_question=True).texts == (question,)
