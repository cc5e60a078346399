"""The entry process of a service: migrate, then gunicorn and the service's worker; when either ends, both do.

It stays on the standard library: it lives as long as the service and should cost next to nothing. `python -m
oberaconnect.serve rag-engine`
"""

import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 35.0


def main(service: str) -> int:
    """Run `service` (its folder's name) until it is told to stop. Returns the exit status for the supervisor."""
    package = service.replace("-", "_")
    if importlib.util.find_spec(package) is None:
        print(f"There is no service '{service}'.", file=sys.stderr)  # noqa: T201
        return 64
    prepared = subprocess.run([sys.executable, "-m", "oberaconnect.prepare", package], check=False)
    if prepared.returncode:
        return prepared.returncode
    os.environ["SERVICE"] = service  # what gunicorn's configuration calls itself
    port = os.environ.get("PORT", "8080")
    bind = os.environ.get("BIND", "127.0.0.1")
    config = Path(__file__).resolve().parents[2] / "docker" / "gunicorn.conf.py"
    web = [sys.executable, "-m", "gunicorn", "-c", os.environ.get("GUNICORN_CONF", str(config))]
    doors = [port]
    if service == "agents" and (models := os.environ.get("MCP_GATEWAY_PORT")):
        doors.append(models)
    for door in doors:
        web += ["--bind", f"{bind}:{door}"]
    web += [f"{package}.app:from_environment()"]
    if importlib.util.find_spec(f"{package}.worker") is None:
        os.execv(sys.executable, web)  # nothing to keep together: gunicorn takes this process's place  # noqa: S606
    return _together([web, [sys.executable, "-m", f"{package}.worker"]])


def _together(commands: list[list[str]]) -> int:
    children = [
        subprocess.Popen(command, preexec_fn=_die_with_parent, process_group=0)  # noqa: PLW1509
        for command in commands
    ]

    asked = False

    def forward(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        for child in children:
            child.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGINT, forward)
    while all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
        # What a half that was killed left behind would keep the port, or go on with a job that is somebody else's.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    statuses = {abs(child.wait()) for child in children}
    if asked:
        # A half that was still starting has no handler yet, and just dies of the signal we passed on.
        return max(statuses - {signal.SIGTERM, signal.SIGINT}, default=0)
    # A half that ends by itself is a failure even when it says it is content: a supervisor must start us again.
    return max(statuses) or 1


def _die_with_parent() -> None:
    # A killed entry process must not leave a gunicorn that keeps the port, or a worker that nobody supervises.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
