"""A docker command that answers as it was told to, and writes down what it was asked."""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from shlex import quote
from typing import Any

import pytest

from host import dotenv
from host.place import ROOT, Place

_SCRIPT = """#!/bin/sh
printf '%s\\n' "$*" >>{folder}/asked
env -0 >{folder}/environment
case "$*" in
{cases}
esac
"""


class FakeDocker:
    """The docker command of a test: it answers by the words in what is asked, and writes that down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._answers: dict[str, str] = {}
        self.answers("info --format", json.dumps({"ServerVersion": "28.5.2", "MemTotal": 64 * 2**30, "Runtimes": {}}))
        self.answers("compose version", "2.40.3\n")
        self.answers("context inspect", "tcp://elsewhere:2376\n")
        self.answers("config --profiles", "chat\nlocal-llm\nscan\nssl\n")
        (folder / "docker").chmod(0o755)

    def answers(self, part: str, out: str = "", *, status: int = 0, err: str = "") -> None:
        """From now on a command with these words in it gets this answer."""
        says = f"printf %s {quote(out)}; printf %s {quote(err)} >&2; exit {status}"
        self._answers = {part: says} | {other: said for other, said in self._answers.items() if other != part}
        cases = "\n".join(f"*{quote(part)}*) {says};;" for part, says in self._answers.items())
        (self.folder / "docker").write_text(_SCRIPT.format(folder=quote(str(self.folder)), cases=cases))

    def runs(self, *services: str | Mapping[str, Any]) -> None:
        """The containers that the project has; a name stands for a healthy one."""
        lines = [{"Service": one} if isinstance(one, str) else dict(one) for one in services]
        usual = {"State": "running", "Health": "healthy", "ExitCode": 0, "Image": "x:1", "Publishers": []}
        named = [{"ID": f"id{n}", "Name": f"p-{one['Service']}-{n}"} | usual | one for n, one in enumerate(lines)]
        self.answers("ps --all", "\n".join(map(json.dumps, named)))

    @property
    def asked(self) -> list[str]:
        """Every command so far, without the project's own words."""
        file = self.folder / "asked"
        own = re.compile(r"--project-directory \S+ --env-file \S+ ")
        return [own.sub("", line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the last command."""
        lines = (self.folder / "environment").read_text().split("\0")
        return dict(line.split("=", 1) for line in lines if line)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """The docker command that everything in this test finds first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    # What the shell that runs the tests happens to have set must not colour them.
    for name in ("DOCKER_HOST", "MAKEFLAGS", *dotenv.known(ROOT / ".env.example")):
        monkeypatch.delenv(name, raising=False)
    return FakeDocker(folder)


@pytest.fixture(scope="session")
def fresh_settings(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of a settings file as `make setup` writes it."""
    target = tmp_path_factory.mktemp("settings") / ".env"
    dotenv.write(target, ROOT / ".env.example")
    return target.read_text()


@pytest.fixture
def place(tmp_path: Path, fresh_settings: str) -> Place:
    """An installation with fresh settings, and state of its own."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    place = Place(ROOT, tmp_path / "state", tmp_path / ".env")
    place.env_file.touch(0o600)
    place.env_file.write_text(fresh_settings.replace("#INBOX_DIR=\n", f"INBOX_DIR={inbox}\n"))
    return place


Configure = Callable[..., None]


@pytest.fixture
def configure(place: Place) -> Configure:
    """Set settings in the file of this test's installation."""
    return lambda **values: dotenv.change(place.env_file, values)
