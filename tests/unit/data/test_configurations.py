"""A quick look tells configurations from prose, and what is put together of one keeps its lines."""

import base64
from pathlib import Path
from uuid import uuid4

import pytest

from data_processing import configurations
from data_processing.blobs import Blobs
from data_processing.chunk import canonical_text, split, token_counter
from data_processing.elements import SUSPECT, Element, ParsedDocument, ParseFailed
from data_processing.extract import parse, text_document
from data_processing.extract.suspicion import MOST_CHARACTERS, may_be_configuration

CONFIGS = Path("tests/configs")
WHOLE = sorted(
    path
    for path in CONFIGS.glob("*/*.*")
    if path.suffix in {".cfg", ".conf", ".rsc", ".xml", ".json", ".boot", ".set"} and path.parent.name != "secrets"
)
DOCUMENTS = sorted(Path().glob("docs/*.md")) + sorted(
    path for path in Path("samples").rglob("*") if path.suffix in {".md", ".txt", ".csv", ".html", ".eml"}
)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_whole_configurations_are_suspected(path: Path) -> None:
    text = path.read_text(errors="replace")
    assert may_be_configuration(text)
    assert may_be_configuration(text.replace("\n", "\r\n"))
    assert may_be_configuration("\ufeff" + text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_of_this_house_are_not(path: Path) -> None:
    assert not may_be_configuration(path.read_text(errors="replace"))


@pytest.mark.parametrize(
    "text",
    [
        "snmp-server community Inv3nted RO",
        "enable secret 5 $1$abcd$Inv3nted\nline vty 0 4\n password 7 0822455D0A16\n",
        "/ip address\nadd address=10.0.0.1/24 interface=ether1\n",
        'config vpn ipsec phase1-interface\n    edit "hq"\n        set psksecret Inv3nted\n    next\nend\n',
        "set system login user ann authentication plaintext-password 'Inv3nted'\nset interfaces ethernet eth0 mtu 1500",
        "SW1#show running-config\nBuilding configuration...\n\nhostname SW1\n",
        "sysname Core\nlocal-user ann password irreversible-cipher $1c$Inv3nted\nvlan batch 10 20\n",
        base64.b64encode(b"checksumVersion=1&shortProdName=TZ%20370&ipsecPreSharedKey_0=Inv3nted&x=1").decode(),
        '<?xml version="1.0"?>\n<!-- a backup -->\n<opnsense>\n<theme>opnsense</theme></opnsense>',
        '[{"_id": "1", "x_passphrase": "Inv3nted"}]',
    ],
)
def test_parts_of_one_are_suspected(text: str) -> None:
    assert may_be_configuration(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The password of the guest network is swordfish.",
        "Interface design is an art.\nNetwork plans are kept in the safe.\nHostname: prn-1\nUser name: ann\n",
        "To see the routes, type:\n\n    show ip route\n\nThen write down what follows, and ask Bob about it.\n",
        "server {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n    }\n}\n",
        "services:\n  web:\n    image: nginx\n    environment:\n      PASSWORD: swordfish\n",
        "[general]\nsecret=swordfish\ncontext=internal\n\n[100]\ntype=friend\nhost=dynamic\n",
        '{"users": [{"name": "ann", "password": "swordfish"}]}',
        "<html><body><pre>interface Vlan1</pre></body></html>",
        "Nov 26 04:00:01 sw1 %LINK-3-UPDOWN: Interface GigabitEthernet1/0/1, changed state to down\n" * 50,
        "name,address,interface\nsw1,10.0.0.1,Gi1/0/1\nsw2,10.0.0.2,Gi1/0/2\n",
        "#!/bin/sh\nset -e\nhostname\nip address show\nexit\n",
    ],
)
def test_what_is_none_is_not_suspected(text: str) -> None:
    assert not may_be_configuration(text)


def test_a_configuration_between_many_comments_and_certificates_is_suspected() -> None:
    text = (CONFIGS / "cisco_ios/access-switch.cfg").read_text()
    assert may_be_configuration("! nothing is said here\n" * 50_000 + text)
    assert may_be_configuration(text + "  30820330 30820218 A0030201 02020101 300D0609\n" * 50_000)


@pytest.mark.parametrize(
    "line",
    [
        "add " + "a=" * 100 + " !",
        "config system " + "a " * 140 + "!",
        "    set ab " + "x " * 140 + "\x01",
        "key " * 75,
        '"' * 300,
        " " * 300,
        "\x00" * 300,
        "\ud800" * 300,
    ],
)
def test_hostile_lines_are_none_and_take_no_longer_than_others(line: str) -> None:
    assert not may_be_configuration("\n".join([line] * 2_000))


def test_a_suspected_text_is_kept_as_it_is_until_it_is_cleared() -> None:
    text = "! first\n\n\n\nhostname sw-1\n interface  Vlan1\n\nsnmp-server community Inv3nted RO\nip route 0.0.0.0\n"
    for parsed in (parse(text.encode(), "sw-1.cfg"), text_document(text, "sw-1", None)):
        assert [(element.parser, element.text) for element in parsed.elements] == [(SUSPECT, text)]
        assert configurations.are_in(parsed)
    assert not configurations.are_in(text_document(text, "sw-1", None, is_ordinary=True))


def test_what_is_too_large_to_be_asked_about_is_refused() -> None:
    text = "snmp-server community Inv3nted RO\n" * (MOST_CHARACTERS // 34 + 1)
    with pytest.raises(ParseFailed) as failure:
        text_document(text, "large", None)
    assert failure.value.outcome == "too_large"


def config(*sections: tuple[int, str]) -> ParsedDocument:
    elements = tuple(
        Element(n, "code", text, parser=configurations.CONFIGURATION, line_start=line, section_path=("sw-1",))
        for n, (line, text) in enumerate(sections)
    )
    return ParsedDocument("text/plain", "text", "sw-1.cfg", None, "ok", (), elements)


def test_lines_of_a_configuration_stay_where_they_were() -> None:
    lines = ["!", "hostname sw-1", "", "", "interface Vlan1", " ip address dhcp", "", "end"]
    parsed = config((1, "\n".join(lines[:4])), (5, "\n".join(lines[4:6])), (7, lines[6]), (8, lines[7]))
    assert canonical_text(parsed).split("\n") == lines


def test_every_chunk_says_which_lines_it_has() -> None:
    blocks = [
        f"interface GigabitEthernet1/0/{n}\n description Port of room {n}\n switchport access vlan {n}"
        for n in range(60)
    ]
    parsed = config(*((1 + 3 * n, block) for n, block in enumerate(blocks)))
    lines = canonical_text(parsed).split("\n")
    chunks = split(parsed, token_counter(), limit=80)
    assert len(chunks) > 10
    for chunk in chunks:
        assert chunk.lines is not None
        first, last = chunk.lines
        assert "\n".join(lines[first - 1 : last]) == chunk.text
        assert chunk.text.startswith("interface"), "a block that fits stays in one piece"
    assert [chunk.lines[0] for chunk in chunks[1:] if chunk.lines] == [
        chunk.lines[1] + 1 for chunk in chunks[:-1] if chunk.lines
    ]


def test_what_stands_for_a_cleared_document_is_the_document() -> None:
    parsed = config((1, "hostname sw-1"), (2, "interface Vlan1\n ip address dhcp"))
    assert configurations.load(configurations.dump(parsed)) == parsed


def test_the_site_is_what_the_metadata_says_in_words() -> None:
    def site(said: object) -> str:
        return configurations.Origin(uuid4(), "a", None, {"site": said}).site

    assert site("  Leeds \n office ") == "Leeds office"
    assert site("x" * 200) == "x" * 80
    assert (site(7), site(None), configurations.Origin(uuid4(), "a", None, {}).site) == ("", "", "")


def test_bytes_that_something_else_stands_for_do_not_come_back(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, max_bytes=100)
    blob = blobs.put("acme", b"secret")
    blobs.replace("acme", blob.sha256, b"x" * 500)
    assert (blobs.holds("acme", blob.sha256), blobs.replaced("acme", blob.sha256)) == (True, b"x" * 500)
    assert blobs.put("acme", b"secret") == blob
    assert blobs.receive("acme", lambda file: file.writelines([b"secret"])) == blob
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"x" * 500]
    assert not blobs.holds("globex", blob.sha256)
    blobs.remove("acme", [blob.sha256])
    assert (blobs.holds("acme", blob.sha256), blobs.replaced("acme", blob.sha256)) == (False, None)
