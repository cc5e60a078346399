"""The messages in an instance's mailboxes, read from its spool: what proves that one was left."""

from dataclasses import dataclass
from pathlib import Path

_HEADER_BYTES = 44


@dataclass(frozen=True)
class Message:
    """A recorded message; `path` is the WAV file, gone with the instance."""

    context: str
    mailbox: str
    caller: str
    seconds: int
    sound_bytes: int
    path: Path


def messages(spool: Path) -> list[Message]:
    """Every message, oldest first in each mailbox."""
    found = []
    for envelope in sorted(spool.glob("voicemail/*/*/*/msg*.txt")):
        fields = _fields(envelope)
        path = envelope.with_suffix(".wav")
        if not (size := _size(path)):
            continue  # being moved, or recorded in another format
        mailbox = envelope.parent.parent
        seconds = fields.get("duration", "")
        found.append(
            Message(
                mailbox.parent.name, mailbox.name, fields.get("callerid", ""), int(seconds) if seconds.isdigit() else 0,
                max(0, size - _HEADER_BYTES), path,
            )
        )  # fmt: skip
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # moved into the mailbox this moment


def _fields(envelope: Path) -> dict[str, str]:
    lines = envelope.read_text(errors="replace").splitlines()
    return {name: value for name, equals, value in (line.partition("=") for line in lines) if equals}
