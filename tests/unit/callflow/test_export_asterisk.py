"""The Asterisk export: what its files say, before any Asterisk reads them."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from tests.callflow import MAIN, MOBILE, acme
from tests.dialplan import Context, everything, full, read, targets

from call_flow.export.aspects import elements
from call_flow.export.asterisk import TARGET, contexts, make
from call_flow.export.asterisk.proving import proving, recordings
from call_flow.export.package import Package
from call_flow.export.plan import pin
from call_flow.flow.model import Flow

_FULL = full()


def secret(name: str) -> str:
    return f"secret of {name}"


@cache
def package() -> Package:
    return make(_FULL, secret)


def text(name: str, made: Package | None = None) -> str:
    return (made or package()).files[name].decode()


@cache
def dialplan() -> dict[str, Context]:
    return read(text("extensions.conf"))


def changed(change: Callable[[dict[str, Any]], None]) -> Package:
    return make(acme(change), secret)


def section(conf: str, title: str) -> list[str]:
    """The lines of a section; the title goes from after its bracket to the end of its line."""
    assert f"\n[{title}\n" in conf
    return conf.partition(f"\n[{title}\n")[2].partition("\n[")[0].split("\n")


def test_the_package_has_the_files_that_asterisk_reads_and_those_that_people_read() -> None:
    assert {
        "extensions.conf", "pjsip.conf", "queues.conf", "voicemail.conf", "musiconhold.conf", "features.conf",
        "res_parking.conf", "confbridge.conf", "geolocation.conf", "prompts.csv", "README.md",
    } <= set(package().files)  # fmt: skip
    assert TARGET.assurance == "proven"


def test_the_same_flow_gives_the_same_bytes() -> None:
    assert make(Flow.model_validate(_FULL.plain()), secret).files == package().files


def test_there_is_a_line_of_the_report_for_every_element() -> None:
    assert [line.pointer for line in package().fidelity] == [element.pointer for element in elements(_FULL)]
    assert all(line.how for line in package().fidelity if line.status != "exact")


def test_every_step_that_goes_on_elsewhere_goes_to_a_step_that_is_there() -> None:
    found = dialplan()
    jumps = [(source, there) for source, there in targets(found) if "${today}" not in there]
    assert len(jumps) > 300
    for source, (name, number, label) in jumps:
        assert name in found, source
        assert number in found[name].extensions, source
        assert label in found[name].labels[number], source


def test_every_context_that_is_included_is_there() -> None:
    for context in dialplan().values():
        assert set(context.includes) <= {*dialplan(), "parkedcalls"}


def test_patterns_are_only_where_phones_dial_outside() -> None:
    for name, context in dialplan().items():
        patterns = [number for number in context.extensions if number.startswith("_")]
        assert not patterns or name.startswith("phones-")
        for pattern in patterns:
            goes_on = context.extensions[pattern]
            assert goes_on == ["Goto(hangup-rejected,s,1)"] or "FILTER(0-9,${EXTEN:" in goes_on[0]


def reached(start: str) -> set[str]:
    """Every context that a call can come to, whoever sends it there."""
    found = dialplan()
    queues = text("queues.conf")
    waiting, known = [start], {start}
    while waiting:
        name = waiting.pop()
        steps = "\n".join(step for steps in found[name].extensions.values() for step in steps)
        named = set(re.findall(r"@([a-z][a-z0-9-]*)", steps)) | set(re.findall(r"Directory\(default,([^,]+),", steps))
        named |= {there[0] for source, there in targets(found) if source[0] == name} | set(found[name].includes)
        for queue in re.findall(r"Queue\((queue-[^,]+),", steps):
            said = "\n".join(section(queues, f"{queue}]"))
            named |= set(re.findall(r"context=(\S+)", said)) | set(re.findall(r"Local/\d+@([a-z0-9-]+)", said))
        new = {context for context in named if context in found} - known
        known |= new
        waiting += new
    return known


def test_callers_from_outside_reach_the_trunks_by_numbers_of_the_flow_alone() -> None:
    within = reached("from-trunk")
    assert {
        "node-menu",
        "legs-turns",
        "found-names",
        "exit-support",
        "agents-support",
        "route-home",
        "trunk-spare",
    } <= within
    for name in within:
        assert not name.startswith(("phones-", "call-", "override-", "switch-", "emergency")), name
        assert name not in ("internal", "services", "extensions")
        for steps in dialplan()[name].extensions.values():
            for step in steps:
                if match := re.match(r"Gosub\((?:route-[^,]*|outside|trunk-[^,]*),s,1\(([^,]*),", step):
                    literal = re.fullmatch(r"\+[0-9]+", match[1])
                    assert literal or (match[1] == "${ARG1}" and name.startswith(("route-", "outside")))


def test_calls_from_outside_come_in_by_the_customers_numbers_alone() -> None:
    def morocco(plain: dict[str, Any]) -> None:
        plain["numbers"].append({"e164": "+2125550150", "entry": {"hangup": "normal"}})

    entry = read(text("extensions.conf", changed(morocco)))["from-trunk"].extensions
    assert entry["+12125550123"] == entry["12125550123"] == entry["2125550123"] == ["Goto(number-12125550123,s,1)"]
    assert entry["2125550150"] == ["Goto(number-2125550150,s,1)"], "the digits of one number end another"
    assert all(re.fullmatch(r"\+?[0-9]+", number) for number in entry)


def test_calls_for_help_come_before_everything_else_that_a_phone_can_dial() -> None:
    found = dialplan()
    assert found["internal"].includes[0] == "emergency"
    assert set(found["emergency"].extensions) == {"911", "933", "9911", "9933"}
    for name in ("phones-none", "phones-internal", "phones-national", "phones-international"):
        assert found[name].includes == ["internal"]
        assert not any(number in found[name].extensions for number in found["emergency"].extensions)


def test_a_test_call_tells_nobody() -> None:
    found = dialplan()
    assert found["emergency"].extensions["911"][-1] == "Goto(emergency-notices,s,1)"
    assert found["emergency"].extensions["933"][-1] == "Goto(emergency-call,s,1)"
    notices = found["emergency-notices"].extensions["s"]
    assert len([step for step in notices if step.startswith("Originate(") and ",ac(" in step]) == 3


def test_a_menu_has_an_extension_for_each_key_and_each_number_that_may_be_dialled() -> None:
    menu = dialplan()["node-menu"].extensions
    assert set(menu) == {
        "s", "i", "0", "1", "2", "3", "4", "5", "6", "*", "#", "77", "8", "9", "7", "101", "102", "103", "104", "105",
        "108",
    }  # fmt: skip
    assert menu["7"] == ["Goto(s,listen)"]
    assert menu["77"] == ["Set(GREETING=busy)", "Goto(mailbox-600,s,1)"]
    assert menu["9"][0] == "Set(CHANNEL(language)=es_US)"
    assert menu["9"][-2:] == ["Set(QUEUE_PRIO=3)", "Goto(hangup-busy,s,1)"]


def test_a_key_of_a_menu_comes_before_an_extension_of_the_same_number() -> None:
    def clash(plain: dict[str, Any]) -> None:
        plain["nodes"][2]["keys"]["101"] = {"mailbox": "600"}
        plain["nodes"][2]["replay_key"] = "102"

    menu = read(text("extensions.conf", changed(clash)))["node-menu"].extensions
    assert menu["101"][-1] == "Goto(mailbox-600,s,1)"
    assert menu["102"] == ["Goto(s,listen)"]


def test_the_hours_end_a_minute_early_and_are_cut_at_midnight() -> None:
    hours = dialplan()["schedule-night"].extensions["clock"]
    zone = "Australia/Sydney"
    assert [step for step in hours if step.startswith("GotoIfTime")] == [
        f"GotoIfTime(00:00-03:59,sat,*,*,{zone}?open)",
        f"GotoIfTime(00:00-23:59,sun,*,*,{zone}?open)",
        f"GotoIfTime(20:00-23:59,fri&sat,*,*,{zone}?open)",
    ]
    days = dialplan()["days-night"].extensions
    assert days["20261204"][0] == f"GotoIfTime(18:00-23:59,*,*,*,{zone}?open)"
    assert days["20261205"][0] == f"GotoIfTime(00:00-06:29,*,*,*,{zone}?open)", "the night of the exception goes on"
    assert days["20261212"] == ["Return(closed)"]
    assert days["20261225"] == ["Return(holiday)"]


def test_an_extension_without_a_telephone_has_no_endpoint_and_is_not_rung() -> None:
    assert "[106]" not in text("pjsip.conf")
    assert "106" not in dialplan()["node-horn"].extensions["s"][3]
    assert dialplan()["legs-lot"].extensions["3"][0] == "Set(GOSUB_RETVAL=offline)"
    assert dialplan()["dial-106"].extensions["s"] == ["Set(GREETING=unavailable)", "Goto(mailbox-600,s,1)"]
    assert "PJSIP/106" not in text("queues.conf")


def test_phones_are_asked_for_their_password_and_trunks_are_never_known_by_name() -> None:
    conf = text("pjsip.conf")
    assert "password=secret of sip:101" in conf
    assert "identify_by=ip" in section(conf, "trunk](!,endpoint)")
    assert "context=phones-international" in section(conf, "101](phone)")
    assert "match=192.0.2.7" in conf, "an address can be matched, a name is the carrier's to tell"
    assert "match=sip.carrier.example" not in conf


def test_what_only_the_carrier_knows_is_left_to_be_filled_in() -> None:
    lines = text("pjsip_carriers.conf").splitlines()
    assert all(line.startswith(";") or not line for line in lines)
    assert ";password=<password>" in lines
    assert ";type=registration" in lines
    assert not any("secret of trunk" in file.decode() for file in package().files.values())


def test_no_call_but_one_for_help_tells_where_the_telephone_stands() -> None:
    conf = text("pjsip.conf")
    assert conf.count("geoloc_outgoing_call_profile") == 2
    for title in ("emergency-carrier](trunk)", "emergency-spare](trunk)"):
        assert "geoloc_outgoing_call_profile=<prefer_incoming>" in section(conf, title)
    assert "geoloc_incoming_call_profile=place-hq.front" in section(conf, "101](phone)")
    assert not any("geoloc" in line for line in section(conf, "108](phone)")), "nobody knows the annex's address"


def test_a_queue_says_what_the_flow_says() -> None:
    conf = section(text("queues.conf"), "queue-support]")
    assert {
        "strategy=ringall", "maxlen=5", "joinempty=unavailable,invalid,unknown", "context=exit-support",
        "announce-frequency=30", "periodic-announce=custom/hold", "musicclass=music-jazz", "member => PJSIP/103,0,103",
        f"member => Local/3@agents-support/n,2,{MOBILE}",
    } <= set(conf)  # fmt: skip


def test_a_mailbox_says_what_the_flow_says() -> None:
    line = next(line for line in text("voicemail.conf").splitlines() if line.startswith("600 => "))
    fields = line.partition(" => ")[2].split(",")
    assert fields[1:4] == ["General", "office@acme.example|b@acme.example", ""]
    assert fields[4] == "tz=zone0|attach=yes|delete=yes|maxsecs=60|operator=yes|exitcontext=mailbox-600"
    assert dialplan()["mailbox-600"].extensions["o"] == ["Goto(dial-101,s,1)"]
    assert "Background(custom/closed)" in dialplan()["mailbox-600"].extensions["s"]


@pytest.mark.parametrize("number", [str(number) for number in range(100, 160)])
def test_no_mailbox_opens_by_a_pin_that_somebody_tries_first(number: str) -> None:
    found = pin(secret, number)
    assert re.fullmatch("[0-9]{6}", found)
    assert number not in found
    assert found not in "01234567890 09876543210"
    assert len(set(found)) > 2
    assert found == pin(secret, number)


def test_a_weak_pin_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["123456", "654321", "111111", "121212", "385385", "901019", "472957"])
    monkeypatch.setattr("call_flow.export.plan._drawn", lambda _: next(drawn))
    assert pin(secret, "101") == "472957"


def test_the_list_of_prompts_says_where_each_recording_goes() -> None:
    rows = text("prompts.csv").splitlines()
    assert rows[0] == "id,language,file,words,recording"
    assert "welcome,es-US,es_US/custom/welcome.wav,Gracias.," in rows
    assert "hold,es-US,custom/hold.wav,Espere.,hold.wav" in rows, "a prompt in one language is heard in every language"


def test_the_readme_says_what_staff_dial() -> None:
    readme = text("README.md")
    for dialled in ("*97", "*28", "*30", "*29", "800", "700", "911", "933"):
        assert f"`{dialled}`" in readme


def test_every_vertex_has_its_context() -> None:
    assert set(contexts(_FULL)) <= set(dialplan())
    assert "emergency-call" not in contexts(
        acme(lambda plain: plain.update(emergency={"numbers": [], "test_numbers": []}))
    )
    assert contexts(_FULL)["node-menu"] == "node:menu"
    assert contexts(_FULL)["number-12125550123"] == f"number:{MAIN}"
    assert contexts(_FULL)["hangup-busy"] == "hangup:busy"
    assert contexts(_FULL)["emergency-call"] == "emergency"


def test_a_proof_calls_the_dialplan_that_is_handed_over() -> None:
    files = proving(_FULL, sip_port=5080, phones_port=5090, unregistered={"103"})
    assert files["extensions.conf"] == text("extensions.conf")
    conf = files["pjsip.conf"]
    assert "password" not in conf
    assert "bind=127.0.0.1:5080" in conf
    assert "contact=sip:101@127.0.0.1:5090" in conf
    assert "contact=sip:103" not in conf
    assert "match_header=X-Trunk: carrier" in conf
    assert "set_var=EMERGENCY_ID=+12125550123" in conf
    assert set(read(files["extensions_custom.conf"])) == {f"entry-{name}" for name in (
        "from-trunk", "phones-none", "phones-internal", "phones-national", "phones-international")}  # fmt: skip
    assert recordings(_FULL)[:2] == ["custom/welcome", "es_US/custom/welcome"]


def test_destinations_that_are_not_there_end_the_call() -> None:
    def cut(plain: dict[str, Any]) -> None:
        plain["nodes"][0] |= {"open": {"node": "gone"}, "schedule": "gone"}
        plain["nodes"][2]["prompt"] = "gone"
        plain["nodes"][3]["members"] = [{"extension": "999"}, {}]
        plain["extensions"][0]["mailbox"] = "999"

    made = changed(cut)
    found = read(text("extensions.conf", made))
    assert found["node-hours"].extensions["s"] == ["Goto(node-closed,s,1)"], "a schedule that is not there is closed"
    assert "Goto(hangup-unallocated,s,1)" in found["dial-101"].extensions["s"]
    assert "999@default" not in text("pjsip.conf", made)
    noted = {line.pointer: line.how for line in made.fidelity if "There is no" in line.how}
    assert set(noted) == {"/nodes/0", "/nodes/3", "/extensions/0"}
    assert "There is no node gone: on 'open' the call ends." in noted["/nodes/0"]
    for source, (name, number, label) in targets(found):
        assert "${" in number or label in found[name].labels[number], source


def test_parts_that_share_a_name_do_not_break_the_files() -> None:
    def twice(plain: dict[str, Any]) -> None:
        everything(plain)
        for part in (
            "numbers",
            "extensions",
            "mailboxes",
            "schedules",
            "prompts",
            "nodes",
            "trunks",
            "outbound",
            "sites",
        ):
            plain[part] += plain[part]
        plain["emergency"]["numbers"] = ["911", "911"]

    made = changed(twice)
    assert set(read(text("extensions.conf", made))) == set(dialplan())
    assert text("pjsip.conf", made).count("[101](phone)") == 1
    assert text("voicemail.conf", made).count("\n600 => ") == 1
    assert text("geolocation.conf", made).count("[place-hq.front]") == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain["schedules"][0].update(time_zone="Mars/Olympus"),
        lambda plain: plain["holiday_sets"][0]["source"].update(country="AQ"),
        lambda plain: plain["holiday_sets"][0]["source"].update(categories=["bank"]),
        lambda plain: plain["customer"].update(country="ZZ"),
        lambda plain: plain.update(trunks=[], outbound=[], numbers=[]),
        lambda plain: plain.update(extensions=[], mailboxes=[]),
        lambda plain: plain.update(numbering={"parking": "0700"}),
        lambda plain: plain.update(numbering={"parking": "123456789012"}),
        lambda plain: plain.update(emergency={"numbers": [], "test_numbers": []}),
    ],
)
def test_a_flow_with_mistakes_still_gives_files_that_fit_together(change: Callable[[dict[str, Any]], None]) -> None:
    found = read(text("extensions.conf", changed(change)))
    for source, (name, number, label) in targets(found):
        assert "${" in number or label in found[name].labels[number], source


def test_two_thousand_extensions_each_have_their_place() -> None:
    def many(plain: dict[str, Any]) -> None:
        plain["extensions"] += [{"number": str(number), "first": f"N{number}"} for number in range(2000, 4000)]

    made = changed(many)
    assert text("pjsip.conf", made).count("type=aor") == 2005
    assert "dial-3999" in read(text("extensions.conf", made))
