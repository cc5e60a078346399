"""Packets through a configuration, and where it sends them."""

from typing import Annotated, Literal

from pydantic import Field

from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList
from engineering_api.packets.deciding import Decision, decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet, packet
from engineering_api.packets.path import Tracer
from engineering_api.packets.routes import Table
from engineering_api.tools.configuration import ConfigArguments, Configurations, Given
from engineering_api.tools.reading import Name, Short, address
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import View
from oberaconnect.problems import Unprocessable

Verdict = Literal["permit", "deny", "unknown"]
Port = Annotated[int, Field(ge=0, le=65_535)]
MOST_PASSED = 50


class PacketArguments(ConfigArguments):
    """A packet, and the configuration that it goes through: as a whole, or one access list of it."""

    source: Short = Field(examples=["10.0.20.5"])
    destination: Short = Field(examples=["10.0.10.9"])
    protocol: Name = Field("tcp", examples=["tcp", "udp", "icmp"])
    source_port: Port | None = None
    port: Port | None = Field(None, description="The destination's port.")
    icmp: Name = Field("", description="The type of ICMP, such as echo.")
    is_established: bool = Field(False, description="It belongs to a connection that is open.")
    interface: Name = Field("", description="The interface or zone by which it comes in; by itself the source's.")
    outward: Name = Field("", description="With a list: the interface or zone by which it goes out.")
    access_list: Name = Field("", description="Ask this list alone, and not the way through the device.")
    scope: Name = Field("", description="With a list: its virtual firewall.")


class Evidence(View):
    """Lines of the configuration."""

    first: int
    last: int
    text: str


class PassedRule(View):
    """A rule before the one that decides, and why it does not."""

    id: str
    name: str
    action: str
    why: str
    line: Evidence


class StageView(View):
    """A step on the way."""

    what: str
    answer: Verdict
    why: str
    line: Evidence | None
    passed: list[PassedRule]


class PacketVerdict(Answer):
    """Whether a packet passes, and by which line."""

    answer: Verdict
    packet: str
    decided_by: Evidence | None
    rule_id: str
    rule_name: str
    why: str
    inward: str
    outward: str
    stages: list[StageView]


def packet_test(arguments: PacketArguments, configurations: Configurations) -> PacketVerdict:
    """Test whether a packet passes a device or an access list, and which line decides. Raises `Unprocessable`."""
    asked = packet(
        arguments.source,
        arguments.destination,
        arguments.protocol,
        source_port=arguments.source_port,
        port=arguments.port,
        icmp=arguments.icmp,
        is_established=arguments.is_established,
        inward=arguments.interface,
    )
    given = configurations.given(arguments)
    if arguments.access_list:
        return _by_list(asked.through(arguments.interface, arguments.outward), arguments, given)
    path = Tracer(given.device).trace(asked)
    stages = [
        StageView(
            what=one.what,
            answer=one.answer,
            why=one.why,
            line=_evidence(given, one.source),
            passed=_passed(given, one.decision),
        )
        for one in path.stages
    ]
    deciding = path.deciding
    rule = deciding.decision.rule if deciding.decision else None
    return PacketVerdict(
        answer=path.answer,
        packet=str(asked),
        decided_by=_evidence(given, deciding.source),
        rule_id=rule.id if rule else "",
        rule_name=rule.name if rule else "",
        why=deciding.why,
        inward=path.inward,
        outward=path.outward,
        stages=stages,
        steps=[
            f"The packet is {asked}.",
            *(f"{one.what}: {one.why}" for one in path.stages),
            f"Answer: {path.answer}.",
        ],
    )


class RouteArguments(ConfigArguments):
    """An address, and the configuration whose routes are asked."""

    destination: Short = Field(examples=["10.9.1.7"])
    vrf: Name = ""
    scope: Name = Field("", description="The virtual firewall, where the device has several.")


class RouteView(View):
    """A route."""

    prefix: str
    kind: Literal["connected", "static"]
    gateway: str
    interface: str
    distance: int
    name: str
    is_discard: bool
    line: Evidence | None


class RouteFound(Answer):
    """The best routes; several where they are equally good."""

    routes: list[RouteView]
    interface: str
    is_local: bool
    is_found: bool


def route_lookup(arguments: RouteArguments, configurations: Configurations) -> RouteFound:
    """Look up where a device sends an address, by its connected and static routes. Raises `Unprocessable`."""
    target = address(arguments.destination)
    given = configurations.given(arguments)
    table = Table(given.device)
    scope = arguments.scope
    scopes = sorted({one for one, _ in table.places})
    if scope not in scopes and len(scopes) == 1 and not scope:
        scope = scopes[0]
    if (scope, arguments.vrf) not in table.places and table.places:
        known = "; ".join(f"scope '{one}', VRF '{vrf}'" for one, vrf in table.places[:20])
        raise Unprocessable(f"There are no routes in scope '{scope}' and VRF '{arguments.vrf}'. There are: {known}.")
    found = table.lookup(target, arguments.vrf, scope)
    return RouteFound(
        routes=[
            RouteView(
                prefix=str(one.prefix),
                kind=one.kind,
                gateway=one.gateway,
                interface=one.interface,
                distance=one.distance,
                name=one.name,
                is_discard=one.is_discard,
                line=_evidence(given, one.source),
            )
            for one in found.entries[:64]
        ],
        interface=found.interface,
        is_local=found.is_local,
        is_found=bool(found.entries) or found.is_local,
        steps=list(found.steps),
    )


def _by_list(asked: Packet, arguments: PacketArguments, given: Given) -> PacketVerdict:
    chosen = _list(given, arguments.access_list, arguments.scope)
    decision = decide(asked, chosen, Matcher(given.device), given.device.access_lists)
    line = _evidence(given, decision.rule.source if decision.rule else None)
    stage = StageView(
        what=f"list {chosen.name}",
        answer=decision.answer,
        why=decision.why,
        line=line,
        passed=_passed(given, decision),
    )
    return PacketVerdict(
        answer=decision.answer,
        packet=str(asked),
        decided_by=line,
        rule_id=decision.rule.id if decision.rule else "",
        rule_name=decision.rule.name if decision.rule else "",
        why=decision.why,
        inward=asked.inward,
        outward=asked.outward,
        stages=[stage],
        steps=[
            f"The packet is {asked}.",
            f"{len(decision.passed)} rules of {chosen.name} come before and do not decide.",
            decision.why,
        ],
    )


def _list(given: Given, name: str, scope: str) -> AccessList:
    named = [one for one in given.device.access_lists if one.name.casefold() == name.casefold()]
    chosen = [one for one in named if one.scope == scope] or ([] if scope else named)
    exact = [one for one in chosen if one.name == name] or chosen
    if not exact:
        known = ", ".join(dict.fromkeys(one.name for one in given.device.access_lists[:30])) or "none"
        raise Unprocessable(f"There is no list '{name}' in the configuration. There are: {known}.")
    return exact[0]


def _passed(given: Given, decision: Decision | None) -> list[PassedRule]:
    if decision is None:
        return []
    return [
        PassedRule(
            id=one.rule.id,
            name=one.rule.name,
            action=one.rule.action,
            why=one.why,
            line=_evidence(given, one.rule.source) or Evidence(first=0, last=0, text=""),
        )
        for one in decision.passed[-MOST_PASSED:]
    ]


def _evidence(given: Given, source: Span | None) -> Evidence | None:
    if source is None:
        return None
    texts = given.texts[source.first - 1 : min(source.last, source.first + 19)]
    return Evidence(first=source.first, last=source.last, text="\n".join(texts))


TOOLS = (
    tool("packet-test", "Packet test", packet_test),
    tool("route-lookup", "Route lookup", route_lookup),
)
