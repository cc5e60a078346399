"""One turn of the model: asked, listened to piece by piece, and written down with the calls that it wants."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from agents import begin
from agents.definitions import is_named
from agents.loop import budget, own, policy, schema, wording
from agents.loop.activation import Activation
from agents.loop.shown import Shown, addresses
from agents.loop.wanted import kept
from agents.store import calls, events, usage
from agents.tools.contract import Spec
from oberaconnect import llm
from oberaconnect.db import Connection

#: Pieces of an answer are gathered for so long before they become an event.
_GATHER_SECONDS = 0.08
_LOOK_SECONDS = 0.25
#: An event: its type and its data.
Told = tuple[str, Mapping[str, Any]]


def think(activation: Activation) -> None:
    """Ask the model what comes next.

    Raises:
        BudgetExhausted, DailyBudgetUsed: before anything is asked.
        Unavailable, Timeout, TooMany: the model cannot be asked now; nothing was written but that it was tried.
    """
    means, row = activation.means, activation.row
    activation.require("step")
    model = means.models.get(activation.definition.model)
    specs = activation.specs
    with activation.step() as connection:
        begin.check_daily(
            connection, means.settings, row["tenant"], row["subject"], activation.definition, is_begun=True
        )
        told = {"step": activation.row["steps"] + 1, "model": model.name, "provider": model.provider}
        events.add(connection, row, ("step.started", told))
    request = wording.request(
        activation.definition,
        client=row["tenant"],
        today=row["created_at"],  # what stands before the conversation stays the same: vendors keep it in their caches
        turns=activation.turns,
        specs=list(specs.values()),
        context_tokens=means.settings.llm_context_tokens,
    )
    shown = shown_by(activation)
    completion, untold = _listen(activation, model.stream(request), shown)
    _write(activation, completion, specs, shown, untold)


def _listen(
    activation: Activation, stream: Iterator[str | llm.Completion], shown: Shown | None
) -> tuple[llm.Completion, str]:
    """The whole answer; its pieces become events meanwhile, as far as they are `shown`, but for the end."""
    gathered: list[str] = []
    since = 0.0  # the first piece is told at once
    for piece in _pieces(stream, activation.check):
        if isinstance(piece, llm.Completion):
            completion = piece
            break
        if piece is not None:
            gathered.append(piece if shown is None else shown.feed(piece))
        if any(gathered) and time.monotonic() - since >= _GATHER_SECONDS:
            _tell(activation, gathered)
            since = time.monotonic()
    if shown is not None:
        gathered.append(shown.rest())
    return completion, "".join(gathered)


def shown_by(activation: Activation) -> Shown | None:
    """Through what the model's words go before people see them; None while the run has read nothing of outsiders."""
    if activation.row["tainted_by"] is None:
        return None
    trusted = activation.trusted()
    read = [llm.Message.from_plain(turn["content"]) for turn in activation.turns if turn["role"] != "assistant"]
    found = [one.text for one in read] + [result.content for one in read for result in one.tool_results]
    return Shown(addresses([*found, *trusted]), policy.places(trusted))


def _tell(activation: Activation, gathered: list[str]) -> None:
    with activation.step() as connection:
        events.add(connection, activation.row, ("message.delta", {"text": "".join(gathered)}))
    gathered.clear()


def _pieces(stream: Iterator[str | llm.Completion], check: Callable[[], None]) -> Iterator[str | llm.Completion | None]:
    """What the stream gives, and None whenever it gave nothing for a moment, so that a cancelled run need not wait.

    The stream is read in a thread of its own, which ends with it; the last thing given is the `Completion`.
    """
    handed: queue.Queue[str | llm.Completion | Exception] = queue.Queue()
    left = threading.Event()

    def read() -> None:
        try:
            for piece in stream:
                handed.put(piece)
                if left.is_set():
                    return
        except Exception as error:  # it is raised where the pieces are wanted
            handed.put(error)

    threading.Thread(target=read, name="model", daemon=True).start()
    try:
        while True:
            try:
                piece = handed.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                check()
                yield None
                continue
            if isinstance(piece, Exception):
                raise piece
            yield piece
            check()
    finally:
        left.set()


def _write(
    activation: Activation, completion: llm.Completion, specs: dict[str, Spec], shown: Shown | None, untold: str
) -> None:
    """One transaction: the turn, what it cost, and each call that it asks for, with what is wrong with it.

    `untold` is the end of what it said, which nobody who watches has been told.
    """
    means = activation.means
    used, cost = completion.usage, means.models.cost(completion.usage)
    wanted = [kept(call) for call in completion.tool_calls]
    said = llm.Message("assistant", text=completion.text, tool_calls=wanted, thinking=completion.thinking)
    text = completion.text if shown is None else shown.whole(completion.text)
    with activation.step(further=True) as connection:
        number = activation.add_turn(
            connection, "assistant", said, model=completion.model,
            input_tokens=used.input_tokens, output_tokens=used.output_tokens,
        )  # fmt: skip
        row = activation.row
        tokens = {"input_tokens": used.input_tokens, "output_tokens": used.output_tokens}
        activation.spend(steps=1, cost=cost, **tokens)
        usage.add(connection, row["tenant"], row["subject"], row["agent"], steps=1, cost=cost, **tokens)
        counted = {**tokens, "cached_input_tokens": used.cached_input_tokens, "cost": cost}
        step = {"step": row["steps"] + 1, "usage": counted, "stop": completion.stop, "model": completion.model}
        told: list[Told] = [("message.delta", {"text": untold})] if untold else []
        told += [("message.completed", {"text": text}), ("step.completed", step)]
        room = budget.left(row["budget"], budget.Used.of(row))["tool_calls"]
        for position, (call, original) in enumerate(zip(wanted, completion.tool_calls, strict=True)):
            wrong = _wrong(call, specs.get(original.name), activation)
            if room is not None and position > room:  # the one at the end says that the budget is used up
                wrong = f"These are more calls than the {room} that the run may still make. Ask for fewer at once."
            told += _propose(
                connection, activation, (number, position), call, spec=specs.get(original.name), wrong=wrong
            )
        events.add(connection, row, *told)


def _propose(
    connection: Connection,
    activation: Activation,
    place: tuple[int, int],
    call: llm.ToolCall,
    *,
    spec: Spec | None,
    wrong: str,
) -> list[Told]:
    """Write a call down; returns what is told of it.

    `place`: the turn, and the position in it. `wrong`: why it is not even considered; empty when it is.
    """
    row = calls.add(
        connection,
        activation.row,
        turn=place[0],
        position=place[1],
        vendor_id=call.id,
        tool=call.name,
        args=call.arguments,
        args_hash=policy.digest(call.name, call.arguments),
        tool_class="read" if spec is None else spec.tool_class,
        idempotent=True if spec is None else spec.idempotent,
    )
    told: list[Told] = [
        ("tool.proposed", {"call_id": str(row["id"]), "tool": call.name, "args": call.arguments, "class": row["class"]})
    ]
    if wrong:
        calls.end(connection, row["id"], "failed", {"content": wrong, "data": None, "citations": []})
        ended = {"call_id": str(row["id"]), "tool": call.name, "status": "failed", "detail": wrong}
        told.append(("tool.completed", ended))
    elif spec is not None and policy.goes_unasked(activation.definition.approval_policy, spec):
        calls.put(connection, row["id"], "approved")
    return told


def _wrong(call: llm.ToolCall, spec: Spec | None, activation: Activation) -> str:
    """Why a call cannot even be considered, in words that help the model; empty when it can."""
    if spec is None:
        if call.name in activation.tools and is_named(call.name, activation.definition.tool_allow):
            return f"Whoever asked for this run may not use '{call.name}'. Go on without it."
        names = ", ".join(activation.specs) or own.ASK
        return f"There is no tool '{call.name}' here. There are: {names}."
    if not call.is_readable:
        return "The arguments were no JSON object, or too large or too deep. Call the tool again with valid JSON."
    if wrong := schema.complaints(spec.parameters, call.arguments):
        return "The arguments do not fit: " + "; ".join(wrong) + ". Call the tool again with others."
    return ""
