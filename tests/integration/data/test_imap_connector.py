"""Mailboxes behind real IMAP over TLS: what is listed, what comes, and what is said when it does not."""

import io
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.certificate import certificate
from tests.fakes.imap import Folder, Mailbox, MailServer

from data_processing.connectors.contract import Context, Item, Page, Unfetchable, Wanted
from data_processing.connectors.imap import MAX_SESSIONS, ImapConnector
from oberaconnect.problems import Problem, Unavailable, Unprocessable
from oberaconnect.settings import Settings

Connect = Callable[..., ImapConnector]


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox, signed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(signed))
    with MailServer(mailbox, signed) as server:
        yield server


@pytest.fixture
def connect(server: MailServer, mailbox: Mailbox, tmp_path: Path) -> Iterator[Connect]:
    opened: list[ImapConnector] = []

    def connect(*, login: dict[str, str] | None = None, allowed: str = "127.0.0.1", **config: Any) -> ImapConnector:
        settings = Settings(
            secret_key=secrets.token_hex(32),
            database_url="postgresql://nobody@127.0.0.1/none",
            data_dir=tmp_path,
            ingest_allowed_hosts=allowed,
            max_upload_mb=3,
        )
        if login is None:
            login = {"username": mailbox.username, "password": mailbox.password}
        found = ImapConnector.Config.model_validate({"host": "127.0.0.1", "port": server.port} | config)
        opened.append(ImapConnector(found, login, Context(settings, "contoso", lambda _seconds: None)))
        return opened[-1]

    yield connect
    for connector in opened:
        connector.close()


def mail(subject: str = "Hello", *, message_id: str = "", text: str = "Text") -> bytes:
    named = f"Message-ID: <{message_id}>\r\n" if message_id else ""
    return f"{named}From: Bob <bob@example.com>\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


def everything(connector: ImapConnector, cursor: Any = None) -> list[Item]:
    """All items of a listing, whose cursor is stored between its pages."""
    items: list[Item] = []
    while True:
        page = connector.changes(cursor)
        assert page.complete == ("",)
        items += page.items
        cursor = json.loads(json.dumps(page.cursor))
        if not page.more:
            assert cursor == {}
            return items


def fetched(connector: ImapConnector, item: Item) -> bytes:
    into = io.BytesIO()
    reference = json.loads(json.dumps(item.reference))
    connector.fetch(Wanted(item.key, item.name, item.url, item.size, item.tag, reference), into)
    return into.getvalue()


def test_alice_gets_the_mails_of_her_inbox(mailbox: Mailbox, connect: Connect) -> None:
    content = mail("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", message_id="1@example.com")
    mailbox.inbox.put(content)
    connector = connect()
    (item,) = everything(connector)
    assert (item.name, item.title, item.path, item.size) == ("Grüße.eml", "Grüße", "INBOX/Grüße.eml", len(content))
    assert item.metadata == {
        "author": "Bob <bob@example.com>", "modified": "2026-01-02T03:04:05+00:00", "folder": "INBOX",
    }  # fmt: skip
    assert fetched(connector, item) == content


def test_reading_leaves_no_trace(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail())
    connector = connect()
    fetched(connector, everything(connector)[0])
    assert mailbox.inbox.mails[1].flags == set()
    assert {command.split(b" ")[0] for command in mailbox.commands} <= {
        b"CAPABILITY", b"AUTHENTICATE", b"EXAMINE", b"UID", b"LOGOUT",
    }  # fmt: skip


def test_a_large_mail_comes_in_pieces(mailbox: Mailbox, connect: Connect) -> None:
    for size in (2 << 20, (2 << 20) + 1):
        mailbox.inbox.put(mail().ljust(size, b"x"))
    connector = connect()
    for item, stored in zip(everything(connector), mailbox.inbox.mails.values(), strict=True):
        assert fetched(connector, item) == stored.content


def test_a_mail_over_the_limit_is_refused(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(b"x" * (5 << 20))
    connector = connect()
    with pytest.raises(Unfetchable, match="larger than 3 MB"):
        fetched(connector, everything(connector)[0])


def test_folders_with_odd_names_are_listed_one_after_the_other(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.folders[b"Entw&APw-rfe"] = Folder()
    mailbox.folders[b"Entw&APw-rfe"].put(mail("Draft", message_id="2@example.com"))
    mailbox.inbox.put(mail("First", message_id="1@example.com"))
    items = everything(connect(folders=["INBOX", "Entwürfe", "INBOX"]))
    assert [item.path for item in items] == ["INBOX/First.eml", "Entwürfe/Draft.eml"]


def test_a_long_listing_goes_on_after_a_kill_behind_the_last_mail(mailbox: Mailbox, connect: Connect) -> None:
    for number in range(1200):
        mailbox.inbox.put(mail(f"Mail {number}", message_id=f"{number}@example.com"), uid=3 * number + 1)
    page: Page = connect().changes(None)
    assert (len(page.items), page.more) == (500, True)
    del mailbox.inbox.mails[1]
    rest = everything(connect(), json.loads(json.dumps(page.cursor)))
    assert [item.title for item in rest] == [f"Mail {number}" for number in range(500, 1200)]


def test_deleted_mails_are_not_listed(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail("Kept"))
    mailbox.inbox.mails[mailbox.inbox.put(mail("Deleted"))].flags.add("\\Deleted")
    assert [item.title for item in everything(connect())] == ["Kept"]


def test_only_recent_and_only_so_many_mails_are_wanted(mailbox: Mailbox, connect: Connect) -> None:
    for days in (400, 20, 10, 0):
        mailbox.inbox.put(mail(f"{days} days"), received=datetime.now(UTC) - timedelta(days=days))
    assert [item.title for item in everything(connect(since_days=30))] == ["20 days", "10 days", "0 days"]
    assert [item.title for item in everything(connect(max_messages=2))] == ["10 days", "0 days"]


def test_an_empty_mailbox_is_listed_in_full(connect: Connect) -> None:
    assert everything(connect()) == []


def test_mails_that_the_server_numbers_anew_keep_their_keys(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail("A", message_id="1@example.com"))
    mailbox.inbox.put(mail("B"))
    before = everything(connect())
    mailbox.inbox.renumber()
    after = everything(connect())
    assert (after[0].key, after[0].tag) == (before[0].key, before[0].tag)
    assert after[1].key != before[1].key  # nothing tells it from another mail
    with pytest.raises(Unfetchable, match="numbered its mails anew"):
        fetched(connect(), before[0])
    assert fetched(connect(), after[0]) == mail("A", message_id="1@example.com")


def test_a_listing_begins_a_folder_again_that_was_numbered_anew_meanwhile(mailbox: Mailbox, connect: Connect) -> None:
    for number in range(600):
        mailbox.inbox.put(mail(f"{number}", message_id=f"{number}@example.com"), uid=2000 + number)
    page = connect().changes(None)
    mailbox.inbox.validity = 2
    mailbox.inbox.mails = {uid - 2000 + 1: stored for uid, stored in mailbox.inbox.mails.items()}
    assert len(everything(connect(), page.cursor)) == 600


def test_a_mail_that_moves_to_another_folder_keeps_its_key(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.folders[b"Archive"] = Folder()
    mailbox.inbox.put(mail("A", message_id="1@example.com"))
    (before,) = everything(connect(folders=["INBOX", "Archive"]))
    mailbox.folders[b"Archive"].mails[77] = mailbox.inbox.mails.pop(1)
    (after,) = everything(connect(folders=["INBOX", "Archive"]))
    assert (after.key, after.tag) == (before.key, before.tag)
    assert after.path == "Archive/A.eml"


def test_a_mail_in_two_folders_is_listed_once(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.folders[b"All Mail"] = Folder()
    for folder in mailbox.folders.values():
        folder.put(mail("A", message_id="1@example.com"))
    assert [item.path for item in everything(connect(folders=["INBOX", "All Mail"]))] == ["INBOX/A.eml"]


def test_charlie_cannot_take_the_place_of_a_mail_with_its_message_id(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail("Plan", message_id="1@example.com", text="by Bob"))
    mailbox.inbox.put(
        mail("Plan", message_id="1@example.com", text="forged"), received=datetime(2026, 1, 3, tzinfo=UTC)
    )
    one, two = everything(connect())
    assert one.key != two.key


def test_mails_without_a_message_id_are_told_apart(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail("Report"))
    mailbox.inbox.put(mail("Report"))
    one, two = everything(connect())
    assert one.key != two.key


def test_a_mail_that_was_deleted_meanwhile_is_told_apart(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail())
    connector = connect()
    (item,) = everything(connector)
    mailbox.inbox.mails.clear()
    with pytest.raises(Unfetchable, match="deleted or moved"):
        fetched(connector, item)


def test_an_access_token_opens_the_mailbox(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail())
    assert len(everything(connect(login={"username": mailbox.username, "access_token": mailbox.token}))) == 1
    with pytest.raises(Unprocessable, match="refuses the access token"):
        connect(login={"username": mailbox.username, "access_token": "expired"}).check()


def test_a_server_without_sasl_is_logged_in_to(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.capabilities = "IMAP4rev1"
    mailbox.password = 'pass "word"'
    mailbox.inbox.put(mail())
    assert len(everything(connect())) == 1


def test_a_session_that_begins_in_the_open_is_made_secure_first(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.tls = "starttls"
    mailbox.capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN"
    mailbox.inbox.put(mail())
    assert len(everything(connect(tls="starttls"))) == 1
    assert mailbox.commands[:2] == [b"CAPABILITY", b"STARTTLS"]


def test_nothing_secret_is_said_in_the_open(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.tls = "starttls"
    with pytest.raises(Unprocessable, match="does not offer STARTTLS"):
        connect(tls="starttls").check()
    assert {command.split(b" ")[0] for command in mailbox.commands} <= {b"CAPABILITY", b"LOGOUT"}


def test_a_server_that_begins_in_the_open_where_tls_is_expected_is_told_apart(
    mailbox: Mailbox, connect: Connect
) -> None:
    mailbox.tls = "starttls"
    with pytest.raises(Unprocessable, match="does not begin with TLS"):
        connect().check()


def test_a_certificate_of_nobody_is_refused(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unprocessable, match="certificate"):
        connect().check()
    assert mailbox.commands == []


def test_charlie_with_a_guessed_password_is_told_to_check_it(mailbox: Mailbox, connect: Connect) -> None:
    with pytest.raises(Unprocessable, match="refuses the user name or the password"):
        connect(login={"username": mailbox.username, "password": "guessed"}).check()
    with pytest.raises(Unprocessable, match="Set 'username' and 'password'"):
        connect(login={"username": mailbox.username}).check()
    with pytest.raises(Unprocessable, match="line break"):
        connect(login={"username": "alice\r\nA1 LOGOUT", "password": "x"}).check()


def test_an_unknown_folder_is_named(connect: Connect) -> None:
    with pytest.raises(Unprocessable, match="no folder 'Nope'"):
        connect(folders=["Nope"]).changes(None)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"* BYE shutting down\r\n",
        b"TAG NO [UNAVAILABLE] later\r\n",
        b"what is this\r\n",
        b"* 1 FETCH {99999999999}\r\n",
    ],
    ids=["end", "bye", "refusal", "nonsense", "literal"],
)
@pytest.mark.parametrize("command", [b"EXAMINE", b"UID SEARCH", b"UID FETCH"], ids=["open", "search", "fetch"])
def test_a_server_that_breaks_off_lets_the_run_wait(
    mailbox: Mailbox, connect: Connect, command: bytes, answer: bytes | None
) -> None:
    mailbox.inbox.put(mail())
    mailbox.intercept = lambda said: answer if said.startswith(command) else b""
    with pytest.raises(Unavailable, match="The next run tries again"):
        connect().changes(None)


def test_a_server_that_breaks_off_within_a_mail_gives_that_mail_later(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail())
    connector = connect()
    (item,) = everything(connector)

    def end(said: bytes) -> bytes | None:
        return None if b"BODY.PEEK[]<" in said else b""

    mailbox.intercept = end
    with pytest.raises(Unfetchable, match="while it sent this mail"):
        fetched(connector, item)
    mailbox.intercept = lambda _said: b""
    assert fetched(connector, item) == mail()


def test_a_session_that_ended_meanwhile_is_replaced(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail())
    connector = connect()
    (item,) = everything(connector)
    ended: list[bytes] = []

    def end_once(said: bytes) -> bytes | None:
        if b"BODY.PEEK[]<" in said and not ended:
            ended.append(said)
            return None
        return b""

    mailbox.intercept = end_once
    assert fetched(connector, item) == mail()
    assert mailbox.sessions == 2


@pytest.mark.parametrize("greeting", [b"* BYE too busy\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["bye", "http"])
def test_a_server_that_lets_nobody_in_lets_the_run_wait(mailbox: Mailbox, connect: Connect, greeting: bytes) -> None:
    mailbox.greeting = greeting
    with pytest.raises(Unavailable, match="next run tries again"):
        connect().check()


def test_too_many_sessions_are_no_wrong_password(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.capabilities = "IMAP4rev1"
    mailbox.password = "ascii"
    mailbox.intercept = lambda said: b"TAG NO [LIMIT] Too many\r\n" if said.startswith(b"LOGIN") else b""
    with pytest.raises(Unavailable, match="right now"):
        connect().check()


def test_a_server_that_is_down_lets_the_run_wait(connect: Connect) -> None:
    with pytest.raises(Unavailable, match="next run tries again"):
        connect(port=9).check()


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 993), ("169.254.169.254", 143), ("127.0.0.1", 25)])
def test_what_is_inside_is_read_only_when_the_platform_allows_it(
    mailbox: Mailbox, connect: Connect, host: str, port: int
) -> None:
    with pytest.raises(Unprocessable, match=r"INGEST_ALLOWED_HOSTS|ports 993 and 143"):
        connect(allowed="", host=host, port=port).check()
    assert mailbox.sessions == 0


def test_several_mails_come_at_once_over_few_sessions(mailbox: Mailbox, connect: Connect) -> None:
    for number in range(40):
        mailbox.inbox.put(mail(f"{number}", message_id=f"{number}@example.com", text="x" * 1000 * number))
    connector = connect()
    items = everything(connector)
    came: dict[str, bytes | Problem] = {}

    def work(part: list[Item]) -> None:
        for item in part:
            came[item.title] = fetched(connector, item)

    threads = [threading.Thread(target=work, args=(items[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == {item.title: mailbox.inbox.mails[uid].content for uid, item in enumerate(items, 1)}
    assert mailbox.sessions <= MAX_SESSIONS


def test_the_check_says_what_is_there(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.inbox.put(mail())
    assert connect().check() == ["The folder 'INBOX' can be read; 1 of its mails are wanted."]


def test_what_was_slipped_in_before_tls_began_is_not_believed(mailbox: Mailbox, connect: Connect) -> None:
    mailbox.tls = "starttls"
    mailbox.capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN"
    mailbox.inbox.put(mail())
    mailbox.slipped_in = b"* BYE forged\r\n"
    assert len(everything(connect(tls="starttls"))) == 1


def test_an_answer_without_end_is_not_kept_in_memory(mailbox: Mailbox, connect: Connect) -> None:
    line = b"* SEARCH " + b"1 " * 500_000 + b"\r\n"
    mailbox.intercept = lambda said: line * 70 + b"TAG OK done\r\n" if said.startswith(b"UID SEARCH") else b""
    with pytest.raises(Unavailable, match="The next run tries again"):
        connect().changes(None)
