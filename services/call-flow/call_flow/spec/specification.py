"""What a customer says, as `POST /api/callflow/generate` takes it."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from call_flow.flow.hours import HolidaySet
from call_flow.flow.model import SCHEMA, FeatureCodes, Mailbox, Numbering, OutboundRoute, Prompt, Provenance
from call_flow.flow.nodes import Node
from call_flow.flow.places import Customer, Site
from call_flow.flow.values import Country, Label, Language, Zone
from call_flow.spec.wishes import (
    AddressTold,
    EmergencyTold,
    ExtensionTold,
    GroupTold,
    Holidays,
    Hours,
    MailboxTold,
    NumberTold,
    QueueTold,
    ScheduleWish,
    Speech,
    TrunkTold,
    Way,
    Ways,
)
from oberaconnect.endpoint import Model, Text

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?")


def _this_version(told: Any) -> Any:
    if told is not None and told != SCHEMA:
        raise ValueError(f"{SCHEMA} is understood here, and no other version; leave the field out, or convert the text")
    return told


def _language(told: Any) -> Any:
    match = _TAG.fullmatch(told.strip()) if isinstance(told, str) else None
    if match is None:
        raise ValueError("write a language as 'en' or 'en-US'")
    return match[1].lower() + (f"-{match[2].upper()}" if match[2] else "")


def _customer(told: Any) -> Any:
    if not isinstance(told, str | dict | Customer):
        raise ValueError("a customer is a name, or an object with at least a name")
    return {"name": told} if isinstance(told, str) else told


def _country(told: Any) -> Any:
    return told.strip().upper() if isinstance(told, str) else told


LanguageTold = Annotated[Language, BeforeValidator(_language)]


class Specification(Model):
    """What a customer says about their telephones. Only `customer` is needed: what is not said is completed.

    A whole `callflow/1` document is a specification, and completes to itself. A section that is given in full
    (`mailboxes`, `nodes`, `trunks` …) is left as it is, except for what the short fields ask for. The parts that short
    fields make have fixed ids, so that `nodes` can name them: nodes `hours`, `menu`, `closed`, `holiday`, `front-desk`,
    schedule `office`, holiday set `holidays`; a group or queue is named after its name (`Sales` is `sales`).
    """

    model_config = ConfigDict(populate_by_name=True)

    schema_: Annotated[str | None, BeforeValidator(_this_version)] = Field(
        default=None, alias="schema", examples=[SCHEMA], description=f"{SCHEMA}, if it is said"
    )
    customer: Annotated[Customer, BeforeValidator(_customer, json_schema_input_type=str | Customer)] = Field(
        description="The customer's name, or all about them"
    )
    country: Annotated[Country, BeforeValidator(_country)] | None = Field(
        default=None, description="If absent: that of the address or of the numbers, else US"
    )
    subdivision: str | None = Field(default=None, pattern=r"^[A-Z0-9]{1,3}$", description="State or province: 'NY'")
    time_zone: Zone | None = Field(default=None, description="If absent: that of the main number's area or the country")
    language: LanguageTold | None = Field(default=None, description="The only one")
    languages: list[LanguageTold] | None = Field(
        default=None, min_length=1, max_length=8,
        description="With several, and no number that has one of its own, callers choose in a language menu",
    )  # fmt: skip
    address: AddressTold | None = Field(
        default=None,
        description="Of the only site: '350 5th Ave, New York, NY 10118', 'Hauptstr. 5, 10115 Berlin', or by its parts",
    )
    numbers: list[NumberTold] = Field(
        default=[], max_length=2000, description="The customer's telephone numbers, the main number first"
    )
    extensions: list[ExtensionTold] = Field(
        default=[], max_length=5000, description="Telephones: '101', 101, '101 Ann Archer', 'Ann Archer', or an object"
    )
    voicemail: bool | None = Field(
        default=None, description="Whether each extension has a mailbox. If absent: yes, unless `mailboxes` are given"
    )
    mailbox: MailboxTold | None = Field(
        default=None, description="The general mailbox: its number, the address messages are mailed to, or an object"
    )
    hours: Hours | None = Field(
        default=None, description="When it is open: 'Mon-Fri 08:00-17:00, Sat 9-12', '24/7', a list, or times by days"
    )
    holidays: Holidays | None = Field(
        default=None,
        description="true, false, a country ('US', 'US-NY'), or the list of the days: countries, names, dates "
        "('2026-12-24', '12-24 Christmas Eve', '12-24..01-01', 'not Columbus Day', '2026-12-24 08:00-12:00'), "
        "or country, subdivision, categories, observed and days",
    )
    greeting: Speech | None = Field(
        default=None,
        description="What callers hear first during hours. The menu's choices are added unless it names all of them",
    )
    during_hours: Way | None = Field(default=None, description="Where calls go during hours. If absent: to the menu")
    menu: Ways | None = Field(
        default=None, min_length=1, max_length=20, description="What each key does; 'repeat' plays it again"
    )
    direct_dial: bool | None = Field(
        default=None, description="Whether callers may dial extensions in the menu. If absent: unless `menu` is given"
    )
    after_hours: Way | None = Field(default=None, description="Where calls go when it is closed")
    on_holidays: Way | None = Field(default=None, description="Where calls go on holidays. If absent: as after hours")
    operator: Way | None = Field(
        default=None, description="Who takes callers that press 0 or stay on the line. If absent: the first extension"
    )
    groups: dict[Label, GroupTold] = Field(default={}, max_length=100, description="Ring groups: name and members")
    queues: dict[Label, QueueTold] = Field(default={}, max_length=100, description="Queues: name and agents")
    emergency: EmergencyTold | None = Field(default=None, description="The numbers for help, or all about them")
    trunk: TrunkTold | None = Field(default=None, description="The provider's name or host")
    trunks: list[TrunkTold] | None = Field(
        default=None, max_length=20, description="Several, in the order in which calls take them"
    )
    sites: list[Site] | None = Field(
        default=None, max_length=200, description="Buildings in full; `address` makes the only one"
    )
    mailboxes: list[Mailbox] | None = Field(
        default=None,
        max_length=10_000,
        description="In full: then no others are made but by `voicemail` and `mailbox`",
    )
    schedules: list[ScheduleWish] = Field(
        default=[], max_length=100, description="Opening hours for nodes to name; `weekly` in words or in full"
    )
    holiday_sets: list[HolidaySet] = Field(
        default=[], max_length=50, description="Holidays in full, for schedules to name"
    )
    prompts: list[Prompt] = Field(
        default=[], max_length=1000, description="What is announced, in full, for nodes to name"
    )
    nodes: list[Node] = Field(default=[], max_length=1000, description="Nodes as flows have them")
    outbound: list[OutboundRoute] | None = Field(
        default=None, max_length=50, description="Which calls take which trunks"
    )
    numbering: Numbering | None = Field(default=None, description="How numbers are dealt out inside")
    feature_codes: FeatureCodes | None = Field(
        default=None, description="What staff dial for functions of the system; null: no such code"
    )
    provenance: dict[Text, Provenance] = Field(
        default={}, description="Where values come from, by JSON pointer in this specification"
    )
