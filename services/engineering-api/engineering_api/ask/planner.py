"""Which kind a question is, by rules: whether it is calculated, or answered by facts, knowledge or documents."""

import re
from dataclasses import dataclass
from typing import Literal

from engineering_api.ask import (
    addressing,
    changes,
    describing,
    figures,
    figures_addresses,
    figures_lines,
    figures_vlans,
    gateways,
    inventory,
    linking,
    listing,
    managing,
    porting,
    reaching,
    refusing,
    rules,
    serving,
    switching,
)
from engineering_api.ask.kind import Kind
from engineering_api.ask.knowledge.words import platform
from engineering_api.ask.question import Question

Place = Literal["calculation", "facts", "knowledge", "documents"]

_ALL = {
    one.name: one
    for module in (
        addressing, changes, describing, figures, figures_addresses, figures_lines, figures_vlans, gateways,
        inventory, linking, listing, managing, porting, reaching, refusing, rules, serving, switching,
    )
    for one in module.KINDS
}  # fmt: skip
#: The first that recognises a question and finds something answers it.
_CALCULATIONS = """
instruction no-network no-vlan ipsec-overhead vlan-plan vlan-range subnet-plan network-after subnet-next-free
subnet-overlap subnet-split subnet-summarise same-network subnet-contains purpose hosts mask subnet mtu calls
transfer poe-budget mac
"""
_FROM_FACTS = """
plain-passwords secrets changes orders manage dead-rules reach wide-rules unlogged-rules undefined-names unused-names
used-list allowing-rules translations processes tunnel-ends relays trunk-lists aggregates vlan-network gateway
duplicate-addresses taken-addresses interfaces outside-address port-count spanning-tree port unused-ports vlan-ports
vlan vlans links described-vlan address default-route tunnels dhcp wireless snmp-location snmp servers routes
management identity
users settings sites devices used-name list line addresses
described overview
"""
_CALCULATED_KINDS = tuple(_ALL[name] for name in _CALCULATIONS.split())
_FACT_KINDS = tuple(_ALL[name] for name in _FROM_FACTS.split())

_SUBJECTS = (
    r"ospf|bgp|stp|rstp|mstp|nat|pat|vlan|dhcp|dns|arp|qos|poe|lacp|vrrp|hsrp|mtu|mss|ipsec|ike|snmp|ntp|radius|sip|rtp"
    r"|tcp|udp|icmp|igmp|lldp|cdp|eigrp|vxlan|mpls|802\.\w+"
)
#: How people ask for what holds everywhere.
_GENERAL = re.compile(
    r"^(?:please |can you |could you )?(?:"
    + "|".join(
        (
            r"how (?:do|can|should|would|does|to)\b",
            r"what(?:'s| is| are| does)?\b.{0,40}\b(?:mean|stand for|difference|purpose|default|max|maximum)\b",
            r"what(?:'s| is| are) (?:a|an) ",
            rf"what(?:'s| is) (?:{_SUBJECTS})\b",
            r"(?:why|explain|difference between|command (?:to|for))\b",
            r"when (?:should|do|does)\b",
            r"(?:which|what) (?:tcp |udp |tcp/udp )?ports? (?:does|do|is|are)\b.{0,60}\b(?:used?|need|for|run|listen)",
            r"(?:is|are|should) .{0,30}\b(?:secure|safe|deprecated|obsolete|recommended)\b",
            r"(?:which|what) (?:rfc|standard|command|protocol number)\b",
            r"how (?:far|long can|fast|many (?:watts|bits|usable|wires|pairs))\b",
            r"is there a (?:command|way)\b",
        )
    )
    + ")"
)
#: Words of what holds everywhere, for questions of a few words: "ospf hello timer", "dhcp option 66".
_GENERIC = re.compile(
    r"\b(?:timers?|interval|option \d+|options|formula|defaults?(?! (?:route|gateway|vlan))|max(?:imum)?"
    r"|convergence|vs"
    r"|versus|difference|distances?|symptoms?|multicast address|protocol numbers?|port numbers?|port ranges?|path order"
    r"|bits|decimal|rfc ?\d+|standard|best practice|recommended|meaning|overhead|non.?overlapping|microsoft 365|raid"
    r"|3-2-1)\b"
)
_KNOWN_PORT = re.compile(
    r"^(?:(?:what|which)\b.{0,20}\b)?(?:tcp |udp )?ports?(?: is| are| for| does| of| number)* [a-z0-9-]+\??$"
)
#: What is done on a platform by a command: of a device that is named it is asked what its configuration says.
_ACTS = re.compile(
    r"\b(?:show|find|display|reset|clear|debug|sniff\w*|captur\w+|captures?|backup|back up|reload|reboot|restart"
    r"|upgrade|update|set|create|add|change|recover\w*|password"
    r"|mirror|span|bounce|cycle|rollback|undo|trace\w*|default"
    r"|bring up|flush|disable|enable|schedule|commit|err-?disabled?|packet|see|view|list|export|restore|factory|command"
    r"|cli|tables?|leases?|login)\b"
)
_HOW = re.compile(r"^(?:please )?how (?:do|can|should|would|to)\b|\bcommands? (?:to|for)\b")
#: Who asks for these asks for those of a network, even where none is kept.
_LISTING = re.compile(
    r"\b(?:which|what|list|show|any|how many)\b.{0,12}\b(?:devices?|switch(?:es)?|routers?|firewalls?|rules|policies"
    r"|interfaces|ports|users|tunnels|sites)\b"
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
    calculated = tuple(one for one in _CALCULATED_KINDS if one.pattern.search(question.folded))
    # "telnet enabled where", "vlan 40" and "lacp groups" ask as "show" and "which" before them would.
    asked = f"show which {question.folded}"
    direct = tuple(one for one in _FACT_KINDS if one.pattern.search(question.folded))
    facts = (*direct, *(one for one in _FACT_KINDS if one not in direct and one.pattern.search(asked)))
    general = _is_general(question) and not _is_particular(question, names)
    places: list[Place] = ["calculation"] if calculated else []
    # How something is done on a device that is named: by the commands of its platform.
    is_done = _HOW.search(question.folded) is not None and _ACTS.search(question.folded) is not None
    if general or is_done:
        places.append("knowledge")
    if facts:
        places.append("facts")
    if not general and not _is_particular(question, names) and not (facts and _LISTING.search(question.folded)):
        places.append("knowledge")
    places.append("documents")
    return Plan(question, (*calculated, *facts), tuple(places), general)


def calculations(found: Plan) -> tuple[Kind, ...]:
    """The kinds that need no configuration."""
    return tuple(one for one in found.kinds if not one.needs_configurations)


def from_facts(found: Plan) -> tuple[Kind, ...]:
    """The kinds that facts answer."""
    return tuple(one for one in found.kinds if one.needs_configurations)


def _is_general(question: Question) -> bool:
    """Whether it asks for what holds everywhere, by how it begins, by its words, or by a platform and what is done."""
    text = question.folded
    if _GENERAL.search(text) or _GENERIC.search(text) or _KNOWN_PORT.search(text):
        return True
    return platform(text) != "" and _ACTS.search(text) is not None and not re.search(r"\bthe\b", text)


def _is_particular(question: Question, names: frozenset[str]) -> bool:
    """Whether it is about a particular network: it names a device, an address or a VLAN of it, or calls it ours."""
    if question.addresses or question.networks or _OURS.search(question.folded):
        return True
    words = set(re.findall(r"[\w.-]+", question.folded))
    return any(name in words for name in names) or any(name in question.folded for name in names if " " in name)
