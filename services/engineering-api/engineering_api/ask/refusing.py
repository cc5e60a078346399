"""Questions that are not answered, and must not be answered by something near: secrets, orders, things that are not."""

import re
from ipaddress import ip_network

from engineering_api.ask.about import stands
from engineering_api.ask.found import Findings
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.world import World

_HIDDEN = (
    r"(?:passwords?|passphrases?|secrets?|pre.?shared keys?|psks?|community strings?|(?:wlan|wi-?fi|private) keys?)"
)
#: How passwords are kept may be asked, and what they are not.
_OF_KEEPING = (
    r"\bencryption\b|\bpolicy\b|"
    r"\b(?:which|who|any|are|is|does)\b.{0,40}\b(?:plain|clear|types?|have|has|with|use[sd]?)\b"
)
_ORDER = (
    r"(?:delete|remove|add|create|change|set|shut(?: ?down)?|disable|enable|reboot|reload|rename|move|put|block|allow"
    r"|open|close)"
)
_NO_NETWORK = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,4})?(?![\w.]|/\d)")

_MASK = re.compile(r"\d(?:/| (?:mask |netmask )?)(255(?:\.\d{1,3}){3})(?!\.\d)")


def _secrets(question: Question, world: World) -> Findings | None:
    """What a password is."""
    if not world.subjects or question.has(_OF_KEEPING):
        return None
    return Findings().refuse(
        "Passwords, keys and communities are removed before a configuration is kept, so none can be told. "
        "The words REDACTED-… in its lines stand for them."
    )


def _orders(question: Question, world: World) -> Findings | None:
    """What somebody wants to have changed, or what a change would do."""
    is_about = any(stands(one.name, question) for one in world.subjects) or question.vlans or question.interfaces
    if not is_about or question.has(r"^(?:please )?(?:show|list|open ports)\b"):
        return None
    return Findings().refuse(
        "Nothing is changed here, and a change is not judged from a question: POST /changes/review takes the commands "
        "and tells what they do, what they risk and how to take them back."
    )


def _no_vlan(question: Question, world: World) -> Findings | None:
    """A VLAN id that cannot be."""
    match = re.search(r"\bvlan\s*(?:id\s*)?(\d{1,9})\b", question.folded)
    if match is None or 1 <= int(match[1]) <= 4094:
        return None
    return Findings().refuse(f"{match[1]} is no id of a VLAN: these are 1 to 4094.")


def _no_network(question: Question, world: World) -> Findings | None:
    """An address or a length that cannot be."""
    for match in _NO_NETWORK.finditer(question.text):
        head, _, length = match[0].partition("/")
        if any(int(part) > 255 for part in head.split(".")):
            return Findings().refuse(f"{match[0]} is no IPv4 address: each part is at most 255.")
        if length and int(length) > 32:
            return Findings().refuse(f"{match[0]} is no IPv4 network: the length is at most 32.")
    for text in _MASK.findall(question.text):
        try:
            ip_network(f"0.0.0.0/{text}", strict=False)
        except ValueError:
            return Findings().refuse(f"{text} is no netmask, as its ones have gaps.")
    lengths = [one for one in question.lengths if one > 128 or (one > 32 and not question.has(r"ipv6|::"))]
    if lengths and question.has(r"\b(?:hosts?|mask|subnet|addresses|ips|wildcard)\b"):
        return Findings().refuse(f"/{lengths[0]} is no length of an IPv4 network: these are 0 to 32.")
    return None


def _instruction(question: Question, world: World) -> Findings | None:
    """What would change what this service is."""
    return Findings().refuse("That is an order to this service and no question about a network.")


KINDS = (
    kind(
        "instruction",
        "Orders to the service",
        _instruction,
        r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules|prompt|previous|prior)\b",
        r"\byou are (?:now|no longer)\b|\bsystem prompt\b|\bact as\b|\bjailbreak\b",
        needs_configurations=False,
    ),
    kind(
        "no-vlan",
        "VLAN that cannot be",
        _no_vlan,
        r"\bvlan\s*(?:id\s*)?(?:0|409[5-9]|4[1-9]\d\d|[5-9]\d{3}|\d{5,9})\b",
        needs_configurations=False,
    ),
    kind(
        "no-network",
        "Network that cannot be",
        _no_network,
        r"(?<![\w.])(?=(?:\d{1,3}\.){3}\d{1,3}\b)(?:\d{1,3}\.){0,3}(?:25[6-9]|2[6-9]\d|[3-9]\d\d)\b",
        r"\d\.\d{1,3}/(?:3[3-9]|[4-9]\d|\d{3,4})\b(?!\.)",
        r"\d(?:/| (?:mask |netmask )?)255(?:\.\d{1,3}){3}",
        r"(?<![\w.:/])/(?:3[3-9]|[4-9]\d|\d{3})\b",
        needs_configurations=False,
    ),
    kind("secrets", "Secrets", _secrets, rf"\b{_HIDDEN}\b"),
    kind(
        "orders",
        "Changes",
        _orders,
        rf"^(?:please |can you |could you )?{_ORDER}\b",
        r"\b(?:what|will|would|does)\b.{0,40}\b(?:break|happen|affect(?:ed)?|impact)\b",
        rf"\bshould (?:i|we) {_ORDER}\b",
    ),
)
