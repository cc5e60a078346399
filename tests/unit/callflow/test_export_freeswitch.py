"""The XML for FreeSWITCH: its structure, where every transfer leads, and what its conditions say."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree
from tests.callflow import acme
from tests.exports import HOSTILE, PLAIN, calendar_of, everything, flows, instants, made, worded

from call_flow.export import schemas
from call_flow.export.freeswitch import TARGET
from call_flow.flow.model import Flow

_VARIABLE = re.compile(r"\$\{[a-z_]+\}")


def files(flow: Flow) -> dict[str, etree._Element]:
    found = made(TARGET, flow).files
    return {name: etree.fromstring(content) for name, content in found.items() if name.endswith(".xml")}


def dialplan(flow: Flow) -> etree._Element:
    return files(flow)["dialplan/callflow.xml"]


@cache
def _grammar() -> etree.RelaxNG:
    text = resources.files(schemas).joinpath("freeswitch.rng").read_bytes()
    return etree.RelaxNG(etree.fromstring(text))


@pytest.mark.parametrize("name", flows())
def test_every_file_has_the_documented_structure(name: str) -> None:
    for file, root in files(flows()[name]).items():
        assert _grammar().validate(root), (file, str(_grammar().error_log))


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_hold_no_variable_and_no_separator(words: str) -> None:
    before, after = (files(worded(everything(), text)) for text in (PLAIN, words))
    for file, root in after.items():
        assert _grammar().validate(root), (file, str(_grammar().error_log))
        for old, new in zip(_values(before[file]), _values(root), strict=True):
            if old != new:
                rest = new.replace("${caller_id_name}", "").removeprefix("effective_caller_id_name=")
                assert re.fullmatch(r"[\w .-]*", rest), new


def _values(root: etree._Element) -> list[str]:
    return [value for element in root.iter() for _, value in sorted(element.attrib.items())]


@pytest.mark.parametrize(
    ("file", "path", "name", "value"),
    [
        ("dialplan/callflow.xml", ".//action", "application", "system"),
        ("dialplan/callflow.xml", ".//condition[@wday]", "wday", "monday"),
        ("dialplan/callflow.xml", ".//condition[@wday]", "time-of-day", "8:00-17:00"),
        ("dialplan/callflow.xml", ".//condition[@date-time]", "date-time", "2026-12-24"),
        ("dialplan/callflow.xml", ".//condition[@break]", "break", "sometimes"),
        ("dialplan/callflow.xml", ".//condition", "field", "${system(id)}"),
        ("ivr_menus/callflow.xml", ".//menu", "timeout", "soon"),
        ("ivr_menus/callflow.xml", ".//entry", "action", "menu-go"),
        ("directory/callflow.xml", ".//user", "id", "ann"),
        ("directory/callflow.xml", ".//variable", "value", "${x}"),
        ("autoload_configs/callcenter.conf.xml", ".//agent", "status", "Ready"),
        ("autoload_configs/callcenter.conf.xml", ".//param[@name='strategy']", "value", "ringall"),
        ("sip_profiles/external/carrier.xml", ".//gateway", "nmae", "x"),
    ],
)
def test_a_wrong_value_is_refused_by_the_gate(file: str, path: str, name: str, value: str) -> None:
    root = files(everything())[file]
    element = root.find(path)
    assert element is not None
    element.set(name, value)

    assert not _grammar().validate(root)


def _extensions(root: etree._Element, context: str) -> list[etree._Element]:
    return list(root.iterfind(f"./context[@name='{context}']/extension"))


def _patterns(root: etree._Element, context: str) -> list[str]:
    return [str(extension[0].get("expression")) for extension in _extensions(root, context)]


def _transfers(root: etree._Element) -> Iterator[tuple[str, str]]:
    for value in _values(root):
        if found := re.fullmatch(r"(?:transfer )?(\S+) XML (\S+)", value):
            yield found[1], found[2]


@pytest.mark.parametrize("name", flows())
def test_every_transfer_arrives(name: str) -> None:
    found = files(flows()[name])
    root = found["dialplan/callflow.xml"]
    for file in ("dialplan/callflow.xml", "ivr_menus/callflow.xml"):
        for where, context in _transfers(found[file]):
            dialled = _VARIABLE.sub("X", where)
            assert any(re.search(pattern, dialled) for pattern in _patterns(root, context)), where


@pytest.mark.parametrize("name", flows())
def test_no_call_from_outside_comes_to_what_telephones_dial(name: str) -> None:
    """So the only numbers outside that it can reach are those that the flow names."""
    flow = flows()[name]
    root = dialplan(flow)
    reached, waiting = {"public"}, ["public"]
    while waiting:
        context = root.find(f"./context[@name='{waiting.pop()}']")
        assert context is not None
        found = {where for _, where in _transfers(context)} | set(
            re.findall(r"callflow-dials", " ".join(_values(context)))
        )
        waiting += sorted(found - reached)
        reached |= found

    assert "callflow-inside" not in reached
    for context in reached:
        for bridge in root.findall(f"./context[@name='{context}']//action[@application='bridge']"):
            assert not re.search(r"sofia/gateway/[^/]+/\+?\$", str(bridge.get("data")))


def _taken(extension: etree._Element, wall: dt.datetime) -> str:
    """The transfer of the first condition that holds, no state being set by hand. FreeSWITCH counts ends in."""
    for condition in extension[1:]:
        field, span, hours = (condition.get(name) for name in ("field", "date-time", "time-of-day"))
        if span is not None:
            start, end = span.split("~")
            holds = start <= f"{wall:%Y-%m-%d %H:%M:%S}" <= end
        elif hours is not None:
            first, last = hours.split("-")
            holds = condition.get("wday") == f"{wall:%a}".lower() and first <= f"{wall:%H:%M:%S}" <= last
        else:
            holds = field == "destination_number"
        if holds:
            return next(str(action.get("data")) for action in condition if action.get("application") == "transfer")
    raise AssertionError(wall)


@pytest.mark.parametrize(
    ("switch", "schedule"), [("hours", "office"), ("extra-hours", "nights"), ("never-open", "never")]
)
def test_conditions_say_at_every_edge_what_the_schedule_says(switch: str, schedule: str) -> None:
    flow = everything()
    extension = next(item for item in _extensions(dialplan(flow), "callflow") if item.get("name") == f"node-{switch}")
    node = next(item for item in flow.nodes if item.id == switch)
    calendar = calendar_of(flow, schedule)
    zone = extension[0][0].get("data")
    for wall in instants(flow, schedule):
        expected = getattr(node, calendar.state(wall).state) or node.closed  # type: ignore[union-attr]
        assert _taken(extension, wall) == f"node-{expected.target} XML callflow", wall
    assert zone == f"timezone={calendar.schedule.time_zone}"


def test_a_code_turns_a_switch_on_and_off_again() -> None:
    root = dialplan(flows()["acme"])
    code = next(item for item in _extensions(root, "callflow-inside") if item.get("name") == "*29")
    kept = [str(action.get("data")) for action in code.iter("action") if action.get("application") == "db"]

    assert kept == ["delete/callflow/toggle-emergency-line", "insert/callflow/toggle-emergency-line/on"]


def test_a_parked_call_is_taken_from_its_slot() -> None:
    inside = {item.get("name"): item for item in _extensions(dialplan(flows()["acme"]), "callflow-inside")}

    assert "callflow auto in 701 720" in _values(inside["700"])
    assert "callflow 701" in _values(inside["701"])
    assert "721" not in inside


def test_calls_for_help_are_taken_before_anything_else_and_before_any_restriction() -> None:
    flow = everything()
    inside = _extensions(dialplan(flow), "callflow-inside")
    first = [item for item in inside if str(item.get("name")).startswith("emergency-")]

    assert inside[: len(first)] == first
    for number in ("911", "9911", "933", "9933"):
        assert any(re.search(str(item[0].get("expression")), number) for item in first)
    assert all(condition.get("field") == "destination_number" for item in first for condition in item.iter("condition"))


def test_members_of_a_sequence_ring_one_after_the_other() -> None:
    root = dialplan(everything())
    group = next(item for item in _extensions(root, "callflow") if item.get("name") == "node-group-sequential")
    bridge = next(str(action.get("data")) for action in group.iter("action") if action.get("application") == "bridge")

    assert re.findall(r"user/(\d+)|gateway/\w+/\+(\d+)", bridge) == [("101", ""), ("", "12125550177"), ("102", "")]
    assert all(one < other for one, other in pairwise(bridge.index(leg) for leg in ("101@", "177", "102@")))
    assert bridge.count("|") == 2


def _route(flow: Flow, dialled: str) -> tuple[str, str] | None:
    """The extension that takes what a telephone dials to the outside, and what the carrier is asked for."""
    for extension in _extensions(dialplan(flow), "callflow-inside"):
        found = re.search(str(extension[0].get("expression")), dialled)
        if found and str(extension.get("name")).startswith("outbound-"):
            actions = {item.get("application"): str(item.get("data")) for item in extension.iter("action")}
            number = actions["bridge"].rpartition("/")[2].replace("$1", found[1])
            return str(extension[1].get("expression")), number
    return None


_NATIONAL, _ABROAD = "^(national|international)$", "^international$"


@pytest.mark.parametrize(
    ("country", "dialled", "taken"),
    [
        ("US", "2125559999", (_NATIONAL, "+12125559999")), ("US", "12125559999", (_NATIONAL, "+12125559999")),
        ("US", "+12125559999", (_NATIONAL, "+12125559999")), ("US", "18765551234", (_ABROAD, "+18765551234")),
        ("US", "8765551234", (_ABROAD, "+18765551234")), ("US", "+18765551234", (_ABROAD, "+18765551234")),
        ("US", "011442071838750", (_ABROAD, "+442071838750")), ("US", "01135224123456", (_ABROAD, "+35224123456")),
        ("US", "5559999", None), ("GB", "02071838750", (_NATIONAL, "+442071838750")),
        ("GB", "+442071838750", (_NATIONAL, "+442071838750")), ("GB", "0012125559999", (_ABROAD, "+12125559999")),
        ("IT", "0669812345", (_NATIONAL, "+390669812345")), ("IT", "3471234567", (_NATIONAL, "+393471234567")),
    ],
)  # fmt: skip
def test_what_is_dialled_is_a_number_of_the_country_or_a_call_abroad(
    country: str, dialled: str, taken: tuple[str, str] | None
) -> None:
    """Jamaica is dialled like Ohio, and is a call abroad all the same."""

    def there(plain: dict[str, Any]) -> None:
        plain["customer"]["country"] = country
        plain["outbound"] = [{"id": "out", "classes": ["international", "national"], "trunks": ["carrier"]}]

    assert _route(acme(there), dialled) == taken


def test_a_number_outside_that_rings_later_rings_as_long() -> None:
    extension = next(item for item in _extensions(dialplan(everything()), "callflow") if item.get("name") == "ext-101")
    bridge = next(str(item.get("data")) for item in extension.iter("action") if item.get("application") == "bridge")

    assert bridge.startswith("{originate_timeout=30,")
    assert "[leg_timeout=25]user/101@" in bridge


def test_no_password_of_a_carrier_is_made_up() -> None:
    def registers(plain: dict[str, Any]) -> None:
        plain["trunks"][0] |= {"username": "acme", "registers": True}

    (gateway,) = (root for name, root in files(acme(registers)).items() if name.startswith("sip_profiles/"))
    values = {item.get("name"): item.get("value") for item in gateway.iter("param")}

    assert (values["username"], values["password"]) == ("acme", "$${callflow_carrier_password}")
