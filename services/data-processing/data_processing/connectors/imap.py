"""Mails of a mailbox, read by IMAP without leaving a trace in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import IO, Annotated, Literal, TypeVar
from urllib.parse import quote

from pydantic import AfterValidator, Field

from data_processing.connectors.contract import Connector, Context, Cursor, Fetched, Item, Page, Unfetchable, Wanted
from data_processing.connectors.gate import checked_address
from data_processing.connectors.imap_mails import Mail
from data_processing.connectors.imap_names import folder_name
from data_processing.connectors.imap_session import Account, Lost, Session
from data_processing.connectors.keys import key_of
from oberaconnect.endpoint import Model
from oberaconnect.problems import Unavailable, Unprocessable

PAGE_MAILS = 500
#: Providers allow few sessions for each mailbox, and people's mail programs have some.
MAX_SESSIONS = 3
_PIECE_BYTES = 1 << 20
_PORTS = (143, 993)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Result = TypeVar("Result")


def _host(value: str) -> str:
    if not re.fullmatch(r"[^\s/@?#\\\x00-\x20]+", value):
        raise ValueError("must be the name of a mail server, such as imap.example.com")
    return value.rstrip(".").lower().encode("ascii" if ":" in value else "idna").decode()


def _folder(value: str) -> str:
    folder_name(value)
    return value


class ImapConfig(Model):
    """`since_days`: only mails received so many days ago or less; older ones leave the index when they pass that.

    `max_messages`: only so many of each folder, the newest ones.
    """

    host: Annotated[str, AfterValidator(_host), Field(max_length=253)]
    port: int = Field(default=993, ge=1, le=65_535)
    tls: Literal["implicit", "starttls"] = "implicit"
    folders: list[Annotated[str, AfterValidator(_folder), Field(max_length=250)]] = Field(
        default=["INBOX"], min_length=1, max_length=100
    )
    since_days: int | None = Field(default=None, ge=1, le=36_500)
    max_messages: int = Field(default=50_000, ge=1, le=1_000_000)


@dataclass(frozen=True)
class _Place:
    """A mail of a folder: its UID, which holds as long as the UIDVALIDITY."""

    folder: str
    validity: int | None = None
    after: int = 0


class ImapConnector(Connector[ImapConfig]):
    """The mails of some folders, listed in full each time: what was deleted or moved elsewhere is not listed again."""

    kind = "imap"
    Config = ImapConfig
    secret_names = frozenset({"username", "password", "access_token"})
    is_personal = True

    def __init__(self, config: ImapConfig, secrets: Mapping[str, str], context: Context) -> None:
        """No session is opened yet."""
        super().__init__(config, secrets, context)
        self._idle: LifoQueue[Session] = LifoQueue()
        self._places = BoundedSemaphore(MAX_SESSIONS)
        self._uids: dict[tuple[str, int], list[int]] = {}
        self._listed: dict[str, tuple[str, int]] = {}

    def changes(self, cursor: Cursor | None) -> Page:
        """The next mails of the folder that the cursor names, then those of the next folder."""
        folders = list(dict.fromkeys(self.config.folders))
        here = _Place(folders[0])
        if cursor and cursor.get("folder") in folders:
            here = _Place(cursor["folder"], cursor["validity"], cursor["after"])
        lost = Unavailable("The mail server broke off while it was listed. The next run tries again.")
        mails, here, is_more = self._in_session(lambda session: self._page(session, here), lost)
        items = [item for mail in mails if (item := self._item(mail, here)) is not None]
        if not is_more:
            later = folders[folders.index(here.folder) + 1 :]
            if not later:
                return Page(items, {}, more=False, complete=("",))
            here = _Place(later[0])
        next_one = {"folder": here.folder, "validity": here.validity, "after": here.after}
        return Page(items, next_one, more=True, complete=("",))

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Write a mail as it was received; it stays unread if it was."""
        # A session was opened for it, so the server is there: it is this mail that it cannot give.
        lost = Unfetchable("The mail server broke off while it sent this mail. The next run tries again.")
        self._in_session(lambda session: self._transfer(session, item, into), lost)
        return Fetched()

    def check(self) -> Sequence[str]:
        """Log in and look into each folder."""
        lost = Unavailable("The mail server broke off. Try again later.")
        return self._in_session(
            lambda session: [
                f"The folder '{folder}' can be read; {len(self._wanted(session, folder))} of its mails are wanted."
                for folder in dict.fromkeys(self.config.folders)
            ],
            lost,
        )

    def close(self) -> None:
        """End the sessions."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _in_session(self, work: Callable[[Session], Result], lost: Exception) -> Result:
        """Do something in a session. One that has ended meanwhile is replaced; if the new one ends, too: `lost`."""
        with self._places:
            try:
                session = self._idle.get_nowait()
            except Empty:
                session = self._opened()
            else:
                try:
                    return self._with(session, work)
                except Lost:
                    session = self._opened()
            try:
                return self._with(session, work)
            except Lost as error:
                raise lost from error

    def _with(self, session: Session, work: Callable[[Session], Result]) -> Result:
        is_lost = False
        try:
            return work(session)
        except Lost:
            is_lost = True
            raise
        finally:
            if is_lost:
                session.close()
            else:
                self._idle.put(session)

    def _opened(self) -> Session:
        config, allowed = self.config, self.context.settings.allowed_hosts
        username = self.secrets.get("username", "")
        password, token = self.secrets.get("password", ""), self.secrets.get("access_token", "")
        if not username or not (password or token):
            raise Unprocessable("Set 'username' and 'password', or 'username' and 'access_token', in 'secrets'.")
        if config.port not in _PORTS and config.host not in allowed:
            raise Unprocessable("Only the ports 993 and 143 are used for mail servers on the internet.")
        address = checked_address(config.host, config.port, allowed)
        return Session(Account(config.host, config.port, config.tls, username, password, token), address)

    def _page(self, session: Session, here: _Place) -> tuple[list[Mail], _Place, bool]:
        """The mails behind a place, the place behind them, and whether there are more in this folder."""
        self.context.pause(0)
        validity = session.examine(here.folder)
        # Had the server numbered them anew meanwhile, the old number would say nothing.
        after = here.after if here.validity == validity else 0
        if (here.folder, validity) not in self._uids:
            self._uids[here.folder, validity] = self._wanted(session, here.folder)
        uids = [uid for uid in self._uids[here.folder, validity] if uid > after]
        now = uids[:PAGE_MAILS]
        mails = session.mails(now) if now else []
        return mails, _Place(here.folder, validity, now[-1] if now else after), len(uids) > len(now)

    def _wanted(self, session: Session, folder: str) -> list[int]:
        session.examine(folder)
        since = ""
        if self.config.since_days is not None:
            day = datetime.now(UTC) - timedelta(days=self.config.since_days)
            since = f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        return session.uids(since)[-self.config.max_messages :]

    def _item(self, mail: Mail, here: _Place) -> Item | None:
        mailbox = f"imap://{quote(self.secrets['username'])}@{self.config.host}"
        # What a mail says of itself stays the same when it is moved, or when the server numbers all mails anew. Only
        # together it tells mails apart: a sender may give a mail the Message-ID of another one.
        own = f"{mailbox}/{mail.message_id}#{mail.digest}"
        numbered = f"{mailbox}/{quote(here.folder)};UIDVALIDITY={here.validity}/;UID={mail.uid}"
        key = key_of(own if mail.message_id else numbered)
        if self._listed.setdefault(key, (here.folder, mail.uid)) != (here.folder, mail.uid):
            return None  # the same mail in two folders, or twice in one
        return Item(
            key=key,
            name=mail.name,
            tag=mail.digest,
            path=f"{here.folder}/{mail.name}",
            title=mail.subject,
            size=mail.size,
            metadata={"author": mail.sender, "modified": mail.received, "folder": here.folder},
            reference={"folder": here.folder, "validity": here.validity, "uid": mail.uid},
        )

    def _transfer(self, session: Session, item: Wanted, into: IO[bytes]) -> None:
        into.seek(0)
        into.truncate()
        if session.examine(item.reference["folder"]) != item.reference["validity"]:
            raise Unfetchable("The mail server has numbered its mails anew. The next run finds it again.")
        while True:
            self.context.pause(0)
            piece = session.part(item.reference["uid"], into.tell(), _PIECE_BYTES)
            if piece is None:
                raise Unfetchable("It was deleted or moved meanwhile.")
            into.write(piece)
            if into.tell() > self.context.max_bytes:
                raise Unfetchable(f"It is larger than {self.context.max_bytes // 2**20} MB.")
            if len(piece) < _PIECE_BYTES:
                return
