"""A Studio flow: the graph below one number, as widgets and the transitions between them.

Widgets, their events and properties are those of Twilio's documentation of the Studio flow definition.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from call_flow.export.labels import shown
from call_flow.export.plan import Plan
from call_flow.flow.destination import Destination
from call_flow.flow.model import Number
from call_flow.flow.nodes import (
    Announcement,
    CallerMatch,
    Conference,
    Directory,
    External,
    Hangup,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
    Toggle,
    Voicemail,
)  # fmt: skip

State = dict[str, Any]
_HOST = "https://{{flow.variables.domain}}"
_MOST = 1000
_ANONYMOUS = "anonymous,restricted,unavailable,unknown,+266696687,+86282452253,+7378742833,+2562533"


def studio(plan: Plan, number: Number) -> dict[str, Any]:
    """The definition of a number's flow."""
    widgets = Widgets(plan, number.language or plan.flow.customer.languages[0])
    widgets.add("Trigger", "trigger", {}, incomingCall="domain", incomingMessage=None, incomingRequest=None,
                incomingConversationMessage=None, incomingParent=None)  # fmt: skip
    domain = {"variables": [{"key": "domain", "value": "your-service.twil.io"}]}
    widgets.add("domain", "set-variables", domain, next=widgets.to(number.entry))
    widgets.follow()
    if len(widgets.states) > _MOST:
        how = f"Its flow has {len(widgets.states)} widgets; Studio takes {_MOST}. Let menus dial fewer extensions."
        plan.notes.unsupported(plan.pointer(number), how)
    return {"description": f"Calls to {number.e164}", "initial_state": "Trigger", "states": widgets.placed(),
            "flags": {"allow_concurrent_calls": True}}  # fmt: skip


class Widgets:
    """The states of one flow. What is led to is added when it is followed."""

    def __init__(self, plan: Plan, language: str) -> None:
        """Begins with no states."""
        self.plan = plan
        self.language = language
        self.states: list[State] = []
        self._waiting: dict[str, Callable[[], None]] = {}
        self._known: set[str] = set()

    def add(self, name: str, what: str, properties: dict[str, Any], **transitions: str | None) -> None:
        """A widget, with an event and where it leads for each transition."""
        self._state(name, what, properties, [_event(event, following) for event, following in transitions.items()])

    def _state(self, name: str, what: str, properties: dict[str, Any], transitions: list[State]) -> None:
        self._known.add(name)
        self.states.append({"name": name, "type": what, "properties": properties, "transitions": transitions})

    def placed(self) -> list[State]:
        """The states on a grid, in the order in which they came."""
        for at, state in enumerate(self.states):
            state["properties"] = {**state["properties"], "offset": {"x": at % 8 * 400, "y": at // 8 * 300}}
        return self.states

    def follow(self) -> None:
        """Adds everything that is led to."""
        while self._waiting:
            name = next(iter(self._waiting))
            make = self._waiting.pop(name)
            if name not in self._known:
                make()

    def _later(self, name: str, make: Callable[[], None]) -> str:
        if name not in self._known:
            self._waiting.setdefault(name, make)
        return name

    def to(self, given: Destination) -> str | None:
        """The name of the widget for a destination; None when the call ends."""
        destination = self.plan.sound(given)
        target = destination.target
        match destination.kind:
            case "node":
                node = self.plan.graph.nodes[target]
                if isinstance(node, Voicemail):
                    return self.to(Destination(mailbox=node.mailbox))
                return self._later(_name("node", target), lambda: self._node(node))
            case "extension":
                return self._later(f"ext_{target}", lambda: self._extension(target))
            case "mailbox":
                return self._later(f"mailbox_{target}", lambda: self._mailbox(target))
            case "number":
                return self._later(f"call_{target[1:]}", lambda: self._number(target))
            case "hangup":
                return None

    def _say(self, name: str, prompt: str | None, following: str | None) -> None:
        properties = {"say": self._words(prompt), "language": self.language, "loop": 1}
        self.add(name, "say-play", properties, audioComplete=following)

    def _words(self, name: str | None) -> str:
        prompt = self.plan.prompt(name)
        if prompt is None:
            return " "
        # Studio replaces what stands in double braces.
        words = shown(prompt.texts.get(self.language) or self.plan.words(name), 4000)
        return re.sub(r"\{(?=[{%])", "{ ", words) or " "

    def _split(self, name: str, what: str, cases: Sequence[tuple[str, str, str | None]], other: str | None) -> None:
        transitions = [_event("noMatch", other)]
        for at, (kind, value, following) in enumerate(cases):
            condition = {"friendly_name": f"case {at + 1}", "arguments": [what], "type": kind, "value": value}
            transitions.append({**_event("match", following), "conditions": [condition]})
        self._state(name, "split-based-on", {"input": what}, transitions)

    def _ring(self, name: str, place: str, busy: Destination, offline: Destination, other: Destination) -> None:
        url = f"{_HOST}/ring?place={place}&flow={{{{flow.flow_sid}}}}"
        nobody = self.to(other)
        self.add(name, "add-twiml-redirect", {"url": url, "method": "POST", "timeout": "14400"},
                 **{"return": f"{name}_status", "timeout": nobody, "fail": nobody})  # fmt: skip
        cases = [("equal_to", "completed", None), ("equal_to", "answered", None), ("equal_to", "busy", self.to(busy)),
                 ("equal_to", "failed", self.to(offline))]  # fmt: skip
        self._split(f"{name}_status", f"{{{{widgets.{name}.Status}}}}", cases, nobody)

    def _extension(self, number: str) -> None:
        extension = self.plan.graph.extensions[number]
        after = self.plan.graph.after
        self._ring(f"ext_{number}", f"ext-{number}", after(extension, "busy"), after(extension, "offline"),
                   after(extension, "no_answer"))  # fmt: skip

    def _number(self, number: str) -> None:
        properties = {"noun": "number", "to": number, "caller_id": "{{contact.channel.address}}", "timeout": 30,
                      "record": False}  # fmt: skip
        self.add(f"call_{number[1:]}", "connect-call-to", properties, callCompleted=None, hangup=None)

    def _mailbox(self, number: str) -> None:
        """Whoever fetches the recordings knows by the names of these widgets whose they are."""
        mailbox = self.plan.graph.mailboxes[number]
        name = f"mailbox_{number}"
        self._say(name, mailbox.unavailable_greeting, f"{name}_record")
        properties = {"max_length": mailbox.max_s, "play_beep": "true", "timeout": 5, "finish_on_key": "#",
                      "transcribe": mailbox.transcribe, "trim": "trim-silence"}  # fmt: skip
        self.add(f"{name}_record", "record-voicemail", properties, recordingComplete=None, noAudio=None, hangup=None)

    def _node(self, node: Node) -> None:
        name = _name("node", node.id)
        match node:
            case TimeSwitch():
                self._asks(name, node)
            case Menu():
                self._chooses(name, node)
            case RingGroup():
                no_answer = node.no_answer
                self._ring(name, node.id, node.busy or no_answer, node.offline or no_answer, no_answer)
            case Queue():
                self._ring(name, node.id, node.timeout, node.no_agents or node.timeout, node.timeout)
            case External():
                self._ring(name, node.id, node.busy or node.no_answer, node.no_answer, node.no_answer)
            case Conference():
                end = Destination(hangup="normal")
                self._ring(name, node.id, end, end, end)
            case Announcement():
                self._say(name, node.prompt, self.to(node.then))
            case Directory():
                self._finds(name, node)
            case CallerMatch():
                self._sorts(name, node)
            case Toggle():
                self._say(name, None, self.to(node.on if node.default == "on" else node.off))
            case Hangup():
                self._say(name, node.prompt, None)
            case Page():
                self._say(name, None, None)

    def _asks(self, name: str, node: TimeSwitch) -> None:
        closed, holiday = self.to(node.closed), self.to(node.holiday or node.closed)
        properties = {"url": f"{_HOST}/ask_hours", "parameters": [{"key": "schedule", "value": node.schedule}],
                      "service_sid": None, "environment_sid": None, "function_sid": None}  # fmt: skip
        self.add(name, "run-function", properties, success=f"{name}_state", fail=closed)
        cases = [("equal_to", "open", self.to(node.open)), ("equal_to", "holiday", holiday)]
        self._split(f"{name}_state", f"{{{{widgets.{name}.parsed.state}}}}", cases, closed)

    def _chooses(self, name: str, node: Menu) -> None:
        dialled = self.plan.dialled_directly(node)
        longest = max(map(len, [*node.keys, *dialled, node.replay_key or ""]), default=1)
        for attempt in range(1, node.max_tries + 1):
            here = name if attempt == 1 else f"{name}_{attempt}"
            last = attempt == node.max_tries
            again = f"{name}_{attempt + 1}"
            properties = {"say": self._words(node.prompt), "language": self.language, "loop": 1, "stop_gather": True,
                          "timeout": node.timeout_s, "finish_on_key": "", "number_of_digits": max(1, longest),
                          "gather_language": "en"}  # fmt: skip
            self.add(here, "gather-input-on-call", properties, keypress=f"{here}_key", speech=None,
                     timeout=self.to(node.no_input) if last else again)  # fmt: skip
            cases = [("equal_to", key, self.to(destination)) for key, destination in node.keys.items()]
            cases += [("equal_to", number, self.to(Destination(extension=number))) for number in dialled]
            if node.replay_key and node.replay_key not in node.keys:
                cases.append(("equal_to", node.replay_key, here))
            self._split(f"{here}_key", f"{{{{widgets.{here}.Digits}}}}", cases, f"{here}_wrong")
            self._say(f"{here}_wrong", node.invalid_prompt, self.to(node.invalid) if last else again)

    def _finds(self, name: str, node: Directory) -> None:
        words = "Please enter the first three letters of the name."
        properties = {"say": words, "language": "en-US", "loop": 1, "stop_gather": True, "timeout": 10,
                      "finish_on_key": "", "number_of_digits": 3, "gather_language": "en"}  # fmt: skip
        failed = self.to(node.failed)
        self.add(name, "gather-input-on-call", properties, keypress=f"{name}_key", speech=None, timeout=failed)
        operator = [] if node.operator is None else [("starts_with", "0", self.to(node.operator))]
        self._split(f"{name}_key", f"{{{{widgets.{name}.Digits}}}}", operator, f"{name}_find")
        asked = [{"key": "directory", "value": node.id}, {"key": "digits", "value": f"{{{{widgets.{name}.Digits}}}}"}]
        self.add(f"{name}_find", "run-function", {"url": f"{_HOST}/find", "parameters": asked, "service_sid": None,
                                                  "environment_sid": None, "function_sid": None},
                 success=f"{name}_found", fail=failed)  # fmt: skip
        cases = [("equal_to", item.number, self.to(Destination(extension=item.number)))
                 for item in self.plan.graph.listed(node) if item.number in self.plan.graph.extensions]  # fmt: skip
        self._split(f"{name}_found", f"{{{{widgets.{name}_find.parsed.extension}}}}", cases, failed)

    def _sorts(self, name: str, node: CallerMatch) -> None:
        cases: list[tuple[str, str, str | None]] = []
        for rule in node.rules:
            if rule.anonymous:
                cases.append(("matches_any_of", _ANONYMOUS, self.to(rule.then)))
            if rule.prefix:
                cases.append(("starts_with", rule.prefix, self.to(rule.then)))
        self._split(name, "{{trigger.call.From}}", cases, self.to(node.otherwise))


def _name(kind: str, name: str) -> str:
    return f"{kind}_{name.replace('-', '_')}"


def _event(event: str, following: str | None) -> State:
    return {"event": event} if following is None else {"event": event, "next": following}
