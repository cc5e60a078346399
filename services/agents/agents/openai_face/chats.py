"""A chat with an agent: a turn begins a run, follows it, and asks the person whom the run waits for.

The run does not depend on its reader: whoever leaves finds it at /api/agents/runs. The next turn of the same chat
decides what the run asked, or answers it, and the same run goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agents import begin, deciding
from agents.openai_face import addresses, asking
from agents.openai_face.pieces import Answer, Doing, Ended, Piece
from agents.openai_face.talk import Talk
from agents.openai_face.telling import Telling
from agents.parts import Parts
from agents.store import approvals, audit, runs
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.llm import Usage
from oberaconnect.problems import BY_STATUS, Conflict, Forbidden, InternalError, Unprocessable

_APPROVE = "agents:approve"
#: What is said of a run that ended without an answer and without a problem.
_ENDS = {"cancelled": "The run was cancelled.", "expired": "The run was given up: nobody went on with it."}


def answer(parts: Parts, caller: Principal, talk: Talk, agent: str) -> Answer:
    """What an agent answers to the last turn. `caller` acts for one client.

    Raises:
        NotFound, Conflict, NoModel, TooMany: see `begin.begin`.
        Problem: why the run failed.
    """
    return _Chat(parts, caller, talk, agent).answer()


@dataclass
class _Chat:
    parts: Parts
    caller: Principal
    talk: Talk
    agent: str
    telling: Telling = field(init=False)

    def __post_init__(self) -> None:
        self.telling = Telling(self.parts.settings)

    def answer(self) -> Answer:
        run, is_new = self._take_up()
        if isinstance(run, str):
            yield from self.telling.say(run)
            yield Ended()
            return
        yield Doing(f"The agent {self.agent} {'begins' if is_new else 'goes on'}", done=False)
        yield from self._follow(run, 0 if is_new else run["last_seq"])

    def _take_up(self) -> tuple[runs.Row | str, bool]:
        """The run that this turn is about and whether it is new; or what to say in place of following one."""
        with self.parts.database.transaction(self.caller.tenant) as connection:
            run = self._before(connection)
            if run is None:
                return self._begin(connection), True
            if asked := _asked(connection, run):
                return self._decide(connection, run, asked), False
            for one in _open(connection, run):
                if one["status"] == "waiting_input":
                    if self.talk.question == run["input"]["messages"][-1]["content"]:  # asked anew, not answered
                        return _wanted(connection, one), False
                    deciding.answer(connection, self.caller, one["id"], self.talk.question)
                    break
            return run, False

    def _before(self, connection: Connection) -> runs.Row | None:
        """The run that the last turn of this chat left open, or whose question it ended with."""
        found = None
        if shown := addresses.approvals_in(self.talk.answered_before):
            try:
                asked = approvals.find(connection, shown[-1])
                found = runs.find(connection, _root(runs.find(connection, asked["run_id"])))
            except (approvals.NoSuchApproval, runs.NoSuchRun):
                found = None
        elif self.talk.session is not None:
            latest = runs.latest_of_session(connection, self.caller.tenant, self.caller.subject, self.talk.session)
            if latest is not None and any(one["status"] in runs.FOR_PEOPLE for one in _open(connection, latest)):
                found = latest
        if found is None or found["agent"] != self.agent or found["subject"] != self.caller.subject:
            return None
        # A chat that has a name only takes up what belongs to it, whatever an answer in it makes believe.
        return found if self.talk.session in (None, found["session"]) else None

    def _begin(self, connection: Connection) -> runs.Row:
        talk = self.talk
        messages = [{"role": one.role, "content": one.text} for one in talk.messages if one.text.strip()]
        if not messages or messages[-1]["role"] != "user":
            raise Unprocessable("There is no question in the last message.")
        if talk.system:
            first = next(one for one in messages if one["role"] == "user")
            first["content"] = f"{talk.system}\n\n{first['content']}"
        metadata: dict[str, Any] = {**talk.metadata, "via": "openai"}
        if talk.speaker is not None:
            metadata["speaker"] = {"id": talk.speaker.id, "name": talk.speaker.label, "proven": talk.speaker.is_proven}
        wanted = begin.Wanted(self.agent, messages, session=talk.session, metadata=metadata)
        row = begin.begin(connection, self.parts.settings, self.parts.models, self.caller, wanted)
        if talk.speaker is not None:
            audit.record(
                connection, self.caller.tenant, actor=self.caller.subject, action="run.asked_by",
                object=f"run:{row['id']}", data=metadata["speaker"],
            )  # fmt: skip
        return row

    def _decide(self, connection: Connection, run: runs.Row, asked: list[approvals.Row]) -> runs.Row | str:
        """Decide what was asked, as the person said; or the words with which it is asked again."""
        may_decide = _APPROVE in self.caller.scopes
        decided = asking.decision(self.talk.question)
        if decided is None or not may_decide:
            return asking.question(self.parts.settings, asked, may_decide=may_decide)
        shown = set(addresses.approvals_in(self.talk.answered_before))
        # A client that keeps no history sends the answer alone; in every other chat the question must stand.
        keeps_history = len(self.talk.messages) > 1
        read = [row for row in asked if row["id"] in shown or not keeps_history]
        if decided[0] != "deny":
            read = [row for row in read if asking.is_shown(row)]
        if not read:  # it was settled, and this is another question, or nobody has read (all of) it yet
            return asking.question(self.parts.settings, asked, may_decide=may_decide)
        for row in read:
            try:
                deciding.decide(connection, self.caller, row["id"], decision=decided[0], reason=decided[1])
            except (Forbidden, Unprocessable) as problem:
                return f"{problem.detail}\n\n{asking.question(self.parts.settings, [row], may_decide=may_decide)}"
            except Conflict:
                continue  # somebody else was quicker; the run goes on with what they said
        return run

    def _follow(self, run: runs.Row, after: int) -> Answer:
        """The run from an event on, until it is over or waits for people."""
        yield from self._watch(run["id"], after, is_root=True)
        with self.parts.database.transaction(self.caller.tenant) as connection:
            row = runs.find(connection, run["id"])
        if words := self._question(row):
            yield from self.telling.say(words)
            yield Doing(f"The agent {self.agent} waits for you", done=True)
        elif row["status"] in runs.ENDED:
            yield from self._last_words(row)
            yield Doing(f"The agent {self.agent} is done", done=True)
        else:  # the reader has no more time
            address = addresses.run(self.parts.settings, row["id"])
            yield from self.telling.say(f"The run goes on. What comes of it will stand at {address}")
        yield Ended(usage=Usage(row["input_tokens"], row["output_tokens"]))

    def _watch(self, run_id: UUID, after: int, *, is_root: bool) -> Iterator[Piece]:
        """What a run does, until it is over or people are asked. Of one that it began the words are not for us."""
        with self.parts.database.transaction(self.caller.tenant) as connection:
            begun = [row for row in runs.children(connection, run_id) if row["status"] not in runs.ENDED]
        if after:
            for child in begun:
                if not self._is_asking(child["id"]):
                    yield from self._watch(child["id"], child["last_seq"], is_root=False)
                if self._is_asking(run_id):
                    return
        for event in self.parts.follower.events(self.caller.tenant, run_id, after):
            if is_root or event["type"].startswith(("tool.", "child.")):
                yield from self.telling.pieces(event["type"], event["data"])
            if event["type"] == "child.started":
                yield from self._watch(UUID(event["data"]["run_id"]), 0, is_root=False)
            if event["type"] in ("run.waiting", "child.started") and self._is_asking(run_id):
                return

    def _is_asking(self, run_id: UUID) -> bool:
        with self.parts.database.transaction(self.caller.tenant) as connection:
            return any(one["status"] in runs.FOR_PEOPLE for one in _open(connection, runs.find(connection, run_id)))

    def _question(self, row: runs.Row) -> str:
        """What a run asks people, in words; empty when it asks nothing."""
        with self.parts.database.transaction(self.caller.tenant) as connection:
            if asked := _asked(connection, row):
                return asking.question(self.parts.settings, asked, may_decide=_APPROVE in self.caller.scopes)
            for one in _open(connection, row):
                if one["status"] == "waiting_input":
                    return _wanted(connection, one)
        return ""

    def _last_words(self, row: runs.Row) -> Iterator[Piece]:
        if row["status"] == "failed":
            problem = row["problem"] or {}
            refusal = BY_STATUS.get(problem.get("status", 500), InternalError)(problem.get("detail"))
            refusal.headers["X-Should-Retry"] = "false"  # OpenAI's clients would begin another run
            raise refusal
        if row["status"] != "completed":
            yield from self.telling.say(_ENDS[row["status"]])
            return
        result = row["result"] or {}
        if self.telling.is_silent:  # it was over before this reader came
            yield from self.telling.say(result.get("text", ""))
        yield from self.telling.citations(result.get("citations", []))


def _root(row: runs.Row) -> UUID:
    """The run that a person began."""
    found: UUID = row["ancestors"][0] if row["ancestors"] else row["id"]
    return found


def _open(connection: Connection, run: runs.Row) -> list[runs.Row]:
    """A run and all that it began, as far as they are not over."""
    found = [] if run["status"] in runs.ENDED else [run]
    for child in runs.children(connection, run["id"]) if found else ():
        found += _open(connection, child)
    return found


def _wanted(connection: Connection, run: runs.Row) -> str:
    """The question of a run that waits for an answer."""
    return asking.input_wanted(deciding.question(connection, run["id"]))


def _asked(connection: Connection, run: runs.Row) -> list[approvals.Row]:
    """What a run, or one that it began, asks people about its calls."""
    return [row for one in _open(connection, run) for row in approvals.pending(connection, one["id"])]
