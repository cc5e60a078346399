"""What the demo writes where there is no terminal."""

import io

from demo.screen import Screen


def test_without_a_terminal_progress_is_a_few_plain_lines() -> None:
    stream = io.StringIO()
    screen = Screen(stream)
    for done in range(41):
        screen.bar(done, 40, "note")
    screen.end_bar()
    lines = stream.getvalue().splitlines()
    assert [line.split(" after")[0] for line in lines] == [f"  {done} of 40 documents" for done in (8, 16, 24, 32, 40)]
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()


def test_on_a_terminal_the_bar_is_written_over_itself() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    screen = Screen(stream)
    screen.bar(1, 2, "harbour-dental")
    screen.bar(2, 2, "")
    screen.end_bar()
    assert stream.getvalue().count("\r") == 2
    assert stream.getvalue().endswith("\n")


def test_long_text_is_wrapped_with_its_indents() -> None:
    stream = io.StringIO()
    Screen(stream).wrapped("word " * 60, first="  A  ", then="     ")
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("  A  word")
    assert len(lines) > 1
    assert all(line.startswith("     word") for line in lines[1:])


def test_an_empty_text_is_one_line() -> None:
    stream = io.StringIO()
    Screen(stream).wrapped("", first="  A  ", then="     ")
    assert stream.getvalue() == "  A  \n"
