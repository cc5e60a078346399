"""Every image that the compose file names: here already, pulled, or a stand-in under the same tag. Says which is which,
and builds those of this project.

`python -m tests.stack.images`. A registry is asked only when ENGINE_PULL is not 0.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.compose import IMAGES, project

from host.place import ROOT

_ENGINE = ROOT.parent / "shared" / "tools" / "engine" / "engine"
_STANDINS = ROOT / "tests" / "standins"
#: What the images of this project are built on; the compose file names it as an argument only.
_BASE = "python:3.11.17-slim-trixie"
#: Stand-ins that the engine's own tool builds, and those of this folder, by a part of the image's name.
_OF_THE_ENGINE = ("python:", "nginx:", "postgres:", "n8nio/n8n:")
_OURS = {"qdrant/qdrant": "qdrant", "ollama/ollama": "ollama", "open-webui/open-webui": "open-webui"}
_ENGINES_LABEL, _OURS_LABEL = "engine.stand-in", "oberaconnect.stand-in"
_PULL_SECONDS = 900


def main() -> int:
    """Provide all of them; exit status 1 when one is not to be had."""
    with project() as stack:
        everything = stack.project.with_profiles("*")
        listed = everything.run("config", "--images").stdout.split()
        foreign = sorted({name for name in listed if not name.startswith(f"{IMAGES}/")})
        found = {name: _provide(name) for name in (_BASE, *foreign)}
        if all(found.values()) and everything.stream("build", "--quiet"):
            return 1
    width = max(map(len, found))
    for name, kind in found.items():
        print(f"  {name:{width}}  {kind}")  # noqa: T201
    if missing := [name for name, kind in found.items() if not kind]:
        print(f"Not to be had, neither from a registry nor as a stand-in: {', '.join(missing)}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _provide(name: str) -> str:
    """Make an image exist. Returns what it is; empty when it is not to be had."""
    if _OURS_LABEL in _labels(name):
        return "stand-in" if _stand_in(name) else ""  # its sources may have changed
    if not _exists(name) and not _pull(name) and not _stand_in(name):
        return ""
    return "stand-in" if {_OURS_LABEL, _ENGINES_LABEL} & _labels(name) else "image"


def _labels(name: str) -> set[str]:
    form = "{{range $name, $value := .Config.Labels}}{{$name}} {{end}}"
    return set(_run("docker", "image", "inspect", "--format", form, name).stdout.split())


def _exists(name: str) -> bool:
    return _run("docker", "image", "inspect", name).returncode == 0


def _pull(name: str) -> bool:
    if os.environ.get("ENGINE_PULL", "1") == "0":
        return False
    try:
        return _run("docker", "pull", "--quiet", name, timeout=_PULL_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _stand_in(name: str) -> bool:
    if any(part in name for part in _OF_THE_ENGINE) and _ENGINE.exists():
        return _run(str(_ENGINE), "images", name, seen=True).returncode == 0
    folder = next((folder for part, folder in _OURS.items() if part in name), None)
    return folder is not None and build(folder, name)


def build(folder: str, tag: str) -> bool:
    """Build a stand-in of this project; its Dockerfile sees all of tests/."""
    base = ["--build-arg", f"PYTHON_IMAGE={_BASE}", "--label", f"{_OURS_LABEL}=1", "--tag", tag]
    file = _STANDINS / folder / "Dockerfile"
    return (
        _run("docker", "build", "--quiet", *base, "--file", str(file), str(ROOT / "tests"), seen=True).returncode == 0
    )


def _run(*command: str, timeout: float | None = None, seen: bool = False) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=None if seen else subprocess.PIPE,
        text=True, check=False, timeout=timeout, cwd=Path(ROOT),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
