"""The lines of a file are those of the device, whatever terminal, system or export wrote it."""

import base64
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from lxml import etree

from engineering_api.reading import lines

TEXT = "hostname bär\n!\ninterface Vlan1\n description a\n"
TEXTS = ("hostname bär", "!", "interface Vlan1", " description a")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32"),
    ],
)
def test_a_file_is_decoded_from_what_editors_and_devices_write(content: bytes, encoding: str) -> None:
    assert lines.read(content) == lines.Lines(TEXTS, encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end: str) -> None:
    assert lines.read(TEXT.replace("\n", end).encode()).texts == TEXTS


def test_what_pads_a_file_is_no_line() -> None:
    assert lines.read(TEXT.encode() + b"\x00" * 4096).texts == TEXTS
    assert lines.read(TEXT.encode() + b"\x1a").texts == TEXTS


def test_blank_lines_are_lines() -> None:
    assert lines.read(b"\n\na\n\nb\n\n").texts == ("", "", "a", "", "b", "")
    assert lines.read(b"").texts == ()


@pytest.mark.parametrize("start", [b"\x1f\x8b\x08", b"PK\x03\x04", b"%PDF-1.7", bytes(range(256)), b"\x89PNG\r\n"])
def test_a_binary_file_is_refused_with_a_sentence(start: bytes) -> None:
    with pytest.raises(lines.NotText, match="not a text file"):
        lines.read(start * 40)


def test_too_many_or_too_long_lines_are_refused_with_a_sentence() -> None:
    with pytest.raises(lines.TooLong, match="more or longer lines"):
        lines.read(b"a\n" * (lines.MOST_LINES + 1))
    with pytest.raises(lines.TooLong, match="more or longer lines"):
        lines.read(b"a" * (lines.LONGEST_LINE + 1))


PAGERS = [
    " --More-- " + "\b" * 9 + " " * 8 + "\b" * 9,
    " --More-- \r          \r",
    "--More--\r        \r",
    "<--- More --->\r              \r",
    "---(more)---\r             \r",
    "---(more 45%)---\r                \r",
    "  ---- More ----\x1b[42D" + " " * 42 + "\x1b[42D",
    "-- MORE --, next page: Space, next line: Enter, quit: Control-C\r" + " " * 64 + "\r\x1b[K",
    "-- MORE --, next page: Space, next line: Enter, quit: q\r" + " " * 60 + "\r",
    "--More-- or (q)uit\r                  \r",
    "\x1b[7m--More--\x1b[27m\r\x1b[K",
    "lines 1-23\r          \r",
    "lines 24-46/120 (END)\r                      \r",
]


@pytest.mark.parametrize("pager", PAGERS)
@pytest.mark.parametrize("rest", ["interface Vlan1", " ip address 10.1.1.1 255.0.0.0", "    vlan 2"])
def test_a_pager_leaves_the_line_that_was_written_over_it_with_its_indentation(pager: str, rest: str) -> None:
    assert lines.read(f"!\r\n{pager}{rest}\r\n!\r\n".encode()).texts == ("!", rest, "!")


@pytest.mark.parametrize(
    "pager",
    ["--More--", " --More-- ", "---- More ----", "lines 1-23", "(END)", "Press any key to continue", "--MORE--"],
)
def test_a_pager_alone_leaves_a_blank_line_so_that_numbers_hold(pager: str) -> None:
    assert lines.read(f"a\n{pager}\nb\n".encode()).texts == ("a", "", "b")


@pytest.mark.parametrize(
    "text",
    [" description lines 1-23 of rack", "remark 20 more -- less", "banner Do not press any key to continue here"],
)
def test_words_of_a_pager_within_a_line_stay(text: str) -> None:
    assert lines.read(text.encode()).texts == (text,)


def test_colours_cursor_moves_titles_and_backspaces_go() -> None:
    content = b"\x1b]0;sw1\x07\x1b[24;1H\x1b[2K\x1b[1;32mhostname\x1b[0m sw1\r\n\x1b(Bvlan 23\b0\r\nip\x00 cef\r\n"
    assert lines.read(content).texts == ("hostname sw1", "vlan 20", "ip cef")


def test_tabs_are_four_blanks() -> None:
    assert lines.read(b"config\n\tset a 1\n").texts == ("config", "    set a 1")


def test_a_carriage_return_within_a_line_loses_nothing() -> None:
    assert lines.read(b"a\nb\rc\nd\ne\n").texts == ("a", "b c", "d", "e")


@pytest.mark.parametrize(
    ("prompt", "comment"),
    [
        ("sw1#show running-config", "! sw1#show running-config"),
        ("sw1#", "! sw1#"),
        ("sw1(config-if)#end", "! sw1(config-if)#end"),
        ("core> enable", "! core> enable"),
        ("fw/pri/act# show run", "fw/pri/act# show run"),
        ("admin@srx> show configuration | display set", "# admin@srx> show configuration | display set"),
        ("[admin@MikroTik] > /export terse", "# [admin@MikroTik] > /export terse"),
        ("[admin@MikroTik] /ip address> print", "# [admin@MikroTik] /ip address> print"),
        ("FGT-60F # show full-configuration", "# FGT-60F # show full-configuration"),
        ("FGT-60F (root) $ show", "# FGT-60F (root) $ show"),
        ("<HPE>display current-configuration", "# <HPE>display current-configuration"),
        ("user@edge:~$ show configuration", "# user@edge:~$ show configuration"),
    ],
)
def test_a_prompt_becomes_a_comment_in_its_place(prompt: str, comment: str) -> None:
    assert lines.read(f"!\n{prompt}\nhostname a\n".encode()).texts == ("!", comment, "hostname a")


@pytest.mark.parametrize(
    "text",
    [
        "# jan/02/2026 10:00:00 by RouterOS 7.12",
        "#config-version=FGT60F-7.4.1",
        " description to core# port 1",
        "snmp-server community a#b ro",
        "ip route 0.0.0.0 0.0.0.0 10.1.1.1",
        "Building configuration...",
        "Current configuration : 1234 bytes",
        "<opnsense>",
        "  <system>",
        "## Last commit: 2026-01-01",
        "password $1$abc",
        "50%",
    ],
)
def test_what_is_no_prompt_stays(text: str) -> None:
    assert lines.read(text.encode()).texts == (text.rstrip(),)


FIELDS = "shortProdName=TZ%20470&policyComment_0=LAN%20to%20WAN&userObjPassword_0=a%26b%0D%0Ac+d&policyAction_0=2&x="


@pytest.mark.parametrize("ending", ["", "&&", "\r\n&&\r\n"])
@pytest.mark.parametrize("width", [76, 10_000])
def test_a_sonicwall_export_has_one_field_a_line(ending: str, width: int) -> None:
    packed = base64.b64encode(FIELDS.encode()).decode()
    wrapped = "\r\n".join(packed[at : at + width] for at in range(0, len(packed), width))
    assert lines.read((wrapped + ending).encode()) == lines.Lines(
        ("shortProdName=TZ 470", "policyComment_0=LAN to WAN", "userObjPassword_0=a&b c+d", "policyAction_0=2", "x="),
        "utf-8",
        "sonicwall",
    )


def test_base64_of_anything_else_is_a_text() -> None:
    packed = base64.b64encode(b"hostname a\ninterface Vlan1\n" * 10)
    assert lines.read(packed).form == ""


VALUE: dict[str, list[dict[str, Any]]] = {
    "data": [
        {"_id": str(number), "name": 'a, {b}: "c" [d] \\', "list": [], "map": {}, "none": None, "n": 1.50, "on": True}
        for number in range(60)
    ]
}


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_json_on_one_line_is_laid_out(separators: tuple[str, str]) -> None:
    read = lines.read(json.dumps(VALUE, separators=separators).encode())
    assert read.form == "json"
    assert "\n".join(read.texts) == json.dumps(VALUE, indent=1)


def test_json_on_lines_keeps_its_lines() -> None:
    text = json.dumps(VALUE, indent=4)
    assert lines.read(text.encode()) == lines.Lines(tuple(text.split("\n")), "utf-8")


def test_json_that_is_cut_off_is_laid_out_as_far_as_it_goes() -> None:
    whole = json.dumps(VALUE)
    read = lines.read(whole[:-300].encode())
    assert read.form == "json"
    assert "\n".join(read.texts).replace("\n", "").replace(" ", "") == whole[:-300].replace(" ", "")


XML = (
    '<?xml version="1.0"?><!-- a > b --><opnsense><system><hostname>fw</hostname><empty></empty><none/>'
    "<note><![CDATA[1 < 2 > 0]]></note></system>"
    + "".join(f"<rule><type>pass</type><descr>a &amp; b {number}</descr></rule>" for number in range(60))
    + "</opnsense>"
)


def test_xml_on_one_line_has_an_element_a_line_and_says_the_same() -> None:
    read = lines.read(XML.encode())
    assert read.form == "xml"
    assert "  <hostname>fw</hostname>" in read.texts
    assert "  <descr>a &amp; b 7</descr>" in read.texts

    def said(text: str) -> list[tuple[str, str]]:
        return [(str(one.tag), (one.text or "").strip()) for one in etree.fromstring(text.encode()).iter()]

    assert said("\n".join(read.texts)) == said(XML)


def test_xml_on_lines_keeps_its_lines() -> None:
    text = XML.replace("><", ">\n<")
    assert lines.read(text.encode()) == lines.Lines(tuple(text.split("\n")), "utf-8")


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>' + "<y>&b;</y>" * 200 + "</x>"
    read = lines.read(bomb.encode())
    assert read.texts.count(" <y>&b;</y>") == 200


HOSTILE = [
    '["a', "[", '{"a":', "<a>", "<a><![CDATA[", "<", "<!--", "QUJD", "\r", "a\b", "\x1b[", "--more", "-", "lines 1-",
    "a@b:", "[a@b", "(a", "\x1b[9D", "& ", "&=",
]  # fmt: skip

CHILD = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from engineering_api.reading import lines
for piece in json.load(sys.stdin):
    try:
        lines.read((piece * (150_000 // len(piece)) + "\\\\n").encode())
    except (lines.TooLong, lines.NotText):
        pass
print("done")
"""


def test_the_work_grows_with_the_file_and_not_with_its_square() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(HOSTILE),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr
