"""Tunnels from site to site: crypto maps, tunnel interfaces, and how both ends show who they are (tunnel-group)."""

from engineering_api.dialects.asa.addresses import networks
from engineering_api.dialects.asa.proposals import POLICY, PROPOSAL, plain
from engineering_api.dialects.asa.state import Entry, Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.fact import Span
from engineering_api.facts.tunnels import Proposal, Tunnel
from engineering_api.reading.grammar import Found, Place

CRYPTO: Place[Reading] = Place("crypto")
#: An entry of a crypto map may name ten peers.
_MOST_PEERS = 10
#: What an entry of a crypto map sets that is not kept.
_OTHER = frozenset(
    [
        "reverse-route",
        "nat-t-disable",
        "connection-type",
        "pre-shared-key",
        "mode",
        "df-bit",
        "tfc-packets",
        "inheritance",
        "validate-icmp-errors",
        "bypass",
    ]
)
PROFILE: Place[Within[Entry]] = Place("crypto ipsec profile")


@CRYPTO.opens(POLICY, "crypto (ikev1|isakmp) policy NUMBER", "isakmp policy NUMBER")
def _policy1(reading: Reading, found: Found) -> Within[Proposal]:
    return _policy(reading, found, "1")


@CRYPTO.opens(POLICY, "crypto ikev2 policy NUMBER")
def _policy2(reading: Reading, found: Found) -> Within[Proposal]:
    return _policy(reading, found, "2")


def _policy(reading: Reading, found: Found, version: str) -> Within[Proposal]:
    number = found["NUMBER"]
    reading.device.define("ike-policy", number if version == "1" else f"ikev2 {number}", found.span, is_used=True)
    return Within(reading, reading.accepted.policies.setdefault((version, number), Proposal()))


@CRYPTO.line("crypto isakmp policy NUMBER KEY:(authentication|encryption|hash|group|lifetime) VALUE",
             "isakmp policy NUMBER KEY:(authentication|encryption|hash|group|lifetime) VALUE")  # fmt: skip
def _policy_of_one_line(reading: Reading, found: Found) -> None:
    fact = _policy(reading, found, "1").fact
    key, value = found["KEY"], found["VALUE"]
    if key == "lifetime":
        fact.lifetime_seconds = int(value)
    elif key != "authentication":
        {"encryption": fact.encryption, "hash": fact.hashes, "group": fact.groups}[key].append(plain(value))


@CRYPTO.line("crypto ipsec [ikev1] transform-set NAME mode MODE")
def _mode(reading: Reading, found: Found) -> None:
    reading.device.define("transform-set", found["NAME"], found.line)


@CRYPTO.line("crypto ipsec [ikev1] transform-set NAME WORDS...")
def _transform_set(reading: Reading, found: Found) -> None:
    reading.device.define("transform-set", found["NAME"], found.line)
    made = reading.accepted.sets.setdefault(found["NAME"], Proposal())
    for word in found["WORDS"].split():
        (made.hashes if word.endswith(("-hmac", "esp-none")) else made.encryption).append(plain(word))


@CRYPTO.opens(PROPOSAL, "crypto ipsec ikev2 ipsec-proposal NAME")
def _proposal(reading: Reading, found: Found) -> Within[Proposal]:
    reading.device.define("transform-set", found["NAME"], found.span)
    return Within(reading, reading.accepted.sets.setdefault(found["NAME"], Proposal()))


@CRYPTO.opens(PROFILE, "crypto ipsec profile NAME")
def _profile(reading: Reading, found: Found) -> Within[Entry]:
    reading.device.define("ipsec-profile", found["NAME"], found.span)
    entry = Entry(found.span, found["NAME"])
    reading.secured[entry.name] = entry
    return Within(reading, entry)


@PROFILE.line("set REST...")
def _profile_line(at: Within[Entry], found: Found) -> None:
    _set(at.reading, at.fact, found["REST"], found.line)


PROFILE.knows(
    "responder-only",
)


@CRYPTO.line("crypto map NAME interface INTERFACE")
def _applied(reading: Reading, found: Found) -> None:
    name, interface = found["NAME"], found["INTERFACE"]
    reading.device.refer("crypto-map", name, found.line, f"interface {interface}")
    reading.refer_interface(interface, found.line, "crypto map")
    reading.applied[name] = interface


@CRYPTO.line("crypto (map|dynamic-map) NAME SEQUENCE REST...")
def _entry(reading: Reading, found: Found) -> None:
    name, sequence, rest = found["NAME"], found["SEQUENCE"], found["REST"]
    int(sequence)
    is_dynamic = found.node.text.startswith("crypto dynamic-map")
    reading.device.define("crypto-map", name, found.line)
    key = (name, sequence)
    if (entry := reading.entries.get(key)) is None:
        entry = reading.entries[key] = Entry(found.line, name, sequence)
        if not is_dynamic:
            made = entry
            reading.later.append(lambda: _tell(reading, made))
    entry.source = Span(entry.source.first, found.line.last)
    kind, _, value = rest.partition(" ")
    if kind == "match" and value.startswith("address "):
        entry.acl = value.removeprefix("address ").strip()
        entry.at["local_networks"] = entry.at["remote_networks"] = found.line
        reading.device.refer("acl", entry.acl, found.line, f"crypto map {name} {sequence}")
    elif kind == "set":
        _set(reading, entry, value, found.line)
    elif kind == "ipsec-isakmp":
        words = value.split()
        if words[:1] == ["dynamic"] and len(words) > 1:
            reading.device.refer("crypto-map", words[1], found.line, f"crypto map {name} {sequence}")
    else:
        raise ValueError(f"not known in a crypto map: {rest}")


def _set(reading: Reading, entry: Entry, text: str, where: Span) -> None:
    """What `set` says in an entry of a crypto map or in a profile.

    Raises:
        ValueError: for words that are not known there.
    """
    words = text.split() or [""]
    key = words[0]
    if key in {"ikev1", "ikev2"}:
        words = words[1:] or [""]
        entry.versions += key[-1] if words[0] in {"transform-set", "ipsec-proposal"} else ""
        key = words[0]
    if key in {"transform-set", "ipsec-proposal"}:
        entry.sets += words[1:]
        entry.at["phase2"] = where
        for name in words[1:]:
            reading.device.refer("transform-set", name, where, f"crypto map {entry.name} {entry.sequence}".rstrip())
    elif key == "peer":
        entry.peers += [reading.names.get(word, word) for word in words[1:]]
        entry.at["peer"] = where
    elif key == "pfs":
        entry.pfs = True
        entry.at["pfs"] = where
    elif key == "phase1-mode":
        entry.is_aggressive = words[1:2] == ["aggressive"]
        entry.at["is_aggressive"] = where
    elif key == "trustpoint":
        entry.trustpoint = words[1] if len(words) > 1 else ""
        reading.device.refer("certificate", entry.trustpoint, where, "crypto map")
    elif key == "security-association":
        if "seconds" in words[:-1]:
            entry.lifetime = int(words[words.index("seconds") + 1])
    elif key not in _OTHER:
        raise ValueError(f"not known in a crypto map: {text}")


def _say_protection(reading: Reading, tunnel: Tunnel, entry: Entry) -> None:
    tunnel.ike = "1+2" if {"1", "2"} <= set(entry.versions) else "1" if "1" in entry.versions else (
        "2" if entry.versions else "1" if entry.sets else ""
    )  # fmt: skip
    tunnel.phase1 = reading.accepted.phase1(tunnel.ike)
    tunnel.phase2 = reading.accepted.phase2(entry.sets)
    if tunnel.phase2 is not None:
        tunnel.phase2.lifetime_seconds = entry.lifetime or reading.lifetime
    tunnel.pfs = entry.pfs
    tunnel.is_aggressive = entry.is_aggressive
    tunnel.authentication = reading.proofs.get(tunnel.peer, "certificate" if entry.trustpoint else "")
    tunnel.at.update(entry.at)


def _tell(reading: Reading, entry: Entry) -> None:
    """Say the tunnels of an entry, one for every peer, when all lines were read."""
    acl = reading.lists.get(entry.acl)
    rules = [rule for rule in acl.rules if rule.action == "permit"] if acl and reading.take_room(len(acl.rules)) else []
    local = networks((rule.source_ends for rule in rules), reading)
    remote = networks((rule.destination_ends for rule in rules), reading)
    for peer in list(dict.fromkeys(entry.peers))[:_MOST_PEERS]:
        tunnel = Tunnel(
            source=entry.source,
            name=f"{entry.name} {entry.sequence}",
            interface=reading.applied.get(entry.name, ""),
            peer=peer,
            local_networks=local,
            remote_networks=remote,
            is_enabled=entry.name in reading.applied,
        )
        _say_protection(reading, tunnel, entry)
        reading.device.tunnels.append(tunnel)


@CRYPTO.line("crypto (ikev1|ikev2|isakmp) enable INTERFACE [client-services] [port NUMBER]", "isakmp enable INTERFACE")
def _enabled(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["INTERFACE"], found.line, "crypto enable")


@CRYPTO.line("crypto ipsec security-association lifetime seconds NUMBER [kilobytes SIZE]")
def _lifetime(reading: Reading, found: Found) -> None:
    reading.lifetime = int(found["NUMBER"])


@CRYPTO.block("crypto ca trustpoint NAME")
def _trustpoint(reading: Reading, found: Found) -> None:
    reading.device.define("certificate", found["NAME"], found.span, is_used=found["NAME"].startswith("_SmartCallHome"))


@CRYPTO.block("crypto ca certificate chain NAME")
def _chain(reading: Reading, found: Found) -> None:
    reading.device.refer("certificate", found["NAME"], found.line, "crypto ca certificate chain")


@CRYPTO.line("crypto ikev2 remote-access trustpoint NAME")
@CRYPTO.line("ssl trust-point NAME [INTERFACE] [REST...]")
def _trust(reading: Reading, found: Found) -> None:
    reading.device.refer("certificate", found["NAME"], found.line, "trustpoint")


CRYPTO.knows(
    *beginnings(
        "crypto ca, crypto key, crypto isakmp, isakmp, crypto ikev1, crypto ikev2, crypto ipsec "
        "security-association, crypto ipsec df-bit, crypto ipsec fragmentation, crypto ipsec ikev2, crypto "
        "engine, no crypto, crypto large-cert-acceleration, no sysopt, sysopt"
    ),
    "crypto ipsec inner-routing-lookup",
)


def say_protections(reading: Reading) -> None:
    """Say of tunnel interfaces what their profiles say."""
    for name, profile in reading.profiles.items():
        if entry := reading.secured.get(profile):
            _say_protection(reading, reading.tunnels[name], entry)
