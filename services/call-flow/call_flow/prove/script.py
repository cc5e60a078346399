"""What a caller does during a call: press keys when a place listens, speak into a mailbox, then hang up."""

import asyncio
from collections import deque
from collections.abc import Sequence

from call_flow.flow.scenario import Press
from call_flow.pbx.ami import Event
from call_flow.pbx.handle import CallHandle

_LISTENING = frozenset({"background", "queue", "directory", "voicemail"})
_PLACES = ("node-", "mailbox-", "dial-", "hangup-", "external-")
_PATIENCE_SECONDS = 60.0
_STEP_SECONDS = 0.05
#: A mailbox records after this prompt. A message that is shorter than a second is not kept, and of what was said only
#: that counts which the PBX has taken.
_TONE = "en/beep"
_MESSAGE_PACKETS = 65


class Caller:
    """The script of one call."""

    def __init__(self, keys: Sequence[Press], *, stays_seconds: float) -> None:
        """`keys` as in `Scenario.keys`; in a room the caller stays so long."""
        self._keys = deque(keys)
        self._stays_seconds = stays_seconds

    async def __call__(self, handle: CallHandle) -> None:
        """Do all of it, until the call ends."""
        await asyncio.gather(self._press(handle), self._speak(handle))

    async def _press(self, handle: CallHandle) -> None:
        """Press keys by the rules of `call_flow.simulate`: a press waits until a place listens, and then its time."""
        is_listened_to = False
        while self._keys:
            if not is_listened_to:
                await self._listening(handle)
                is_listened_to = True
            press = self._keys[0]
            if not press.press:
                await self._listening(handle)
                self._keys.popleft()
                continue
            try:
                event = await handle.wait_event(_is_moved, press.after)
            except TimeoutError:
                self._keys.popleft()
                await handle.send_dtmf(press.press)
                is_listened_to = self._goes_on()
                continue
            is_listened_to = _is_listening(event)

    def _goes_on(self) -> bool:
        """Whether the next press follows without a new prompt; before silence there is one, which passes with it."""
        return bool(self._keys and self._keys[0].press)

    async def _listening(self, handle: CallHandle) -> None:
        await handle.wait_event(_is_listening, _PATIENCE_SECONDS)

    async def _speak(self, handle: CallHandle) -> None:
        """Leave a message where a mailbox asks for one; leave a place where callers stay after a while."""
        seen = 0
        while not handle.leg.ended.is_set():
            events = handle.events
            for event in events[seen:]:
                application = event.get("Application", "").lower()
                if event["Event"] == "Newexten" and application == "voicemail":
                    await self._message(handle)
                    return
                if event["Event"] == "Newexten" and application in {"confbridge", "page", "voicemailmain", "echo"}:
                    await asyncio.sleep(self._stays_seconds)
                    handle.hangup()
                    return
            seen = len(events)
            await asyncio.sleep(_STEP_SECONDS)

    async def _message(self, handle: CallHandle) -> None:
        """Speak after the tone, and hang up when the PBX has taken down enough."""
        begun = 0
        while not handle.leg.ended.is_set():
            if _is_left(handle):
                return  # pressed 0, and is on the way to somebody
            if handle.heard[-1:] == [_TONE]:
                taken = await handle.packets_taken()
                begun = begun or taken
                if taken - begun >= _MESSAGE_PACKETS:
                    handle.hangup()
                    return
            await asyncio.sleep(_STEP_SECONDS)


def _is_left(handle: CallHandle) -> bool:
    """Whether the call has gone on from its mailbox."""
    entered = [event for event in handle.events if event["Event"] == "Newexten"]
    own = [event for event in entered if event.get("Channel") == entered[0].get("Channel")]
    return bool(own) and not own[-1].get("Context", "").startswith("mailbox-")


def _is_listening(event: Event) -> bool:
    return (
        event["Event"] == "Newexten"
        and event.get("Application", "").lower() in _LISTENING
        and event.get("Context", "").startswith(("node-", "mailbox-"))
    )


def _is_moved(event: Event) -> bool:
    """The call has come to another place, or its place begins to listen anew."""
    is_entered = event.get("Extension") == "s" and event.get("Priority") == "1"
    is_place = event.get("Context", "").startswith(_PLACES)
    return _is_listening(event) or (event["Event"] == "Newexten" and is_entered and is_place)
