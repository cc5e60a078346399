"""Tunnels whose two ends do not fit."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network

from engineering_api.audit.checking import Given, check_all
from engineering_api.audit.checks.ends import End, one_sided, pairs
from engineering_api.audit.checks.tunnels import secrecy_line
from engineering_api.audit.seen import Found, Seen, Spot
from engineering_api.facts.fact import Span

_PHASES = ("phase1", "phase2")


def _found(one: End, other: End, where: str, detail: str, **values: str) -> Found:
    places = [
        secrecy_line(end.seen, end.tunnel) if where == "pfs" else end.tunnel.line_of(where) for end in (one, other)
    ]
    spots = (Spot(one.seen, places[0]), Spot(other.seen, places[1]))
    return Found(
        spots, detail, {"tunnel": one.tunnel.name, "peer": one.tunnel.peer, **values}, f"{where} {one.tunnel.name}"
    )


def _told(one: End, other: End) -> str:
    return f"{one.tunnel.name} of {one.seen.name} and {other.tunnel.name} of {other.seen.name}"


@check_all
def proposals_differ(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """The ends have no encryption, hash or group in common, or not the same version of IKE."""
    for one, other in pairs(devices):
        for phase in _PHASES:
            mine, theirs = getattr(one.tunnel, phase), getattr(other.tunnel, phase)
            if mine is None or theirs is None:
                continue
            for field in ("encryption", "hashes", "groups"):
                left, right = set(getattr(mine, field)), set(getattr(theirs, field))
                if not left or not right or left & right:
                    continue
                if field == "hashes" and any("gcm" in name for name in (*mine.encryption, *theirs.encryption)):
                    continue  # such ciphers need no hash, and some devices do not list one
                yield _found(
                    one, other, phase,
                    f"{_told(one, other)} have no {field} in common in {phase}: {', '.join(sorted(left))} and"
                    f" {', '.join(sorted(right))}.",
                )  # fmt: skip
                break
        versions = [set(end.tunnel.ike.split("+")) - {""} for end in (one, other)]
        if all(versions) and not versions[0] & versions[1]:
            yield _found(
                one, other, "ike",
                f"{_told(one, other)} use different versions of IKE: {one.tunnel.ike} and {other.tunnel.ike}.",
            )  # fmt: skip


@check_all
def secrecy_differs(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """One end wants perfect forward secrecy and the other does not."""
    for one, other in pairs(devices):
        if {one.tunnel.pfs, other.tunnel.pfs} == {True, False}:
            which = one if one.tunnel.pfs else other
            yield _found(
                one, other, "pfs", f"Of {_told(one, other)} only that of {which.seen.name} wants forward secrecy."
            )


@check_all
def networks_differ(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """What one end takes for its own is not what the other takes for the far side."""
    for one, other in pairs(devices):
        for mine, theirs in (
            (one.tunnel.local_networks, other.tunnel.remote_networks),
            (one.tunnel.remote_networks, other.tunnel.local_networks),
        ):
            left, right = _networks(mine), _networks(theirs)
            if left and right and left != right:
                odd = ", ".join(sorted(str(network) for network in left ^ right))
                yield _found(
                    one, other, "local_networks", f"{_told(one, other)} do not mean the same networks: {odd}."
                )  # fmt: skip
                break


def _networks(texts: Sequence[str]) -> set[object] | None:
    """Networks, or None where one is only a name."""
    found: set[object] = set()
    for text in texts:
        try:
            found.add(ip_network(text, strict=False))
        except ValueError:
            return None
    return found


@check_all
def no_way_back(devices: Sequence[Seen], given: Given) -> Iterator[Found]:
    """A tunnel leads to a device that has none back."""
    for end, other in one_sided(devices):
        yield Found(
            (end.seen.spot(end.tunnel.line_of("peer")), Spot(other, _first(other))),
            f"{end.tunnel.name} of {end.seen.name} leads to {end.tunnel.peer}, which is {other.name}; that has no"
            f" tunnel to any address of {end.seen.name}.",
            {"tunnel": end.tunnel.name, "peer": end.tunnel.peer},
            end.tunnel.name,
        )


def _first(seen: Seen) -> Span:
    return seen.device.tunnels[0].source if seen.device.tunnels else seen.device.identity.source
