"""Who the customer is and where their telephones stand."""

from pydantic import Field

from call_flow.flow.values import Country, Id, Label, Language, Part, Zone


class Customer(Part):
    """The company whose telephone system this is."""

    name: Label = Field(min_length=1)
    country: Country = "US"
    subdivision: str | None = Field(default=None, pattern=r"^[A-Z0-9]{1,3}$", description="ISO 3166-2, after the dash")
    time_zone: Zone = "America/New_York"
    languages: list[Language] = Field(default=["en-US"], min_length=1, max_length=8)


class Address(Part):
    """A civic address, in the words of RFC 4119 and RFC 5139: what a dispatcher is told."""

    country: Country
    state: Label | None = Field(default=None, description="A1")
    city: Label | None = Field(default=None, description="A3")
    postal_code: Label | None = Field(default=None, description="PC")
    house_number: Label | None = Field(default=None, description="HNO")
    street: Label | None = Field(default=None, description="RD, with its suffix and direction")
    building: Label | None = Field(default=None, description="BLD")


class Location(Part):
    """A place inside a site, as exact as somebody has to look for it: floor, suite, room."""

    id: Id
    name: Label
    floor: Label | None = None
    unit: Label | None = None
    room: Label | None = None


class Site(Part):
    """A building of the customer."""

    id: Id
    name: Label
    time_zone: Zone | None = Field(default=None, description="The customer's if absent")
    address: Address | None = None
    locations: list[Location] = Field(default=[], max_length=500)
