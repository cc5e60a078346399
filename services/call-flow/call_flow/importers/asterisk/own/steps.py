"""Steps as our own export writes them, and the destinations they lead to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from call_flow.export.asterisk.system import CAUSES
from call_flow.importers.asterisk.configuration import Section
from call_flow.importers.asterisk.dialplan import Dialplan, Extension
from call_flow.importers.draft import Plain
from call_flow.importers.ledger import Source

_GOTO = re.compile(r"Goto\((node|dial|mailbox|external|hangup)-([a-z0-9_-]+),s,1\)")
_LANGUAGE = re.compile(r"Set\(CHANNEL\(language\)=([a-z]{2,3}(?:_[A-Z]{2})?)\)")
_PREFIX = re.compile(r"Gosub\(prefix,s,1\((LABEL_\d+)\)\)")
_PRIORITY = re.compile(r"Set\(QUEUE_PRIO=(\d+)\)")
_GREETING = re.compile(r"Set\(GREETING=(unavailable|busy|none)\)")
_PLAYBACK = re.compile(r"(?:Playback|Background)\(custom/([a-z][a-z0-9-]{0,39})\)")
_LEGS = re.compile(r"Dial\(Local/(?:\d+|\$\{MEMBER\})@([a-z][a-z0-9-]*)[&,]")
_CALL = re.compile(r"Gosub\(((?:route|trunk)-[a-z][a-z0-9-]*|outside),s,1\((\+\d+),(\d+)(?:,(.*))?\)\)")


class NotOurs(Exception):
    """The steps are not as the export writes them."""


@dataclass(frozen=True)
class Written:
    """A step as it is written, without its place."""

    label: str
    text: str


@dataclass(frozen=True)
class Call:
    """A step that calls a number outside: by which way, how long, and with which options."""

    way: str
    number: str
    seconds: int
    options: str

    @property
    def confirm(self) -> bool:
        """Whether whoever answers presses 1."""
        return "U(confirm)" in self.options

    @property
    def is_own(self) -> bool:
        """Whether it shows the customer's own number."""
        return "b(own" in self.options


_NAMES = {
    "goto": "Goto", "gosub": "Gosub", "gotoif": "GotoIf", "gotoiftime": "GotoIfTime", "set": "Set", "dial": "Dial",
    "playback": "Playback", "background": "Background", "return": "Return", "answer": "Answer", "queue": "Queue",
    "waitexten": "WaitExten", "wait": "Wait", "directory": "Directory", "voicemail": "VoiceMail", "page": "Page",
    "confbridge": "ConfBridge", "execif": "ExecIf",
}  # fmt: skip


class Own:
    """The dialplan of our own export, read by the names of its contexts."""

    def __init__(self, dialplan: Dialplan, labels: Sequence[Section]) -> None:
        """`labels` are the words shown before callers' names."""
        self.dialplan = dialplan
        self._labels = {**dialplan.globals}
        for section in labels:
            self._labels |= {setting.name: setting.value for setting in section.settings}

    def source(self, context: str) -> Source:
        """Where a context begins."""
        return self.dialplan.contexts[context].source

    def extensions(self, context: str) -> dict[str, Extension]:
        """The extensions of a context; none when there is no such context."""
        found = self.dialplan.contexts.get(context)
        return {} if found is None else found.extensions

    def steps(self, context: str, extension: str = "s") -> list[Written]:
        """The steps of an extension. Raises NotOurs when there are none."""
        found = self.extensions(context).get(extension)
        if found is None or not found.steps:
            raise NotOurs
        return [Written(step.label, f"{_NAMES.get(step.application, step.application)}({step.arguments})")
                for step in found.steps]  # fmt: skip

    def label(self, name: str) -> str:
        """Words by their name."""
        return self._labels.get(name, "").replace("\\;", ";")

    def goes(self, steps: Sequence[Written]) -> Plain:
        """The destination that steps lead to, up to the first Goto. Raises NotOurs for other steps."""
        settings: Plain = {}
        greeting = ""
        for step in steps:
            if match := _LANGUAGE.fullmatch(step.text):
                settings["language"] = match[1].replace("_", "-")
            elif match := _PREFIX.fullmatch(step.text):
                settings["caller_prefix"] = self.label(match[1])
            elif match := _PRIORITY.fullmatch(step.text):
                settings["priority"] = int(match[1])
            elif match := _GREETING.fullmatch(step.text):
                greeting = match[1]
            elif match := _GOTO.fullmatch(step.text):
                return _destination(match[1], match[2], greeting, settings)
            else:
                raise NotOurs
        raise NotOurs

    def at(self, steps: Sequence[Written], label: str) -> Plain:
        """The destination of the steps that begin at a label."""
        begin = next((at for at, step in enumerate(steps) if step.label == label), None)
        if begin is None:
            raise NotOurs
        return self.goes(steps[begin:])


def _destination(kind: str, name: str, greeting: str, settings: Plain) -> Plain:
    keys = {"node": "node", "dial": "extension", "mailbox": "mailbox", "external": "number", "hangup": "hangup"}
    if kind == "hangup" and name not in CAUSES:
        raise NotOurs
    found: Plain = {keys[kind]: f"+{name}" if kind == "external" else name}
    if kind == "mailbox" and greeting not in ("", "unavailable"):
        found["greeting"] = greeting
    return found | ({"set": settings} if settings else {})


def played(steps: list[Written]) -> str | None:
    """The prompt that the first step plays; the step is taken off the list."""
    match = _PLAYBACK.fullmatch(steps[0].text) if steps else None
    if match is None:
        return None
    del steps[0]
    return match[1]


def prefixed(own: Own, steps: list[Written]) -> str | None:
    """The words shown before the caller's name by the first step, which is taken off the list."""
    match = _PREFIX.fullmatch(steps[0].text) if steps else None
    if match is None:
        return None
    del steps[0]
    return own.label(match[1])


def called(text: str) -> Call | None:
    """The call outside that a step makes; None for another step."""
    match = _CALL.fullmatch(text)
    return None if match is None else Call(match[1], match[2], int(match[3]), match[4] or "")


def legs_of(steps: Sequence[Written]) -> str | None:
    """The context whose extensions are rung as legs; None when there are none."""
    found = (match[1] for step in steps if (match := _LEGS.match(step.text)))
    return next(found, None)
