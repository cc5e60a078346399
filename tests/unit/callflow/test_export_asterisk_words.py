"""Words of the customer in the files of Asterisk: they change labels and nothing else."""

import csv
import io
import re
from functools import cache
from typing import Any

import pytest
from tests.callflow import acme
from tests.dialplan import everything

from call_flow.export.asterisk import make
from call_flow.export.asterisk.escape import address, is_changed, spelled, words

HOSTILE = [
    "Ann; Archer", 'Ann" <911>', "${SHELL(id)}", "$[1+1]", "Ann\nexten => s,1,System(id)", "Ann\r\n[global]",
    "a&PJSIP/x", "a|b,c", "=HYPERLINK(1)", "<script>alert(1)</script>", "#include /etc/passwd", "#exec id", ";--",
    "\\;", "\\", "hidefromdir=yes", "مرحبا بالعالم", "😀 Ann", "\x01\x07Ann", "A" * 200, "é" * 200, "\u202eevil",
    "!default", "   ",
]  # fmt: skip
_WORDS = {"name", "label", "first", "last", "display", "caller_prefix", "provider", "floor", "unit", "room", "state",
          "city", "street", "building", "postal_code", "house_number"}  # fmt: skip


def secret(name: str) -> str:
    return name


def renamed(plain: Any, text: str) -> None:
    """Say it wherever the customer can say something."""
    if isinstance(plain, list):
        for item in plain:
            renamed(item, text)
    if isinstance(plain, dict):
        for name, value in plain.items():
            if name in _WORDS and isinstance(value, str) and (name != "room" or "kind" not in plain):
                plain[name] = text
            elif name == "texts":
                plain[name] = dict.fromkeys(value, text)
            else:
                renamed(value, text)


@cache
def files(text: str) -> dict[str, str]:
    """The package of a system in which everything is called the same."""

    def change(plain: dict[str, Any]) -> None:
        everything(plain)
        plain["nodes"][0]["name"] = plain["trunks"][0]["provider"] = plain["schedules"][0]["name"] = text
        plain["extensions"][3]["display"] = text
        renamed({name: value for name, value in plain.items() if name != "customer"}, text)
        plain["customer"]["name"] = text

    return {name: file.decode() for name, file in make(acme(change), secret).files.items()}


@pytest.mark.parametrize("text", [text for text in HOSTILE if words(text)])
def test_the_dialplan_is_the_same_whatever_the_customer_is_called(text: str) -> None:
    assert files(text)["extensions.conf"] == files("Zebra")["extensions.conf"]


def test_words_are_in_the_labels_and_the_phones_and_nowhere_in_the_dialplan() -> None:
    found = files("Zebra Crossing")
    assert "Zebra" not in found["extensions.conf"]
    assert "LABEL_1 = Zebra Crossing\n" in found["extensions_labels.conf"]
    assert "callerid=Zebra Crossing <104>" in found["pjsip.conf"]
    assert ",Zebra Crossing," in found["voicemail.conf"]
    assert 'NAM="Zebra Crossing"' in found["geolocation.conf"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_line_of_a_file_is_more_or_less_because_of_a_word(text: str) -> None:
    hostile, tame = files(text), files("Zebra")
    for name in tame:
        if name.endswith(".conf") and not name.startswith(("directory", "extensions")):
            lines = [
                re.sub(r"callerid=.*<|location_info=.*|LABEL_\d+ = .*", "", line) for line in hostile[name].split("\n")
            ]
            assert len(lines) == len(tame[name].split("\n")), name


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_left_of_a_word_means_nothing_to_asterisk(text: str) -> None:
    left = words(text)
    assert not re.search(r'["<>${}\[\]|&,=`\x00-\x1f\x7f]|\\(?!;)|(?<!\\);', left)
    assert not left.startswith(("#", "!", ";", " "))
    assert len(left.replace("\\", "").encode()) <= 70
    assert left == left.strip()


def test_a_plain_name_is_shown_as_it_is_written() -> None:
    for name in ("Ann Archer", "Müller (Sales)", "O'Neill-Smith", "مرحبا", "Dept. #4", "50/50"):
        assert words(name) == name
        assert not is_changed(name)
    assert is_changed("a&b")
    assert words("a;b") == "a\\;b"
    assert not is_changed("a;b")
    assert words("[]", "otherwise") == "otherwise"


def test_a_name_that_is_shown_otherwise_is_in_the_report() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["extensions"][0]["display"] = "Ann & Ben"

    line = next(line for line in make(acme(change), secret).fidelity if line.pointer == "/extensions/0")
    assert line.status == "approximated"
    assert "'Ann Ben'" in line.how


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("ann@acme.example", True), ("a.b+c@x-y.example", True), ("ann$(id)@acme.example", False),
        ("a|b@acme.example", False), ("`id`@acme.example", False), ("ann@", False), ("ann@acme.example.", False),
        ('"a"@acme.example', False), ("-oQ/tmp@acme.example", False),
    ],
)  # fmt: skip
def test_an_address_that_may_be_more_than_one_is_left_out(text: str, taken: bool) -> None:
    assert (address(text) == text) is taken


@pytest.mark.parametrize(
    ("given", "last", "keys"),
    [
        ("Ann", "Archer", "Ann Archer"), ("Mary Ann", "Lee", "Mary\u00a0Ann Lee"), ("", "van Berg", "van\u00a0Berg"),
        ("Eva", "O'Neill-Müller", "Eva O\u00a0Neill\u00a0Muller"), ("😀", "", ""), ("José", "Núñez", "Jose Nunez"),
    ],
)  # fmt: skip
def test_a_name_is_spelled_by_letters_that_keys_have(given: str, last: str, keys: str) -> None:
    assert spelled(given, last) == keys


def test_words_to_record_are_no_formula_in_a_spreadsheet() -> None:
    rows = list(csv.DictReader(io.StringIO(files("=HYPERLINK(1)")["prompts.csv"])))
    assert {row["words"] for row in rows} == {"'=HYPERLINK(1)"}
