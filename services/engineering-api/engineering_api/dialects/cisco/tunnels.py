"""Tunnels as facts: what crypto maps and protected tunnel interfaces come to with all that they name."""

from engineering_api.dialects.cisco.state import Crypto, Profile, Protected, Reading
from engineering_api.facts.filters import AccessList, Ends
from engineering_api.facts.tunnels import Proposal, Tunnel


def build(reading: Reading) -> None:
    """Make the tunnels of a device whose lines have all been read."""
    for entry in reading.ike.maps.values():
        if entry.is_dynamic or entry.peers or entry.acl:
            reading.device.tunnels.append(_of_map(reading, entry))
    for protected in reading.ike.protected.values():
        if (tunnel := _of_interface(reading, protected)) is not None:
            reading.device.tunnels.append(tunnel)


def _phase1(reading: Reading, *, is_ikev2: bool) -> Proposal | None:
    """What the device accepts at first: its policies hold for all peers."""
    offered = reading.ike.ikev2 if is_ikev2 else [proposal for proposal, _ in reading.ike.isakmp]
    return _merged(offered)


def _merged(offered: list[Proposal]) -> Proposal | None:
    if not offered:
        return None
    made = Proposal(lifetime_seconds=next((one.lifetime_seconds for one in offered if one.lifetime_seconds), None))
    for one in offered:
        made.encryption += [word for word in one.encryption if word not in made.encryption]
        made.hashes += [word for word in one.hashes if word not in made.hashes]
        made.groups += [word for word in one.groups if word not in made.groups]
    return made


def _phase2(reading: Reading, names: list[str], pfs: str, lifetime: int | None) -> Proposal | None:
    made = _merged([reading.ike.transforms[name] for name in names if name in reading.ike.transforms])
    if made is not None:
        made.groups = [pfs] if pfs else []
        made.lifetime_seconds = lifetime
    return made


def _of_map(reading: Reading, entry: Crypto) -> Tunnel:
    bound = reading.ike.bound.get(entry.name, [])
    tunnel = Tunnel(
        source=entry.span,
        name=f"{entry.name} {entry.sequence}",
        kind="ipsec-dialin" if entry.is_dynamic and not entry.peers else "ipsec",
        interface=", ".join(bound),
        peer=", ".join(entry.peers),
        ike="2" if entry.is_ikev2 else "1",
        is_aggressive=any(peer in reading.ike.aggressive for peer in entry.peers),
        phase1=_phase1(reading, is_ikev2=entry.is_ikev2),
        phase2=_phase2(reading, entry.transforms, entry.pfs, entry.lifetime),
        pfs=True if entry.pfs else None,
    )
    methods = {method for _, methods in reading.ike.isakmp for method in methods}
    if not entry.is_ikev2 and len(methods) == 1:
        tunnel.authentication = "psk" if "psk" in methods else "certificate"
    elif entry.is_ikev2 and reading.ike.has_keys:
        tunnel.authentication = "psk"
    if (acl := reading.access_lists.get(f"ip {entry.acl}")) is not None:
        tunnel.local_networks, tunnel.remote_networks = _protected(acl)
    return tunnel


def _protected(acl: AccessList) -> tuple[list[str], list[str]]:
    local, remote = list[str](), list[str]()
    for rule in acl.rules:
        if rule.action == "permit":
            local += [one for one in _networks(rule.source_ends) if one not in local]
            remote += [one for one in _networks(rule.destination_ends) if one not in remote]
    return local, remote


def _networks(ends: Ends) -> list[str]:
    return ["0.0.0.0/0"] if ends.is_any else [*ends.networks, *ends.wildcards, *ends.names]


def _of_interface(reading: Reading, protected: Protected) -> Tunnel | None:
    mode = protected.mode.split(" ")[0]
    if not protected.profile and not protected.destination and not mode:
        return None
    if not protected.profile and mode not in ("", "gre"):
        return None
    profile = reading.ike.profiles.get(protected.profile, Profile())
    tunnel = Tunnel(
        source=protected.interface.source,
        name=protected.interface.name,
        kind="ipsec" if protected.profile else "gre",
        interface=protected.source,
        peer=protected.destination,
    )
    if protected.profile:
        tunnel.ike = "2" if profile.is_ikev2 else "1"
        tunnel.phase1 = _phase1(reading, is_ikev2=profile.is_ikev2)
        tunnel.phase2 = _phase2(reading, profile.transforms, profile.pfs, profile.lifetime)
        tunnel.pfs = True if profile.pfs else None
        methods = {method for _, methods in reading.ike.isakmp for method in methods}
        if profile.authentication in ("psk", "certificate", "eap"):
            tunnel.authentication = "psk" if profile.authentication == "psk" else "certificate"
        elif not profile.is_ikev2 and len(methods) == 1:
            tunnel.authentication = "psk" if "psk" in methods else "certificate"
    return tunnel
