"""A real Asterisk for tests: fetched once into var/, and the configuration of a small office to boot it with."""

import asyncio
import fcntl
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from call_flow.pbx import tree as found
from call_flow.pbx.driver import Driver
from call_flow.pbx.infrastructure import Addresses
from call_flow.pbx.instance import Configure, Instance
from call_flow.pbx.tree import Tree

ROOT = Path(__file__).parents[1]
FETCH = ROOT / "docker/asterisk/fetch.sh"
#: Read before a test cleans its environment.
_GIVEN = os.environ.get("ASTERISK_DIR")

#: What tells the PBX that a call comes from the carrier.
TRUNK = {"X-Trunk": "1"}

_SIP = """
[global]
type=global
user_agent=callflow
endpoint_identifier_order=header,username,ip
[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:{sip}
[endpoint](!)
type=endpoint
transport=transport-udp
context=internal
disallow=all
allow=ulaw
direct_media=no
[trunk](endpoint)
context=from-trunk
aors=trunk
[trunk]
type=aor
contact=sip:127.0.0.1:{phones}
[trunk]
type=identify
endpoint=trunk
match_header=X-Trunk: 1
"""
_PHONE = """
[{number}](endpoint)
aors={number}
callerid=Phone {number} <{number}>
[{number}]
type=aor
contact=sip:{number}@127.0.0.1:{phones}
"""

Result = TypeVar("Result")


@cache
def tree() -> Tree:
    """The Asterisk of ASTERISK_DIR, else one in var/asterisk that is fetched when it is not there. Never skips."""
    if _GIVEN:
        return found.find(Path(_GIVEN))
    folder = ROOT / "var/asterisk"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "asterisk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fetched = subprocess.run([FETCH, folder.name], cwd=folder.parent, capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.fail(f"the tests with a real PBX need Asterisk. {fetched.stderr.strip()}", pytrace=False)
    return found.find(folder)


def office(dialplan: str, *, phones: Iterable[int] = (101, 102), sip: str = "", **files: str) -> Configure:
    """A trunk, some phones and a dialplan; other files by their name without its ending."""

    def configure(addresses: Addresses) -> dict[str, str]:
        numbers = "".join(_PHONE.replace("{number}", str(number)) for number in phones)
        text = (_SIP + numbers + sip).format(sip=addresses.sip, phones=addresses.phones)
        return {"pjsip.conf": text, "extensions.conf": dialplan} | {
            f"{name}.conf": text for name, text in files.items()
        }

    return configure


def drive(pbx: Instance, script: Callable[[Driver], Awaitable[Result]]) -> Result:
    """Run a script with a driver of its own."""

    async def run() -> Result:
        async with Driver(pbx) as driver:
            return await script(driver)

    return asyncio.run(run())
