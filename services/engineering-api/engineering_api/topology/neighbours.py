"""The picture of layer 2: who is plugged into whom, by neighbours, descriptions, port-channels and VLANs."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from engineering_api.topology.members import Member, Names, Sighting, canonical, plain
from engineering_api.topology.model import End, Evidence, Link, LinkKind, Node, Problem, Role, Topology

#: How sure a claim is by itself. Claims of both ends make a link surer.
_SEEN, _SEEN_STRANGER, _DESCRIBED, _DESCRIBED_PORT, _VLANS = 0.95, 0.85, 0.6, 0.75, 0.3
_MOST = 0.99
_KINDS: Final[dict[str, int]] = {"neighbour": 3, "description": 2, "vlans": 1}
_NUMBERED = re.compile(r"\bport[ .:#]{0,2}([A-Za-z]?\d{1,2})\b", re.IGNORECASE)
_PORT = re.compile(r"(?:[A-Za-z][A-Za-z-]*[ ]?)?\d+(?:/\d+)*(?:\.\d+)?")
#: Interfaces that are no port: a description there speaks of something else than a cable.
_NO_PORTS: Final = frozenset({"loopback", "vlan", "tunnel", "subinterface", "bridge"})
#: Descriptions of more than so many devices are lists, not cables.
_MOST_MENTIONED = 1


@dataclass(slots=True)
class _Half:
    """One end of a claim: a port, or the aggregate that it is part of, and the ports themselves."""

    port: str = ""
    ports: list[str] = field(default_factory=list)
    is_bundle: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """What makes a claim."""

    kind: LinkKind
    evidence: Evidence
    confidence: float


@dataclass(slots=True)
class _Claim:
    """That there is a cable between two nodes, `a` being the lesser id."""

    a: str
    b: str
    a_half: _Half
    b_half: _Half
    kind: LinkKind
    evidence: list[Evidence]
    confidence: float


def layer2(members: Sequence[Member], sightings: Iterable[Sighting] = ()) -> Topology:
    """The picture of layer 2."""
    wiring = _Wiring(members)
    for member in members:
        wiring.neighbours(member)
        wiring.descriptions(member)
    for sighting in sightings:
        wiring.sighting(sighting)
    wiring.vlans()
    links = _links(wiring.claims)
    nodes = [*(member.node() for member in members), *wiring.strangers.values()]
    by_id = {member.id: member for member in members}
    return Topology(layer="l2", nodes=nodes, links=links, problems=_problems(links, by_id))


class _Wiring:
    """The claims of all sources."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._by_id = {member.id: member for member in members}
        self._names = Names(members)
        self.claims: list[_Claim] = []
        self.strangers: dict[str, Node] = {}

    def neighbours(self, member: Member) -> None:
        """What the facts say of neighbours."""
        for fact in member.device.neighbours:
            where = member.evidence(fact.source)
            if fact.protocol != "description":
                row = Sighting(member.id, fact.interface, fact.device, fact.port, fact.platform, fact.protocol)
                self._seen(member, row, where)
            elif (other := self._names.find(fact.device)) and other is not member:
                self._claim(member, fact.interface, other.id, fact.port, _Said("description", where, _DESCRIBED))

    def sighting(self, row: Sighting) -> None:
        """A row of show output."""
        if member := self._by_id.get(row.member):
            where = Evidence(config_id=member.id, source=Span(row.row, row.row), text=row.text, command=row.command)
            self._seen(member, row, where)

    def descriptions(self, member: Member) -> None:
        """Descriptions that name one other device."""
        for interface in member.device.interfaces:
            text = interface.description or interface.alias
            if not text or not interface.is_enabled or interface.kind in _NO_PORTS:
                continue
            mentioned = self._names.mentioned(text, by=member)
            if len(mentioned) > _MOST_MENTIONED:
                continue
            for other, rest in mentioned:
                port = _port_in(rest, other)
                where = member.evidence(interface.line_of("description" if interface.description else "alias"))
                said = _Said("description", where, _DESCRIBED_PORT if port else _DESCRIBED)
                self._claim(member, interface.name, other.id, port, said)

    def vlans(self) -> None:
        """Ports of two devices of a site that carry the same list of VLANs, which no third port there carries."""
        wired = {
            (node, half.port)
            for claim in self.claims
            for node, half in ((claim.a, claim.a_half), (claim.b, claim.b_half))
        }
        pairs = {(claim.a, claim.b) for claim in self.claims}
        alike: defaultdict[tuple[str, tuple[int, ...]], list[tuple[Member, Interface]]] = defaultdict(list)
        for member in self._members:
            for interface in member.device.interfaces:
                listed = interface.trunk_vlans
                if (
                    interface.mode == "trunk"
                    and listed
                    and len(listed) > 1
                    and interface.is_enabled
                    and not interface.aggregate
                ):
                    alike[member.site, tuple(sorted(listed))].append((member, interface))
        for ports in alike.values():
            if len(ports) != 2 or ports[0][0] is ports[1][0]:
                continue
            (one, left), (two, right) = ports
            both = tuple(sorted((one.id, two.id)))
            if both in pairs or (one.id, left.name) in wired or (two.id, right.name) in wired:
                continue
            said = _Said("vlans", one.evidence(left.line_of("trunk_vlans")), _VLANS)
            self._claim(one, left.name, two.id, right.name, said)
            self.claims[-1].evidence.append(two.evidence(right.line_of("trunk_vlans")))

    def _seen(self, member: Member, row: Sighting, evidence: Evidence) -> None:
        if other := self._names.find(row.neighbour):
            if other is not member:
                self._claim(member, row.port, other.id, row.neighbour_port, _Said("neighbour", evidence, _SEEN))
            return
        if not plain(row.neighbour):
            return
        identity = f"host:{plain(row.neighbour)}"
        stranger = Node(
            id=identity,
            name=row.neighbour,
            kind="host",
            role=_role(row.platform, row.neighbour),
            site=member.site,
            details=[row.platform] if row.platform else [],
        )
        self.strangers.setdefault(identity, stranger)
        self._claim(member, row.port, identity, row.neighbour_port, _Said("neighbour", evidence, _SEEN_STRANGER))

    def _claim(self, member: Member, port: str, other: str, far: str, said: _Said) -> None:
        near_half, far_half = self._half(member.id, port), self._half(other, far)
        ends = (member.id, other, near_half, far_half)
        if member.id > other:
            ends = (other, member.id, far_half, near_half)
        self.claims.append(_Claim(*ends, said.kind, [said.evidence], said.confidence))

    def _half(self, node: str, port: str) -> _Half:
        member = self._by_id.get(node)
        known = member.interfaces.get(canonical(port)) if member and port else None
        if known is None:
            return _Half(port, [port] if port else [])
        is_bundle = bool(known.aggregate) or known.kind == "aggregate"
        return _Half(known.aggregate or known.name, [known.name], is_bundle)


def _port_in(text: str, member: Member) -> str:
    """The port of a device that a text after its name speaks of."""
    for match in _PORT.finditer(text[:80]):
        if known := member.interfaces.get(canonical(match[0])):
            return known.name
    # Switches of HP and MikroTik number their ports: "port 24".
    numbered = _NUMBERED.search(text[:80])
    known = member.interfaces.get(canonical(numbered[1])) if numbered else None
    return known.name if known else ""


def _role(platform: str, name: str) -> Role:
    text = f"{platform} {name}".casefold()
    if "phone" in text or re.search(r"\bsep[0-9a-f]{12}\b", text):
        return "phone"
    if re.search(r"\b(air-|ap\d|uap|access.?point|aironet|u[67]-)", text) or platform.casefold().startswith("c91"):
        return "wireless"
    if re.search(r"\b(esxi?|vmware|linux|windows|synology|server)\b", text):
        return "server"
    return "switch" if re.search(r"switch|catalyst|\bws-c|\bc9[2-5]|\bprocurve|\baruba", text) else "unknown"


def _links(claims: list[_Claim]) -> list[Link]:
    """Claims of the same cable or port-channel are one link."""
    by_pair: defaultdict[tuple[str, str], list[_Claim]] = defaultdict(list)
    for claim in claims:
        by_pair[claim.a, claim.b].append(claim)
    links: list[Link] = []
    for together in by_pair.values():
        merged: list[_Claim] = []
        by_port: defaultdict[tuple[int, str], list[_Claim]] = defaultdict(list)
        for claim in sorted(together, key=lambda one: (not (one.a_half.port and one.b_half.port), -one.confidence)):
            if known := _fitting(claim, by_port, merged):
                _merge(known, claim)
            else:
                known = claim
                merged.append(claim)
            for side, half in enumerate((known.a_half, known.b_half)):
                if half.port and known not in by_port[side, half.port][-4:]:
                    by_port[side, half.port].append(known)
        links.extend(_link(claim) for claim in merged)
    return links


#: A cable that only the other end speaks of is looked for among so many.
_LOOKED_AT = 64


def _fitting(claim: _Claim, by_port: Mapping[tuple[int, str], list[_Claim]], merged: list[_Claim]) -> _Claim | None:
    """A link that the claim may speak of: no port of it is another, and one is the same or each end knows its own."""
    candidates: list[_Claim] = [*by_port.get((0, claim.a_half.port), ()), *by_port.get((1, claim.b_half.port), ())]
    for known in (*candidates, *merged[:_LOOKED_AT]):
        if _agree(known.a_half, claim.a_half) and _agree(known.b_half, claim.b_half):
            return known
    return None


def _agree(one: _Half, other: _Half) -> bool:
    return not one.port or not other.port or one.port == other.port


def _merge(known: _Claim, claim: _Claim) -> None:
    for mine, theirs in ((known.a_half, claim.a_half), (known.b_half, claim.b_half)):
        mine.port = mine.port or theirs.port
        mine.is_bundle = mine.is_bundle or theirs.is_bundle
        mine.ports.extend(port for port in theirs.ports if port not in mine.ports)
    if _KINDS[claim.kind] > _KINDS[known.kind]:
        known.kind = claim.kind
    known.evidence.extend(one for one in claim.evidence if one not in known.evidence)
    known.confidence = min(_MOST, 1 - (1 - known.confidence) * (1 - claim.confidence))


def _link(claim: _Claim) -> Link:
    halves = (claim.a_half, claim.b_half)
    labels = list(dict.fromkeys(half.port for half in halves if half.is_bundle))
    kind: LinkKind = "port-channel" if labels and claim.kind != "vlans" else claim.kind
    ends = [
        End(
            ports=[port for port in half.ports if port != half.port] or half.ports,
            aggregate=half.port if half.is_bundle else "",
        )
        for half in halves
    ]
    return Link(
        a=claim.a,
        b=claim.b,
        kind=kind,
        a_end=ends[0],
        b_end=ends[1],
        label=" / ".join(labels),
        evidence=claim.evidence,
        confidence=round(claim.confidence, 3),
    )


def _problems(links: list[Link], members: dict[str, Member]) -> list[Problem]:
    """Trunks whose two ends do not carry the same VLANs."""
    found: list[Problem] = []
    for link in links:
        one, two = _port(members.get(link.a), link.a_end), _port(members.get(link.b), link.b_end)
        if not one or not two or one.mode != "trunk" or two.mode != "trunk":
            continue
        a, b = members[link.a], members[link.b]
        if one.trunk_vlans is not None and two.trunk_vlans is not None and set(one.trunk_vlans) != set(two.trunk_vlans):
            missing = sorted(set(one.trunk_vlans) ^ set(two.trunk_vlans))
            listed = ", ".join(str(vlan) for vlan in missing[:10])
            text = f"VLANs {listed} are on one end only of {a.title} {one.name} to {b.title} {two.name}"
            lines = [a.evidence(one.line_of("trunk_vlans")), b.evidence(two.line_of("trunk_vlans"))]
            found.append(Problem(kind="different-vlans", text=text, evidence=lines))
        if (one.native_vlan or 1) != (two.native_vlan or 1):
            native = [(a.title, one), (b.title, two)]
            text = "The native VLAN is " + ", ".join(
                f"{port.native_vlan or 1} on {title} {port.name}" for title, port in native
            )
            lines = [a.evidence(one.line_of("native_vlan")), b.evidence(two.line_of("native_vlan"))]
            found.append(Problem(kind="different-native-vlans", text=text, evidence=lines))
    return found


def _port(member: Member | None, end: End) -> Interface | None:
    """The port of an end; of a bundle the aggregate."""
    if member is None or not end.ports:
        return None
    port = member.interfaces.get(canonical(end.ports[0]))
    if port and port.aggregate:
        return member.interfaces.get(canonical(port.aggregate)) or port
    return port
