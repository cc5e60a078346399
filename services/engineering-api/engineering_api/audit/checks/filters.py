"""What filters let through, and rules that do nothing."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.checks.entries import section, told
from engineering_api.audit.seen import Found, Seen, is_public
from engineering_api.facts.filters import AccessList, Ends, Rule, Services
from engineering_api.facts.ports import Interface
from engineering_api.packets.covering import overlaps
from engineering_api.packets.deciding import called

_ALL = frozenset({"0.0.0.0/0", "::/0"})
_WORDS = frozenset({"any", "all", "any4", "any-ipv4"})
#: So many pairs of rules of a list are told.
_MOST_PAIRS = 50
#: What refuses and logs the rest, by the kind of list.
_REST = {"standard": "deny any log", "ipv6": "deny ipv6 any any log"}
#: Lists for packets to the device itself.
_TO_ITSELF = ("input", "ipv6 input", "ipv4 input filter", "ipv6 input filter")


def is_all(ends: Ends) -> bool:
    """Whether a side of a rule is every address."""
    if ends.is_negated:
        return False
    return (
        ends.is_any or any(one in _ALL for one in ends.networks) or any(one.casefold() in _WORDS for one in ends.names)
    )


def is_every_service(services: Services) -> bool:
    """Whether a rule is for every protocol and port."""
    if services.is_negated:
        return False
    return (
        services.is_any
        or any(one.casefold() in _WORDS for one in services.names)
        or any(
            one.protocol in ("ip", "any", "ipv4") and not one.ports and not one.source_ports
            for one in services.services
        )
    )


def permits(rule: Rule) -> bool:
    """Whether a rule lets new connections through, whoever asks."""
    return (
        rule.action == "permit"
        and rule.is_enabled
        and not rule.is_passing
        and not rule.jump
        and not rule.is_established
        and not rule.conditions
        and not rule.users
    )


def rules(seen: Seen) -> Iterator[tuple[AccessList, list[Interface] | None, Rule]]:
    """The rules of filtering lists that let new connections through, other than those that never decide."""
    found = seen.together.get(f"rules of {id(seen)}")
    if found is None:
        dead = seen.dead
        found = [
            (access_list, interfaces, rule)
            for access_list, interfaces in seen.filtering
            for rule in access_list.rules
            if permits(rule) and id(rule) not in dead
        ]
        seen.together[f"rules of {id(seen)}"] = found
    yield from found


def _leads_out(seen: Seen, rule: Rule) -> bool:
    return bool(rule.to_zones) and all(seen.is_outside(one) for one in rule.to_zones)


@check
def all_to_all(seen: Seen, given: Given) -> Iterator[Found]:
    """Everything from outside is let in everywhere."""
    for access_list, interfaces, rule in rules(seen):
        is_open = is_all(rule.source_ends) and is_every_service(rule.services)
        if not is_open or not (access_list.kind == "standard" or is_all(rule.destination_ends)):
            continue
        if interfaces is not None and (seen.device.zones or _refuses_before(access_list, rule)):
            continue
        if _is_closed_before(seen, access_list, rule):
            continue
        if seen.comes_from_outside(rule, interfaces) and not _leads_out(seen, rule):
            yield seen.found(
                rule, f"{called(rule)} of {access_list.name} lets everything through from everywhere to everywhere.",
                about=access_list.name, values=told(seen, access_list, rule),
            )  # fmt: skip


def _is_closed_before(seen: Seen, access_list: AccessList, rule: Rule) -> bool:
    """Whether a list refuses everything from outside, other than what is translated, before a rule."""
    for one in access_list.rules:
        if one is rule:
            return False
        refuses = one.action != "permit" and one.is_enabled and not one.is_passing and not one.jump and not one.to_zones
        if not refuses or not is_all(one.source_ends) or not is_every_service(one.services):
            continue
        from_outside = not one.from_zones or any(seen.is_outside(zone) for zone in one.from_zones)
        if from_outside and is_all(one.destination_ends) and all("nat-state" in word for word in one.conditions):
            return True
    return False


def _refuses_before(access_list: AccessList, rule: Rule) -> bool:
    """Whether a list refuses something to everybody before a rule."""
    for one in access_list.rules:
        if one is rule:
            return False
        if one.action != "permit" and one.is_enabled and not one.is_passing and is_all(one.source_ends):
            return True
    return False


@check
def all_the_rest(seen: Seen, given: Given) -> Iterator[Found]:
    """A list at the internet refuses some things and lets the rest through."""
    for access_list, interfaces, rule in rules(seen):
        is_open = is_all(rule.source_ends) and is_every_service(rule.services) and is_all(rule.destination_ends)
        if not is_open or not interfaces or seen.device.zones or not _refuses_before(access_list, rule):
            continue
        if seen.comes_from_outside(rule, interfaces):
            yield seen.found(
                rule, f"{called(rule)} of {access_list.name} lets through whatever was not refused before.",
                about=access_list.name, values=told(seen, access_list, rule),
            )  # fmt: skip


@check
def all_services_in(seen: Seen, given: Given) -> Iterator[Found]:
    """Every service of something inside is open to everybody outside."""
    for access_list, interfaces, rule in rules(seen):
        if not is_all(rule.source_ends) or is_all(rule.destination_ends) or not is_every_service(rule.services):
            continue
        named = rule.from_zones or interfaces
        if not named or _is_closed_before(seen, access_list, rule) or _has_ports(seen, rule.destination_ends):
            continue
        if seen.comes_from_outside(rule, interfaces) and not _leads_out(seen, rule):
            yield seen.found(
                rule, f"{called(rule)} of {access_list.name} lets every service through to what it names.",
                about=access_list.name, values=told(seen, access_list, rule),
            )  # fmt: skip


def _has_ports(seen: Seen, ends: Ends) -> bool:
    """Whether a side names only translations of single ports, which then are all that is open."""
    narrow = {one.name for one in seen.device.translations if one.name and one.service and one.translated_port}
    return bool(ends.names) and not (ends.networks or ends.ranges or ends.interfaces) and set(ends.names) <= narrow


@check
def all_services_between(seen: Seen, given: Given) -> Iterator[Found]:
    """Between two zones of a firewall all services are open."""
    for access_list, interfaces, rule in rules(seen):
        if interfaces is not None or not rule.from_zones or not rule.to_zones:
            continue
        if not is_every_service(rule.services) or _leads_out(seen, rule):
            continue
        if not any(seen.is_outside(one) for one in (*rule.from_zones, *rule.to_zones)):
            yield seen.found(
                rule,
                f"{called(rule)} lets every service through from {', '.join(rule.from_zones)} to"
                f" {', '.join(rule.to_zones)}.",
                about=access_list.name, values=told(seen, access_list, rule),
            )  # fmt: skip


@check
def all_out(seen: Seen, given: Given) -> Iterator[Found]:
    """Everything may go out."""
    for access_list, interfaces, rule in rules(seen):
        to_itself = access_list.name in _TO_ITSELF or access_list.kind == "standard"
        if to_itself or not is_every_service(rule.services) or not is_all(rule.destination_ends):
            continue
        from_inside = rule.from_zones and not any(seen.is_outside(one) for one in rule.from_zones)
        if interfaces is None and from_inside and (_leads_out(seen, rule) or not rule.to_zones):
            yield seen.found(
                rule, f"{called(rule)} lets every service out from {', '.join(rule.from_zones)}.",
                about=access_list.name, values=told(seen, access_list, rule),
            )  # fmt: skip


@check
def never_decides(seen: Seen, given: Given) -> Iterator[Found]:
    """A rule decides nothing, because earlier ones take all that it matches; `how` says whether they decide alike."""
    wanted = "opposed" in given["how"]
    for number, coverage in seen.coverages.items():
        name = seen.device.access_lists[number].name
        for one in coverage.dead:
            if one.is_opposed != wanted:
                continue
            by = ", ".join(called(rule) for rule in one.by[:3]) + (" and more" if len(one.by) > 3 else "")
            does = "decide" if len(one.by) > 1 else "decides"
            first = one.by[0]
            yield seen.found(
                [one.rule, *one.by[:3]],
                f"{called(one.rule)} of {name} never decides: {by} {does} before it"
                + (", and otherwise." if wanted else "."),
                about=name, values=told(seen, seen.device.access_lists[number], one.rule),
                covering=first.id or first.name, step="policy" if one.rule.from_zones or one.rule.to_zones else "term",
            )  # fmt: skip


@check
def contradicts(seen: Seen, given: Given) -> Iterator[Found]:
    """Two rules have packets in common and decide otherwise, and neither is an exception to the other."""
    for access_list, _ in seen.filtering:
        if len(access_list.rules) > 2_000:
            continue
        for pair in overlaps(access_list, seen.matcher, most=_MOST_PAIRS):
            both = (pair.earlier, pair.later)
            wide = any(is_all(one.source_ends) or is_all(one.destination_ends) or one.is_established for one in both)
            if id(pair.later) not in seen.dead and not wide:
                yield seen.found(
                    [pair.later, pair.earlier],
                    f"{called(pair.earlier)} and {called(pair.later)} of {access_list.name} have packets in common and"
                    " decide otherwise; the earlier one wins.",
                    about=access_list.name, values=told(seen, access_list, pair.later),
                )  # fmt: skip


@check
def rule_is_off(seen: Seen, given: Given) -> Iterator[Found]:
    """Rules that are turned off are left behind."""
    for access_list in seen.device.access_lists:
        off = [rule for rule in access_list.rules if not rule.is_enabled]
        if off:
            yield seen.found(
                off, f"{len(off)} of {len(access_list.rules)} rules of {access_list.name} are turned off.",
                about=access_list.name, is_whole=True, values=told(seen, access_list, off[0]),
            )  # fmt: skip


@check
def permit_without_log(seen: Seen, given: Given) -> Iterator[Found]:
    """Rules let connections through, and nobody sees it later."""
    for access_list, _ in seen.filtering:
        silent = [rule for rule in access_list.rules if permits(rule) and not rule.is_logged]
        if silent:
            yield seen.found(
                silent, f"{len(silent)} rules of {access_list.name} let connections through without a log.",
                about=access_list.name, is_whole=True, values=told(seen, access_list, silent[0]),
            )  # fmt: skip


@check
def ends_silently(seen: Seen, given: Given) -> Iterator[Found]:
    """A list that filters ends with the device's own refusal, which is not logged."""
    for access_list, interfaces in seen.filtering:
        if not interfaces or not access_list.rules or not access_list.ends_denying:
            continue
        if any(
            rule.is_enabled
            and is_all(rule.source_ends)
            and (access_list.kind == "standard" or is_all(rule.destination_ends))
            and is_every_service(rule.services)
            and (rule.action == "permit" or rule.is_logged)
            for rule in access_list.rules
        ):
            continue
        yield seen.found(
            access_list.rules[-1], f"{access_list.name} does not end with a rule that refuses the rest and logs it.",
            about=access_list.name, is_whole=True, list=access_list.name, section=section(seen, access_list),
            rest=_REST.get(access_list.kind, "deny ip any any log"),
        )  # fmt: skip


@check
def no_filter_outside(seen: Seen, given: Given) -> Iterator[Found]:
    """An interface to the internet has no filter."""
    if seen.is_on("mikrotik"):
        chains = {one.name for one in seen.device.access_lists if one.rules}
        if seen.lacks("/ip firewall", "chain=") and seen.outer:
            for chain in sorted({"input", "forward"} - chains):
                yield seen.found(
                    seen.outer[0], f"There are no rules in the chain {chain}, so everything from outside passes.",
                    about=chain, is_default=True, interface=seen.outer[0].name, chain=chain,
                )  # fmt: skip
        return
    if seen.device.zones and (seen.is_on("ubiquiti") or any(one.zone for one in seen.outer)):
        return
    if seen.is_on("ubiquiti") and any(one.name.endswith(" filter") for one in seen.device.access_lists):
        return
    for interface in seen.outer:
        has_address = (
            interface.addresses or interface.is_dhcp_client or interface.name.casefold().startswith(("ppp", "dial"))
        )
        if not has_address or interface.kind == "tunnel" or (interface.acl_in and not seen.is_on("ubiquiti")):
            continue
        if seen.line(interface.source, r"zone-member|ip inspect|ip access-group"):
            continue
        for what, name in (("through", interface.acl_in), ("to the device itself", interface.acl_local)):
            if not name and (seen.is_on("ubiquiti") or what == "through"):
                into = {"ruleset": "WAN_IN", "direction": "in"}
                if what != "through":
                    into = {"ruleset": "WAN_LOCAL", "direction": "local"}
                yield seen.found(
                    interface, f"Nothing filters packets from {interface.name} {what}.",
                    about=f"{interface.name} {what}", is_default=True, interface=interface.name,
                    at=_statement(seen, interface), values=into,
                )  # fmt: skip


def _statement(seen: Seen, interface: Interface) -> str:
    """Where an interface stands among the statements of EdgeOS: "ethernet eth0 vif 7"."""
    line = seen.subject.quote(interface.source.first, interface.source.first).strip()
    said = re.match(r"set interfaces ((?:\S+ \S+)(?: vif \d+| pppoe \d+)?)", line)
    return said[1] if said else f"ethernet {interface.name}".replace(".", " vif ", 1)


@check
def bare_policy(seen: Seen, given: Given) -> Iterator[Found]:
    """Rules to the internet that look into nothing."""
    for access_list, interfaces, rule in rules(seen):
        if interfaces is None and _leads_out(seen, rule) and not rule.profiles:
            yield seen.found(
                rule, f"{called(rule)} has no security profile.", about=access_list.name,
                values=told(seen, access_list, rule),
            )  # fmt: skip


@check
def private_from_outside(seen: Seen, given: Given) -> Iterator[Found]:
    """At an interface to the internet the filter against private sources is off."""
    for interface in seen.outer:
        if not any(is_public(one.value.ip) for one in interface.addresses) or "block-private" in interface.protections:
            continue
        yield seen.found(
            interface, f"{interface.name} takes packets from private sources.", about=interface.name,
            interface=interface.name,
        )  # fmt: skip
