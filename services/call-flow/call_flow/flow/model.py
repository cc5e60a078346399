"""The model `callflow/1`: everything that is said about a telephone system, and where each value comes from.

The model refuses what has no shape. What has a shape but no sense (a destination that does not exist, a number twice)
is kept, and `call_flow.validate` finds it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from call_flow.flow.destination import Destination
from call_flow.flow.hours import HolidaySet, Schedule
from call_flow.flow.nodes import Node
from call_flow.flow.places import Customer, Site
from call_flow.flow.values import E164, Dialled, Email, ExtensionNumber, Id, Label, Language, Part, Seconds, Words
from oberaconnect.endpoint import Text

SCHEMA = "callflow/1"

#: stated: the customer said so. default: how such systems usually are. assumed: worked out from what was said, to be
#: confirmed. imported: read from another system's configuration.
Origin = Literal["stated", "default", "assumed", "imported"]


class Provenance(Part):
    """Where a value comes from. `evidence` quotes the words or the line; `question` is what the customer is asked."""

    origin: Origin
    evidence: Words | None = None
    question: Words | None = None


class Number(Part):
    """A telephone number of the customer and where its calls begin."""

    e164: E164
    label: Label | None = None
    kind: Literal["voice", "fax", "toll_free"] = "voice"
    site: Id | None = None
    entry: Destination
    language: Language | None = None
    caller_prefix: Label | None = None
    emergency_registered: bool = Field(default=False, description="The carrier knows its address for emergency calls")


class FollowMe(Part):
    """Another place where an extension rings, so much later, if nobody has answered."""

    number: E164
    delay_s: Seconds = 10
    confirm: bool = True


class CallerId(Part):
    """What called parties are shown. Emergency services call back `emergency`."""

    external: E164 | None = None
    emergency: E164 | None = None


class Extension(Part):
    """A telephone. Where `on_…` is absent, busy and offline are as no answer, and no answer goes to its mailbox."""

    number: ExtensionNumber
    first: Label | None = None
    last: Label | None = None
    display: Label | None = Field(default=None, description="first and last if absent")
    email: Email | None = None
    site: Id | None = None
    location: Id | None = Field(default=None, description="A location of its site")
    device: Literal["desk", "softphone", "cordless", "door", "analog", "fax", "none"] = "desk"
    did: E164 | None = Field(default=None, description="A number that rings it directly; listed under numbers too")
    caller_id: CallerId | None = None
    ring_s: int = Field(default=20, ge=1, le=600)
    on_no_answer: Destination | None = None
    on_busy: Destination | None = None
    on_offline: Destination | None = None
    mailbox: ExtensionNumber | None = None
    follow_me: list[FollowMe] = Field(default=[], max_length=10)
    in_directory: bool = True
    outbound: Literal["none", "internal", "national", "international"] = Field(
        default="national",
        description="What it may call; emergency numbers always. Numbers at premium rate count as international",
    )
    mobile: E164 | None = None

    @property
    def name(self) -> str:
        """What is shown for it."""
        return self.display or " ".join(part for part in (self.first, self.last) if part) or self.number


class Mailbox(Part):
    """Where messages are kept."""

    number: ExtensionNumber
    name: Label | None = None
    email: list[Email] = Field(default=[], max_length=20)
    attach: bool = True
    delete_after_send: bool = False
    transcribe: bool = False
    operator: Destination | None = Field(default=None, description="Where 0 leads during the greeting")
    max_s: int = Field(default=180, ge=10, le=3600, description="The longest message")
    unavailable_greeting: Id | None = Field(default=None, description="A prompt")
    busy_greeting: Id | None = None


class Prompt(Part):
    """Words to be spoken, in each language of the customer that needs them."""

    id: Id
    texts: dict[Language, Words] = Field(min_length=1, max_length=8)
    voice: Label | None = None
    seconds: float | None = Field(default=None, ge=0, le=600, description="How long the recording is")
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")] | None = None
    state: Literal["draft", "tts", "recorded", "approved"] = "draft"


class Trunk(Part):
    """A way to the telephone network. Its password is no part of a flow."""

    id: Id
    name: Label | None = None
    provider: Label | None = None
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$")] = "sip.example.net"
    port: int = Field(default=5060, ge=1, le=65_535)
    registers: bool = False
    username: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$")] | None = None
    channels: int | None = Field(default=None, ge=1, le=10_000)


class OutboundRoute(Part):
    """Which trunks calls of a class take, in their order."""

    id: Id
    name: Label | None = None
    classes: list[Literal["national", "international"]] = Field(min_length=1)
    prefix: Dialled | None = Field(default=None, description="What is dialled first to get outside")
    trunks: list[Id] = Field(max_length=10)


class Notice(Part):
    """Who is told, at the same time, that somebody called for help: an extension rings, or a mail is sent."""

    extension: ExtensionNumber | None = None
    email: Email | None = None
    number: E164 | None = None


class Emergency(Part):
    """Calls for help. They pass every restriction, at every hour."""

    numbers: list[Dialled] = Field(default=["911"], max_length=20)
    test_numbers: list[Dialled] = Field(default=["933"], max_length=5)
    accept_prefixes: list[Dialled] = Field(default=["9"], max_length=5, description="Taken off if dialled before it")
    trunks: list[Id] = Field(default=[], max_length=10, description="In their order; all trunks if empty")
    callback: E164 | None = None
    notify: list[Notice] = Field(default=[], max_length=50)


class Numbering(Part):
    """How numbers are dealt out inside."""

    extension_digits: int = Field(default=3, ge=2, le=8)
    outbound_prefix: Dialled | None = None
    parking: ExtensionNumber | None = "700"
    parking_slots: int = Field(default=20, ge=1, le=100)


class FeatureCodes(Part):
    """What staff dial for functions of the system. None: there is no code."""

    voicemail: Dialled | None = "*97"
    voicemail_any: Dialled | None = "*98"
    pickup: Dialled | None = "*8"
    directory: Dialled | None = "*411"
    echo_test: Dialled | None = "*43"


class Flow(Part):
    """A telephone system.

    `provenance` is by JSON pointer. A value without an entry has that of the nearest one above it; at the top, stated.
    """

    schema_: Literal["callflow/1"] = Field(default="callflow/1", alias="schema")
    customer: Customer
    sites: list[Site] = Field(default=[], max_length=200)
    numbers: list[Number] = Field(default=[], max_length=2000)
    extensions: list[Extension] = Field(default=[], max_length=5000)
    mailboxes: list[Mailbox] = Field(default=[], max_length=10_000)
    schedules: list[Schedule] = Field(default=[], max_length=100)
    holiday_sets: list[HolidaySet] = Field(default=[], max_length=50)
    prompts: list[Prompt] = Field(default=[], max_length=1000)
    nodes: list[Node] = Field(default=[], max_length=1000)
    trunks: list[Trunk] = Field(default=[], max_length=20)
    outbound: list[OutboundRoute] = Field(default=[], max_length=50)
    emergency: Emergency = Emergency()
    numbering: Numbering = Numbering()
    feature_codes: FeatureCodes = FeatureCodes()
    provenance: dict[Text, Provenance] = {}

    def plain(self) -> dict[str, Any]:
        """As JSON holds it, without what is absent."""
        dumped: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        # Here "none" differs from "not said": there is no parking, there is no such code.
        dumped["numbering"] = self.numbering.model_dump(mode="json")
        dumped["feature_codes"] = self.feature_codes.model_dump(mode="json")
        return dumped
