"""Which of Asterisk's channels belongs to which leg, and which events to which call.

Asterisk gives all channels that a call leads to the same linked id. A leg knows its Call-ID; the channel tells its own.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from call_flow.pbx.ami import Ami, AmiError, Event

_LOOK_UP_SECONDS = 2.0


@dataclass(frozen=True)
class Link:
    """What Asterisk knows a leg as."""

    linked_id: str
    channel: str


class Links:
    """Follows the events of the manager interface until it is closed."""

    def __init__(self, ami: Ami, notify: Callable[[str], None]) -> None:
        """`notify` is called with the linked id of a call about which there is news."""
        self._ami = ami
        self._notify = notify
        self._events: defaultdict[str, list[Event]] = defaultdict(list)
        self._links: dict[str, asyncio.Future[Link]] = {}
        self._asked: set[str] = set()
        self._asking: set[asyncio.Task[None]] = set()
        self._end = ami.listen(self._take)

    async def find(self, call_id: str) -> Link | None:
        """The link of a leg, or None when Asterisk has no channel for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_UP_SECONDS):
                return await asyncio.shield(self._future(call_id))
        return None

    def recognise(self, call_id: str, is_its: Callable[[Event], bool]) -> None:
        """Link a leg to a channel that has ended, of which nothing can be asked any more, by an event that is its."""
        taken = {found.result().linked_id for found in self._links.values() if found.done()}
        for linked_id, events in self._events.items():
            if linked_id in taken:
                continue
            channel = next((event["Channel"] for event in events if is_its(event)), "")
            if any(event["Event"] == "Hangup" and event.get("Channel") == channel for event in events):
                self._future(call_id).set_result(Link(linked_id, channel))
                return

    def known(self, call_id: str) -> Link | None:
        """The link of a leg, if it was told already."""
        found = self._links.get(call_id)
        return found.result() if found is not None and found.done() else None

    async def packets_taken(self, call_id: str) -> int:
        """How many packets of its audio Asterisk has taken from a leg; 0 when it has no channel for it any more."""
        link = self.known(call_id)
        if link is None:
            return 0
        with suppress(AmiError):
            taken = await self._ami.variable(link.channel, "CHANNEL(rtcp,rxcount)")
            return int(taken) if taken.isdecimal() else 0
        return 0

    def events(self, linked_id: str) -> list[Event]:
        """The events of a call, oldest first. The list grows."""
        return self._events[linked_id]

    def forget(self, linked_id: str) -> None:
        """Keep the events of a call no longer."""
        self._events.pop(linked_id, None)

    def close(self) -> None:
        """Follow no longer."""
        self._end()
        for task in self._asking:
            task.cancel()

    def _future(self, call_id: str) -> asyncio.Future[Link]:
        return self._links.setdefault(call_id, asyncio.get_running_loop().create_future())

    def _take(self, event: Event) -> None:
        linked_id = event.get("Linkedid") or event.get("DestLinkedid")
        if not linked_id:
            return
        self._events[linked_id].append(event)
        # Not at Newchannel: a channel gets its SIP dialog only after that is told.
        if event["Event"] == "Newexten":
            self._look_up(Link(linked_id, event.get("Channel", "")))
        elif event["Event"] == "DialBegin":
            self._look_up(Link(event.get("DestLinkedid", ""), event.get("DestChannel", "")))
        self._notify(linked_id)

    def _look_up(self, link: Link) -> None:
        if link.channel.startswith("PJSIP/") and link.channel not in self._asked:
            self._asked.add(link.channel)
            task = asyncio.create_task(self._ask(link))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, link: Link) -> None:
        call_id = ""
        with suppress(AmiError):  # the channel has ended already, or Asterisk has too much to do
            call_id = await self._ami.variable(link.channel, "CHANNEL(pjsip,call-id)")
        if not call_id:
            self._asked.discard(link.channel)  # its next step asks again
            return
        found = self._future(call_id)
        if not found.done():
            found.set_result(link)
        self._notify(link.linked_id)
