"""Scanning as a tool: the real gate of the scanner over HTTP, in front of a small program in nmap's place."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests import served
from tests.gateway import free_port
from tests.toolbox import ALICE, BOB, CHARLIE, Toolbox, lacking

from agents.tools import scan as room
from oberaconnect.problems import Forbidden, TooMany, Unavailable, Unprocessable
from oberaconnect.settings import Settings, SettingsError, load
from scan import app, networks
from scan.gate import Gate
from scan.settings import Settings as GateSettings

_TOKEN = "a-token-for-tests-only-0123456789"
_NETWORKS = "acme=192.0.2.0/25 2001:db8:a::/64; globex=192.0.2.128/25, 198.51.100.0/24"
_XML = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE nmaprun><nmaprun scanner="nmap">
<host><status state="up"/><address addr="192.0.2.1" addrtype="ipv4"/><ports>
<port protocol="tcp" portid="443"><state state="open"/>
<service name="http" product="nginx" version="1.30.6"/></port></ports></host>
<host><status state="down"/><address addr="192.0.2.2" addrtype="ipv4"/></host></nmaprun>"""
_ASKED: dict[str, Any] = {"targets": ["192.0.2.1"], "profile": "services", "reason": "ticket 4711"}


class Scanner:
    """The scanner's own service. `lines` are those of its log, `told` is what the program was started with."""

    def __init__(self, folder: Path) -> None:
        self.lines: list[dict[str, Any]] = []
        self._told, self._hold, self._program = folder / "told", folder / "hold", folder / "program"
        self.answers(_XML)
        self.gate = Gate(
            GateSettings(allowed=networks.parse("192.0.2.0/24 198.51.100.0/24 2001:db8:a::/48"), token=_TOKEN),
            record=lambda line: self.lines.append(json.loads(line)),
            program=self._program,
            folder=folder,
            own=tuple,
        )

    def answers(self, xml: str) -> None:
        """What the program prints, as soon as nothing holds it."""
        self._program.write_text(
            f"#!{sys.executable} -IS\nimport json, os, sys, time\n"
            f"open({str(self._told)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
            f"while os.path.exists({str(self._hold)!r}): time.sleep(0.02)\nprint({xml!r})\n"
        )
        self._program.chmod(0o700)

    @property
    def told(self) -> list[str]:
        """The arguments of the last scan; empty when there was none."""
        return json.loads(self._told.read_text()) if self._told.exists() else []

    def hold(self) -> None:
        """Scans do not end any more."""
        self._hold.touch()

    def release(self) -> None:
        """Scans end again."""
        self._hold.unlink()


@pytest.fixture
def scanner(tmp_path: Path) -> Scanner:
    return Scanner(tmp_path)


@pytest.fixture
def make(scanner: Scanner, secret_key: str) -> Iterator[Callable[..., Toolbox]]:
    with ThreadPoolExecutor(4) as threads, served.serving(app.build(scanner.gate), threads) as url:

        def toolbox(**values: Any) -> Toolbox:
            base = {"secret_key": secret_key, "database_url": "postgresql://nowhere/db", "scan_url": url}
            base |= {"scan_token": _TOKEN, "scan_client_cidrs": _NETWORKS}
            return Toolbox(room.tools(Settings.model_validate(base | values)))

        yield toolbox


@pytest.fixture
def tools(make: Callable[..., Toolbox]) -> Toolbox:
    return make()


def test_alice_scans_her_clients_network_and_the_log_says_for_whom_and_why(scanner: Scanner, tools: Toolbox) -> None:
    found = tools.call("network_scan", ALICE, **_ASKED)
    assert found.data["up"] == 1
    assert found.data["hosts"][0]["ports"][0] == {
        "port": 443, "protocol": "tcp", "state": "open", "service": "http", "product": "nginx", "version": "1.30.6",
    }  # fmt: skip
    assert "192.0.2.1 up\n  443/tcp open http nginx 1.30.6" in found.content
    assert "192.0.2.2" not in found.content
    line = scanner.lines[0]
    assert "acme: alice" in line["who"]
    assert line["why"] == "ticket 4711"
    assert scanner.told[-1] == "192.0.2.1"


@pytest.mark.parametrize(
    ("targets", "sent"),
    [
        (["192.0.2.0/28"], ["192.0.2.0/28"]),
        (["192.0.2.4-7"], ["192.0.2.4/30"]),
        (["192.0.2.4-192.0.2.7"], ["192.0.2.4/30"]),
        (["192.0.2.1", "192.0.2.1", "192.0.2.0/31"], ["192.0.2.0/31"]),
        (["2001:db8:a::10", "2001:DB8:A::11-2001:db8:a::11"], ["2001:db8:a::10/127"]),
    ],
)
def test_networks_and_ranges_are_sent_as_the_addresses_they_are(
    scanner: Scanner, tools: Toolbox, targets: list[str], sent: list[str]
) -> None:
    tools.call("network_scan", ALICE, **_ASKED | {"targets": targets})
    assert scanner.told[-len(sent) :] == sent
    assert ("-6" in scanner.told) == (":" in sent[0])


@pytest.mark.parametrize(
    "target",
    ["192.0.2.128", "192.0.2.0/24", "192.0.2.120-130", "198.51.100.1", "127.0.0.1", "8.8.8.8", "2001:db8:b::1", "::1"],
)
def test_what_is_not_wholly_in_the_clients_networks_is_refused(scanner: Scanner, tools: Toolbox, target: str) -> None:
    with pytest.raises(Forbidden, match="networks of this client") as caught:
        tools.call(
            "network_scan", ALICE, **_ASKED | {"targets": ["192.0.2.1" if ":" not in target else target, target]}
        )
    assert "198.51.100.0/24" not in caught.value.detail  # the networks of others are not told
    assert not scanner.told


def test_each_client_has_its_own_networks(scanner: Scanner, tools: Toolbox) -> None:
    tools.call("network_scan", CHARLIE, **_ASKED | {"targets": ["198.51.100.7"]})
    assert scanner.told[-1] == "198.51.100.7"
    with pytest.raises(Forbidden):
        tools.call("network_scan", CHARLIE, **_ASKED)
    stranger = replace(CHARLIE, tenant="initech", clients=frozenset({"initech"}))
    with pytest.raises(Forbidden, match="names no network of the client 'initech'"):
        tools.call("network_scan", stranger, **_ASKED)


@pytest.mark.parametrize(
    ("targets", "why"),
    [
        (["0.0.0.0/0"], "too many"),
        (["10.0.0.1-10.255.255.255"], "too many"),
        (["::-ffff::"], "too many"),
        (["192.0.2.1", "2001:db8:a::1"], "calls of their own"),
        (["192.0.2.5/28"], "a machine within a network"),
        (["192.0.2.9-3"], "no range"),
        (["192.0.2.1-2001:db8::1"], "no range"),
        (["192.0.2.1-2-3"], "no range"),
        (["192.0.2.300"], "no address"),
        (["192.0.2.01"], "no address"),
        (["3221225985"], "no address"),
        (["bad.cafe"], "no address"),
        (["192.0.2.0/33"], "no address"),
        (["192.0.2.1/255.255.255.0/24"], "no address"),
        (["--"], "no range"),
    ],
)
def test_what_is_no_target_or_too_much_is_refused(
    scanner: Scanner, tools: Toolbox, targets: list[str], why: str
) -> None:
    with pytest.raises(Unprocessable, match=why):
        tools.call("network_scan", ALICE, **_ASKED | {"targets": targets})
    assert not scanner.told


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": []},
        {"targets": ["fileserver.acme.example"]},
        {"targets": ["-iL/etc/passwd"]},
        {"targets": ["192.0.2.1; id"]},
        {"targets": ["fe80::1%eth0"]},
        {"targets": ["192.0.2.1"] * 33},
        {"profile": "everything"},
        {"reason": ""},
        {"reason": "two\nlines"},
        {"ports": "22; id"},
        {"ports": "--script=all"},
        {"ports": ""},
        {"scripts": ["http-title"]},
        {"client": "globex"},
        {"timing": 5},
    ],
)
def test_hostile_arguments_never_reach_the_tool(tools: Toolbox, changes: dict[str, Any]) -> None:
    assert tools.refuses("network_scan", **_ASKED | changes)


def test_ports_go_with_the_profiles_that_take_them(scanner: Scanner, tools: Toolbox) -> None:
    tools.call("network_scan", ALICE, **_ASKED | {"profile": "ports", "ports": "22,8000-8100"})
    assert "22,8000-8100" in scanner.told
    for wrong in ({"profile": "ports"}, {"profile": "quick", "ports": "22"}, {"profile": "hosts", "ports": "22"}):
        with pytest.raises(Unprocessable, match=r"[Pp]orts"):
            tools.call("network_scan", ALICE, **_ASKED | wrong)
    with pytest.raises(Unprocessable, match="99999"):  # the gate's own refusal
        tools.call("network_scan", ALICE, **_ASKED | {"profile": "ports", "ports": "99999"})


def test_one_scan_of_a_client_at_a_time_even_when_its_caller_left(scanner: Scanner, tools: Toolbox) -> None:
    class Cancelled(Exception):
        pass

    started = threading.Event()

    def check() -> None:
        if scanner.told:
            started.set()
            raise Cancelled

    scanner.hold()
    with pytest.raises(Cancelled):
        tools.call("network_scan", ALICE, check=check, **_ASKED)
    with pytest.raises(TooMany, match="A scan of this client is running"):
        tools.call("network_scan", BOB, seconds=1.0, **_ASKED)
    other = _ASKED | {"targets": ["198.51.100.7"]}
    scanner.release()
    assert tools.call("network_scan", CHARLIE, **other).data["up"] == 1
    for _ in range(200):
        try:
            tools.call("network_scan", BOB, **_ASKED)
            break
        except TooMany:
            threading.Event().wait(0.02)
    else:
        pytest.fail("the place was never free again")


def test_a_network_full_of_machines_is_cut_and_says_so(scanner: Scanner, tools: Toolbox) -> None:
    ports = "".join(
        f'<port protocol="tcp" portid="{n}"><state state="open"/><service name="s" product="{"p" * 60}"/></port>'
        for n in range(30)
    )
    scanner.answers(
        "<nmaprun>"
        + "".join(
            f'<host><status state="up"/><address addr="192.0.2.{n}" addrtype="ipv4"/><ports>{ports}</ports></host>'
            for n in range(100)
        )
        + "</nmaprun>"
    )
    found = tools.call("network_scan", ALICE, **_ASKED | {"targets": ["192.0.2.0/25"]})
    assert found.data["up"] == 100
    assert "more machines were left out" in found.content


def test_a_scanner_that_is_away_or_off_is_told_with_what_brings_it(make: Callable[..., Toolbox]) -> None:
    with pytest.raises(Unavailable, match="PROFILE=scan"):
        make(scan_url=f"http://127.0.0.1:{free_port()}").call("network_scan", ALICE, **_ASKED)
    for missing in ("scan_url", "scan_token"):
        found = make(**{missing: ""}).call("network_scan", ALICE, **_ASKED)
        assert found.is_error
        assert "PROFILE=scan" in found.content


def test_a_failed_scan_gives_its_place_back(make: Callable[..., Toolbox]) -> None:
    tools = make(scan_url=f"http://127.0.0.1:{free_port()}")
    for _ in range(2):
        with pytest.raises(Unavailable):
            tools.call("network_scan", ALICE, **_ASKED)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("acme", "must be like acme=10.1.0.0/16"),
        ("acme=", "must be like"),
        ("Acme=10.0.0.0/8", "must be like"),
        ("acme=10.0.0.0/8; acme=10.1.0.0/16", "names the client 'acme' twice"),
        ("acme=fileserver", "'fileserver', which is no network"),
        ("acme=10.1.0.5/16", "write 10.1.0.0/16"),
    ],
)
def test_a_wrong_list_of_networks_stops_the_start_with_a_sentence(value: str, sentence: str) -> None:
    given = {"SECRET_KEY": "q7Zr2mK9xW4tB8vN1c", "POSTGRES_PASSWORD": "Zt4Wq8rM2nX6vB9k"}
    with pytest.raises(SettingsError, match="SCAN_CLIENT_CIDRS") as caught:
        load(given | {"SCAN_CLIENT_CIDRS": value})
    assert sentence in str(caught.value)


def test_the_scan_needs_the_right_to_run_agents(tools: Toolbox) -> None:
    assert tools.tools["network_scan"].spec.scope == "agents:write"
    assert "agents:write" not in lacking(ALICE, "agents:write").scopes
