"""Whether something reaches something: a packet from device to device, by the packet test of each."""

import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_address
from typing import Any

from engineering_api.ask.about import is_outside, is_public, named, stands
from engineering_api.ask.found import Findings, lines
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Address, Question
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.fact import Span
from engineering_api.reading.addresses import is_address
from oberaconnect.problems import Unprocessable

_MOST_HOPS = 16
#: Any public address, for a question that asks of the internet.
_INTERNET = IPv4Address("9.9.9.9")


def _reach(question: Question, world: World) -> Findings | None:
    ends = _ends(question, world)
    if ends is None or not world.subjects:
        return None
    source, destination = ends
    found = Findings()
    if _INTERNET in ends and str(_INTERNET) not in question.text:
        found.unanswered.append(f"{_INTERNET} stands for the internet here.")
    if source.version != destination.version:
        found.unanswered.append(f"{source} and {destination} are of different families.")
        return found
    protocol, port = _what(question)
    walk = _Walk(world, source, destination, protocol, port, found)
    start = named(question, world)[:1] or _starts(world, source) or _edges(world, source, destination)
    if not start:
        found.unanswered.append(f"No configuration of the scope has an interface in the network of {source}.")
        return found
    walk.go(start[0])
    return found


@dataclass
class _Walk:
    world: World
    source: Address
    destination: Address
    protocol: str
    port: int | None
    found: Findings
    #: The interface by which it comes into the first device, where the source is in none of its networks.
    inward: str = ""

    def go(self, subject: Subject) -> None:
        """From device to device until one drops it, it arrives, or it leaves what is known."""
        seen: list[Subject] = []
        here: Subject | None = subject
        self.inward = "" if _is_inside(subject, self.source) else _outside_of(subject, self.source)
        what = self.protocol.upper() + (f" port {self.port}" if self.port is not None else "")
        while here is not None and here not in seen and len(seen) < _MOST_HOPS:
            seen.append(here)
            try:
                answer, source = self._test(here)
            except Unprocessable as problem:
                self.found.unanswered.append(f"{here.name}: {problem.detail}")
                return
            spans = [Span(answer.decided_by.first, answer.decided_by.last)] if answer.decided_by else []
            proof = (*lines(here, *spans), source)
            if answer.answer == "deny":
                passed = [*self.found.sentences]
                self.found.sentences.clear()
                self.found.say(
                    f"No: {here.name} drops {what} from {self.source} to {self.destination}. {answer.why}", *proof
                )
                # What was let through on the way comes after the verdict.
                self.found.sentences.extend(replace(one, text=one.text.removeprefix("Yes, ")) for one in passed)
                return
            if answer.answer == "unknown":
                self.found.say(
                    f"It is not certain that {here.name} lets {what} from {self.source} to "
                    f"{self.destination} pass. {answer.why}",
                    *proof,
                )
            else:
                self.found.say(
                    f"{'Yes, ' if len(seen) == 1 else ''}{here.name} lets {what} from {self.source} "
                    f"to {self.destination} pass. {answer.why}",
                    *proof,
                )
            here = self._next(here, answer)

    def _test(self, subject: Subject) -> tuple[Any, Any]:
        arguments: dict[str, Any] = {
            "source": str(self.source),
            "destination": str(self.destination),
            "protocol": self.protocol,
            "config_id": str(subject.config_id),
        }
        if self.port is not None:
            arguments["port"] = self.port
        if self.protocol == "icmp":
            arguments["icmp"] = "echo"
        if self.inward:
            arguments["interface"], self.inward = self.inward, ""
        done = self.world.calculate("packet-test", arguments)
        return done.answer, done.source

    def _next(self, subject: Subject, answer: Any) -> Subject | None:
        """The device that the packet goes to next; None where it has arrived, or where no configuration is known."""
        if _has(subject, self.destination):
            return None
        arguments = {"destination": str(self.destination), "config_id": str(subject.config_id)}
        route: Any = self.world.calculate("route-lookup", arguments | _place(subject, answer.inward)).answer
        if route.is_local or not route.routes or route.routes[0].kind == "connected":
            return None
        gateway = route.routes[0].gateway
        for other in self.world.subjects:
            if other is not subject and _is_address(gateway) and _has(other, ip_address(gateway)):
                return other
        towards = f"to {gateway}" if gateway else f"by {route.routes[0].interface}"
        self.found.unanswered.append(
            f"{subject.name} sends it {towards}; no configuration of the scope tells what happens behind it."
        )
        return None


def _place(subject: Subject, inward: str) -> dict[str, str]:
    """The table of routes of the interface by which it came in."""
    for one in subject.device.interfaces:
        if one.name == inward:
            return {"vrf": one.vrf, "scope": one.scope}
    return {}


def _ends(question: Question, world: World) -> tuple[Address, Address] | None:
    """Source and destination: the first two addresses, or the words on both sides of "to"; networks by a host."""
    if len(question.addresses) >= 2:
        first, second = question.addresses[:2]
        is_backwards = question.has(r"\breach(?:able|ed)\b.{0,12}\bfrom\b|\bfrom\b(?!.{0,60}\b(?:to|reach|into)\b)")
        return (second, first) if is_backwards else (first, second)
    hosts = [*question.addresses, *(one.network_address + min(10, one.num_addresses - 1) for one in question.networks)]
    vlans = [address for number in question.vlans if (address := _host_of_vlan(world, number)) is not None]
    if len(vlans) >= 2:
        return vlans[0], vlans[1]
    if vlans and hosts:
        before = question.folded.find("vlan") < question.folded.find(str(hosts[0])[:6])
        return (vlans[0], hosts[0]) if before else (hosts[0], vlans[0])
    if len(hosts) >= 2:
        return hosts[0], hosts[1]
    return _ends_by_names(question, world, hosts)


def _ends_by_names(question: Question, world: World, hosts: list[Address]) -> tuple[Address, Address] | None:
    """Ends that are named by their VLAN or as the internet, in the order in which they stand in the question."""
    found = [(question.folded.find(str(host)), host) for host in hosts]
    for subject in world.subjects:
        for vlan in subject.device.vlans:
            match = (
                re.search(rf"(?<![\w-]){re.escape(vlan.name.casefold())}(?![\w-])", question.folded)
                if len(vlan.name) > 2
                else None
            )
            host = _host_of_vlan(world, vlan.id) if match else None
            if match and host is not None and all(place != match.start() for place, _ in found):
                found.append((match.start(), host))
    if match := re.search(r"\binternet\b|\boutside\b", question.folded):
        found.append((match.start(), _INTERNET))
    ends = [host for _, host in sorted(found, key=lambda pair: pair[0])]
    return (ends[0], ends[1]) if len(ends) >= 2 and ends[0] != ends[1] else None


def _host_of_vlan(world: World, number: int) -> Address | None:
    for subject in world.subjects:
        for one in subject.device.interfaces:
            if one.vlan == number and one.addresses:
                network = one.addresses[0].value.network
                hosts = (network.network_address + step for step in range(10, min(14, network.num_addresses - 1)))
                return next((host for host in hosts if host != one.addresses[0].value.ip), None)
    return None


def _what(question: Question) -> tuple[str, int | None]:
    if question.service is not None:
        return question.service
    if question.has(r"\btcp\b|\budp\b"):
        return ("udp" if question.has(r"\budp\b") else "tcp"), None
    return "icmp", None


def _starts(world: World, source: Address) -> list[Subject]:
    """The devices in whose network the source is: where there are several, the one that routes."""
    held = []
    for subject in world.subjects:
        networks = [
            address.value.network.prefixlen
            for one in subject.device.interfaces
            for address in one.addresses
            if _holds(address.value, source)
        ]
        if networks and subject.config_id is not None:
            held.append((max(networks), subject))
    return [subject for _, subject in sorted(held, key=lambda pair: (-_routes(pair[1]), -pair[0], pair[1].name))]


def _is_inside(subject: Subject, source: Address) -> bool:
    return any(_holds(held.value, source) for one in subject.device.interfaces for held in one.addresses)


def _outside_of(subject: Subject, source: Address) -> str:
    """The interface of a device that leads out, for a source that is public."""
    faces = [one.name for one in subject.device.interfaces if one.is_enabled and is_outside(one, subject)]
    return faces[0] if faces and is_public(source) else ""


def _edges(world: World, source: Address, destination: Address) -> list[Subject]:
    """For a public source the device with a way out that knows a way to the destination: the longest prefix wins."""
    if not is_public(source):
        return []
    held: list[tuple[int, Subject]] = []
    for subject in world.subjects:
        if subject.config_id is None or not _outside_of(subject, source):
            continue
        networks = [held.value.network for one in subject.device.interfaces for held in one.addresses]
        networks += [route.prefix for route in subject.device.routes if route.is_enabled and not route.is_discard]
        lengths = [one.prefixlen for one in networks if one.version == destination.version and destination in one]
        if lengths and max(lengths) > 0:
            held.append((max(lengths), subject))
    return [subject for _, subject in sorted(held, key=lambda pair: -pair[0])]


def _routes(subject: Subject) -> int:
    """How much a device looks like what others send their packets to."""
    networks = {
        address.value.network for one in subject.device.interfaces if one.is_enabled for address in one.addresses
    }
    rules = sum(1 for one in subject.device.interfaces if one.acl_in or one.acl_out)
    policies = sum(1 for one in subject.device.access_lists if one.kind == "policy")
    return min(len(networks), 50) * 10 + min(rules, 5) + 5 * min(policies, 5) if len(networks) > 1 else 0


def _holds(value: Any, address: Address) -> bool:
    return value.version == address.version and address in value.network


def _has(subject: Subject, address: Address) -> bool:
    text = str(address)
    return any(
        any(held.value.ip == address for held in one.addresses)
        or any(shared.partition(" ")[0].partition("/")[0] == text for shared in one.virtual_addresses)
        for one in subject.device.interfaces
    )


def _is_address(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f.:]+", text) is not None and any(sign in text for sign in ".:") and is_address(text)


def _reachable_list(question: Question, world: World) -> Findings | None:
    """The same asked of one list: does GUEST-IN permit 10.1.1.1 to 10.2.2.2."""
    ends = _ends(question, world)
    lists = [
        (subject, one.name)
        for subject in named(question, world) or world.subjects
        for one in subject.device.access_lists
        if len(one.name) > 1 and stands(one.name, question)
    ]
    if ends is None or not lists:
        return _reach(question, world)
    found = Findings()
    protocol, port = _what(question)
    for subject, name in lists[:8]:
        arguments: dict[str, Any] = {
            "source": str(ends[0]),
            "destination": str(ends[1]),
            "protocol": protocol,
            "access_list": name,
            "config_id": str(subject.config_id),
        }
        arguments |= {"port": port} if port is not None else {"icmp": "echo"} if protocol == "icmp" else {}
        done = world.calculate("packet-test", arguments)
        answer: Any = done.answer
        spans = [Span(answer.decided_by.first, answer.decided_by.last)] if answer.decided_by else []
        verdict = {"permit": "permits", "deny": "denies"}.get(answer.answer, "may or may not permit")
        what = protocol.upper() + (f" port {port}" if port is not None else "")
        found.say(
            f"The list {name} on {subject.name} {verdict} {what} from {ends[0]} to {ends[1]}. {answer.why}",
            *lines(subject, *spans),
            done.source,
        )
    return found


KINDS = (
    kind(
        "reach",
        "Whether it passes",
        _reachable_list,
        r"\b(?:can|could|does|do|will|would|may|is|are|how)\b.{0,140}\b(?:reach(?:able|ed)?|access"
        r"|connect|talk|pass|ping|get to|go through|allowed|permitted|blocked|denied|denies|deny"
        r"|permits?|allows?|blocks?|route[sd]?|open)\b",
        r"\b(?:path|trace(?:route)?)\b.{0,20}\bfrom\b",
        r"\b(?:can|may|is|does|from)\b.{0,30}\d\.\d{1,3}\s.{0,20}\b(?:to|on|into)\s+\d{1,3}\.\d",
        r"\b(?:which|what)\b.{0,30}\b(?:lines?|rules?|policy|entry|ace)\b.{0,40}\b(?:permits?|allows?|lets?"
        r"|den(?:y|ies)|blocks?|drops?|decides?|matches)\b",
    ),
)
