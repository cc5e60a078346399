"""The values of a flow: names, numbers, times."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from oberaconnect.endpoint import Model, Text


class Part(Model):
    """A part of a flow. It is not changed: a changed flow is another version."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


#: What parts refer to each other by. It is safe in file names, dialplans and addresses.
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["main-menu"])]
#: Words of the customer. They may hold anything and are shown, never executed.
Label = Annotated[Text, Field(max_length=200)]
Words = Annotated[Text, Field(max_length=4000)]
ExtensionNumber = Annotated[str, Field(pattern=r"^[0-9]{1,12}$", examples=["101"])]
#: A telephone number as E.164 writes it.
E164 = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{1,14}$", examples=["+12125550123"])]
#: What can be dialled on a telephone.
Dialled = Annotated[str, Field(pattern=r"^[0-9*#]{1,15}$")]
#: One key of a menu, or several in a row.
Keys = Annotated[str, Field(pattern=r"^[0-9*#]{1,4}$")]
#: The name of a zone in the IANA database. Whether it exists is a finding, not a refusal.
Zone = Annotated[Text, Field(min_length=1, max_length=64, examples=["America/New_York"])]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
#: A language with or without its region, as in BCP 47.
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", examples=["en-US"])]
Clock = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["08:30"])]
Email = Annotated[Text, Field(max_length=254, pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
