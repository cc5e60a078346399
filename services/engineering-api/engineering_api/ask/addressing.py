"""Questions about addresses and routes, answered from facts."""

import re
from typing import Any

from engineering_api.ask.about import called, interfaces, is_outside, is_public, meant, named
from engineering_api.ask.found import Findings, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Address, Question
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Route

_MOST = 24


def _owner(question: Question, world: World) -> Findings | None:
    """Which device has an address, or else which network it is in."""
    if not question.addresses:
        return None
    found = Findings()
    for address in question.addresses[:8]:
        known = _say_owner(found, world, address) or _say_network(found, world, address)
        if not (_say_users(found, world, address) or known):
            record = world.looked("address", {"address": str(address)}, 0)
            found.say(f"No configuration of the scope has {address} or a network that holds it.", record)
    return found


def _say_owner(found: Findings, world: World, address: Address) -> bool:
    before = len(found.sentences)
    text = str(address)
    for subject in world.subjects:
        device = subject.device
        for one in device.interfaces:
            for held in one.addresses:
                if held.value.ip == address:
                    second = " as a further address" if held.is_secondary else ""
                    found.say(
                        f"{subject.name} has {held.value} on {called(one)}{second}.",
                        *lines(subject, one.source, held.source),
                    )
            if any(shared.partition(" ")[0].partition("/")[0] == text for shared in one.virtual_addresses):
                found.say(
                    f"{subject.name} shares {address} on {called(one)} with other devices.", *lines(subject, one.source)
                )
        for pool in device.dhcp_pools:
            for reserved in pool.reservations:
                if text in reserved.split():
                    found.say(f"{subject.name} reserves {address} by DHCP: {reserved}.", *lines(subject, pool.source))
        for thing in device.address_objects:
            if f"{text}/{address.max_prefixlen}" in thing.ends.networks and not thing.is_group:
                found.say(f"{subject.name} calls {address} {thing.name}.", *lines(subject, thing.source))
    return len(found.sentences) > before


def _say_users(found: Findings, world: World, address: Address) -> bool:
    """Which devices use an address as a server of theirs."""
    before = len(found.sentences)
    uses: dict[str, list[tuple[Subject, Span]]] = {}
    for subject in world.subjects:
        for one in subject.device.servers:
            if one.address == str(address):
                uses.setdefault(one.kind, []).append((subject, one.source))
    for kind_, users in uses.items():
        names = list(dict.fromkeys(subject.name for subject, _ in users))
        proof = [line for subject, span in users[:12] for line in lines(subject, span)]
        found.say(f"{listed(names)} {'uses' if len(names) == 1 else 'use'} {address} for {kind_.upper()}.", *proof)
    return len(found.sentences) > before


def _say_network(found: Findings, world: World, address: Address) -> bool:
    """The connected networks that hold an address that no device has."""
    before = len(found.sentences)
    for subject in world.subjects:
        for one in subject.device.interfaces:
            for held in one.addresses:
                if (
                    held.value.version == address.version
                    and address in held.value.network
                    and held.value.network.num_addresses > 1
                ):
                    found.say(
                        f"No device of the scope has {address}; it is in {held.value.network}, the network on "
                        f"{called(one)} of {subject.name} ({held.value.ip}).", *lines(subject, one.source, held.source),
                    )  # fmt: skip
    return len(found.sentences) > before


def _default_route(question: Question, world: World) -> Findings | None:
    found = Findings()
    for subject in meant(question, world):
        for route in subject.device.routes:
            if route.prefix.prefixlen == 0:
                found.say(f"The default route of {subject.name} {_goes(route)}.", *lines(subject, route.source))
    if not found.sentences:
        record = world.looked("default-route", {"devices": [one.name for one in meant(question, world)][:50]}, 0)
        found.say("No configuration that was looked at has a static default route.", record)
        if dynamic := sorted({one.protocol for subject in meant(question, world) for one in subject.device.routing}):
            found.unanswered.append(f"Routes that {listed(dynamic)} learns are not in a configuration.")
    return found


def _goes(route: Route) -> str:
    towards = "is dropped" if route.is_discard else f"goes to {route.gateway}" if route.gateway else "goes out"
    leaving = f" by {route.interface}" if route.interface else ""
    extra = [f"distance {route.distance}"] if route.distance is not None else []
    extra += [f"in VRF {route.vrf}"] if route.vrf else []
    extra += [f"named {route.name}"] if route.name else []
    extra += [] if route.is_enabled else ["which is off"]
    family = "for IPv6 " if route.prefix.version == 6 else ""
    return f"{family}{towards}{leaving}" + (f" ({', '.join(extra)})" if extra else "")


def _routes(question: Question, world: World) -> Findings | None:
    """All static routes, or where an address or network goes."""
    if question.addresses:
        return _towards(question, world)
    found = Findings()
    for subject in meant(question, world):
        routes = subject.device.routes
        if question.networks:
            routes = [
                one
                for one in routes
                if any(one.prefix.version == net.version and one.prefix.overlaps(net) for net in question.networks)
            ]
        for route in routes[:_MOST]:
            found.say(f"{subject.name}: {route.prefix} {_goes(route)}.", *lines(subject, route.source))
        if len(routes) > _MOST:
            found.unanswered.append(f"{subject.name} has {len(routes) - _MOST} more static routes.")
        if not question.networks:
            for process in subject.device.routing[:8]:
                name = f"{process.protocol.upper()} {process.process}".strip()
                found.say(
                    f"{subject.name} runs {name}{' for ' + listed(process.networks) if process.networks else ''}.",
                    *lines(subject, process.source),
                )
    if not found.sentences:
        found.say(
            "No configuration that was looked at has a static route to it.",
            world.looked("routes", {"networks": [str(one) for one in question.networks]}, 0),
        )
    return found


def _towards(question: Question, world: World) -> Findings | None:
    found = Findings()
    for subject in meant(question, world)[:40]:
        if subject.config_id is None or not any(one.addresses for one in subject.device.interfaces):
            continue
        arguments = {"destination": str(question.addresses[-1]), "config_id": str(subject.config_id)}
        done = world.calculate("route-lookup", arguments)
        answer: Any = done.answer
        if answer.is_local:
            found.say(
                f"{question.addresses[-1]} is an address of {subject.name} itself, on {answer.interface}.", done.source
            )
        for one in answer.routes[:4]:
            spans = [Span(one.line.first, one.line.last)] if one.line else []
            towards = "drops" if one.is_discard else f"sends to {one.gateway}" if one.gateway else "reaches directly"
            leaving = f" by {answer.interface or one.interface}" if answer.interface or one.interface else ""
            found.say(
                f"{subject.name} {towards} what is for {question.addresses[-1]}{leaving}: the route is {one.prefix}.",
                *lines(subject, *spans),
                done.source,
            )
    return found if found.sentences else None


def _network_of(question: Question, world: World) -> Findings | None:
    """The addresses of a device, an interface or a VLAN; the networks of a client."""
    if question.has(r"\b(?:duplicate\w*|conflict\w*|free|helper\w*|mask|multicast)\b"):
        return None
    found = Findings()
    outside = question.has(r"\b(?:wan|public|external|internet|isp|outside)\b")
    chosen = [] if outside else interfaces(question, meant(question, world))
    if not chosen:
        vlans = question.vlans or []
        chosen = [
            (subject, one)
            for subject in meant(question, world)
            for one in subject.device.interfaces
            if one.addresses and (not vlans or one.vlan in vlans) and _is_within(one, question)
        ]
        if (question.networks or vlans) and not chosen and world.subjects:
            record = world.looked("addresses", {"networks": [str(one) for one in question.networks], "vlans": vlans}, 0)
            found.say("No configuration that was looked at has an address there.", record)
            return found
        words = set(re.findall(r"[a-z][\w-]{2,}", question.folded))
        by_word = [
            (subject, one) for subject, one in chosen if _names(subject, one.vlan, one.alias, one.description) & words
        ]
        if by_word and not vlans and not outside and not named(question, world):
            chosen = by_word
    if outside:
        leading = [
            (subject, one)
            for subject in meant(question, world)
            for one in subject.device.interfaces
            if is_outside(one, subject)
        ]
        public = [pair for pair in leading if any(is_public(held.value.ip) for held in pair[1].addresses)]
        chosen = public or leading
    for subject, one in chosen[:_MOST]:
        told = [str(address.value) for address in one.addresses]
        vlan = f" (VLAN {one.vlan})" if one.vlan is not None else ""
        if told:
            found.say(
                f"{called(one)} of {subject.name}{vlan} has {listed(told)}.",
                *lines(subject, one.source, *(held.source for held in one.addresses)),
            )
        elif one.is_dhcp_client:
            found.say(
                f"{called(one)} of {subject.name}{vlan} gets its address by DHCP.",
                *lines(subject, one.line_of("is_dhcp_client")),
            )
    if len(chosen) > _MOST:
        found.unanswered.append(f"{len(chosen) - _MOST} more interfaces have addresses; ask for one device.")
    return found if found.sentences else None


def _is_within(one: Interface, question: Question) -> bool:
    """Whether an interface has an address in a network that is asked for; any has where none is."""
    networks = question.networks
    return not networks or any(
        held.value.version == net.version and held.value.network.overlaps(net)
        for held in one.addresses
        for net in networks
    )


def _names(subject: Subject, vlan: int | None, *texts: str) -> set[str]:
    names = [one.name for one in subject.device.vlans if vlan is not None and one.id == vlan]
    return {word for text in (*texts, *names) for word in re.findall(r"[a-z][\w-]{2,}", text.casefold())}


KINDS = (
    kind(
        "outside-address",
        "Addresses outside",
        _network_of,
        r"\b(?:wan|public|external|internet|isp|outside)\b.{0,20}\b(?:ip|ips|address|addresses|subnets?)\b",
        r"\b(?:ip|ips|address|addresses)\b.{0,30}\b(?:wan|public|external|internet|isp|outside)\b",
    ),
    kind(
        "address",
        "Who has an address",
        _owner,
        r"\b(?:which|what|who|whose|where)\b.{0,60}\b(?:has|have|owns?|uses?|is|with"
        r"|device)\b.{0,40}(?:\d{1,3}\.){3}\d",
        r"(?:\d{1,3}\.){3}\d{1,3}.{0,30}\b(?:belongs?|whose|configured|assigned)\b",
        r"^(?:show which )?(?:\d{1,3}\.){3}\d{1,3}$",
    ),
    kind(
        "default-route",
        "Default route",
        _default_route,
        r"\bdefault (?:route|gateway)\b",
        r"\bgateway of last resort\b",
        r"\b0\.0\.0\.0/0\b",
    ),
    kind(
        "routes",
        "Routes",
        _routes,
        r"\broutes?\b",
        r"\brouted\b",
        r"\brouting table\b",
        r"\bnext.?hop\b",
        r"\b(?:where|how)\b.{0,40}\b(?:traffic|packets?)\b.{0,40}\b(?:go|goes|sent|leave)\b",
        r"\b(?:where|how)\b.{0,40}\b(?:go|goes|sent)\b.{0,20}\d\.\d",
    ),
    kind(
        "addresses",
        "Addresses",
        _network_of,
        r"\b(?:ip|ips|address|addresses|subnets?|networks?|gateway)\b",
        r"^(?:show which )?(?:\d{1,3}\.){3}\d{1,3}/\d{1,2}$",
    ),
)
