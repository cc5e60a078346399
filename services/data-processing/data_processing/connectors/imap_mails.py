"""What a server tells of the mails of a folder, without their bodies. Pure."""

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

#: What is asked for; PEEK leaves the mail unread.
FIELDS = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)])"
_MAX_NAME = 150
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_QUOTED = re.compile(rb'\bBODY\[\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(rb"\\(.)")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u2028\u2029]+')

#: An answer to FETCH as imaplib gives it: pairs of a line and the literal after it, and the ends of lines.
Answer = Sequence[tuple[bytes, bytes] | bytes | None]


@dataclass(frozen=True)
class Mail:
    """A mail of a folder. `size` in bytes; `received` ISO 8601 in UTC, or empty."""

    uid: int
    size: int
    received: str
    message_id: str
    sender: str
    subject: str
    digest: str

    @property
    def name(self) -> str:
        """The subject as the name of a file."""
        subject = " ".join(_NOT_IN_NAMES.sub(" ", self.subject).split())[:_MAX_NAME].strip(". ")
        return f"{subject or 'mail'}.eml"


def mails(answer: Answer) -> list[Mail]:
    """The mails of an answer to FETCH with `FIELDS`, in the order of their UIDs; what is none of it is left out."""
    found = {}
    for facts, literals in _responses(answer):
        if uid := _UID.search(facts):
            found[int(uid[1])] = _mail(int(uid[1]), facts, literals[0] if literals else b"")
    return [found[uid] for uid in sorted(found)]


def body(answer: Answer, uid: int) -> bytes | None:
    """The bytes of a mail in an answer to FETCH; None when the answer does not tell of this mail."""
    for facts, literals in _responses(answer):
        # The UID stands before or behind the bytes, which may be a literal or, if they are few, in quotes.
        quoted = _QUOTED.search(facts)
        told = _UID.search(facts if quoted is None else facts[: quoted.start(1)] + facts[quoted.end(1) :])
        if told and int(told[1]) == uid and b"BODY[" in facts:
            return literals[0] if literals else _ESCAPED.sub(rb"\1", quoted[1]) if quoted else b""
    return None


def _responses(answer: Answer) -> Iterator[tuple[bytes, list[bytes]]]:
    """The lines of each response, put together, and its literals."""
    facts, literals = b"", list[bytes]()
    for part in answer:
        if part is None:
            continue
        line, literal = part if isinstance(part, tuple) else (part, None)
        facts += b" " + line
        if literal is not None:
            literals.append(literal)
            continue
        yield facts, literals
        facts, literals = b"", []


def _mail(uid: int, facts: bytes, header: bytes) -> Mail:
    size = _SIZE.search(facts)
    told = _RECEIVED.search(facts)
    received = told[1] if told else b""
    # The modern policy raises on headers that are not well formed.
    message = email.message_from_bytes(header, policy=email.policy.compat32)
    digest = hashlib.sha256(b"\n".join([b"%d" % int(size[1] if size else 0), received, b" ".join(header.split())]))
    return Mail(
        uid=uid,
        size=int(size[1]) if size else 0,
        received=_iso(received.decode("ascii", "replace")),
        message_id=_text(message, "Message-ID"),
        sender=_text(message, "From"),
        subject=_text(message, "Subject"),
        digest=digest.hexdigest()[:32],
    )


def _iso(received: str) -> str:
    try:
        return datetime.strptime(received.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""


def _text(message: Message, name: str) -> str:
    raw = str(message.get(name) or "")
    with suppress(LookupError, ValueError, MessageError):  # an encoding nobody knows, or not what it says
        raw = str(make_header(decode_header(raw)))
    return " ".join(raw.encode("utf-8", "replace").decode().replace("\x00", "").split())
