"""Asterisk's manager interface: actions and their answers, events as dictionaries, the database.

Framing: lines `Name: value` ending in CR LF, an empty line ends a message, a greeting comes before the first.
A name that occurs more than once (Output, Variable, ChanVariable) gets its values joined by line feeds.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from contextlib import suppress

from call_flow.pbx.infrastructure import HOST, MANAGER

Event = dict[str, str]
Listener = Callable[[Event], None]

_MAX_MESSAGE_BYTES = 1 << 20
_ANSWER_SECONDS = 10.0


class AmiError(Exception):
    """The manager interface refused an action, or is gone."""


class Reader:
    """Turns the bytes of a connection into messages, however they are cut."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Event]:
        """The messages that are complete now. Raises `AmiError` when one grows without end."""
        *blocks, self._rest = (self._rest + data).split(b"\r\n\r\n")
        if len(self._rest) > _MAX_MESSAGE_BYTES:
            raise AmiError("a message of the manager interface does not end")
        return [message for message in map(_message, blocks) if message]


def _message(block: bytes) -> Event:
    fields: Event = {}
    for line in block.decode(errors="replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue  # the greeting
        name, value = name.strip(), value.removeprefix(" ")
        fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return fields


def action(name: str, fields: Mapping[str, str | list[str]]) -> bytes:
    """An action as it is sent. Raises `ValueError` when a field would end its line."""
    lines = [f"Action: {name}"]
    for field, value in fields.items():
        lines += [f"{field}: {one}" for one in ([value] if isinstance(value, str) else value)]
    if any(character in line for line in lines for character in "\r\n\0"):
        raise ValueError("a field of an action has a line end in it")
    return "\r\n".join([*lines, "", ""]).encode()


class Ami:
    """A connection to the manager interface. Use within the loop that opened it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """See `connect`."""
        self._writer = writer
        self._answers: dict[str, asyncio.Future[Event]] = {}
        self._listeners: list[Listener] = []
        self._numbers = itertools.count(1)
        #: Whether it has ended, by whomever.
        self.is_closed = False
        self._reading = asyncio.create_task(self._read(reader))

    @classmethod
    async def connect(cls, port: int, secret: str) -> "Ami":
        """Connect and log in."""
        reader, writer = await asyncio.open_connection(HOST, port)
        connection = cls(reader, writer)
        try:
            await connection.act("Login", {"Username": MANAGER, "Secret": secret})
        except BaseException:
            await connection.close()
            raise
        return connection

    async def act(self, name: str, fields: Mapping[str, str | list[str]] | None = None) -> Event:
        """Carry out an action; its answer.

        Raises:
            AmiError: when it was refused, no answer came, or the connection is gone.
            ValueError: when a field has a line end in it.
        """
        if self.is_closed:
            raise AmiError("the connection to Asterisk is closed")
        number = str(next(self._numbers))
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(action(name, {**(fields or {}), "ActionID": number}))
            # Not `wait_for`: before Python 3.12 it may swallow that its task was cancelled.
            async with asyncio.timeout(_ANSWER_SECONDS):
                found: Event = await answer
        except (TimeoutError, OSError) as error:
            raise AmiError(f"Asterisk did not answer the action {name}") from error
        finally:
            del self._answers[number]
        if found.get("Response") == "Error":
            raise AmiError(f"{name}: {found.get('Message', 'refused')}")
        return found

    async def put(self, family: str, key: str, value: str) -> None:
        """Write into Asterisk's database, as a feature code would."""
        await self.act("DBPut", {"Family": family, "Key": key, "Val": value})

    async def delete(self, family: str, key: str) -> None:
        """Remove from Asterisk's database. Raises `AmiError` when there is no such key."""
        await self.act("DBDel", {"Family": family, "Key": key})

    async def command(self, text: str) -> str:
        """What a command of the console prints."""
        return (await self.act("Command", {"Command": text})).get("Output", "")

    async def variable(self, channel: str, expression: str) -> str:
        """The value of a variable or function on a channel."""
        return (await self.act("Getvar", {"Channel": channel, "Variable": expression})).get("Value", "")

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call back with every event from now on. Returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def wait_for(self, condition: Callable[[Event], bool], timeout_seconds: float) -> Event:
        """The next event that meets the condition. Raises `TimeoutError`."""
        found: asyncio.Future[Event] = asyncio.get_running_loop().create_future()

        def look(event: Event) -> None:
            if not found.done() and condition(event):
                found.set_result(event)

        end = self.listen(look)
        try:
            async with asyncio.timeout(timeout_seconds):
                return await found
        finally:
            end()

    async def close(self) -> None:
        """End the connection."""
        self.is_closed = True
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _read(self, stream: asyncio.StreamReader) -> None:
        reader = Reader()
        try:
            while data := await stream.read(1 << 16):
                for message in reader.feed(data):
                    self._take(message)
        except (OSError, AmiError):
            pass  # whoever waits is told below
        finally:
            self.is_closed = True
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(AmiError("the connection to Asterisk ended"))

    def _take(self, message: Event) -> None:
        if "Event" not in message:
            answer = self._answers.get(message.get("ActionID", ""))
            if answer is not None and not answer.done():
                answer.set_result(message)
            return
        for listener in tuple(self._listeners):
            listener(message)
