"""SIP messages (RFC 3261): reading datagrams, writing them, and the parts of a body."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes

MAX_DATAGRAM_BYTES = 65535
_MAX_HEADERS = 200

#: RFC 3261 §7.3.3 and the IANA registry: the short names that Asterisk or a phone may use.
_COMPACT = {
    "i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type", "f": "from",
    "s": "subject", "k": "supported", "t": "to", "v": "via", "r": "refer-to", "b": "referred-by", "o": "event",
    "x": "session-expires",
}  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
_NAME_ADDR = re.compile(r'^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]*)>(.*)$', re.DOTALL)
_USER = re.compile(r"^(?:sips?|tel):(?:([^@;?]*)@)?", re.IGNORECASE)

REASONS = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 400: "Bad Request", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here",
    500: "Server Internal Error", 503: "Service Unavailable", 600: "Busy Everywhere", 603: "Decline",
}  # fmt: skip


class SipError(ValueError):
    """The datagram is no SIP message."""


class Headers:
    """Header fields in their order; names are looked up in any case, short or long."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        """From names and values as they are written."""
        self.fields = list(fields)

    def get(self, name: str) -> str:
        """The first value, or an empty text."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value, in order."""
        wanted = name.lower()
        return [value for found, value in self.fields if _long(found) == wanted]


@dataclass(frozen=True)
class Message:
    """What requests and responses have in common."""

    headers: Headers
    body: bytes = b""

    @property
    def call_id(self) -> str:
        """What all messages of a leg have in common."""
        return self.headers.get("call-id")

    @property
    def reason(self) -> str:
        """Why (RFC 3326): of SIP, of Q.850, or of both."""
        return ", ".join(self.headers.all("reason"))

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of the transaction; (0, "") when it cannot be read."""
        number, _, method = self.headers.get("cseq").strip().partition(" ")
        return (int(number), method.strip()) if number.isascii() and number.isdigit() else (0, "")


@dataclass(frozen=True)
class Request(Message):
    """A request."""

    method: str = ""
    uri: str = ""


@dataclass(frozen=True)
class Response(Message):
    """A response."""

    status: int = 0
    phrase: str = ""


@dataclass(frozen=True)
class Address:
    """A From, To or Contact: `"Ann" <sip:101@host>;tag=x`."""

    name: str
    uri: str
    parameters: str = field(default="", compare=False)

    @property
    def user(self) -> str:
        """The part before the @, which is the number."""
        found = _USER.match(self.uri)
        return (found[1] or "") if found else ""

    @property
    def tag(self) -> str:
        """The tag parameter, or an empty text."""
        found = re.search(r";\s*tag=([^;\s]+)", self.parameters, re.IGNORECASE)
        return found[1] if found else ""


def address(value: str) -> Address:
    """Read a From, To or Contact value. What cannot be read has an empty user."""
    if found := _NAME_ADDR.match(value):
        name = found[1] if found[1] is not None else found[2]
        return Address(re.sub(r"\\(.)", r"\1", name).strip(), found[3].strip(), found[4])
    uri, semicolon, parameters = value.strip().partition(";")
    return Address("", uri, semicolon + parameters)


def name_address(name: str, uri: str) -> str:
    """Write a From value; the name may be any text but one that ends the line."""
    if not name:
        return f"<{uri}>"
    quoted = re.sub(r'(["\\])', r"\\\1", re.sub(r"[\x00-\x1f\x7f]", " ", name))
    return f'"{quoted}" <{uri}>'


def parse(datagram: bytes) -> Request | Response:
    """Read a datagram. Raises `SipError` for anything that is not a whole message."""
    if len(datagram) > MAX_DATAGRAM_BYTES:
        raise SipError("too long")
    head, empty_line, body = datagram.partition(b"\r\n\r\n")
    if not empty_line:
        raise SipError("no end of the header")
    start, *lines = head.decode(errors="replace").split("\r\n")
    headers = Headers(_fields(lines))
    for name in ("call-id", "cseq", "from", "to", "via"):
        if not headers.get(name):
            raise SipError(f"no {name}")
    body = _cut(body, headers.get("content-length"))
    words = start.split(" ", 2)
    if len(words) == 3 and words[0] == "SIP/2.0":
        if not re.fullmatch(r"[1-6]\d\d", words[1], re.ASCII):
            raise SipError("no status")
        return Response(headers, body, int(words[1]), words[2])
    if len(words) == 3 and words[2] == "SIP/2.0" and _TOKEN.fullmatch(words[0]) and words[1]:
        return Request(headers, body, words[0], words[1])
    raise SipError("no start line")


def write(message: Request | Response) -> bytes:
    """The datagram of a message; its length is added."""
    if isinstance(message, Request):
        start = f"{message.method} {message.uri} SIP/2.0"
    else:
        start = f"SIP/2.0 {message.status} {message.phrase}"
    lines = [start, *(f"{name}: {value}" for name, value in message.headers.fields)]
    lines.append(f"Content-Length: {len(message.body)}")
    if any(character in line for line in lines for character in "\r\n\0"):
        raise ValueError("a header field has a line end in it")
    return "\r\n".join([*lines, "", ""]).encode() + message.body


def parts(message: Message) -> list[tuple[str, bytes]]:
    """The body as content types and contents: one, or those of a multipart body; none when there is no body."""
    content_type = message.headers.get("content-type")
    if not message.body:
        return []
    if not content_type.lower().startswith("multipart/"):
        return [(content_type.partition(";")[0].strip().lower(), message.body)]
    whole = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + message.body)
    found = []
    for part in whole.walk():
        content = part.get_payload(decode=True)
        if not part.is_multipart() and isinstance(content, bytes):
            found.append((part.get_content_type(), content))
    return found


def _fields(lines: list[str]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name.strip()):
            raise SipError("a header field without a name")
        fields.append((name.strip(), value.strip()))
    if len(fields) > _MAX_HEADERS:
        raise SipError("too many header fields")
    return fields


def _cut(body: bytes, length: str) -> bytes:
    if not length:
        return body
    if not (length.isascii() and length.isdigit()) or len(length) > 5 or int(length) > len(body):
        raise SipError("the body is not as long as it says")
    return body[: int(length)]


def _long(name: str) -> str:
    lower = name.lower()
    return _COMPACT.get(lower, lower)
