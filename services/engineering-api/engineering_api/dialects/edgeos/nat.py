"""Translation of addresses, and EdgeOS's port forwarding."""

from dataclasses import dataclass, field

from engineering_api.dialects.edgeos import words
from engineering_api.dialects.edgeos.firewall import services
from engineering_api.dialects.edgeos.state import Edge, adds_group
from engineering_api.facts.filters import Ends, Service, Services, Translation
from engineering_api.reading.paths import Found, Level

NAT = Level[Edge]("nat")
RULE = Level["Draft"]("nat rule")
FORWARDS = Level[Edge]("port-forward")
FORWARD = Level["Forward"]("port-forward rule")


@dataclass(slots=True)
class Draft:
    """A rule that is being read."""

    edge: Edge
    fact: Translation
    protocols: list[str] = field(default_factory=list)
    ports: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Forward:
    """A forwarded port. On which interface is said once for all of them."""

    fact: Translation
    protocols: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)


@NAT.opens(RULE, "rule NUMBER", "KIND:(source|destination|static) rule NUMBER", can_be_off=True)
def _rule(edge: Edge, found: Found) -> Draft:
    kind, number = found["KIND"], found["NUMBER"]

    def make() -> Draft:
        fact = Translation(source=found.span, kind=kind or "source", name=number)
        edge.device.translations.append(fact)
        return Draft(edge, fact)

    return edge.thing(("nat", kind, number), make)


@RULE.path("type TYPE:(masquerade|source|destination)")
def _type(draft: Draft, found: Found) -> None:
    kind = found["TYPE"]
    if draft.fact.kind != "exempt":
        draft.fact.say(found.line, kind="destination" if kind == "destination" else "source")
    if kind == "masquerade":
        draft.fact.say(found.line, translated="interface")


@RULE.path(
    "SIDE:(inbound-interface|outbound-interface) NAME",
    "SIDE:(inbound-interface|outbound-interface) (name|interface-name) NAME",
)
def _interface(draft: Draft, found: Found) -> None:
    name = found["NAME"]
    (draft.fact.from_zones if found["SIDE"].startswith("in") else draft.fact.to_zones).append(name)
    draft.edge.uses_interface(name, found.line, f"nat rule {draft.fact.name}")


@RULE.path("SIDE:(inbound-interface|outbound-interface) group NAME")
def _interface_group(draft: Draft, found: Found) -> None:
    (draft.fact.from_zones if found["SIDE"].startswith("in") else draft.fact.to_zones).append(found["NAME"])
    draft.edge.device.refer("list", found["NAME"].removeprefix("!"), found.line, f"nat rule {draft.fact.name}")


def _ends(draft: Draft, side: str) -> Ends:
    fact = draft.fact
    if side == "source":
        ends = fact.original_source = fact.original_source or Ends()
    else:
        ends = fact.original_destination = fact.original_destination or Ends()
    return ends


@RULE.path("SIDE:(source|destination) address ADDRESS", "SIDE:(source|destination) prefix ADDRESS")
def _address(draft: Draft, found: Found) -> None:
    words.adds_address(_ends(draft, found["SIDE"]), found["ADDRESS"])


@RULE.path("SIDE:(source|destination) port PORTS")
def _ports(draft: Draft, found: Found) -> None:
    draft.ports.setdefault(found["SIDE"], []).extend(words.ports(found["PORTS"].removeprefix("!")))


@RULE.path("SIDE:(source|destination) group (address-group|network-group|domain-group) NAME")
def _group(draft: Draft, found: Found) -> None:
    ends = _ends(draft, found["SIDE"])
    adds_group(draft.edge, ends, found["NAME"], found.line, f"nat rule {draft.fact.name} {found['SIDE']} group")


@RULE.path("SIDE:(source|destination) group port-group NAME")
def _port_group(draft: Draft, found: Found) -> None:
    draft.edge.device.refer("service-group", found["NAME"], found.line, f"nat rule {draft.fact.name}")
    draft.groups.setdefault(found["SIDE"], []).append(found["NAME"])


@RULE.path("protocol NAME")
def _protocol(draft: Draft, found: Found) -> None:
    if not found["NAME"].startswith("!"):
        draft.protocols.extend(words.protocols(found["NAME"]))


@RULE.path("(inside-address|outside-address|translation) address ADDRESS")
def _translated(draft: Draft, found: Found) -> None:
    address = found["ADDRESS"]
    draft.fact.say(found.line, translated="interface" if address == "masquerade" else address)


@RULE.path("(inside-address|outside-address|translation) port PORT")
def _translated_port(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, translated_port=found["PORT"])


@RULE.path("description TEXT...")
def _description(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, comment=found["TEXT"])


@RULE.path("disable")
def _disable(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, is_enabled=False)


@RULE.path("exclude")
def _exclude(draft: Draft, found: Found) -> None:
    draft.fact.say(found.line, kind="exempt")


RULE.knows(
    "log", "packet-type", "translation options", "translation redirect", "load-balance", "source mac-address",
    "source group mac-group", "static mapping",
)  # fmt: skip


@FORWARDS.opens(FORWARD, "rule NUMBER", can_be_off=True)
def _forward(edge: Edge, found: Found) -> Forward:
    number = found["NUMBER"]

    def make() -> Forward:
        fact = Translation(source=found.span, kind="destination", name=f"port-forward {number}")
        edge.device.translations.append(fact)
        return Forward(fact)

    return edge.thing(("forward", number), make)


@FORWARDS.path("wan-interface NAME")
def _wan(edge: Edge, found: Found) -> None:
    name = found["NAME"]
    edge.uses_interface(name, found.line, "port-forward wan-interface")

    def tell() -> None:
        for thing in list(edge.memory.things.values()):
            if isinstance(thing, Forward):
                thing.fact.from_zones.append(name)
                thing.fact.original_destination = Ends(interfaces=[name])

    edge.memory.later.append(tell)


@FORWARDS.path("lan-interface NAME")
def _lan(edge: Edge, found: Found) -> None:
    edge.uses_interface(found["NAME"], found.line, "port-forward lan-interface")


@FORWARDS.path("auto-firewall HOW:(enable)")
def _auto_firewall(edge: Edge, found: Found) -> None:
    """What is forwarded passes the sets of rules by a chain of its own."""

    def tell() -> None:
        for thing in list(edge.memory.things.values()):
            if isinstance(thing, Forward):
                thing.fact.lets_pass = True

    edge.memory.later.append(tell)


FORWARDS.knows("auto-firewall", "hairpin-nat")


@FORWARD.path("forward-to address ADDRESS")
def _forward_to(forward: Forward, found: Found) -> None:
    forward.fact.say(found.line, translated=found["ADDRESS"])


@FORWARD.path("forward-to port PORT")
def _forward_port(forward: Forward, found: Found) -> None:
    forward.fact.say(found.line, translated_port=found["PORT"])


@FORWARD.path("original-port PORTS")
def _original_port(forward: Forward, found: Found) -> None:
    forward.ports.extend(words.ports(found["PORTS"]))


@FORWARD.path("protocol NAME")
def _forward_protocol(forward: Forward, found: Found) -> None:
    forward.protocols.extend(words.protocols(found["NAME"]))


@FORWARD.path("description TEXT...")
def _forward_description(forward: Forward, found: Found) -> None:
    forward.fact.say(found.line, comment=found["TEXT"])


@FORWARD.path("disable")
def _forward_disable(forward: Forward, found: Found) -> None:
    forward.fact.say(found.line, is_enabled=False)


FORWARD.knows("log")


def finish(edge: Edge) -> None:
    """Complete the rules: protocols and ports belong together."""
    for thing in list(edge.memory.things.values()):
        if isinstance(thing, Draft):
            made = services(edge, thing.protocols, thing.ports, thing.groups)
            thing.fact.service = None if made.is_any else made
        elif isinstance(thing, Forward):
            each = [Service(protocol=one, ports=thing.ports) for one in thing.protocols or ["tcp", "udp"]]
            thing.fact.service = Services(services=each)
