"""Calls for help: addresses, places, and the policy that takes the numbers."""

from collections.abc import Iterator

from call_flow.export.labels import shown
from call_flow.export.plan import Plan
from call_flow.export.teams.powershell import Raw, command, put, variable
from call_flow.flow.places import Location, Site


def coordinates(plan: Plan) -> Iterator[str]:
    """The table to fill in with where each building stands."""
    if sites := _sites(plan):
        yield "$Coordinates = @{"
        yield from (f"    '{site.id}' = @{{ Latitude = ''; Longitude = '' }}" for site in sites)
        yield "}"


def places(plan: Plan) -> Iterator[str]:
    """The commands that make them."""
    for site in _sites(plan):
        yield from _site(plan, site)
    yield from _policy(plan)


def _sites(plan: Plan) -> list[Site]:
    return [site for site in {site.id: site for site in plan.flow.sites}.values() if site.address is not None]


def _site(plan: Plan, site: Site) -> Iterator[str]:
    address = site.address
    if address is None:
        return
    parts = {"HouseNumber": address.house_number, "StreetName": address.street, "City": address.city,
             "StateOrProvince": address.state, "PostalCode": address.postal_code}  # fmt: skip
    name = variable("address", site.id)
    yield put(name, command(
        "New-CsOnlineLisCivicAddress", CompanyName=shown(plan.flow.customer.name, 100) or "unnamed",
        CountryOrRegion=address.country, Description=shown(site.name, 100) or site.id,
        **{part: value for part, value in parts.items() if shown(value or "")},
        Latitude=Raw(f"$Coordinates['{site.id}'].Latitude"), Longitude=Raw(f"$Coordinates['{site.id}'].Longitude"),
    ))  # fmt: skip
    for location in site.locations:
        yield command(
            "New-CsOnlineLisLocation", Location=_words(location), CivicAddressId=Raw(f"{name}.CivicAddressId")
        )


def _words(location: Location) -> str:
    floor = f"floor {location.floor}" if location.floor else None
    parts = (location.name, location.unit, floor, location.room and f"room {location.room}")
    return shown(", ".join(part for part in parts if part), 200) or location.id


def _policy(plan: Plan) -> Iterator[str]:
    calls = plan.flow.emergency
    names = []
    for at, number in enumerate([*calls.numbers, *calls.test_numbers]):
        # What a mask matches is dialled as the number itself: a test number must never be one.
        masks = [f"{prefix}{number}" for prefix in calls.accept_prefixes]
        name = variable("emergency", str(at))
        names.append(name)
        made = command("New-CsTeamsEmergencyNumber", EmergencyDialString=number,
                       EmergencyDialMask=";".join(masks) or None, OnlinePSTNUsage="Emergency")  # fmt: skip
        yield put(name, made)
    if names:
        yield command("New-CsTeamsEmergencyCallRoutingPolicy", Identity="CallFlow", EmergencyNumbers=names,
                      AllowEnhancedEmergencyServices=Raw("$true"))  # fmt: skip
