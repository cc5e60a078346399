"""Session descriptions, RTP packets, keys and tones."""

import asyncio
import random
from contextlib import suppress
from itertools import pairwise

import pytest

from call_flow.pbx import rtp, sdp, sounds
from call_flow.pbx.media import Line, Media
from call_flow.pbx.rtp import RtpError
from call_flow.pbx.sdp import SdpError

_OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.9\r\nt=0 0\r\n"
    b"m=audio 10000 RTP/AVP 0 8 97\r\na=rtpmap:97 telephone-event/8000\r\na=sendonly\r\n"
    b"m=video 10002 RTP/AVP 31\r\nc=IN IP4 127.0.0.7\r\na=inactive\r\n"
)


def test_the_audio_of_an_offer_is_found_with_its_number_for_keys() -> None:
    assert sdp.read(_OFFER) == sdp.Media("127.0.0.9", 10000, 97, "sendonly")
    assert sdp.read(_OFFER.replace(b"a=rtpmap:97", b"a=rtpmap:96")).telephone_event is None


def test_what_is_offered_can_be_read_by_the_other_side() -> None:
    assert sdp.read(sdp.describe(4000, 1)) == sdp.Media("127.0.0.1", 4000, sdp.TELEPHONE_EVENT)
    assert [sdp.answer_direction(word) for word in ("sendonly", "recvonly", "inactive", "sendrecv")] == [
        "recvonly",
        "sendonly",
        "inactive",
        "sendrecv",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"AVP 0 8", b"AVP 18 8"),
        (b"audio 10000", b"audio 0"),
        (b"audio 10000", b"audio 99999"),
        (b"audio 10000", b"audio x"),
        (b"c=IN IP4 127.0.0.9", b"c=IN IP6 ::1"),
        (b"m=audio", b"m=image"),
    ],
)
def test_an_offer_without_audio_that_can_be_spoken_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(SdpError):
        sdp.read(_OFFER.replace(old, new))


def test_garbage_is_no_description_and_no_packet() -> None:
    dice = random.Random(7)
    whole = rtp.pack(0, 1, 2, 3, b"x" * 20)
    for _ in range(2000):
        noise = dice.randbytes(dice.randrange(60))
        with suppress(SdpError):
            assert sdp.read(_OFFER[: dice.randrange(200)] + noise).port > 0
        for datagram in (noise, whole[:9] + noise):
            with suppress(RtpError):
                assert len(rtp.unpack(datagram).payload) <= len(datagram) - 12


def test_a_packet_is_read_as_it_was_written() -> None:
    packet = rtp.unpack(rtp.pack(101, 65536 + 3, 2**32 + 9, 77, b"payload", marker=True))

    assert packet == rtp.Packet(101, True, 3, 9, b"payload")


def test_contributors_an_extension_and_padding_are_no_payload() -> None:
    header = bytes([0x80 | 0x20 | 0x10 | 1, 0]) + bytes(10)
    datagram = header + b"CSRC" + b"\0\0\0\x01" + b"EXT." + b"payload" + b"\0\0\x03"

    assert rtp.unpack(datagram).payload == b"payload"


@pytest.mark.parametrize(
    "datagram", [b"", b"\x80" * 11, b"\x40" + bytes(11), b"\x8f" + bytes(11), b"\xa0" + bytes(10) + b"\xff"]
)
def test_what_is_no_packet_is_refused(datagram: bytes) -> None:
    with pytest.raises(RtpError):
        rtp.unpack(datagram)


@pytest.mark.parametrize("key", list(rtp.KEYS))
def test_a_key_begins_once_and_its_end_is_said_three_times(key: str) -> None:
    packets = rtp.press(key)

    assert [packet.is_first for packet in packets] == [True] + [False] * (len(packets) - 1)
    assert [packet.is_end for packet in packets] == [False] * (len(packets) - 3) + [True] * 3
    durations = [packet.duration for packet in packets]
    assert durations == sorted(durations)
    assert len({packet.payload() for packet in packets[-3:]}) == 1
    assert [rtp.key_let_go(packet.payload()) for packet in packets[-4:]] == [None, key, key, key]


@pytest.mark.parametrize("key", ["", "12", "x", "a", "٣"])
def test_what_is_not_on_a_phone_cannot_be_pressed(key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        rtp.press(key)


def test_a_line_sends_sound_and_keys_with_one_timestamp_a_key() -> None:
    async def script() -> list[rtp.Packet]:
        line = Line(sdp.Media("127.0.0.1", 4000, 97), sounds.Marks())
        pressing = asyncio.create_task(line.press("5#"))
        await asyncio.sleep(0)
        sent = []
        while not pressing.done():
            sent += [rtp.unpack(datagram) for datagram in line.tick()]
            await asyncio.sleep(0)
        return sent

    packets = asyncio.run(script())

    assert [b.sequence - a.sequence for a, b in pairwise(packets)] == [1] * (len(packets) - 1)
    keys = [packet for packet in packets if packet.kind == 97]
    assert len({packet.timestamp for packet in keys}) == 2
    assert [packet.marker for packet in keys].count(True) == 2
    sound = [packet for packet in packets if packet.kind == sdp.PCMU]
    assert all(sounds.is_sound(packet.payload) for packet in sound)
    assert all(b.timestamp > a.timestamp for a, b in pairwise(sound))


def test_a_line_on_hold_is_silent_and_keys_that_nobody_takes_are_an_error() -> None:
    async def script() -> None:
        assert Line(sdp.Media("127.0.0.1", 4000, 97, "sendonly"), sounds.Marks()).tick() == []
        with pytest.raises(ValueError, match="takes no telephone events"):
            await Line(sdp.Media("127.0.0.1", 4000, None), sounds.Marks()).press("1")

    asyncio.run(script())


def test_two_media_hear_each_other_and_nobody_else() -> None:
    async def script() -> tuple[Line, Line]:
        one, other = await Media.open(sounds.Marks()), await Media.open(sounds.Marks())
        stranger = await Media.open(sounds.Marks())
        there = one.connect(sdp.Media("127.0.0.1", other.port, 101), None)
        back = other.connect(sdp.Media("127.0.0.1", one.port, 101), None)
        stranger.connect(sdp.Media("127.0.0.1", one.port, 101), None)
        await there.press("42")
        heard_by_then = back.packets
        await back.press("#")
        assert heard_by_then > 10
        assert there.packets < 40  # the stranger sent as many again
        for media in (one, other, stranger):
            await media.close()
        return there, back

    there, back = asyncio.run(script())

    assert (back.heard_keys, there.heard_keys) == ("42", "#")
    assert there.heard_seconds > 0


def test_audio_that_comes_before_its_description_is_heard_and_that_of_an_ended_call_is_not() -> None:
    def packet(source: int, name: str) -> bytes:
        return rtp.pack(sdp.PCMU, 1, 160, source, sounds.stand_in(name)[: sounds.FRAME_BYTES])

    async def script() -> tuple[list[str], list[str]]:
        media = await Media.open(sounds.Marks(["custom/welcome", "custom/closed"]))
        address, described = ("127.0.0.1", 4000), sdp.Media("127.0.0.1", 4000, 101)
        media.take(packet(1, "custom/welcome"), address)
        first = media.connect(described, None)
        media.disconnect(first)
        media.take(packet(1, "custom/welcome"), address)
        media.take(packet(2, "custom/closed"), address)
        second = media.connect(described, None)
        await media.close()
        return first.heard, second.heard

    assert asyncio.run(script()) == (["custom/welcome"], ["custom/closed"])


def test_a_prompt_is_known_by_each_of_its_packets_and_counted_each_time_it_begins() -> None:
    frames = [
        sounds.stand_in("es/custom/menu")[at : at + sounds.FRAME_BYTES] for at in range(0, 2400, sounds.FRAME_BYTES)
    ]
    marks = sounds.Marks(["custom/menu", "es/custom/menu"])
    assert [marks.read(frame) for frame in frames] == [("es/custom/menu", at) for at in range(15)]
    assert all(sounds.is_sound(frame) for frame in frames)
    assert marks.read(sounds.tone(440, 0.02)) is None
    line = Line(sdp.Media("127.0.0.1", 4000, 101), marks)
    for frame in [*frames[3:], *frames[:5], *frames[1:3]]:
        line.take(rtp.pack(sdp.PCMU, 1, 160, 7, frame))
    assert line.heard == ["es/custom/menu"] * 3


def test_a_tone_is_heard_and_silence_is_not() -> None:
    assert len(sounds.tone(440, 0.3)) == 2400
    assert sounds.is_sound(sounds.tone(440, 0.02))
    assert not sounds.is_sound(sounds.tone(0, 0.02))
    assert not sounds.is_sound(b"\xff\x7f" * 80)
    assert sounds.tone(0, 0.001) == b"\xff" * 8
