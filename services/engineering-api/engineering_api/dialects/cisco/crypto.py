"""IPsec: transform sets, crypto maps and certificates; see `ike` for what comes before."""

from engineering_api.dialects.cisco.ciphers import transform
from engineering_api.dialects.cisco.rest import REST
from engineering_api.dialects.cisco.state import At, Crypto, Reading
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("crypto")
MAP: Place[At[Crypto]] = Place("crypto map")


@TOP.block("crypto ipsec [ikev1] transform-set NAME TRANSFORMS...")
def _transform_set(reading: Reading, found: Found) -> None:
    reading.ike.transforms[found["NAME"]] = transform(found["TRANSFORMS"])
    reading.define("transform-set", found["NAME"], found.span)


def _entry(reading: Reading, found: Found, *, is_dynamic: bool) -> At[Crypto]:
    name, sequence = found["NAME"], found["SEQ"]
    made = reading.ike.maps.setdefault((name, sequence, is_dynamic), Crypto(name, sequence, found.span, is_dynamic))
    reading.define("crypto-map", name, found.span)
    return At(reading, made)


@TOP.opens(MAP, "crypto map NAME SEQ (ipsec-isakmp|ipsec-manual|gdoi) [profile IKE]")
def _map(reading: Reading, found: Found) -> At[Crypto]:
    reading.refer("ike-profile", found["IKE"], found.line, f"crypto map {found['NAME']}")
    return _entry(reading, found, is_dynamic=False)


@TOP.line("crypto map NAME SEQ ipsec-isakmp dynamic DYNAMIC [REST...]")
def _map_dynamic(reading: Reading, found: Found) -> None:
    reading.define("crypto-map", found["NAME"], found.line)
    reading.refer("crypto-map", found["DYNAMIC"], found.line, f"crypto map {found['NAME']} {found['SEQ']}")


@TOP.opens(MAP, "crypto dynamic-map NAME SEQ")
def _dynamic_map(reading: Reading, found: Found) -> At[Crypto]:
    return _entry(reading, found, is_dynamic=True)


@TOP.line("crypto (map|dynamic-map) NAME SEQ set [ikev1] transform-set SETS...")
def _inline_transforms(reading: Reading, found: Found) -> None:
    """In one line, as ASA writes it and older IOS took it."""
    reading.define("crypto-map", found["NAME"], found.line)
    for name in found["SETS"].split():
        reading.refer("transform-set", name, found.line, f"crypto map {found['NAME']} {found['SEQ']}")


@TOP.line("crypto (map|dynamic-map) NAME SEQ match address ACL", "crypto (map|dynamic-map) NAME SEQ set WORDS...")
def _inline(reading: Reading, found: Found) -> None:
    reading.define("crypto-map", found["NAME"], found.line)
    reading.refer("acl", found["ACL"], found.line, f"crypto map {found['NAME']} {found['SEQ']} match address")


@TOP.line("crypto map NAME local-address INTERFACE [NUMBER]")
def _map_address(reading: Reading, found: Found) -> None:
    reading.define("crypto-map", found["NAME"], found.line)
    reading.refer_interface(
        found["INTERFACE"] + found["NUMBER"], found.line, f"crypto map {found['NAME']} local-address"
    )


@TOP.line(
    "crypto map NAME client (authentication|accounting) list LIST", "crypto map NAME isakmp authorization list LIST"
)
def _map_list(reading: Reading, found: Found) -> None:
    reading.define("crypto-map", found["NAME"], found.line)
    reading.refer("aaa-list", found["LIST"], found.line, f"crypto map {found['NAME']}")


@TOP.line(
    "crypto map NAME client configuration address (respond|initiate)",
    "crypto map NAME redundancy REST...",
    "crypto map NAME isakmp-profile IKE",
)
def _map_client(reading: Reading, found: Found) -> None:
    reading.define("crypto-map", found["NAME"], found.line)
    reading.refer("ike-profile", found["IKE"], found.line, f"crypto map {found['NAME']}")


@MAP.line("match address ACL", "match address (ipv4|ipv6) ACL")
def _map_acl(at: At[Crypto], found: Found) -> None:
    at.fact.acl = found["ACL"]
    at.reading.refer("acl", found["ACL"], found.line, f"crypto map {at.fact.name} {at.fact.sequence} match address")


@MAP.line("set peer ADDRESS [(default|dynamic)] [REST...]")
def _map_peer(at: At[Crypto], found: Found) -> None:
    at.fact.peers.append(found["ADDRESS"])


@MAP.line("set transform-set NAMES...")
def _map_transforms(at: At[Crypto], found: Found) -> None:
    for name in found["NAMES"].split():
        at.fact.transforms.append(name)
        at.reading.refer("transform-set", name, found.line, f"crypto map {at.fact.name} {at.fact.sequence}")


@MAP.line("set pfs [GROUP]")
def _map_pfs(at: At[Crypto], found: Found) -> None:
    at.fact.pfs = found["GROUP"].removeprefix("group") or "1"


@MAP.line("set security-association lifetime seconds SECONDS [REST...]")
def _map_lifetime(at: At[Crypto], found: Found) -> None:
    at.fact.lifetime = int(found["SECONDS"])


@MAP.line("set (isakmp-profile|ikev2-profile) NAME")
def _map_profile(at: At[Crypto], found: Found) -> None:
    at.fact.is_ikev2 = at.fact.is_ikev2 or "ikev2" in found.node.text
    at.reading.refer("ike-profile", found["NAME"], found.line, f"crypto map {at.fact.name} {at.fact.sequence}")


@MAP.line("description TEXT...")
def _map_description(at: At[Crypto], found: Found) -> None:
    at.fact.description = found["TEXT"].strip()


MAP.knows("set REST...", "reverse-route [REST...]", "qos REST...", "crypto REST...", "no REST...", "exit")


@TOP.block("crypto (pki|ca) trustpoint NAME")
def _trustpoint(reading: Reading, found: Found) -> None:
    reading.define("certificate", found["NAME"], found.span, is_used=True)


REST.knows(
    "crypto (pki|ca) REST...",
    "[no] crypto (isakmp|ikev2|ipsec|engine|key|logging|gdoi|call|identity) REST...",
    "[no] crypto (mib|vpn|ssl|provisioning|xauth|session|tls-tunnel) REST...",
)
