"""A message, whatever it was stored as: who wrote to whom about what, the text, and what was attached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data_processing.elements import ParseFailed
from data_processing.extract import engine, html, limits, text
from data_processing.extract.build import Build, clean
from data_processing.extract.options import Options
from data_processing.extract.suspicion import may_be_configuration

_ENVELOPE = (("From", "sender"), ("To", "to"), ("Cc", "cc"), ("Date", "date"))
#: Pictures below this size are logos and signatures.
_MIN_PICTURE_BYTES = 20_000


@dataclass(frozen=True)
class Attachment:
    """A file in a message. `is_inline` when the text shows it."""

    name: str
    media_type: str
    data: bytes
    is_inline: bool = False


@dataclass(frozen=True)
class Mail:
    """A message. Addresses and the date are shown as they were written."""

    subject: str
    sender: str
    to: str
    cc: str
    date: str
    plain: str
    page: str
    attachments: Sequence[Attachment]


def add(mail: Mail, build: Build, options: Options) -> None:
    """Add a message and what is attached to it."""
    build.metadata |= {"title": mail.subject, "author": mail.sender, "created": mail.date}
    build.heading(mail.subject or "(no subject)", 1)
    build.add("paragraph", "\n".join(_envelope(mail)))
    before = len(build.elements)
    if mail.page.strip():
        try:
            html.fragment(mail.page, build)
        except ParseFailed as failure:
            build.warnings.append(f"The formatted text of the message was not read: {failure.reason}")
    if len(build.elements) == before:
        if may_be_configuration(mail.plain):
            build.suspect(mail.plain)
        else:
            text.read(mail.plain, build)
    for attachment in mail.attachments:
        _attach(attachment, build, options)


def _envelope(mail: Mail) -> Iterator[str]:
    for title, name in _ENVELOPE:
        value = " ".join(clean(getattr(mail, name)).split())
        if value:
            yield f"{title}: {value}"


def _attach(attachment: Attachment, build: Build, options: Options) -> None:
    is_picture = attachment.media_type.startswith("image/")
    if is_picture and (attachment.is_inline or len(attachment.data) < _MIN_PICTURE_BYTES):
        return
    name = " ".join(clean(attachment.name).split()) or "attachment"
    if options.depth >= limits.MAX_ATTACHMENT_DEPTH:
        build.warnings.append(f"{name} was not read: it is attached to an attachment of an attachment.")
        return
    try:
        document = engine.First().parse(attachment.data, name, options.deeper())
    except ParseFailed as failure:
        if not (is_picture and failure.outcome == "empty"):
            build.warnings.append(f"{name} was not read: {failure.reason}")
        return
    build.include(document, name, level=2)
