"""Five hundred telephone systems by chance: a real Asterisk reads each without a word, and calls go as simulated."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests import pbx as lab
from tests.flows import TODAY, valid_flows

from call_flow.export.asterisk import contexts, make
from call_flow.export.asterisk.proving import proving
from call_flow.flow.model import Flow
from call_flow.flow.nodes import NODE_KINDS
from call_flow.pbx.ami import Ami
from call_flow.pbx.infrastructure import Addresses
from call_flow.pbx.instance import Instance
from call_flow.prove.engine import prove
from call_flow.prove.hurry import hurried
from call_flow.prove.report import ProofReport
from call_flow.simulate import plan

_FLOWS = 500
_CALLED = 40
_CASES = 4
#: A call mostly waits.
_AT_ONCE = 6
#: Cases that wait longer are for the customers' proofs.
_MOST_WAITING_SECONDS = 3.0


#: What is wrong on purpose, to know that it would have been said.
_FAULTS = {
    "extensions.conf": "\n[wrong]\nexten => 1,1,NoOp()\nexten => 1,1,NoOp()\n",
    "queues.conf": "\n[wrong]\nstrategy=nonsense\n",
    "pjsip.conf": "\n[wrong]\ntype=endpoint\nno_such_option=1\n",
}


@cache
def systems() -> list[Flow]:
    """The same five hundred each time."""
    found: list[Flow] = []

    @settings(
        max_examples=_FLOWS, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(valid_flows())
    def collect(flow: Flow) -> None:
        found.append(flow)

    collect()
    return found


class Reader:
    """An Asterisk that reads one system after the other, each in the place of the one before."""

    def __init__(self, pbx: Instance, ami: Ami) -> None:
        """`ami` is a connection to it."""
        self._pbx, self._ami = pbx, ami
        self._heard = len(pbx.complaints())

    async def read(self, files: Mapping[str, str]) -> list[str]:
        """What it says about these files."""
        folder = self._pbx.folder / "etc"
        for old in folder.glob("directory_*.conf"):
            old.unlink()
        for name, text in files.items():
            (folder / name).write_text(text)
        await self._ami.command("core reload")
        heard = self._pbx.complaints()
        new, self._heard = heard[self._heard :], len(heard)
        return new

    async def contexts(self) -> set[str]:
        """The contexts of the dialplan that it has read."""
        shown = await self._ami.command("dialplan show")
        return set(re.findall(r"Context '([^']+)' created by 'pbx_config'", shown))


def read_all(pbx: Instance) -> dict[int, list[str]]:
    """What Asterisk says about each system, and which contexts of it are missing afterwards; at last about faults."""
    addresses = pbx.addresses

    async def run() -> dict[int, list[str]]:
        ami = await Ami.connect(addresses.manager, pbx.secret)
        try:
            reader, found = Reader(pbx, ami), {}
            for number, flow in enumerate(systems()):
                files = proving(flow, sip_port=addresses.sip, phones_port=addresses.phones)
                said = await reader.read(files)
                missing = set(contexts(flow)) - await reader.contexts()
                found[number] = said + [f"{name} is missing" for name in sorted(missing)]
            found[-1] = await reader.read({name: files[name] + fault for name, fault in _FAULTS.items()})
        finally:
            await ami.close()
        return found

    return asyncio.run(run())


def called(number: int) -> ProofReport:
    """Some calls of a system's test plan."""
    flow = systems()[number]
    cases = [case.id for case in plan(hurried(flow), today=TODAY).cases if case.waits_s <= _MOST_WAITING_SECONDS]
    wanted = random.Random(number).sample(cases, min(_CASES, len(cases)))
    return prove(flow, today=TODAY, wanted=wanted, asterisk=lab.tree(), show=lambda done, total: None)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Processes that know the systems already."""
    lab.tree()
    systems()
    with ProcessPoolExecutor(_AT_ONCE, mp_context=get_context("fork")) as running:
        yield running
        running.shutdown(cancel_futures=True)


def test_they_are_of_every_kind() -> None:
    kinds: Counter[str] = Counter(node.kind for flow in systems() for node in flow.nodes)
    assert len(systems()) == _FLOWS
    assert min(kinds[kind] for kind in NODE_KINDS) > _FLOWS / 10


def test_each_is_read_without_a_complaint() -> None:
    def configure(addresses: Addresses) -> Mapping[str, str]:
        return proving(systems()[0], sip_port=addresses.sip, phones_port=addresses.phones)

    with Instance(lab.tree(), configure) as pbx:
        assert pbx.load_complaints == []
        said = read_all(pbx)
    faults = " ".join(said.pop(-1))
    assert len(said) == _FLOWS
    assert {number: lines for number, lines in said.items() if lines} == {}
    assert all(word in faults for word in ("already in use", "nonsense", "no_such_option")), faults


def test_the_same_system_is_exported_the_same_way_again() -> None:
    for flow in systems()[::10]:
        assert make(flow, str.upper).files == make(flow.model_copy(deep=True), str.upper).files


def test_calls_to_some_go_as_the_simulator_says(pool: ProcessPoolExecutor) -> None:
    chosen = random.Random(5).sample(range(_FLOWS), _CALLED)
    futures: dict[int, Future[ProofReport]] = {number: pool.submit(called, number) for number in chosen}
    reports = {number: future.result() for number, future in futures.items()}
    assert [report.load_complaints for report in reports.values()] == [[]] * _CALLED
    wrong = {
        f"{number} {case.id}": (case.difference, case.scenario.model_dump(mode="json", exclude_defaults=True))
        for number, report in reports.items()
        for case in report.cases
        if not case.passed
    }
    assert wrong == {}
    assert sum(report.passed for report in reports.values()) > 3 * _CALLED
