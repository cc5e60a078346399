"""RTP packets (RFC 3550) and telephone events (RFC 4733)."""

import struct
from dataclasses import dataclass

#: Samples in a packet of 20 ms.
SAMPLES = 160
KEYS = "0123456789*#ABCD"

_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
_VERSION = 0x80
_VOLUME = 10
_END = 0x80
_PACKETS_A_KEY = 5
_END_PACKETS = 3


class RtpError(ValueError):
    """The datagram is no RTP packet."""


@dataclass(frozen=True)
class Packet:
    """A packet without its synchronisation source."""

    kind: int
    marker: bool
    sequence: int
    timestamp: int
    payload: bytes


@dataclass(frozen=True)
class KeyPress:
    """One packet of a key: what it says, and whether it is the first, or says that the key was let go."""

    key: str
    duration: int
    is_first: bool
    is_end: bool

    def payload(self) -> bytes:
        """As RFC 4733 §2.3 lays it out."""
        return _EVENT.pack(KEYS.index(self.key), (_END if self.is_end else 0) | _VOLUME, self.duration)


def press(key: str) -> list[KeyPress]:
    """The packets of a key held for 100 ms; the last is sent three times (§2.5.1.4). Raises `ValueError`."""
    if len(key) != 1 or key not in KEYS:
        raise ValueError(f"there is no key {key!r} on a phone")
    held = [KeyPress(key, SAMPLES * (number + 1), number == 0, False) for number in range(_PACKETS_A_KEY)]
    return held + [KeyPress(key, SAMPLES * _PACKETS_A_KEY, False, True)] * _END_PACKETS


def pack(kind: int, sequence: int, timestamp: int, source: int, payload: bytes, *, marker: bool = False) -> bytes:
    """A packet as it is sent."""
    return _HEADER.pack(_VERSION, marker << 7 | kind, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, source) + payload


def unpack(datagram: bytes) -> Packet:
    """Read a datagram. Raises `RtpError`."""
    if len(datagram) < _HEADER.size:
        raise RtpError("too short")
    first, second, sequence, timestamp, _ = _HEADER.unpack_from(datagram)
    if first & 0xC0 != _VERSION:
        raise RtpError("not version 2")
    begin = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:  # an extension: two bytes of profile, two of length in words
        if len(datagram) < begin + 4:
            raise RtpError("too short")
        begin += 4 + 4 * int.from_bytes(datagram[begin + 2 : begin + 4], "big")
    end = len(datagram) - (datagram[-1] if first & 0x20 else 0)
    if not begin <= end:
        raise RtpError("too short")
    return Packet(second & 0x7F, bool(second & 0x80), sequence, timestamp, datagram[begin:end])


def source(datagram: bytes) -> bytes:
    """The synchronisation source of a packet: which stream it is of."""
    return datagram[8:12]


def key_let_go(payload: bytes) -> str | None:
    """The key whose end this payload of an event tells, else None."""
    if len(payload) < _EVENT.size:
        return None
    event, flags, _ = _EVENT.unpack_from(payload)
    return KEYS[event] if flags & _END and event < len(KEYS) else None
