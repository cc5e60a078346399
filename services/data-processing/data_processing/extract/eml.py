"""EML by the standard library, which believes everything: what a message may hold is checked before and on the way."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from data_processing.elements import ParseFailed
from data_processing.extract import limits, mail
from data_processing.extract.build import Build
from data_processing.extract.encoding import decode
from data_processing.extract.options import Options

_NESTING = re.compile(rb"^content-type:\s*(?:multipart/|message/rfc822)", re.IGNORECASE | re.MULTILINE)
_TEXTS = ("text/plain", "text/html")


def read(data: bytes, build: Build, options: Options) -> None:
    """Collect the elements of a message and of its attachments.

    Raises:
        ParseFailed: `too_large`.
    """
    _check(data)
    # The modern policy raises on headers that are not well formed, and half of the old mail has one.
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    mail.add(_mail(message), build, options)


def _check(data: bytes) -> None:
    if len(_NESTING.findall(data)) > limits.MAX_MAIL_PARTS:
        raise ParseFailed("too_large", f"The message has more than the {limits.MAX_MAIL_PARTS} parts that are read.")
    header = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0]
    if len(header) > limits.MAX_HEADER_LINE:
        raise ParseFailed("too_large", "The header of the message is longer than the 1 MB that is read.")


def _mail(message: Message) -> mail.Mail:
    plain: list[str] = []
    pages: list[str] = []
    attachments: list[mail.Attachment] = []
    for part in _parts(message, 0):
        kind = part.get_content_type()
        name = _decoded(part.get_filename() or "")
        disposition = (part.get("Content-Disposition") or "").strip().lower()
        if kind in _TEXTS and not name and not disposition.startswith("attachment"):
            (plain if kind == "text/plain" else pages).append(_text(part))
        elif part.get_content_maintype() == "message":
            attachments.extend(_enclosed(part, name))
        elif isinstance(data := part.get_payload(decode=True), bytes) and data:
            is_inline = part.get("Content-ID") is not None and not disposition.startswith("attachment")
            attachments.append(mail.Attachment(name or _unnamed(kind), kind, data, is_inline))
    return mail.Mail(
        _header(message, "Subject"), _header(message, "From"), _header(message, "To"), _header(message, "Cc"),
        _header(message, "Date"), "\n\n".join(plain), "<hr>".join(pages), attachments,
    )  # fmt: skip


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """The parts that hold something, without going into attached messages."""
    if depth > limits.MAX_MAIL_DEPTH:
        raise ParseFailed(
            "too_large", f"The message is nested deeper than the {limits.MAX_MAIL_DEPTH} levels that are read."
        )
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)
    else:
        yield message


def _enclosed(part: Message, name: str) -> Iterator[mail.Attachment]:
    """Messages inside a message; a report of delivery has only headers in its."""
    payload = part.get_payload()
    for inner in payload if isinstance(payload, list) else ():
        if isinstance(inner, Message) and inner.keys():
            subject = name or _header(inner, "Subject") or "message"
            yield mail.Attachment(f"{subject.removesuffix('.eml')}.eml", "message/rfc822", inner.as_bytes())


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return decode(data, part.get_content_charset()) if isinstance(data, bytes) else ""


def _header(message: Message, name: str) -> str:
    return _decoded(str(message.get(name) or ""))


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, MessageError):  # an encoding nobody knows, or one that is broken
        return text


def _unnamed(kind: str) -> str:
    return f"attachment ({kind})"
