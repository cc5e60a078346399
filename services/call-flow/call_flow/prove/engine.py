"""Proving a flow: its configuration is booted, its test plan is called, each call is compared with the simulator."""

import asyncio
import datetime as dt
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

from call_flow.export.asterisk import contexts
from call_flow.export.asterisk.proving import proving, recordings
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Case
from call_flow.pbx.driver import Driver
from call_flow.pbx.infrastructure import Addresses
from call_flow.pbx.instance import Instance
from call_flow.pbx.tree import Tree
from call_flow.prove import calls, room
from call_flow.prove.compare import Outcome, compared
from call_flow.prove.hurry import hurried
from call_flow.prove.pace import LATE_SECONDS, Pace
from call_flow.prove.pool import Pool
from call_flow.prove.report import CaseProof, ProofReport
from call_flow.prove.session import Session
from call_flow.simulate import TestPlan, plan
from oberaconnect.problems import Unprocessable

#: Called about twice a second with the number of calls that have ended, and of all. What it raises ends the proof.
Show = Callable[[int, int], None]

#: How many calls there are at most at once, and how many are worth one more PBX.
_AT_ONCE = 72
_CASES_A_PBX = 12
#: Cases that failed while the machine was late are called again, a few at once, and then, if few are left, one by one.
_FEW = 4
_MOST_ALONE = 12
_SHOW_SECONDS = 0.5
#: Prompts of Asterisk itself that callers would have to hear to the end, and are played as short tones.
_SHORT = re.compile(
    r"beep|vm-(intro|theperson|isunavail|isonphone|goodbye)|queue-.*|digits/[0-9]|(de-)?activated|cancelled|hours"
    r"|is-set-to|extension|calling|followme/options"
)


def prove(flow: Flow, *, today: dt.date, wanted: Iterable[str], asterisk: Tree, show: Show) -> ProofReport:
    """Make the calls of the flow's test plan, or those of it that are `wanted` by their ids.

    The flow is called with shortened waits (see `call_flow.prove.hurry`), so that its plan has the same branches.

    Raises:
        Unavailable: when the PBX does not start.
        PbxEnded: when it ended in the middle.
        Unprocessable: when the plan has no such case, or no call can come in.
    """
    begun = time.monotonic()
    short = hurried(flow)
    found = plan(short, today=today)
    names = set(wanted)
    if unknown := names - {case.id for case in found.cases}:
        raise Unprocessable(f"The test plan has no case '{sorted(unknown)[0]}'. POST /testplan lists them.")
    cases = [case for case in found.cases if not names or case.id in names]
    graph = Graph(short)
    for case in cases:
        calls.call(case, graph, "")  # what cannot be called is refused before anything is started
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
        #: Cases that failed while the machine was late, and by how much.
        self._late: dict[str, float] = {}
        self._complaints: list[str] = []

    async def run(self, begun: float) -> ProofReport:
        """Call all cases, and those again by themselves of which the machine made too little."""
        try:
            async with asyncio.TaskGroup() as group:
                showing = group.create_task(self._tell())
                await self._round(self._cases, self._pbxs, _AT_ONCE)
                await self._round(self._doubted(), 1, _FEW)
                if len(alone := self._doubted()) <= _MOST_ALONE:
                    await self._round(alone, 1, 1)
                showing.cancel()
        except ExceptionGroup as failures:
            raise _first(failures) from None
        self._show(len(self._proofs), len(self._cases))
        return self._report(begun)

    async def _tell(self) -> None:
        with ThreadPoolExecutor(1) as threads:
            while True:
                await asyncio.get_running_loop().run_in_executor(
                    threads, self._show, len(self._proofs), len(self._cases)
                )
                await asyncio.sleep(_SHOW_SECONDS)

    def _doubted(self) -> list[Case]:
        return [case for case in self._cases if case.id in self._late]

    async def _round(self, cases: list[Case], most_pbxs: int, at_once: int) -> None:
        """Call cases on several PBXs."""
        places, pace = asyncio.Semaphore(most_pbxs), Pace(at_once)
        watching = asyncio.create_task(pace.watch())
        try:
            async with asyncio.TaskGroup() as group:
                for unregistered, pool, pbxs in self._pools(cases, most_pbxs):
                    for _ in range(pbxs):
                        group.create_task(self._boot(places, unregistered, pool, pace))
        finally:
            watching.cancel()

    def _pools(self, cases: list[Case], most_pbxs: int) -> Iterator[tuple[frozenset[str], Pool, int]]:
        """Which phones are not registered, what is called then, and on how many PBXs; first where there is least."""
        apart: dict[frozenset[str], list[Case]] = {}
        for case in cases:
            apart.setdefault(calls.setting(case, self._graph).unregistered, []).append(case)
        for unregistered, found in sorted(apart.items(), key=lambda item: len(item[1])):
            yield unregistered, Pool(found, self._graph), min(most_pbxs, 1 + len(found) // _CASES_A_PBX)

    async def _boot(self, places: asyncio.Semaphore, unregistered: frozenset[str], pool: Pool, pace: Pace) -> None:
        def configure(addresses: Addresses) -> dict[str, str]:
            return proving(self._flow, sip_port=addresses.sip, phones_port=addresses.phones, unregistered=unregistered)

        prompts: dict[str, bytes | None] = dict.fromkeys(recordings(self._flow))
        prompts |= dict.fromkeys(_system_prompts(self._tree))
        async with AsyncExitStack() as open_:
            await open_.enter_async_context(places)
            if not pool:
                return  # the others have been faster
            pbx = Instance(self._tree, configure, prompts)
            open_.push_async_callback(asyncio.to_thread, pbx.__exit__, None, None, None)
            await _started(pbx)
            self._complaints += [line for line in pbx.load_complaints if line not in self._complaints]
            driver = await open_.enter_async_context(Driver(pbx))
            await Session(self._graph, pbx, driver, pace, lambda outcome: self._note(outcome, pace)).run(pool)

    def _note(self, outcome: Outcome, pace: Pace) -> None:
        """Keep what came out of a call."""
        case, before = outcome.case, self._proofs.get(outcome.case.id)
        found = compared(outcome, self._graph, self._contexts)
        self._proofs[case.id] = found.model_copy(update={"calls": before.calls + 1 if before else 1})
        self._late.pop(case.id, None)
        if not found.passed and (late := pace.worst(outcome.begun)) >= LATE_SECONDS:
            self._late[case.id] = late

    def _report(self, begun: float) -> ProofReport:
        proofs = [self._final(case) for case in self._cases]
        failed = sum(not proof.passed for proof in proofs)
        covered = {edge for proof in proofs if proof.passed for edge in proof.covers}
        is_sound = not failed and not self._complaints
        return ProofReport(
            verdict="passed" if is_sound else "failed",
            pbx=f"Asterisk {self._tree.version}",
            load_complaints=self._complaints,
            planned=len(self._plan.cases),
            cases=proofs,
            passed=len(proofs) - failed,
            failed=failed,
            called_again=sum(proof.calls > 1 for proof in proofs),
            edges=self._plan.edges,
            edges_covered=len(covered),
            not_covered=self._plan.not_covered,
            seconds=round(time.monotonic() - begun, 1),
        )

    def _final(self, case: Case) -> CaseProof:
        """The proof of a case; of one that failed on a late machine to the end it says so."""
        found, late = self._proofs[case.id], self._late.get(case.id)
        if late is None:
            return found
        doubt = f"{found.difference} Something was late by {late:.1f} seconds meanwhile: the machine is too busy."
        return found.model_copy(update={"difference": doubt})


async def _started(pbx: Instance) -> None:
    """Start a PBX; when nobody waits for it any more, it is given up before this ends."""
    starting = asyncio.ensure_future(asyncio.to_thread(pbx.__enter__))
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        pbx.abandon()
        await asyncio.gather(starting, return_exceptions=True)
        raise


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    """What went wrong, out of the groups that tasks make of it."""
    found = failures.exceptions[0]
    return _first(found) if isinstance(found, ExceptionGroup) else found


def _system_prompts(tree: Tree) -> list[str]:
    names = {path.relative_to(tree.sounds).with_suffix("").as_posix() for path in tree.sounds.rglob("*.*")}
    return sorted(f"en/{name}" for name in names if _SHORT.fullmatch(name))
