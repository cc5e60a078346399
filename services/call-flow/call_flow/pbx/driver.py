"""Calls a booted Asterisk, and answers for every phone and the carrier that it calls."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Any

from call_flow.pbx import record, sounds
from call_flow.pbx.agent import Agent
from call_flow.pbx.ami import Ami
from call_flow.pbx.behaviour import OFFLINE, Answer, Behaviour, Offer, Refuse
from call_flow.pbx.handle import Call, CallHandle
from call_flow.pbx.incoming import IncomingLeg
from call_flow.pbx.instance import Instance
from call_flow.pbx.linking import Link, Links
from call_flow.pbx.media import Media
from call_flow.pbx.record import CallRecord

#: What a caller does meanwhile: press keys when something is heard, say.
Script = Callable[[CallHandle], Awaitable[None]]

_SETTLE_SECONDS = 1.0
_CANCEL_SECONDS = 2.0


class Driver:
    """Everybody around one PBX. Use as an asynchronous context manager, within one loop.

    Attributes:
        ami: the manager interface, for feature toggles and the like.
        strays: legs that belong to no call of this driver; their phones are offline.
    """

    ami: Ami

    def __init__(self, pbx: Instance) -> None:
        """Nothing happens before the block begins."""
        self._pbx = pbx
        self._open = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls: dict[str, CallHandle] = {}
        self.strays: list[IncomingLeg] = []

    async def __aenter__(self) -> "Driver":
        """Connect to the PBX."""
        async with AsyncExitStack() as opening:
            self.ami = await Ami.connect(self._pbx.addresses.manager, self._pbx.secret)
            opening.push_async_callback(self.ami.close)
            self._links = Links(self.ami, self._notify)
            opening.callback(self._links.close)
            media = await Media.open(sounds.Marks(self._pbx.prompts))
            opening.push_async_callback(media.close)
            self._agent = await Agent.open(self._pbx.phones, self._pbx.addresses.sip, media, self._receive)
            opening.callback(self._agent.close)
            opening.push_async_callback(self._end_calls)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Hang up what is left and let go of everything."""
        await self._open.aclose()

    async def ask(self) -> None:
        """Ask the PBX by SIP and by its manager interface whether it is there; returns when it has answered both.

        Raises `AmiError` when it is gone.
        """
        asking = asyncio.ensure_future(self._agent.ask())
        try:
            await self.ami.act("Ping")
            await asking
        finally:
            asking.cancel()

    def place(self, call: Call) -> CallHandle:
        """Dial. Raises `ValueError` for a number or header field that SIP cannot carry."""
        leg = self._agent.call(
            call.number, call.caller, caller_name=call.caller_name, headers=call.headers, credentials=call.credentials
        )
        handle = self._calls[leg.call_id] = CallHandle(call, leg, self._links)
        return handle

    async def call(self, call: Call, script: Script | None = None) -> CallRecord:
        """A whole call, from dialling until it is over. A script that waits in vain makes the caller hang up.

        Raises:
            ValueError: for a number or header field that SIP cannot carry.
            Exception: what else the script or the policy raised; the call was ended then.
        """
        handle = self.place(call)
        doing = [self._spawn(self._talk(handle))]
        if script is not None:
            doing.append(self._spawn(_run(script, handle)))
        try:
            await self._over(handle)
        except BaseException:
            del self._calls[handle.leg.call_id]
            raise
        finally:
            handle.hangup()
            for task in doing:
                task.cancel()
            await asyncio.gather(*doing, return_exceptions=True)
        return await self.finish(handle)

    async def finish(self, handle: CallHandle) -> CallRecord:
        """The record of a call that was placed and has ended. Raises what its script or policy raised."""
        await handle.settle(_SETTLE_SECONDS)
        found = record.of(handle, self._links)
        del self._calls[handle.leg.call_id]
        if (link := self._links.known(handle.leg.call_id)) is not None:
            self._links.forget(link.linked_id)
        if handle.failure is not None:
            raise handle.failure
        return found

    async def _over(self, handle: CallHandle) -> None:
        try:
            await handle.wait_ended(handle.call.patience_seconds)
        except TimeoutError:
            handle.is_out_of_patience = True
            handle.hangup()
            await _or_give_up(handle.leg.ended.wait())

    async def _talk(self, handle: CallHandle) -> None:
        if handle.call.talk_seconds is not None:
            await handle.connected.wait()
            await asyncio.sleep(handle.call.talk_seconds)
            handle.hangup()

    def _notify(self, linked_id: str) -> None:
        for handle in self._calls.values():
            link = self._links.known(handle.leg.call_id)
            if link is not None and link.linked_id == linked_id:
                handle.advance()

    def _receive(self, leg: IncomingLeg) -> None:
        self._spawn(self._serve(leg))

    async def _serve(self, leg: IncomingLeg) -> None:
        """What the phone of a leg does."""
        handle = await self._whose(leg)
        if handle is None:
            self.strays.append(leg)
            await _behave(leg, OFFLINE)
            return
        handle.legs.append(leg)
        handle.advance()
        attempt = sum(other.number == leg.number for other in handle.legs)
        try:
            await _behave(leg, handle.call.policy(Offer(leg.number, leg.caller, attempt, leg.invite)))
        except Exception as error:
            leg.hang_up()
            handle.failure = error
            handle.hangup()

    async def _whose(self, leg: IncomingLeg) -> CallHandle | None:
        """The call that led to a leg: by Asterisk's linked id, else by the caller, else the only one there is.

        A call that Asterisk originates by itself, to tell somebody of another call, has a linked id of its own.
        """
        link = await self._link(leg)
        calls = list(self._calls.values())
        for handle in calls:
            its = self._links.known(handle.leg.call_id)
            if link and its and its.linked_id == link.linked_id:
                return handle
        by_caller = [handle for handle in calls if _is_from(leg, handle.call)]
        if len(by_caller) == 1:
            return by_caller[0]
        return calls[0] if len(calls) == 1 else None

    async def _link(self, leg: IncomingLeg) -> Link | None:
        """What Asterisk knows a leg as; it knows no leg any more that was taken back at once."""
        waiting = {asyncio.create_task(self._links.find(leg.call_id)), asyncio.create_task(leg.ended.wait())}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        return self._links.known(leg.call_id)

    def _spawn(self, doing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _end_calls(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for handle in self._calls.values():
            handle.hangup()


async def _behave(leg: IncomingLeg, behaviour: Behaviour) -> None:
    if not isinstance(behaviour, Refuse) or behaviour.ring_seconds:
        leg.ring()
    if isinstance(behaviour, Refuse):
        await _or_ended(leg, behaviour.ring_seconds)
        leg.refuse(behaviour.status)
    elif isinstance(behaviour, Answer):
        await _or_ended(leg, behaviour.ring_seconds)
        leg.accept()
        if behaviour.keys and not await _or_ended(leg, behaviour.keys_after_seconds):
            await leg.press(behaviour.keys)
        if behaviour.talk_seconds is not None:
            await _or_ended(leg, behaviour.talk_seconds)
            leg.hang_up()


async def _or_ended(leg: IncomingLeg, seconds: float) -> bool:
    """Wait, unless the leg ends before; whether it did."""
    if seconds:
        try:
            async with asyncio.timeout(seconds):
                await leg.ended.wait()
        except TimeoutError:
            return False
    return leg.ended.is_set()


async def _or_give_up(waiting: Coroutine[Any, Any, Any]) -> None:
    with suppress(TimeoutError):  # the record tells what was reached
        async with asyncio.timeout(_CANCEL_SECONDS):
            await waiting


async def _run(script: Script, handle: CallHandle) -> None:
    try:
        await script(handle)
    except TimeoutError:  # what it waited for did not happen, which the record shows
        handle.is_out_of_patience = True
        handle.hangup()
    except Exception as error:
        handle.failure = error
        handle.hangup()


def _is_from(leg: IncomingLeg, call: Call) -> bool:
    return leg.caller.user == call.caller or bool(call.caller_name and call.caller_name in leg.caller.name)
