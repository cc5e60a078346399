"""Questions about gateways, addresses that two devices have, and what is left of a network."""

from ipaddress import ip_address
from typing import Any

from engineering_api.ask.about import called, meant
from engineering_api.ask.found import Findings, Source, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.linking import members
from engineering_api.ask.question import Network, Question
from engineering_api.ask.switching import by_name
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.topology.subnets import layer3

_MOST = 24


def _gateway(question: Question, world: World) -> Findings | None:
    """The gateway of a VLAN or a network: who routes there, and what DHCP tells."""
    subjects = meant(question, world)
    networks = _networks(question, subjects)
    if not networks:
        if not question.vlans or not world.subjects:
            return None
        found = Findings()
        told = listed([str(one) for one in question.vlans])
        found.say(
            f"No configuration of the scope has an address in VLAN {told}.",
            world.looked("gateway", {"vlans": question.vlans}, 0),
        )
        return found
    found = Findings()
    for network in networks[:_MOST]:
        _say_gateways(found, subjects, network)
    if not found.sentences:
        named = [str(one) for one in networks]
        found.say(
            f"No configuration of the scope names a gateway of {listed(named)}.",
            world.looked("gateway", {"networks": named}, 0),
        )
    return found


def _networks(question: Question, subjects: tuple[Subject, ...]) -> list[Network]:
    """The networks that are asked for: by themselves, by an address in them, or by their VLANs."""
    if question.networks:
        return question.networks
    vlans = question.vlans or ([] if question.addresses else _named(question, subjects))
    if not vlans and not question.addresses:
        return []
    return list(
        dict.fromkeys(
            held.value.network
            for subject in subjects
            for one in subject.device.interfaces
            for held in one.addresses
            if one.vlan in vlans or any(address in held.value.network for address in question.addresses)
        )
    )


def _named(question: Question, subjects: tuple[Subject, ...]) -> list[int]:
    return [number for subject in subjects for number in by_name(question, subject)]


def _sizes(question: Question, world: World) -> Findings | None:
    """The network of a VLAN with its mask and how many hosts it has room for."""
    found = Findings()
    if not question.vlans:
        return None
    for subject in meant(question, world):
        for one in subject.device.interfaces:
            for held in one.addresses if one.vlan in question.vlans else ():
                done = world.calculate("subnet", {"network": str(held.value.network)})
                answer: Any = done.answer
                hosts = f"netmask {answer.netmask}, room for {answer.usable_hosts} hosts"
                found.say(
                    f"VLAN {one.vlan} on {subject.name} is {answer.network}: {hosts}.",
                    *lines(subject, one.source, held.source),
                    done.source,
                )
    return found if found.sentences else None


def _say_gateways(found: Findings, subjects: tuple[Subject, ...], network: Network) -> None:
    for subject in subjects:
        device = subject.device
        for pool in device.dhcp_pools:
            if pool.network == str(network) and pool.gateway:
                found.say(
                    f"DHCP of {subject.name} gives {network} the gateway {pool.gateway}.", *lines(subject, pool.source)
                )
        # A switch that has one address only is managed there and routes nothing.
        if sum(len(one.addresses) for one in device.interfaces) < 2:
            for route in device.routes:
                if route.prefix.prefixlen == 0 and _is_in(route.gateway, network):
                    found.say(f"{subject.name} has {route.gateway} as its gateway.", *lines(subject, route.source))
            continue
        for one in device.interfaces:
            for held in one.addresses:
                if held.value.network == network:
                    shared = [text.partition(" ")[0].partition("/")[0] for text in one.virtual_addresses]
                    gateway = listed(shared) if shared else str(held.value.ip)
                    found.say(
                        f"{subject.name} routes {network} with {gateway} on {called(one)}.",
                        *lines(subject, one.source, held.source),
                    )


def _is_in(text: str, network: Network) -> bool:
    try:
        return ip_address(text) in network
    except ValueError:
        return False


def _duplicates(question: Question, world: World) -> Findings | None:
    """Addresses that two devices have."""
    if not world.subjects:
        return None
    subjects = {str(number): one for number, one in enumerate(world.subjects)}
    picture = layer3(members(subjects))
    found = Findings()
    for problem in picture.problems:
        if problem.kind == "duplicate-address":
            proof: list[Source] = []
            for one in problem.evidence:
                proof.extend(lines(subjects[one.config_id], one.source))
            found.say(f"{problem.text}.", *proof)
    if not found.sentences:
        record = world.looked("duplicate-addresses", {}, 0)
        found.say("No address is on two devices of the scope.", record)
    return found


def _taken(question: Question, world: World) -> Findings | None:
    """Which addresses of a network the configurations have."""
    if len(question.networks) != 1 or question.lengths or not world.subjects:
        return None
    network = question.networks[0]
    found = Findings()
    for subject in meant(question, world):
        for one in subject.device.interfaces:
            for held in one.addresses:
                if held.value.ip in network:
                    found.say(
                        f"{held.value.ip} is taken by {called(one)} of {subject.name}.",
                        *lines(subject, one.source, held.source),
                    )
        for pool in subject.device.dhcp_pools:
            if pool.network == str(network):
                told = f" from {listed([text.replace('-', ' to ') for text in pool.ranges], 4)}" if pool.ranges else ""
                found.say(
                    f"{subject.name} gives out addresses of {network}{told} by DHCP.", *lines(subject, pool.source)
                )
    found.unanswered.append("Which addresses hosts have taken by themselves is not in a configuration.")
    return found


KINDS = (
    kind(
        "vlan-network",
        "Network of a VLAN",
        _sizes,
        r"\b(?:mask|netmask|subnet|network|range|how many (?:hosts|addresses|ips))\b.{0,30}\bvlan \d",
        r"\bvlan \d{1,4}\b.{0,20}\b(?:mask|netmask|subnet|network|range)\b",
    ),
    kind(
        "gateway",
        "Gateway of a network",
        _gateway,
        r"\bgateway\b.{0,40}(?:\bvlan\b|\d\.\d|/\d)",
        r"(?:\bvlan\b|\d\.\d).{0,40}\bgateway\b",
        r"(?<!default )\b(?:gateway|gw) (?:of|for)\b",
    ),
    kind(
        "duplicate-addresses",
        "Addresses that two devices have",
        _duplicates,
        r"\b(?:duplicates?|duplicated|conflict(?:s|ing)?|double|twice)\b.{0,30}\b(?:ips?|address(?:es)?)\b",
        r"\b(?:ips?|address(?:es)?)\b.{0,30}\b(?:duplicates?|conflicts?|twice|used more than once)\b",
    ),
    kind(
        "taken-addresses",
        "Addresses that are taken",
        _taken,
        r"\b(?:free|used|unused|taken|available)\b.{0,20}\b(?:ips?|addresses|hosts?)\b.{0,20}\d\.\d",
    ),
)
