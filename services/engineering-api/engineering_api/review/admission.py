"""From where a device may be managed: lists of networks, trusted hosts of users, and rules for the device itself."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network

from engineering_api.facts.device import Device
from engineering_api.facts.ports import Interface
from engineering_api.packets.deciding import decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Address, Packet
from engineering_api.review.reason import Case, Evidence, several
from engineering_api.review.semantic import Change

_WAYS = ("ssh", "https", "telnet", "http", "vty", "api", "api-ssl", "winbox", "netconf", "www", "www-ssl")
_PORTS = {"ssh": 22, "https": 443, "www-ssl": 443, "http": 80, "www": 80, "telnet": 23, "winbox": 8291}
#: The lists of all packets to the device itself, by platform.
_TO_ITSELF = {"mikrotik_routeros": "input", "pfsense": "filter", "opnsense": "filter"}
_TCP = 6

#: A sentence, and the lines that show it.
Found = tuple[str, tuple[Evidence, ...]]


def narrowed(case: Case) -> Iterator[Found]:
    """Ways in and users that no longer admit where the device is managed from; all of them, or it is no lock-out."""
    address = case.managed.address
    if address is None:
        return
    ways = [change for change in case.of("management") if change.field == "allowed" or change.op == "removed"]
    if ways and _ways(case.before, address) and not _ways(case.after, address):
        yield f"No way to manage the device admits {address} any more.", several(ways)
    users = [change for change in case.of("users") if change.field == "allowed"]
    if users and _users(case.before, address) and not _users(case.after, address):
        yield f"No user may log in from {address} any more.", several(users)


def changed(case: Case) -> list[Change]:
    """Where who may manage the device from where became otherwise, and not more open."""
    return [
        change
        for change in case.of("management", "users")
        if change.field == "allowed" and change.new
        if not set(map(str, change.old or ())) <= set(map(str, change.new)) or not change.old
    ]


def denied(case: Case, entrance: Interface | None) -> Iterator[Found]:
    """The rules for packets to the device itself, where these are a list of their own."""
    address = case.managed.address
    name = _TO_ITSELF.get(case.before.platform)
    if address is None or name is None or not case.of("rules", "access_lists"):
        return
    target = (
        next((one.value.ip for one in entrance.addresses if one.value.version == address.version), None)
        if entrance
        else None
    )
    if entrance is None or target is None:
        return
    was, becomes = (_passes(device, name, address, target, entrance) for device in (case.before, case.after))
    if was and was[0] and becomes and not becomes[0]:
        yield f"The rules for the device itself deny {address}, from where it is managed.", becomes[1]


def _passes(
    device: Device, name: str, address: Address, target: Address, entrance: Interface
) -> tuple[bool, tuple[Evidence, ...]] | None:
    found = next((one for one in device.access_lists if one.name == name), None)
    if found is None:
        return None
    ports = {one.port or _PORTS.get(one.protocol, 0) for one in device.management if one.is_enabled} - {0} or {22, 443}
    matcher = Matcher(device)
    evidence: tuple[Evidence, ...] = (Evidence("after", found.source),)
    for port in sorted(ports):
        packet = Packet(address, target, _TCP, 50_000, port, inward=entrance.name)
        answer = decide(packet, found, matcher, device.access_lists)
        if answer.answer != "deny":
            return True, ()
        if answer.rule is not None:
            evidence = (Evidence("after", answer.rule.source),)
    return False, evidence


def _ways(device: Device, address: Address) -> bool:
    return any(_admits(one.allowed, address) for one in device.management if one.is_enabled and one.protocol in _WAYS)


def _users(device: Device, address: Address) -> bool:
    return any(_admits(one.allowed, address) for one in device.users if one.is_enabled)


def _admits(allowed: Sequence[str], address: Address) -> bool:
    """Whether networks hold an address; words that are no networks may."""
    for text in allowed:
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            return True
        if address.version == network.version and address in network:
            return True
    return not allowed
