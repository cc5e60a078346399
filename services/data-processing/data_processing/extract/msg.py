"""Outlook's MSG by python-oxmsg. Messages attached to messages are not files in it, and are only named."""

import io
import re
from typing import Any

import oxmsg

from data_processing.elements import ParseFailed
from data_processing.extract import limits, mail
from data_processing.extract.build import Build
from data_processing.extract.encoding import decode
from data_processing.extract.options import Options

_DAMAGED = "The message is damaged: it cannot be read. Save it again from Outlook, as MSG or EML."
_KINDS = {1: "to", 2: "cc"}
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]{2,40})""", re.IGNORECASE)


def read(data: bytes, build: Build, options: Options) -> None:
    """Collect the elements of a message and of its attachments.

    Raises:
        ParseFailed: `corrupt`.
    """
    try:
        message = oxmsg.Message.load(io.BytesIO(data))
        found = _mail(message, build)
    except (KeyError, ValueError, LookupError, AttributeError, TypeError, OSError) as error:
        raise ParseFailed("corrupt", _DAMAGED) from error
    mail.add(found, build, options)


def _mail(message: Any, build: Build) -> mail.Mail:
    headers = {name.lower(): value for name, value in message.message_headers.items()}
    people: list[str] = []
    for recipient in message.recipients:
        name, address = recipient.name or "", recipient.email_address or ""
        people.append(f"{name} <{address}>" if name and address and name != address else name or address)
    sent = message.sent_date
    return mail.Mail(
        message.subject or "", headers.get("from") or message.sender or "", headers.get("to") or ", ".join(people),
        headers.get("cc", ""), headers.get("date") or (sent.isoformat(" ", "minutes") if sent else ""),
        message.body or "", _page(message), _attachments(message, build),
    )  # fmt: skip


def _attachments(message: Any, build: Build) -> list[mail.Attachment]:
    found = []
    for number, attachment in enumerate(message.attachments):
        name = attachment.file_name or "attachment"
        if number >= limits.MAX_MAIL_PARTS:
            build.warnings.append(f"Only the first {limits.MAX_MAIL_PARTS} attachments were read.")
            break
        if attachment.file_bytes is None:
            build.warnings.append(f"{name} was not read: it is itself a message. Save it as a file of its own.")
        else:
            found.append(mail.Attachment(name, attachment.mime_type or "", attachment.file_bytes))
    return found


def _page(message: Any) -> str:
    page = message.html_body
    if isinstance(page, bytes):
        hint = _CHARSET.search(page[:4096])
        return decode(page, hint[1].decode("ascii") if hint else None)
    return page or ""
