"""Running nmap: no shell, no input, an environment of its own, and an end by the clock or by the amount of output."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

_PIECE = 65536
_MOST_ERROR_BYTES = 4096
#: PATH holds nothing that nmap could start, and no variable of the container reaches it.
_ENVIRONMENT = {"PATH": "/nonexistent", "HOME": "/nonexistent", "LANG": "C.UTF-8"}

Cut = Literal["", "time", "size"]


@dataclass(frozen=True)
class Outcome:
    """How it ended. `status` is nmap's own, or minus the signal that ended it; `cut` says why it was ended early."""

    status: int
    output: bytes
    error: str
    seconds: float
    cut: Cut


def run(command: Sequence[str], *, seconds: float, most_bytes: int, on_output: Callable[[bytes], object]) -> Outcome:
    """Run until it ends or must end. `on_output` sees every piece of output as it comes.

    Raises:
        OSError: when the program cannot be started.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,  # so that its end reaches whatever it started
    )
    with process:
        try:
            output, error, cut = _read(process, started + seconds, most_bytes, on_output)
            if not cut:
                try:
                    process.wait(timeout=max(0.0, started + seconds - time.monotonic()) + 1)
                except subprocess.TimeoutExpired:
                    cut = "time"
        finally:
            if process.poll() is None:  # not yet reaped, so its number cannot belong to another
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
    return Outcome(status, output, error.decode(errors="replace"), time.monotonic() - started, cut)


def _read(
    process: "subprocess.Popen[bytes]", deadline: float, most_bytes: int, on_output: Callable[[bytes], object]
) -> tuple[bytes, bytes, Cut]:
    assert process.stdout
    assert process.stderr
    output, error = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for pipe in (process.stdout, process.stderr):
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                return bytes(output), bytes(error), "time"
            for key, _ in ready:
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    error += piece[: _MOST_ERROR_BYTES - len(error)]
                elif len(output) + len(piece) > most_bytes:
                    return bytes(output), bytes(error), "size"
                else:
                    output += piece
                    on_output(piece)
    return bytes(output), bytes(error), ""
