"""Proving a flow: its configuration is booted, its test plan is called, each call is compared with the simulator."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import groupby

from call_flow.export.asterisk import contexts
from call_flow.export.asterisk.proving import proving, recordings
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Case
from call_flow.pbx.ami import Event
from call_flow.pbx.driver import Driver
from call_flow.pbx.handle import CallHandle
from call_flow.pbx.infrastructure import Addresses
from call_flow.pbx.instance import Instance
from call_flow.pbx.record import CallRecord
from call_flow.pbx.tree import Tree
from call_flow.prove import calls, room, trace
from call_flow.prove.hurry import hurried
from call_flow.prove.report import CaseProof, Message, ProofReport
from call_flow.prove.script import Caller
from call_flow.simulate import TestPlan, plan
from oberaconnect.problems import Unprocessable

#: Called with the number of calls that have ended, and of all.
Show = Callable[[int, int], None]

#: How many calls a PBX has at once, and how many are worth one more PBX.
_AT_ONCE = 12
_CASES_A_PBX = 12
_LOG_LINES = 60
_FILL_SECONDS = 20.0
_FILLING = 4
_LOOK_SECONDS = 0.1
_KEPT_SECONDS = 6.0
#: Prompts of Asterisk itself that callers would have to hear to the end.
_SHORT = ("vm-", "beep", "queue-", "conf-", "activated", "de-activated", "spy-", "auth-")


def prove(flow: Flow, *, today: dt.date, wanted: Iterable[str], asterisk: Tree, show: Show) -> ProofReport:
    """Make the calls of the flow's test plan, or those of it that are `wanted` by their ids.

    The flow is called with shortened waits (see `call_flow.prove.hurry`), so that its plan has the same branches.

    Raises:
        Unavailable: when the PBX does not start.
        Unprocessable: when the plan has no such case, or no call can come in.
    """
    begun = time.monotonic()
    short = hurried(flow)
    found = plan(short, today=today)
    names = set(wanted)
    if unknown := names - {case.id for case in found.cases}:
        raise Unprocessable(f"The test plan has no case '{sorted(unknown)[0]}'. POST /testplan lists them.")
    cases = [case for case in found.cases if not names or case.id in names]
    return asyncio.run(_Proof(short, found, cases, asterisk, show).run(begun))


class _Proof:
    """One run."""

    def __init__(self, flow: Flow, found: TestPlan, cases: list[Case], asterisk: Tree, show: Show) -> None:
        self._flow = flow
        self._graph = Graph(flow)
        self._plan = found
        self._cases = cases
        self._tree = asterisk
        self._show = show
        self._contexts = contexts(flow)
        self._pbxs = room.pbxs()
        self._proofs: dict[str, CaseProof] = {}
        self._complaints: list[str] = []

    async def run(self, begun: float) -> ProofReport:
        """Share the cases out to several PBXs and call."""
        places = asyncio.Semaphore(self._pbxs)
        try:
            async with asyncio.TaskGroup() as group:
                for unregistered, cases in self._shares():
                    group.create_task(self._boot(places, unregistered, cases))
        except ExceptionGroup as failures:
            raise _first(failures) from None
        return self._report(begun)

    def _shares(self) -> Iterator[tuple[frozenset[str], list[Case]]]:
        """Which phones are not registered at a PBX, and what is called there. Cases that share agents are spread."""
        apart: dict[frozenset[str], list[Case]] = {}
        for case in sorted(self._cases, key=lambda case: sorted(calls.agents(case, self._graph))):
            apart.setdefault(calls.setting(case, self._graph).unregistered, []).append(case)
        for unregistered, cases in apart.items():
            for number in range(min(self._pbxs, 1 + len(cases) // _CASES_A_PBX)):
                yield unregistered, cases[number :: min(self._pbxs, 1 + len(cases) // _CASES_A_PBX)]

    def _report(self, begun: float) -> ProofReport:
        proofs = [self._proofs[case.id] for case in self._cases]
        failed = sum(not proof.passed for proof in proofs)
        covered = {edge for proof in proofs if proof.passed for edge in proof.covers}
        is_sound = not failed and not self._complaints
        return ProofReport(
            verdict="passed" if is_sound else "failed",
            pbx=f"Asterisk {self._tree.version}",
            load_complaints=self._complaints,
            cases=proofs,
            passed=len(proofs) - failed,
            failed=failed,
            edges=self._plan.edges,
            edges_covered=len(covered),
            not_covered=self._plan.not_covered,
            seconds=round(time.monotonic() - begun, 1),
        )

    async def _boot(self, places: asyncio.Semaphore, unregistered: frozenset[str], cases: list[Case]) -> None:
        def configure(addresses: Addresses) -> dict[str, str]:
            return proving(self._flow, sip_port=addresses.sip, phones_port=addresses.phones, unregistered=unregistered)

        prompts: dict[str, bytes | None] = dict.fromkeys(recordings(self._flow))
        prompts |= dict.fromkeys(_system_prompts(self._tree))
        async with AsyncExitStack() as open_:
            await open_.enter_async_context(places)
            pbx = Instance(self._tree, configure, prompts)
            await asyncio.to_thread(pbx.__enter__)
            open_.push_async_callback(asyncio.to_thread, pbx.__exit__, None, None, None)
            self._complaints += [line for line in pbx.load_complaints if line not in self._complaints]
            driver = await open_.enter_async_context(Driver(pbx))
            await _Session(self, self._graph, pbx, driver).call(cases)

    def note(self, case: Case, record: CallRecord, messages: set[str], seconds: float) -> None:
        """Keep what came out of a call."""
        self._proofs[case.id] = self._compared(case, record, messages, seconds)
        self._show(len(self._proofs), len(self._cases))

    def _compared(self, case: Case, record: CallRecord, messages: set[str], seconds: float) -> CaseProof:
        passed = trace.visited(record.events, self._contexts)
        actual = trace.terminal(record, passed, self._graph, messages)
        wanted, went = trace.expected(case.expect, self._graph), trace.places(passed)
        difference = ""
        if actual != case.expect.terminal:
            ended = f"{actual.type} {actual.target}" if actual else "in no way that could be told"
            aim = case.expect.terminal
            difference = f"It should end as {aim.type} {aim.target}, and ended {ended}."
        elif went != wanted:
            difference = f"It should pass {', '.join(wanted)}, and passed {', '.join(went)}."
        return CaseProof(
            id=case.id,
            title=case.title,
            covers=case.covers,
            scenario=case.scenario,
            passed=not difference,
            expected=case.expect.terminal,
            actual=actual,
            expected_path=wanted,
            actual_path=went,
            difference=difference,
            seconds=round(seconds, 2),
            ladder=[
                Message(at=round(step.seconds, 3), source=step.source, target=step.destination, text=step.text)
                for step in record.ladder
            ],
            log=_log(record) if difference else [],
        )


class _Session:
    """The calls of one PBX."""

    def __init__(self, proof: _Proof, graph: Graph, pbx: Instance, driver: Driver) -> None:
        self._proof = proof
        self._graph = graph
        self._pbx = pbx
        self._driver = driver
        self._locks: dict[str, asyncio.Lock] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._heard: list[Event] = []
        driver.ami.listen(self._heard.append)
        #: More at once would come too late for their keys to count.
        self._filling = asyncio.Semaphore(_FILLING)
        self._begun = 0

    async def call(self, cases: list[Case]) -> None:
        """All cases: those that need the same of the database side by side, those that change it by themselves."""
        settings = {case.id: calls.setting(case, self._graph).database for case in cases}
        together = sorted(
            (case for case in cases if not calls.is_alone(case)), key=lambda case: sorted(settings[case.id])
        )
        for database, group in groupby(together, key=lambda case: settings[case.id]):
            await self._in_setting(database, list(group))
        for case in cases:
            if calls.is_alone(case):
                await self._in_setting(settings[case.id], [case])

    async def _in_setting(self, database: frozenset[tuple[str, str, str]], cases: list[Case]) -> None:
        """Call cases while the database says what they need; afterwards it says nothing."""
        for family, key, value in sorted(database):
            await self._driver.ami.put(family, key, value)
        try:
            async with asyncio.TaskGroup() as group:
                for case in cases:
                    group.create_task(self._prove(case))
        finally:
            for family in ("override", "override-until", "toggle"):
                await self._driver.ami.command(f"database deltree {family}")

    async def _prove(self, case: Case) -> None:
        async with AsyncExitStack() as held:
            for name in sorted(calls.agents(case, self._graph)):
                await held.enter_async_context(self._locks.setdefault(name, asyncio.Lock()))
            await held.enter_async_context(self._at_once)
            if (queue := calls.full_queue(case, self._graph)) is not None:
                waiting = [self._wait_in(case, number) for number in range(queue.max_callers)]
                for handle in await asyncio.gather(*waiting):
                    held.push_async_callback(_leave, handle)
            self._begun += 1
            token = f"case {self._begun} {case.id}"[:40]
            begun = time.monotonic()
            caller = Caller(case.scenario.keys, stays_seconds=calls.STAYS_SECONDS, is_recorded=self._is_recorded)
            record = await self._driver.call(calls.call(case, self._graph, token), caller)
            if not record.events:
                # It was over before the PBX could be asked which of its channels it was; the name tells that too.
                record = replace(record, events=[event for event in self._heard if event.get("CallerIDName") == token])
            messages = await self._messages(case, record, token)
        self._proof.note(case, record, messages, time.monotonic() - begun)

    async def _messages(self, case: Case, record: CallRecord, token: str) -> set[str]:
        """The mailboxes in which a call left a message. It is put there a moment after the caller has hung up."""
        is_inside = record.caller in self._graph.extensions  # the PBX shows the name that its telephone has
        until = time.monotonic() + (_KEPT_SECONDS if case.expect.terminal.type == "message_left" else 0)
        while True:
            found = {
                message.mailbox
                for message in self._pbx.voicemail()
                if token in message.caller or (is_inside and f"<{record.caller}>" in message.caller)
            }
            if case.expect.terminal.target in found or time.monotonic() > until:
                return found
            await asyncio.sleep(_LOOK_SECONDS)

    def _is_recorded(self) -> bool:
        """Whether anybody's message is being recorded now."""
        return bool(self._pbx.being_recorded())

    async def _wait_in(self, case: Case, number: int) -> CallHandle:
        """Somebody who waits in the queue of a case already."""
        async with self._filling:
            handle = self._driver.place(calls.call(case, self._graph, f"waiting {number}"))
            caller = Caller(case.scenario.keys, stays_seconds=_FILL_SECONDS, is_recorded=self._is_recorded)
            script = asyncio.create_task(caller(handle))
            try:
                async with asyncio.timeout(_FILL_SECONDS):
                    # The script waits for events of its own: what one wait has found, no other finds.
                    while not any(event["Event"] == "QueueCallerJoin" for event in handle.events):
                        await asyncio.sleep(_LOOK_SECONDS)
            finally:
                script.cancel()
            return handle


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    """What went wrong, out of the groups that tasks make of it."""
    found = failures.exceptions[0]
    return _first(found) if isinstance(found, ExceptionGroup) else found


async def _leave(handle: CallHandle) -> None:
    handle.hangup()


def _log(record: CallRecord) -> list[str]:
    """The steps of the dialplan that a call took, as Asterisk told them."""
    return [
        f"{event.get('Channel')} {event.get('Context')},{event.get('Extension')},{event.get('Priority')} "
        f"{event.get('Application')}({event.get('AppData')})"
        for event in record.events if event["Event"] == "Newexten"
    ][-_LOG_LINES:]  # fmt: skip


def _system_prompts(tree: Tree) -> list[str]:
    """Prompts of Asterisk itself that are played as short tones."""
    return sorted({f"en/{path.stem}" for path in tree.sounds.iterdir() if path.name.startswith(_SHORT)})
