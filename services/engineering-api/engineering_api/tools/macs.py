"""Hardware addresses: their forms and what their bits say. Who made a card is not looked up."""

import re
from ipaddress import IPv6Address

from pydantic import Field

from engineering_api.tools.reading import Short
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model
from oberaconnect.problems import Unprocessable


class MacArguments(Model):
    """A MAC address in any form."""

    mac: Short = Field(examples=["0011.2233.4455"])


class Mac(Answer):
    """The forms of a MAC address and what its bits say."""

    colons: str
    hyphens: str
    dots: str = Field(description="As Cisco writes it.")
    bare: str
    eui64: str
    link_local: str = Field(description="The IPv6 link-local address with the modified EUI-64.")
    is_multicast: bool
    is_broadcast: bool
    is_locally_administered: bool
    note: str


#: Groups that networks send to on their own.
_GROUPS = (
    ("0180c2000000", "spanning tree (IEEE 802.1D bridge group)"),
    ("0180c200000e", "LLDP (nearest bridge)"),
    ("0180c2000003", "802.1X (port access entity)"),
    ("0180c2000002", "LACP and other slow protocols"),
    ("01000ccccccc", "Cisco CDP, VTP, UDLD"),
    ("01000ccccccd", "Cisco PVST+"),
)
_PREFIXES = (
    ("01005e", "IPv4 multicast (RFC 1112)"),
    ("3333", "IPv6 multicast (RFC 2464)"),
    ("00005e0001", "VRRP for IPv4 (RFC 9568)"),
    ("00005e0002", "VRRP for IPv6 (RFC 9568)"),
    ("00000c07ac", "HSRP version 1"),
    ("00000c9ff", "HSRP version 2"),
)


def mac(arguments: MacArguments) -> Mac:
    """Write a MAC address in all its forms, with EUI-64 and the meaning of its bits. Raises `Unprocessable`."""
    bare = re.sub(r"[:.\s-]", "", arguments.mac).casefold()
    if not re.fullmatch(r"[0-9a-f]{12}", bare):
        raise Unprocessable(
            f"'{arguments.mac[:40]}' is no MAC address. Write 12 hexadecimal digits, such as 00:11:22:33:44:55."
        )
    octets = [bare[start : start + 2] for start in range(0, 12, 2)]
    first = int(octets[0], 16)
    modified = [f"{first ^ 2:02x}", *octets[1:3], "ff", "fe", *octets[3:]]
    link_local = IPv6Address(bytes.fromhex("fe80000000000000" + "".join(modified)))
    is_multicast, is_local = bool(first & 1), bool(first & 2)
    return Mac(
        colons=":".join(octets),
        hyphens="-".join(octets).upper(),
        dots=".".join(bare[start : start + 4] for start in range(0, 12, 4)),
        bare=bare,
        eui64=":".join((*octets[:3], "ff", "fe", *octets[3:])),
        link_local=str(link_local),
        is_multicast=is_multicast,
        is_broadcast=bare == "f" * 12,
        is_locally_administered=is_local,
        note=_note(bare, is_local=is_local, is_multicast=is_multicast),
        steps=[
            f"The first octet is {octets[0]} = {first:08b} in bits.",
            f"Its last bit is {first & 1}: {'a group' if is_multicast else 'a single station'}.",
            f"The bit before is {(first >> 1) & 1}: {'locally administered' if is_local else 'given by the maker'}.",
            f"EUI-64 puts ff:fe in the middle; for IPv6 the bit {first >> 1 & 1} is turned (RFC 4291, appendix A).",
        ],
    )


def _note(bare: str, *, is_local: bool, is_multicast: bool) -> str:
    if bare == "f" * 12:
        return "broadcast"
    for start, meaning in (*_GROUPS, *_PREFIXES):
        if bare.startswith(start):
            return meaning
    if is_multicast:
        return "a group"
    return "locally administered: a virtual machine, or a phone's private address" if is_local else ""


TOOLS = (tool("mac", "MAC addresses", mac),)
