"""Which kind a question is, by rules: whether it is calculated, or answered by facts, knowledge or documents."""

import re
from dataclasses import dataclass
from typing import Literal

from engineering_api.ask import (
    addressing,
    changes,
    describing,
    figures,
    figures_lines,
    managing,
    reaching,
    rules,
    serving,
    switching,
)
from engineering_api.ask.kind import Kind
from engineering_api.ask.question import Question

Place = Literal["calculation", "facts", "knowledge", "documents"]

_CALCULATED = (*figures_lines.KINDS[:1], *figures.KINDS, *figures_lines.KINDS[1:])
_BY_NAME = {one.name: one for one in (*rules.KINDS, *managing.KINDS, *describing.KINDS)}
#: The first that recognises a question and finds something answers it.
_FROM_FACTS: tuple[Kind, ...] = (
    *changes.KINDS,
    _BY_NAME["manage"],
    _BY_NAME["dead-rules"],
    *reaching.KINDS,
    _BY_NAME["unused-names"],
    _BY_NAME["used-list"],
    _BY_NAME["allowing-rules"],
    _BY_NAME["translations"],
    _BY_NAME["processes"],
    _BY_NAME["interfaces"],
    *[one for one in addressing.KINDS if one.name == "outside-address"],
    *switching.KINDS,
    *[one for one in addressing.KINDS if one.name in ("address", "default-route")],
    *serving.KINDS,
    *[one for one in addressing.KINDS if one.name == "routes"],
    *[one for one in managing.KINDS if one.name != "manage"],
    _BY_NAME["used-name"],
    _BY_NAME["list"],
    *[one for one in addressing.KINDS if one.name == "addresses"],
    _BY_NAME["described"],
)

_GENERAL = re.compile(
    r"^(?:please |can you |could you )?(?:how (?:do|can|should|would|does|to)\b|what(?:'s| is| are"
    r"| does)?\b.{0,40}\b(?:mean|stand for|difference|purpose|default|maximum|max)\b"
    r"|what(?:'s| is| are) (?:a|an) |what(?:'s| is) (?:ospf|bgp|stp|rstp|mstp|nat|pat|vlan|dhcp|dns"
    r"|arp|qos|poe|lacp|vrrp|hsrp|mtu|mss|ipsec|ike|snmp|ntp|radius|sip|rtp|tcp|udp|icmp|igmp|lldp|cdp"
    r"|eigrp|vxlan|mpls|802\.\w+)\b"
    r"|why\b|when (?:should|do|does)\b|explain\b|difference between|(?:which|what) (?:tcp |udp "
    r"|tcp/udp )?ports? (?:does|do|is|are)\b.{0,60}\b(?:use|used|need|for|run|listen)"
    r"|(?:is|are|should) .{0,30}\b(?:secure|safe|deprecated|obsolete|recommended)\b"
    r"|(?:which|what) (?:rfc|standard|command|protocol number)\b|how (?:far|long can|fast"
    r"|many (?:watts|bits|usable|wires|pairs))\b|is there a (?:command|way)\b|command (?:to|for)\b)"
)
_OURS = re.compile(r"\b(?:our|ours|we|us|this|these|that|here|the (?:client|customer|office|branch|site))\b")


@dataclass(frozen=True)
class Plan:
    """What is tried for one question, in this order. `is_general`: it asks about no particular network."""

    question: Question
    kinds: tuple[Kind, ...]
    places: tuple[Place, ...]
    is_general: bool

    @property
    def title(self) -> str:
        """What a reader is told of it."""
        first = self.places[0] if self.places else "documents"
        if first in ("calculation", "facts") and self.kinds:
            return self.kinds[0].title
        return {"knowledge": "General knowledge"}.get(first, "Documents")


def plan(question: Question, names: frozenset[str]) -> Plan:
    """What to try. `names` are the devices of the scope, in small letters: a question that names one is about it."""
    calculated = tuple(one for one in _CALCULATED if one.pattern.search(question.folded))
    facts = tuple(one for one in _FROM_FACTS if one.pattern.search(question.folded))
    general = _GENERAL.search(question.folded) is not None and not _is_particular(question, names)
    places: list[Place] = ["calculation"] if calculated else []
    if general:
        places.append("knowledge")
    if facts:
        places.append("facts")
    if not general and not _is_particular(question, names) and not facts:
        places.append("knowledge")
    places.append("documents")
    return Plan(question, (*calculated, *facts), tuple(places), general)


def calculations(found: Plan) -> tuple[Kind, ...]:
    """The kinds that need no configuration."""
    return tuple(one for one in found.kinds if not one.needs_configurations)


def from_facts(found: Plan) -> tuple[Kind, ...]:
    """The kinds that facts answer."""
    return tuple(one for one in found.kinds if one.needs_configurations)


def _is_particular(question: Question, names: frozenset[str]) -> bool:
    """Whether it is about a particular network: it names a device, an address or a VLAN of it, or calls it ours."""
    if question.addresses or question.networks or _OURS.search(question.folded):
        return True
    words = set(re.findall(r"[\w.-]+", question.folded))
    return any(name in words for name in names) or any(name in question.folded for name in names if " " in name)
