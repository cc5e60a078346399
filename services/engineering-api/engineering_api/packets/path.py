"""The way of a packet through a device: filter, translation, route, policy, filter; and which line decides."""

from dataclasses import dataclass

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList
from engineering_api.facts.ports import Interface
from engineering_api.packets import rulesets, virtual
from engineering_api.packets.arriving import anti_lockout, loopback, served
from engineering_api.packets.deciding import Answer, decide
from engineering_api.packets.levels import by_levels
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet
from engineering_api.packets.rewriting import BEFORE_FILTERS, Rewritten, rewrite
from engineering_api.packets.routes import Found, Table
from engineering_api.packets.stages import Stage, What, decided, joined, named, named_by, routed
from oberaconnect.problems import Unprocessable

#: Firewalls that let packets of a connection pass that they let begin, without asking their rules again.
STATEFUL = ("cisco_asa", "fortinet", "juniper_junos", "pfsense", "opnsense", "sonicwall", "sonicos", "ubiquiti_unifi")
_CHAINS = ("mikrotik", "routeros")
_RULE_SETS = ("ubiquiti_edge", "vyos")
_BY_INTERFACE = ("pfsense", "opnsense")
#: FortiOS's policies for the device itself.
_LOCAL = ("local-in-policy", "local-in-policy6")
#: Where the list of an interface is for what goes through the device alone.
_THROUGH = ("cisco_asa", "ubiquiti_edgeos", "ubiquiti_edgerouter")
#: Where the list of an interface sees the destination as it is translated.
_LIST_AFTER = ("cisco_asa", "ubiquiti", "vyos")
_JUNOS = "juniper_junos"


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
        filtered = arrived = packet
        if self._device.platform.startswith(_CHAINS):
            stages.extend(self._raw(packet))
        if changed := rewrite(packet, self._device, self._matcher, scope):
            if changed.doubt:
                stages.append(Stage("translation", "unknown", f"{named_by(changed)}.", changed.by.source))
                return Path("unknown", packet.inward, "", tuple(stages))
            stages.append(
                Stage("translation", "permit", f"The destination becomes {changed.packet}.", changed.by.source)
            )
            packet = changed.packet
            if self._device.platform.startswith(BEFORE_FILTERS) or virtual.is_central(self._device, scope):
                filtered = packet
            if self._device.platform.startswith(_LIST_AFTER):
                arrived = packet
        route = self._table.lookup(packet.destination, vrf, scope)
        outward = self._interfaces.get(route.interface.casefold())
        packet, filtered, arrived = (one.through(one.inward, route.interface) for one in (packet, filtered, arrived))
        if changed is not None and changed.by.lets_pass and not self._device.platform.startswith(_BY_INTERFACE):
            why = "The port forward itself lets it pass."
            stages.append(Stage("filter in", "permit", why, changed.by.source))
        elif inward is not None and inward.acl_in and not (route.is_local and self._device.platform in _THROUGH):
            stages.append(self._filter("filter in", inward, inward.acl_in, arrived))
        if all(one.answer != "deny" for one in stages):
            stages.append(routed(route))
        if all(one.answer != "deny" for one in stages):
            stages.extend(self._policy(filtered, inward, outward, route, changed))
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
        is_filtered = any(one.acl_in or one.acl_local for one in self._device.interfaces)
        answer: Answer = "permit" if chosen or not is_filtered else "unknown"
        stages.append(Stage("interface", answer, why, chosen.source if chosen else None))
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
        if packet.is_established and self._device.platform.startswith(STATEFUL) and self._device.platform != _JUNOS:
            return Stage(what, "permit", "Packets of an open connection pass without the list.", line)
        asked = [fitting, *self._everywhere(fitting)] if what == "filter in" else [fitting]
        return decided(what, named(decide(packet, joined(asked), self._matcher, self._device.access_lists), asked))

    def _everywhere(self, own: AccessList) -> list[AccessList]:
        """ASA's list for all interfaces, which is asked after that of one."""
        if self._device.platform != "cisco_asa":
            return []
        names = {one.name for one in self._device.references if one.context == "global" and "acl" in one.kinds}
        return [one for one in self._device.access_lists if one.name in names and one is not own]

    def _is_for_both(self) -> bool:
        return self._device.platform.startswith((*STATEFUL, *_CHAINS))

    def _raw(self, packet: Packet) -> list[Stage]:
        """RouterOS: what the raw table drops before anything else sees it."""
        name = ("ipv6 " if packet.family == 6 else "") + "raw prerouting"
        for one in self._device.access_lists:
            if one.name == name:
                decision = decide(packet, one, self._matcher, self._device.access_lists)
                return [] if decision.answer == "permit" else [decided("filter in", decision)]
        return []

    def _policy(
        self,
        packet: Packet,
        inward: Interface | None,
        outward: Interface | None,
        route: Found,
        changed: Rewritten | None,
    ) -> list[Stage]:
        platform = self._device.platform
        if platform.startswith(_CHAINS):
            return [self._chain(packet, route)]
        if route.is_local and platform == _JUNOS:
            return self._to_junos(packet, inward)
        if packet.is_established and platform.startswith(STATEFUL):
            return [Stage("state", "permit", "Packets of a connection that was let begin pass without the rules.")]
        return self._new(packet, inward, outward, route, changed)

    def _new(
        self,
        packet: Packet,
        inward: Interface | None,
        outward: Interface | None,
        route: Found,
        changed: Rewritten | None,
    ) -> list[Stage]:
        """What begins a connection, or is on a device that knows none."""
        platform = self._device.platform
        if platform.startswith(_BY_INTERFACE):
            return self._pf(packet, inward, route, changed)
        if platform == "ubiquiti_unifi" and rulesets.are_used(self._device):
            return self._unifi(packet, inward, outward, is_local=route.is_local, is_forwarded=changed is not None)
        if route.is_local:
            return self._to_device(packet, inward, inward.scope if inward else "")
        return self._through(packet, inward, outward, changed)

    def _through(
        self, packet: Packet, inward: Interface | None, outward: Interface | None, changed: Rewritten | None
    ) -> list[Stage]:
        """The policies for what goes through the device, or ASA's security levels."""
        platform, scope = self._device.platform, inward.scope if inward else ""
        if policies := self._policies(scope):
            is_virtual = changed is not None and changed.by.name and platform.startswith("fortinet")
            if changed is not None and is_virtual and not virtual.is_central(self._device, scope):
                policies = virtual.naming(policies, changed.by, self._device)
            decision = decide(packet, joined(policies), self._matcher, self._device.access_lists)
            return [decided("policy", named(decision, policies))]
        if platform == "cisco_asa" and inward is not None and not inward.acl_in:
            answer, why, source = by_levels(self._device, inward, outward)
            return [Stage("policy", answer, why, source)]
        return []

    def _unifi(
        self,
        packet: Packet,
        inward: Interface | None,
        outward: Interface | None,
        *,
        is_local: bool,
        is_forwarded: bool,
    ) -> list[Stage]:
        told = [
            rulesets.inward(self._device, self._matcher, packet, inward, is_local=is_local, is_forwarded=is_forwarded)
        ]
        if not is_local and (leaving := rulesets.outward(self._device, self._matcher, packet, outward)):
            told.append(leaving)
        return [
            Stage("policy", answer, why, decision.rule.source if decision and decision.rule else None, decision)
            for answer, why, decision in told
        ]

    def _pf(self, packet: Packet, inward: Interface | None, route: Found, changed: Rewritten | None) -> list[Stage]:
        """pf asks its rules where a packet comes in, and once more, letting pass by itself, where it goes out."""
        policies = self._policies("")
        for setting in self._device.settings:
            if setting.name == "packet-filter" and not setting.is_on:
                return [Stage("policy", "permit", "The packet filter is switched off.", setting.source)]
        if changed is not None and changed.by.lets_pass:
            first = Stage("policy", "permit", "The port forward itself lets it pass.", changed.by.source)
        elif route.is_local and (said := anti_lockout(self._device, packet, inward)):
            first = Stage("policy", *said)
        else:
            inbound = [
                one.model_copy(update={"rules": [rule for rule in one.rules if not rule.to_zones]}) for one in policies
            ]
            if not inbound:
                return []
            decision = decide(packet, joined(inbound), self._matcher)
            first = decided("policy", named(decision, inbound))
        if route.is_local or first.answer == "deny":
            return [first]
        outbound = [
            rule.model_copy(update={"from_zones": [], "to_zones": rule.to_zones or rule.from_zones})
            for one in policies
            for rule in one.rules
            if rule.to_zones or rule.is_both_ways
        ]
        leaving = policies[0].model_copy(update={"rules": outbound, "ends_denying": False}) if policies else None
        if leaving is None or not outbound:
            return [first]
        last = decide(packet, leaving, self._matcher)
        return [first] if last.answer == "permit" else [first, decided("filter out", last)]

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
                return decided("policy", decide(packet, one, self._matcher, self._device.access_lists))
        return Stage("policy", "permit", f"There is no chain {name}, so that everything passes.")

    def _to_device(self, packet: Packet, inward: Interface | None, scope: str) -> list[Stage]:
        """Packets for the device itself, for which policies for what goes through it do not count."""
        if inward is not None and inward.acl_local:
            return [self._filter("to the device", inward, inward.acl_local, packet)]
        if self._device.platform.startswith("fortinet"):
            return self._to_fortigate(packet, inward, scope)
        if self._device.platform.startswith("sonic") and inward is not None and inward.management:
            return [Stage("to the device", *served(packet, inward))]
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
                    return [decided("to the device", decision)]
        return [Stage("to the device", *served(packet, inward))]

    def _to_junos(self, packet: Packet, inward: Interface | None) -> list[Stage]:
        """Junos: the filter of the loopback, which knows no connections, then what the zone lets in."""
        stages = []
        if guard := loopback(self._device, inward):
            stages.append(self._filter("to the device", guard, guard.acl_in, packet))
        if self._device.zones and all(one.answer != "deny" for one in stages):
            if packet.is_established:
                stages.append(Stage("state", "permit", "Packets of a connection that was let begin pass."))
            else:
                stages.append(Stage("to the device", *served(packet, inward)))
        return stages
