"""IKE: policies of ISAKMP and proposals of IKEv2, keys, and profiles that name them."""

import re

from engineering_api.dialects.cisco.ciphers import cipher, hashed
from engineering_api.dialects.cisco.state import At, Profile, Reading
from engineering_api.facts.tunnels import Proposal
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("ike")
ISAKMP: Place[At[list[str]]] = Place("isakmp policy")
IKEV2: Place[At[Proposal]] = Place("ikev2 proposal")
NAMING: Place[At[str]] = Place("ikev2 policy")
PROFILE: Place[At[Profile]] = Place("profile")


@TOP.opens(ISAKMP, "crypto (isakmp|ikev1) policy NUMBER")
def _policy(reading: Reading, found: Found) -> At[list[str]]:
    made: list[str] = []
    reading.ike.isakmp.append((Proposal(), made))
    reading.define("ike-policy", found["NUMBER"], found.span, is_used=True)
    return At(reading, made)


def _last(at: At[list[str]]) -> Proposal:
    return at.reading.ike.isakmp[-1][0]


@ISAKMP.line("(encr|encryption) CIPHER...")
def _encryption(at: At[list[str]], found: Found) -> None:
    _last(at).encryption.append(cipher(found["CIPHER"]))


@ISAKMP.line("hash HASH")
def _policyhash(at: At[list[str]], found: Found) -> None:
    _last(at).hashes.append(hashed(found["HASH"]))


@ISAKMP.line("authentication METHOD")
def _policy_authentication(at: At[list[str]], found: Found) -> None:
    at.fact.append("psk" if found["METHOD"] == "pre-share" else "certificate")


@ISAKMP.line("group GROUP")
def _group(at: At[list[str]], found: Found) -> None:
    _last(at).groups.append(found["GROUP"])


@ISAKMP.line("lifetime [seconds] SECONDS")
def _lifetime(at: At[list[str]], found: Found) -> None:
    _last(at).lifetime_seconds = int(found["SECONDS"])


ISAKMP.knows("exit")


@TOP.line("crypto isakmp key WORDS...")
def _key(reading: Reading, found: Found) -> None:
    reading.ike.has_keys = True


@TOP.block("crypto isakmp peer (address|hostname) ADDRESS [vrf VRF]")
def _isakmp_peer(reading: Reading, found: Found) -> None:
    if any("aggressive-mode" in below.text for below in found.node.walk()):
        reading.ike.aggressive.add(found["ADDRESS"])


@TOP.block("crypto isakmp client configuration group NAME")
def _client_group(reading: Reading, found: Found) -> None:
    for below in found.node.children:
        if acl := re.fullmatch(r"acl (\S+)", below.text):
            reading.refer("acl", acl[1], below.line, f"client configuration group {found['NAME']}")
        elif pool := re.fullmatch(r"pool (\S+)", below.text):
            reading.refer("pool", pool[1], below.line, f"client configuration group {found['NAME']}")


@TOP.block("crypto keyring NAME [vrf VRF]", "crypto ikev2 keyring NAME")
def _keyring(reading: Reading, found: Found) -> None:
    reading.ike.has_keys = True
    reading.define("keyring", found["NAME"], found.span)
    reading.refer("vrf", found["VRF"], found.line, f"keyring {found['NAME']}")


@TOP.opens(IKEV2, "crypto ikev2 proposal NAME")
def _ikev2_proposal(reading: Reading, found: Found) -> At[Proposal]:
    made = Proposal()
    reading.ike.ikev2.append(made)
    reading.define("ike-policy", found["NAME"], found.span)
    return At(reading, made)


@IKEV2.line("encryption CIPHERS...")
def _ikev2_encryption(at: At[Proposal], found: Found) -> None:
    at.fact.encryption.extend(cipher(word) for word in found["CIPHERS"].split())


@IKEV2.line("integrity HASHES...", "prf HASHES...")
def _ikev2hash(at: At[Proposal], found: Found) -> None:
    if found.node.text.startswith("integrity"):
        at.fact.hashes.extend(hashed(word) for word in found["HASHES"].split())


@IKEV2.line("group GROUPS...")
def _ikev2_group(at: At[Proposal], found: Found) -> None:
    at.fact.groups.extend(found["GROUPS"].split())


IKEV2.knows("exit")


@TOP.opens(NAMING, "crypto ikev2 policy NAME")
def _ikev2_policy(reading: Reading, found: Found) -> At[str]:
    reading.define("ike-policy", found["NAME"], found.span, is_used=True)
    return At(reading, f"ikev2 policy {found['NAME']}")


@NAMING.line("proposal NAME")
def _policy_proposal(at: At[str], found: Found) -> None:
    at.reading.refer("ike-policy", found["NAME"], found.line, at.fact)


NAMING.knows("(match|encryption|group|integrity|lifetime|prf) REST...", "exit")


@TOP.opens(PROFILE, "crypto KIND:(isakmp|ikev2) profile NAME")
def _ike_profile(reading: Reading, found: Found) -> At[Profile]:
    made = Profile(is_ikev2=found["KIND"] == "ikev2")
    reading.ike.profiles[f"ike {found['NAME']}"] = made
    reading.define("ike-profile", found["NAME"], found.span, is_used=not made.is_ikev2)
    return At(reading, made)


@PROFILE.line("keyring [local] NAME", "keyring aaa NAME REST...")
def _profile_keyring(at: At[Profile], found: Found) -> None:
    if not found["REST"]:
        at.reading.refer("keyring", found["NAME"], found.line, "profile keyring")


@PROFILE.line("authentication SIDE:(local|remote) METHOD [REST...]")
def _profile_authentication(at: At[Profile], found: Found) -> None:
    at.fact.authentication = {"pre-share": "psk", "eap": "eap"}.get(found["METHOD"], "certificate")


@PROFILE.line("set transform-set NAMES...", "set ikev1 transform-set NAMES...")
def _profile_transforms(at: At[Profile], found: Found) -> None:
    for name in found["NAMES"].split():
        at.fact.transforms.append(name)
        at.reading.refer("transform-set", name, found.line, "ipsec profile")


@PROFILE.line("set pfs [GROUP]")
def _profile_pfs(at: At[Profile], found: Found) -> None:
    at.fact.pfs = found["GROUP"].removeprefix("group") or "1"


@PROFILE.line("set security-association lifetime seconds SECONDS [REST...]")
def _profile_lifetime(at: At[Profile], found: Found) -> None:
    at.fact.lifetime = int(found["SECONDS"])


@PROFILE.line("set (isakmp-profile|ikev2-profile) NAME")
def _profile_profile(at: At[Profile], found: Found) -> None:
    at.fact.is_ikev2 = at.fact.is_ikev2 or "ikev2-profile" in found.node.text
    ike = at.reading.ike.profiles.get(f"ike {found['NAME']}")
    at.fact.authentication = ike.authentication if ike else ""
    at.reading.refer("ike-profile", found["NAME"], found.line, "ipsec profile")


@PROFILE.line(
    "match identity REST...",
    "match certificate NAME",
    "match fvrf VRF",
    "match (fvrf|address) REST...",
    "vrf VRF",
    "[no] lifetime [SECONDS] [REST...]",
)
def _profile_match(at: At[Profile], found: Found) -> None:
    if found["VRF"] != "any":
        at.reading.refer("vrf", found["VRF"], found.line, "ike profile")


@PROFILE.line("(aaa|client|isakmp) REST...")
def _profile_lists(at: At[Profile], found: Found) -> None:
    if listed := re.match(
        r"(?:(?:authentication|authorization|accounting)(?: (?:group|user|eap|anyconnect-eap|cert|psk|override))*"
        r" list) (\S+)",
        found["REST"],
    ):
        at.reading.refer("aaa-list", listed[1], found.line, "ike profile")


PROFILE.knows_words(
    """
    reverse-route
    accounting ca config-exchange config-mode description dpd exit identity initiate ivrf keepalive local-address
    match mode nat no pki reconnect redirect responder-only self-identity set shutdown virtual-template
    """,
)


@TOP.opens(PROFILE, "crypto ipsec profile NAME")
def _ipsec_profile(reading: Reading, found: Found) -> At[Profile]:
    made = Profile()
    reading.ike.profiles[found["NAME"]] = made
    reading.define("ipsec-profile", found["NAME"], found.span)
    return At(reading, made)
