"""Names of mailbox folders as IMAP writes them: modified UTF-7 (RFC 3501, 5.1.3), in quotes. Pure."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import groupby


def folder_name(name: str) -> str:
    """A folder's name in quotes, as it is sent. Raises ValueError for a name that no folder can have."""
    if not name or any(character in name for character in "\x00\r\n"):
        raise ValueError("is not the name of a folder")
    return quoted("".join(_pieces(name)))


def quoted(text: str) -> str:
    """A string in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pieces(name: str) -> Iterator[str]:
    for is_plain, run in groupby(name, lambda character: " " <= character <= "~"):
        text = "".join(run)
        if is_plain:
            yield text.replace("&", "&-")
        else:
            packed = b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            yield f"&{packed}-"
