"""Reading other systems' configurations over HTTP."""

import io
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


def test_a_zip_of_nothing_known_is_refused(phones: Phones) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert send(phones, {"a.zip": buffer.getvalue()}).status_code == 422
