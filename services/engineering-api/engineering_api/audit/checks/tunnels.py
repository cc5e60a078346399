"""Tunnels by themselves: what they encrypt with, and how."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.checks.ends import addresses_of
from engineering_api.audit.seen import Found, Seen, is_public
from engineering_api.facts.fact import Span
from engineering_api.facts.tunnels import Proposal, Tunnel

_ENCRYPTED = ("ipsec", "ipsec-dialin", "openvpn")
_SHORTEST, _LONGEST = 300, 86_400


def tunnels(seen: Seen, *kinds: str) -> list[Tunnel]:
    """The tunnels of these kinds that are on; one that has several peers is told of once."""
    found = {(one.name, one.source): one for one in seen.device.tunnels if one.is_enabled and one.kind in kinds}
    return list(found.values())


def _phases(tunnel: Tunnel) -> Iterator[tuple[str, Proposal]]:
    for name in ("phase1", "phase2"):
        proposal = getattr(tunnel, name)
        if proposal is not None:
            yield name, proposal


def secrecy_line(seen: Seen, tunnel: Tunnel) -> Span:
    """The lines that say whether a tunnel has forward secrecy, or those of its second phase."""
    at = tunnel.at.get("pfs") or tunnel.at.get("phase2") or tunnel.source
    # Where only the block is known, the statement is in it, and it says so before the next one begins.
    near = seen.line(Span(max(1, at.first - (0 if "pfs" in tunnel.at else 3)), at.last + 8), r"\bpfs\b")
    return near[0] if near else at


@check
def weak_proposal(seen: Seen, given: Given) -> Iterator[Found]:
    """A tunnel accepts what is broken; `field` is encryption, hashes or groups, `weak` the names."""
    field = given["field"][0]
    for tunnel in tunnels(seen, *_ENCRYPTED):
        at: dict[str, list[str]] = {}
        for phase, proposal in _phases(tunnel):
            if weak := [one for one in getattr(proposal, field) if one.casefold() in given["weak"]]:
                at[phase] = weak
        if at:
            names = ", ".join(dict.fromkeys(name for weak in at.values() for name in weak))
            yield seen.found(
                [tunnel.line_of(phase) for phase in at], f"{tunnel.name} accepts {names} in {' and '.join(at)}.",
                about=f"{tunnel.name} {field}", tunnel=tunnel.name, weak=names, peer=tunnel.peer,
            )  # fmt: skip


@check
def first_ike(seen: Seen, given: Given) -> Iterator[Found]:
    """A tunnel accepts version 1 of IKE."""
    for tunnel in tunnels(seen, "ipsec", "ipsec-dialin"):
        if tunnel.ike in ("1", "1+2") and not tunnel.is_aggressive:
            yield seen.found(
                tunnel.line_of("ike"), f"{tunnel.name} accepts IKE version 1.", about=tunnel.name, tunnel=tunnel.name,
                peer=tunnel.peer,
            )  # fmt: skip


@check
def aggressive(seen: Seen, given: Given) -> Iterator[Found]:
    """A tunnel shows a hash of its key to whoever asks."""
    for tunnel in tunnels(seen, "ipsec", "ipsec-dialin"):
        if tunnel.is_aggressive:
            yield seen.found(
                tunnel.line_of("is_aggressive"), f"{tunnel.name} uses aggressive mode.", about=tunnel.name,
                tunnel=tunnel.name, peer=tunnel.peer,
            )  # fmt: skip


@check
def no_secrecy(seen: Seen, given: Given) -> Iterator[Found]:
    """Keys of a tunnel follow from one another; `default_off` are platforms where that is so unless told otherwise."""
    for tunnel in tunnels(seen, "ipsec"):
        proposal = tunnel.phase2
        if tunnel.pfs is False:
            yield seen.found(
                secrecy_line(seen, tunnel), f"{tunnel.name} has no perfect forward secrecy.", about=tunnel.name,
                tunnel=tunnel.name, peer=tunnel.peer,
            )  # fmt: skip
        elif tunnel.pfs is None and seen.platform in given.get("default_off", ()) and _is_complete(proposal):
            yield seen.found(
                    tunnel, f"{tunnel.name} has no perfect forward secrecy by default.", about=tunnel.name,
                    is_default=True, tunnel=tunnel.name, peer=tunnel.peer,
                )  # fmt: skip


def _is_complete(proposal: Proposal | None) -> bool:
    """Whether phase 2 is told and names no group."""
    return proposal is not None and bool(proposal.encryption) and not proposal.groups


@check
def odd_lifetime(seen: Seen, given: Given) -> Iterator[Found]:
    """Keys live for longer than a day, for less than five minutes, or those of data for longer than those of IKE."""
    for tunnel in tunnels(seen, "ipsec"):
        lives = {name: one.lifetime_seconds for name, one in _phases(tunnel) if one.lifetime_seconds}
        odd = next((name for name, value in lives.items() if not _SHORTEST <= value <= _LONGEST), "")
        if not odd and len(lives) == 2 and lives["phase2"] > lives["phase1"]:
            odd = "phase2"
        if odd:
            why = "less than five minutes" if lives[odd] < _SHORTEST else "more than a day"
            if _SHORTEST <= lives[odd] <= _LONGEST:
                why = f"longer than phase 1 with {lives['phase1']}"
            number = seen.line(tunnel.source, rf"life\D*\b{lives[odd]}\b")
            yield seen.found(
                number[0] if number else tunnel.line_of(odd),
                f"Keys of {tunnel.name} live for {lives[odd]} seconds in {odd}: {why}.",
                about=tunnel.name, tunnel=tunnel.name, peer=tunnel.peer,
            )  # fmt: skip


@check
def ssl_vpn(seen: Seen, given: Given) -> Iterator[Found]:
    """An SSL VPN takes connections from any address outside."""
    for tunnel in tunnels(seen, "ssl"):
        limited = seen.line(tunnel.source, r"set source-address6? (?!\"?all\"?\s*$)\S")
        listens = [name for name in re.split(r"[,\s]+", tunnel.interface) if name]
        if not limited and any(seen.is_outside(name) for name in listens):
            yield seen.found(
                tunnel.line_of("interface"), f"{tunnel.name} is open to everybody at {', '.join(listens)}.",
                about=tunnel.name, tunnel=tunnel.name,
            )  # fmt: skip


@check
def kind_is_used(seen: Seen, given: Given) -> Iterator[Found]:
    """A kind of tunnel that should not be used is on."""
    for tunnel in tunnels(seen, *given["kinds"]):
        yield seen.found(
            tunnel, f"{tunnel.name} is a {tunnel.kind.upper()} tunnel.", about=tunnel.name, tunnel=tunnel.name
        )


@check
def bare_l2tp(seen: Seen, given: Given) -> Iterator[Found]:
    """L2TP that nothing encrypts."""
    for tunnel in tunnels(seen, "l2tp"):
        if not tunnel.authentication:
            yield seen.found(tunnel, f"{tunnel.name} is not encrypted by IPsec.", about=tunnel.name, tunnel=tunnel.name)


@check
def bare_gre(seen: Seen, given: Given) -> Iterator[Found]:
    """A GRE tunnel through the internet that nothing encrypts."""
    secured = {one.peer for one in tunnels(seen, "ipsec") if one.peer}
    for tunnel in tunnels(seen, "gre"):
        peer = addresses_of(tunnel.peer)
        if peer and is_public(peer[0]) and tunnel.peer not in secured:
            yield seen.found(
                tunnel, f"{tunnel.name} leads to {tunnel.peer} without encryption.", about=tunnel.name,
                tunnel=tunnel.name, peer=tunnel.peer,
            )  # fmt: skip
