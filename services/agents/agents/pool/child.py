"""A program of others that speaks MCP over its standard streams. It is started, watched, and ended with all it began.

The SDK has such a transport too. This one takes no message of any length, keeps what the program complains of, says at
once when it has died, and can be ended within a deadline.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import mcp_types
from anyio.abc import AsyncResource, ByteReceiveStream, ByteSendStream, Process
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.stdio import get_default_environment
from mcp.os.posix.utilities import terminate_posix_process_tree
from mcp.shared.message import SessionMessage

_LAUNCH = Path(__file__).with_name("launch.py")
_GRACE_SECONDS = 1.5
_TERM_SECONDS = 1.0
_FLUSH_SECONDS = 0.3
_POLL_SECONDS = 0.01
_TAIL_PIECES = 8
_TAIL_CHARACTERS = 600
_BROKEN = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, OSError)

Incoming = SessionMessage | Exception
Streams = tuple[MemoryObjectReceiveStream[Incoming], MemoryObjectSendStream[SessionMessage]]


class Child:
    """One program. `died` is called when its output ends, once."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], folder: Path, *, max_bytes: int, died: Callable[[], None]
    ) -> None:
        """`max_bytes` is the longest message; `folder` is where the program finds itself."""
        self._command = [sys.executable, "-I", "-S", str(_LAUNCH), *argv]
        self._env = get_default_environment() | dict(env)
        self._folder = folder
        self._max_bytes = max_bytes
        self._died = died
        self._process: Process | None = None
        self._tail: deque[bytes] = deque(maxlen=_TAIL_PIECES)
        self._is_too_long = False

    @property
    def last_words(self) -> str:
        """How it ended and what it said last that was no MCP, as a sentence; empty when there is nothing to say."""
        if self._is_too_long:
            return f"It sent a message of more than {self._max_bytes} bytes."
        code = None if self._process is None else self._process.returncode
        said = b"".join(self._tail).decode(errors="replace").strip()[-_TAIL_CHARACTERS:]
        ended = "" if code is None else f"Its program ended with status {code}. "
        return f"{ended}It last said: {said}" if said else ended.strip()

    @asynccontextmanager
    async def transport(self) -> AsyncGenerator[Streams]:
        """The streams of messages, as the SDK's sessions take them. Raises OSError when nothing can be started."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        process = await anyio.open_process(self._command, env=self._env, cwd=self._folder, start_new_session=True)
        self._process = process
        into, incoming = anyio.create_memory_object_stream[Incoming](0)
        outgoing, out_of = anyio.create_memory_object_stream[SessionMessage](0)
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        if stdin is None or stdout is None or stderr is None:
            raise OSError("the program has no streams")
        async with anyio.create_task_group() as tasks:
            written = anyio.Event()
            tasks.start_soon(self._read, stdout, into)
            tasks.start_soon(self._write, stdin, out_of, into, written)
            tasks.start_soon(self._listen, stderr)
            try:
                yield incoming, outgoing
            finally:
                with anyio.CancelScope(shield=True):
                    incoming.close()
                    outgoing.close()
                    with anyio.move_on_after(_FLUSH_SECONDS):
                        await written.wait()
                    await self._end(process)
                tasks.cancel_scope.cancel()

    def kill(self) -> None:
        """End it and what it began at once, whatever state the streams are in."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _read(self, stdout: ByteReceiveStream, into: MemoryObjectSendStream[Incoming]) -> None:
        pieces: list[bytes] = []
        size = 0
        async with into:
            with suppress(*_BROKEN):
                async for chunk in stdout:
                    *lines, rest = chunk.split(b"\n")
                    for line in lines:
                        await self._take(b"".join([*pieces, line]), into)
                        pieces, size = [], 0
                    pieces.append(rest)
                    size += len(rest)
                    if size > self._max_bytes:
                        self._is_too_long = True
                        self.kill()
                        break
        self._died()

    async def _take(self, line: bytes, into: MemoryObjectSendStream[Incoming]) -> None:
        try:
            message = mcp_types.jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValueError:
            # Some programs print to where only messages belong. It is no message, and may say why there are none.
            self._tail.append(line[-_TAIL_CHARACTERS:] + b"\n")
            return
        await into.send(SessionMessage(message))

    async def _write(
        self,
        stdin: ByteSendStream,
        out_of: MemoryObjectReceiveStream[SessionMessage],
        into: MemoryObjectSendStream[Incoming],
        written: anyio.Event,
    ) -> None:
        try:
            async with out_of:
                async for message in out_of:
                    text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
                    await stdin.send(text.encode() + b"\n")
        except _BROKEN:
            await into.aclose()  # it may live on, deaf: whoever waits for an answer has to learn that none will come
        finally:
            written.set()

    async def _listen(self, stderr: ByteReceiveStream) -> None:
        with suppress(*_BROKEN):
            async for chunk in stderr:
                self._tail.append(chunk[-_TAIL_CHARACTERS:])

    async def _end(self, process: Process) -> None:
        """As the specification has it: its input ends, then it is asked to end, then it is ended, with all it began."""
        await _closed(process.stdin)
        if not await _has_ended(process, _GRACE_SECONDS):
            await terminate_posix_process_tree(process, _TERM_SECONDS)
            await _has_ended(process, _TERM_SECONDS)
        self.kill()  # what it began and left behind
        await _closed(process.stdout)
        await _closed(process.stderr)
        # Nothing public closes the pipes when something outside of its group has them too, or they were not read.
        with suppress(PermissionError):
            process._process._transport.close()  # type: ignore[attr-defined] # the SDK's own transport does it so


async def _closed(stream: AsyncResource | None) -> None:
    if stream is not None:
        with suppress(*_BROKEN):
            await stream.aclose()


async def _has_ended(process: Process, seconds: float) -> bool:
    # Not `wait`, which also waits for the end of pipes that children of the program may hold.
    with anyio.move_on_after(seconds):
        while process.returncode is None:
            await anyio.sleep(_POLL_SECONDS)
    return process.returncode is not None
