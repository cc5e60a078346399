"""A call that is under way: what a script can do with it, and what it may wait for."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from call_flow.pbx.ami import Event
from call_flow.pbx.behaviour import OFFLINE, Policy
from call_flow.pbx.digest import Credentials
from call_flow.pbx.incoming import IncomingLeg
from call_flow.pbx.linking import Links
from call_flow.pbx.outgoing import OutgoingLeg

_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Call:
    """A call to place.

    Attributes:
        number: what is dialled.
        caller: the caller's number; for a phone of the PBX the name of its endpoint.
        headers: SIP header fields, for instance the one that tells the PBX that this is the carrier.
        policy: what the phones do that this call reaches.
        talk_seconds: how long the caller talks once put through, then hangs up; None leaves that to the others.
        patience_seconds: the caller hangs up after that, whatever is the matter.
    """

    number: str
    caller: str
    caller_name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials | None = None
    policy: Policy = lambda _: OFFLINE
    talk_seconds: float | None = 0.2
    patience_seconds: float = 60.0

    def is_of(self, event: Event) -> bool:
        """Whether an event of Asterisk is of this call, as far as what the caller shows can tell."""
        if event["Event"] != "Newchannel" or not event.get("Channel", "").startswith("PJSIP/"):
            return False
        if self.caller_name and event.get("CallerIDName") == self.caller_name:
            return True
        return event["Channel"].startswith(f"PJSIP/{self.caller}-") and event.get("Exten") == self.number


class CallHandle:
    """A placed call. Instants are seconds since the caller dialled."""

    def __init__(self, call: Call, leg: OutgoingLeg, links: Links) -> None:
        """See `Driver.place`."""
        self.call = call
        self.begun = datetime.now(UTC)
        #: The caller's own leg, those that the PBX placed because of it, and the keys that were pressed.
        self.leg = leg
        self.legs: list[IncomingLeg] = []
        self.keys: list[tuple[float, str]] = []
        #: Set once the caller was put through to somebody; when each channel was, by its name.
        self.connected = asyncio.Event()
        self.bridged: dict[str, float] = {}
        #: What went wrong in a policy of this call.
        self.failure: Exception | None = None
        self.is_out_of_patience = False
        self._links = links
        self._news = asyncio.Event()
        self._seen = 0
        self._cursor = 0

    @property
    def events(self) -> list[Event]:
        """Asterisk's events of this call so far, oldest first."""
        link = self._links.known(self.leg.call_id)
        return self._links.events(link.linked_id) if link else []

    def seconds(self) -> float:
        """How long ago the caller dialled."""
        return asyncio.get_running_loop().time() - self.leg.started

    async def send_dtmf(self, keys: str) -> None:
        """Press keys, as soon as there is audio; returns when the last was let go, or the call has ended.

        Raises:
            ValueError: for a key that phones do not have, or when the PBX takes no telephone events.
        """
        self.keys.append((self.seconds(), keys))
        await self.leg.press(keys)

    @property
    def heard(self) -> list[str]:
        """The prompts that were played to the caller so far, as `sounds.lay` takes them."""
        return self.leg.line.heard if self.leg.line else []

    async def packets_taken(self) -> int:
        """How many packets of what the caller says the PBX has taken; 0 when it knows nothing of the call any more."""
        return await self._links.packets_taken(self.leg.call_id)

    def hangup(self) -> None:
        """Hang up as the caller."""
        self.leg.hang_up()

    async def wait_ended(self, timeout_seconds: float) -> None:
        """Wait for the end of the call. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout_seconds):
            await self.leg.ended.wait()

    async def wait_event(self, condition: Callable[[Event], bool], timeout_seconds: float) -> Event:
        """The first event that meets the condition, after the one that the last wait found. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout_seconds):
            while True:
                events = self.events
                while self._cursor < len(events):
                    event = events[self._cursor]
                    self._cursor += 1
                    if condition(event):
                        return event
                await self._news.wait()

    def advance(self) -> None:
        """Take note of the events that have come."""
        events = self.events
        link = self._links.known(self.leg.call_id)
        for event in events[self._seen :]:
            channel = event.get("Channel", "")
            if event["Event"] == "BridgeEnter":
                self.bridged.setdefault(channel, self.seconds())
                if link and channel != link.channel and channel.startswith("PJSIP/"):
                    self.connected.set()
        self._seen = len(events)
        self._news.set()
        self._news = asyncio.Event()

    async def settle(self, timeout_seconds: float) -> None:
        """Wait a little for what follows the end: Asterisk says so, and the legs that it dialled end."""
        with suppress(TimeoutError):  # the record tells what is still open
            async with asyncio.timeout(timeout_seconds):
                while self._links.known(self.leg.call_id) is None:
                    self._links.recognise(self.leg.call_id, self.call.is_of)
                    await asyncio.sleep(_LOOK_SECONDS)
                while not self._is_told():
                    await self._news.wait()
                for leg in self.legs:
                    await leg.ended.wait()

    def _is_told(self) -> bool:
        """Whether Asterisk has let go of the caller, and every phone that it says to have dialled was reached."""
        link = self._links.known(self.leg.call_id)
        kinds = [(event["Event"], event.get("DestChannel") or event.get("Channel", "")) for event in self.events]
        dialled = sum(kind == "DialBegin" and channel.startswith("PJSIP/") for kind, channel in kinds)
        return link is not None and ("Hangup", link.channel) in kinds and len(self.legs) >= dialled
