"""How long a transfer takes, and what line a number of calls needs."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable

Codec = Literal[
    "g711", "g722", "g729", "g726-32", "g723.1-6.3", "ilbc-20", "ilbc-30", "opus-24", "opus-32", "amr-wb-12.65"
]
Link = Literal["none", "ethernet", "ethernet-802.1q", "ethernet-wire", "pppoe", "ppp"]


@dataclass(frozen=True)
class _Voice:
    bits_per_second: int
    frame_ms: int
    document: str


_CODECS: dict[Codec, _Voice] = {
    "g711": _Voice(64_000, 10, "ITU-T G.711"),
    "g722": _Voice(64_000, 10, "ITU-T G.722"),
    "g729": _Voice(8_000, 10, "ITU-T G.729"),
    "g726-32": _Voice(32_000, 10, "ITU-T G.726"),
    "g723.1-6.3": _Voice(6_400, 30, "ITU-T G.723.1 (24 bytes every 30 ms)"),
    "ilbc-20": _Voice(15_200, 20, "RFC 3951"),
    "ilbc-30": _Voice(13_334, 30, "RFC 3951"),
    "opus-24": _Voice(24_000, 20, "RFC 6716, wideband"),
    "opus-32": _Voice(32_000, 20, "RFC 6716, fullband"),
    "amr-wb-12.65": _Voice(13_200, 20, "3GPP TS 26.171, with RFC 4867's frame header"),
}
#: Bytes beside the IP packet, and where from.
_LINKS: dict[Link, tuple[int, str]] = {
    "none": (0, "the IP packet alone"),
    "ethernet": (18, "Ethernet header and check sequence (IEEE 802.3)"),
    "ethernet-802.1q": (22, "Ethernet with a tag (IEEE 802.1Q)"),
    "ethernet-wire": (38, "Ethernet with preamble and gap between frames (IEEE 802.3)"),
    "pppoe": (26, "Ethernet, PPPoE and PPP (RFC 2516)"),
    "ppp": (6, "PPP in HDLC framing (RFC 1662)"),
}


class Transfer(Model):
    """Data that is moved."""

    bytes: float = Field(gt=0, le=1e18)
    line_mbps: float = Field(gt=0, le=1e7)
    efficiency_percent: float | None = Field(
        None,
        gt=0,
        le=100,
        description="What is left for data; by itself TCP over IPv4 in full Ethernet frames, 94.9 %.",
    )
    round_trip_ms: float | None = Field(None, gt=0, le=60_000)
    window_kib: float | None = Field(None, gt=0, le=4_194_304, description="TCP's receive window.")


class Calls(Model):
    """Calls at the same time."""

    codec: Codec = "g711"
    packet_ms: int = Field(20, ge=5, le=120)
    calls: int = Field(1, ge=1, le=1_000_000)
    ip_version: Literal[4, 6] = 4
    is_encrypted: bool = Field(False, description="SRTP with a tag of 80 bits.")
    link: Link = "ethernet"
    tunnel_bytes: int = Field(0, ge=0, le=200, description="What a VPN adds to each packet; see ipsec-overhead.")
    silence_suppression_percent: int = Field(0, ge=0, le=60)
    voice_share_percent: int = Field(100, ge=1, le=100, description="What part of the line voice may take.")


class BandwidthArguments(Model):
    """A transfer, calls, or both."""

    transfer: Transfer | None = None
    calls: Calls | None = None


class TransferTime(View):
    """How long it takes."""

    seconds: float
    shown: str
    data_mbps: float
    is_limited_by_window: bool


class CallBandwidth(View):
    """What calls need, in each direction."""

    payload_bytes: int
    packet_bytes: int
    packets_per_second: float
    kbps_per_call: float
    kbps_total: float
    line_kbps: float
    source: str


class Bandwidth(Answer):
    """What was asked for."""

    transfer: TransferTime | None
    calls: CallBandwidth | None


def bandwidth(arguments: BandwidthArguments) -> Bandwidth:
    """Calculate how long a transfer takes, and what line a number of calls needs by codec. Raises `Unprocessable`."""
    if arguments.transfer is None and arguments.calls is None:
        raise Unprocessable("Nothing is asked. Give a transfer, calls, or both.")
    steps: list[str] = []
    return Bandwidth(
        transfer=_transfer(arguments.transfer, steps) if arguments.transfer else None,
        calls=_calls(arguments.calls, steps) if arguments.calls else None,
        steps=steps,
    )


def _transfer(asked: Transfer, steps: list[str]) -> TransferTime:
    efficiency = asked.efficiency_percent or 100 * 1460 / 1538
    if asked.efficiency_percent is None:
        steps.append("Of each full frame 1,460 of 1,538 bytes are data (TCP, IPv4, Ethernet with gap): 94.9 %.")
    rate = asked.line_mbps * efficiency / 100
    steps.append(f"{asked.line_mbps:g} Mbit/s x {efficiency:.1f} % = {rate:,.2f} Mbit/s of data.")
    is_limited = False
    if asked.round_trip_ms is not None and asked.window_kib is not None:
        most = asked.window_kib * 1024 * 8 / (asked.round_trip_ms / 1000) / 1e6
        steps.append(f"A window of {asked.window_kib:g} KiB each {asked.round_trip_ms:g} ms is {most:,.2f} Mbit/s.")
        is_limited = most < rate
        rate = min(rate, most)
    seconds = asked.bytes * 8 / (rate * 1e6)
    steps.append(f"{asked.bytes:,.0f} bytes x 8 / {rate:,.2f} Mbit/s = {seconds:,.1f} s.")
    return TransferTime(
        seconds=round(seconds, 3), shown=_shown(seconds), data_mbps=round(rate, 3), is_limited_by_window=is_limited
    )


def _calls(asked: Calls, steps: list[str]) -> CallBandwidth:
    voice = _CODECS[asked.codec]
    if asked.packet_ms % voice.frame_ms:
        raise Unprocessable(f"{asked.codec} has frames of {voice.frame_ms} ms. Give a multiple of that as packet_ms.")
    payload = round(voice.bits_per_second * asked.packet_ms / 8000)
    ip_bytes = 20 if asked.ip_version == 4 else 40
    tag = 10 if asked.is_encrypted else 0
    link, link_told = _LINKS[asked.link]
    size = payload + 12 + 8 + ip_bytes + tag + asked.tunnel_bytes + link
    rate = 1000 / asked.packet_ms
    one = size * 8 * rate / 1000 * (100 - asked.silence_suppression_percent) / 100
    total = one * asked.calls
    steps += [
        f"{asked.codec}: {voice.bits_per_second:,} bit/s x {asked.packet_ms} ms / 8 = {payload} bytes "
        f"({voice.document}).",
        f"{payload} + 12 (RTP, RFC 3550) + 8 (UDP) + {ip_bytes} (IPv{asked.ip_version})"
        + (f" + {tag} (SRTP tag, RFC 3711)" if tag else "")
        + (f" + {asked.tunnel_bytes} (tunnel)" if asked.tunnel_bytes else "")
        + f" + {link} ({link_told}) = {size} bytes a packet.",
        f"{size} x 8 x {rate:g} packets a second = {size * 8 * rate / 1000:,.1f} kbit/s in each direction.",
    ]
    if asked.silence_suppression_percent:
        steps.append(f"Silence suppression saves {asked.silence_suppression_percent} %: {one:,.1f} kbit/s.")
    line = total * 100 / asked.voice_share_percent
    steps.append(f"{asked.calls:,} calls x {one:,.1f} = {total:,.1f} kbit/s.")
    if asked.voice_share_percent < 100:
        steps.append(f"Voice may take {asked.voice_share_percent} % of the line: {line:,.1f} kbit/s are needed.")
    return CallBandwidth(
        payload_bytes=payload,
        packet_bytes=size,
        packets_per_second=round(rate, 2),
        kbps_per_call=round(one, 2),
        kbps_total=round(total, 2),
        line_kbps=round(line, 2),
        source=voice.document,
    )


def _shown(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    days, hours, minutes = whole // 86_400, whole % 86_400 // 3600, whole % 3600 // 60
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (whole % 60, "s"))
    return " ".join(f"{number:,} {unit}" for number, unit in parts if number)


TOOLS = (tool("bandwidth", "Bandwidth", bandwidth),)
