"""Specifications from files: JSON, YAML, and tables of extensions."""

import json

import pytest
from tests.customers import TODAY

from call_flow.spec import complete, read
from call_flow.spec.reading import MAX_BYTES
from call_flow.spec.specification import Specification
from oberaconnect.problems import BadRequest, TooLarge, Unprocessable, UnsupportedMediaType

PLAIN = {"customer": "Acme", "extensions": ["101"], "hours": "Mon-Fri 9-17"}
MEANT = Specification.model_validate(PLAIN)
TABLE = "number,name\n101,Ann Archer\n"


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (json.dumps(PLAIN).encode(), "application/json", None),
        (json.dumps(PLAIN).encode(), None, "acme.json"),
        (json.dumps(PLAIN).encode(), None, None),
        (b"customer: Acme\nextensions: ['101']\nhours: Mon-Fri 9-17", "application/yaml; charset=utf-8", None),
        (b"customer: Acme\nextensions: ['101']\nhours: Mon-Fri 9-17", None, "acme.yml"),
        (b"\xef\xbb\xbfcustomer: Acme\nextensions: ['101']\nhours: Mon-Fri 9-17", "text/plain", None),
        ("customer: Acme\nextensions: ['101']\nhours: Mon-Fri 9-17".encode("utf-16"), None, None),
    ],
)
def test_the_same_is_read_from_each_form(content: bytes, media_type: str | None, name: str | None) -> None:
    assert read(content, media_type, name) == MEANT


def test_yaml_holds_no_surprises() -> None:
    spec = read(
        b"customer: NO\ncountry: NO\nextensions: [101, 0102, {number: 103, did: +12125550103, in_directory: false}]\n"
        b"menu: {1: '101', 0: operator}\nhours: {mon: 08:30-12:00, sun: no}\nholidays: [2026-12-24]\ngreeting: yes\n"
    )
    assert (spec.customer.name, spec.country) == ("NO", "NO")
    assert [item.number for item in spec.extensions] == ["101", "0102", "103"]
    assert spec.extensions[2].did == "+12125550103"
    assert spec.menu == {"1": "101", "0": "operator"}
    assert spec.holidays == ["2026-12-24"]
    assert (spec.hours, spec.greeting) == ({"mon": "08:30-12:00", "sun": "no"}, "yes")


def test_aliases_may_repeat_a_part() -> None:
    spec = read(b"customer: A\ngroups:\n  a: &who [101, 102]\n  b: *who\n")
    assert spec.groups["a"] == spec.groups["b"]


_BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "mapping with at least 'customer'"),
        (b"[]", "mapping with at least 'customer'"),
        (b"customer: A\ncustomer: B", "stands twice"),
        (b'{"customer": "A", "customer": "B"}', "stands twice"),
        (b'{"customer": NaN}', "JSON has no NaN"),
        (b'{"customer": ', "not valid JSON"),
        (b"{" + b'"a":{' * 5000, "nested too deeply|not valid JSON"),
        (b"customer: " + b"[" * 5000, "nest"),
        (b"customer: [A", "not valid YAML"),
        (b"customer: A\n---\ncustomer: B", "not valid YAML"),
        (b"customer: &a [*a]", "more than 300000 values"),
        (_BOMB.encode(), "more than 300000 values"),
        (b"customer: !!python/object/apply:os.system ['id']", "tag"),
        (b"customer: !!binary aGk=", "tag"),
        (b"? [a]\n: b", "A key is a list"),
        (b"\x00\x01\x02", "not a text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(content: bytes, because: str) -> None:
    with pytest.raises((BadRequest, Unprocessable), match=because):
        read(content)


def test_more_than_five_megabytes_are_too_large_and_other_types_are_not_taken() -> None:
    with pytest.raises(TooLarge):
        read(b"x" * (MAX_BYTES + 1))
    with pytest.raises(UnsupportedMediaType):
        read(b"x", "application/pdf")


def test_five_megabytes_of_greeting_are_a_problem() -> None:

    spec = read(b"customer: A\ngreeting: " + b"long " * 1_000_000)
    with pytest.raises(Unprocessable, match="up to 4000 characters"):
        complete(spec, today=TODAY)


def test_another_version_is_refused_by_name() -> None:
    with pytest.raises(Unprocessable, match="#/schema: callflow/1 is understood here, and no other version"):
        read(b"customer: A\nschema: callflow/2")


def test_an_unknown_field_is_pointed_to() -> None:
    with pytest.raises(Unprocessable) as caught:
        read(b"customer: A\nopening: 9-17\nextensions: [{number: 101, ring: 5}]")
    assert [error["pointer"] for error in caught.value.errors] == ["#/extensions/0/ring", "#/opening"]


@pytest.mark.parametrize(
    "content",
    [
        b"Extension,Full Name,E-mail,Voicemail\n101,Ann Archer,ann@acme.example,yes\n102,Ben,,no\n",
        b"\xef\xbb\xbfsep=;\r\nExt.;Name;Email Address;VM\r\n101;Ann Archer;ann@acme.example;x\r\n\r\n102;Ben;;-\r\n",
        b'number\tname\temail\tmailbox\n="101"\tAnn Archer\tann@acme.example\ttrue\n102\tBen\t\tfalse\n',
    ],
)
def test_a_table_is_read_whatever_separates_it(content: bytes) -> None:
    spec = read(content, "text/csv", "Acme Corp.csv")
    assert spec.customer.name == "Acme Corp"
    assert [(item.number, item.name, item.email, item.mailbox) for item in spec.extensions] == [
        ("101", "Ann Archer", "ann@acme.example", True), ("102", "Ben", None, False),
    ]  # fmt: skip


def test_a_table_may_hold_every_column() -> None:
    header = "customer,number,first,last,email,mailbox,did,device,site,location,outbound,mobile,ring_s,department"
    row = "Café,101,Zoë,Núñez,z@c.example,101,212-555-0101,DECT,Main St,Floor 2,Internal,212-555-0102,25,Sales/Support"
    spec = read(f"{header}\n{row}\n".encode("cp1252"), "text/csv")
    item = spec.extensions[0]
    assert spec.customer.name == "Café"
    assert (item.first, item.last, item.device, item.outbound, item.ring_s) == (
        "Zoë",
        "Núñez",
        "cordless",
        "internal",
        25,
    )
    assert spec.sites is not None
    assert (item.site, item.location) == (spec.sites[0].id, spec.sites[0].locations[0].id) == ("main-st", "floor-2")
    assert {name: group.members for name, group in spec.groups.items()} == {"Sales": ["101"], "Support": ["101"]}


def test_a_formula_in_a_table_is_a_text() -> None:
    spec = read(b'number,name\n101,"=HYPERLINK(""http://x"",""y"")"\n102,+cmd|x\n103,@SUM(A1)\n', None, "acme.csv")
    assert [item.name for item in spec.extensions] == ['=HYPERLINK("http://x","y")', "+cmd|x", "@SUM(A1)"]


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"number,name\n101,Ann\nabc,Ben\n", "Row 3, number"),
        (b"number,email\n101,nobody\n", "Row 2, email"),
        (b"number,name\n\n101,Ann,extra\n", "Row 3 has 3 cells, but there are 2 headings"),
        (b"sep=,\nnumber,ring_s\n101,soon\n", "Row 3, ring_s"),
        (b"number,shoe size\n101,42\n", "column 'shoe size' is not known"),
        (b"number,ext\n101,101\n", "Two columns say the number"),
        (b"101,Ann\n", "column '101' is not known|no headings"),
        (b"email\na@b.example\n", "no headings"),
    ],
)
def test_what_is_wrong_in_a_table_is_said_with_its_row(content: bytes, because: str) -> None:
    with pytest.raises(Unprocessable, match=because):
        read(content, "text/csv", "acme.csv")


def test_a_table_has_to_name_the_customer() -> None:
    with pytest.raises(Unprocessable, match="does not name the customer"):
        read(TABLE.encode(), "text/csv")


def test_the_published_schema_describes_every_field() -> None:
    schema = Specification.model_json_schema()
    assert schema["required"] == ["customer"]
    assert {"type": "integer"} in schema["properties"]["extensions"]["items"]["anyOf"]
    undescribed = [name for name, field in schema["properties"].items() if "description" not in field]
    assert not undescribed
