"""Filter rules, legacy and of OPNsense's model, as one access list in the order in which pf tries them.

Rules that float come first, then those of groups of interfaces, then those of single ones, as both firewalls load them.
"""

from typing import Final

from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.ends import ends, family, field_ports, interfaces, legacy_ports, services, side
from engineering_api.dialects.pf.fields import Fields, matching
from engineering_api.facts.filters import Action, Rule

_ACTIONS: Final[dict[str, Action]] = {
    "": "permit",
    "pass": "permit",
    "block": "deny",
    "reject": "reject",
    "match": "permit",
}
#: Floating rules, those of groups, and those of interfaces; before them what an interface blocks by its settings.
_FLOATING, _GROUP, _INTERFACE = range(1, 4)
#: What narrows a rule besides ends and services.
_CONDITIONS = (
    "tagged",
    "os",
    "dscp",
    "tos",
    "vlanprio",
    "prio",
    "tcpflags1",
    "tcpflags2",
    "l7container",
    "srcmac",
    "dstmac",
    "received-on",
)
_KNOWN = matching(
    """
    id tracker max.* statetimeout statetype state-policy tag allowopts nopfsync nosync disablereplyto replyto
    reply-to created updated audit associated-rule-id tcpflags_any defaultqueue ackqueue dnpipe pdnpipe
    shaper[12] categor(y|ies) overload adaptive.* udp-.* set-prio.* divert-to nottagged sort_order prio_group
    sequence pflow bridgeto filtertype vlanprioset ethertype ridentifier adaptivestart target natreflection icmptype
    icmp6-?type ipprotocol protocol
    """
)


def section(context: Context, fields: Fields) -> None:
    """<filter>."""
    context.each(fields, "rule", _legacy)
    fields.knows("separator", "bypassstaticroutes", "tcpidletimeout")


def model(context: Context, fields: Fields) -> None:
    """<OPNsense><Firewall><Filter><rules>."""
    context.each(fields, "rule", _of_model)


def in_order(context: Context) -> None:
    """Put the rules into the order in which they are tried."""
    context.device.access_lists[0].rules.sort(key=lambda rule: context.places.get(id(rule), (0, 0, 0)))


def _legacy(context: Context, fields: Fields) -> None:
    source, destination = fields.one("source"), fields.one("destination")
    floats = fields.is_on("floating")
    rule = Rule(
        source=fields.span,
        id=fields.text("tracker") or fields.uuid,
        action=_action(fields.text("type")),
        source_ends=side(context, fields, "source", "rule"),
        destination_ends=side(context, fields, "destination", "rule"),
        services=services(context, fields, legacy_ports(source), legacy_ports(destination)),
        is_tentative=floats and not fields.is_on("quick"),
        comment=fields.text("descr"),
    )
    _rest(context, fields, rule, place=(_place(context, fields, floats=floats), 1, 0))


def _of_model(context: Context, fields: Fields) -> None:
    rule = Rule(
        source=fields.span,
        id=fields.uuid,
        action=_action(fields.text("action")),
        source_ends=ends(context, fields.words("source_net"), fields.line("source_net"), "rule"),
        destination_ends=ends(context, fields.words("destination_net"), fields.line("destination_net"), "rule"),
        services=services(context, fields, field_ports(fields, "source_port"), field_ports(fields, "destination_port")),
        is_tentative=fields.has("quick") and not fields.is_on("quick"),
        comment=fields.text("description"),
    )
    rule.source_ends.is_negated = fields.is_on("source_not")
    rule.destination_ends.is_negated = fields.is_on("destination_not")
    floats = len(fields.words("interface")) != 1 or fields.is_on("interfacenot")
    _rest(context, fields, rule, place=(_place(context, fields, floats=floats), 0, fields.number("sequence") or 0))


def _rest(context: Context, fields: Fields, rule: Rule, *, place: tuple[int, int, int]) -> None:
    """What legacy rules and those of the model have alike."""
    word = fields.text("type", "action")
    fields.knows("interfacenot", "quick", "floating", "direction")
    rule.family = family(fields)
    rule.is_passing = word == "match"
    rule.is_enabled = fields.is_enabled()
    rule.is_logged = fields.is_on("log")
    zones = interfaces(context, fields, "rule")
    direction = fields.text("direction")
    rule.from_zones = [] if direction == "out" else zones
    rule.to_zones = (zones or [*context.names.interfaces]) if direction == "out" else []
    rule.is_both_ways = place[0] == _FLOATING and direction in ("", "any")
    if schedule := fields.text("sched"):
        rule.schedule = schedule
        context.use("schedule", schedule, fields.line("sched"), "rule")
    if gateway := fields.text("gateway"):
        context.use("gateway", gateway, fields.line("gateway"), "rule")
    rule.conditions = [f"{name} {value}" for name in _CONDITIONS if (value := fields.text(name))]
    context.knows_changes(fields)
    fields.knows_like(_KNOWN)
    for name in ("source_ends", "destination_ends", "is_logged", "comment", "action"):
        rule.at[name] = fields.line(*_LINES[name])
    context.places[id(rule)] = place
    context.device.access_lists[0].rules.append(rule)


def _place(context: Context, fields: Fields, *, floats: bool) -> int:
    zones = fields.words("interface")
    return _FLOATING if floats else _GROUP if zones and zones[0] in context.names.groups else _INTERFACE


_LINES: Final = {
    "source_ends": ("source", "source_net"),
    "destination_ends": ("destination", "destination_net"),
    "is_logged": ("log",),
    "comment": ("descr", "description"),
    "action": ("type", "action"),
}


def _action(word: str) -> Action:
    if word in _ACTIONS:
        return _ACTIONS[word]
    raise ValueError(word)
