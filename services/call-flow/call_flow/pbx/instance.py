"""One Asterisk with a folder and ports of its own, on 127.0.0.1 alone, gone when the block ends."""

import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

from call_flow.pbx import boot, complaints, folders, guard, infrastructure, ports, sounds, voicemail
from call_flow.pbx.infrastructure import HOST, Addresses
from call_flow.pbx.tree import Tree
from oberaconnect.problems import Unavailable

#: Makes the texts of the configuration for the ports that were chosen: file name to text.
Configure = Callable[[Addresses], Mapping[str, str]]

_FILE = re.compile(r"[a-z][a-z0-9_]*\.conf")
_GENERAL = re.compile(r"^\[general\].*$", re.MULTILINE)
#: Of a mailbox of voicemail.conf what stands before and after its address.
_ADDRESS = re.compile(r"^(\s*[\w*#-]+\s*=>[^,\n]*,[^,\n]*,)[^,\n]*", re.MULTILINE)
_BIND = re.compile(r"^\s*bind\s*=>?\s*(?!127\.0\.0\.1:)(.*)$", re.MULTILINE)
#: sockaddr_un holds 108 bytes with the one that ends it; a longer path would leave Asterisk without its console.
_MAX_SOCKET_PATH = 107
_PORT_TRIES = 3
_END_SECONDS = 10.0
_SOCKET_BYTES = 4 << 20


class Instance:
    """An Asterisk booted from the configuration texts that `configure` makes.

    Attributes, within the block:
        addresses: its ports.
        phones: the bound socket of the carrier and all phones, for the driver.
        secret: the password of the manager interface.
        prompts: the flow's own sounds, as they were given.
        folder: its folder, with `log/full`, `spool/` and `etc/`.
        load_complaints: every warning and error of the start.
        boot_seconds: how long the start took.
    """

    addresses: Addresses
    phones: socket.socket
    folder: Path
    load_complaints: list[str]
    boot_seconds: float

    def __init__(
        self,
        tree: Tree,
        configure: Configure,
        prompts: Mapping[str, bytes | None] | None = None,
        *,
        start_timeout_seconds: float = 30.0,
    ) -> None:
        """`prompts` are the flow's own sounds, see `sounds.lay`."""
        self._tree = tree
        self._configure = configure
        self.prompts = prompts or {}
        self._timeout_seconds = start_timeout_seconds
        self._open = ExitStack()
        self._is_abandoned = threading.Event()
        self.secret = secrets.token_hex(16)

    def __enter__(self) -> "Instance":
        """Boot it.

        Raises:
            Unavailable: when it does not start in time, or ends, the text has its last words; when the machine has no
                port or no space left for it; when it was abandoned meanwhile.
            ValueError: for a file or prompt that an instance does not take.
        """
        folders.sweep()
        try:
            self.phones = self._open.enter_context(_loopback())
            for left in reversed(range(_PORT_TRIES)):
                try:
                    self._boot()
                    break
                except boot.PortTaken:
                    if not left:
                        raise Unavailable("Asterisk found no free ports on this machine.") from None
        except OSError as error:
            self._open.close()
            raise Unavailable(f"Asterisk cannot be started on this machine: {error.strerror or error}.") from error
        except BaseException:
            self._open.close()
            raise
        return self

    def abandon(self) -> None:
        """Let a start that goes on in another thread end at once."""
        self._is_abandoned.set()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it and remove its folder."""
        self._open.close()

    def complaints(self) -> list[str]:
        """Every warning and error until now, those of calls included."""
        return complaints.read(_text(self.folder / "log/complaints"))

    def log(self) -> str:
        """Asterisk's full log until now."""
        return _text(self.folder / "log/full")

    def voicemail(self) -> list[voicemail.Message]:
        """The messages in all mailboxes."""
        return voicemail.messages(self.folder / "spool")

    def _boot(self) -> None:
        with ExitStack() as failing:
            self.addresses = ports.choose(self.phones.getsockname()[1])
            self.folder, held = folders.make()
            failing.callback(folders.remove, self.folder)
            failing.callback(os.close, held)
            if len(str(self.folder / "asterisk.ctl")) > _MAX_SOCKET_PATH:
                raise Unavailable("The folder for temporary files has too long a name for Asterisk. Shorten TMPDIR.")
            self._write()
            if self._is_abandoned.is_set():
                raise Unavailable("Nobody waits for this Asterisk any more.")
            begin = time.monotonic()
            process = self._start(held)
            failing.callback(_end, process)
            assert process.stdout is not None  # noqa: S101 - it was asked for
            self.load_complaints = boot.wait(
                self.folder, process.stdout, self._timeout_seconds, self._is_abandoned.is_set
            )
            self.boot_seconds = time.monotonic() - begin
            self._open.push(failing.pop_all())

    def _write(self) -> None:
        for name in ("etc", "lib", "log", "spool"):
            (self.folder / name).mkdir()
        fixed = infrastructure.fixed(self._tree, self.folder, self.addresses, self.secret)
        given = self._configure(self.addresses)
        for name, text in given.items():
            if name in fixed or not _FILE.fullmatch(name):
                raise ValueError(f"an instance does not take a file {name!r}")
            if name == "pjsip.conf" and (other := _BIND.search(text)):
                raise ValueError(f"an instance listens on {HOST} alone, not on {other[1]!r}")
        for name, text in {**infrastructure.defaults(), **given, **fixed}.items():
            if name == "voicemail.conf":
                text = _without_mail(text)  # noqa: PLW2901
            (self.folder / "etc" / name).write_text(text)
        sounds.lay(self._tree, self.folder / "data", self.prompts)

    def _start(self, held: int) -> "subprocess.Popen[bytes]":
        command = self._tree.command("-C", str(self.folder / "etc/asterisk.conf"), "-f")
        # Of this process's environment, which has secrets, nothing is passed on.
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": str(self.folder)}
        environment["TMPDIR"] = str(self.folder)
        return subprocess.Popen(
            [sys.executable, "-IS", guard.__file__, str(self.folder), *command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd="/", start_new_session=True,
            pass_fds=(held,),
        )  # fmt: skip


def _loopback() -> socket.socket:
    phones = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    phones.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BYTES)
    phones.bind((HOST, 0))
    phones.setblocking(False)
    return phones


def _without_mail(text: str) -> str:
    """A voicemail.conf by which nothing is mailed: Asterisk writes mails to /tmp, and hands them to a program."""
    return _ADDRESS.sub(r"\1", _GENERAL.sub(r"\g<0>\nmailcmd=true", text, count=1))


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both were asked for
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # Asterisk is killed with it; the folder is removed here
        process.wait()
    process.stdout.close()


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
