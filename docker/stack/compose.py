"""One project of Docker Compose: where its files are, and how its commands are run."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from host import dotenv
from host.obstacle import Obstacle

#: What would lead Compose to other files, names and parts than those of this project.
_COMPOSE_OWN = {"COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_ENV_FILES"}
_LAST_LINES = 12


@dataclass(frozen=True)
class Compose:
    """A project: the checkout `root`, its settings file, and what differs from the project that those two describe.

    `project` is another project name, `files` are files laid over docker-compose.yml, `environ` holds settings that
    stand above the settings file, and `profiles` are the profiles in force (None: those of COMPOSE_PROFILES in the
    settings file; ("*",): all). What the caller's shell says about settings is not handed on.
    """

    root: Path
    env_file: Path
    project: str | None = None
    files: Sequence[Path] = ()
    environ: Mapping[str, str] | None = None
    profiles: Sequence[str] | None = field(default=None, kw_only=True)

    def with_profiles(self, *names: str) -> "Compose":
        """The same project with exactly these profiles."""
        return replace(self, profiles=names)

    def with_settings(self, **values: str) -> "Compose":
        """The same project with further settings above the settings file."""
        return replace(self, environ={**(self.environ or {}), **values})

    def command(self, *words: str) -> list[str]:
        """The whole command, for whoever runs it another way; its environment is `environment()`."""
        found = ["docker", "compose", "--project-directory", str(self.root), "--env-file", str(self.env_file)]
        if self.project:
            found += ["--project-name", self.project]
        if self.files:
            for file in (self.root / "docker-compose.yml", *self.files):
                found += ["--file", str(file)]
        return [*found, *words]

    def environment(self) -> dict[str, str]:
        """The environment of the command: this process's own, without settings other than those given on purpose."""
        known = dotenv.known(self.root / ".env.example") | _COMPOSE_OWN
        found = {name: value for name, value in os.environ.items() if name not in known}
        found.update(self.environ or {})
        if self.profiles is not None:
            found["COMPOSE_PROFILES"] = ",".join(self.profiles)
        return found

    def run(
        self,
        *words: str,
        check: bool = True,
        capture: bool = True,
        timeout: float | None = None,
        stdin: str | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end; `capture` keeps what it prints, else people see it.

        Raises:
            Obstacle: when it takes too long, when there is no docker command, and with `check` when it fails.
        """
        given: dict[str, Any] = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        try:
            done = subprocess.run(
                self.command(*words),
                cwd=self.root,
                env=self.environment(),
                capture_output=capture,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
                **given,
            )
        except subprocess.TimeoutExpired:
            raise Obstacle(f"'docker compose {' '.join(words)}' did not end within {timeout:g} s.") from None
        except FileNotFoundError:
            raise Obstacle("The docker command is missing. Type: make doctor") from None
        if check and done.returncode:
            raise Obstacle(f"'docker compose {' '.join(words)}' failed (status {done.returncode}).{_said(done.stderr)}")
        return done

    def stream(self, *words: str) -> int:
        """Run a command that people watch, or answer; returns its exit status."""
        try:
            return subprocess.run(self.command(*words), cwd=self.root, env=self.environment(), check=False).returncode
        except FileNotFoundError:
            raise Obstacle("The docker command is missing. Type: make doctor") from None

    def popen(self, *words: str, **options: Any) -> "subprocess.Popen[bytes]":
        """Start a command; `options` are those of subprocess.Popen (stdin, stdout, stderr)."""
        return subprocess.Popen(self.command(*words), cwd=self.root, env=self.environment(), **options)

    def ps(self) -> list[dict[str, Any]]:
        """Every container of the project in the engine's words: Service, Name, State, Health, ExitCode, Image …"""
        return documents(self.run("ps", "--all", "--format", "json", timeout=60).stdout)


def documents(text: str) -> list[dict[str, Any]]:
    """JSON as Compose prints it: one document a line, or one list (before 2.21)."""
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _said(stderr: str | None) -> str:
    lines = [line.strip() for line in (stderr or "").splitlines() if line.strip()]
    return "".join(f"\n  {line}" for line in lines[-_LAST_LINES:])
