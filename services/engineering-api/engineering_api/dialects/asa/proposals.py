"""What an ASA accepts in both phases of IPsec: policies, transform sets, proposals and profiles."""

from engineering_api.dialects.asa.state import Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.tunnels import Proposal
from engineering_api.reading.grammar import Found, Place

POLICY: Place[Within[Proposal]] = Place("crypto ikev policy")
PROPOSAL: Place[Within[Proposal]] = Place("crypto ipsec ikev2 ipsec-proposal")
POLICY.knows(
    *beginnings("authentication, prf"),
)


def plain(word: str) -> str:
    """An algorithm without the vendor's spelling: esp-aes-256, aes-256 and aes-gcm-256 become aes256 and aes256gcm."""
    word = word.lower().removeprefix("esp-").removesuffix("-hmac")
    special = {"aes": "aes128", "aes-gcm": "aes128gcm", "sha": "sha1", "sha-1": "sha1", "null": "null", "none": "null"}
    if word in special:
        return special[word]
    if word.startswith("aes-gcm"):
        return f"aes{word.rpartition('-')[2]}gcm"
    if word.startswith("aes-gmac"):
        return f"aes{word.rpartition('-')[2]}gmac"
    return word.replace("-", "")


@POLICY.line("encryption WORDS...")
def _encryption(at: Within[Proposal], found: Found) -> None:
    at.fact.encryption += map(plain, found["WORDS"].split())


@POLICY.line("(hash|integrity) WORDS...")
def _hash(at: Within[Proposal], found: Found) -> None:
    at.fact.hashes += map(plain, found["WORDS"].split())


@POLICY.line("group WORDS...")
def _group(at: Within[Proposal], found: Found) -> None:
    at.fact.groups += found["WORDS"].split()


@POLICY.line("lifetime [seconds] NUMBER")
def _lifetime(at: Within[Proposal], found: Found) -> None:
    at.fact.lifetime_seconds = None if found["NUMBER"] == "none" else int(found["NUMBER"])


@PROPOSAL.line("protocol esp encryption WORDS...")
def _esp_encryption(at: Within[Proposal], found: Found) -> None:
    at.fact.encryption += map(plain, found["WORDS"].split())


@PROPOSAL.line("protocol esp integrity WORDS...")
def _esp_integrity(at: Within[Proposal], found: Found) -> None:
    at.fact.hashes += map(plain, found["WORDS"].split())
