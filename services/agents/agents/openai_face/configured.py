"""A configured language model, passed through: no agent, no documents, the client's own tools."""

from collections.abc import Generator
from contextlib import closing

from agents import begin
from agents.definitions import Definition
from agents.openai_face.pieces import Answer, Called, Ended, Said, finish
from agents.openai_face.talk import Talk
from agents.parts import Parts
from agents.store import usage
from oberaconnect import llm
from oberaconnect.auth import Principal

#: Under this name the usage of models without an agent is counted.
NAME = "openai"
#: No agent stands behind it, so the caller's limits are the only ones.
_NOBODY = Definition(name=NAME, instructions="Answer.")


def answer(parts: Parts, caller: Principal, talk: Talk, model: llm.Model) -> Answer:
    """What the model says, as it says it. `caller` acts for one client.

    Raises:
        DailyBudgetUsed: the credential has used what it may use a day.
        Unavailable, Timeout, TooMany: of the model.
    """
    with parts.database.transaction(caller.tenant) as connection:
        begin.check_daily(connection, parts.settings, caller.tenant, caller.subject, _NOBODY)
    # Closing it breaks off the question when nobody reads the answer any more.
    with closing(_stream(model, talk)) as pieces:
        for piece in pieces:
            if isinstance(piece, str):
                yield Said(piece)
                continue
            _count(parts, caller, piece.usage)
            if piece.tool_calls:
                yield Called(piece.tool_calls)
            yield Ended(finish(piece.stop), piece.usage)


def _stream(model: llm.Model, talk: Talk) -> Generator[str | llm.Completion, None, None]:
    yield from model.stream(
        llm.Request(
            talk.messages,
            system=talk.system,
            max_tokens=talk.max_tokens,
            tools=talk.tools,
            schema=talk.schema,
            temperature=talk.temperature,
            stop=talk.stop,
            tool_choice=talk.tool_choice,
        )
    )


def _count(parts: Parts, caller: Principal, counted: llm.Usage) -> None:
    with parts.database.transaction(caller.tenant) as connection:
        usage.add(
            connection,
            caller.tenant,
            caller.subject,
            NAME,
            steps=1,
            input_tokens=counted.input_tokens,
            output_tokens=counted.output_tokens,
            cost=parts.models.cost(counted),
        )
