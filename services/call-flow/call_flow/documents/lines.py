"""Numbers, lines to the telephone network, and what staff can dial."""

from collections.abc import Iterator

from call_flow.documents.material import Material
from call_flow.flow.model import OutboundRoute, Trunk
from call_flow.flow.nodes import Conference, Toggle
from call_flow.render.words import human, phone
from oberaconnect.typeset import Block, Cell, Column, Heading, Paragraph, Table

_KINDS = {"voice": "Voice", "fax": "Fax", "toll_free": "Toll-free"}
_CLASSES = {"national": "within the country", "international": "abroad"}


def numbers(material: Material) -> Iterator[Block]:
    """Telephone numbers, trunks and routes."""
    flow = material.flow
    yield Heading("Telephone numbers and lines")
    if flow.numbers:
        yield _numbers(material)
    else:
        yield Paragraph("There is no telephone number yet.")
    if flow.trunks:
        yield Heading("Lines to the telephone network", 2)
        lines = (Column("Line", 1.4), Column("Provider", 1.6), Column("Address", 2), Column("Calls at a time", 1))
        yield Table("Lines", lines, tuple(_trunk(trunk) for trunk in flow.trunks))
    if flow.outbound:
        yield Heading("Calls to outside", 2)
        routes = (
            Column("Route", 1.4),
            Column("Calls", 2),
            Column("Dialled first", 1),
            Column("Lines, in this order", 2),
        )
        yield Table("Calls to outside", routes, tuple(_route(material, route) for route in flow.outbound))


def _numbers(material: Material) -> Table:
    sites = {site.id: site.name for site in material.flow.sites}
    columns = (
        Column("Number", 1.5), Column("Name", 1.5), Column("Kind", 0.8), Column("Site", 1.2),
        Column("Calls begin at", 1.8), Column("Emergency address at the carrier", 1.3),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(phone(number.e164), "strong"),
            number.label or "",
            _KINDS[number.kind],
            sites.get(number.site or "", ""),
            material.names.destination(number.entry),
            "registered" if number.emergency_registered else "not registered",
        )
        for number in material.flow.numbers
    )
    return Table("Telephone numbers", columns, rows)


def _trunk(trunk: Trunk) -> tuple[Cell | str, ...]:
    name = Cell(trunk.name or human(trunk.id), "strong")
    return (
        name,
        trunk.provider or "",
        f"{trunk.host}:{trunk.port}",
        f"{trunk.channels:,}" if trunk.channels else "no limit given",
    )


def _route(material: Material, route: OutboundRoute) -> tuple[Cell | str, ...]:
    trunks = {trunk.id: trunk.name or human(trunk.id) for trunk in material.flow.trunks}
    return (
        Cell(route.name or human(route.id), "strong"),
        " and ".join(_CLASSES[item] for item in route.classes),
        Cell(route.prefix or "", "chip"),
        ", ".join(trunks.get(trunk, trunk) for trunk in route.trunks),
    )


def codes(material: Material) -> Iterator[Block]:
    """What staff dial for the functions of the system."""
    found = tuple((Cell(code, "chip"), what) for code, what in _codes(material))
    yield Heading("What your staff can dial")
    if found:
        yield Table("Codes", (Column("Dial", 1), Column("What it does", 4)), found)
    else:
        yield Paragraph("There are no codes.")


def _codes(material: Material) -> Iterator[tuple[str, str]]:
    flow, names = material.flow, material.names
    feature = flow.feature_codes
    for code, what in (
        (feature.voicemail, "Listen to your own messages"),
        (feature.voicemail_any, "Listen to the messages of any mailbox (its number and PIN are asked for)"),
        (feature.pickup, "Take a call that rings at a colleague’s telephone"),
        (feature.directory, "Find a colleague by spelling the name"),
        (feature.echo_test, "Hear yourself, to test the line"),
        (flow.numbering.outbound_prefix, "Before a number outside"),
    ):
        if code:
            yield code, what
    if parking := flow.numbering.parking:
        last = int(parking) + flow.numbering.parking_slots
        places = f"{int(parking) + 1}–{last}"
        yield parking, f"Park a call; any telephone takes it back by dialling the place that is announced ({places})"
    for schedule in flow.schedules:
        if schedule.override:
            yield schedule.override.code, f"Set the hours “{names.schedule(schedule)}” by hand"
    for node in flow.nodes:
        if isinstance(node, Toggle):
            yield node.code, f"Switch “{names.node(node)}” on or off (normally {node.default})"
        elif isinstance(node, Conference):
            yield node.room, f"Join the meeting room “{names.node(node)}”"
    for number in flow.emergency.test_numbers:
        yield number, "Test of the emergency address: it is read out, and nobody is alarmed"
