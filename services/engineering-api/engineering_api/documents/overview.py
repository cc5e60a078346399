"""What there is: the most important in brief, and the list of devices."""

from collections.abc import Iterator

from engineering_api import platforms
from engineering_api.documents.cells import lines, listed, several, source
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.tables import Sheet
from engineering_api.facts.fact import Span
from oberaconnect.problems import Unprocessable
from oberaconnect.typeset import Block, Callout, Cell, Heading, KeyValue, Paragraph

_MOST_PROBLEMS = 60


def summary(desk: Desk) -> Iterator[Block]:
    """How much of what there is, and what has to be known before reading on."""
    sources = desk.material.sources
    devices = [source.subject.device for source in sources]
    unread = sum(len(device.unparsed) for device in devices)
    read = sum(source.record.read for source in sources)
    yield Paragraph(
        "Every row of the tables in this document was read from a device's configuration; its last column names the "
        "device and the lines of its configuration. Nothing was assumed. Passwords and keys were removed before "
        "anything was kept."
    )
    counts = (
        ("Devices", len(devices)), ("Interfaces", sum(len(one.interfaces) for one in devices)),
        ("VLANs", len({vlan.id for one in devices for vlan in one.vlans})),
        ("Subnets", len({str(address.value.network) for one in devices for port in one.interfaces
                         for address in port.addresses})),
        ("Static routes", sum(len(one.routes) for one in devices)),
        ("Firewall and filter rules", sum(len(rules.rules) for one in devices for rules in one.access_lists)),
        ("Address translations", sum(len(one.translations) for one in devices)),
        ("VPN tunnels", sum(len(one.tunnels) for one in devices)),
        ("Wireless networks", sum(len(one.wireless) for one in devices)),
        ("DHCP pools", sum(len(one.dhcp_pools) for one in devices)),
    )  # fmt: skip
    yield KeyValue(tuple((name, f"{count:,}") for name, count in counts if count))
    if unread:
        share = f" ({100 * (1 - unread / read):.1f} % were understood)" if read > unread else ""
        yield Callout(
            f"{several(unread, 'line')} of {read:,} could not be read{share}",
            "They are listed near the end. What they say is missing in the tables.",
            "warning",
        )
    else:
        yield Callout("Every line of the configurations was understood", "", "good")
    contradictions = Sheet("What contradicts itself", ("What", "Where", "Source"))
    for problem in [*desk.routed.problems, *desk.switched.problems][:_MOST_PROBLEMS]:
        where = [f"{_label(desk, one.config_id)}:{lines([one.source])}" for one in problem.evidence]
        what = Cell(problem.kind.replace("-", " ").capitalize(), "strong", "warning")
        contradictions.add(what, problem.text, Cell(listed(where, most=6, separator="\n"), "small"))
    if contradictions.rows:
        yield Heading("What contradicts itself", 2)
        yield from desk.table(contradictions)


def _label(desk: Desk, config_id: str) -> str:
    return next((member.name for member in desk.material.members if member.id == config_id), config_id)


def inventory(desk: Desk) -> Iterator[Block]:
    """Each device with its model, version and serial number."""
    sheet = Sheet(
        "Inventory",
        ("Device", "Site", "Vendor and system", "Role", "Model", "Version", "Serial number", "Managed at", "Source"),
        always=frozenset({"Device", "Source"}),
    )
    is_many = len({of.subject.site for of in desk.material.sources}) > 1
    yield from desk.together(sheet, lambda sheet, of: _device(sheet, of, of.subject.site if is_many else ""))


def _device(sheet: Sheet, of: Source, site: str) -> None:
    device = of.subject.device
    identity = device.identity
    try:
        known = platforms.named(of.subject.platform)
        system, roles = known.title, ", ".join(known.roles)
    except Unprocessable:
        system, roles = of.subject.platform, ""
    sheet.add(
        Cell(of.label, "strong"), site, system, roles, identity.model, identity.version, identity.serial,
        listed(reached_at(of), most=2, separator="\n"), source(of, identity.source, *identity.at.values()),
    )  # fmt: skip
    for member in device.members:
        if (member.hostname or member.scope) != of.label:
            sheet.add(
                Cell(member.hostname or member.scope, "strong"), site, system, "", member.model,
                member.version, member.serial, "", source(of, member.source),
            )  # fmt: skip


def reached_at(of: Source) -> list[str]:
    """Addresses by which people most likely reach a device: where it may be managed, loopbacks, VLAN interfaces."""

    def rank(kind: str, *, is_managed: bool) -> int:
        if kind == "management":
            return 0
        if is_managed:
            return 1
        return {"loopback": 2, "vlan": 3}.get(kind, 4)

    found = [
        (rank(port.kind, is_managed=bool(port.management)), place, str(address.value.ip))
        for place, port in enumerate(of.subject.device.interfaces)
        if port.is_enabled
        for address in port.addresses
        if not address.value.ip.is_loopback
    ]
    return list(dict.fromkeys(address for _, _, address in sorted(found)))


def spans_of(of: Source, address: str) -> list[Span]:
    """The lines that give a device an address."""
    return [
        one.source for port in of.subject.device.interfaces for one in port.addresses if str(one.value.ip) == address
    ]
