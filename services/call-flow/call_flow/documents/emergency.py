"""The page about calls for help."""

from collections.abc import Iterator

from call_flow.documents.material import Material
from call_flow.flow.model import Extension
from call_flow.flow.places import Address, Location, Site
from call_flow.render.words import human, phone
from oberaconnect.typeset import Block, Callout, Cell, Column, Heading, KeyValue, Page, Paragraph, Table

#: Facts about the United States, with where they stand (Code of Federal Regulations, title 47, part 9).
_UNITED_STATES = (
    ("911 must be reachable from every telephone without any other digit before it.", "47 CFR § 9.16(b)(1)"),
    (
        "Somebody at the site or elsewhere must be told of a 911 call at the time it is made: that it was made, a "
        "number to call back, and the place; the call must not wait for that.",
        "47 CFR § 9.16(b)(2)",
    ),
    (
        "The emergency centre must be given a place that can be found: a street address that was checked, and floor, "
        "suite, room or the like where it is needed.",
        "47 CFR § 9.3, § 9.16(b)(3)",
    ),
)


def help_calls(material: Material) -> Iterator[Block]:
    """Numbers, who is told, and for each place what the emergency centre gets and which telephones stand there."""
    flow, emergency = material.flow, material.flow.emergency
    yield Page(material.paper)
    yield Heading("Calls for help")
    yield Paragraph(
        "These calls pass every restriction at every hour. They never go through a menu, a queue or a code."
    )
    notified = [
        material.names.extension(notice.extension) if notice.extension else notice.email or phone(notice.number or "")
        for notice in emergency.notify
    ]
    trunks = {trunk.id: trunk.name or human(trunk.id) for trunk in flow.trunks}
    ways = [trunks.get(trunk, trunk) for trunk in emergency.trunks] or list(trunks.values())
    yield KeyValue(
        (
            ("Emergency numbers", ", ".join(emergency.numbers) or "none"),
            ("Also with this before it", ", ".join(emergency.accept_prefixes) or "nothing"),
            ("Number to test with", ", ".join(emergency.test_numbers) or "none"),
            ("Number to call back", phone(emergency.callback) if emergency.callback else "not given yet"),
            ("Who is told at once", "\n".join(notified) or "nobody yet"),
            ("Lines, in this order", ", ".join(ways) or "none yet"),
        )
    )
    yield Heading("Places and their telephones", 2)
    yield Paragraph(
        "This is what the emergency centre is told. Please check every line of it, and tell us when somebody moves."
    )
    columns = (
        Column("Place", 1.6),
        Column("Address for the emergency centre", 2.4),
        Column("Telephones", 2),
        Column("Called back at", 1.3),
    )
    yield Table("Places and their telephones", columns, tuple(_places(material)))
    if flow.customer.country == "US":
        yield Heading("Rules in the United States", 2)
        yield Table(
            "Rules in the United States",
            (Column("What is required", 4), Column("Where it says so", 1.4)),
            _UNITED_STATES,
        )
    yield Callout(
        "Facts, not legal advice",
        "Rules about emergency calls differ by country and change. Ask a lawyer if in doubt. Once the system is set "
        "up, make a test call from every place.",
    )


def _places(material: Material) -> Iterator[tuple[Cell | str, ...]]:
    """A row for each place and number to call back, in the order of the flow; those without a place come last."""
    together: dict[tuple[str, str, str], list[Extension]] = {}
    for extension in material.flow.extensions:
        if extension.device != "none":
            own = extension.caller_id.emergency if extension.caller_id else None
            key = (extension.site or "", extension.location or "", own or material.flow.emergency.callback or "")
            together.setdefault(key, []).append(extension)
    sites = {site.id: site for site in material.flow.sites}
    for (site_id, location_id, callback), extensions in sorted(together.items(), key=lambda item: not item[0][0]):
        site = sites.get(site_id)
        location = next((item for item in site.locations if item.id == location_id), None) if site else None
        address = _address(site, location)
        yield (
            Cell(" · ".join(part.name for part in (site, location) if part) or "No place given", "strong"),
            address if address else Cell("No address given", tone="bad"),
            ", ".join(extension.number for extension in extensions),
            phone(callback) if callback else Cell("no number given", tone="bad"),
        )


def _address(site: Site | None, location: Location | None) -> str:
    if site is None or site.address is None:
        return ""
    inside = []
    if location is not None:
        inside = [
            f"floor {location.floor}" if location.floor else "",
            location.unit or "",
            f"room {location.room}" if location.room else "",
        ]
    return "\n".join(part for part in (*_street(site.address), ", ".join(part for part in inside if part)) if part)


def _street(address: Address) -> Iterator[str]:
    yield " ".join(part for part in (address.house_number, address.street) if part)
    yield address.building or ""
    place = " ".join(part for part in (address.state, address.postal_code) if part)
    yield ", ".join(part for part in (address.city, place, address.country) if part)
