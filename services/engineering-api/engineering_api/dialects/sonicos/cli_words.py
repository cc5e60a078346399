"""What policies of SonicOS say in words: on their first line (6.5 and 7), or on lines of their own (6.2)."""

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Ends, Rule, Services, Translation
from engineering_api.platforms.platform import In
from engineering_api.reading.grammar import Found, Place

TOP: Place[Device] = Place("SonicOS policies")
_TRANSLATION: Place[In[Translation]] = Place("NAT policy")
_TOKEN = re.compile(r'"[^"]*"|\S+')
_NAT_KEYS = (
    "inbound", "outbound", "source", "translated-source", "destination", "translated-destination", "service",
    "translated-service",
)  # fmt: skip
_NO_CHANGE = ("any", "original")


def plain(text: str) -> str:
    """A name without its quotes."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def tokens(text: str) -> list[str]:
    """Words, of which those in quotes are one."""
    return _TOKEN.findall(text)


def parts(text: str, keys: Iterable[str]) -> dict[str, list[str]]:
    """Words by the key that they follow; what a key says again counts."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for token in tokens(text):
        if token in keys and words[-1:] not in (["name"], ["group"]):
            words = found[token] = []
        elif found:
            words.append(token)
    return found


def ends_of(words: list[str], device: Device, where: Span, use: str) -> Ends:
    """An end: any, a name or a group, or addresses. Raises `ValueError`."""
    kind, rest = (words[0], words[1:]) if words else ("any", [])
    if kind in _NO_CHANGE:
        return Ends(is_any=True)
    if kind in ("name", "group") and rest:
        device.refer(("object", "object-group"), plain(rest[0]), where, use)
        return Ends(names=[plain(rest[0])])
    if kind == "host" and rest:
        return Ends(networks=[str(ip_network(rest[0]))])
    if kind == "network" and len(rest) > 1:
        return Ends(networks=[str(ip_network(f"{rest[0]}/{rest[1].lstrip('/')}", strict=False))])
    if kind == "range" and len(rest) > 1:
        return Ends(ranges=[f"{ip_address(rest[0])}-{ip_address(rest[1])}"])
    raise ValueError(words)


def services_of(words: list[str], device: Device, where: Span, use: str) -> Services:
    """Services: any, or a name or a group. Raises `ValueError`."""
    if not words or words[0] in _NO_CHANGE:
        return Services(is_any=True)
    if words[0] in ("name", "group") and len(words) > 1:
        device.refer(("service", "service-group"), plain(words[1]), where, use)
        return Services(names=[plain(words[1])])
    raise ValueError(words)


def narrow(of: In[Rule], text: str, where: Span) -> None:
    """What the first line of an access rule says of its ends and services. Raises `ValueError`."""
    rule, words = of.fact, tokens(text)
    for at, word in enumerate(words):
        if at and words[at - 1] in ("name", "group"):
            continue
        if word in ("source", "destination") and words[at + 1 : at + 2] == ["address"]:
            rule.say(where, **{f"{word}_ends": ends_of(words[at + 2 : at + 5], of.device, where, "access rule")})
        elif word == "service":
            rule.say(where, services=services_of(words[at + 1 : at + 3], of.device, where, "access rule"))


@TOP.opens(_TRANSLATION, "nat-policy [FAMILY:(ipv4|ipv6|nat64)] WORDS...")
def _translation(device: Device, found: Found) -> In[Translation]:
    fact = Translation(
        source=found.span, kind="exempt", original_source=Ends(is_any=True), original_destination=Ends(is_any=True)
    )
    of = In(device, fact)
    for key, words in parts(found["WORDS"], _NAT_KEYS).items():
        _say(of, key, words, found.line)
    device.translations.append(fact)
    return of


@_TRANSLATION.line(f"KEY:({'|'.join(_NAT_KEYS)}) WORDS...")
def _said(of: In[Translation], found: Found) -> None:
    _say(of, found["KEY"], tokens(found["WORDS"]), found.line)


def _say(of: In[Translation], key: str, words: list[str], where: Span) -> None:
    fact, use = of.fact, "NAT policy"
    name = plain(words[0]) if words else "any"
    if key in ("inbound", "outbound"):
        fact.say(where, **{"from_zones" if key == "inbound" else "to_zones": [] if name == "any" else [name]})
    elif key in ("source", "destination"):
        fact.say(where, **{f"original_{key}": ends_of(words, of.device, where, use)})
    elif key == "service":
        fact.say(where, service=services_of(words, of.device, where, use))
    elif name not in _NO_CHANGE:
        _becomes(fact, key, words, of.device, where)


def _becomes(fact: Translation, key: str, words: list[str], device: Device, where: Span) -> None:
    if key == "translated-service":
        services = services_of(words, device, where, "NAT policy")
        fact.say(where, translated_port=services.names[0])
        return
    ends = ends_of(words, device, where, "NAT policy")
    target = next(iter([*ends.names, *ends.networks, *ends.ranges]), "")
    if key == "translated-destination":
        fact.say(where, kind="destination", translated=target)
    elif fact.kind != "destination":
        fact.say(where, kind="source", translated=target)


@_TRANSLATION.line("name NAME...", "comment TEXT...")
def _text(of: In[Translation], found: Found) -> None:
    for word, field in (("NAME", "name"), ("TEXT", "comment")):
        if found[word]:
            of.fact.say(found.line, **{field: plain(found[word])})


@_TRANSLATION.line("[NO:(no)] enable")
def _enabled(of: In[Translation], found: Found) -> None:
    of.fact.say(found.line, is_enabled=not found["NO"])


_TRANSLATION.knows(
    "exit", "no REST...",
    "(id|uuid|priority|ticket|reflexive|nat-method|method|sticky-ip|probe|source-port-remap|dns-doctoring"
    "|high-availability|monitor|no-translation) [REST...]",
)  # fmt: skip
