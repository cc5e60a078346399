"""Reading other systems' configurations over HTTP."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.callflow import ACME
from tests.customers import FOLDER
from tests.phones import Phones
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

OFFICES = Path(__file__).parents[2] / "imports"


def send(phones: Phones, files: dict[str, bytes], who: str = "", **form: str) -> TestResponse:
    fields: MultiDict[str, Any] = MultiDict(form)
    for name, content in files.items():
        fields.add("file", FileStorage(io.BytesIO(content), filename=name))
    return phones.call("POST", "/import", who=who, data=fields, content_type="multipart/form-data")


def test_a_specification_in_yaml_is_read_and_kept(phones: Phones) -> None:
    answer = send(phones, {"dental-practice.yaml": (FOLDER / "dental-practice.yaml").read_bytes()})
    assert answer.status_code == 200, answer.text
    made = answer.json
    assert made is not None
    assert (made["format"], made["flow_id"]) == ("callflow", "cedar-grove-dental")
    assert not [finding for finding in made["findings"] if finding["severity"] == "error"]
    assert phones.get("/flows/cedar-grove-dental")["origin"] == "import"


def test_what_was_exported_is_read_again_as_the_same_system(phones: Phones) -> None:
    phones.post("/generate", ACME)
    package = phones.call("POST", "/export/asterisk", {"flow_id": "acme-corp"}).data
    answer = send(phones, {"acme.zip": package}, flow_id="acme-again")
    assert answer.status_code == 200, answer.text
    made = answer.json
    assert made is not None
    assert made["format"] == "asterisk"
    assert {item["number"] for item in made["flow"]["extensions"]} == {"101", "102", "103", "104"}
    assert sum(made["counts"].values()) == len(made["ledger"])
    found = phones.post("/diff", {"before": {"flow_id": "acme-corp"}, "after": {"flow_id": "acme-again"}})
    assert found["callers"] == []


@pytest.mark.parametrize("office", sorted(path.name for path in OFFICES.iterdir() if path.is_dir()))
def test_every_line_of_a_real_offices_configuration_is_in_the_ledger(phones: Phones, office: str) -> None:
    files = {path.name: path.read_bytes() for path in sorted((OFFICES / office).iterdir()) if path.is_file()}
    answer = send(phones, files, customer=office)
    assert answer.status_code == 200, answer.text
    made = answer.json
    assert made is not None
    assert made["ledger"]
    assert all(line["reason"] for line in made["ledger"] if line["status"] != "understood")


@pytest.mark.parametrize(
    "files",
    [
        {"empty.conf": b""},
        {"broken.zip": b"PK\x03\x04 broken"},
        {"noise.bin": bytes(range(256)) * 20},
        {"other.json": b'{"schema": "callflow/9", "customer": "A"}'},
    ],
    ids=lambda files: next(iter(files)),
)
def test_what_is_no_configuration_is_refused_and_nothing_is_kept(phones: Phones, files: dict[str, bytes]) -> None:
    answer = send(phones, files)
    assert answer.status_code == 422, answer.text
    assert answer.json is not None
    assert len(answer.json["detail"]) > 20
    assert phones.get("/flows")["items"] == []


def test_the_formats_are_listed_and_others_are_unknown(phones: Phones) -> None:
    names = {item["name"] for item in phones.get("/formats")["items"]}
    assert {"asterisk", "freepbx", "kazoo", "twilio", "3cx", "callflow"} == names
    assert send(phones, {"a.conf": b"[general]"}, format="avaya").status_code == 404


def test_a_long_ledger_is_summed_up_and_had_page_by_page(phones: Phones) -> None:
    dull = "".join(f"exten => {number},1,Frobnicate({number})\n" for number in range(1000, 7000))
    lines = f"[trunk]\nexten => 12125550100,1,Dial(PJSIP/101)\n[phones]\nexten => 101,1,Dial(PJSIP/101)\n{dull}"
    answer = send(phones, {"extensions.conf": lines.encode()}, customer="Acme Corp")
    assert answer.status_code == 200, answer.text
    made = answer.json
    assert made is not None
    assert sum(made["counts"].values()) == 6004
    assert len(made["ledger"]) == 5000
    assert sum(item["lines"] for item in made["summary"]) == made["counts"]["approximated"] + made["counts"]["ignored"]
    assert made["summary"][0]["first"] in made["ledger"]
    found, cursor = made["ledger"], made["next_cursor"]
    while cursor is not None:
        page = phones.get(f"/flows/acme-corp/ledger?limit=700&cursor={cursor}")
        found, cursor = found + page["items"], page["next_cursor"]
    assert [line["line"] for line in found] == list(range(1, 6005))
    understood = phones.get("/flows/acme-corp/ledger?status=understood")["items"]
    assert len(understood) == made["counts"]["understood"]
    assert phones.call("GET", "/flows/acme-corp/ledger?cursor=next").status_code == 422


def test_the_ledger_of_a_version_is_that_of_its_last_import(phones: Phones) -> None:
    wishes = {"a.json": b'{"customer": "Acme Corp", "extensions": ["101"]}'}
    made = send(phones, wishes).json
    assert made is not None
    assert phones.get("/flows/acme-corp/ledger") == {"items": made["ledger"], "next_cursor": None}
    send(phones, wishes)
    assert phones.get("/flows/acme-corp/ledger")["items"] == made["ledger"]
    phones.post("/generate", {"customer": "Acme Corp", "extensions": ["101", "102"]})
    assert phones.get("/flows/acme-corp/ledger")["items"] == [], "this version was not imported"
    assert phones.get(f"/flows/acme-corp/ledger?version={made['version']}")["items"] == made["ledger"]


def test_systems_of_which_nobody_says_whose_they_are_are_not_taken_for_one(phones: Phones) -> None:
    tables = [b"number,name\n101,Ann Archer\n", b"number,name\n201,Ben Baker\n"]
    found = [send(phones, {"extensions.csv": table}).json for table in (*tables, tables[0])]
    first, second, again = [(made["flow_id"], made["number"]) for made in found if made]
    assert first == again
    assert (first[0][:11], second[0][:11], first[1], second[1]) == ("extensions-", "extensions-", 1, 1)
    assert first[0] != second[0]
    questions = [item["question"] for item in (found[0] or {})["assumptions"]]
    assert "Who is the customer?" in questions
    named = send(phones, {"extensions.csv": tables[0]}, customer="Acme Corp").json
    assert named is not None
    assert (named["flow_id"], "Who is the customer?" in str(named["assumptions"])) == ("acme-corp", False)


@pytest.mark.parametrize(
    "said",
    [
        r'{"customer": "A", "extensions": ["101 \udfff"]}',
        r'{"customer": "A", "extensions": ["101"], "provenance": {"/customer/\u0000": {"origin": "stated"}}}',
        r'{"schema": "callflow/1", "customer": {"name": "A"}, "nodes": [], "numbers": [],'
        r' "prompts": [{"id": "a", "texts": {"en": "\ud800"}}]}',
    ],
    ids=["half a character", "NUL in a key", "half a character in a flow"],
)
def test_what_no_database_keeps_is_refused_with_its_place(phones: Phones, said: str) -> None:
    answer = send(phones, {"a.json": said.encode()})
    assert answer.status_code == 422, answer.text
    assert answer.json is not None
    assert "must not contain" in answer.json["errors"][0]["detail"]


def test_a_key_that_no_database_keeps_stands_in_the_ledger(phones: Phones) -> None:
    module = {"module": "voicemail", "data": {"id\x00": "x"}, "children": {}}
    callflow = {"id": "a", "numbers": ["+12125550100"], "flow": module}
    answer = send(phones, {"a.json": json.dumps(callflow).encode()})
    assert answer.status_code == 200, answer.text
    assert "/flow/data/id\ufffd" in {line["pointer"] for line in (answer.json or {})["ledger"]}


def test_a_table_as_excel_writes_unicode_is_read(phones: Phones) -> None:
    answer = send(phones, {"Acme.csv": "number\tname\r\n101\tJürgen Weiß\r\n".encode("utf-16")})
    assert answer.status_code == 200, answer.text
    assert (answer.json or {})["flow"]["extensions"][0]["last"] == "Weiß"


def test_a_zip_of_nothing_known_is_refused(phones: Phones) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert send(phones, {"a.zip": buffer.getvalue()}).status_code == 422
