"""What encapsulations leave of a link: MTU and MSS."""

from typing import Annotated, Literal

from pydantic import Field

from engineering_api.tools.esp import Cipher, Esp, Header, Integrity, Mode, ip
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable

Kind = Literal[
    "802.1q", "qinq", "pppoe", "gre", "ipsec", "vxlan", "wireguard", "l2tp", "l2tpv3", "ipip", "6in4", "mpls", "geneve"
]
_SMALLEST = 68


class Layer(Model):
    """An encapsulation. What is said of IPsec counts for ipsec alone."""

    kind: Kind
    outer_version: Literal[4, 6] = Field(4, description="The IP version that carries it.")
    has_key: bool = Field(False, description="GRE: with a key.")
    has_sequence: bool = Field(False, description="GRE: with sequence numbers.")
    mode: Mode = "tunnel"
    cipher: Cipher = "aes-cbc"
    integrity: Integrity = "sha256"
    nat_traversal: bool = False


class MtuArguments(Model):
    """A link and what is put into each other on it, the outermost first."""

    link_mtu: int = Field(1500, ge=_SMALLEST, le=65_535, description="The largest IP packet of the link itself.")
    layers: Annotated[list[Layer], Field(max_length=8)] = Field(default_factory=list)


class HeaderView(View):
    """A part that is added to a packet."""

    name: str
    bytes: int
    document: str
    counts_for_mtu: bool


class Mtu(Answer):
    """What is left for packets inside, and for TCP's segments."""

    mtu: int
    mss_ipv4: int
    mss_ipv6: int
    overhead: int
    frame_bytes: int = Field(description="The largest Ethernet frame on the wire with its check sequence.")
    headers: list[HeaderView]


def mtu(arguments: MtuArguments) -> Mtu:
    """Calculate the MTU and MSS inside encapsulations, with each header's bytes and its RFC. Raises `Unprocessable`."""
    left = arguments.link_mtu
    headers: list[HeaderView] = []
    steps = [f"The link carries IP packets of {left} bytes."]
    frame = left + 18
    for layer in arguments.layers:
        if layer.kind in ("802.1q", "qinq"):
            tags = 4 if layer.kind == "802.1q" else 8
            frame += tags
            headers.append(HeaderView(name=layer.kind.upper(), bytes=tags, document=_tag(layer), counts_for_mtu=False))
            steps.append(f"{layer.kind} makes the frame {tags} bytes longer; the packet in it keeps its size.")
            continue
        before = left
        if layer.kind == "ipsec":
            left = _inside_esp(layer, left, headers, steps)
        else:
            parts = _parts(layer)
            headers.extend(_view(one) for one in parts)
            left -= sum(one.size for one in parts)
            told = " - ".join(f"{one.size} ({one.name})" for one in parts)
            steps.append(f"{layer.kind}: {before} - {told} = {left}.")
        if left < _SMALLEST:
            raise Unprocessable(f"Nothing is left after {layer.kind}: {left} bytes. Take fewer layers or a larger MTU.")
    steps.append(f"TCP over IPv4 has headers of 20 + 20 bytes: MSS {left - 40}; over IPv6 of 40 + 20: {left - 60}.")
    return Mtu(
        mtu=left,
        mss_ipv4=left - 40,
        mss_ipv6=max(left - 60, 0),
        overhead=arguments.link_mtu - left,
        frame_bytes=frame,
        headers=headers,
        steps=steps,
    )


class IpsecArguments(Model):
    """How ESP is used, and the packets that go through."""

    mode: Mode = "tunnel"
    cipher: Cipher = "aes-cbc"
    integrity: Integrity = "sha256"
    nat_traversal: bool = False
    outer_version: Literal[4, 6] = 4
    inner_version: Literal[4, 6] = 4
    packet_bytes: Annotated[list[Annotated[int, Field(ge=28, le=65_535)]], Field(min_length=1, max_length=50)] = Field(
        default_factory=lambda: [60, 200, 576, 1400]
    )
    link_mtu: int = Field(1500, ge=_SMALLEST, le=65_535)


class Protected(View):
    """A packet before and after."""

    packet_bytes: int
    padding: int
    after_bytes: int
    overhead_bytes: int
    overhead_percent: float
    fits: bool


class IpsecOverhead(Answer):
    """What ESP adds, and the largest packet that needs no fragments."""

    fixed_bytes: int
    headers: list[HeaderView]
    packets: list[Protected]
    mtu: int
    mss: int


def ipsec_overhead(arguments: IpsecArguments) -> IpsecOverhead:
    """Calculate what IPsec's ESP adds to packets of given sizes, and the MTU and MSS inside. Raises `Unprocessable`."""
    esp = Esp(arguments.mode, arguments.cipher, arguments.integrity, arguments.nat_traversal, arguments.outer_version)
    smallest = ip(arguments.inner_version).size
    if small := [size for size in arguments.packet_bytes if size < smallest]:
        raise Unprocessable(f"A packet of {small[0]} bytes is shorter than its IP header of {smallest}.")
    parts = esp.fixed()
    fixed = sum(one.size for one in parts)
    largest = esp.largest(arguments.link_mtu, arguments.inner_version)
    if largest < _SMALLEST:
        raise Unprocessable(f"Nothing is left of a link of {arguments.link_mtu} bytes. Give a larger MTU.")
    packets = [_protected(esp, size, arguments) for size in arguments.packet_bytes]
    return IpsecOverhead(
        fixed_bytes=fixed,
        headers=[_view(one) for one in parts],
        packets=packets,
        mtu=largest,
        mss=largest - (40 if arguments.inner_version == 4 else 60),
        steps=[
            "Fixed: " + " + ".join(f"{one.size} ({one.name})" for one in parts) + f" = {fixed} bytes.",
            f"The packet and 2 bytes of trailer are padded to a multiple of {esp.block} (RFC 4303).",
            f"The largest packet that then fits into {arguments.link_mtu} bytes has {largest}; "
            f"it becomes {esp.size(largest, arguments.inner_version)}.",
        ],
    )


def _protected(esp: Esp, size: int, arguments: IpsecArguments) -> Protected:
    after = esp.size(size, arguments.inner_version)
    return Protected(
        packet_bytes=size,
        padding=esp.padding(size, arguments.inner_version),
        after_bytes=after,
        overhead_bytes=after - size,
        overhead_percent=round(100 * (after - size) / size, 1),
        fits=after <= arguments.link_mtu,
    )


def _inside_esp(layer: Layer, left: int, headers: list[HeaderView], steps: list[str]) -> int:
    esp = Esp(layer.mode, layer.cipher, layer.integrity, layer.nat_traversal, layer.outer_version)
    inside = esp.largest(left, layer.outer_version)
    parts = esp.fixed()
    if inside >= _SMALLEST:
        version = layer.outer_version if layer.mode == "transport" else 4
        trailer = esp.padding(inside, version) + 2
        parts.append(Header("ESP trailer (padding, its length, next header)", trailer, "RFC 4303"))
    headers.extend(_view(one) for one in parts)
    told = " - ".join(f"{one.size} ({one.name})" for one in parts)
    spare = left - inside - sum(one.size for one in parts)
    unused = f" - {spare} (less than a block of {esp.block})" if spare else ""
    steps.append(f"ipsec {layer.mode} with {layer.cipher}: {left} - {told}{unused} = {inside}.")
    return inside


_ETHERNET = Header("inner Ethernet header", 14, "IEEE 802.3")
_UDP = Header("UDP header", 8, "RFC 768")
#: What comes after the outer IP header.
_AFTER_IP: dict[str, tuple[Header, ...]] = {
    "gre": (Header("GRE header", 4, "RFC 2784"),),
    "vxlan": (_UDP, Header("VXLAN header", 8, "RFC 7348"), _ETHERNET),
    "geneve": (_UDP, Header("Geneve header", 8, "RFC 8926"), _ETHERNET),
    "wireguard": (
        _UDP,
        Header("WireGuard data header", 16, "WireGuard, Donenfeld 2017"),
        Header("Poly1305 tag", 16, "RFC 8439"),
    ),
    "l2tp": (_UDP, Header("L2TPv2 header with length", 8, "RFC 2661"), Header("PPP header", 4, "RFC 1662")),
    "l2tpv3": (Header("L2TPv3 session", 4, "RFC 3931"), _ETHERNET),
    "ipip": (),
    "6in4": (),
}
#: What has no IP header of its own.
_WITHOUT_IP: dict[str, tuple[Header, ...]] = {
    "pppoe": (Header("PPPoE header", 6, "RFC 2516"), Header("PPP protocol", 2, "RFC 1661")),
    "mpls": (Header("MPLS label", 4, "RFC 3032"),),
}


def _parts(layer: Layer) -> list[Header]:
    if layer.kind in _WITHOUT_IP:
        return list(_WITHOUT_IP[layer.kind])
    parts = [ip(4 if layer.kind == "6in4" else layer.outer_version, "outer "), *_AFTER_IP[layer.kind]]
    if layer.kind == "gre" and layer.has_key:
        parts.append(Header("GRE key", 4, "RFC 2890"))
    if layer.kind == "gre" and layer.has_sequence:
        parts.append(Header("GRE sequence number", 4, "RFC 2890"))
    return parts


def _tag(layer: Layer) -> str:
    return "IEEE 802.1Q" if layer.kind == "802.1q" else "IEEE 802.1ad"


def _view(header: Header) -> HeaderView:
    return HeaderView(name=header.name, bytes=header.size, document=header.document, counts_for_mtu=True)


TOOLS = (
    tool("mtu", "MTU and MSS", mtu),
    tool("ipsec-overhead", "IPsec overhead", ipsec_overhead),
)
