"""A session with an IMAP server: over TLS, to a checked address, for reading only.

The standard library's client waits for whatever a server sends; how much that is and how long it takes is bounded here.
"""

import imaplib
import io
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from data_processing.connectors.imap_mails import FIELDS, Answer, Mail, body, mails
from data_processing.connectors.imap_names import folder_name, quoted
from oberaconnect.problems import Problem, Unavailable, Unprocessable

_CONNECT_SECONDS = 20.0
_SILENCE_SECONDS = 60.0
_COMMAND_SECONDS = 300.0
_MAX_COMMAND_BYTES = 64 << 20
_MAX_LINE_BYTES = 16 << 20
#: Response codes (RFC 5530) and words of servers for what passes by itself.
_PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|THROTTLED)\]|too many|try again|temporar", re.IGNORECASE)


class Lost(Exception):
    """The server ended the session, went silent, or sent what is no IMAP."""


@dataclass(frozen=True)
class Account:
    """Whose mailbox, where. `token` is an access token for XOAUTH2, which then counts instead of the password."""

    host: str
    port: int
    tls: Literal["implicit", "starttls"]
    username: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


class Session:
    """A session that is logged in. For one thread at a time."""

    def __init__(self, account: Account, address: str) -> None:
        """Connects to the address and logs in.

        Raises:
            Problem: in words that say what to do.
        """
        self._folder = ""
        self._validity = 0
        with _reached():
            self._client = _Client(account, address)
        try:
            with _reached():
                self._client.secure()
                self._client.prove()
        except BaseException:
            self.close()
            raise

    def examine(self, folder: str) -> int:
        """Open a folder for reading. Returns its UIDVALIDITY: as long as it stays the same, so do the UIDs.

        Raises:
            Unprocessable: when there is no such folder.
            Lost: when the session has ended.
        """
        with _lost():
            if self._folder != folder:
                self._folder = ""
                self._client.renew()
                status, answer = self._client.select(folder_name(folder), readonly=True)
                if status != "OK":
                    if _PASSING.search(str(answer)):
                        raise Lost("the server refuses for a while")
                    raise Unprocessable(
                        f"There is no folder '{folder}' in this mailbox, or it may not be read. Check 'folders';"
                        " a folder in another one is written as the server does, such as 'INBOX/Customers' or"
                        " 'INBOX.Customers'."
                    )
                told = self._client.response("UIDVALIDITY")[1]
                self._validity = int(told[0]) if told and told[0] else 0
                self._folder = folder
        return self._validity

    def uids(self, since: str) -> list[int]:
        """The UIDs of the open folder in order, without mails that are marked as deleted.

        `since`: only of mails received on this day or later, as IMAP writes days (`1-Feb-2026`); empty: of all.
        """
        answer = self._uid("SEARCH", "UNDELETED", *(["SINCE", since] if since else []))
        found = b" ".join(part for part in answer if isinstance(part, bytes))
        return sorted({int(uid) for uid in found.split() if uid.isdigit()})

    def mails(self, uids: list[int]) -> list[Mail]:
        """What is told of these mails of the open folder; those that are gone are left out."""
        return [mail for mail in mails(self._uid("FETCH", _uid_set(uids), FIELDS)) if mail.uid in set(uids)]

    def part(self, uid: int, start: int, length: int) -> bytes | None:
        """A part of the bytes of a mail of the open folder, shorter at its end. None: it is gone. It stays unread."""
        return body(self._uid("FETCH", str(uid), f"(UID BODY.PEEK[]<{start}.{length}>)"), uid)

    def close(self) -> None:
        """Say good-bye, as far as the server still listens."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._client.logout()
        with suppress(OSError):
            self._client.shutdown()

    def _uid(self, command: str, *arguments: str) -> Answer:
        with _lost():
            self._client.renew()
            status, answer = self._client.uid(command, *arguments)
            if status != "OK":
                raise Lost(f"the server refuses {command}")
            return answer


def _uid_set(uids: list[int]) -> str:
    """UIDs in order as IMAP writes them: runs as `first:last`."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


class _Reader(socket.SocketIO):
    """What comes from a connection: so much and so long for each command. A time-out of its own is for each read."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection, "r")
        self.renew()

    def renew(self) -> None:
        self._left = _MAX_COMMAND_BYTES
        self._end = time.monotonic() + _COMMAND_SECONDS

    def readinto(self, buffer: "bytearray | memoryview") -> int | None:  # type: ignore[override]
        if self._left <= 0 or time.monotonic() > self._end:
            raise imaplib.IMAP4.abort("the answer does not end")
        read = super().readinto(buffer)
        self._left -= read or 0
        return read


class _Client(imaplib.IMAP4):
    """The standard library's client, connected to a checked address, with TLS before anything is said about whom."""

    def __init__(self, account: Account, address: str) -> None:
        self._account = account
        self._address = address
        self._context = ssl.create_default_context()
        super().__init__(account.host, account.port, _CONNECT_SECONDS)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Called by the client itself."""
        self.host, self.port = host, port
        self.sock = socket.create_connection((self._address, port), timeout)
        if self._account.tls == "implicit":
            self.sock = self._context.wrap_socket(self.sock, server_hostname=host)
        self._bound()

    def secure(self) -> None:
        """Begin TLS, if it has not begun yet."""
        if self._account.tls == "implicit":
            return
        if "STARTTLS" not in self.capabilities:
            raise Unprocessable("The mail server does not offer STARTTLS. Use 'implicit' TLS, usually on port 993.")
        status, _ = self.xatom("STARTTLS")
        if status != "OK":
            raise self.error("STARTTLS was refused")
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)
        self._bound()  # what was sent before TLS began is not read any more
        _, told = self.capability()
        self.capabilities = tuple(b" ".join(told).decode("ascii", "replace").upper().split())

    def _bound(self) -> None:
        self.sock.settimeout(_SILENCE_SECONDS)
        self._reader = _Reader(self.sock)
        self._buffer = self.file = io.BufferedReader(self._reader, 1 << 16)

    def renew(self) -> None:
        """The next command begins."""
        self._reader.renew()

    def read(self, size: int) -> bytes:
        """Called by the client itself."""
        if size > _MAX_LINE_BYTES:
            raise self.abort("a literal is too long")
        return self._buffer.read(size)

    def readline(self) -> bytes:
        """Called by the client itself."""
        return self._buffer.readline(_MAX_LINE_BYTES)

    def prove(self) -> None:
        """Log in. Raises `Problem` when the server refuses."""
        account = self._account
        if any(character in account.username + account.password + account.token for character in "\x00\r\n"):
            raise Unprocessable("The user name, password or token contains a line break. Set it anew.")
        try:
            if account.token:
                # https://developers.google.com/gmail/imap/xoauth2-protocol; a refusal is told in a second challenge.
                said = iter([f"user={account.username}\x01auth=Bearer {account.token}\x01\x01".encode()])
                self.authenticate("XOAUTH2", lambda _challenge: next(said, b""))
            elif "AUTH=PLAIN" in self.capabilities:
                words = f"\x00{account.username}\x00{account.password}".encode()
                self.authenticate("PLAIN", lambda _challenge: words)
            else:
                self.login(quoted(account.username), account.password)
        except self.abort:
            raise
        except self.error as error:
            raise _refusal(str(error), by_token=bool(account.token)) from error


def _refusal(words: str, *, by_token: bool) -> Problem:
    if _PASSING.search(words):
        return Unavailable("The mail server does not let anybody in right now. The next run tries again.")
    if by_token:
        return Unprocessable(
            "The mail server refuses the access token. Get a new one for this user that allows reading mail by IMAP,"
            " and set it in the source's secrets."
        )
    return Unprocessable(
        "The mail server refuses the user name or the password. Check the source's secrets; many providers want a"
        " password made for one app, and IMAP switched on in the settings of the mailbox."
    )


@contextmanager
def _reached() -> Iterator[None]:
    """What goes wrong before there is a session."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Unprocessable(
            "The certificate of the mail server is not valid for its name, or not from an authority that is known"
            f" here ({error.verify_message}). Give the name that the certificate is for."
        ) from error
    except ssl.SSLError as error:
        raise Unprocessable(
            "The mail server does not begin with TLS on this port. Set 'tls' to 'starttls' (usually port 143) or to"
            " 'implicit' (usually port 993)."
        ) from error
    except UnicodeError as error:
        raise Unprocessable("The mail server takes only ASCII in user names and passwords.") from error
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unavailable(
            "The mail server cannot be reached, or no IMAP server answers there. Check 'host' and 'port'; the next run"
            " tries again."
        ) from error


@contextmanager
def _lost() -> Iterator[None]:
    """What goes wrong within a session."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise Lost(type(error).__name__) from error
