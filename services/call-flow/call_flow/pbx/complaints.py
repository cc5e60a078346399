"""What Asterisk's log says of its configuration: every warning and error, one line each."""

import re

_LINE = re.compile(
    r"^\[(?P<time>[^\]]*)\] (?P<level>WARNING|ERROR)\[\d+\](?:\[C-[0-9a-f]+\])? (?P<place>[^\s:]+): (?P<text>.*)$"
)
#: About no configuration: a caller hung up at the very moment of an answer, the driver asked after an ended channel, or
#: so many telephones came into being at once that others had to wait for word of them.
_TRANSIENT = re.compile(
    r"WARNING taskprocessor\.c: Taskprocessor '[^']*' queue reached |"
    r"ERROR chan_pjsip\.c: Session already DISCONNECTED|"
    r"WARNING func_channel\.c: Unknown or unavailable item requested: 'pjsip,call-id'"
)
_ANY = re.compile(r"^\[[^\]]*\] [A-Z]+\[\d+\]")


def read(log: str) -> list[str]:
    """Warnings and errors of a log, as `WARNING pbx_config.c: …`; a text of several lines becomes one."""
    found: list[str] = []
    is_open = False
    for line in log.split("\n"):
        if match := _LINE.match(line):
            found.append(f"{match['level']} {match['place']}: {match['text'].strip()}")
            is_open = True
        elif _ANY.match(line):
            is_open = False
        elif is_open and line.strip():
            found[-1] += f" {line.strip()}"
    return [complaint for complaint in found if not _TRANSIENT.match(complaint)]
