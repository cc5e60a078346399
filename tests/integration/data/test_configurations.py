"""Configurations of devices among the documents: known to engineering-api, searchable, and without their secrets.

engineering-api is the real application on the same database, over HTTP.
"""

import base64
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.data import Service
from tests.devices import Devices
from tests.devices import running as engineering_running
from tests.fakes.index import SearchIndex
from tests.gateway import free_port
from tests.integration.data.conftest import MakeService
from tests.served import serving

from engineering_api import app as engineering_app
from oberaconnect.settings import Settings

SWITCH = """\
!
version 15.2
service timestamps debug datetime msec
service password-encryption
!
hostname edge-sw-01
!
enable secret 9 $9$h4rdSeed1qTz$kVb0nXnQw7invented2Enable
username helpdesk privilege 15 secret Inv3ntedHelpdeskPw
aaa new-model
!
vlan 20
 name VOICE
!
interface GigabitEthernet1/0/1
 description Reception phone
 switchport mode access
 switchport access vlan 10
 switchport voice vlan 20
 spanning-tree portfast
!
interface Vlan10
 ip address 10.20.10.2 255.255.255.0
!
ip default-gateway 10.20.10.1
snmp-server community Inv3ntedC0mmunity RO
tacacs server central
 address ipv4 10.20.1.9
 key Inv3ntedTacacsKey
line vty 0 4
 password 7 094F471A1A0A5719invented
 transport input ssh
!
end
"""
FIREWALL = """\
#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin
config system global
    set hostname "edge-fw-01"
end
config system admin
    edit "admin"
        set accprofile "super_admin"
        set password ENC SH2Inv3ntedFortiAdminHash00000000000000=
    next
end
config vpn ipsec phase1-interface
    edit "to-hq"
        set interface "wan1"
        set remote-gw 198.51.100.7
        set psksecret Inv3ntedTunnelPsk!
    next
end
"""
ROUTER = """\
# 2026-10-02 by RouterOS 7.15.3
# software id = AAAA-BBBB
/interface wireguard
add listen-port=13231 mtu=1420 name=wg1 private-key="aW52ZW50ZWRXaXJlZ3VhcmRQcml2YXRlS2V5MTIzNDU="
/ip address
add address=10.7.0.1/24 interface=wg1 network=10.7.0.0
/ppp secret
add name=branch password=Inv3ntedPppSecret service=l2tp
/system identity
set name=edge-rt-01
"""
FIELDS = (
    "checksumVersion=1&shortProdName=TZ%20470&firewallName=edge-sw-wall&addrObjId_0=LAN%20printer&addrObjType_0=1"
    "&addrObjIp1_0=10.9.0.5&userObjName_1=guest&userObjPasswd_1=Inv3ntedGuestPasswd&ipsecName_0=HQ"
    "&ipsecPreSharedKey_0=Inv3ntedSonicPsk&snmp_GetCommunity=Inv3ntedSonicCommunity&policySrcZone_0=LAN"
)
PACKED = base64.b64encode(FIELDS.encode()).decode() + "&&"
OFFICE = """\
<?xml version="1.0"?>
<pfsense>
  <version>22.9</version>
  <system>
    <hostname>edge-pf-01</hostname>
    <domain>example.net</domain>
    <user>
      <name>admin</name>
      <bcrypt-hash>$2y$10$Inv3ntedBcryptHashOfThePfsenseAdminUser</bcrypt-hash>
    </user>
  </system>
  <interfaces>
    <lan><if>igb1</if><ipaddr>10.8.0.1</ipaddr><subnet>24</subnet></lan>
  </interfaces>
  <ipsec>
    <phase1><ikeid>1</ikeid><pre-shared-key>Inv3ntedPfsensePsk</pre-shared-key></phase1>
  </ipsec>
</pfsense>
"""
SITE = json.dumps(
    {
        "wlanconf": [{"_id": "1", "name": "Staff", "security": "wpapsk", "x_passphrase": "Inv3ntedWifiPassphrase"}],
        "networkconf": [{"_id": "2", "name": "LAN", "purpose": "corporate", "ip_subnet": "10.6.0.1/24"}],
        "setting": [{"key": "mgmt", "x_ssh_username": "ops", "x_ssh_password": "Inv3ntedUnifiSsh"}],
    },
    indent=1,
)
FILES = {
    "edge-sw-01.cfg": SWITCH,
    "edge-fw-01.conf": FIREWALL,
    "edge-rt-01.rsc": ROUTER,
    "edge-wall.exp": PACKED,
    "edge-pf-01.xml": OFFICE,
    "unifi.json": SITE,
}
SECRETS = (
    "kVb0nXnQw7invented2Enable", "Inv3ntedHelpdeskPw", "Inv3ntedC0mmunity", "Inv3ntedTacacsKey", "094F471A1A0A5719",
    "Inv3ntedFortiAdminHash", "Inv3ntedTunnelPsk", "aW52ZW50ZWRXaXJlZ3VhcmRQcml2YXRl", "Inv3ntedPppSecret",
    "Inv3ntedGuestPasswd", "Inv3ntedSonicPsk", "Inv3ntedSonicCommunity", "Inv3ntedBcryptHash", "Inv3ntedPfsensePsk",
    "Inv3ntedWifiPassphrase", "Inv3ntedUnifiSsh", "Inv3ntedLaterPassword", PACKED[:60],
)  # fmt: skip

Start = Callable[..., None]


@pytest.fixture
def engineering(settings: Settings) -> Iterator[Devices]:
    """engineering-api, which nobody serves yet."""
    with engineering_running(settings) as devices:
        yield devices


@pytest.fixture
def port() -> int:
    """Where data-processing looks for engineering-api."""
    return free_port()


@pytest.fixture
def service(make_service: MakeService, engineering: Devices) -> Iterator[Service]:
    """data-processing beside engineering-api."""
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(4))
        address = stack.enter_context(serving(engineering_app.assemble(engineering.parts), threads))
        yield make_service(engineering_url=address)


@pytest.fixture
def alone(make_service: MakeService, engineering: Devices, port: int) -> Service:
    """data-processing while engineering-api is away."""
    return make_service(engineering_url=f"http://127.0.0.1:{port}")


def leaks(service: Service, index: SearchIndex, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Where secrets are: in what the index was sent, the database, the files on the disk, the logs."""
    tables = service.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'data_processing'")
    places = {
        f"table {name}": str(service.execute(f'SELECT * FROM data_processing."{name}"'))
        for name in (row["tablename"] for row in tables)
    }
    places |= {f"index {number} {call.path}": json.dumps(call.body) for number, call in enumerate(index.calls)}
    places |= {
        f"file {path.name}": path.read_text(errors="replace")
        for path in service.parts.blobs.root.rglob("*")
        if path.is_file()
    }
    places["log"] = "\n".join(json.dumps(record.__dict__, default=str) for record in caplog.records)
    assert len(places) > 10, "there is something to look at"
    return [f"{secret} in {place}" for place, text in places.items() for secret in SECRETS if secret in text]


def configs(engineering: Devices, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = engineering.get(f"/configs{query}")["items"]
    return items


def held(index: SearchIndex, name: str) -> str:
    return "\n".join(index.documents()[name].texts)


def test_of_uploaded_configurations_no_secret_is_stored_indexed_or_logged(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    job = service.upload({name: text.encode() for name, text in FILES.items()}, metadata='{"site": "Leeds"}')
    assert job["counts"]["indexed"] == len(FILES), service.ledger(job)
    assert leaks(service, index, caplog) == []
    found = {item["name"]: item for item in configs(engineering)}
    assert set(found) == set(FILES)
    assert {item["site"] for item in found.values()} == {"Leeds"}
    assert {item["client"] for item in found.values()} == {"default"}
    documents = {item["name"]: item for item in service.documents()}
    assert {name: [item["id"]] for name, item in found.items()} == {
        name: item["config_ids"] for name, item in documents.items()
    }
    assert {item["document_id"] for item in found.values()} == {item["id"] for item in documents.values()}
    assert found["edge-sw-01.cfg"]["device"] == "edge-sw-01"
    assert found["edge-fw-01.conf"]["platform"] == "fortinet"


def test_its_lines_are_searchable_by_their_sections_and_stay_where_they_were(
    service: Service, engineering: Devices, index: SearchIndex
) -> None:
    service.upload({"edge-sw-01.cfg": SWITCH.encode()})
    (document,) = service.documents()
    text = service.call("GET", f"/documents/{document['id']}/text").get_data(as_text=True)
    assert len(text.split("\n")) == len(SWITCH.rstrip("\n").split("\n"))
    assert text.split("\n")[14] == "interface GigabitEthernet1/0/1"
    assert "enable secret 9 REDACTED-hash-" in text
    chunks = service.call("GET", f"/documents/{document['id']}/chunks").get_json()["items"]
    for chunk in chunks:
        lines = text.split("\n")[chunk["line_start"] - 1 : chunk["line_end"]]
        assert "\n".join(lines).strip() == chunk["text"].strip()
        assert chunk["section"].startswith("edge-sw-01")
        assert chunk["section"].endswith(f"› lines {chunk['line_start']}–{chunk['line_end']}")
    (port,) = [chunk for chunk in chunks if "interface GigabitEthernet1/0/1" in chunk["text"]]
    assert " spanning-tree portfast" in port["text"], "a block that fits is in one chunk"
    sent = [point["section"] for _, point in index.points()]
    assert sent == [chunk["section"] for chunk in chunks]


@pytest.mark.parametrize("way", ["inbox", "text", "push", "source"])
def test_whichever_way_it_comes_it_is_known_and_its_secrets_are_not(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    if way == "text":
        service.text("switches/edge-sw-01", SWITCH)
    elif way == "push":
        made = service.call("POST", "/sources", json={"kind": "push", "name": "Backups"}).get_json()
        pushed = [{"external_id": "a", "text": SWITCH}, {"external_id": "b", "name": "b.cfg"}]
        pushed[1]["content"] = base64.b64encode(FIREWALL.encode()).decode()
        service.call("POST", f"/sources/{made['id']}/documents", json={"documents": pushed})
        service.work()
    else:
        (service.inbox / "edge-sw-01.txt").write_text(SWITCH)
        if way == "inbox":
            service.ingest({"source": "folder"})
        else:
            made = service.call("POST", "/sources", json={"kind": "folder", "name": "Inbox"}).get_json()
            service.call("POST", f"/sources/{made['id']}/sync", json={})
            service.work()
    assert {item["status"] for item in service.documents()} == {"indexed"}
    assert "edge-sw-01" in {item["device"] for item in configs(engineering)}
    assert "interface GigabitEthernet1/0/1" in "\n".join(index.texts())
    assert leaks(service, index, caplog) == []


def test_a_configuration_attached_to_a_mail_is_one_and_the_mail_loses_its_bytes(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.net", "bob@example.net", "Backup of the switch"
    message.set_content("Hello Bob,\n\nhere is last night's backup.\n")
    message.add_attachment(SWITCH.encode(), maintype="application", subtype="octet-stream", filename="edge-sw-01.cfg")
    message.add_attachment(b"Call me.\n\nThe key of the rack is in the safe.\n", maintype="text", subtype="plain",
                           filename="note.txt")  # fmt: skip
    job = service.upload({"backup.eml": message.as_bytes()})
    assert job["counts"]["indexed"] == 1, service.ledger(job)
    assert [item["name"] for item in configs(engineering)] == ["edge-sw-01.cfg"]
    text = held(index, "backup.eml")
    assert "last night's backup" in text
    assert "The key of the rack is in the safe." in text
    assert "switchport voice vlan 20" in text
    assert leaks(service, index, caplog) == []
    (document,) = service.documents()
    content = service.call("GET", f"/documents/{document['id']}/content")
    assert "last night's backup" in content.get_data(as_text=True)
    assert content.headers["Content-Disposition"].endswith("backup.eml.txt")
    encoded = base64.b64encode(SWITCH.encode()).decode()
    files = [path.read_text() for path in service.parts.blobs.root.rglob("*") if path.is_file()]
    assert not any(encoded[300:360] in file.replace("\n", "") for file in files)


def test_copies_of_a_configuration_are_documents_of_one_configuration(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(8):
        (service.inbox / f"{number}.cfg").write_text(SWITCH)
    job = service.ingest({"source": "folder"})
    assert (job["status"], job["counts"]["indexed"]) == ("succeeded", 8)
    (item,) = configs(engineering)
    assert {tuple(document["config_ids"]) for document in service.documents()} == {(item["id"],)}
    assert leaks(service, index, caplog) == []


def test_the_same_again_is_unchanged_and_a_later_version_is_the_next_configuration(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    later = SWITCH.replace("Inv3ntedHelpdeskPw", "Inv3ntedLaterPassword").replace("vlan 20", "vlan 30")
    service.upload({"edge-sw-01.cfg": SWITCH.encode()})
    again = service.upload({"edge-sw-01.cfg": SWITCH.encode()})
    assert again["counts"]["unchanged"] == 1
    service.upload({"edge-sw-01.cfg": later.encode()})
    assert [item["number"] for item in configs(engineering)] == [2, 1]
    assert len({item["device_id"] for item in configs(engineering)}) == 1
    back = service.upload({"edge-sw-01.cfg": SWITCH.encode()})
    assert back["counts"]["indexed"] == 1
    newest, *_ = configs(engineering)
    assert (newest["number"], newest["is_latest"]) == (3, True), "what it was before is its latest once more"
    assert service.documents()[0]["config_ids"] == [newest["id"]]
    assert "switchport voice vlan 20" in held(index, "edge-sw-01.cfg")
    assert leaks(service, index, caplog) == []


def test_reindexing_needs_neither_the_bytes_nor_engineering_api(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture,
    make_service: MakeService, port: int
) -> None:  # fmt: skip
    service.upload({"edge-sw-01.cfg": SWITCH.encode(), "unifi.json": SITE.encode()})
    before = {name: document.texts for name, document in index.documents().items()}
    alone = make_service(**service.settings.model_dump(exclude={"engineering_url"}),
                         engineering_url=f"http://127.0.0.1:{port}")  # fmt: skip
    for document in alone.documents():
        answer = alone.call("POST", f"/documents/{document['id']}/reindex")
        assert alone.finished(answer.get_json())["status"] == "succeeded"
    collection = alone.call("POST", "/reindex", json={})
    assert alone.finished(collection.get_json())["status"] == "succeeded"
    assert {name: document.texts for name, document in index.documents().items()} == before
    assert {document["version"] for document in alone.documents()} == {2}
    assert [item["number"] for item in configs(engineering)] == [1, 1], "nothing was kept anew"
    assert all(len(document["config_ids"]) == 1 for document in alone.documents())
    assert leaks(alone, index, caplog) == []


def test_a_download_of_a_configuration_is_its_text_without_secrets(service: Service) -> None:
    service.upload({"edge-sw-01.cfg": SWITCH.encode()})
    (document,) = service.documents()
    content = service.call("GET", f"/documents/{document['id']}/content")
    assert content.get_data(as_text=True).count("REDACTED-") == 5
    assert content.mimetype == "application/octet-stream"
    assert content.headers["Content-Disposition"] == "attachment; filename=edge-sw-01.cfg"


def test_what_stood_for_the_bytes_of_an_older_version_is_swept_away(service: Service) -> None:
    service.upload({"edge-sw-01.cfg": SWITCH.encode()})
    service.upload({"edge-sw-01.cfg": SWITCH.replace("Reception", "Kitchen").encode()})
    root = service.parts.blobs.root
    files = {path.stem: path for path in root.rglob("*") if path.is_file()}
    assert len(files) == 2
    for path in files.values():
        os.utime(path, (0, 0))
    assert service.parts.deletion.sweep_bytes(root) == 1
    (document,) = service.documents()
    assert [path for path in root.rglob("*") if path.is_file()] == [files[document["sha256"]]]


def test_a_deleted_document_leaves_the_history_of_its_device(
    service: Service, engineering: Devices, index: SearchIndex
) -> None:
    service.upload({"edge-sw-01.cfg": SWITCH.encode()})
    (document,) = service.documents()
    assert service.call("DELETE", f"/documents/{document['id']}").status_code == 204
    assert index.texts() == []
    assert [path for path in service.parts.blobs.root.rglob("*") if path.is_file()] == []
    assert [item["device"] for item in configs(engineering)] == ["edge-sw-01"]


def test_without_engineering_api_only_configurations_wait(
    alone: Service, engineering: Devices, port: int, index: SearchIndex, caplog: pytest.LogCaptureFixture,
    make_service: MakeService
) -> None:  # fmt: skip
    for number in range(3):
        (alone.inbox / f"{number}-edge.cfg").write_text(SWITCH.replace("edge-sw-01", f"edge-sw-{number}"))
        (alone.inbox / f"{number}-guide.md").write_text(f"# Guide {number}\n\nThe phones are in VLAN 20.\n")
    job = alone.ingest({"source": "folder"})
    assert (job["status"], job["stage"]) == ("queued", "waiting")
    assert "engineering-api" in job["problem"]["detail"]
    assert job["counts"]["indexed"] == 3
    assert leaks(alone, index, caplog), "what waits is there as it came in, or it could not be gone on with"
    assert set(index.documents()) == {f"{number}-guide.md" for number in range(3)}
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(4))
        address = stack.enter_context(serving(engineering_app.assemble(engineering.parts), threads))
        back = make_service(**alone.settings.model_dump(exclude={"engineering_url"}), engineering_url=address)
        back.hurry()
        back.work()
        done = back.job(job["id"])
        assert (done["status"], done["counts"]["indexed"]) == ("succeeded", 6)
        assert len(configs(engineering)) == 3
        assert leaks(back, index, caplog) == []


def test_a_run_of_a_source_goes_on_when_engineering_api_is_back(
    alone: Service, engineering: Devices, index: SearchIndex, make_service: MakeService
) -> None:
    (alone.inbox / "a.cfg").write_text(SWITCH)
    (alone.inbox / "b.md").write_text("# Guide\n\nThe phones are in VLAN 20.\n")
    made = alone.call("POST", "/sources", json={"kind": "folder", "name": "Inbox"}).get_json()
    alone.call("POST", f"/sources/{made['id']}/sync", json={})
    alone.work()
    assert set(index.documents()) == {"b.md"}
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(4))
        address = stack.enter_context(serving(engineering_app.assemble(engineering.parts), threads))
        back = make_service(**alone.settings.model_dump(exclude={"engineering_url"}), engineering_url=address)
        back.hurry()
        back.work()
    assert set(index.documents()) == {"a.cfg", "b.md"}


def test_a_key_that_may_only_ingest_brings_configurations_to_its_own_client(
    make_service: MakeService, engineering: Devices, index: SearchIndex
) -> None:
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(4))
        address = stack.enter_context(serving(engineering_app.assemble(engineering.parts), threads))
        guarded = make_service(auth="required", engineering_url=address)
        key = guarded.key(tenant="acme", scopes="data:write,data:read")
        job = guarded.upload({"edge-sw-01.cfg": SWITCH.encode()}, key=key)
        assert job["counts"]["indexed"] == 1
        assert engineering.get("/configs", who="charlie")["items"] == []
        (item,) = engineering.get("/configs", who="alice")["items"]
        assert item["client"] == "acme"
        assert item["author"].startswith("key:")


def test_what_not_everybody_may_read_is_without_secrets_and_no_configuration_for_everybody(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    made = service.call("POST", "/sources", json={"kind": "push", "name": "Backups"}).get_json()
    pushed = [{"external_id": "a", "text": SWITCH, "access": ["mail:ann@example.net"]}]
    service.call("POST", f"/sources/{made['id']}/documents", json={"documents": pushed})
    service.work()
    assert index.documents()["a"].access == ["mail:ann@example.net"]
    assert configs(engineering) == []
    assert "not everybody" in service.documents()[0]["reason"]
    assert leaks(service, index, caplog) == []


def test_ordinary_documents_are_read_as_ever_and_nobody_is_asked_about_them(alone: Service, index: SearchIndex) -> None:
    files = {
        "guide.md": "# Switches\n\nTo see the ports, run:\n\n```\nshow interfaces status\n```\n\nThen call us.\n",
        "notes.txt": "The password of the guest network is on the wall.\n\nhostname of the printer: prn-1\n",
        "compose.yml": "services:\n  web:\n    image: nginx\n    environment:\n      PASSWORD: swordfish\n",
        "nginx.conf": "server {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n    }\n}\n",
        "users.csv": "name,password\nann,swordfish\nbob,hunter2\n",
    }
    job = alone.upload({name: text.encode() for name, text in files.items()})
    assert job["counts"]["indexed"] == len(files), job
    assert "swordfish" in held(index, "users.csv")
    (guide,) = [document for document in alone.documents() if document["name"] == "guide.md"]
    assert guide["title"] == "Switches"
    content = alone.call("GET", f"/documents/{guide['id']}/content")
    assert content.data == files["guide.md"].encode()
    content.close()


def test_an_article_that_quotes_much_of_a_configuration_stays_an_article_without_its_secrets(
    service: Service, engineering: Devices, index: SearchIndex
) -> None:
    prose = "".join(f"Step {n}: look at the lamp of the port, wait, and write down what you see.\n\n" for n in range(9))
    lines = (
        "snmp-server community Inv3ntedC0mmunity RO\n\nThat was for the monitoring.\n\nip route 0.0.0.0 0.0.0.0"
        " 10.1.1.1\n\nenable secret 5 $1$Inv3nted$Inv3ntedHelpdeskPw0000\n\ninterface GigabitEthernet0/1\n\n"
        "ip address 10.1.1.2 255.255.255.0\n"
    )
    job = service.upload({"howto.md": f"# Replacing a switch\n\n{prose}\n\n{lines}".encode()})
    assert job["counts"]["indexed"] == 1
    (document,) = service.documents()
    assert (document["title"], document["config_ids"]) == ("Replacing a switch", [])
    assert "secrets were taken out" in document["reason"]
    assert "look at the lamp" in held(index, "howto.md")
    assert "Inv3nted" not in held(index, "howto.md")
    assert configs(engineering) == []


def test_hostile_files_end_with_a_reason_or_without_secrets(
    service: Service, engineering: Devices, index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    deep = "".join(f"{' ' * n}interface GigabitEthernet1/0/{n}\n" for n in range(600))
    files = {
        "deep.cfg": deep,
        "nul.cfg": SWITCH.replace("VOICE", "VO\x00ICE\ufffe"),
        "long.cfg": SWITCH + "snmp-server community Inv3ntedC0mmunity " + "x" * 400_000 + "\n",
        "cut.json": SITE[:-40],
        "cut.xml": OFFICE[: OFFICE.index("</ipsec>")],
        "bomb.xml": '<!DOCTYPE a [<!ENTITY b "bbbb">]>\n' + OFFICE.partition("\n")[2],
        "many.cfg": "no ip http server\n" * 420_000,
        "add.rsc": "/ip address\nadd " + "a=" * 20_000 + "\n" + ROUTER,
    }
    job = service.upload({name: text.encode() for name, text in files.items()})
    lines = {line["name"]: line for line in service.ledger(job)}
    assert job["status"] == "succeeded", lines
    assert {name for name, line in lines.items() if line["status"] != "indexed"} == {"many.cfg"}
    assert lines["many.cfg"]["outcome"] == "refused"
    assert "Send one device a file" in lines["many.cfg"]["reason"]
    assert leaks(service, index, caplog) == []


def test_what_is_too_large_to_be_asked_about_is_not_indexed(service: Service, index: SearchIndex) -> None:
    large = SWITCH + "! a comment that says nothing at all about anything\n" * 330_000
    job = service.upload({"large.cfg": large.encode()})
    (line,) = service.ledger(job)
    assert (line["status"], line["outcome"]) == ("failed", "too_large")
    assert "at most 16 MB" in line["reason"]
    assert index.texts() == []


def test_health_tells_of_engineering_api_and_is_well_without_it(alone: Service, tmp_path: Path) -> None:
    report = alone.client.get("/api/data/health").get_json()
    assert "engineering-api" in report["checks"]
