"""Commands that move bytes: when one fails, its own words are the sentence."""

import os

import pytest

from backup import commands
from backup.commands import Command, Conversation
from host.obstacle import Obstacle


def _shell(script: str) -> Command:
    return Command(["sh", "-c", script], os.environ, "the copy")


def test_what_goes_in_comes_out() -> None:
    assert commands.fed(_shell("cat"), [b"one ", b"two"]) == "one two"
    assert b"".join(commands.stream(_shell("printf 'one two'"))) == b"one two"
    assert commands.document(_shell('echo "on the way"; cat'), [b'{"files": 2}']) == {"files": 2}


def test_a_command_that_ends_before_it_was_fed_says_why() -> None:
    with pytest.raises(Obstacle, match="the copy failed: no room"):
        commands.fed(_shell("echo no room >&2; exit 3"), (bytes(1 << 16) for _ in range(100)))


def test_a_stream_that_breaks_off_is_a_failure_not_an_end() -> None:
    with pytest.raises(Obstacle, match="the copy failed: it did not say why"):
        list(commands.stream(_shell("echo half; exit 1")))


def test_an_answer_that_is_no_document_is_refused() -> None:
    for script in ("true", "echo hello"):
        with pytest.raises(Obstacle, match="no sensible answer"):
            commands.document(_shell(script))


def test_a_missing_program_is_named() -> None:
    with pytest.raises(Obstacle, match="/no/such/program cannot be run"):
        commands.fed(Command(["/no/such/program"], {}, "it"))


def test_a_conversation_goes_line_by_line_until_the_other_side_ends() -> None:
    talk = Conversation(
        _shell('while read line; do [ "$line" = stop ] && { echo gone >&2; exit 1; }; echo "<$line>"; done')
    )
    try:
        assert talk.ask("one\n  and two") == "<one and two>"
        with pytest.raises(Obstacle, match="the copy failed: gone"):
            talk.ask("stop")
    finally:
        talk.close()
