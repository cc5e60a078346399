"""IPsec as both firewalls write it in <ipsec>: a phase 1 and its phases 2 become a tunnel for each pair of networks."""

import re
from ipaddress import ip_network
from typing import Final

from engineering_api.dialects.pf import vocabulary
from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.facts.names import Kind
from engineering_api.facts.tunnels import Proposal, Tunnel
from engineering_api.reading.xml_tree import CUT, Element

_IKE: Final = {"ikev1": "1", "ikev2": "2", "auto": "1+2", "ike": "1+2", "": ""}
_DIALIN = frozenset({"mobile"})


def section(context: Context, fields: Fields) -> None:
    """<ipsec>."""
    phases: dict[str, list[Fields]] = {}
    for child in fields.all("phase2"):
        if child.is_closed:
            phases.setdefault(Fields(child).text("ikeid"), []).append(Fields(child))
        elif child.children:
            context.miss(child, CUT)
    for child in fields.all("phase1"):
        if child.is_closed and child.children:
            inner = Fields(child)
            try:
                _tunnels(context, inner, phases.pop(inner.text("ikeid"), []))
            except ValueError:
                context.miss(child)
        elif child.children:
            context.miss(child, CUT)
    for left in phases.values():  # they belong to no phase 1
        for inner in left:
            context.miss(inner.element)
    context.knows(fields, vocabulary.IPSEC)


def _tunnels(context: Context, one: Fields, two: list[Fields]) -> None:
    peer, descr = one.text("remote-gateway"), one.text("descr")
    is_dialin = one.has("mobile") or any(phase.has("mobile") or phase.name == "mobile" for phase in two)
    made = Tunnel(
        source=one.span,
        name=descr or peer or f"phase 1 {one.text('ikeid')}",
        kind="ipsec-dialin" if is_dialin else "ipsec",
        interface=one.text("interface"),
        peer=peer,
        ike=_ike(one.text("iketype")),
        is_aggressive=one.text("mode") == "aggressive",
        authentication=_authentication(one.text("authentication_method")),
        phase1=_first(one),
        is_enabled=one.is_enabled(),
    )
    for name in ("interface", "peer"):
        made.at[name] = one.line({"peer": "remote-gateway"}.get(name, name))
    context.use_interface(made.interface, one.line("interface"), f"IPsec {made.name}")
    for name in ("certref", "caref"):
        if refid := one.text(name):
            context.use_certificate(refid, one.line(name), f"IPsec {made.name}")
    kind: Kind = "tunnel"
    context.device.define(kind, made.name, one.span, is_used=True)
    if not two:
        context.device.tunnels.append(made)
    for phase in two:
        tunnel = made.model_copy(deep=True)
        tunnel.phase2 = _second(phase)
        group = phase.text("pfsgroup")
        tunnel.pfs = group not in ("", "0", "off", "none")
        if tunnel.pfs and tunnel.phase2:
            tunnel.phase2.groups = [group]
        tunnel.local_networks, tunnel.remote_networks = (
            _side(context, phase, "localid"),
            _side(context, phase, "remoteid"),
        )
        tunnel.is_enabled = made.is_enabled and phase.is_enabled()
        tunnel.at["phase2"] = phase.span
        context.device.tunnels.append(tunnel)
    for phase in (one, *two):
        context.knows(phase, vocabulary.IPSEC_PHASE)


def _ike(word: str) -> str:
    if word in _IKE:
        return _IKE[word]
    raise ValueError(word)


def _authentication(method: str) -> str:
    if "eap" in method or method.startswith("xauth"):
        return "eap"
    if "pre_shared_key" in method or method == "psk":
        return "psk"
    return (
        "certificate"
        if method in ("rsasig", "cert", "pubkey", "rsa_eap-mschapv2", "public_key", "hybrid_rsa_server")
        else ""
    )


def _first(fields: Fields) -> Proposal:
    """pfSense has a list of items; OPNsense one algorithm, and groups separated by commas."""
    made = Proposal(lifetime_seconds=fields.number("lifetime"))
    outer = fields.one("encryption")
    items = [Fields(item) for item in outer.elements if item.name == "item"] if outer else [fields]
    for item in items:
        _add(made.encryption, [_cipher(one) for one in item.all("encryption-algorithm")])
        _add(made.hashes, [_hash(one) for one in item.words("hash-algorithm")])
        _add(made.groups, item.words("dhgroup"))
    return made


def _second(fields: Fields) -> Proposal:
    made = Proposal(lifetime_seconds=fields.number("lifetime"))
    _add(made.encryption, [_cipher(one) for one in fields.all("encryption-algorithm-option")])
    _add(made.hashes, [_hash(one) for one in fields.words("hash-algorithm-option")])
    return made


def _add(known: list[str], words: list[str]) -> None:
    known.extend(word for word in dict.fromkeys(words) if word and word not in known)


def _cipher(element: Element) -> str:
    """aes with 256 is aes256; aes256gcm with 128, which is the length of its tag, and aes256gcm16 are aes256gcm."""
    inner = Fields(element)
    return cipher(inner.text("name") or element.value, inner.text("keylen"))


def cipher(name: str, length: str = "") -> str:
    """The name of a cipher as all platforms have it."""
    plain = name.casefold().replace("-", "").replace("_", "")
    if found := re.match(r"(aes\d{3}gcm)\d*$", plain):
        return found[1]
    if found := re.match(r"aesgcm(\d*)$", plain):
        return f"aes{length or 128}gcm"
    return f"{plain}{length}" if length.isdigit() and plain in ("aes", "blowfish", "camellia") else plain


def _hash(word: str) -> str:
    return word.casefold().removeprefix("hmac_")


def _side(context: Context, fields: Fields, name: str) -> list[str]:
    element = fields.one(name)
    inner = Fields(element) if element else None
    kind = inner.text("type") if inner else ""
    if inner is None or kind in ("", "none"):
        return []
    if kind in ("network", "address"):
        length = inner.text("netbits")
        with_length = f"{inner.text('address')}/{length}" if kind == "network" and length else inner.text("address")
        return [str(ip_network(with_length, strict=False))]
    owner = context.interfaces.get(kind)
    return [str(owner.addresses[0].value.network)] if owner and owner.addresses else [kind]
