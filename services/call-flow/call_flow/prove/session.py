"""The calls of one PBX."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from call_flow.flow.graph import Graph
from call_flow.flow.scenario import Case
from call_flow.pbx.ami import AmiError, Event
from call_flow.pbx.driver import Driver
from call_flow.pbx.handle import CallHandle
from call_flow.pbx.instance import Instance
from call_flow.pbx.record import CallRecord
from call_flow.prove import calls
from call_flow.prove.agents import Agents
from call_flow.prove.compare import Outcome
from call_flow.prove.pace import Pace
from call_flow.prove.pool import Pool, Waiting
from call_flow.prove.script import Caller
from call_flow.prove.shown import NAMED
from oberaconnect.problems import Problem

_AT_ONCE = 12
_FILL_SECONDS = 5.0
_LOOK_SECONDS = 0.1
_ASK_SECONDS = 0.25
_NOTICE = "emergency-notice"
_FAMILIES = ("override", "override-until", "toggle")


class PbxEnded(Problem):
    """Asterisk ended while it was called: by a fault of its own, or because memory ran out."""


class Session:
    """Takes cases out of a pool and calls them, side by side as far as they let each other be."""

    def __init__(
        self, graph: Graph, pbx: Instance, driver: Driver, pace: Pace, note: Callable[[Outcome], None]
    ) -> None:
        """`note` is called with what came out of each call."""
        self._graph = graph
        self._pbx = pbx
        self._driver = driver
        self._pace = pace
        self._note = note
        self._told: list[tuple[float, str]] = []
        driver.ami.listen(self._listen)
        self._agents = Agents(driver.ami)
        self._is_there = asyncio.Event()
        self._begun = 0

    async def run(self, pool: Pool) -> None:
        """Call until the pool is empty. Raises `PbxEnded`."""
        asking = asyncio.create_task(self._ask())
        calling = asyncio.create_task(self._call(pool))
        try:
            await asyncio.wait({asking, calling}, return_when=asyncio.FIRST_COMPLETED)
            for task in (asking, calling):
                if task.done():
                    task.result()
        finally:
            for task in (asking, calling):
                task.cancel()
            await asyncio.gather(asking, calling, return_exceptions=True)

    async def _ask(self) -> None:
        """Measure how long the PBX takes to answer."""
        while True:
            try:
                with self._pace.question():
                    await self._driver.ask()
                self._is_there.set()
            except AmiError as error:
                if self._driver.ami.is_closed:
                    raise PbxEnded from error
            await asyncio.sleep(_ASK_SECONDS)

    async def _call(self, pool: Pool) -> None:
        await self._is_there.wait()  # with thousands of telephones it is ready long before it answers
        while (first := pool.first()) is not None:
            for family, key, value in sorted(first.entries):
                await self._driver.ami.put(family, key, value)
            if first.is_alone:
                await self._prove(first)
            else:
                await self._beside(first, pool)
            for family in _FAMILIES if first.entries or first.is_alone else ():
                await self._driver.ami.command(f"database deltree {family}")

    async def _beside(self, first: Waiting, pool: Pool) -> None:
        """Call a case and all others that can be called beside it."""
        speaking: dict[asyncio.Task[None], frozenset[str]] = {}
        try:
            found: Waiting | None = first
            while found is not None or speaking:
                if found is not None:
                    speaking[asyncio.create_task(self._prove(found))] = found.agents
                busy = {agent for agents in speaking.values() for agent in agents}
                found = pool.beside(first.entries, busy) if len(speaking) < _AT_ONCE else None
                if found is None:
                    ended, _ = await asyncio.wait(speaking, return_when=asyncio.FIRST_COMPLETED)
                    for task in ended:
                        del speaking[task]
                        task.result()
        finally:
            for task in speaking:
                task.cancel()
            await asyncio.gather(*speaking, return_exceptions=True)

    async def _prove(self, waiting: Waiting) -> None:
        case = waiting.case
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._pace.call())
            begun = time.monotonic()
            if (queue := calls.full_queue(case, self._graph)) is not None:
                before = [self._wait_in(case, number) for number in range(queue.max_callers)]
                for handle in await asyncio.gather(*before):
                    held.push_async_callback(_leave, handle)
            self._begun += 1
            token = f"{NAMED} {self._begun} {case.id}"[:40]
            caller = Caller(case.scenario.keys, stays_seconds=calls.STAYS_SECONDS)
            record = await self._driver.call(calls.call(case, self._graph, token), caller)
            messages, is_switched = self._messages(record, token), await self._is_switched(case)
            told = {number for at, number in self._told if at >= begun}
            self._note(Outcome(case, record, messages, told, is_switched, begun, time.monotonic()))
        await self._agents.idle(waiting.agents)

    def _listen(self, event: Event) -> None:
        """Note who is told of a call for help: the PBX calls them by itself."""
        if event.get("Context") == _NOTICE and event.get("Application") == "Dial":
            number = event.get("AppData", "").removeprefix("PJSIP/").partition(",")[0]
            self._told.append((time.monotonic(), number))

    async def _is_switched(self, case: Case) -> bool:
        entry = calls.switched(case, self._graph)
        if entry is None:
            return True
        family, key, value = entry
        return f"Value: {value}" in await self._driver.ami.command(f"database get {family} {key}")

    def _messages(self, record: CallRecord, token: str) -> set[str]:
        """The mailboxes in which a call left a message: they are there when Asterisk has said that it is over."""
        is_inside = record.caller in self._graph.extensions  # the PBX shows the name that its telephone has
        return {
            message.mailbox
            for message in self._pbx.voicemail()
            if token in message.caller or (is_inside and f"<{record.caller}>" in message.caller)
        }

    async def _wait_in(self, case: Case, number: int) -> CallHandle:
        """Somebody who waits in the queue of a case already."""
        handle = self._driver.place(calls.call(case, self._graph, f"waiting {number}"))
        caller = Caller(case.scenario.keys, stays_seconds=_FILL_SECONDS)
        script = asyncio.create_task(caller(handle))
        try:
            with suppress(TimeoutError):  # then the queue is not full, which the call will show
                async with asyncio.timeout(_FILL_SECONDS):
                    # The script waits for events of its own: what one wait has found, no other finds.
                    while not any(event["Event"] == "QueueCallerJoin" for event in handle.events):
                        await asyncio.sleep(_LOOK_SECONDS)
        finally:
            script.cancel()
        return handle


async def _leave(handle: CallHandle) -> None:
    handle.hangup()
