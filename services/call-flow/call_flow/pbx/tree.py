"""Find a usable Asterisk: a folder in which its program, its loader, its modules and its sounds are."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from call_flow.pbx.modules import MODULES
from oberaconnect.problems import Unavailable

_HOW = "Fetch Asterisk with 'make asterisk', or name its folder in ASTERISK_DIR."
_OLDEST = 20
#: Asterisk reads time zones from here, wherever it is itself. Without them every zone would silently be UTC.
_ZONES = Path("/usr/share/zoneinfo")
_PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Tree:
    """An Asterisk that runs on this machine."""

    folder: Path
    loader: Path
    modules: Path
    sounds: Path
    music: Path
    documentation: Path
    version: str

    def command(self, *arguments: str) -> list[str]:
        """The command that runs it. Its own loader and libraries are used: those of this machine may be older."""
        return [*_start(self.folder, self.loader), *arguments]


def find(folder: Path | None) -> Tree:
    """The Asterisk in a folder.

    Raises:
        Unavailable: when there is none, or it lacks something; the text says how to get one.
    """
    if folder is None:
        raise Unavailable(f"Calls need Asterisk, and this service has none. {_HOW}")
    folder = folder.absolute()
    if not (folder / "usr/sbin/asterisk").is_file():
        raise Unavailable(f"There is no Asterisk in {folder}. {_HOW}")
    loader = _one(folder, "usr/lib/*/ld-linux*.so.*", "usr/lib/*/ld64.so.*", what="loader")
    modules = _one(folder, "usr/lib/*/asterisk/modules", what="folder of modules")
    missing = [name for name in MODULES if not (modules / f"{name}.so").is_file()]
    if missing:
        raise Unavailable(f"The Asterisk in {folder} lacks {_few(missing)}. {_HOW}")
    share = folder / "usr/share/asterisk"
    sounds = _one(folder, "usr/share/asterisk/sounds/en_US_f_Allison", "usr/share/asterisk/sounds/en", what="prompts")
    if not any(sounds.glob("vm-intro.*")):
        raise Unavailable(f"The prompts in {sounds} are not complete. {_HOW}")
    for needed in (share / "documentation/core-en_US.xml", share / "moh", _ZONES / "UTC"):
        if not needed.exists():
            raise Unavailable(f"The Asterisk in {folder} cannot be used: {needed} is missing. {_HOW}")
    version = _version(folder, loader)
    return Tree(folder, loader, modules, sounds, share / "moh", share / "documentation", version)


def _one(folder: Path, *patterns: str, what: str) -> Path:
    for pattern in patterns:
        for found in sorted(folder.glob(pattern)):
            return found
    raise Unavailable(f"The Asterisk in {folder} has no {what}. {_HOW}")


def _few(names: list[str]) -> str:
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" and {rest} more" if rest > 0 else "")


def _start(folder: Path, loader: Path) -> list[str]:
    return [str(loader), "--library-path", str(loader.parent), str(folder / "usr/sbin/asterisk")]


def _version(folder: Path, loader: Path) -> str:
    try:
        said = subprocess.run(
            [*_start(folder, loader), "-V"], capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"The Asterisk in {folder} does not run on this machine. {_HOW}") from error
    version = said.stdout.strip().removeprefix("Asterisk ")
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < _OLDEST:
        raise Unavailable(f"The Asterisk in {folder} is of version {version or 'unknown'}; {_OLDEST} is needed. {_HOW}")
    return version
