"""A proof finds what is wrong with a configuration, and nothing else: not the machine's own slowness."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tests import pbx as lab
from tests.callflow import acme
from tests.customers import TODAY

from call_flow.export.asterisk.proving import proving
from call_flow.prove import engine
from call_flow.prove.report import ProofReport

Change = tuple[str, str, str]
_DIALPLAN, _PHONES = "extensions.conf", "pjsip.conf"
#: One line each: the file, what stands in it, and what is put in its place.
_FAULTS: dict[str, Change] = {
    "opens a minute late": (_DIALPLAN, "08:00-16:59,mon", "08:01-16:59,mon"),
    "another zone": (_DIALPLAN, "fri,*,*,America/New_York", "fri,*,*,America/Chicago"),
    "a holiday is missing": (_DIALPLAN, "exten => 20270531,1,Return(holiday)\n", ""),
    "a key leads elsewhere": (_DIALPLAN, "exten => 1,1,Goto(node-sales,s,1)", "exten => 1,1,Goto(node-support,s,1)"),
    "one try too few": (_DIALPLAN, "3]?s,listen)\n same => n,Goto(dial-101", "2]?s,listen)\n same => n,Goto(dial-101"),
    "another prompt": (_DIALPLAN, "Background(custom/welcome)", "Background(custom/address)"),
    "a member does not ring": (_DIALPLAN, "&Local/2@legs-sales,", ","),
    "nobody is asked to take a call": (_DIALPLAN, "U(confirm)", ""),
    "the caller's number outside": (_DIALPLAN, "b(own^s^1(${OWN}))U", "U"),
    "the wrong greeting": (_DIALPLAN, "busy)\n same => n,Goto(mailbox-102", "none)\n same => n,Goto(mailbox-102"),
    "another mailbox": (_DIALPLAN, "VoiceMail(101@default,u)", "VoiceMail(102@default,u)"),
    "another cause": (_DIALPLAN, "exten => s,1,Hangup(19)", "exten => s,1,Hangup(17)"),
    "no word before the name": (_DIALPLAN, " same => n,Gosub(prefix,s,1(LABEL_1))\n", ""),
    "a switch that does nothing": (_DIALPLAN, "Set(DB(toggle/emergency-line)=on)", "NoOp()"),
    "help is another number": (_DIALPLAN, "exten => 9911,1,Set(HELP=911)", "exten => 9911,1,Set(HELP=933)"),
    "nobody is told of a call for help": (_DIALPLAN, "Goto(emergency-notices,s,1)", "Goto(emergency-call,s,1)"),
    "a number that is no number of the place": (_PHONES, "EMERGENCY_ID=+12125550123", "EMERGENCY_ID=+12125550150"),
    "no place": (_PHONES, "geoloc_incoming_call_profile=place-hq.front\n", ""),
    "another house": ("geolocation.conf", 'HNO="350"', 'HNO="351"'),
    "calls abroad": (_DIALPLAN, "exten => _011X.,1,Goto(hangup-rejected,s,1)", "exten => _011X.,1,Goto(call-out,s,1)"),
    "an agent is missing": ("queues.conf", "member => PJSIP/104,0,104\n", ""),
    "a queue where nobody is": ("queues.conf", "joinempty=unavailable,invalid,unknown", "joinempty=yes"),
    "a key without effect": ("queues.conf", "context=exit-support", "context="),
    "a mailbox is missing": ("voicemail.conf", "\n104 => ", "\n;104 => "),
    "a name is missing": ("directory_names.conf", "104 =>", ";104 =>"),
}  # fmt: skip


def proof() -> ProofReport:
    """All calls of Acme's test plan."""
    return engine.prove(acme(), today=TODAY, wanted=(), asterisk=lab.tree(), show=lambda done, total: None)


def changed(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Let proofs begin with a configuration in which one thing is wrong, every time that it stands there."""
    file, there, instead = change

    def wrong(*given: Any, **named: Any) -> dict[str, str]:
        files = proving(*given, **named)
        assert there in files[file]
        return files | {file: files[file].replace(there, instead)}

    monkeypatch.setattr(engine, "proving", wrong)


@pytest.mark.parametrize("change", _FAULTS.values(), ids=_FAULTS)
def test_a_configuration_with_one_fault_does_not_pass(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    changed(monkeypatch, change)

    report = proof()

    assert report.verdict == "failed"
    assert report.failed < len(report.cases)


def pbxs() -> list[int]:
    """The processes of the PBXs that this process has: the children of their guards."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):  # it has ended
            continue
    guards = {pid for pid, parent in parents.items() if parent == os.getpid()}
    return sorted(pid for pid, parent in parents.items() if parent in guards)


@contextmanager
def stalling() -> Iterator[None]:
    """A machine on which PBXs stand still now and then, for up to a second and a half."""
    dice, over = random.Random(4), threading.Event()

    def stall() -> None:
        while not over.wait(dice.uniform(0.5, 2.0)):
            if pids := pbxs():
                pid = dice.choice(pids)
                with suppress(ProcessLookupError):  # it has ended meanwhile
                    os.kill(pid, signal.SIGSTOP)
                    time.sleep(dice.uniform(0.3, 1.5))
                    os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=stall, name="stalls")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_machine_that_stalls_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    with stalling():
        right = proof()
        changed(monkeypatch, _FAULTS["another mailbox"])
        wrong = proof()

    assert {case.id: case.difference for case in right.cases if not case.passed} == {}
    assert right.called_again == sum(case.calls > 1 for case in right.cases)
    assert {case.expected.target for case in wrong.cases if not case.passed} == {"101"}
