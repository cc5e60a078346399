"""What happens to rules, translation, tunnels and what the device asks of and serves to others."""

from collections.abc import Iterator
from typing import Any

from engineering_api.facts.filters import AccessList, Rule
from engineering_api.lint.references import undefined
from engineering_api.packets.comparing import compare, permitted
from engineering_api.packets.deciding import decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet
from engineering_api.packets.space import Space
from engineering_api.review import examples
from engineering_api.review.reason import Case, Evidence, Reason, listed, several, shown
from engineering_api.review.semantic import Change, described

_OUTSIDE = ("wan", "outside", "untrust", "internet", "isp", "virtual-wan-link", "external")
_EXAMPLES = 3
#: So many rules of a review are compared as sets of packets, and each list that is short. Of longer lists, and those
#: that are too much in pieces, the changed rules are tried, so many of them, by an example each.
_MOST_RULES, _SHORT = 2_000, 100
_MOST_TRIED = 40
#: Code, weight and words for what a list decides otherwise than it did.
_ALLOWED = ("newly-allowed", 30, "now lets pass")
_DENIED = ("newly-denied", 25, "no longer lets pass")
_MOST_LOOKED_AT = 12_000


def reasons(case: Case) -> Iterator[Reason]:
    """All reasons, each with its lines."""
    yield from _rules(case)
    yield from _policy(case)
    yield from _translation(case)
    yield from _tunnels(case)
    yield from _servers(case)
    yield from _management(case)
    yield from _names(case)


def _rules(case: Case) -> Iterator[Reason]:
    for change in case.of("rules"):
        rule = change.after if change.field or change.op == "added" else change.before
        if not isinstance(rule, Rule):
            continue
        if change.op == "removed" and not change.field:
            if rule.action != "permit" and not rule.is_passing and rule.is_enabled:
                yield Reason(
                    "deny-rule-removed", 25, f"A rule that denied is removed: {described(rule)}.", shown(change)
                )
            elif rule.is_logged:
                yield Reason(
                    "logged-rule-removed", 15, f"A rule that was logged is removed: {described(rule)}.", shown(change)
                )
        elif _is_open(rule) and not (change.field and isinstance(change.before, Rule) and _is_open(change.before)):
            is_outside = any(word in zone.casefold() for zone in _from(case, change, rule) for word in _OUTSIDE)
            where = f" from {', '.join(rule.from_zones)}" if rule.from_zones else ""
            yield Reason(
                "open-rule",
                60 if is_outside else 45,
                f"A rule permits everything{where}: {described(rule)}.",
                shown(change),
                "Name the sources, destinations and services that are needed.",
            )
        elif change.field == "action" and change.old != "permit" and rule.action == "permit":
            yield Reason("deny-rule-removed", 25, f"A rule that denied permits now: {described(rule)}.", shown(change))
        elif change.field == "is_logged" and change.new is False:
            yield Reason("logging-removed", 10, f"A rule is no longer logged: {described(rule)}.", shown(change))


def _from(case: Case, change: Change, rule: Rule) -> list[str]:
    """From where a rule's packets come: its zones, or the interfaces on which its list filters what comes in."""
    name = change.path.split("/rules/")[0].rpartition("/")[2]
    ports = [one for one in case.after.interfaces if one.acl_in == name and not rule.from_zones]
    return [*rule.from_zones, *(word for one in ports for word in (one.alias, one.zone, one.description))]


def _is_open(rule: Rule) -> bool:
    is_deciding = (
        rule.action == "permit" and rule.is_enabled and not (rule.jump or rule.is_passing or rule.is_established)
    )
    is_anybody = rule.source_ends.is_any and rule.destination_ends.is_any and not rule.source_ends.is_negated
    is_anything = rule.services.is_any or any(one.protocol == "ip" and not one.ports for one in rule.services.services)
    return is_deciding and is_anybody and is_anything


def _policy(case: Case) -> Iterator[Reason]:
    """Which packets are newly let through or stopped, by the algebra of rules."""
    touched = {change.path.split("/rules/")[0] for change in case.of("rules")} | {
        change.path for change in case.of("access_lists")
    }
    objects = bool(case.of("address_objects", "service_objects"))
    if not touched and not objects:
        return
    old = {(one.name, one.kind, one.scope): one for one in case.before.access_lists}
    one, other = _matchers(case)
    left = _MOST_RULES
    for access_list in case.after.access_lists:
        known = old.get((access_list.name, access_list.kind, access_list.scope))
        path = f"access_lists/{_named(access_list)}"
        if known is None or not (objects or any(word.startswith(path) for word in touched)):
            continue
        if not _same_zones(case) and any(
            rule.from_zones or rule.to_zones for rule in (*known.rules, *access_list.rules)
        ):
            continue
        longer = max(len(known.rules), len(access_list.rules))
        if longer > max(left, _SHORT):
            yield from _tried(case, known, access_list, (one, other))
            continue
        left -= longer
        found = compare(permitted(known, one), permitted(access_list, other))
        if found is None:
            yield from _tried(case, known, access_list, (one, other))
            continue
        if found.only_second:
            yield _effect(access_list, (known, examples.packets(found.only_second, _EXAMPLES)), _ALLOWED, (one, other))
        if found.only_first:
            yield _effect(access_list, (known, examples.packets(found.only_first, _EXAMPLES)), _DENIED, (one, other))


def _tried(
    case: Case, known: AccessList, access_list: AccessList, matchers: tuple[Matcher, Matcher]
) -> Iterator[Reason]:
    """A long list, by a packet of each of its changed rules."""
    allowed: list[Packet] = []
    denied: list[Packet] = []
    changed = [change for change in case.of("rules") if change.path.startswith(f"access_lists/{_named(access_list)}/")]
    for change in changed[: min(_MOST_TRIED, 1 + _MOST_LOOKED_AT // (len(known.rules) + len(access_list.rules)))]:
        for rule, owner, matcher in ((change.before, known, matchers[0]), (change.after, access_list, matchers[1])):
            space = matcher.match(rule, owner).sure if isinstance(rule, Rule) else Space()
            for packet in examples.packets(space, 1):
                was = decide(packet, known, matchers[0], case.before.access_lists).answer
                becomes = decide(packet, access_list, matchers[1], case.after.access_lists).answer
                if {was, becomes} == {"permit", "deny"}:
                    (allowed if becomes == "permit" else denied).append(packet)
    gone = [one for one in changed if one.op == "removed" and isinstance(one.before, Rule) and not one.field]
    gone = [one for one in gone if one.before.action == "permit" and one.before.is_enabled]
    if gone and not denied and not allowed:
        sentence = f"{len(gone)} rules that let packets pass are removed, the first: {described(gone[0].before)}."
        yield Reason("newly-denied", 25, sentence, several(gone))
    for packets, how in ((allowed, _ALLOWED), (denied, _DENIED)):
        if packets:
            yield _effect(access_list, (known, packets[:_EXAMPLES]), how, matchers)


def _named(access_list: AccessList) -> str:
    return f"{access_list.scope}/{access_list.name}" if access_list.scope else access_list.name


def _effect(
    access_list: AccessList,
    seen: tuple[AccessList, list[Packet]],
    how: tuple[str, int, str],
    matchers: tuple[Matcher, Matcher],
) -> Reason:
    """A reason by packets that a list decides otherwise than it did, with the lines that decide on both sides."""
    known, packets = seen
    code, weight, what = how
    evidence: list[Evidence] = []
    for packet in packets:
        if (rule := decide(packet, known, matchers[0]).rule) is not None:
            evidence.append(Evidence("before", rule.source))
        if (rule := decide(packet, access_list, matchers[1]).rule) is not None:
            evidence.append(Evidence("after", rule.source))
    sentence = f"{access_list.name} {what} for example {'; '.join(map(str, dict.fromkeys(packets)))}."
    return Reason(code, weight, sentence, tuple(dict.fromkeys(evidence)))


def _matchers(case: Case) -> tuple[Matcher, Matcher]:
    """The matchers of both sides; where interfaces and zones are the same, they have the same numbers."""
    made = Matcher(case.before), Matcher(case.after)
    names = [
        zone.removeprefix("!")
        for device in (case.before, case.after)
        for one in device.access_lists
        for rule in one.rules
        for zone in (*rule.from_zones, *rule.to_zones)
    ]
    for matcher in made:
        for name in dict.fromkeys(names):
            matcher.zones.number(name)
    return made


def _same_zones(case: Case) -> bool:
    one, other = (
        (
            [(port.name, port.alias, port.zone) for port in device.interfaces],
            [(zone.name, zone.interfaces) for zone in device.zones],
        )
        for device in (case.before, case.after)
    )
    return one == other


def _translation(case: Case) -> Iterator[Reason]:
    changes = case.of("translations")
    if not changes:
        return
    opened = [
        one for one in changes if one.op == "added" and not one.field and one.after.kind in ("destination", "static")
    ]
    if opened:
        targets = listed([one.after.translated or one.after.name for one in opened])
        yield Reason("nat-published", 30, f"Something inside is published by translation: {targets}.", several(opened))
    if others := [one for one in changes if one not in opened]:
        names = listed([one.path.partition("/")[2] for one in others])
        yield Reason(
            "nat-changed",
            25,
            f"Translation of addresses changes: {names}.",
            several(others),
            "Open connections keep their old translation until they are cleared.",
        )


def _tunnels(case: Case) -> Iterator[Reason]:
    for change in case.of("tunnels"):
        fact: Any = change.before or change.after
        if change.op == "removed" and not change.field:
            yield Reason(
                "vpn-removed", 40, f"The tunnel {fact.name} to {fact.peer or 'its peers'} is removed.", shown(change)
            )
        elif change.field in ("phase1", "phase2", "pfs", "ike", "authentication", "is_aggressive"):
            sentence = (
                f"The tunnel {fact.name} changes its {change.field}; unless the other end changes"
                f" as well, it does not come up again."
            )
            yield Reason(
                "vpn-phase-mismatch",
                40,
                sentence,
                shown(change),
                f"Change the other end of {fact.name} at the same time.",
            )
        elif change.field in ("peer", "local_networks", "remote_networks", "interface"):
            yield Reason(
                "vpn-peer-changed",
                35,
                f"The tunnel {fact.name} changes its {change.field.replace('_', ' ')}.",
                shown(change),
            )
        elif change.field == "is_enabled" and change.new is False:
            yield Reason("vpn-removed", 40, f"The tunnel {fact.name} is switched off.", shown(change))


_KINDS = {
    "dns": "DNS",
    "ntp": "NTP",
    "syslog": "syslog",
    "radius": "RADIUS",
    "tacacs": "TACACS+",
    "ldap": "LDAP",
    "snmp-trap": "SNMP trap",
}


def _servers(case: Case) -> Iterator[Reason]:
    gone = [one for one in case.of("servers") if one.op == "removed" and not one.field]
    left = {one.kind for one in case.after.servers}
    for kind in dict.fromkeys(one.before.kind for one in gone):
        found = [one for one in gone if one.before.kind == kind]
        is_login = kind in ("radius", "tacacs", "ldap")
        weight = (30 if is_login else 15) if kind not in left else (15 if is_login else 6)
        tail = "" if kind in left else " and none is left"
        code = "aaa-server-removed" if is_login else f"{kind}-removed"
        yield Reason(
            code, weight, f"{_KINDS[kind]} loses {listed([one.before.address for one in found])}{tail}.", several(found)
        )
    aaa = [
        one
        for one in case.of("settings")
        if one.path.split("/")[-1].partition(" ")[0] in ("aaa", "authorization", "accounting") or "/aaa" in one.path
    ]
    if aaa:
        yield Reason(
            "aaa-changed",
            35,
            "How logins are checked changes.",
            several(aaa),
            "Keep the session open and try a second login before saving.",
        )
    pools = case.of("dhcp_pools")
    if pools:
        is_gone = any(one.op == "removed" and not one.field for one in pools)
        yield Reason(
            "dhcp-changed",
            30 if is_gone else 18,
            f"DHCP changes: {listed([one.path.partition('/')[2] for one in pools])}.",
            several(pools),
        )
    radio = case.of("wireless")
    if radio:
        yield Reason(
            "wireless-changed",
            20,
            f"Wi-Fi changes: {listed([one.path.partition('/')[2] for one in radio])}.",
            several(radio),
        )


def _management(case: Case) -> Iterator[Reason]:
    """Management that becomes open or weaker."""
    for change in case.of("management"):
        fact = change.after
        if fact is None or not fact.is_enabled:
            continue
        is_new = (change.op == "added" and not change.field) or change.field == "is_enabled"
        if fact.protocol in ("telnet", "http") and is_new:
            yield Reason(
                "management-weakened",
                20,
                f"{fact.protocol} is switched on, which sends passwords in plain text.",
                shown(change),
            )
        elif change.field in ("allowed", "acl") and change.old and not change.new:
            yield Reason("management-opened", 30, f"{fact.protocol} may be used from everywhere now.", shown(change))
    for change in case.of("snmp"):
        if change.op == "added" and not change.field and change.after.is_well_known:
            yield Reason("management-weakened", 20, "An SNMP community that everybody knows is added.", shown(change))


def _names(case: Case) -> Iterator[Reason]:
    """Names that are used and, after the change, defined nowhere."""
    known = {(one.kinds, one.name, one.scope) for one in undefined(case.before)}
    made = [one for one in undefined(case.after) if (one.kinds, one.name, one.scope) not in known]
    for one in made[:50]:
        lines = tuple(Evidence("after", use.source) for use in one.references[:5])
        yield Reason(
            "undefined-reference",
            25,
            f"'{one.name}' is used and defined nowhere ({', '.join(one.kinds[:3])}).",
            lines,
            f"Define '{one.name}', or take its uses away.",
        )
