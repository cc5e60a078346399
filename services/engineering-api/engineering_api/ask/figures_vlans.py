"""Questions that are calculated: lists of VLANs and plans for them."""

import re
from typing import Any

from engineering_api.ask.found import Findings, counted, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.world import World


def _vlan_list(question: Question, world: World) -> Findings | None:
    match = re.search(r"\d{1,4}(?:\s*(?:,|-|to)\s*\d{1,4})+", question.folded)
    if not match:
        return None
    text = re.sub(r"\s*to\s*", "-", match[0])
    done = world.calculate("vlan-range", {"vlans": text})
    answer: Any = done.answer
    found = Findings()
    found.say(
        f"{answer.compressed} are {counted(answer.count, 'VLAN')}: {listed([str(one) for one in answer.ids], 64)}.",
        done.source,
    )
    return found


def _vlan_plan(question: Question, world: World) -> Findings | None:
    if not question.networks:
        return None
    tail = re.split(r"\b(?:for|with)\b", question.folded, maxsplit=1)[-1]
    words = re.sub(r"[\d.]+/\d+", " ", tail)
    names = [
        name
        for part in re.split(r",|\band\b|;", words)
        if (name := re.sub(r"\b(?:vlans?|a|the|in|from|of|block|hosts?|\d+)\b", " ", part).strip(" .?!:()"))
        and len(name) <= 30
    ]
    if not names:
        return None
    needs = []
    for part, name in zip(re.split(r",|\band\b|;", words), names, strict=False):
        hosts = re.search(r"(\d{1,5})", part)
        needs.append({"name": " ".join(name.split()), **({"hosts": int(hosts[1])} if hosts and int(hosts[1]) else {})})
    done = world.calculate("vlan-plan", {"block": str(question.networks[0]), "vlans": needs[:64]})
    answer: Any = done.answer
    found = Findings()
    for one in answer.vlans:
        dhcp = f", DHCP {one.dhcp_first} to {one.dhcp_last}" if one.dhcp_first else ""
        found.say(f"VLAN {one.id} {one.name}: {one.network}, gateway {one.gateway}{dhcp}.", done.source)
    return found


KINDS = (
    kind(
        "vlan-plan",
        "VLAN plan",
        _vlan_plan,
        r"\bvlan (?:plan|scheme|design)",
        r"\bplan\b.{0,40}\bvlans\b",
        needs_configurations=False,
    ),
    kind(
        "vlan-range",
        "VLAN lists",
        _vlan_list,
        r"\b(?:expand|compress|unroll)\b.{0,40}\d",
        r"\bvlan (?:range|list)\b.{0,20}\d",
        needs_configurations=False,
    ),
)
