"""Routing protocols, and gateways that several devices share."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.routing import Peer, Routing

#: A line that authenticates neighbours of a protocol, on any platform.
_PROVEN = {
    "ospf": r"ospf.*(?:authentication|message-digest-key)|area \S+ authentication|^\s*authentication|auth(?:-type)?[= ]"
    r"|keychain|key-chain",
    "eigrp": r"eigrp.*authentication|authentication (?:mode|key-chain)|key-chain",
    "rip": r"rip.*authentication|authentication|key-chain",
    "isis": r"isis (?:authentication|password)|(?:area|domain)-password|authentication",
}


def _peers(seen: Seen) -> Iterator[tuple[Routing, Peer]]:
    for process in seen.device.routing:
        if process.protocol == "bgp":
            for peer in process.peers:
                yield process, peer


@check
def bgp_unproven(seen: Seen, given: Given) -> Iterator[Found]:
    """A BGP session has no password."""
    if not seen.lacks("neighbor", "peer", "password", "authentication-key"):
        return
    for process, peer in _peers(seen):
        if not peer.has_password:
            yield seen.found(
                peer, f"The session with {peer.address} has no password.", about=f"{process.vrf} {peer.address}",
                peer=peer.address, process=process.process,
            )  # fmt: skip


@check
def bgp_unfiltered(seen: Seen, given: Given) -> Iterator[Found]:
    """Another network's routes are taken, or ours given, without a filter."""
    if not seen.lacks("neighbor", "peer", "route-map", "filter"):
        return
    for process, peer in _peers(seen):
        if peer.remote_as and peer.remote_as != process.process and peer.remote_as.isdecimal() and not peer.filters:
            yield seen.found(
                peer, f"The session with {peer.address} (AS {peer.remote_as}) has no filter.",
                about=f"{process.vrf} {peer.address}", peer=peer.address, process=process.process,
            )  # fmt: skip


@check
def protocol_unproven(seen: Seen, given: Given) -> Iterator[Found]:
    """Whoever is on the wire may be a neighbour of this protocol."""
    protocol = given["protocol"][0]
    processes = [
        one
        for one in seen.device.routing
        if one.protocol.startswith(protocol) and not seen.line(one.source, r"^\s*ipv6 router rip")
    ]
    if not processes or not seen.lacks(protocol, "authentication"):
        return
    if all(one.networks and all("/32" in network for network in one.networks) for one in processes):
        return  # nobody can be a neighbour on a loopback
    places = [one.source for one in processes] + [one.source for one in seen.device.interfaces]
    if any(seen.line(where, _PROVEN[protocol]) for where in places) or seen.line(seen.whole, _whole(protocol)):
        return
    if any(
        seen.line(where, r"passive-interface default") and not seen.line(where, r"no passive-interface")
        for where in places
    ):
        return
    yield seen.found(
        processes[0], f"{protocol.upper()} authenticates no neighbour; that is the default.", about=protocol,
        is_default=True, is_whole=True, process=processes[0].process,
    )  # fmt: skip


def _whole(protocol: str) -> str:
    """Lines outside of interfaces and processes that authenticate, as in set commands and RouterOS's templates."""
    return rf"(?i)\b{protocol}\b.*\bauth|/routing {protocol}.*auth"


@check
def hsrp_by_default(seen: Seen, given: Given) -> Iterator[Found]:
    """A group of HSRP has the password that every device has by default."""
    for interface in seen.device.interfaces:
        for text in interface.virtual_addresses:
            group = text.partition(" hsrp ")[2]
            if not group or not interface.is_enabled:
                continue
            if seen.is_on("cisco_nxos"):
                if seen.line(interface.source, r"^\s*authentication "):
                    continue
            elif seen.line(interface.source, rf"standby (?:{re.escape(group)} )?authentication"):
                continue
            at = (
                seen.line(
                    interface.source, rf"^\s*standby {f'(?:{group} )?' if group == '0' else f'{re.escape(group)} '}ip\b"
                )
                if group
                else None
            )
            yield seen.found(
                at[0] if at else interface.line_of("virtual_addresses"),
                f"HSRP group {group} at {interface.name} has the default password 'cisco'.",
                about=f"{interface.name} {group}", is_default=True, interface=interface.name, group=group,
            )  # fmt: skip


@check
def old_rip(seen: Seen, given: Given) -> Iterator[Found]:
    """RIP is in its first version, which knows neither masks nor authentication."""
    for process in seen.device.routing:
        is_next = seen.line(process.source, r"^\s*ipv6 router rip") is not None
        if process.protocol == "rip" and not is_next and not seen.line(process.source, r"version 2"):
            yield seen.found(process, "RIP is at version 1 by default.", is_default=True)
