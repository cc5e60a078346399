"""System packages: nginx, the language data for reading pictures, git, and what Debian's Python leaves out.

As root, or where sudo asks no password, they are installed. Everybody else gets Debian's packages unpacked below the
state folder and used from there; only git, without which all but git sources works, is not unpacked.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from host.obstacle import Obstacle
from host.place import Place

_NGINX_FLOOR = (1, 18)
_TESSDATA = ("usr/share/tesseract-ocr", "usr/share/tessdata", "usr/share/tesseract", "usr/local/share/tessdata")
_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def ensure(place: Place) -> list[str]:
    """Install or unpack what is missing.

    Returns:
        Sentences for the user, among them the warning when pictures cannot be read.
    Raises:
        Obstacle: when there is no nginx and none could be had.
    """
    wanted = {
        "nginx": nginx(place) is None,
        "tesseract-ocr-eng": tessdata(place) is None,
        "git": shutil.which("git") is None and _may_install(),
    }
    missing = [name for name, is_missing in wanted.items() if is_missing]
    if not missing:
        return []
    said = [get(place, missing)]
    if nginx(place) is None:
        raise Obstacle(f"nginx is missing, and {said[0]} {_what_to_type('nginx')}")
    if tessdata(place) is None:
        said.append(f"Warning: pictures and scans cannot be read. {_what_to_type('tesseract-ocr-eng')}")
    if shutil.which("git") is None:
        said.append(f"Warning: git sources cannot be read. {_what_to_type('git')}")
    return said


def nginx(place: Place) -> Path | None:
    """The nginx to use: the system's, else the unpacked one."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", str(place.system / "usr/sbin")])
    found = shutil.which("nginx", path=path)
    return Path(found) if found else None


def nginx_version(program: Path, environment: dict[str, str]) -> tuple[int, ...]:
    """The version of an nginx. Raises `Obstacle` when it does not run, or is too old."""
    answer = subprocess.run(
        [program, "-v"], capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", answer.stderr)
    if not found:
        raise Obstacle(f"{program} does not run: {answer.stderr.strip()} {_what_to_type('nginx')}")
    version = tuple(map(int, found.groups()))
    if version < _NGINX_FLOOR:
        raise Obstacle(f"{program} is version {found[0]}; 1.18 or newer is needed. {_what_to_type('nginx')}")
    return version


def libraries(place: Place) -> dict[str, str]:
    """The environment in which unpacked programs find the libraries unpacked with them."""
    folders = [path for path in (place.system / "usr/lib", place.system / "lib") if path.is_dir()]
    found = [str(child) for folder in folders for child in sorted(folder.glob("*-linux-*"))]
    return {"LD_LIBRARY_PATH": os.pathsep.join(found)} if found else {}


def environment(place: Place) -> dict[str, str]:
    """The environment in which programs find nginx and the language data, unpacked ones too."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(place.system / "usr/sbin")])
    folder = tessdata(place)
    return {"PATH": path, **libraries(place), **({"TESSDATA_PREFIX": str(folder)} if folder else {})}


def tessdata(place: Place) -> Path | None:
    """The folder with the English data of tesseract: the system's, else the unpacked one."""
    if given := os.environ.get("TESSDATA_PREFIX"):
        return Path(given)
    for base in (Path("/"), place.system):
        for folder in _TESSDATA:
            for candidate in (base / folder, *sorted((base / folder).glob("*/tessdata"), reverse=True)):
                if (candidate / "eng.traineddata").is_file():
                    return candidate
    return None


def get(place: Place, packages: Sequence[str]) -> str:
    """Install packages, or unpack them for this user. Returns a sentence about how it went; the caller looks again."""
    names = " and ".join(packages)
    if shutil.which("apt-get") is None:
        return "this system has no apt-get to install it with."
    if _may_install():
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        print(f"Installing {names} …", flush=True)
        with _without_starting(sudo):
            # The lists may be missing (images are delivered without) or name files that are gone by now.
            for refresh in (False, True):
                if refresh and (problem := _apt([*sudo, "apt-get", "update", "-q"])):
                    return f"apt-get update failed: {problem}"
                problem = _apt([*sudo, "apt-get", "install", "-q", "-y", "--no-install-recommends", *packages])
                if not problem:
                    return f"Installed {names}."
        return f"apt-get failed: {problem}"
    print(f"Unpacking {names} below {place.system} …", flush=True)
    if problem := _unpack(place.system, packages):
        return f"unpacking Debian's package failed: {problem}"
    return f"Unpacked {names} below {place.system}: this user may not install packages."


def _may_install() -> bool:
    if os.geteuid() == 0:
        return True
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


@contextmanager
def _without_starting(sudo: list[str]) -> Iterator[None]:
    """Debian starts a server as soon as it is installed; this one would take port 80 and is not wanted there."""
    policy = Path("/usr/sbin/policy-rc.d")
    is_ours = not policy.exists()
    if is_ours:
        write = [*sudo, "sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' > {policy} && chmod 755 {policy}"]
        subprocess.run(write, check=False)
    had_nginx = Path("/usr/sbin/nginx").exists()
    try:
        yield
    finally:
        if is_ours:
            subprocess.run([*sudo, "rm", "-f", policy], check=False)
        if not had_nginx and shutil.which("systemctl"):
            subprocess.run([*sudo, "systemctl", "disable", "nginx"], capture_output=True, check=False)


def _unpack(system: Path, packages: Sequence[str]) -> str:
    """apt with lists and a cache of its own finds the packages with what they need; dpkg only unpacks them."""
    state = system / "apt"
    archives = state / "archives"
    for folder in (state / "lists" / "partial", archives / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    options = [
        "-o", f"Dir::State={state}", "-o", f"Dir::State::lists={state}/lists", "-o", f"Dir::Cache={state}",
        "-o", "Dir::State::status=/var/lib/dpkg/status", "-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=1",
        "-o", "Dir::Log=/dev/null", "-o", "APT::Update::Post-Invoke=", "-o", "APT::Update::Post-Invoke-Success=",
    ]  # fmt: skip
    if problem := _apt(["apt-get", *options, "update", "-q"]):
        return problem
    plan = subprocess.run(
        ["apt-get", *options, "install", "-s", "--reinstall", "--no-install-recommends", *packages],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if plan.returncode:
        return _last_line(plan.stderr)
    names = sorted(set(re.findall(r"^Inst (\S+)", plan.stdout, re.MULTILINE)))
    if problem := _apt(["apt-get", *options, "download", *names], cwd=archives):
        return problem
    for archive in sorted(archives.glob("*.deb")):
        if problem := _apt(["dpkg", "-x", str(archive), str(system)]):
            return problem
    with suppress(OSError):
        shutil.rmtree(state)
    return ""


def _apt(command: list[str], cwd: Path | None = None) -> str:
    """Run a packaging command; returns the sentence with which it failed, or nothing."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **_QUIET}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return _last_line(done.stderr or done.stdout) if done.returncode else ""


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("E:")), lines[-1] if lines else "it said nothing")


def _what_to_type(package: str) -> str:
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"Type: {sudo}apt-get update && {sudo}apt-get install -y {package}"
