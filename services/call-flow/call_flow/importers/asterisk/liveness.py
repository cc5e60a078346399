"""Which variables a dialplan still reads from a step on, so that calls that differ in others are taken for the same."""

import re
from typing import TYPE_CHECKING

from call_flow.importers.asterisk.dialplan import Dialplan, Step, arguments

if TYPE_CHECKING:
    from call_flow.importers.asterisk.state import Place

_READ = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_]*)")
_SET = re.compile(r"(?:LOCAL\()?_*([A-Za-z_][A-Za-z0-9_]*)\)?=")
_WRITTEN = {
    "dial": ("DIALSTATUS", "HANGUPCAUSE", "DIALEDTIME", "ANSWEREDTIME"), "queue": ("QUEUESTATUS",),
    "voicemail": ("VMSTATUS",), "background": ("BACKGROUNDSTATUS",), "playback": ("PLAYBACKSTATUS",),
}  # fmt: skip
_JUMPS = ("goto", "gotoif", "gotoiftime", "gosub", "gosubif", "macro", "execif", "directory")
_LISTENS = ("background", "waitexten", "read", "queue", "voicemail", "directory")
_ROUNDS = 40


class Liveness:
    """Worked out once for each dialplan."""

    def __init__(self, dialplan: Dialplan) -> None:
        """Follows jumps by the names of contexts and extensions that stand in them."""
        self._dialplan = dialplan
        self._live: dict[str, frozenset[str]] = {name: frozenset() for name in dialplan.contexts}
        self._before: dict[tuple[str, str], list[frozenset[str]]] = {}
        self._contexts: dict[str, frozenset[str]] = {}
        for name in dialplan.contexts:
            self._contexts[name] = self._led_to(name)
        self._settle()

    def _led_to(self, name: str) -> frozenset[str]:
        """The contexts that steps of a context may lead to."""
        context = self._dialplan.contexts[name]
        found = {included.name for included in context.includes}
        for extension in context.extensions.values():
            for step in extension.steps:
                if step.application in _JUMPS:
                    found |= self._named(step)
        return frozenset(found & self._dialplan.contexts.keys())

    def _named(self, step: Step) -> set[str]:
        words = set(re.split(r"[,?:()|\s]+", step.arguments))
        if step.application == "macro":
            words |= {f"macro-{word}" for word in arguments(step.arguments)[:1]}
        return words

    def _settle(self) -> None:
        """Variables that a context reads before it writes them, with those of the contexts it leads to."""
        for name, context in self._dialplan.contexts.items():
            exposed: set[str] = set()
            for extension in context.extensions.values():
                exposed |= _exposed(extension.steps)[0]
            self._live[name] = frozenset(exposed)
        for _ in range(_ROUNDS):
            changed = False
            for name, led in self._contexts.items():
                found = self._live[name].union(*(self._live[other] for other in led))
                if found != self._live[name]:
                    self._live[name], changed = found, True
            if not changed:
                return

    def before(self, place: "Place") -> frozenset[str]:
        """The variables whose values may still be read from a step on."""
        if place.at < 0:
            return self._live[place.context]
        key = (place.context, place.extension)
        if key not in self._before:
            steps = self._dialplan.contexts[place.context].extensions[place.extension].steps
            self._before[key] = self._of(steps, self._live[place.context])
        found = self._before[key]
        return found[min(place.at, len(found) - 1)]

    @staticmethod
    def _of(steps: list[Step], beyond: frozenset[str]) -> list[frozenset[str]]:
        """What is read from each step on, and after the last one."""
        found = [frozenset[str]()]
        leads_on = False
        for step, read in zip(reversed(steps), _exposed(steps)[-2::-1], strict=True):
            leads_on = leads_on or step.application in _JUMPS or step.application in _LISTENS
            found.append(read | beyond if leads_on else read)
        return found[::-1]


def _exposed(steps: list[Step]) -> list[frozenset[str]]:
    """What is read before it is written, in the order of the steps: from each step on, and after the last one."""
    found = [frozenset[str]()]
    for step in reversed(steps):
        written = set(_WRITTEN.get(step.application, ()))
        if step.application == "set":
            written |= set(_SET.findall(step.arguments))
        elif step.application == "read":
            written |= set(arguments(step.arguments)[:1])
        found.append((found[-1] - written) | frozenset(_READ.findall(step.arguments)))
    return found[::-1]
