"""Proving a flow: its configuration is booted, its test plan is called, each call is compared with the simulator."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from itertools import groupby

from call_flow.export.asterisk import contexts
from call_flow.export.asterisk.proving import proving, recordings
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Case
from call_flow.pbx.driver import Driver
from call_flow.pbx.handle import CallHandle
from call_flow.pbx.infrastructure import Addresses
from call_flow.pbx.instance import Instance
from call_flow.pbx.record import CallRecord
from call_flow.pbx.tree import Tree
from call_flow.prove import calls, trace
from call_flow.prove.calls import Setting
from call_flow.prove.hurry import hurried
from call_flow.prove.report import CaseProof, Message, ProofReport
from call_flow.prove.script import Caller
from call_flow.simulate import TestPlan, plan
from oberaconnect.problems import Unprocessable

#: Called with the number of calls that have ended, and of all.
Show = Callable[[int, int], None]

_AT_ONCE = 12
_LOG_LINES = 60
_FILL_SECONDS = 20.0
#: Prompts of Asterisk itself that callers would have to hear to the end.
_SHORT = ("vm-", "dir-", "beep", "queue-", "conf-", "activated", "de-activated", "spy-", "auth-")


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
        self._locks: dict[str, asyncio.Lock] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._proofs: dict[str, CaseProof] = {}
        self._complaints: list[str] = []

    async def run(self, begun: float) -> ProofReport:
        """Boot a PBX for each set of phones that are not registered, one after the other, and call."""
        settings = {case.id: calls.setting(case, self._graph) for case in self._cases}
        ordered = sorted(self._cases, key=lambda case: sorted(settings[case.id].unregistered))
        for unregistered, group in groupby(ordered, key=lambda case: settings[case.id].unregistered):
            await self._boot(unregistered, list(group), settings)
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

    async def _boot(self, unregistered: frozenset[str], cases: list[Case], settings: dict[str, Setting]) -> None:
        def configure(addresses: Addresses) -> dict[str, str]:
            return proving(self._flow, sip_port=addresses.sip, phones_port=addresses.phones, unregistered=unregistered)

        prompts: dict[str, bytes | None] = dict.fromkeys(recordings(self._flow))
        prompts |= dict.fromkeys(_system_prompts(self._tree))
        async with AsyncExitStack() as open_:
            pbx = Instance(self._tree, configure, prompts)
            await asyncio.to_thread(pbx.__enter__)
            open_.push_async_callback(asyncio.to_thread, pbx.__exit__, None, None, None)
            self._complaints += [line for line in pbx.load_complaints if line not in self._complaints]
            driver = await open_.enter_async_context(Driver(pbx))
            together = [case for case in cases if case.needs is None]
            alone = [case for case in cases if case.needs is not None]
            for database, group in groupby(
                sorted(together, key=lambda case: sorted(settings[case.id].database)),
                key=lambda case: settings[case.id].database,
            ):
                await self._in_setting(driver, pbx, database, list(group))
            for case in alone:
                await self._in_setting(driver, pbx, settings[case.id].database, [case])

    async def _in_setting(
        self, driver: Driver, pbx: Instance, database: frozenset[tuple[str, str, str]], cases: list[Case]
    ) -> None:
        """Call cases side by side while the database says what they need; afterwards it says nothing."""
        for family, key, value in sorted(database):
            await driver.ami.put(family, key, value)
        try:
            async with asyncio.TaskGroup() as group:
                for case in cases:
                    group.create_task(self._prove(driver, pbx, case))
        finally:
            for family in ("override", "override-until", "toggle"):
                await driver.ami.command(f"database deltree {family}")

    async def _prove(self, driver: Driver, pbx: Instance, case: Case) -> None:
        async with AsyncExitStack() as held:
            for name in sorted(calls.agents(case, self._graph)):
                await held.enter_async_context(self._locks.setdefault(name, asyncio.Lock()))
            await held.enter_async_context(self._at_once)
            if (queue := calls.full_queue(case, self._graph)) is not None:
                for number in range(queue.max_callers):
                    held.push_async_callback(_leave, await self._wait_in(driver, case, number))
            token = f"case {len(self._proofs)} {case.id}"[:40]
            begun = time.monotonic()
            record = await driver.call(
                calls.call(case, self._graph, token), Caller(case.scenario.keys, stays_seconds=calls.STAYS_SECONDS)
            )
        self._proofs[case.id] = self._compared(pbx, case, record, token, time.monotonic() - begun)
        self._show(len(self._proofs), len(self._cases))

    async def _wait_in(self, driver: Driver, case: Case, number: int) -> CallHandle:
        """Somebody who waits in the queue of a case already."""
        handle = driver.place(calls.call(case, self._graph, f"waiting {number}"))
        script = asyncio.create_task(Caller(case.scenario.keys, stays_seconds=_FILL_SECONDS)(handle))
        try:
            await handle.wait_event(lambda event: event["Event"] == "QueueCallerJoin", _FILL_SECONDS)
        finally:
            script.cancel()
        return handle

    def _compared(self, pbx: Instance, case: Case, record: CallRecord, token: str, seconds: float) -> CaseProof:
        passed = trace.visited(record.events, self._contexts)
        messages = {
            message.mailbox
            for message in pbx.voicemail()
            if token in message.caller or f"<{record.caller}>" in message.caller
        }
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
