"""Between the process manager and a program: end what an earlier one left behind, then become the program.

`python -m embedded.launch RUN_FOLDER NAME`
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

from embedded.programs import POSTGRES, Program, saved
from host import processes

_PR_SET_PDEATHSIG = 1
#: How long what was left behind may take to end by itself before it is killed.
_PATIENCE_SECONDS = 10.0
#: What our processes are called: a shell that somebody opened in such a folder is not one of them.
_NAMES = ("python", "gunicorn", "nginx", "postgres")


def members(program: Program) -> list[processes.Process]:
    """The processes of a program, whoever their parents are: they work in the folder that is this program's alone."""
    return [
        process
        for process in processes.everybody()
        if process.name.startswith(_NAMES) and processes.works_in(process, Path(program.folder))
    ]


def digest(run: Path, name: str) -> str:
    """The digest of the program as it was last started; empty when it never was."""
    try:
        return (run / f"{name}.digest").read_text()
    except FileNotFoundError:
        return ""


def end_leftovers(program: Program) -> bool:
    """End what an earlier start left: nginx's workers outlive their master and keep its port. Returns whether any."""
    left = [process.pid for process in members(program) if process.pid != os.getpid()]
    processes.end(left, signal.Signals[f"SIG{program.stop_signal}"], patience_seconds=_PATIENCE_SECONDS)
    return bool(left)


def main(run: Path, name: str) -> None:
    """Become the program `name`; does not return."""
    program = saved(run)[name]
    end_leftovers(program)
    if name == POSTGRES:
        _forget_dead_server(Path(program.folder))
    (run / f"{name}.digest").write_text(program.digest)
    os.umask(0o077)
    os.chdir(program.folder)  # by which `members` knows it
    if program.uid is not None and program.gid is not None:
        os.setgroups([])
        os.setgid(program.gid)
        os.setuid(program.uid)
    # After the change of user, which forgets it: without its process manager nobody could restart or stop it.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.Signals[f"SIG{program.stop_signal}"])
    os.execve(program.command[0], program.command, _inherited() | program.environment)


def _forget_dead_server(cluster: Path) -> None:
    """Remove the lock of a server that is gone: after a reboot its number may be another process's."""
    lock = cluster / "postmaster.pid"
    try:
        pid = int(lock.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    process = processes.look(pid)
    if process is None or process.name != POSTGRES:
        lock.unlink()


def _inherited() -> dict[str, str]:
    """This process's environment without what would speak to a Python that is not ours."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
