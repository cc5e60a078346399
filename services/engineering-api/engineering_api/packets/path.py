"""The way of a packet through a device: filter, translation, route, policy, filter; and which line decides."""

from dataclasses import dataclass, replace
from typing import Literal

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList
from engineering_api.facts.ports import Interface
from engineering_api.packets.deciding import Answer, Decision, decide
from engineering_api.packets.levels import by_levels
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet
from engineering_api.packets.rewriting import BEFORE_FILTERS, rewrite
from engineering_api.packets.routes import Found, Table
from oberaconnect.problems import Unprocessable

What = Literal["interface", "filter in", "translation", "route", "state", "policy", "to the device", "filter out"]

#: Firewalls that let packets of a connection pass that they let begin, without asking their rules again.
STATEFUL = ("cisco_asa", "fortinet", "juniper_junos", "pfsense", "opnsense", "sonicwall", "sonicos", "ubiquiti_unifi")
_CHAINS = ("mikrotik", "routeros")
_RULE_SETS = ("ubiquiti_edge", "vyos")
_BY_INTERFACE = ("pfsense", "opnsense")
#: FortiOS's policies for the device itself.
_LOCAL = ("local-in-policy", "local-in-policy6")
#: Where the list of an interface is for what goes through the device alone.
_THROUGH = ("cisco_asa", "ubiquiti_edgeos", "ubiquiti_edgerouter")
_MANAGED = {22: "ssh", 23: "telnet", 80: "http", 161: "snmp", 443: "https"}


@dataclass(frozen=True)
class Stage:
    """One step on the way. `source` are the lines that say it, where there are any."""

    what: What
    answer: Answer
    why: str
    source: Span | None = None
    decision: Decision | None = None


@dataclass(frozen=True)
class Path:
    """What becomes of a packet. The last stage is the one that decides."""

    answer: Answer
    inward: str
    outward: str
    stages: tuple[Stage, ...]

    @property
    def deciding(self) -> Stage:
        """The stage that denies, is in doubt, or said last that it may pass."""
        for wanted in ("deny", "unknown"):
            for stage in self.stages:
                if stage.answer == wanted:
                    return stage
        permitting = [one for one in self.stages if one.decision is not None and one.decision.rule is not None]
        return permitting[-1] if permitting else self.stages[-1]


class Tracer:
    """Packets through one device."""

    def __init__(self, device: Device) -> None:
        """Takes the device as it is now."""
        self._device = device
        self._matcher = Matcher(device)
        self._table = Table(device)
        self._interfaces = {word.casefold(): one for one in device.interfaces for word in (one.alias, one.name) if word}

    def trace(self, packet: Packet) -> Path:
        """The way of a packet. Where it is not said by which interface it comes in, that towards its source is taken.

        Raises `Unprocessable` for an interface that the device does not have.
        """
        stages: list[Stage] = []
        inward = self._ingress(packet, stages)
        vrf, scope = (inward.vrf, inward.scope) if inward else ("", "")
        packet = packet.through(inward.name if inward else packet.inward, "")
        filtered = packet
        if changed := rewrite(packet, self._device, self._matcher, scope):
            stages.append(
                Stage("translation", "permit", f"The destination becomes {changed.packet}.", changed.by.source)
            )
            packet = changed.packet
            if self._device.platform.startswith(BEFORE_FILTERS):
                filtered = packet
        route = self._table.lookup(packet.destination, vrf, scope)
        outward = self._interfaces.get(route.interface.casefold())
        packet, filtered = (one.through(one.inward, route.interface) for one in (packet, filtered))
        if inward is not None and inward.acl_in and not (route.is_local and self._device.platform in _THROUGH):
            stages.append(self._filter("filter in", inward, inward.acl_in, filtered))
        if all(one.answer != "deny" for one in stages):
            stages.append(_routed(route))
        if all(one.answer != "deny" for one in stages):
            stages.extend(self._policy(filtered, inward, outward, route))
        if outward is not None and outward.acl_out and all(one.answer != "deny" for one in stages):
            stages.append(self._filter("filter out", outward, outward.acl_out, packet))
        answers = {one.answer for one in stages}
        answer: Answer = "deny" if "deny" in answers else "unknown" if "unknown" in answers else "permit"
        return Path(answer, packet.inward, route.interface, tuple(stages))

    def _ingress(self, packet: Packet, stages: list[Stage]) -> Interface | None:
        name = packet.inward
        if name:
            if name.casefold() in self._interfaces:
                return self._interfaces[name.casefold()]
            members = [one for one in self._device.interfaces if one.zone.casefold() == name.casefold()]
            members += [
                self._interfaces[member.casefold()]
                for zone in self._device.zones
                if zone.name.casefold() == name.casefold()
                for member in zone.interfaces
                if member.casefold() in self._interfaces
            ]
            if members:
                return members[0]
            known = ", ".join(one.name for one in self._device.interfaces[:12])
            raise Unprocessable(f"The device has no interface or zone '{name[:60]}'. Give one of: {known}.")
        chosen = self._interfaces.get(self._table.towards(packet.source).casefold())
        why = (
            f"It comes in by {chosen.name}, towards which {packet.source} lies."
            if chosen
            else f"By which interface {packet.source} comes in is not said and follows from no route."
        )
        stages.append(Stage("interface", "permit", why, chosen.source if chosen else None))
        return chosen

    def _filter(self, what: What, interface: Interface, name: str, packet: Packet) -> Stage:
        wanted = [one for one in self._device.access_lists if one.name == name and one.scope == interface.scope]
        line = interface.line_of("acl_in" if what == "filter in" else "acl_out")
        if not wanted:
            return Stage(what, "unknown", f"{interface.name} has the list {name}, which is defined nowhere.", line)
        fitting = next((one for one in wanted if (one.kind == "ipv6") == (packet.family == 6)), wanted[0])
        if packet.family == 6 and fitting.kind in ("standard", "extended") and not self._is_for_both():
            return Stage(what, "permit", f"The list {name} is for IPv4 alone.", line)
        if packet.family == 4 and fitting.kind == "ipv6":
            return Stage(what, "permit", f"The list {name} is for IPv6 alone.", line)
        if packet.is_established and self._device.platform.startswith(STATEFUL):
            return Stage(what, "permit", "Packets of an open connection pass without the list.", line)
        return _decided(what, decide(packet, fitting, self._matcher, self._device.access_lists))

    def _is_for_both(self) -> bool:
        return self._device.platform.startswith((*STATEFUL, *_CHAINS))

    def _policy(self, packet: Packet, inward: Interface | None, outward: Interface | None, route: Found) -> list[Stage]:
        platform = self._device.platform
        if platform.startswith(_CHAINS):
            return [self._chain(packet, route)]
        if packet.is_established and platform.startswith(STATEFUL):
            return [Stage("state", "permit", "Packets of a connection that was let begin pass without the rules.")]
        scope = inward.scope if inward else ""
        if route.is_local and not platform.startswith(_BY_INTERFACE):
            return self._to_device(packet, inward, scope)
        if policies := self._policies(scope):
            decision = decide(packet, _joined(policies), self._matcher, self._device.access_lists)
            return [_decided("policy", _named(decision, policies))]
        if platform == "cisco_asa" and inward is not None and not inward.acl_in:
            answer, why, source = by_levels(self._device, inward, outward)
            return [Stage("policy", answer, why, source)]
        return []

    def _policies(self, scope: str) -> list[AccessList]:
        """The lists for what goes through the device: not those of single interfaces or for the device itself."""
        applied = {name for one in self._device.interfaces for name in (one.acl_in, one.acl_out, one.acl_local) if name}
        made = [
            one
            for one in self._device.access_lists
            if one.kind == "policy" and one.scope == scope and one.name not in applied and one.name not in _LOCAL
        ]
        if not self._device.platform.startswith(_RULE_SETS):
            return made
        # A set of rules that is put to no interface counts only between zones, or as a chain of the kernel.
        chains = [one for one in made if one.name.endswith("forward filter")]
        return chains or [one for one in made if any(rule.from_zones or rule.to_zones for rule in one.rules)]

    def _chain(self, packet: Packet, route: Found) -> Stage:
        """RouterOS: what is for the router itself goes through the chain input, everything else through forward."""
        name = ("ipv6 " if packet.family == 6 else "") + ("input" if route.is_local else "forward")
        for one in self._device.access_lists:
            if one.name == name:
                return _decided("policy", decide(packet, one, self._matcher, self._device.access_lists))
        return Stage("policy", "permit", f"There is no chain {name}, so that everything passes.")

    def _to_device(self, packet: Packet, inward: Interface | None, scope: str) -> list[Stage]:
        """Packets for the device itself, for which policies for what goes through it do not count."""
        if inward is not None and inward.acl_local:
            return [self._filter("to the device", inward, inward.acl_local, packet)]
        if self._device.platform.startswith("fortinet"):
            return self._to_fortigate(packet, inward, scope)
        if self._policies(scope) or self._device.platform.startswith(STATEFUL):
            why = "The destination is the device itself, for which policies for what goes through it do not count."
            return [Stage("to the device", "unknown", why)]
        return []

    def _to_fortigate(self, packet: Packet, inward: Interface | None, scope: str) -> list[Stage]:
        """FortiOS: local-in policies may deny, and each interface says what it answers."""
        for one in self._device.access_lists:
            if one.name in _LOCAL and one.scope == scope:
                decision = decide(packet, one, self._matcher)
                if decision.answer != "permit":
                    return [_decided("to the device", decision)]
        word = _MANAGED.get(packet.port or 0) if packet.protocol == 6 else "ping" if packet.protocol == 1 else None
        if inward is None or word is None:
            return [Stage("to the device", "unknown", "The destination is the device itself; it may serve this.")]
        answer: Answer = "permit" if word in inward.management else "deny"
        why = f"{inward.name} allows for management: {', '.join(inward.management) or 'nothing'}."
        return [Stage("to the device", answer, why, inward.line_of("management"))]


def _joined(lists: list[AccessList]) -> AccessList:
    """Several lists as one, in the order in which they are tried."""
    if len(lists) == 1:
        return lists[0]
    rules = [rule for one in lists for rule in one.rules]
    return lists[0].model_copy(update={"rules": rules, "ends_denying": any(one.ends_denying for one in lists)})


def _named(decision: Decision, lists: list[AccessList]) -> Decision:
    """The decision with the name of the list that the rule is of; where none decides, with all their names."""
    owner = next((one.name for one in lists if any(rule is decision.rule for rule in one.rules)), "")
    return replace(decision, list_name=owner or ", ".join(one.name for one in lists[:5]))


def _decided(what: What, decision: Decision) -> Stage:
    source = decision.rule.source if decision.rule is not None else None
    return Stage(what, decision.answer, f"{decision.list_name}: {decision.why}", source, decision)


def _routed(route: Found) -> Stage:
    source = route.entries[0].source if route.entries else None
    why = " ".join(route.steps)
    if route.is_discard:
        return Stage("route", "deny", why, source)
    if not route.interface and not route.is_local and not route.entries:
        return Stage("route", "unknown", why, source)
    return Stage("route", "permit", why, source)
