"""Configurations as the commands that would make them: Junos's `display set`, EdgeOS's and VyOS's `show … commands`."""

import re

#: "deactivate" is how Junos writes that a statement is there without effect; VyOS writes "comment" for annotations.
_COMMAND = re.compile(r"(set|deactivate|protect|comment) (?=\S)")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'(?=\s|$)|(\S+)')


def is_command(text: str) -> bool:
    """Whether a line is such a command."""
    return _COMMAND.match(text) is not None


def command(text: str) -> tuple[str, str]:
    """A command's verb and the rest of it; "" and the text itself when it is none."""
    match = _COMMAND.match(text)
    return (match[1], text[match.end() :]) if match else ("", text)


def words(text: str) -> list[str]:
    """The words of a statement. What is in quotes is one word, without them."""
    if '"' not in text and "'" not in text:
        return text.split()
    return [bare or double.replace('\\"', '"') or single for double, single, bare in _WORD.findall(text)]
