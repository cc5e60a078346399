"""The PowerShell for Teams, by a parser and by the documented parameters of each cmdlet."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import tree_sitter_powershell
from tests.exports import HOSTILE, calendar_of, data, differences, everything, flows, instants, made, tree, worded
from tree_sitter import Language, Node, Parser

from call_flow.export.teams import TARGET
from call_flow.export.teams.powershell import quoted
from call_flow.export.teams.zones import windows_zone
from call_flow.flow.model import Flow

_PARSER = Parser(Language(tree_sitter_powershell.language()))
#: PowerShell takes typographic single quotes for plain ones; the grammar does not know that.
_AS_READ = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201b", "'"))
Parameters = dict[str, str | None]


def script(flow: Flow) -> str:
    return made(TARGET, flow).files["deploy.ps1"].decode("utf-8-sig")


def parsed(text: str) -> tuple[Node, bytes]:
    source = text.translate(_AS_READ).encode()
    return _PARSER.parse(source).root_node, source


def commands(node: Node, source: bytes) -> Iterator[tuple[str, Parameters]]:
    if node.type == "command":
        yield _text(node.children[0], source), _parameters(node, source)
    for child in node.children:
        yield from commands(child, source)


def _text(node: Node, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode()


def _parameters(node: Node, source: bytes) -> Parameters:
    found: Parameters = {}
    name = None
    for element in (part for child in node.children if child.type == "command_elements" for part in child.children):
        if element.type == "command_parameter":
            name = _text(element, source)[1:]
            assert name not in found, f"{name} twice"
            found[name] = None
        elif element.type != "command_argument_sep":
            assert name is not None, _text(element, source)
            found[name] = _text(element, source)
    return found


def complaints(text: str) -> list[str]:
    root, source = parsed(text)
    known = data("teams.json")["cmdlets"]
    said = ["it does not parse"] if root.has_error else []
    for name, parameters in commands(root, source):
        if name not in known:
            said.append(f"there is no {name}")
            continue
        said += [f"{name} needs {needed}" for needed, fact in known[name].items()
                 if fact.get("required") and needed not in parameters]  # fmt: skip
        for parameter, value in parameters.items():
            fact = known[name].get(parameter)
            said += [f"{name} has no {parameter}"] if fact is None else _wrong(f"{name} {parameter}", value, fact)
    return said


def _wrong(where: str, value: str | None, fact: dict[str, Any]) -> Iterator[str]:
    if (value is None) != (fact["type"] == "Switch"):
        yield f"{where}: {'a value is missing' if value is None else 'it takes no value'}"
        return
    if value is None or value.startswith(("$", "(", '"')):
        if fact["type"] == "Boolean" and value not in ("$true", "$false"):
            yield f"{where}: {value} is no truth value"
        return
    plain = value[1:-1].replace("''", "'") if value.startswith("'") else value
    if "enum" in fact and plain not in fact["enum"]:
        yield f"{where}: {plain} is none of its values"
    if "pattern" in fact and not re.search(fact["pattern"], plain):
        yield f"{where}: {plain} has another form"
    if "minimum" in fact and not fact["minimum"] <= int(plain) <= fact["maximum"]:
        yield f"{where}: {plain} is out of range"
    if "maxItems" in fact and plain.count("(New-") > fact["maxItems"]:
        yield f"{where}: too many"
    if fact["type"] == "List" and not plain.startswith("@("):
        yield f"{where}: no array"


@pytest.mark.parametrize("name", flows())
def test_every_cmdlet_parameter_and_value_is_a_documented_one(name: str) -> None:
    assert complaints(script(flows()[name])) == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_text_between_quotes_and_nothing_else(words: str) -> None:
    def read(name: str, content: bytes) -> Any:
        if not name.endswith(".ps1"):
            return tree(name, content)
        return _read(content)

    flow = everything()

    assert complaints(script(worded(flow, words))) == []
    assert list(differences(TARGET, flow, words, read)) == []


@cache
def _read(content: bytes) -> list[list[str]]:
    return list(_leaves(*parsed(content.decode("utf-8-sig"))))


def _leaves(node: Node, source: bytes) -> Iterator[list[str]]:
    if not node.children:
        yield [node.type, _text(node, source)]
    for child in node.children:
        yield from _leaves(child, source)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("-Action 'TransferCallToTarget'", "-Action 'TransferCall'"), ("-DtmfResponse 'Tone1'", "-DtmfResponse 'Key1'"),
        ("-RoutingMethod 'Attendant'", "-RoutingMethod 'Ring'"), ("-AgentAlertTime 20", "-AgentAlertTime 14"),
        ("-Start '08:00'", "-Start '08:10'"), ("-LanguageId 'en-US'", ""), ("-Complement", "-Complement $true"),
        ("New-CsCallQueue", "New-CsQueue"), ("-ConfigurationType 'CallQueue'", "-ConfigurationTyp 'CallQueue'"),
        ("-WeeklyRecurrentSchedule", "-WeeklyRecurrentSchedule 'x"), ("-UseDefaultMusicOnHold $true",
         "-UseDefaultMusicOnHold $yes"), ("-DirectorySearchMethod 'ByName'", "-DirectorySearchMethod 'Name'"),
        ("@((New-CsOnlineDateTimeRange", "@(" + "(New-CsOnlineDateTimeRange -Start '1/1/2026'), " * 11
         + "(New-CsOnlineDateTimeRange"),
    ],
)  # fmt: skip
def test_a_wrong_script_is_refused_by_the_gate(before: str, after: str) -> None:
    text = script(flows()["acme"])

    assert before in text
    assert complaints(text.replace(before, after, 1))


@pytest.mark.parametrize("name", flows())
def test_every_variable_is_assigned_before_it_is_used(name: str) -> None:
    known = {"Domain", "PhoneNumberType", "ErrorActionPreference", "true", "false"}
    for line in script(flows()[name]).splitlines():
        target = re.match(r"\$(\w+) = ", line)
        outside = re.sub(r"'(?:[^']|'')*'", "''", line[target.end() :] if target else line)
        used = set(re.findall(r"\$(\w+)", outside))
        assert used <= known | ({"Domain"} if "param" in line else set()), line
        if target:
            known.add(target[1])


def _spans(text: str) -> list[tuple[dt.datetime, dt.datetime]]:
    found = re.findall(r"New-CsOnlineDateTimeRange -Start '([^']*)' -End '([^']*)'", text)
    return [(_moment(start), _moment(end)) for start, end in found]


def _moment(text: str) -> dt.datetime:
    day, clock = text.split()
    hours, minutes = clock.split(":")
    date = dt.date(*map(int, reversed(day.split("/"))))
    return dt.datetime.combine(date, dt.time(int(hours), int(minutes)))


@pytest.mark.parametrize("schedule", ["office"])
def test_schedules_say_at_every_edge_what_the_hours_say(schedule: str) -> None:
    """Holiday call flows go before the one for after hours, which is in effect outside the weekly ranges."""
    flow = flows()["acme"]
    lines = [line for line in script(flow).splitlines() if "New-CsOnlineSchedule" in line]
    weekly = next(line for line in lines if "-WeeklyRecurrentSchedule" in line)
    dated = [(line.split("_")[2], _spans(line)) for line in lines if "-FixedSchedule" in line]
    calendar = calendar_of(flow, schedule)
    for wall in instants(flow, schedule):
        state = next((state for state, spans in dated if any(start <= wall < end for start, end in spans)), None)
        if state is None:
            hours = re.search(rf"-{wall:%A}Hours @\((.*?\))\)", weekly)
            ranges = re.findall(r"-Start '(\d\d:\d\d)' -End '([\d.:]+)'", hours[1]) if hours else []
            at = f"{wall:%H:%M}"
            state = "open" if any(start <= at < ("24:00" if end == "1.00:00" else end) for start, end in ranges) \
                else "closed"  # fmt: skip
        assert state == calendar.state(wall).state, wall


def test_hours_that_are_no_quarters_are_moved_and_said_to_be() -> None:
    lines = {line.pointer: line for line in made(TARGET, everything()).fidelity}

    assert "quarters of an hour" in lines["/schedules/1"].how
    assert lines["/schedules/1"].status == "approximated"


def test_a_number_that_leads_outside_gets_an_attendant_of_its_own() -> None:
    text = script(everything())

    assert "-Identity 'tel:+442071838750' -Type 'ExternalPstn'" in text
    assert "-Identity $account_number_12125550189.ObjectId -PhoneNumber '+12125550189'" in text


def test_a_test_number_is_never_dialled_as_the_emergency_number() -> None:
    text = script(everything())

    assert "-EmergencyDialString '911' -EmergencyDialMask '9911' " in text
    assert "-EmergencyDialString '933' -EmergencyDialMask '9933' " in text


@pytest.mark.parametrize(
    ("zone", "name"),
    [("America/New_York", "Eastern Standard Time"), ("Europe/Berlin", "W. Europe Standard Time"), ("No/Where", "UTC")],
)
def test_zones_have_the_names_that_windows_gives_them(zone: str, name: str) -> None:
    assert windows_zone(zone) == name


def test_typographic_quotes_are_doubled_like_plain_ones() -> None:
    assert quoted("a' \u2019b") == "'a'' \u2019\u2019b'"
