"""Session descriptions (RFC 8866) of one audio stream in μ-law with telephone events (RFC 4733)."""

import re
from dataclasses import dataclass

from call_flow.pbx.infrastructure import HOST

PCMU = 0
TELEPHONE_EVENT = 101

_CONNECTION = re.compile(r"IN IP4 (\d{1,3}(?:\.\d{1,3}){3})(?:/\d+)*", re.ASCII)
_EVENT = re.compile(r"rtpmap:(\d{1,3}) telephone-event/8000", re.ASCII | re.IGNORECASE)
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_ANSWERS = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


class SdpError(ValueError):
    """The description has no audio that this side could speak."""


@dataclass(frozen=True)
class Media:
    """Where the other side wants its audio, and how. `telephone_event` is None when it takes no RFC 4733 digits."""

    host: str
    port: int
    telephone_event: int | None
    direction: str = "sendrecv"


def describe(
    port: int, session: int, *, version: int = 1, direction: str = "sendrecv", event: int = TELEPHONE_EVENT
) -> bytes:
    """An offer, or the answer to one."""
    lines = (
        "v=0", f"o=- {session} {version} IN IP4 {HOST}", "s=call", f"c=IN IP4 {HOST}", "t=0 0",
        f"m=audio {port} RTP/AVP {PCMU} {event}", f"a=rtpmap:{PCMU} PCMU/8000",
        f"a=rtpmap:{event} telephone-event/8000", f"a=fmtp:{event} 0-15", "a=ptime:20", f"a={direction}",
    )  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines).encode()


def answer_direction(direction: str) -> str:
    """What to answer to a direction (RFC 3264 §6.1)."""
    return _ANSWERS.get(direction, "sendrecv")


def read(body: bytes) -> Media:
    """The audio of a description. Raises `SdpError` when there is none in μ-law."""
    host, port, event, direction = "", 0, None, "sendrecv"
    formats: list[str] = []
    is_audio = True
    for line in body.decode(errors="replace").splitlines():
        kind, _, value = line.partition("=")
        if kind == "m":
            is_audio = value.startswith("audio ") and not formats
            if is_audio:
                port, formats = _audio(value)
        elif not is_audio:
            continue
        elif kind == "c" and (found := _CONNECTION.fullmatch(value.strip())):
            host = found[1]
        elif kind == "a" and value.strip() in _DIRECTIONS:
            direction = value.strip()
        elif kind == "a" and (found := _EVENT.match(value)) and found[1] in formats:
            event = int(found[1])
    if not host or not port or str(PCMU) not in formats:
        raise SdpError("no audio in μ-law")
    return Media(host, port, event, direction)


def _audio(value: str) -> tuple[int, list[str]]:
    words = value.split()
    if len(words) < 4 or not re.fullmatch(r"\d{1,5}", words[1], re.ASCII) or int(words[1]) > 65535:
        raise SdpError("an audio line that cannot be read")
    return int(words[1]), words[3:]
