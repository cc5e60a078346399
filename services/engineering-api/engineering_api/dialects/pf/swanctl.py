"""IPsec of OPNsense's model, which writes strongSwan's swanctl: connections, their ends, and their children."""

import re
from typing import Literal

from engineering_api.dialects.pf import vocabulary
from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.dialects.pf.ipsec import cipher
from engineering_api.facts.tunnels import Proposal, Tunnel

Authentication = Literal["", "psk", "certificate", "eap"]
Ike = Literal["", "1", "2", "1+2"]

#: Groups by strongSwan's names ("Algorithm Proposals (Cipher Suites)" of its documentation).
_GROUPS = {
    "modp768": "1", "modp1024": "2", "modp1536": "5", "modp2048": "14", "modp3072": "15", "modp4096": "16",
    "modp6144": "17", "modp8192": "18", "ecp256": "19", "ecp384": "20", "ecp521": "21", "modp1024s160": "22",
    "modp2048s224": "23", "modp2048s256": "24", "ecp192": "25", "ecp224": "26", "ecp224bp": "27", "ecp256bp": "28",
    "ecp384bp": "29", "ecp512bp": "30", "curve25519": "31", "x25519": "31", "curve448": "32", "x448": "32",
}  # fmt: skip
_HASH = re.compile(r"(prf)?(md5|sha1|sha256|sha384|sha512|aesxcbc|aescmac|sha)(_96)?")


def section(context: Context, fields: Fields) -> None:
    """<OPNsense><Swanctl>."""
    ends = {name: _by_connection(fields, name) for name in ("locals", "remotes", "children")}
    for outer in fields.all("Connections"):
        for element in outer.elements:
            if not element.children:
                continue
            inner = Fields(element)
            try:
                _connection(
                    context, inner, *(ends[name].get(inner.uuid, []) for name in ("locals", "remotes", "children"))
                )
            except ValueError:
                context.miss(element)
    context.knows(fields, vocabulary.SWANCTL)


def _by_connection(fields: Fields, name: str) -> dict[str, list[Fields]]:
    found: dict[str, list[Fields]] = {}
    for outer in fields.all(name):
        for inner in (Fields(element) for element in outer.elements):
            found.setdefault(inner.text("connection"), []).append(inner)
    return found


def _connection(
    context: Context, one: Fields, local: list[Fields], remote: list[Fields], children: list[Fields]
) -> None:
    peer = ",".join(one.words("remote_addrs"))
    made = Tunnel(
        source=one.span,
        name=one.text("description") or peer or one.uuid,
        kind="ipsec-dialin" if one.text("pools") or peer in ("", "%any", "0.0.0.0/0") else "ipsec",
        interface=",".join(one.words("local_addrs")),
        peer=peer,
        ike=_ike(one.text("version")),
        is_aggressive=one.has("aggressive") and one.is_on("aggressive"),
        authentication=_authentication([*local, *remote]),
        phase1=proposal(one.words("proposals"), one.number("rekey_time")),
        is_enabled=one.is_enabled(),
    )
    context.device.define("tunnel", made.name, one.span, is_used=True)
    for end in (*local, *remote):
        for refid in end.words("certs"):
            context.use_certificate(refid, end.line("certs"), f"IPsec {made.name}")
    if not children:
        context.device.tunnels.append(made)
    for child in children:
        tunnel = made.model_copy(deep=True)
        tunnel.phase2 = proposal(child.words("esp_proposals"), child.number("rekey_time"))
        tunnel.pfs = bool(tunnel.phase2.groups)
        tunnel.local_networks, tunnel.remote_networks = child.words("local_ts"), child.words("remote_ts")
        tunnel.is_enabled = made.is_enabled and child.is_enabled()
        tunnel.at["phase2"] = child.span
        context.device.tunnels.append(tunnel)


def _ike(word: str) -> Ike:
    return "1" if word == "1" else "2" if word == "2" else "1+2"


def _authentication(ends: list[Fields]) -> Authentication:
    methods = {end.text("auth") for end in ends}
    if any(method.startswith(("eap", "xauth")) for method in methods):
        return "eap"
    return "certificate" if "pubkey" in methods else "psk" if "psk" in methods else ""


def proposal(words: list[str], lifetime: int | None) -> Proposal:
    """Proposals such as aes256-sha256-modp2048. "default" stays the word that it is."""
    made = Proposal(lifetime_seconds=lifetime)
    for part in (part for word in words for part in word.casefold().split("-")):
        if part in _GROUPS:
            _add(made.groups, _GROUPS[part])
        elif found := _HASH.fullmatch(part):
            _add(made.hashes, found[2])
        else:
            _add(made.encryption, cipher(part))
    return made


def _add(known: list[str], word: str) -> None:
    if word not in known:
        known.append(word)
