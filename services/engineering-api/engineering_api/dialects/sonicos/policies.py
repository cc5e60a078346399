"""Access rules and translation of addresses."""

from engineering_api.dialects.sonicos.fields import Fields, Record, is_on, whole
from engineering_api.dialects.sonicos.objects import ends_of, services_of
from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, Rule, Translation

_ALLOW = "2"
_ORIGINAL = ("", "original", "any")


def read(fields: Fields, device: Device) -> None:
    """Tell a device of its rules."""
    for suffix, name in (("", "access rules"), ("V6", "access rules IPv6")):
        rules = [_rule(record, device, suffix) for record in fields.records(f"policyAction{suffix}")]
        if rules:
            # Rules are tried by priority; of the same priority, or without, as they stand.
            rules.sort(key=lambda one: one[0])
            source = min(rule.source for _, rule in rules)
            device.access_lists.append(
                AccessList(source=source, name=name, kind="policy", rules=[rule for _, rule in rules])
            )
    names = {one.text("iface_ifnum") or one.number: one.text("iface_name") for one in fields.records("iface_name")}
    for suffix in ("", "V6"):
        for record in fields.records(f"natPolicyOrigSrc{suffix}"):
            device.translations.append(_translation(record, device, suffix, names))


def _rule(record: Record, device: Device, suffix: str) -> tuple[int, Rule]:
    def key(name: str) -> str:
        return f"policy{name}{suffix}"

    context = f"access rule {record.number}"
    zones = {}
    for side in ("Src", "Dst"):
        zone = record.text(key(f"{side}Zone"))
        zones[side] = [] if zone.casefold() in ("", "any", "all") else [zone]
        for name in zones[side]:
            device.refer("zone", name, record.where(key(f"{side}Zone")), context)
    schedule = record.text(key("Time"))
    if schedule.casefold() in ("always on", "any"):
        schedule = ""
    if schedule:
        device.refer("schedule", schedule, record.where(key("Time")), context)
    source, destination, service = key("SrcNet"), key("DstNet"), key("DstSvc")
    rule = Rule(
        source=record.source,
        at={
            "action": record.where(key("Action")),
            "source_ends": record.where(source),
            "destination_ends": record.where(destination),
            "services": record.where(service),
            "is_enabled": record.where(key("Enabled")),
        },
        id=record.number,
        name=record.text(key("Name")),
        # Public readers agree on what allows, not on which of the others drops and which answers.
        action="permit" if record.text(key("Action")) == _ALLOW else "deny",
        source_ends=ends_of(record.text(source), device, record.where(source), context),
        destination_ends=ends_of(record.text(destination), device, record.where(destination), context),
        services=services_of(record.text(service), device, record.where(service), context),
        family="ipv6" if suffix else "ipv4",
        from_zones=zones["Src"],
        to_zones=zones["Dst"],
        is_enabled=is_on(record.text(key("Enabled")) or "1"),
        is_logged=is_on(record.text(key("Log"))),
        schedule=schedule,
        comment=record.text(key("Comment")),
    )
    return (whole(record.text(key("Priority")), 10**9) or 0, rule)


def _translation(record: Record, device: Device, suffix: str, names: dict[str, str]) -> Translation:
    """A NAT policy. Its interfaces are numbers of which `names` tells the names; others, such as -1, are any."""

    def key(name: str) -> str:
        return f"natPolicy{name}{suffix}"

    context = f"NAT policy {record.number}"
    source, destination = record.text(key("TransSrc")), record.text(key("TransDst"))
    port = record.text(key("TransSvc"))
    changes_source, changes_destination = source.casefold() not in _ORIGINAL, destination.casefold() not in _ORIGINAL
    for is_changed, side, to in ((changes_source, "TransSrc", source), (changes_destination, "TransDst", destination)):
        if is_changed:
            device.refer(("object", "object-group"), to, record.where(key(side)), context)
    if port.casefold() not in _ORIGINAL:
        device.refer(("service", "service-group"), port, record.where(key("TransSvc")), context)
    return Translation(
        source=record.source,
        at={"translated": record.where(key("TransDst") if changes_destination else key("TransSrc"))},
        kind="destination" if changes_destination else "source" if changes_source else "exempt",
        name=record.text(key("Name")) or f"NAT policy {record.number}",
        original_source=ends_of(record.text(key("OrigSrc")), device, record.where(key("OrigSrc")), context),
        original_destination=ends_of(record.text(key("OrigDst")), device, record.where(key("OrigDst")), context),
        service=services_of(record.text(key("OrigSvc")), device, record.where(key("OrigSvc")), context),
        translated=destination if changes_destination else source if changes_source else "",
        translated_port=port if port.casefold() not in _ORIGINAL else "",
        from_zones=[name] if (name := names.get(record.text(key("SrcIface")))) else [],
        to_zones=[name] if (name := names.get(record.text(key("DstIface")))) else [],
        is_enabled=is_on(record.text(key("Enabled")) or "1"),
        comment=record.text(key("Comment")),
    )
