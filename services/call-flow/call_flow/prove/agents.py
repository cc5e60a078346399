"""Whether the agents of queues are free: a queue passes over whoever it believes to speak still."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

from call_flow.pbx.ami import Ami, Event

_EVENT = "QueueMemberStatus"
#: Of Asterisk's states of a device: in use, busy, rings, rings while in use, on hold.
_AT_WORK = {"2", "3", "6", "7", "8"}
_PATIENCE_SECONDS = 5.0


class Agents:
    """Follows what the queues of a PBX say of their agents."""

    def __init__(self, ami: Ami) -> None:
        """From now on."""
        self._at_work: set[tuple[str, str]] = set()
        self._news = asyncio.Event()
        ami.listen(self._take)

    async def idle(self, agents: Collection[str]) -> None:
        """Wait until each queue believes that these are free; who is on the telephone for long is not waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while any(agent in agents for _, agent in self._at_work):
                    self._news.clear()
                    await self._news.wait()

    def _take(self, event: Event) -> None:
        if event["Event"] != _EVENT:
            return
        place = event.get("Queue", ""), event.get("MemberName", "")
        if event.get("Status") in _AT_WORK:
            self._at_work.add(place)
        else:
            self._at_work.discard(place)
            self._news.set()
