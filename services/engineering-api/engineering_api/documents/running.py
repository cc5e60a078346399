"""For those who run the network: how to reach, back up, check and change each device, and whom to call."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from engineering_api.documents.cells import listed, source
from engineering_api.documents.commands import GUIDES, Guide
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.overview import reached_at, spans_of
from engineering_api.documents.tables import Sheet
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from oberaconnect.typeset import Block, Cell, Column, Paragraph, Rows, Signatures, Table

_WORD = re.compile(r"\{(\w+)\}")
#: What a device is called by, and the lines that say it.
_Names = Mapping[str, tuple[str, Span]]
_ROLES = (
    "Service desk",
    "Network engineer on call",
    "Client: person in charge",
    "Client: on site",
    "Internet provider",
    "Hardware support",
)
_POINTS = (
    "All devices of the inventory are in monitoring",
    "Backups of all configurations run, and one was restored as a test",
    "Passwords and keys were handed over by another way than this document",
    "Default passwords and unneeded accounts are gone",
    "Licences and support contracts are in the client's name",
    "Findings and lines that were not understood were looked at together",
)


def access(desk: Desk) -> Iterator[Block]:
    """By which address, by which protocol, from where and as whom a device is reached."""
    sheet = Sheet(
        "How to reach the devices",
        ("Device", "Addresses", "By", "From", "As", "Serial number", "Source"),
        always=frozenset({"Device", "Addresses", "Source"}),
    )

    def fill(sheet: Sheet, of: Source) -> None:
        device = of.subject.device
        addresses = reached_at(of)[:4]
        ways = [way for way in device.management if way.is_enabled]
        by = [f"{way.protocol}{f' port {way.port}' if way.port else ''}" for way in ways]
        by = by or sorted({word for port in device.interfaces for word in port.management})
        spans = [span for address in addresses for span in spans_of(of, address)] + [way.source for way in ways]
        sheet.add(
            Cell(of.label, "strong"), "\n".join(addresses) or Cell("not in its configuration", "soft"),
            listed(list(dict.fromkeys(by)), separator="\n"),
            listed(list(dict.fromkeys(one for way in ways for one in (*way.allowed, way.acl) if one)), separator="\n"),
            listed([user.name for user in device.users if user.is_enabled], most=8, separator="\n"),
            device.identity.serial, source(of, *(spans or [device.identity.source])),
        )  # fmt: skip

    yield from desk.together(sheet, fill)
    yield Paragraph("Passwords are in the password manager, not here. Where: ______________________________")


def backups(desk: Desk) -> Iterator[Block]:
    """Where the last configuration is, and how to make and use a copy."""
    sheet = Sheet(
        "Backups",
        ("Device", "Last copy here", "Own archive", "Make a copy", "Bring it back", "Source"),
        always=frozenset({"Device", "Source"}),
    )

    def fill(sheet: Sheet, of: Source) -> None:
        archives = [one for one in of.subject.device.settings if one.name == "config-archive" and one.is_on]
        guide = GUIDES.get(of.subject.platform)
        kept = of.record
        last = f"no. {kept.number} of {kept.kept_at:%Y-%m-%d}" if kept.kept_at is not None else "not kept"
        sheet.add(
            Cell(of.label, "strong"), last, listed([one.value or "on" for one in archives]),
            guide.backup if guide else "", guide.restore if guide else "",
            source(of, *([one.source for one in archives] or [of.subject.device.identity.source])),
        )  # fmt: skip

    yield from desk.together(sheet, fill)
    yield Paragraph("The copies here have no secrets in them: bring passwords and keys back from the password manager.")


def checks(desk: Desk) -> Iterator[Block]:
    """What to look at when something does not work, with the names of the device."""
    yield from desk.by_device(lambda of: _guide(of, "Checks", is_change=False))


def changes(desk: Desk) -> Iterator[Block]:
    """Common changes, with the names of the device. Words in capitals are to be filled in."""
    made = list(desk.by_device(lambda of: _guide(of, "Common changes", is_change=True)))
    if made:
        yield Paragraph("Words in capitals are to be filled in. Take a copy of the configuration before each change.")
        yield from made


def _guide(of: Source, title: str, *, is_change: bool) -> Sheet:
    sheet = Sheet(f"{title} of {of.label}", ("What", "Commands", "Source"))
    guide: Guide | None = GUIDES.get(of.subject.platform)
    if guide is None:
        return sheet
    names = _names(of)
    for what, commands in guide.changes if is_change else guide.checks:
        used: list[Span] = []
        filled = [line for part in commands.split("\n") if (line := _filled(part, names, used))]
        # A change of which a line is missing is none; a check without one of its commands is still one.
        whole = len(filled) == len(commands.split("\n"))
        said = _filled(what, names, used)
        if said and filled and (whole or not is_change):
            where = source(of, *used) if used else Cell(f"{of.label}: any", "small")
            sheet.add(Cell(said, "strong"), "\n".join(filled), where)
    return sheet


def _filled(template: str, names: _Names, used: list[Span]) -> str:
    """A line with the names of the device in it; none when it has no such name."""
    wanted = _WORD.findall(template)
    if any(word not in names for word in wanted):
        return ""
    used.extend(names[word][1] for word in wanted)
    return _WORD.sub(lambda found: names[found[1]][0], template)


def _names(of: Source) -> dict[str, tuple[str, Span]]:
    """Real names of a device to put into commands."""
    device = of.subject.device
    found: dict[str, tuple[str, Span]] = {}
    defaults = [route for route in device.routes if route.prefix.prefixlen == 0 and route.gateway and route.is_enabled]
    if defaults:
        found["gateway"] = (defaults[0].gateway, defaults[0].source)
    uplink = _uplink(device.interfaces, defaults[0].gateway if defaults else "")
    if uplink:
        found["uplink"] = (uplink.name, uplink.source)
    port = next(
        (one for one in device.interfaces if one.mode == "access" and one.is_enabled and not one.aggregate), None
    )
    if port:
        found["port"] = (port.name, port.source)
    vlan = next((one for one in device.vlans if one.id != 1), None)
    if vlan:
        found["vlan"] = (str(vlan.id), vlan.source)
    zone = next((one for one in device.interfaces if one.alias and one.is_enabled), None)
    if zone:
        found["zone"] = (zone.alias, zone.source)
    rules = next((one for one in device.access_lists if one.rules and one.name), None)
    if rules:
        found["rules"] = (rules.name, rules.source)
    tunnel = next((one for one in device.tunnels if one.is_enabled and one.kind == "ipsec"), None)
    if tunnel:
        found["tunnel"] = (tunnel.name, tunnel.source)
        if tunnel.peer:
            found["peer"] = (tunnel.peer, tunnel.source)
    pool = next((one for one in device.dhcp_pools if one.name), None)
    if pool:
        found["pool"] = (pool.name, pool.source)
    return found


def _uplink(ports: list[Interface], gateway: str) -> Interface | None:
    """The interface in whose subnet the next router is, else the first trunk, else the first that has an address."""
    try:
        wanted = ip_address(gateway)
    except ValueError:
        wanted = None
    addressed = [port for port in ports if port.is_enabled and port.addresses]
    for port in addressed:
        if any(wanted is not None and one.value.version == wanted.version and wanted in one.value.network
               for one in port.addresses):  # fmt: skip
            return port
    trunks = [port for port in ports if port.mode == "trunk" and port.is_enabled]
    return next(iter([*trunks, *addressed]), None)


def contacts(desk: Desk) -> Iterator[Block]:
    """Whom to call: to be filled in by hand."""
    columns = (
        Column("Role", 2),
        Column("Name", 2),
        Column("Telephone", 1.6),
        Column("E-mail", 2.2),
        Column("When", 1.2),
    )
    rows: Rows = tuple((Cell(role, "strong"), "", "", "", "") for role in _ROLES)
    yield Paragraph("To be filled in.", soft=True)
    yield Table("Contacts", columns, rows)


def acceptance(desk: Desk) -> Iterator[Block]:
    """What is handed over, to be ticked, and where both sides sign."""
    columns = (Column("OK", 0.6), Column("Point", 5), Column("Remark", 3))
    rows: Rows = tuple((Cell("", "box"), point, "") for point in _POINTS)
    yield Table("Points of the handover", columns, rows)
    fields = (("Name", ""), ("Date", ""), ("Signature", ""))
    ours = desk.material.block.author or "the service provider"
    theirs = desk.material.block.client or "the client"
    yield Signatures(((f"Handed over by {ours}", fields), (f"Taken over by {theirs}", fields)))
