"""Broken and hostile input: a problem in a sentence, never an exception and never a wait."""

import gzip
import io
import json
import random
import tarfile
import zipfile

import pytest
from tests.exports import everything
from tests.importing import BOTH_WAYS, TODAY, dialplan, exported, line, office

from call_flow.importers import FORMATS, Imported, detect, read
from oberaconnect.problems import Problem, TooLarge, Unprocessable

SIZE = 10 * 2**20


def refused(system: str, files: dict[str, bytes]) -> Problem:
    """The problem that files are."""
    with pytest.raises((Unprocessable, TooLarge)) as caught:
        read(system, files, customer=None, today=TODAY)
    assert caught.value.detail.endswith((".", ")."))
    return caught.value


def outcome(system: str, files: dict[str, bytes]) -> Imported | Problem:
    """What comes of files: a flow, or a problem. Anything else fails the test."""
    try:
        return read(system, files, customer=None, today=TODAY)
    except Problem as problem:
        return problem


def tarball(**members: bytes) -> bytes:
    """A compressed tarball."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name.replace("__", "/"))
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def backup() -> bytes:
    """The backup of our own export."""
    return exported("freepbx", everything())["backup.tar.gz"]


@pytest.mark.parametrize("system", FORMATS)
@pytest.mark.parametrize(
    "files",
    [
        {}, {"extensions.conf": b""}, {"a.json": b"{}"}, {"a.json": b"[]"}, {"a.json": b"null"},
        {"extensions.conf": bytes(range(256)) * 20}, {"extensions.conf": b"\x00\x01", "a.json": b"\x00"},
        {"a.json": b"{", "extensions.conf": b"[", "b.csv": b"\xff"}, {"a.json": b'"text"'}, {"a.bin": b"\x89PNG\r\n"},
        {"a.json": b"[" * 5000 + b"]" * 5000}, {"a.json": b'{"a":' * 3000 + b"1" + b"}" * 3000},
        {"a.json": b"9" * 10_000}, {"a.tar.gz": b"\x1f\x8b\x08\x00broken"}, {"a.zip": b"PK\x03\x04broken"},
        {"x.json": b'{"schema":"callflow/2","customer":"X"}'}, {"": b"x"},
    ],
    ids=range(17),
)  # fmt: skip
def test_nothing_useful_is_refused_in_a_sentence(system: str, files: dict[str, bytes]) -> None:
    refused(system, files)


@pytest.mark.parametrize(
    ("system", "name"),
    [("asterisk", "extensions.conf"), ("freepbx", "dids.csv"), ("callflow", "office.yaml"), ("kazoo", "a.json")],
)
def test_ten_megabytes_are_too_large(system: str, name: str) -> None:
    line_of_it = b'"text",\n' if name.endswith(".json") else b"exten => 1,1,NoOp()\n"
    size = 2 * SIZE if name.endswith(".json") else SIZE
    content = (b"[" if name.endswith(".json") else b"") + line_of_it * (size // len(line_of_it) + 9)
    assert isinstance(refused(system, {name: content}), TooLarge)


def test_a_truncated_archive_is_damaged() -> None:
    content = backup()
    for length in (len(content) // 2, len(content) - 10, 40):
        assert "broken off or damaged" in refused("freepbx", {"backup.tar.gz": content[:length]}).detail
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("extensions.conf", office("corner-law")["extensions.conf"])
    broken = packed.getvalue()
    refused("asterisk", {"a.zip": broken[: len(broken) // 2]})


def test_an_archive_that_unpacks_without_end_is_not_opened() -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)
    assert "more than it can hold" in refused("freepbx", {"backup.tgz": bomb}).detail
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("extensions.conf", b"\n" * 19_000_000)
    refused("asterisk", {"a.zip": packed.getvalue()})


def test_an_archive_of_too_many_files_is_too_large() -> None:
    many = tarball(**{f"m{at}.json": b"{}" for at in range(3100)})
    assert isinstance(refused("kazoo", {"a.tgz": many}), TooLarge)


def test_names_that_lead_out_of_an_archive_and_links_are_listed_and_not_read() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in ("../../etc/extensions.conf", "/etc/extensions.conf", "in/extensions.conf"):
            content = office("corner-law")["extensions.conf"] if name.startswith("in") else b"[evil]\n"
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        for kind, name in ((tarfile.SYMTYPE, "voicemail.conf"), (tarfile.CHRTYPE, "queues.conf")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            tar.addfile(entry)
    found = read("asterisk", {"etc.tgz": packed.getvalue()}, customer=None, today=TODAY)
    reasons = {item.file: item.reason for item in found.ledger if item.line is None}
    assert reasons["etc.tgz/../../etc/extensions.conf"] == "Its name leads out of the archive, so it is not read."
    assert reasons["etc.tgz//etc/extensions.conf"] == "Its name leads out of the archive, so it is not read."
    assert "link" in reasons["etc.tgz/voicemail.conf"]
    assert "device" in reasons["etc.tgz/queues.conf"]
    assert len(found.flow.numbers) == 12


def test_an_export_as_a_zip_is_opened_and_the_backup_in_it_too() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in exported("freepbx", everything()).items():
            archive.writestr(name, content)
    files = {"flow-freepbx.zip": packed.getvalue()}
    assert detect(files) == "freepbx"
    assert read("freepbx", files, customer=None, today=TODAY).flow.nodes


def test_includes_that_go_round_are_not_followed() -> None:
    found = dialplan(
        "#include extensions.conf\n#include other.conf\n[from-trunk]\ninclude => a\n"
        "exten => 12125550100,1,Goto(a,s,1)\n"
        "[a]\ninclude => b\n[b]\ninclude => a\ninclude => from-trunk\nexten => s,1,Goto(c,s,1)\n"
        "[c]\nexten => s,1,Goto(b,s,1)\n[p]\nexten => 101,1,Dial(SIP/101)\n",
        other="#include extensions.conf\n#include other.conf\n",
    )
    assert line(found, "#include extensions.conf").reason.startswith("It includes a file that includes it again")
    assert found.flow.numbers[0].entry.hangup == "normal"
    assert "without end" in " ".join(item.reason for item in found.ledger)


def test_programs_in_configurations_are_never_run() -> None:
    found = dialplan("#exec /bin/touch /tmp/ran\n[from-trunk]\nexten => 12125550100,1,System(touch /tmp/ran)\n[p]\n"
                     "exten => 101,1,Dial(SIP/101)\n")  # fmt: skip
    assert "Nothing is run" in line(found, "#exec").reason


def tangled() -> dict[str, str]:
    """Dialplans whose calls go on for ever, or branch without end."""
    chain = "".join(f"[c{at}]\nexten => s,1,Playback(p{at})\n same => n,Goto(c{at + 1},s,1)\n" for at in range(3000))
    deep = "${" * 2000 + "X" + "}" * 2000
    dials = "".join(f" same => n,Dial(SIP/{100 + at % 50},{at % 40 + 1})\n" for at in range(500))
    menus = "".join(
        f"[m{at}]\nexten => s,1,Background(x)\n same => n,WaitExten(1)\nexten => _X,1,Goto(m{(at * 7 + 1) % 300},s,1)\n"
        f"exten => _XX,1,Goto(m{(at * 3 + 2) % 300},s,1)\ninclude => m{(at + 1) % 300}\n" for at in range(300)
    )  # fmt: skip
    count = "".join(f" same => n,Set(V{at}=$[${{V{at}}} + 1])\n" for at in range(200))
    patterns = "".join(f"exten => _{at}XXX!,1,NoOp()\n" for at in range(3000))
    some = range(250)
    phone = "[p]\nexten => 101,1,Dial(SIP/101)\n"
    begin = "[from-trunk]\nexten => 12125550100,1,NoOp()\n"
    return {
        "a chain of three thousand places": f"{begin} same => n,Goto(c0,s,1)\n{chain}",
        "nested variables": f"{begin} same => n,Goto({deep},s,1)\n same => n,Set(A={deep})\n{phone}",
        "five hundred telephones in a row": f"{begin}{dials}",
        "menus that include each other": f"{begin} same => n,Goto(m0,s,1)\n{menus}{phone}",
        "a counter that never ends": f"{begin} same => n(a),NoOp()\n{count} same => n,Playback(x)\n same => n,Goto(a)",
        "patterns": f"{begin} same => n,Dial(SIP/101)\n[internal]\n{patterns}exten => 101,1,Dial(SIP/101)\n",
        "macros within macros": f"{begin} same => n,Macro(a)\n[macro-a]\nexten => s,1,Macro(a)\n same => n,Macro(a)\n"
        f"{phone}",
        "conditions": begin + "".join(f' same => n,GotoIf($["${{CALLERID(num)}}" = "{at}"]?x{at},1)\n' for at in some)
        + "".join(f"exten => x{at},1,Goto(12125550100,{at % 50 + 2})\n" for at in some),
    }  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", tangled())
def test_a_tangled_dialplan_is_followed_so_far_or_refused(name: str) -> None:
    files = {"extensions.conf": tangled()[name].encode()}
    found = outcome("asterisk", files)
    assert found.detail.endswith((".", ")")) if isinstance(found, Problem) else len(found.flow.nodes) <= 1000


@pytest.mark.timeout(30)
@pytest.mark.parametrize("system", BOTH_WAYS)
def test_files_that_were_damaged_by_chance_are_read_or_refused(system: str) -> None:
    chance = random.Random(7)
    whole = dict(exported(system, everything()))
    for _ in range(8):
        files = dict(whole)
        name = chance.choice(sorted(files))
        content = bytearray(files[name])
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(content) + 1)
            content[at : at + chance.choice((0, 0, 1, 30))] = chance.choice(
                (
                    b"",
                    b"{",
                    b'"',
                    b"\n",
                    b"${",
                    b"null",
                    b"-1",
                    b"1e999",
                    b"\xff\xfe",
                    b"exten => _X.,1,Goto(s,1)\n",
                    b"\x00",
                )
            )
        files[name] = bytes(content)
        found = outcome(system, files)
        assert found.detail if isinstance(found, Problem) else found.ledger


def slow() -> dict[str, tuple[str, dict[str, bytes]]]:
    """Small files in which something would be looked for again and again, or copied without end."""
    insert, template = b"INSERT INTO a (", b"[t](!)\n" + b"a=b\n" * 200 + b"[u](" + b"t," * 50_000 + b"t)\n"
    return {
        "a text of quotes that never ends": ("kazoo", {"a.json": b'["' + b'\\"' * 60_000}),
        "a long gap in a line": ("asterisk", {"extensions.conf": b"[a]\nx" + b" " * 80_000 + b"y\n"}),
        "a long gap in a priority": ("asterisk", {"extensions.conf": b"[a]\nexten => s,n" + b" " * 80_000 + b"(,A\n"}),
        "a long gap in a step": ("asterisk", {"extensions.conf": b"[a]\nexten => s,1,A" + b" " * 80_000 + b"x\n"}),
        "bars in place of times": ("asterisk", {"extensions.conf": b"[a]\nexten => s,1,GotoIfTime(" + b"|" * 800}),
        "a template a thousand times": ("asterisk", {"extensions.conf": b"[a]\n", "sip.conf": template}),
        "tables without an end": ("freepbx", {"a.sql": b"CREATE TABLE a (" * 60_000}),
        "a table of empty lines": ("freepbx", {"a.sql": b"CREATE TABLE a (" + b"\n" * 80_000}),
        "rows without an end": ("freepbx", {"a.sql": insert * 60_000}),
        "a long gap before rows": ("freepbx", {"a.sql": insert[:-1] + b" " * 80_000}),
    }


@pytest.mark.timeout(5)
@pytest.mark.parametrize("name", slow())
def test_no_small_file_takes_long(name: str) -> None:
    system, files = slow()[name]
    refused(system, files)


def test_json_of_the_wrong_shape_is_read_as_far_as_it_goes() -> None:
    document = {
        "id": 5, "numbers": ["+12125550100", None, 7, {}], "name": ["x"],
        "flow": {"module": "menu", "data": [], "children": {"1": {"module": 3, "data": None, "children": [1]}}},
    }  # fmt: skip
    found = read("kazoo", {"a.json": json.dumps([document]).encode()}, customer=None, today=TODAY)
    assert found.flow.numbers[0].e164 == "+12125550100"
    begin = {"name": "T", "type": "trigger", "transitions": [{"event": "incomingCall", "next": "T"}, 5, None]}
    studio = {"initial_state": "T", "states": [begin, {"name": None}, 7]}
    for broken in (studio, {**studio, "states": 5}):
        files = {"12125550100.json": json.dumps(broken).encode()}
        assert read("twilio", files, customer=None, today=TODAY).flow.numbers[0].entry.hangup == "normal"


def test_a_specification_of_another_version_says_which_is_read() -> None:
    problem = refused("callflow", {"flow.json": b'{"schema":"callflow/9","customer":"X"}'})
    assert "callflow/1" in problem.detail
