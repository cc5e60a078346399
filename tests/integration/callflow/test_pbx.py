"""A real Asterisk is booted and called: what the driver reports is what the PBX did."""

import asyncio
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests import pbx as lab
from tests.pbx import TRUNK, drive, office

from call_flow.pbx import behaviour, folders, sip, tree
from call_flow.pbx.ami import AmiError
from call_flow.pbx.behaviour import ANSWER, Answer, Behaviour, Offer
from call_flow.pbx.digest import Credentials
from call_flow.pbx.driver import Driver
from call_flow.pbx.handle import Call, CallHandle
from call_flow.pbx.instance import Instance
from call_flow.pbx.record import CallRecord
from oberaconnect.problems import Unavailable

_DIALPLAN = """
[general]
[from-trunk]
exten => 1,1,Answer()
 same => n,Set(pressed=)
 same => n,Background(custom/welcome)
 same => n(wait),WaitExten(5)
exten => 2,1,Dial(PJSIP/101,1)
 same => n,UserEvent(dialled,Status:${DIALSTATUS})
 same => n,VoiceMail(101@office,u)
exten => 3,1,Dial(PJSIP/101&PJSIP/102,5)
exten => 4,1,Dial(PJSIP/+15550009999@trunk,5,U(confirm))
exten => 5,1,Goto(keys,s,1)
exten => 6,1,Answer()
 same => n,Wait(30)
exten => 7,1,Originate(Local/102@internal,exten,internal,silent,1,3,a)
 same => n,Dial(PJSIP/101,5)
exten => 8,1,Set(day=${DB(office/day)})
 same => n,Hangup(${day})
exten => 9,1,Answer()
 same => n,SendDTMF(12)
exten => 10,1,Hangup(17)
[keys]
exten => s,1,Answer()
 same => n(more),WaitExten(5)
exten => _[0-9*#A-D],1,Set(pressed=${pressed}${EXTEN})
 same => n,ExecIf($[${LEN(${pressed})}=16]?UserEvent(pressed,Keys:${pressed}))
 same => n,ExecIf($[${LEN(${pressed})}=16]?Hangup())
 same => n,Goto(s,more)
[confirm]
exten => s,1,Read(key,custom/confirm,1,,1,3)
 same => n,ExecIf($["${key}"!="1"]?Set(GOSUB_RESULT=CONTINUE))
 same => n,Return()
[internal]
exten => silent,1,Wait(1)
exten => 10,1,Hangup(21)
exten => 911,1,Dial(PJSIP/911@carrier,5)
"""
_NUMBERS = range(101, 126)
_SIP_EXTRA = """
[carrier](endpoint)
aors=carrier
geoloc_outgoing_call_profile=street
[carrier]
type=aor
contact=sip:127.0.0.1:{phones}
[130](endpoint)
auth=130
[130]
type=auth
auth_type=userpass
username=130
password=correct horse
"""
_PLACE = """
[office]
type=location
format=civicAddress
location_info=country=US
location_info=A1="NY", A3="New York"
location_info=HNO=350, RD="5th", STS=Ave
method=Manual
[street]
type=profile
profile_precedence=prefer_config
pidf_element=device
location_reference=office
"""
_MAILBOXES = (
    "[general]\nformat=wav\nminsecs=1\nmailcmd=/bin/false\n[office]\n101 => 4821,Ann,ann@example.org,,attach=no\n"
)
_PROMPTS: dict[str, bytes | None] = dict.fromkeys(
    ("custom/welcome", "custom/confirm", "en/vm-intro", "en/vm-theperson", "en/digits/1", "en/beep")
)


@pytest.fixture(scope="module")
def pbx() -> Iterator[Instance]:
    lines = "".join(f"exten => {number},1,Dial(PJSIP/{number},5)\n" for number in _NUMBERS)
    dialplan = _DIALPLAN.replace("[keys]", f"{lines}[keys]").replace("exten => silent", f"{lines}exten => silent")
    configure = office(dialplan, phones=_NUMBERS, sip=_SIP_EXTRA, geolocation=_PLACE, voicemail=_MAILBOXES)
    with Instance(lab.tree(), configure, _PROMPTS) as running:
        yield running


def call(pbx: Instance, number: str, phone: Behaviour = ANSWER, script: Any = None, **fields: Any) -> CallRecord:
    """A call from outside, which the phones treat alike."""
    placed = Call(number, "+15551230001", headers=TRUNK, policy=lambda offer: phone, **fields)
    return drive(pbx, lambda driver: driver.call(placed, script))


def said(record: CallRecord, name: str, field: str) -> list[str]:
    """What the dialplan told by UserEvent."""
    return [event[field] for event in record.events if event.get("UserEvent") == name]


def test_it_boots_without_a_complaint_and_is_of_a_known_version(pbx: Instance) -> None:
    assert pbx.load_complaints == []
    assert lab.tree().version.startswith(tuple("23456789"))


def test_a_call_is_answered_by_the_phone_that_was_dialled(pbx: Instance) -> None:
    record = call(pbx, "101", Answer(ring_seconds=0.1))

    assert (record.status, record.connected, record.ended_by) == (200, ["101"], "caller")
    (leg,) = record.legs
    assert (leg.number, leg.caller, leg.result) == ("101", "+15551230001", "answered")
    assert leg.ringing_seconds is not None
    assert leg.answered_seconds is not None
    assert leg.ringing_seconds < leg.answered_seconds <= record.ended_seconds
    assert record.heard_seconds > 0
    assert leg.heard_seconds > 0
    messages = [(step.source, step.destination, step.text) for step in record.ladder]
    assert messages[0] == ("+15551230001", "PBX", "INVITE")
    assert messages.index(("PBX", "101", "INVITE")) < messages.index(("101", "PBX", "200 OK (INVITE)"))
    assert messages.index(("101", "PBX", "200 OK (INVITE)")) < messages.index(("PBX", "101", "ACK"))
    assert messages[-1] == ("101", "PBX", "200 OK (BYE)")
    assert [step.seconds for step in record.ladder] == sorted(step.seconds for step in record.ladder)


def test_a_phone_that_hangs_up_ends_the_call_for_the_caller(pbx: Instance) -> None:
    record = call(pbx, "101", Answer(talk_seconds=0.1), talk_seconds=None)

    assert (record.ended_by, record.cause) == ("pbx", 16)


@pytest.mark.parametrize(
    ("phone", "result", "status"),
    [
        (behaviour.BUSY, "busy", "BUSY"),
        (behaviour.OFFLINE, "offline", "NOANSWER"),
        (behaviour.DECLINE, "declined", "CHANUNAVAIL"),
        (behaviour.Refuse(600, ring_seconds=0.1), "busy", "BUSY"),
        (behaviour.FAILED, "refused", "CONGESTION"),
        (behaviour.NO_ANSWER, "no_answer", "NOANSWER"),
    ],
)
def test_a_phone_that_does_not_answer_leads_to_voicemail(
    pbx: Instance, phone: Behaviour, result: str, status: str
) -> None:
    async def hang_up_at_the_mailbox(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event.get("Application") == "VoiceMail", 5)
        handle.hangup()

    record = call(pbx, "2", phone, hang_up_at_the_mailbox)

    assert [leg.result for leg in record.legs] == [result]
    assert said(record, "dialled", "Status") == [status]
    assert record.connected == []
    assert record.ended_by == "caller"


def test_a_phone_that_nobody_answers_rings_as_long_as_the_dialplan_says(pbx: Instance) -> None:
    async def hang_up_at_the_mailbox(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event.get("Application") == "VoiceMail", 10)
        handle.hangup()

    (leg,) = call(pbx, "2", behaviour.NO_ANSWER, hang_up_at_the_mailbox).legs

    assert leg.ringing_seconds is not None
    assert leg.ended_seconds is not None
    assert 0.9 < leg.ended_seconds - leg.ringing_seconds < 3
    assert leg.status == 487


def test_when_one_of_two_phones_answers_the_other_is_told_so(pbx: Instance) -> None:
    def policy(offer: Offer) -> Behaviour:
        return Answer(ring_seconds=0.2) if offer.number == "102" else behaviour.NO_ANSWER

    record = drive(pbx, lambda driver: driver.call(Call("3", "+15551230001", headers=TRUNK, policy=policy)))

    assert {leg.number: leg.result for leg in record.legs} == {"101": "elsewhere", "102": "answered"}
    assert record.connected == ["102"]


@pytest.mark.parametrize(("key", "connected"), [("1", ["+15550009999"]), ("2", [])])
def test_an_outside_phone_is_put_through_only_after_it_confirmed(pbx: Instance, key: str, connected: list[str]) -> None:
    record = call(pbx, "4", Answer(keys=key, keys_after_seconds=0.2))

    assert [leg.result for leg in record.legs] == ["answered"]
    assert record.connected == connected


def test_every_key_of_a_phone_arrives_once_and_in_order(pbx: Instance) -> None:
    async def press(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event.get("Application") == "WaitExten", 5)
        await handle.send_dtmf("0123456789*#ABCD")

    record = call(pbx, "5", script=press)

    assert said(record, "pressed", "Keys") == ["0123456789*#ABCD"]
    assert [keys for _, keys in record.keys] == ["0123456789*#ABCD"]


def test_a_key_interrupts_a_prompt_and_leads_on(pbx: Instance) -> None:
    async def press(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event.get("Application") == "BackGround", 5)
        await handle.send_dtmf("3")

    record = call(pbx, "1", script=press)

    assert record.connected
    assert {leg.number for leg in record.legs} == {"101", "102"}
    assert "WaitExten" not in {event.get("Application") for event in record.events}


def test_a_prompt_without_a_recording_is_heard_all_the_same(pbx: Instance) -> None:
    async def listen(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event.get("Application") == "WaitExten", 5)
        handle.hangup()

    assert call(pbx, "1", script=listen).heard_seconds == pytest.approx(0.3, abs=0.1)


def test_keys_that_the_pbx_presses_are_heard(pbx: Instance) -> None:
    callers: list[CallHandle] = []

    async def listen(handle: CallHandle) -> None:
        callers.append(handle)

    call(pbx, "9", script=listen)

    assert callers[0].leg.line is not None
    assert callers[0].leg.line.heard_keys == "12"


def test_a_message_is_left_with_what_the_caller_said(pbx: Instance) -> None:
    before = len(pbx.voicemail())

    async def speak(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event.get("Application") == "VoiceMail", 5)
        await handle.send_dtmf("#")  # past the greeting
        while "en/beep" not in handle.heard:
            await asyncio.sleep(0.02)
        begun = await handle.packets_taken()
        while await handle.packets_taken() < begun + 65:
            await asyncio.sleep(0.05)
        handle.hangup()

    call(pbx, "2", behaviour.BUSY, speak)

    (message,) = pbx.voicemail()[before:]
    assert (message.context, message.mailbox, message.caller) == ("office", "101", "+15551230001")
    assert message.seconds >= 1
    with wave.open(str(message.path)) as recording:
        frames = recording.readframes(recording.getnframes())
    samples = struct.unpack(f"<{len(frames) // 2}h", frames)
    assert sum(abs(sample) > 3000 for sample in samples) > len(samples) / 4


def test_nothing_is_mailed(pbx: Instance) -> None:
    assert _MAILBOXES.count("ann@example.org") == 1
    assert "101 => 4821,Ann,,,attach=no" in (pbx.folder / "etc/voicemail.conf").read_text()


def test_an_emergency_call_carries_the_address_of_the_caller(pbx: Instance) -> None:
    placed = Call("911", "101", policy=lambda offer: ANSWER)
    record = drive(pbx, lambda driver: driver.call(placed))

    (leg,) = record.legs
    assert leg.number == "911"
    bodies = dict(sip.parts(leg.invite))
    assert "application/sdp" in bodies
    assert b"<ca:RD>5th</ca:RD>" in bodies["application/pidf+xml"]


def test_a_call_that_the_pbx_makes_because_of_another_belongs_to_it(pbx: Instance) -> None:
    record = call(pbx, "7", talk_seconds=1.0)

    assert {leg.number for leg in record.legs} == {"101", "102"}


def test_a_phone_proves_its_password(pbx: Instance) -> None:
    def status(password: str) -> int:
        phone = Call("101", "130", credentials=Credentials("130", password), policy=lambda offer: ANSWER)
        return drive(pbx, lambda driver: driver.call(phone)).status

    assert status("correct horse") == 200
    assert status("wrong") == 401


def test_a_toggle_is_set_in_the_database_of_the_pbx(pbx: Instance) -> None:
    async def toggle(driver: Driver) -> int | None:
        await driver.ami.put("office", "day", "17")
        record = await driver.call(Call("8", "+15551230001", headers=TRUNK))
        await driver.ami.delete("office", "day")
        return record.cause

    assert drive(pbx, toggle) == 17


def test_an_action_that_the_pbx_refuses_is_an_error(pbx: Instance) -> None:
    with pytest.raises(AmiError, match="No such channel"):
        drive(pbx, lambda driver: driver.ami.variable("PJSIP/nobody-1", "CONTEXT"))


def test_a_number_that_does_not_exist_is_refused(pbx: Instance) -> None:
    record = call(pbx, "555")

    assert (record.status, record.ended_by, record.legs) == (404, "pbx", [])


def test_a_caller_hangs_up_while_it_rings(pbx: Instance) -> None:
    async def hang_up(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event["Event"] == "DialBegin", 5)
        handle.hangup()

    record = call(pbx, "101", behaviour.NO_ANSWER, hang_up)

    assert (record.status, record.ended_by) == (487, "caller")
    assert [leg.result for leg in record.legs] == ["no_answer"]


def test_a_caller_to_whom_nothing_happens_loses_patience(pbx: Instance) -> None:
    assert call(pbx, "6", patience_seconds=0.3).ended_by == "patience"


def test_a_script_that_waits_in_vain_leaves_the_evidence(pbx: Instance) -> None:
    async def wait(handle: CallHandle) -> None:
        await handle.wait_event(lambda event: event.get("Application") == "Queue", 0.3)

    record = call(pbx, "6", script=wait)

    assert (record.status, record.ended_by) == (200, "patience")
    assert [event["Application"] for event in record.events if event["Event"] == "Newexten"] == ["Answer", "Wait"]


def test_an_error_of_a_script_or_a_policy_ends_the_call_and_is_raised(pbx: Instance) -> None:
    async def fail(_: CallHandle) -> None:
        raise LookupError("script")

    def refuse(_: Offer) -> Behaviour:
        raise LookupError("policy")

    with pytest.raises(LookupError, match="script"):
        call(pbx, "6", script=fail)
    with pytest.raises(LookupError, match="policy"):
        drive(pbx, lambda driver: driver.call(Call("101", "+15551230001", headers=TRUNK, policy=refuse)))


def test_a_cancelled_call_is_hung_up(pbx: Instance) -> None:
    async def cancel(driver: Driver) -> str:
        calling = asyncio.create_task(driver.call(Call("6", "+15551230001", headers=TRUNK)))
        await driver.ami.wait_for(lambda event: event.get("Application") == "Wait", 5)
        calling.cancel()
        await driver.ami.wait_for(lambda event: event["Event"] == "Hangup", 5)
        return await driver.ami.command("core show channels count")

    assert "0 active channels" in drive(pbx, cancel)


def test_25_calls_at_once_reach_25_phones_and_are_heard_on_both_sides(pbx: Instance) -> None:
    async def all_at_once(driver: Driver) -> list[CallRecord]:
        calls = [
            Call(str(number), f"+1555200{number:04}", headers=TRUNK, policy=lambda offer: Answer(0.1), talk_seconds=1.0)
            for number in _NUMBERS
        ]
        return await asyncio.gather(*(driver.call(placed) for placed in calls))

    records = drive(pbx, all_at_once)

    assert [record.connected for record in records] == [[str(number)] for number in _NUMBERS]
    assert [record.legs[0].caller for record in records] == [record.caller for record in records]
    assert min(record.heard_seconds for record in records) > 0.5
    assert min(record.legs[0].heard_seconds for record in records) > 0.5


def test_it_listens_on_loopback_alone(pbx: Instance) -> None:
    async def look(driver: Driver) -> set[tuple[str, int]]:
        handle = driver.place(Call("6", "+15551230001", headers=TRUNK))
        await handle.wait_event(lambda event: event.get("Application") == "Wait", 5)
        pid = int((pbx.folder / "asterisk.pid").read_text())
        return bound("udp", pid) | bound("udp6", pid) | bound("tcp", pid) | bound("tcp6", pid)

    sockets = drive(pbx, look)

    ports = pbx.addresses
    for expected in (ports.sip, ports.manager):
        assert ("0100007F", expected) in sockets
    # Where PJSIP would get the answers of a name server. It has no names to look up: there are only addresses.
    resolver = {(host, port) for host, port in sockets if host != "0100007F"}
    assert len(resolver) <= 2
    assert not {port for _, port in resolver} & {ports.sip, ports.manager, *range(ports.rtp_first, ports.rtp_last + 1)}
    assert any(host == "0100007F" and ports.rtp_first <= port <= ports.rtp_last for host, port in sockets)


def bound(kind: str, pid: int) -> set[tuple[str, int]]:
    """The addresses, as the kernel writes them, and ports to which the sockets of a process are bound."""
    inodes = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    found = set()
    for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
        fields = line.split()
        if f"socket:[{fields[9]}]" in inodes and fields[3] != "01":  # not those of a connection
            host, _, port = fields[1].partition(":")
            found.add((host, int(port, 16)))
    return found


def test_calls_leave_no_complaint_either(pbx: Instance) -> None:
    call(pbx, "101")

    assert pbx.complaints() == []


def test_a_configuration_that_is_wrong_is_complained_about() -> None:
    dialplan = "[general]\n[from-trunk]\nexten => 1,1,Answer()\nexten => 1,1,Hangup()\n"
    wrong = office(dialplan, sip="[104](endpoint)\nno_such_option=yes\n", queues="[general]\n[q]\nstrategy=nonsense\n")

    with Instance(lab.tree(), wrong) as running:
        found = "\n".join(running.load_complaints)

    for expected in ("no_such_option", "nonsense", "1"):
        assert expected in found


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"modules.conf": "[modules]\nautoload=yes\n"}, "does not take a file 'modules.conf'"),
        ({"manager.conf": ""}, "does not take a file 'manager.conf'"),
        ({"../asterisk.conf": ""}, "does not take a file"),
        ({"pjsip.conf": "[t]\ntype=transport\nbind=0.0.0.0:5060\n"}, "127.0.0.1 alone, not on '0.0.0.0:5060'"),
    ],
)
def test_what_would_open_the_pbx_is_refused(files: dict[str, str], sentence: str) -> None:
    instance = Instance(lab.tree(), lambda addresses: files)

    with pytest.raises(ValueError, match=sentence), instance:
        pass

    assert not instance.folder.exists()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a b", "custom/", "en/../x", ""])
def test_a_prompt_stays_in_its_folder(name: str) -> None:
    instance = Instance(lab.tree(), office("[general]\n"), {name: None})

    with pytest.raises(ValueError, match="a prompt cannot be called"), instance:
        pass

    assert not instance.folder.exists()


def test_a_start_that_takes_too_long_is_ended_with_a_sentence() -> None:
    instance = Instance(lab.tree(), office("[general]\n"), start_timeout_seconds=0.05)

    with pytest.raises(Unavailable, match=r"did not start within 0\.05 seconds"), instance:
        pass

    assert not instance.folder.exists()


def test_two_threads_have_a_pbx_each() -> None:
    def run(number: int) -> tuple[list[str], list[str]]:
        dialplan = f"[general]\n[from-trunk]\nexten => 1,1,Dial(PJSIP/{number},5)\n"
        with Instance(lab.tree(), office(dialplan)) as running:
            return call(running, "1").connected, running.load_complaints

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, (101, 102))) == [(["101"], []), (["102"], [])]


def test_an_error_in_the_block_leaves_nothing_behind() -> None:
    seen: list[Path] = []

    def fail() -> None:
        with Instance(lab.tree(), office("[general]\n")) as running:
            seen.extend([running.folder, Path("/proc") / (running.folder / "asterisk.pid").read_text().strip()])
            assert all(path.exists() for path in seen)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not any(path.exists() for path in seen)


_HOLDER = """
import sys, time
from pathlib import Path
from call_flow.pbx import tree
from call_flow.pbx.instance import Instance
with Instance(tree.find(Path(sys.argv[1])), lambda addresses: {}) as pbx:
    print(pbx.folder, (pbx.folder / "asterisk.pid").read_text().strip(), flush=True)
    time.sleep(60)
"""


@contextmanager
def holder() -> Iterator[tuple["subprocess.Popen[str]", Path, int]]:
    """A process that has a PBX, with its folder and its id."""
    path = os.pathsep.join(str(lab.ROOT / folder) for folder in ("shared", "services/call-flow"))
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, lab.tree().folder], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        folder, pid = process.stdout.readline().split()
        assert Path(f"/proc/{pid}").exists()
        yield process, Path(folder), int(pid)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_service_that_is_killed_leaves_nothing_behind(number: signal.Signals) -> None:
    with holder() as (process, folder, pid):
        process.send_signal(number)

    until(lambda: not Path(f"/proc/{pid}").exists() and not folder.exists())


def test_what_is_left_of_a_service_and_a_guard_that_were_killed_is_removed_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with tempfile.TemporaryDirectory(prefix="own-") as own:  # where no other test sweeps
        monkeypatch.setenv("TMPDIR", own)
        monkeypatch.setattr(tempfile, "tempdir", own)
        with holder() as (neighbour, kept, _):
            with holder() as (process, folder, pid):
                guard = int(re.findall(r"^PPid:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[0])
                os.kill(guard, signal.SIGKILL)
                process.kill()
            until(lambda: not Path(f"/proc/{pid}").exists())
            assert folder.exists()

            folders.sweep()  # as every start does

            assert not folder.exists()
            assert kept.exists()
            neighbour.terminate()
        until(lambda: not kept.exists())


def until(condition: Any) -> None:
    """Wait for something that another process does. Fails loudly when it does not."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_without_a_folder_the_problem_says_how_to_get_asterisk() -> None:
    with pytest.raises(Unavailable, match=r"make asterisk.*ASTERISK_DIR") as raised:
        tree.find(None)

    assert raised.value.document()["status"] == 503


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        ("usr/sbin/asterisk", "There is no Asterisk in"),
        ("usr/lib/*/ld-linux*", "has no loader"),
        ("usr/lib/*/asterisk/modules/app_queue.so", "lacks app_queue"),
        ("usr/lib/*/libc.so.6", "does not run on this machine"),
        ("usr/share/asterisk/sounds/*", "has no prompts"),
        ("usr/share/asterisk/documentation/core-en_US.xml", "core-en_US.xml is missing"),
    ],
)
def test_a_folder_that_lacks_something_is_refused_with_what_it_lacks(tmp_path: Path, gone: str, sentence: str) -> None:
    subprocess.run(["cp", "-as", f"{lab.tree().folder}/.", tmp_path], check=True)
    for path in tmp_path.glob(gone):
        subprocess.run(["rm", "-rf", path], check=True)

    with pytest.raises(Unavailable, match=sentence) as raised:
        tree.find(tmp_path)

    assert "make asterisk" in raised.value.detail


def test_calls_that_are_over_at_once_are_known_each_with_its_own_events(pbx: Instance) -> None:
    async def many(driver: Driver) -> list[CallRecord]:
        outside = [Call("10", "+15551230001", caller_name=f"case {number}", headers=TRUNK) for number in range(20)]
        inside = [Call("10", str(number)) for number in _NUMBERS]
        return await asyncio.gather(*(driver.call(one) for one in outside + inside))

    records = drive(pbx, many)

    steps = [[event for event in record.events if event["Event"] == "Newexten"] for record in records]
    assert [[step["Application"] for step in each] for each in steps] == [["Hangup"]] * len(records)
    shown = [f"case {number}" for number in range(20)] + [f"Phone {number}" for number in _NUMBERS]
    assert [each[0]["CallerIDName"] for each in steps] == shown
