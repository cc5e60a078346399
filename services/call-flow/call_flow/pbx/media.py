"""The audio of all calls on one socket: every 20 ms each line sends a packet; who sent one is told by its address.

A line speaks a tone, so that voicemail has something to record, and presses keys on request.
"""

import asyncio
import random
import socket
from collections import deque
from contextlib import suppress

from call_flow.pbx import rtp, sdp, sounds
from call_flow.pbx.infrastructure import HOST

_TICK_SECONDS = 0.02
_TICKS_BETWEEN_KEYS = 3
#: A loop that was held up longer than this does not send what it missed.
_MOST_MISSED_SECONDS = 0.5
_TONE = sounds.tone(400, _TICK_SECONDS)
_SOCKET_BYTES = 4 << 20

#: Packets that are kept until the message comes that says whose they are: audio may be faster than SIP.
_EARLY = 500
#: Packets that are taken before others have their turn.
_MOST_AT_ONCE = 1000
_DATAGRAM_BYTES = 2048

_Remote = tuple[str, int]


class Line:
    """The audio of one leg."""

    def __init__(self, media: sdp.Media, marks: sounds.Marks) -> None:
        """Where to send, from the other side's description; `marks` are those of the prompts that may be heard."""
        self.media = media
        self._marks = marks
        #: Packets that came, the seconds of them that were not silent, and the keys pressed on the other side.
        self.packets = 0
        self.heard_seconds = 0.0
        self.heard_keys = ""
        #: The prompts that were played, in their order, whether to their end or not.
        self.heard: list[str] = []
        self._frame = 0
        #: The streams that came: another one may follow within a call.
        self.sources: set[bytes] = set()
        self._waiting: deque[rtp.KeyPress | None] = deque()
        self._pressed = asyncio.Event()
        self._pressed.set()
        self._sequence = random.getrandbits(16)
        self._timestamp = random.getrandbits(32)
        self._source = random.getrandbits(32)
        self._key_timestamp = 0
        self._last_key_timestamp = -1

    @property
    def remote(self) -> _Remote:
        """The address of the other side."""
        return self.media.host, self.media.port

    async def press(self, keys: str) -> None:
        """Press keys one after the other; returns when the last was let go.

        Raises:
            ValueError: for a key that phones do not have, or when the other side takes no telephone events.
        """
        if self.media.telephone_event is None:
            raise ValueError("the other side takes no telephone events")
        for packets in [rtp.press(key) for key in keys]:
            self._waiting.extend([*packets, *[None] * _TICKS_BETWEEN_KEYS])
        if self._waiting:
            self._pressed.clear()
        await self._pressed.wait()

    def tick(self) -> list[bytes]:
        """What to send now."""
        self._timestamp += rtp.SAMPLES
        if self.media.direction in ("sendonly", "inactive"):
            return []
        waiting = self._waiting.popleft() if self._waiting else None
        if not self._waiting:
            self._pressed.set()
        if waiting is None:
            return [self._packet(sdp.PCMU, self._timestamp, _TONE)]
        if waiting.is_first:
            self._key_timestamp = self._timestamp
        sent = [self._key(waiting)]
        while waiting.is_end and self._waiting and (following := self._waiting[0]) is not None and following.is_end:
            self._waiting.popleft()
            sent.append(self._key(following))
        return sent

    def take(self, datagram: bytes) -> None:
        """A packet that came from the other side."""
        packet = rtp.unpack(datagram)
        self.sources.add(rtp.source(datagram))
        self.packets += 1
        if packet.kind == sdp.PCMU and sounds.is_sound(packet.payload):
            self.heard_seconds += len(packet.payload) / sounds.RATE
            self._hear(packet.payload)
        elif packet.kind == self.media.telephone_event and packet.timestamp != self._last_key_timestamp:
            key = rtp.key_let_go(packet.payload)
            if key is not None:
                self._last_key_timestamp = packet.timestamp
                self.heard_keys += key

    def _hear(self, payload: bytes) -> None:
        found = self._marks.read(payload)
        if found is None:
            return
        name, frame = found
        if not self.heard or self.heard[-1] != name or frame <= self._frame:
            self.heard.append(name)
        self._frame = frame

    def end(self) -> None:
        """Let go of whoever waits for keys to be pressed."""
        self._waiting.clear()
        self._pressed.set()

    def _key(self, press: rtp.KeyPress) -> bytes:
        kind = self.media.telephone_event or sdp.TELEPHONE_EVENT
        return self._packet(kind, self._key_timestamp, press.payload(), marker=press.is_first)

    def _packet(self, kind: int, timestamp: int, payload: bytes, *, marker: bool = False) -> bytes:
        self._sequence += 1
        return rtp.pack(kind, self._sequence, timestamp, self._source, payload, marker=marker)


class Media:
    """All lines, on one port. Use within the loop that opened it.

    A loop's own datagram transport takes one packet in each of its rounds. That is too slow for the audio of many calls
    on a busy machine, and what is heard late is heard by the wrong rules: so all packets that have come are taken.
    """

    def __init__(self, bound: socket.socket, marks: sounds.Marks) -> None:
        """See `open`."""
        self.port: int = bound.getsockname()[1]
        self._socket = bound
        self._marks = marks
        self._lines: dict[_Remote, Line] = {}
        self._early: deque[tuple[_Remote, bytes]] = deque(maxlen=_EARLY)
        #: Who spoke on lines that have ended: what still comes from them is not for the next line at that address.
        self._over: set[bytes] = set()
        asyncio.get_running_loop().add_reader(bound, self._take_all)
        self._ticking = asyncio.create_task(self._tick())

    @classmethod
    async def open(cls, marks: sounds.Marks) -> "Media":
        """Bind a port on 127.0.0.1 and begin; `marks` are those of the prompts that may be heard."""
        bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BYTES)
        bound.bind((HOST, 0))
        bound.setblocking(False)
        return cls(bound, marks)

    def connect(self, described: sdp.Media, line: Line | None) -> Line:
        """The line of a leg to where the other side wants it; an existing line goes on there."""
        if line is None:
            line = Line(described, self._marks)
        else:
            self._lines.pop(line.remote, None)
            line.media = described
        self._lines[line.remote] = line
        early = [data for address, data in self._early if address == line.remote]
        self._early = deque((found for found in self._early if found[0] != line.remote), _EARLY)
        for data in early:
            self.take(data, line.remote)
        return line

    def disconnect(self, line: Line) -> None:
        """End a line."""
        line.end()
        if self._lines.get(line.remote) is line:
            del self._lines[line.remote]
            self._over |= line.sources

    async def close(self) -> None:
        """End all lines."""
        self._ticking.cancel()
        with suppress(asyncio.CancelledError):
            await self._ticking
        for line in list(self._lines.values()):
            self.disconnect(line)
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _take_all(self) -> None:
        with suppress(OSError):  # there is nothing more
            for _ in range(_MOST_AT_ONCE):
                self.take(*self._socket.recvfrom(_DATAGRAM_BYTES))

    def take(self, data: bytes, addr: _Remote) -> None:
        """A packet has come. Only what comes from the other side of a line counts."""
        line = self._lines.get(addr)
        if line is None:
            if rtp.source(data) not in self._over:
                self._early.append((addr, data))
            return
        with suppress(rtp.RtpError):
            line.take(data)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += _TICK_SECONDS
            now = loop.time()
            if now - due > _MOST_MISSED_SECONDS:
                due = now
            await asyncio.sleep(max(0.0, due - now))
            for remote, line in self._lines.items():
                for packet in line.tick():
                    with suppress(OSError):  # as when the network loses one
                        self._socket.sendto(packet, remote)
