"""nmap's XML as the answer of the HTTP face."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

_DOCTYPE = b"<!DOCTYPE nmaprun>"
_UP = re.compile(rb'\((\d+) hosts? up\)|<hosts up="(\d+)"')


class Unreadable(Exception):
    """nmap's output is not what nmap writes."""


def hosts_up(output: bytes) -> int | None:
    """How many machines answered, from nmap's text or XML; None when it did not come to the end."""
    found = _UP.findall(output)
    return int(found[-1][0] or found[-1][1]) if found else None


def hosts(output: bytes, names: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """The machines that were found. `names` are those the caller used, by address.

    Raises:
        Unreadable: for anything but one whole document without a document type of its own.
    """
    # nmap names its document type and declares nothing in it. Entities, which a document type could declare, are
    # the one thing in XML that grows; '<!' cannot stand in a text or in an attribute.
    text = output.replace(_DOCTYPE, b"", 1)
    if b"\0" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unreadable("nmap's output declares a document type.")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"nmap's output is not XML: {error}.") from None
    return [_host(host, names) for host in root.iter("host")]


def _host(host: ElementTree.Element, names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    addresses = {found.get("addrtype", ""): found.get("addr", "") for found in host.findall("address")}
    address = addresses.get("ipv4") or addresses.get("ipv6", "")
    found = {
        "address": address,
        "names": list(names.get(address, ())),
        "state": _attribute(host.find("status"), "state"),
        "ports": [_port(port) for port in host.iterfind("ports/port")],
    }
    return found | ({"mac": addresses["mac"]} if "mac" in addresses else {})


def _port(port: ElementTree.Element) -> dict[str, Any]:
    service = port.find("service")
    return {
        "port": int(port.get("portid", "0")),
        "protocol": port.get("protocol", ""),
        "state": _attribute(port.find("state"), "state"),
        "service": _attribute(service, "name"),
        "product": _attribute(service, "product"),
        "version": _attribute(service, "version"),
        "scripts": {script.get("id", ""): script.get("output", "") for script in port.iterfind("script")},
    }


def _attribute(element: ElementTree.Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")
