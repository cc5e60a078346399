"""What IPsec's ESP adds to a packet, from the RFCs of its parts."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["tunnel", "transport"]
Cipher = Literal["aes-cbc", "3des", "des", "aes-gcm", "aes-ctr", "chacha20-poly1305", "null"]
Integrity = Literal["none", "md5", "sha1", "sha256", "sha384", "sha512", "aes-xcbc"]

#: Bytes of the initialization vector, the multiple to which is padded, bytes of the tag, and where it says so.
_CIPHERS: dict[Cipher, tuple[int, int, int, str]] = {
    "aes-cbc": (16, 16, 0, "RFC 3602"),
    "3des": (8, 8, 0, "RFC 2451"),
    "des": (8, 8, 0, "RFC 2405"),
    "aes-gcm": (8, 4, 16, "RFC 4106"),
    "aes-ctr": (8, 4, 0, "RFC 3686"),
    "chacha20-poly1305": (8, 4, 16, "RFC 7634"),
    "null": (0, 4, 0, "RFC 2410"),
}
#: Bytes of the value that proves integrity, and where it says so.
_INTEGRITIES: dict[Integrity, tuple[int, str]] = {
    "none": (0, ""),
    "md5": (12, "RFC 2403"),
    "sha1": (12, "RFC 2404"),
    "sha256": (16, "RFC 4868"),
    "sha384": (24, "RFC 4868"),
    "sha512": (32, "RFC 4868"),
    "aes-xcbc": (12, "RFC 3566"),
}


@dataclass(frozen=True)
class Header:
    """A part that is added: its bytes and the document that says so."""

    name: str
    size: int
    document: str


@dataclass(frozen=True)
class Esp:
    """How ESP is used. A cipher with a tag of its own proves integrity itself."""

    mode: Mode = "tunnel"
    cipher: Cipher = "aes-cbc"
    integrity: Integrity = "sha256"
    nat_traversal: bool = False
    outer_version: Literal[4, 6] = 4

    @property
    def block(self) -> int:
        """The multiple of bytes to which is padded."""
        return _CIPHERS[self.cipher][1]

    def fixed(self) -> list[Header]:
        """The parts that every packet has, without the trailer and its padding."""
        vector, _, tag, document = _CIPHERS[self.cipher]
        proof, proof_document = (tag, document) if tag else _INTEGRITIES[self.integrity]
        parts = []
        if self.mode == "tunnel":
            parts.append(ip(self.outer_version, "outer "))
        if self.nat_traversal:
            parts.append(Header("UDP (NAT traversal)", 8, "RFC 3948"))
        parts.append(Header("ESP header (SPI and sequence number)", 8, "RFC 4303"))
        if vector:
            parts.append(Header(f"initialization vector of {self.cipher}", vector, document))
        if proof:
            parts.append(Header("integrity check value", proof, proof_document))
        return parts

    def padding(self, packet: int, inner_version: int = 4) -> int:
        """The padding of a packet, so that it and the two bytes of the trailer are a multiple of the block."""
        return -(self.protected(packet, inner_version) + 2) % self.block

    def protected(self, packet: int, inner_version: int = 4) -> int:
        """How many bytes of a packet are encrypted: in transport mode its IP header is not."""
        return packet if self.mode == "tunnel" else packet - ip(inner_version).size

    def size(self, packet: int, inner_version: int = 4) -> int:
        """The size of a packet after ESP."""
        return packet + sum(one.size for one in self.fixed()) + self.padding(packet, inner_version) + 2

    def largest(self, mtu: int, inner_version: int = 4) -> int:
        """The largest packet that fits into a link after ESP."""
        kept = 0 if self.mode == "tunnel" else ip(inner_version).size
        room = mtu - kept - sum(one.size for one in self.fixed())
        return room // self.block * self.block - 2 + kept


def ip(version: int, which: str = "") -> Header:
    """An IP header without options."""
    return (
        Header(f"{which}IPv4 header", 20, "RFC 791") if version == 4 else Header(f"{which}IPv6 header", 40, "RFC 8200")
    )
