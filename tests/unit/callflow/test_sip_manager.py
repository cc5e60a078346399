"""What the manager interface and the log say is read, whatever it is."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from call_flow.pbx import ami, complaints
from call_flow.pbx.ami import Ami, AmiError, Reader

_TALK = (
    b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: 1\r\nMessage: hello: world\r\n\r\n"
    b"Event: Newexten\r\nAppData: a: b\r\nVariable: x=1\r\nVariable: y=2\r\nEmpty: \r\nNothing:\r\n\r\n"
    b"Event: Name\r\nName: \xff\xc3\xbc\r\n\r\n"
)


def test_messages_are_the_same_however_the_bytes_are_cut() -> None:
    whole = Reader().feed(_TALK)
    bytewise = Reader()
    pieces = [message for byte in _TALK for message in bytewise.feed(bytes([byte]))]

    assert whole == pieces
    assert whole[0] == {"Response": "Success", "ActionID": "1", "Message": "hello: world"}
    assert whole[1] == {"Event": "Newexten", "AppData": "a: b", "Variable": "x=1\ny=2", "Empty": "", "Nothing": ""}
    assert whole[2]["Name"] == "\ufffdü"


def test_garbage_gives_messages_or_none_but_no_end_to_memory() -> None:
    dice = random.Random(3)
    for _ in range(500):
        for message in Reader().feed(dice.randbytes(200) + b"\r\n\r\n"):
            assert all(isinstance(value, str) for value in message.values())
    with pytest.raises(AmiError, match="does not end"):
        Reader().feed(b"x" * 2_000_000)


@pytest.mark.parametrize("value", ["a\r\nAction: Command", "a\nb", "a\0"])
def test_a_value_cannot_smuggle_an_action(value: str) -> None:
    with pytest.raises(ValueError, match="line end"):
        ami.action("Setvar", {"Value": value})


def test_a_field_may_occur_more_than_once() -> None:
    sent = ami.action("Originate", {"Channel": "Local/1@x", "Variable": ["a=1", "b=2"]})

    assert sent == b"Action: Originate\r\nChannel: Local/1@x\r\nVariable: a=1\r\nVariable: b=2\r\n\r\n"


def with_server(answers: list[bytes], script: Callable[[Ami], Awaitable[None]]) -> None:
    """Run a script against a server that gives these answers to the actions in turn, then closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            request = await reader.readuntil(b"\r\n\r\n")
            number = request.partition(b"ActionID: ")[2].partition(b"\r\n")[0]
            writer.write(answer.replace(b"{id}", number))
        await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            connection = await Ami.connect(server.sockets[0].getsockname()[1], "secret")
            try:
                await script(connection)
            finally:
                await connection.close()

    asyncio.run(run())


_WELCOME = b"Asterisk Call Manager/11\r\nResponse: Success\r\nActionID: {id}\r\n\r\n"


def test_answers_find_their_action_and_events_their_listeners() -> None:
    heard: list[str] = []

    async def script(connection: Ami) -> None:
        end = connection.listen(lambda event: heard.append(event["Event"]))
        waiting = asyncio.create_task(connection.wait_for(lambda event: event["Event"] == "B", 5))
        await asyncio.sleep(0)
        assert await connection.command("x") == "one\ntwo"
        assert (await waiting)["Event"] == "B"
        end()

    answer = (
        b"Event: A\r\n\r\nResponse: Success\r\nActionID: {id}\r\nOutput: one\r\nOutput: two\r\n\r\nEvent: B\r\n\r\n"
    )
    with_server([_WELCOME, answer], script)

    assert heard == ["A", "B"]


def test_a_refusal_and_a_lost_connection_are_errors() -> None:
    async def script(connection: Ami) -> None:
        with pytest.raises(AmiError, match="DBDel: no such key"):
            await connection.delete("a", "b")
        with pytest.raises(AmiError):
            await connection.act("Ping")
        with pytest.raises(AmiError, match="closed"):
            await connection.act("Ping")

    with_server([_WELCOME, b"Response: Error\r\nActionID: {id}\r\nMessage: no such key\r\n\r\n"], script)


def test_a_login_that_is_refused_is_an_error() -> None:
    with pytest.raises(AmiError, match="Authentication failed"):
        with_server(
            [b"Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"], lambda _: asyncio.sleep(0)
        )


def test_complaints_are_found_in_a_log_with_their_further_lines() -> None:
    log = (
        "[2026-11-25 22:41:45.042] VERBOSE[1] asterisk.c: WARNING[1] x: not one\n"
        "[2026-11-25 22:41:45.042] WARNING[12][C-0000001a] pbx.c: first\n"
        "   goes on\n"
        "[2026-11-25 22:41:45.042] NOTICE[1] a.c: nothing\n"
        "   of this\n"
        "[2026-11-25 22:41:45.042] ERROR[1] res_pjsip/config_transport.c: second: \u2028 [x] ERROR[1] y\n"
        "garbage\n"
    )

    assert complaints.read(log) == [
        "WARNING pbx.c: first goes on",
        "ERROR res_pjsip/config_transport.c: second: \u2028 [x] ERROR[1] y garbage",
    ]
    assert complaints.read("") == []


def test_that_a_caller_hung_up_is_no_complaint() -> None:
    assert (
        complaints.read("[x] ERROR[1][C-00000001] chan_pjsip.c: Session already DISCONNECTED [reason=487 (x)]\n") == []
    )
