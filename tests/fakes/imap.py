"""A mail server that speaks IMAP4rev1 (RFC 3501) over TLS, as far as reading needs it.

It is strict: it knows only the commands it was written for, and answers BAD to everything else.
"""

import re
import socketserver
import ssl
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self


@dataclass
class Stored:
    """A mail of a folder."""

    content: bytes
    received: datetime
    flags: set[str] = field(default_factory=set)


@dataclass
class Folder:
    """A folder: its mails by UID."""

    validity: int = 1
    mails: dict[int, Stored] = field(default_factory=dict)

    def put(self, content: bytes, *, received: datetime | None = None, uid: int = 0) -> int:
        """Store a mail. Returns its UID."""
        uid = uid or max(self.mails, default=0) + 1
        self.mails[uid] = Stored(content, received or datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
        return uid

    def renumber(self) -> None:
        """Give all mails other UIDs, as a server does whose index was lost."""
        self.validity += 1
        self.mails = {uid + 1000: mail for uid, mail in self.mails.items()}


@dataclass
class Mailbox:
    """The mailbox of Alice. Folders are named as on the wire.

    `slipped_in` is sent in the open right behind the answer to STARTTLS, as somebody between the two could do it.
    `intercept` sees every command first: what it returns is sent instead of an answer; None as bytes ends the session.
    """

    folders: dict[bytes, Folder] = field(default_factory=lambda: {b"INBOX": Folder()})
    username: str = "alice@example.com"
    password: str = 'pass "word" ü'
    token: str = "token-of-alice"
    capabilities: str = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2"
    tls: str = "implicit"
    greeting: bytes = b"* OK ready\r\n"
    slipped_in: bytes = b""
    intercept: Callable[[bytes], bytes | None] = lambda _command: b""
    commands: list[bytes] = field(default_factory=list)
    sessions: int = 0

    @property
    def inbox(self) -> Folder:
        """The folder that every mailbox has."""
        return self.folders[b"INBOX"]


class MailServer:
    """Serves a mailbox on a free loopback port."""

    def __init__(self, mailbox: Mailbox, file: Path) -> None:
        """`file` holds the certificate and its key."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(file)
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.mailbox, self._server.context = mailbox, self.context
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    mailbox: Mailbox
    context: ssl.SSLContext

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is part of the tests."""


class _Session(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.mailbox = self.server.mailbox
        self.folder: Folder | None = None
        self.is_proven = False
        self.is_secure = self.mailbox.tls == "implicit"
        if self.is_secure:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.lines = self.request.makefile("rb")
        self.mailbox.sessions += 1
        try:
            self.send(self.mailbox.greeting)
            while (line := self.lines.readline()) and self.answer(line.rstrip(b"\r\n")):
                pass
        finally:
            self.lines.close()
            self.request.close()

    def send(self, data: bytes) -> None:
        self.request.sendall(data)

    def answer(self, line: bytes) -> bool:
        tag, _, command = line.partition(b" ")
        self.mailbox.commands.append(command)
        instead = self.mailbox.intercept(command)
        if instead is None:
            return False
        if instead:
            self.send(instead.replace(b"TAG", tag))
            return True
        word = command.split(b" ")[0].decode().lower()
        name = command.split(b" ")[1].decode().lower() if word == "uid" else ""
        run = getattr(self, f"do_{word}{'_' if name else ''}{name}", None)
        if run is None or (not self.is_secure and word not in ("capability", "starttls", "logout")):
            self.send(tag + b" BAD no\r\n")
            return True
        self.send(tag + b" " + run(command, tag) + b"\r\n" + (self.mailbox.slipped_in if word == "starttls" else b""))
        if word == "starttls":
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
            self.lines.close()
            self.lines, self.is_secure = self.request.makefile("rb"), True
        return word != "logout"

    def do_capability(self, _command: bytes, _tag: bytes) -> bytes:
        self.send(f"* CAPABILITY {self.mailbox.capabilities}\r\n".encode())
        return b"OK done"

    def do_starttls(self, _command: bytes, _tag: bytes) -> bytes:
        return b"OK begin"

    def do_logout(self, _command: bytes, _tag: bytes) -> bytes:
        self.send(b"* BYE\r\n")
        return b"OK done"

    def do_login(self, command: bytes, _tag: bytes) -> bytes:
        given = [text.replace('\\"', '"') for text in re.findall(r'"((?:[^"\\]|\\.)*)"', command.decode())]
        return self.proven(given == [self.mailbox.username, self.mailbox.password])

    def do_authenticate(self, command: bytes, _tag: bytes) -> bytes:
        self.send(b"+ \r\n")
        given = b64decode(self.lines.readline()).decode()
        box = self.mailbox
        if command.endswith(b"PLAIN"):
            return self.proven(given == f"\0{box.username}\0{box.password}")
        if given == f"user={box.username}\x01auth=Bearer {box.token}\x01\x01":
            return self.proven(True)
        self.send(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n")
        assert self.lines.readline() == b"\r\n"
        return self.proven(False)

    def proven(self, is_right: bool) -> bytes:
        self.is_proven = is_right
        return b"OK in" if is_right else b"NO [AUTHENTICATIONFAILED] wrong"

    def do_examine(self, command: bytes, _tag: bytes) -> bytes:
        if not self.is_proven:
            return b"BAD who"
        self.folder = self.mailbox.folders.get(command.split(b" ", 1)[1].strip(b'"'))
        if self.folder is None:
            return b"NO [NONEXISTENT] no such mailbox"
        self.send(f"* {len(self.folder.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.folder.validity}] ok\r\n".encode())
        return b"OK [READ-ONLY] done"

    def do_uid_search(self, command: bytes, _tag: bytes) -> bytes:
        assert self.folder is not None
        found = dict(self.folder.mails)
        words = command.decode().split(" ")[2:]
        if "UNDELETED" in words:
            found = {uid: mail for uid, mail in found.items() if "\\Deleted" not in mail.flags}
        if "SINCE" in words:
            day = datetime.strptime(words[words.index("SINCE") + 1], "%d-%b-%Y").replace(tzinfo=UTC)
            found = {uid: mail for uid, mail in found.items() if mail.received >= day}
        self.send(b" ".join([b"* SEARCH", *(b"%d" % uid for uid in found)]) + b"\r\n")
        return b"OK done"

    def do_uid_fetch(self, command: bytes, _tag: bytes) -> bytes:
        assert self.folder is not None
        wanted = command.split(b" ")[2].decode()
        spans = [[int(end) for end in span.split(":")] for span in wanted.split(",")]
        for number, (uid, mail) in enumerate(sorted(self.folder.mails.items()), 1):
            if any(span[0] <= uid <= span[-1] for span in spans):
                self.send(b"* %d FETCH (%s)\r\n" % (number, self.told(command, uid, mail)))
        return b"OK done"

    def told(self, command: bytes, uid: int, mail: Stored) -> bytes:
        if part := re.search(rb"BODY\.PEEK\[\]<(\d+)\.(\d+)>", command):
            start = int(part[1])
            piece = mail.content[start : start + int(part[2])]
            # The UID behind the literal, as some servers do.
            return b"BODY[]<%d> {%d}\r\n%s UID %d" % (start, len(piece), piece, uid)
        if b"BODY.PEEK[HEADER.FIELDS" not in command:
            mail.flags.add("\\Seen")
            return b"UID %d" % uid
        message = BytesHeaderParser().parsebytes(mail.content)
        wanted = ("message-id", "date", "from", "subject")
        lines = [f"{name}: {value}\r\n" for name, value in message.raw_items() if name.lower() in wanted]
        header = "".join(lines).encode("ascii", "surrogateescape") + b"\r\n"
        received = mail.received.strftime("%d-%b-%Y %H:%M:%S %z")
        facts = f'UID {uid} RFC822.SIZE {len(mail.content)} INTERNALDATE "{received}"'.encode()
        return facts + b" BODY[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)] {%d}\r\n%s" % (len(header), header)
