"""Rules about the places that helpers are told."""

from collections.abc import Iterator

from call_flow.validate.context import Context
from call_flow.validate.naming import listed, quoted
from call_flow.validate.rule import Found, Subject

LOCATIONS = Subject()
#: Telephones that stay where they are, and those that people carry.
FIXED, MOVING = ("desk", "analog", "door", "fax"), ("softphone", "cordless")


@LOCATIONS.rule(
    "emergency.address-incomplete", "warning",
    title="An address that is not complete",
    why="Help is sent to the wrong house.",
    fix="What is the full address? Enter street, house number, city and postal code, in the United States the state.",
    reference="RFC 5139; for the United States 47 CFR 9.3, dispatchable location",
)  # fmt: skip
def address_incomplete(context: Context) -> Iterator[Found]:
    """The address of a site lacks street, house number or city; in the United States also state or postal code."""
    for position, site in enumerate(context.flow.sites):
        if site.address is None:
            continue
        wanted = ["house_number", "street", "city"]
        wanted += ["state", "postal_code"] if site.address.country == "US" else []
        if missing := [field for field in wanted if not (getattr(site.address, field) or "").strip()]:
            lack = listed(field.replace("_", " ") for field in missing)
            yield Found(f"/sites/{position}/address", f"The address of {quoted(site.name)} lacks {lack}.")


@LOCATIONS.rule(
    "emergency.vague-location", "warning",
    title="A location that nobody can find",
    why="Helpers stand in front of the building and do not know where to go.",
    fix="Enter floor, unit or room.",
    reference="RFC 5139; for the United States 47 CFR 9.3, dispatchable location",
)  # fmt: skip
def vague_location(context: Context) -> Iterator[Found]:
    """A location has neither floor nor unit nor room."""
    for position, site in enumerate(context.flow.sites):
        for place, location in enumerate(site.locations):
            if not (location.floor or location.unit or location.room):
                message = f"The location {quoted(location.name)} of {quoted(site.name)} has no floor, unit or room."
                yield Found(f"/sites/{position}/locations/{place}", message)


@LOCATIONS.rule(
    "emergency.no-location", "warning",
    title="A telephone in a building of several places",
    why="Helpers know the building, but not where to look.",
    fix="In which of them does it stand? Set the location of the extension.",
    reference="for the United States 47 CFR 9.16(b)(3)(i)",
)  # fmt: skip
def no_location(context: Context) -> Iterator[Found]:
    """A telephone that stays in its place has no location, and its site has several."""
    several = {site.id: site.name for site in context.flow.sites if len(site.locations) > 1}
    for position, extension in enumerate(context.flow.extensions):
        if extension.device in FIXED and extension.location is None and extension.site in several:
            message = f"{context.of(extension)} stands somewhere at {quoted(several[extension.site])}."
            yield Found(f"/extensions/{position}", message)
