"""The tables and the backup for FreePBX: their columns, where destinations lead, and what time groups say."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.callflow import acme
from tests.exports import HOSTILE, PLAIN, calendar_of, data, everything, flows, instants, made, unpacked, worded

from call_flow.export.freepbx import TARGET
from call_flow.flow.model import Flow

Row = dict[str, Any]


def backup(flow: Flow) -> dict[str, Any]:
    return {name: json.loads(content) for name, content in unpacked(made(TARGET, flow).files["backup.tar.gz"]).items()}


def tables(found: dict[str, Any]) -> dict[str, list[Row]]:
    """The rows of each table, wherever its module keeps them."""
    kept = {name.removeprefix("modulejson/").removesuffix(".json"): content["configs"]
            for name, content in found.items() if name.startswith("modulejson/")}  # fmt: skip
    return {
        "ivr_details": [rows[0] for rows in kept["Ivr"]["ivrs"].values()],
        "ivr_entries": [row for rows in kept["Ivr"]["entries"].values() for row in rows[0]],
        "announcement": [rows[0] for rows in kept["Announcement"]],
        **kept["Timeconditions"]["tables"], **kept["Queues"]["tables"],
        "ringgroups": kept["Ringgroups"][0], "miscdests": kept["Miscdests"], "daynight": kept["Daynight"]["configs"],
        "directory_details": kept["Directory"][0]["directories"],
        "directory_entries": [row for rows in kept["Directory"][0]["entries"].values() for row in rows],
    }  # fmt: skip


def sheet(flow: Flow, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made(TARGET, flow).files[f"{name}.csv"].decode())))


def complaints(found: dict[str, list[Row]]) -> Iterator[str]:
    facts = data("freepbx.json")
    destination = re.compile("|".join(facts["destinations"]))
    for table, rows in found.items():
        columns = facts["tables"][table]
        for row in rows:
            if unknown := row.keys() - columns.keys():
                yield f"{table} has no {sorted(unknown)}"
            for column, value in row.items():
                if columns.get(column) and len(str(value)) > columns[column]:
                    yield f"{table}.{column} is too long: {value}"
                leads = (re.search(r"dest|goto", column) and column != "destdial") or row.get("dmode") in (
                    "day",
                    "night",
                )
                if leads and column not in ("ext", "dmode") and not destination.fullmatch(str(value)) \
                        and row.get("dmode") not in ("fc_description", "password"):  # fmt: skip
                    yield f"{table}.{column} leads nowhere: {value}"


@pytest.mark.parametrize("name", flows())
def test_every_column_and_destination_is_one_of_freepbx(name: str) -> None:
    assert list(complaints(tables(backup(flows()[name])))) == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_bare_and_short_enough(words: str) -> None:
    found = tables(backup(worded(everything(), words)))
    plain = tables(backup(worded(everything(), PLAIN)))

    assert list(complaints(found)) == []
    for table, rows in found.items():
        for row, before in zip(rows, plain[table], strict=True):
            for column, value in row.items():
                assert value == before[column] or re.fullmatch(r"[\w .-]*", value), (table, column)
    for row in sheet(worded(everything(), words), "extensions"):
        assert re.fullmatch(r"[\w .-]+", row["name"])


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("ivr_details", {"timeout": 5}), ("ivr_details", {"invalid_destination": "ivr-1"}),
        ("ivr_details", {"name": "x" * 51}), ("ivr_entries", {"dest": "from-internal,911,1"}),
        ("timeconditions", {"truegoto": "app-blackhole,hangup"}), ("ringgroups", {"members": "101"}),
        ("ringgroups", {"postdest": "ext-group,six,1"}), ("queues_config", {"descr": "y" * 36}),
        ("daynight", {"dest": "elsewhere"}), ("miscdests", {"dial": "1"}),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_by_the_gate(table: str, change: Row) -> None:
    found = tables(backup(everything()))
    found[table][0] |= change

    assert list(complaints(found))


@pytest.mark.parametrize("name", flows())
def test_every_destination_is_there(name: str) -> None:
    flow = flows()[name]
    found = tables(backup(flow))
    configs = {name: content["configs"] for name, content in backup(flow).items() if "configs" in content}
    known = {f"timeconditions,{row['timeconditions_id']},1" for row in found["timeconditions"]}
    known |= {f"ivr-{row['id']},s,1" for row in found["ivr_details"]}
    known |= {f"ext-group,{row['grpnum']},1" for row in found["ringgroups"]}
    known |= {f"ext-queues,{row['extension']},1" for row in found["queues_config"]}
    known |= {f"app-announcement-{row['announcement_id']},s,1" for row in found["announcement"]}
    known |= {f"app-daynight,{row['ext']},1" for row in found["daynight"]}
    known |= {f"ext-miscdests,{row['id']},1" for row in found["miscdests"]}
    known |= {f"directory,{row['id']},1" for row in found["directory_details"]}
    known |= {f"ext-meetme,{row['exten']},1" for row in configs["modulejson/Conferences.json"]["data"]}
    pages = configs["modulejson/Paging.json"]["tables"]["paging_config"]
    known |= {f"app-pagegroups,{row['page_group']},1" for row in pages}
    rows = sheet(flow, "extensions")
    known |= {f"from-did-direct,{row['extension']},1" for row in rows}
    known |= {f"ext-local,vm{kind}{row['extension']},1" for row in rows if row["voicemail_enable"] for kind in "ubs"}
    known |= {f"app-blackhole,{end},1" for end in ("hangup", "busy", "congestion")}
    destination = re.compile("|".join(data("freepbx.json")["destinations"]))
    for text in (json.dumps(found), json.dumps(rows), json.dumps(sheet(flow, "dids"))):
        used = {match[0] for match in destination.finditer(text)}
        assert used <= known


def test_the_restore_runs_no_command_and_touches_no_module_that_the_bulk_handler_fills() -> None:
    for words in HOSTILE:
        meta = backup(worded(everything(), words))["metadata.json"]

        assert (meta["backupInfo"]["prere_hook"], meta["backupInfo"]["postre_hook"]) == ("", "")
        assert "core" not in [module["module"] for module in meta["processorder"]]
        assert words not in json.dumps(meta, ensure_ascii=False)


@pytest.mark.parametrize("name", flows())
def test_columns_of_the_tables_are_those_of_the_bulk_handler(name: str) -> None:
    facts = data("freepbx.json")["bulk"]
    for table in ("extensions", "dids"):
        rows = sheet(flows()[name], table)
        assert all(set(row) <= set(facts[table]) for row in rows)
    assert {row["tech"] for row in sheet(flows()[name], "extensions")} <= {"pjsip", "virtual"}


def _within(times: list[str], wall: dt.datetime) -> bool:
    """Whether a time group holds: FreePBX counts the last minute in."""
    for time in times:
        hours, weekday, day, month = time.split("|")
        start, end = hours.split("-")
        if start <= f"{wall:%H:%M}" <= end and weekday in ("*", f"{wall:%a}".lower()) \
                and day in ("*", str(wall.day)) and month in ("*", f"{wall:%b}".lower()):  # fmt: skip
            return True
    return False


@pytest.mark.parametrize(
    ("switch", "schedule"), [("hours", "office"), ("extra-hours", "nights"), ("never-open", "never")]
)
def test_time_conditions_say_at_every_edge_what_the_schedule_says(switch: str, schedule: str) -> None:
    flow = everything()
    found = tables(backup(flow))
    times: dict[int, list[str]] = {}
    for row in found["timegroups_details"]:
        times.setdefault(row["timegroupid"], []).append(row["time"])
    conditions = {row["timeconditions_id"]: row for row in found["timeconditions"]}
    chain = [row for row in conditions.values() if row["displayname"].startswith(f"{switch} ")]
    closed, hours = chain[-1]["falsegoto"], chain[-1]["truegoto"]
    by_state = {"open": hours, "closed": closed}
    by_state["holiday"] = next(row["truegoto"] for row in [*chain, chain[-1]] if "holidays" in row["displayname"]) \
        if len(chain) > 1 else closed  # fmt: skip
    calendar = calendar_of(flow, schedule)
    for wall in instants(flow, schedule):
        at = f"timeconditions,{chain[0]['timeconditions_id']},1"
        while (step := re.fullmatch(r"timeconditions,(\d+),1", at)) and int(step[1]) in {
            row["timeconditions_id"] for row in chain
        }:
            row = conditions[int(step[1])]
            at = row["truegoto"] if _within(times.get(row["time"], []), wall) else row["falsegoto"]
        assert at == by_state[calendar.state(wall).state], wall
    assert chain[0]["timezone"] == calendar.schedule.time_zone


def test_busy_goes_where_no_answer_goes_unless_something_else_is_said() -> None:
    def elsewhere(plain: dict[str, Any]) -> None:
        plain["extensions"][0] |= {"on_no_answer": {"extension": "102"}, "on_busy": None, "on_offline": None}

    ann = next(row for row in sheet(acme(elsewhere), "extensions") if row["extension"] == "101")

    assert {ann[way] for way in ("noanswer_dest", "busy_dest", "chanunavail_dest")} == {"from-did-direct,102,1"}


def test_its_own_mailbox_needs_no_saying() -> None:
    ann = next(row for row in sheet(acme(), "extensions") if row["extension"] == "101")

    assert ann["voicemail_enable"] == "yes"
    assert {ann[way] for way in ("noanswer_dest", "busy_dest", "chanunavail_dest")} == {""}
