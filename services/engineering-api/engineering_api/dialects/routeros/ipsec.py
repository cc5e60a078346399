"""IPsec: `/ip ipsec …`. A peer with its profile, identities and policies is a tunnel.

Before RouterOS 6.44 a peer had what is now in profiles and identities.
"""

from collections import defaultdict
from typing import Literal

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.router import SECTIONS, Router, section
from engineering_api.facts.tunnels import Proposal, Tunnel

#: Names of groups, by their numbers at IANA.
_GROUPS = {
    "modp768": "1",
    "modp1024": "2",
    "ec2n155": "3",
    "ec2n185": "4",
    "modp1536": "5",
    "modp2048": "14",
    "modp3072": "15",
    "modp4096": "16",
    "modp6144": "17",
    "modp8192": "18",
    "ecp256": "19",
    "ecp384": "20",
    "ecp521": "21",
    "x25519": "31",
}
_EVERYBODY = ("", "0.0.0.0/0", "::/0", "::")
SECTIONS.update(dict.fromkeys(("ip ipsec settings", "ip ipsec policy group", "ip ipsec key", "ip ipsec user")))


@section("ip ipsec profile", "ip ipsec peer profile")
def _profile(router: Router, command: Command) -> None:
    command.seconds("lifetime")
    name = command["name"] or command.target
    router.device.define("ike-policy", name, command.where, is_used=command.verb == "set")


@section("ip ipsec proposal")
def _proposal(router: Router, command: Command) -> None:
    command.seconds("lifetime")
    name = command["name"] or command.target
    router.device.define("transform-set", name, command.where, is_used=command.verb == "set")


@section("ip ipsec mode-config")
def _mode_config(router: Router, command: Command) -> None:
    if command.verb == "add":
        router.device.define("template", command["name"], command.where)
    router.use("pool", command["address-pool"], command.where, "ipsec mode-config")
    router.use_list(command["src-address-list"], command.where, "ipsec mode-config")


@section("ip ipsec peer")
def _peer(router: Router, command: Command) -> None:
    command.seconds("lifetime")
    if command.verb != "add":
        return
    name = command["name"] or command["address"]
    address = command["address"]
    is_dial_in = address in _EVERYBODY or bool(command.says("passive"))
    tunnel = Tunnel(
        source=command.where,
        name=name,
        kind="ipsec-dialin" if is_dial_in else "ipsec",
        peer=address.removesuffix("/32").removesuffix("/128"),
        ike="2" if command["exchange-mode"] == "ike2" else "1",
        is_aggressive=command["exchange-mode"] == "aggressive",
        is_enabled=command.is_enabled,
    )
    if command["auth-method"] or command["secret"]:
        tunnel.authentication = _authentication(command)
    if command["enc-algorithm"] or command["hash-algorithm"] or command["dh-group"]:
        tunnel.phase1 = _phase1(command)
    router.device.tunnels.append(tunnel)
    router.device.define("tunnel", name, command.where, is_used="secret" in command.values)
    if command["profile"] not in ("", "default"):
        router.use("ike-policy", command["profile"], command.where, f"ipsec peer {name}")


@section("ip ipsec identity")
def _identity(router: Router, command: Command) -> None:
    router.use("tunnel", command["peer"], command.where, "ipsec identity")
    if command["mode-config"] not in ("", "request-only"):
        router.use("template", command["mode-config"], command.where, "ipsec identity")


@section("ip ipsec policy")
def _policy(router: Router, command: Command) -> None:
    for name in command.items("peer"):
        router.use("tunnel", name, command.where, "ipsec policy")
    if command["proposal"] not in ("", "default"):
        router.use("transform-set", command["proposal"], command.where, "ipsec policy")


def finish(router: Router) -> None:
    """Join peers with what profiles, identities, policies and proposals say of them."""
    profiles = {
        command["name"] or command.target: command
        for path in ("ip ipsec profile", "ip ipsec peer profile")
        for command in router.commands[path]
    }
    proposals = {command["name"] or command.target: command for command in router.commands["ip ipsec proposal"]}
    identities: dict[str, Command] = {}
    for command in router.commands["ip ipsec identity"]:
        identities.setdefault(command["peer"], command)
    policies: defaultdict[str, list[Command]] = defaultdict(list)
    for command in router.commands["ip ipsec policy"]:
        if command.verb == "add" and command.is_enabled:
            for name in command.items("peer") or [command["sa-dst-address"]]:
                policies[name].append(command)
    peers = {command.where: command for command in router.commands["ip ipsec peer"]}
    for tunnel in router.device.tunnels:
        if (peer := peers.get(tunnel.source)) is None:
            continue
        profile = profiles.get(peer["profile"] or "default")
        if profile is not None and tunnel.phase1 is None:
            tunnel.say(profile.where, phase1=_phase1(profile))
        if identity := identities.get(tunnel.name):
            tunnel.say(identity.where, authentication=_authentication(identity))
        # Names are unique on a router, so a peer's policies are taken by the first of its name.
        _add_policies(tunnel, policies.pop(tunnel.name, []) or policies.pop(tunnel.peer, []), proposals)


def _add_policies(tunnel: Tunnel, policies: list[Command], proposals: dict[str, Command]) -> None:
    for field, key in (("local_networks", "src-address"), ("remote_networks", "dst-address")):
        saying = [policy for policy in policies if policy[key]]
        if saying:
            tunnel.say(saying[0].where, **{field: list(dict.fromkeys(policy[key] for policy in saying))})
    for policy in policies:
        _add_proposal(tunnel, policy, proposals)


def _add_proposal(tunnel: Tunnel, policy: Command, proposals: dict[str, Command]) -> None:
    proposal = proposals.get(policy["proposal"] or "default")
    if proposal is not None and tunnel.phase2 is None:
        group = proposal["pfs-group"]
        tunnel.say(
            proposal.where,
            phase2=Proposal(
                encryption=[algorithm(name) for name in proposal.items("enc-algorithms")],
                hashes=proposal.items("auth-algorithms"),
                groups=[_GROUPS.get(group, group)] if group not in ("", "none") else [],
                lifetime_seconds=proposal.seconds("lifetime"),
            ),
        )
        if group:
            tunnel.say(proposal.where, pfs=group != "none")


def _phase1(command: Command) -> Proposal:
    return Proposal(
        encryption=[algorithm(name) for name in command.items("enc-algorithm")],
        hashes=command.items("hash-algorithm"),
        groups=[_GROUPS.get(name, name) for name in command.items("dh-group")],
        lifetime_seconds=command.seconds("lifetime"),
    )


def algorithm(name: str) -> str:
    """A cipher's name as everybody writes it: aes256 for aes-256 and aes-256-cbc."""
    return name.removesuffix("-cbc").replace("-", "")


def _authentication(command: Command) -> Literal["psk", "eap", "certificate"]:
    method = command["auth-method"] or "pre-shared-key"
    if method.startswith("pre-shared-key"):
        return "psk"
    return "eap" if method.startswith("eap") else "certificate"
