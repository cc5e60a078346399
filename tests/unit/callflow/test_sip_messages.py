"""SIP messages are read and written; what is none is refused."""

import random

import pytest

from call_flow.pbx import digest, sip
from call_flow.pbx.digest import Credentials
from call_flow.pbx.sip import Headers, Request, Response, SipError

_INVITE = (
    b"INVITE sip:101@127.0.0.1:5070 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n"
    b'f: "Ann \\"A\\" B" <sip:+15551230001@127.0.0.1>;tag=abc\r\n'
    b"t: <sip:101@127.0.0.1>\r\n"
    b"i: one@host\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"Record-Route: <sip:a>\r\n"
    b"RECORD-ROUTE: <sip:b>\r\n"
    b"Subject: a subject\r\n"
    b"  that goes on\r\n"
    b"l: 4\r\n"
    b"\r\n"
    b"bodyrest"
)


def test_a_request_is_read_with_short_names_folded_lines_and_its_own_length() -> None:
    request = sip.parse(_INVITE)

    assert isinstance(request, Request)
    assert (request.method, request.uri, request.body) == ("INVITE", "sip:101@127.0.0.1:5070", b"body")
    assert request.call_id == "one@host"
    assert request.cseq == (7, "INVITE")
    assert request.headers.all("record-route") == ["<sip:a>", "<sip:b>"]
    assert request.headers.get("Subject") == "a subject that goes on"
    caller = sip.address(request.headers.get("From"))
    assert (caller.name, caller.user, caller.tag) == ('Ann "A" B', "+15551230001", "abc")


def test_a_response_is_read() -> None:
    response = sip.parse(_INVITE.replace(b"INVITE sip:101@127.0.0.1:5070 SIP/2.0", b"SIP/2.0 486 Busy Here, really"))

    assert isinstance(response, Response)
    assert (response.status, response.phrase) == (486, "Busy Here, really")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"SIP/2.0\r\nv", b"SIP/3.0\r\nv"),
        (b"INVITE sip:101@127.0.0.1:5070 SIP/2.0", b"SIP/2.0 99 Early"),
        (b"INVITE sip:101@127.0.0.1:5070 SIP/2.0", b"SIP/2.0 2000 OK"),
        (b"INVITE sip:101@127.0.0.1:5070 SIP/2.0", b""),
        (b"i: one@host\r\n", b""),
        (b"CSeq: 7 INVITE\r\n", b""),
        (b"l: 4", b"l: 400"),
        (b"l: 4", b"l: -4"),
        (b"l: 4", b"l: \xd9\xa4"),
        (b"Subject: a subject\r\n  that", b"Sub ject: x\r\nthat"),
        (b"Subject: a subject\r\n", b"X: y\r\n" * 300),
        (b"\r\n\r\n", b"\r\n"),
        (b"bodyrest", b"x" * 70000),
    ],
)
def test_what_is_not_a_whole_message_is_refused(old: bytes, new: bytes) -> None:
    assert old in _INVITE
    with pytest.raises(SipError):
        sip.parse(_INVITE.replace(old, new, 1))


def test_garbage_is_refused_and_never_anything_worse() -> None:
    dice = random.Random(5)
    for _ in range(3000):
        datagram = bytearray(_INVITE[: dice.randrange(len(_INVITE))])
        for _ in range(dice.randrange(1, 8)):
            datagram.insert(dice.randrange(len(datagram) + 1), dice.randrange(256))
        try:
            message = sip.parse(bytes(datagram))
        except SipError:
            continue
        assert message.cseq[0] >= 0
        assert sip.address(message.headers.get("from")).user is not None
        assert isinstance(sip.parts(message), list)


def test_what_is_written_is_read_again() -> None:
    written = sip.write(
        Request(
            Headers([("Via", "v"), ("From", sip.name_address('A "b" \\ ü\r\n', "sip:1@h")), ("To", "<sip:2@h>"),
                     ("Call-ID", "c"), ("CSeq", "1 BYE")]),
            b"\r\n\r\nbody", "BYE", "sip:2@h",
        )
    )  # fmt: skip
    read = sip.parse(written)

    assert isinstance(read, Request)
    assert read.body == b"\r\n\r\nbody"
    assert sip.address(read.headers.get("from")).name == 'A "b" \\ ü'


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0b"])
def test_a_value_cannot_smuggle_a_header_field(value: str) -> None:
    with pytest.raises(ValueError, match="line end"):
        sip.write(Request(Headers([("X-Test", value)]), b"", "INVITE", "sip:x"))


@pytest.mark.parametrize(
    ("value", "user"),
    [
        ("<sip:101@host;user=phone>;tag=1", "101"),
        ("sip:101@host;tag=1", "101"),
        ("<sip:host>", ""),
        ("<tel:911>", ""),
        ("nonsense", ""),
        ("", ""),
        ('"<sip:9@x>" <sip:1@h>', "1"),
    ],
)
def test_the_number_of_an_address_is_found(value: str, user: str) -> None:
    assert sip.address(value).user == user


def test_the_parts_of_a_body_are_told_apart() -> None:
    body = (
        b"--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
        b"--b\r\nContent-Type: application/pidf+xml\r\nContent-ID: <x@y>\r\n\r\n<presence/>\r\n--b--\r\n"
    )
    message = Request(Headers([("Content-Type", 'multipart/mixed;boundary="b"')]), body, "INVITE", "sip:x")

    assert [(kind, content.strip()) for kind, content in sip.parts(message)] == [
        ("application/sdp", b"v=0"),
        ("application/pidf+xml", b"<presence/>"),
    ]
    assert sip.parts(Request(Headers([]), b"", "ACK", "sip:x")) == []


def test_a_password_is_proved_as_rfc_2617_shows_it() -> None:
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"'
    value = digest.answer(challenge, "GET", "/dir/index.html", Credentials("Mufasa", "Circle Of Life"))

    assert value is not None
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
    assert 'opaque="5ccc"' in value


@pytest.mark.parametrize("challenge", ["", "Basic realm=x", 'Digest realm="r", nonce="n", algorithm=SHA-256'])
def test_another_challenge_is_not_answered(challenge: str) -> None:
    assert digest.answer(challenge, "INVITE", "sip:x", Credentials("a", "b")) is None
