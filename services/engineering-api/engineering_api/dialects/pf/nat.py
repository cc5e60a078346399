"""Translation of addresses: port forwards, outbound rules, one to one, and prefixes of IPv6."""

from typing import Final

from engineering_api.dialects.pf.context import Context, Reader
from engineering_api.dialects.pf.ends import ends, field_ports, interfaces, legacy_ports, services, side
from engineering_api.dialects.pf.fields import Fields, matching
from engineering_api.facts.filters import Ends, Services, Translation
from engineering_api.reading.xml_tree import CUT

_KNOWN = matching(
    """
    created updated audit associated-rule-id natreflection nosync tag tagged poolopts.* source_hash_key pass log
    categor(y|ies) sequence sort_order prio_group ipprotocol protocol type nobinat statetype endpoint_independent_nat
    icmptype
    """
)
#: Where a device has an address from outside: those interfaces' networks are not translated on their own.
_OUTWARD: Final = frozenset({"dhcp", "pppoe", "ppp", "l2tp", "pptp"})


def section(context: Context, fields: Fields) -> None:
    """<nat>."""
    # OPNsense's model of them, since 26.1, numbers them; they are tried in that order.
    for child in sorted(fields.all("rule"), key=lambda one: Fields(one).number("sequence") or 10**6):
        if child.is_closed:
            context.read(child, _forward)
        else:
            context.miss(child, CUT)
    context.each(fields, "outbound", _outbound)
    context.each(fields, "onetoone", _one_to_one)
    context.each(fields, "npt", _one_to_one)
    fields.knows("separator", "advancedoutbound", "ipsecpassthru", "natreflection")


def _forward(context: Context, fields: Fields) -> None:
    source, destination = fields.one("source"), fields.one("destination")
    made = Translation(
        source=fields.span,
        kind="exempt" if fields.is_on("nordr") else "destination",
        name=fields.text("associated-rule-id") or fields.uuid,
        original_source=side(context, fields, "source", "port forward"),
        original_destination=side(context, fields, "destination", "port forward"),
        service=services(context, fields, legacy_ports(source), legacy_ports(destination)),
        translated=_target(context, fields, "target"),
        translated_port=fields.text("local-port"),
        from_zones=interfaces(context, fields, "port forward"),
        # A rule that is registered with it is in no other part of the file.
        lets_pass="pass" in (fields.text("associated-rule-id"), fields.text("pass")) or fields.text("pass") == "rule",
        is_enabled=fields.is_enabled(),
        comment=fields.text("descr"),
    )
    if made.translated_port in context.names.aliases:
        context.use("service", made.translated_port, fields.line("local-port"), "port forward")
    if made.kind == "destination" and not made.translated:
        raise ValueError("a port forward without a target")
    context.device.translations.append(made)
    context.knows_changes(fields)
    fields.knows_like(_KNOWN)


def _outbound(context: Context, fields: Fields) -> None:
    mode = fields.text("mode") or "automatic"
    context.each(fields, "rule", _source)
    if mode in ("automatic", "hybrid"):
        outward = context.outward
        inner = [f"{name} network" for name in context.names.interfaces if name not in outward]
        context.device.translations.append(
            Translation(
                source=fields.line("mode"),
                kind="source",
                name="automatic",
                original_source=Ends(interfaces=inner),
                original_destination=Ends(is_any=True),
                translated="interface",
                to_zones=sorted(outward),
                comment=f"Outbound rules are {mode}",
            )
        )


def _source(context: Context, fields: Fields) -> None:
    source, destination = fields.one("source"), fields.one("destination")
    original, target = (
        side(context, fields, "source", "outbound rule"),
        side(context, fields, "destination", "outbound rule"),
    )
    service = services(
        context,
        fields,
        field_ports(fields, "sourceport") or legacy_ports(source),
        field_ports(fields, "dstport") or legacy_ports(destination),
    )
    translated = _target(context, fields, "target")
    if address := fields.text("targetip"):
        translated = f"{address}/{fields.text('targetip_subnet') or '32'}"
    fields.knows("targetip_subnet")
    context.device.translations.append(
        Translation(
            source=fields.span,
            kind="exempt" if fields.is_on("nonat") else "source",
            name=fields.uuid,
            original_source=original,
            original_destination=target,
            service=service,
            translated=translated or "interface",
            translated_port=_port(fields, "natport"),
            to_zones=interfaces(context, fields, "outbound rule"),
            is_enabled=fields.is_enabled(),
            comment=fields.text("descr"),
        )
    )
    context.knows_changes(fields)
    fields.knows_like(_KNOWN)


def _port(fields: Fields, name: str) -> str:
    return "static" if fields.is_on("staticnatport") else fields.text(name)


def _one_to_one(context: Context, fields: Fields) -> None:
    external = fields.text("external") or Fields(fields.one("destination") or fields.element).text("address")
    original = side(context, fields, "source", "1:1")
    destination = side(context, fields, "destination", "1:1")
    if not external:
        raise ValueError("1:1 without an outer address")
    zones = interfaces(context, fields, "1:1")
    is_prefix = fields.name == "npt"
    context.device.translations.append(
        Translation(
            source=fields.span,
            kind="static",
            original_source=original,
            original_destination=None if is_prefix else destination,
            translated=external,
            from_zones=zones,
            to_zones=zones,
            is_enabled=fields.is_enabled(),
            comment=fields.text("descr"),
        )
    )
    context.knows_changes(fields)
    fields.knows_like(_KNOWN)


def _of_model(kind_of_rule: str) -> Reader:
    def read(context: Context, fields: Fields) -> None:
        use = "outbound rule" if kind_of_rule == "source" else "1:1"
        original = ends(context, fields.words("source_net"), fields.line("source_net"), use)
        original.is_negated = fields.is_on("source_not")
        target = ends(context, fields.words("destination_net"), fields.line("destination_net"), use)
        target.is_negated = fields.is_on("destination_not")
        zones = interfaces(context, fields, use)
        service: Services | None = None
        if kind_of_rule == "source":
            service = services(
                context, fields, field_ports(fields, "source_port"), field_ports(fields, "destination_port")
            )
        context.device.translations.append(
            Translation(
                source=fields.span,
                kind="exempt" if fields.is_on("nonat") else "source" if service else "static",
                name=fields.uuid,
                original_source=original,
                original_destination=target,
                service=service,
                translated=_target(context, fields, "target", "external") or "interface",
                translated_port=_port(fields, "target_port"),
                to_zones=zones,
                from_zones=[] if service else zones,
                is_enabled=fields.is_enabled(),
                comment=fields.text("description"),
            )
        )
        fields.knows("type", "trackif")
        context.knows_changes(fields)
        fields.knows_like(_KNOWN)

    return read


_SOURCE, _STATIC = _of_model("source"), _of_model("static")


def model(context: Context, fields: Fields) -> None:
    """<snatrules>, <onetoone> and <npt> of <OPNsense><Firewall><Filter>."""
    context.each(fields, "rule", _SOURCE if fields.name == "snatrules" else _STATIC)


def _target(context: Context, fields: Fields, *names: str) -> str:
    target = fields.text(*names)
    if target in context.names.aliases:
        context.use("object", target, fields.line(*names), "translation")
    return "" if target == "other-subnet" else target


def outward(context: Context, fields: Fields) -> None:
    """Note which interfaces get their address, and so a gateway, from outside."""
    for child in fields.element.elements:
        inner = Fields(child)
        if inner.text("ipaddr") in _OUTWARD or (inner.text("gateway") not in ("", "none")):
            context.outward.add(child.name)
