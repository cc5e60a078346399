"""Sessions, messages and ratings in PostgreSQL: one function a statement.

Each function takes the connection of a transaction, which sees only the caller's tenants (row-level security). A
session is its owner's alone: `owner` is the subject of the credential, and nobody else's session is found.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from oberaconnect.db import Connection, Jsonb
from oberaconnect.problems import NotFound
from rag_engine.models import FeedbackRequest, MessageQuery, SessionQuery
from rag_engine.rewrite import Turn

Row = dict[str, Any]

_SESSION = (
    "id, tenant AS client, title, created_at, updated_at,"
    " (SELECT count(*) FROM message WHERE message.session_id = session.id) AS messages"
)
_TITLE_CHARACTERS = 80


class NoSuchSession(NotFound):
    """There is no session with this id."""


class NoSuchMessage(NotFound):
    """There is no answer with this id in your sessions."""


def create_session(connection: Connection, tenant: str, owner: str, title: str) -> Row:
    """Begin a session."""
    row = connection.execute(
        f"INSERT INTO session (tenant, owner, title) VALUES (%s, %s, %s) RETURNING {_SESSION}", [tenant, owner, title]
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return row


def sessions_page(connection: Connection, owner: str, query: SessionQuery) -> list[Row]:
    """A page of somebody's sessions, newest first, and one more if there is a next page."""
    return connection.execute(
        f"SELECT {_SESSION} FROM session WHERE owner = %(owner)s AND (%(client)s::text IS NULL OR tenant = %(client)s)"
        " AND (created_at, id) < (%(at)s, %(id)s) ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {
            "owner": owner,
            "client": query.client,
            "at": query.position()[0],
            "id": query.position()[1],
            "limit": query.limit + 1,
        },
    ).fetchall()


def find_session(connection: Connection, session_id: UUID, owner: str) -> Row:
    """One session. Raises `NoSuchSession`."""
    row = connection.execute(
        f"SELECT {_SESSION} FROM session WHERE id = %s AND owner = %s", [session_id, owner]
    ).fetchone()
    if row is None:
        raise NoSuchSession()
    return row


def rename_session(connection: Connection, session_id: UUID, owner: str, title: str) -> Row:
    """Give a session another title. Raises `NoSuchSession`."""
    row = connection.execute(
        f"UPDATE session SET title = %s, updated_at = now() WHERE id = %s AND owner = %s RETURNING {_SESSION}",
        [title, session_id, owner],
    ).fetchone()
    if row is None:
        raise NoSuchSession()
    return row


def delete_session(connection: Connection, session_id: UUID, owner: str) -> None:
    """Delete a session with its messages. Raises `NoSuchSession`."""
    row = connection.execute(
        "DELETE FROM session WHERE id = %s AND owner = %s RETURNING id", [session_id, owner]
    ).fetchone()
    if row is None:
        raise NoSuchSession()


def messages_page(connection: Connection, session_id: UUID, query: MessageQuery) -> list[Row]:
    """A page of messages in their order, and one more if there is a next page. `position` is the cursor."""
    return connection.execute(
        "SELECT id, position, role, text, query_used, answered, citations, model, rating, created_at FROM message"
        " WHERE session_id = %s AND position > %s ORDER BY position LIMIT %s",
        [session_id, query.after, query.limit + 1],
    ).fetchall()


def last_turns(connection: Connection, session_id: UUID, limit: int) -> list[Turn]:
    """The last questions as they were searched for, with their answers, oldest first."""
    rows = connection.execute(
        "SELECT query_used, text FROM message WHERE session_id = %s AND role = 'assistant'"
        " ORDER BY position DESC LIMIT %s",
        [session_id, limit],
    ).fetchall()
    return [Turn(row["query_used"], row["text"]) for row in reversed(rows)]


def add_turn(
    connection: Connection,
    session_id: UUID,
    *,
    question: str,
    query_used: str,
    answer: str,
    answered: bool,
    citations: Sequence[Mapping[str, Any]],
    model: Mapping[str, Any] | None,
) -> UUID:
    """Keep a question with its answer, and title the session after its first question.

    Returns:
        The id of the answer's message.
    Raises:
        NoSuchSession: when the session was deleted meanwhile.
    """
    row = connection.execute(
        "UPDATE session SET updated_at = now(), title = CASE title WHEN '' THEN %s ELSE title END"
        " WHERE id = %s RETURNING tenant",
        [_title(question), session_id],
    ).fetchone()
    if row is None:
        raise NoSuchSession()
    connection.execute(
        "INSERT INTO message (session_id, tenant, role, text) VALUES (%s, %s, 'user', %s)",
        [session_id, row["tenant"], question],
    )
    message = connection.execute(
        "INSERT INTO message (session_id, tenant, role, text, query_used, answered, citations, model)"
        " VALUES (%s, %s, 'assistant', %s, %s, %s, %s, %s) RETURNING id",
        [
            session_id,
            row["tenant"],
            answer,
            query_used,
            answered,
            Jsonb(list(citations)),
            None if model is None else Jsonb(dict(model)),
        ],
    ).fetchone()
    assert message is not None  # noqa: S101 - RETURNING gives the row
    found: UUID = message["id"]
    return found


def _title(question: str) -> str:
    line = " ".join(question.split())
    if len(line) <= _TITLE_CHARACTERS:
        return line
    return line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…"


def rate(connection: Connection, owner: str, feedback: FeedbackRequest) -> Row:
    """Keep what the owner of a session thinks of an answer in it. Raises `NoSuchMessage`."""
    row = connection.execute(
        "UPDATE message SET rating = %s, comment = %s, rated_at = now() FROM session"
        " WHERE message.id = %s AND message.role = 'assistant' AND session.id = message.session_id"
        " AND session.owner = %s RETURNING message.id AS message_id, rating, comment, rated_at AS updated_at",
        [feedback.rating, feedback.comment, feedback.message_id, owner],
    ).fetchone()
    if row is None:
        raise NoSuchMessage()
    return row
