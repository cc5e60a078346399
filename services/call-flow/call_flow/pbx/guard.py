"""The parent of an Asterisk: ends it and removes its folder when its own standard input closes, whoever closed it.

Run as a program of its own, `guard.py FOLDER PROGRAM ARGUMENT…`, without the packages of this project. The pipe closes
with the process that holds its other end, so a service that is killed leaves nothing behind. (That the kernel tells a
child of its parent's death is not enough: the parent meant is a thread, and the folder would stay.)
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def main(folder: str, command: list[str]) -> None:
    """Run the command until the input ends. That the command ended by itself is told by closing the output."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with open(os.path.join(folder, "console"), "wb") as console:
        child = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=console, stderr=console, process_group=0,
            preexec_fn=_prepare,  # noqa: PLW1509 - this process has no threads
        )  # fmt: skip
    try:
        waiting = select.poll()
        ended = os.pidfd_open(child.pid)
        waiting.register(ended, select.POLLIN)
        waiting.register(0, select.POLLIN | select.POLLHUP)
        if any(number == ended for number, _ in waiting.poll()):
            os.close(1)
            os.read(0, 1)
    finally:
        # The group: what Asterisk started (a mail program, say) ends with it.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
