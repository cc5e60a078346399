"""Ports of this machine: which are free, and who holds the others."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from host import processes

_LISTENING = "0A"


def is_free(address: str, port: int) -> bool:
    """Whether a server could listen there now. An address that is not this machine's counts as free: nginx says so."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.strip("[]"), port))
            probe.listen(1)
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True


def holders(port: int) -> set[int]:
    """The processes that listen on a port, as far as this user may see them."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    return {pid for pid in processes.all_pids() if inodes.intersection(_open_files(pid))} if inodes else set()


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        try:
            lines = Path("/proc/net", table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _open_files(pid: int) -> Iterator[str]:
    folder = f"/proc/{pid}/fd"
    with suppress(OSError):  # the process ended, or is another user's
        for name in os.listdir(folder):
            with suppress(OSError):  # this file was closed meanwhile
                yield os.readlink(f"{folder}/{name}")
