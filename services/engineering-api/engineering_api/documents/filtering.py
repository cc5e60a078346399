"""Rules, what they name, and translation of addresses."""

from collections.abc import Iterator

from engineering_api.documents.cells import ends, listed, services, several, source
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.tables import Sheet, toned
from engineering_api.facts.filters import AccessList, Rule
from oberaconnect.typeset import Block, Cell, Heading, Paragraph

_RULES = (
    "No.", "Name", "From", "To", "Source address", "Destination address", "Service", "Action", "Options", "Comment",
    "Source",
)  # fmt: skip
_NAT = (
    "No.", "Kind", "Name", "From", "To", "Source address", "Destination address", "Service", "Becomes", "Port", "On",
    "Comment", "Source",
)  # fmt: skip


def rules(desk: Desk) -> Iterator[Block]:
    """Every list of rules of every device in the order in which it is tried."""
    for of in desk.material.sources:
        for rules_of in of.subject.device.access_lists:
            if not rules_of.rules:
                continue
            scope = f"{rules_of.scope} · " if rules_of.scope else ""
            yield Heading(f"{of.label} · {scope}{rules_of.name or 'policy'}", 2)
            yield Paragraph(_about(of, rules_of), soft=True)
            yield from desk.table(_list(desk, of, rules_of))


def _about(of: Source, rules_of: AccessList) -> str:
    used = [
        f"{port.alias or port.name} {way}"
        for port in of.subject.device.interfaces
        for way, name in (("in", port.acl_in), ("out", port.acl_out), ("local", port.acl_local))
        if name and name == rules_of.name
    ]
    ends_with = (
        "What fits no rule is denied." if rules_of.ends_denying else "What fits no rule is decided by what comes after."
    )
    where = f"Applied to {listed(used, most=12)}. " if used else ""
    return f"{several(len(rules_of.rules), 'rule')}, {rules_of.kind}. {where}{ends_with}"


def _list(desk: Desk, of: Source, rules_of: AccessList) -> Sheet:
    resolver = desk.resolver(of) if desk.is_full or desk.material.template == "firewall" else None
    sheet = Sheet(f"Rules of {of.label}: {rules_of.name}", _RULES, always=frozenset({"No.", "Action", "Source"}))
    for place, rule in enumerate(rules_of.rules, start=1):
        scope = rule.scope or rules_of.scope
        sheet.add(
            rule.id if len(rule.id) <= 12 and rule.id else str(place), rule.name,
            listed(rule.from_zones, separator="\n"), listed(rule.to_zones, separator="\n"),
            resolver.ends(rule.source_ends, scope) if resolver else ends(rule.source_ends),
            resolver.ends(rule.destination_ends, scope) if resolver else ends(rule.destination_ends),
            resolver.services(rule.services, scope) if resolver else services(rule.services),
            _action(rule), _options(rule, is_brief=desk.is_brief), rule.comment, source(of, rule.source),
        )  # fmt: skip
    return sheet


def _action(rule: Rule) -> Cell:
    if not rule.is_enabled:
        return Cell(f"off ({rule.action})", "soft")
    if rule.jump:
        return Cell(f"go to {rule.jump}", "strong")
    if rule.is_passing:
        return Cell("note only", "soft")
    return toned(rule.action, "good" if rule.action == "permit" else "bad")


def _options(rule: Rule, *, is_brief: bool) -> str:
    words = [
        "logged" if rule.is_logged else "", "established" if rule.is_established else "",
        "NAT" if rule.translates else "", "last match decides" if rule.is_tentative else "", rule.family,
        f"schedule {rule.schedule}" if rule.schedule else "",
        f"users {listed(rule.users, most=8)}" if rule.users else "",
    ]  # fmt: skip
    if not is_brief:
        words += [*rule.profiles, *rule.conditions]
    return listed([word for word in words if word], separator="\n", most=20)


def objects(desk: Desk) -> Iterator[Block]:
    """Named addresses and services, and zones."""
    parts = (("Addresses", _addresses), ("Services", _services), ("Zones", _zones))
    for of in desk.material.sources:
        for title, fill in parts:
            sheet = fill(of)
            if sheet.rows:
                yield Heading(f"{of.label} · {title}", 2)
                yield from desk.table(sheet)


def _addresses(of: Source) -> Sheet:
    sheet = Sheet(f"Address objects of {of.label}", ("Scope", "Name", "What", "Stands for", "Comment", "Source"))
    for one in of.subject.device.address_objects:
        kind = "group" if one.is_group else "object"
        sheet.add(one.scope, Cell(one.name, "strong"), kind, ends(one.ends), one.comment, source(of, one.source))
    return sheet


def _services(of: Source) -> Sheet:
    sheet = Sheet(f"Service objects of {of.label}", ("Scope", "Name", "What", "Stands for", "Comment", "Source"))
    for one in of.subject.device.service_objects:
        kind = "group" if one.is_group else "service"
        sheet.add(
            one.scope, Cell(one.name, "strong"), kind, services(one.services), one.comment, source(of, one.source)
        )
    return sheet


def _zones(of: Source) -> Sheet:
    sheet = Sheet(f"Zones of {of.label}", ("Scope", "Zone", "Interfaces", "Source"))
    for zone in of.subject.device.zones:
        sheet.add(zone.scope, Cell(zone.name, "strong"), listed(zone.interfaces), source(of, zone.source))
    return sheet


def translations(desk: Desk) -> Iterator[Block]:
    """Rules that change addresses, in their order."""

    def fill(of: Source) -> Sheet:
        resolver = desk.resolver(of) if desk.is_full or desk.material.template == "firewall" else None
        sheet = Sheet(f"Address translation of {of.label}", _NAT, always=frozenset({"No.", "Kind", "Source"}))
        for place, one in enumerate(of.subject.device.translations, start=1):
            sheet.add(
                str(place), one.kind, one.name, listed(one.from_zones, separator="\n"),
                listed(one.to_zones, separator="\n"),
                resolver.ends(one.original_source, one.scope) if resolver else ends(one.original_source),
                resolver.ends(one.original_destination, one.scope) if resolver else ends(one.original_destination),
                resolver.services(one.service, one.scope) if resolver else services(one.service),
                one.translated, one.translated_port, "" if one.is_enabled else "no", one.comment,
                source(of, one.source),
            )  # fmt: skip
        return sheet

    yield from desk.by_device(fill)
