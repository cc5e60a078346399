"""What a specification may say in short where the model wants it in full."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, WithJsonSchema

from call_flow.flow.hours import DatedHours, Override
from call_flow.flow.nodes import Announce
from call_flow.flow.values import Country, Dialled, Email, ExtensionNumber, Id, Keys, Label, Language, Seconds, Zone
from oberaconnect.endpoint import Model, Text

_WAY: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "examples": ["101", "sales", "voicemail", "voicemail 102", "+1 212 555 0177", "hang up"]},
        {"type": "integer"},
        {"type": "array", "items": {"type": ["string", "integer"]}},
        {"type": "object"},
    ]
}
#: Where calls go. A text: the number or name of an extension (`101`, `Ann Archer`), the name of a group or queue, the
#: id of a node, `voicemail` or `voicemail 102`, `operator`, `directory`, `menu`, `hours`, `hang up`, a telephone
#: number, or `say: ` and what is announced. A list of extensions and numbers that ring together. An object: a
#: destination as flows have it, or `to` with `label` (what a menu calls it), or `say` with `then` and `label`.
Way = Annotated[JsonValue, WithJsonSchema(_WAY)]
Ways = dict[Keys, Way]
_SPEECH: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "maxLength": 4000},
        {"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"en-US": "Hello", "es": "Hola"}]},
    ]
}
#: What is said to callers: in the first language, or by language.
Speech = Annotated[JsonValue, WithJsonSchema(_SPEECH)]
_HOURS: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "examples": ["Mon-Fri 08:00-17:00, Sat 9-12", "24/7"]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "additionalProperties": {"type": ["string", "array", "null"]}},
    ]
}
#: Opening hours: `Mon-Fri 08:00-17:00, Sat 9-12`, `24/7`, a list of such texts, or times by days.
Hours = Annotated[JsonValue, WithJsonSchema(_HOURS)]
_HOLIDAYS: dict[str, Any] = {
    "anyOf": [
        {"type": "boolean"},
        {"type": "string", "examples": ["US", "US-NY"]},
        {"type": "array", "items": {"type": ["string", "object"]}, "examples": [["US", "12-24 Christmas Eve"]]},
        {"type": "object", "properties": {"country": {"type": "string"}, "days": {"type": "array"}}},
    ]
}
Holidays = Annotated[JsonValue, WithJsonSchema(_HOLIDAYS)]

#: With its country code, or as it is written inside the country.
Telephone = Annotated[Text, Field(min_length=3, max_length=40, examples=["+12125550123", "(212) 555-0123"])]
_MEMBER: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "object"}]}
#: Whom a group rings or a queue asks: an extension's number or name, a telephone number, or an object as in flows.
Members = Annotated[list[Annotated[JsonValue, WithJsonSchema(_MEMBER)]], Field(max_length=500)]


class Wish(Model):
    """Something said in short. A number may stand where a text of digits is meant."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


class AddressWish(Wish):
    """A civic address, in one line or by its parts; the country is the customer's if absent."""

    line: Text | None = Field(default=None, max_length=300)
    country: Country | None = None
    state: Label | None = None
    city: Label | None = None
    postal_code: Label | None = None
    house_number: Label | None = None
    street: Label | None = None
    building: Label | None = None


def _address(told: Any) -> Any:
    return {"line": told} if isinstance(told, str) else told


AddressTold = Annotated[AddressWish, BeforeValidator(_address, json_schema_input_type=str | AddressWish)]


class FollowMeWish(Wish):
    """Another place where an extension rings."""

    number: Telephone
    delay_s: Seconds | None = None
    confirm: bool | None = None


class CallerIdWish(Wish):
    """What called parties are shown."""

    external: Telephone | None = None
    emergency: Telephone | None = None


def _own_mailbox(told: Any) -> Any:
    if told is None or isinstance(told, bool):
        return told
    number = str(told).strip() if isinstance(told, int | str) else ""
    if not re.fullmatch(r"[0-9]{1,12}", number):
        raise ValueError("write the number of a mailbox, true for one of its own, or false for none")
    return number


class ExtensionWish(Wish):
    """A telephone, told by its number or by a name. Without a number it gets the next free one."""

    number: ExtensionNumber | None = None
    name: Label | None = Field(default=None, description="'Ann Archer' or 'Archer, Ann'; instead of first and last")
    first: Label | None = None
    last: Label | None = None
    display: Label | None = None
    email: Email | None = None
    site: Id | None = None
    location: Id | None = None
    device: Literal["desk", "softphone", "cordless", "door", "analog", "fax", "none"] | None = None
    did: Telephone | None = Field(default=None, description="A number that rings it directly")
    mobile: Telephone | None = None
    caller_id: CallerIdWish | None = None
    ring_s: int | None = Field(default=None, ge=1, le=600)
    on_no_answer: Way | None = None
    on_busy: Way | None = None
    on_offline: Way | None = None
    mailbox: Annotated[
        str | bool | None, BeforeValidator(_own_mailbox, json_schema_input_type=str | int | bool | None)
    ] = Field(default=None, description="Its number; true: one of its own; false: none")
    follow_me: list[FollowMeWish] | None = Field(default=None, max_length=10)
    in_directory: bool | None = None
    outbound: Literal["none", "internal", "national", "international"] | None = None


class NumberWish(Wish):
    """A telephone number of the customer. Without an entry its calls go where the main number's go."""

    e164: Telephone
    label: Label | None = None
    kind: Literal["voice", "fax", "toll_free"] | None = None
    site: Id | None = None
    entry: Way | None = Field(default=None, description="Where its calls begin")
    language: Language | None = None
    caller_prefix: Label | None = None
    emergency_registered: bool | None = None


class GroupWish(Wish):
    """Telephones that ring for one purpose. Unanswered calls go to the general mailbox unless `no_answer` is given."""

    members: Members
    strategy: Literal["simultaneous", "sequential", "rotating", "random"] | None = None
    ring_s: int | None = Field(default=None, ge=1, le=600)
    greeting: Speech | None = None
    caller_prefix: Label | None = None
    no_answer: Way | None = None
    busy: Way | None = None
    offline: Way | None = None


class QueueWish(Wish):
    """A queue. Callers who waited too long go to the general mailbox unless `timeout` is given."""

    agents: Members
    strategy: Literal["ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear"] | None = None
    ring_s: int | None = Field(default=None, ge=1, le=600)
    retry_s: int | None = Field(default=None, ge=1, le=600)
    wrapup_s: Seconds | None = None
    max_wait_s: int | None = Field(default=None, ge=1, le=86_400)
    max_callers: int | None = Field(default=None, ge=0, le=10_000)
    greeting: Speech | None = None
    announce: Announce | None = None
    music: Id | None = None
    exit_keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Way] | None = None
    join_empty: bool | None = None
    caller_prefix: Label | None = None
    timeout: Way | None = None
    full: Way | None = None
    no_agents: Way | None = None


class MailboxWish(Wish):
    """The general mailbox: where messages are kept that are for nobody in particular."""

    number: ExtensionNumber | None = None
    name: Label | None = None
    email: list[Email] = Field(default=[], max_length=20)
    attach: bool | None = None
    delete_after_send: bool | None = None
    transcribe: bool | None = None
    operator: Way | None = None
    max_s: int | None = Field(default=None, ge=10, le=3600)


class ScheduleWish(Wish):
    """Opening hours besides those of `hours`, for nodes to name."""

    id: Id
    name: Label | None = None
    time_zone: Zone | None = Field(default=None, description="The customer's if absent")
    weekly: Hours | None = None
    exceptions: list[DatedHours] | None = Field(default=None, max_length=400)
    holiday_set: Id | None = None
    override: Override | None = None


class NoticeWish(Wish):
    """Who is told of an emergency call."""

    extension: ExtensionNumber | None = None
    email: Email | None = None
    number: Telephone | None = None


class TrunkWish(Wish):
    """A way to the telephone network."""

    id: Id | None = None
    name: Label | None = None
    provider: Label | None = None
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$")] | None = None
    port: int | None = Field(default=None, ge=1, le=65_535)
    registers: bool | None = None
    username: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$")] | None = None
    channels: int | None = Field(default=None, ge=1, le=10_000)


_NUMBERED = re.compile(
    r"(?:ext(?:ension|\.)?\s+)?([0-9]{1,12})(?:(?:\s*[-,:\u2013]\s*|\s+)([^\s0-9].*))?", re.DOTALL | re.IGNORECASE
)
#: The number behind the name, where something sets it off: "Room 12" is a name.
_NAMED = re.compile(
    r"(.*\S)(?:\s*\(\s*([0-9]{1,12})\s*\)|\s*<\s*([0-9]{1,12})\s*>|[\s,]\s*ext(?:ension|\.)?\s*([0-9]{1,12}))",
    re.DOTALL | re.IGNORECASE,
)
_RANGE = re.compile(r"[0-9]+\s*(?:-|\u2013|\.\.+|to)\s*[0-9]+")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _extension(told: Any) -> Any:
    if isinstance(told, int) and not isinstance(told, bool):
        return {"number": str(told)}
    if isinstance(told, ExtensionWish):
        return told
    if isinstance(told, dict):
        alias = next((name for name in ("ext", "extension") if name in told and "number" not in told), None)
        return told if alias is None else {"number": told[alias]} | {k: v for k, v in told.items() if k != alias}
    text = told.strip() if isinstance(told, str) else ""
    if not text:
        raise ValueError("an extension is a number, a name, both ('101 Ann Archer'), or an object")
    if match := _NUMBERED.fullmatch(text):
        return {"number": match[1]} | ({"name": match[2]} if match[2] else {})
    if match := _NAMED.fullmatch(text):
        return {"number": match[2] or match[3] or match[4], "name": match[1].rstrip(" ,-:")}
    if _RANGE.fullmatch(text):
        raise ValueError("this is a range; list each of its extensions")
    if text.startswith("+"):
        raise ValueError("this is a telephone number; an extension has a number of its own, as 101")
    return {"name": text}


def _number(told: Any) -> Any:
    if isinstance(told, int | str) and not isinstance(told, bool):
        return {"e164": str(told)}
    if isinstance(told, dict) and "number" in told and "e164" not in told:
        return {"e164": told["number"]} | {name: value for name, value in told.items() if name != "number"}
    return told


def _group(told: Any) -> Any:
    return {"members": told if isinstance(told, list) else [told]} if not isinstance(told, dict) else told


def _queue(told: Any) -> Any:
    return {"agents": told if isinstance(told, list) else [told]} if not isinstance(told, dict) else told


def _mailbox(told: Any) -> Any:
    if isinstance(told, int) and not isinstance(told, bool):
        return {"number": str(told)}
    if isinstance(told, str):
        return {"email": [told.strip()]} if "@" in told else {"number": told.strip()}
    if isinstance(told, dict) and isinstance(told.get("email"), str):
        return told | {"email": [told["email"]]}
    return told


def _notice(told: Any) -> Any:
    if isinstance(told, int) and not isinstance(told, bool):
        return {"extension": str(told)}
    if isinstance(told, str):
        text = told.strip()
        is_extension = text.isascii() and text.isdigit() and len(text) < 7
        return {"email" if "@" in text else "extension" if is_extension else "number": text}
    return told


def _trunk(told: Any) -> Any:
    if isinstance(told, str):
        return {"host" if _HOST.fullmatch(told.strip()) else "provider": told.strip()}
    return told


ExtensionTold = Annotated[ExtensionWish, BeforeValidator(_extension, json_schema_input_type=str | int | ExtensionWish)]
NumberTold = Annotated[NumberWish, BeforeValidator(_number, json_schema_input_type=str | int | NumberWish)]
GroupTold = Annotated[GroupWish, BeforeValidator(_group, json_schema_input_type=str | int | Members | GroupWish)]
QueueTold = Annotated[QueueWish, BeforeValidator(_queue, json_schema_input_type=str | int | Members | QueueWish)]
MailboxTold = Annotated[MailboxWish, BeforeValidator(_mailbox, json_schema_input_type=str | int | MailboxWish)]
NoticeTold = Annotated[NoticeWish, BeforeValidator(_notice, json_schema_input_type=str | int | NoticeWish)]
TrunkTold = Annotated[TrunkWish, BeforeValidator(_trunk, json_schema_input_type=str | TrunkWish)]


class EmergencyWish(Wish):
    """Calls for help. What is not said follows from the country."""

    numbers: list[Dialled] | None = Field(default=None, max_length=20)
    test_numbers: list[Dialled] | None = Field(default=None, max_length=5)
    accept_prefixes: list[Dialled] | None = Field(default=None, max_length=5)
    trunks: list[Id] | None = Field(default=None, max_length=10)
    callback: Telephone | None = None
    notify: list[NoticeTold] | None = Field(default=None, max_length=50)


def _emergency(told: Any) -> Any:
    return {"numbers": told} if isinstance(told, list) else told


EmergencyTold = Annotated[
    EmergencyWish, BeforeValidator(_emergency, json_schema_input_type=list[Dialled] | EmergencyWish)
]
