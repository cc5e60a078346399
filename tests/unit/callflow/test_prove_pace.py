"""How many calls a proof makes at once, and which."""

import asyncio
import time

import pytest
from tests.callflow import acme
from tests.customers import TODAY

from call_flow.flow.graph import Graph
from call_flow.prove import calls
from call_flow.prove.hurry import hurried
from call_flow.prove.pace import LATE_SECONDS, Pace
from call_flow.prove.pool import Pool
from call_flow.simulate import plan


class Clock:
    """A machine whose clock goes on when somebody sleeps, by as much as it is late more."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.late = 0.0
        self._sleep = asyncio.sleep

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + self.late
        await self._sleep(0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(time, "monotonic", found.monotonic)
    monkeypatch.setattr(asyncio, "sleep", found.sleep)
    return found


def calls_at_once(clock: Clock, late: float) -> int:
    """How many calls begin, none of which ends, on a machine on which everything is late by so much."""

    async def script() -> int:
        clock.late = late
        regulated, begun = Pace(40), 0
        watching = asyncio.create_task(regulated.watch())
        await turns()

        async def call() -> None:
            nonlocal begun
            async with regulated.call():
                begun += 1
                await asyncio.Event().wait()

        calling = [asyncio.create_task(call()) for _ in range(60)]
        await turns()
        for task in (watching, *calling):
            task.cancel()
        await asyncio.gather(watching, *calling, return_exceptions=True)
        return begun

    async def turns() -> None:
        for _ in range(1000):
            await clock.sleep(0)

    return asyncio.run(script())


def test_a_machine_that_keeps_up_gets_as_many_calls_as_there_may_be_and_one_that_is_late_a_few(clock: Clock) -> None:
    assert calls_at_once(clock, 0.001) == 40
    assert 0 < calls_at_once(clock, 0.3) < 10


def test_whoever_has_not_answered_yet_is_late_already(clock: Clock) -> None:
    async def script() -> tuple[float, float, float]:
        regulated = Pace(1)
        begun = clock.now
        with regulated.question():
            at_once = regulated.worst(begun)
            clock.now += 2 * LATE_SECONDS
            meanwhile = round(regulated.worst(begun), 3)
        clock.now += 1
        return at_once, meanwhile, regulated.worst(clock.now)

    assert asyncio.run(script()) == (0.0, 2 * LATE_SECONDS, 0.0)


def test_a_pool_gives_each_case_once_and_no_two_beside_each_other_that_disturb_each_other() -> None:
    flow = hurried(acme())
    graph, cases = Graph(flow), plan(flow, today=TODAY).cases
    pool, given = Pool(cases, graph), []
    while (first := pool.first()) is not None:
        together = [first]
        while not first.is_alone:
            found = pool.beside(first.entries, {agent for each in together for agent in each.agents})
            if found is None:
                break
            together.append(found)
        given.append(together)

    assert sorted(each.case.id for together in given for each in together) == sorted(case.id for case in cases)
    assert len(pool) == 0
    assert sum(calls.is_alone(case) for case in cases) == sum(together[0].is_alone for together in given) > 0
    for together in given:
        agents = [agent for each in together for agent in each.agents]
        assert len(agents) == len(set(agents))
        assert len({each.entries for each in together}) == 1
    assert max(len(together) for together in given) > 20
