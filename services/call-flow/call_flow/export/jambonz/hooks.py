"""Hooks: `{"verbs": [...]}` is what jambonz is answered, `{"rule": ...}` how the next hook is chosen.

Verbs and their properties are those of @jambonz/schema. What is reported to a hook (digits, dial_sip_status, from, to)
is as jambonz's documentation says.
"""

from typing import Any

from call_flow.export.plan import Plan
from call_flow.flow.destination import Destination
from call_flow.flow.model import Extension
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

Verb = dict[str, Any]
Hooks = dict[str, dict[str, Any]]
#: SIP answers of a line that is busy, and of one that cannot be reached.
_BUSY, _OFFLINE = ("486", "600"), ("404", "480", "503")
_ANSWERS = {"normal": 480, "busy": 486, "no_answer": 480, "congestion": 503, "rejected": 603, "unallocated": 404}
_ROUNDS = 100


def hooks(plan: Plan) -> Hooks:
    """Every hook by its path."""
    found = _Hooks(plan)
    found.rule("/call", "to", {number.e164[1:]: found.to(number.entry) for number in plan.numbers}, _END)
    for extension in plan.extensions:
        found.extension(extension)
    for mailbox in plan.mailboxes:
        found.mailbox(mailbox.number)
    for node in plan.nodes:
        found.node(node)
    found.all[_END] = {"verbs": [{"verb": "hangup"}]}
    return dict(sorted(found.all.items()))


_END = "/end"


class _Hooks:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.all: Hooks = {"/confirm": {"verbs": [{"verb": "gather", "actionHook": "/confirmed", "input": ["digits"],
                                                   "numDigits": 1, "timeout": 5,
                                                   "say": {"text": "Press 1 to take the call."}}]}}  # fmt: skip
        self.rule("/confirmed", "digits", {"1": "/taken"}, _END)
        self.all["/taken"] = {"verbs": [{"verb": "tag", "data": {"taken": True}}]}

    def rule(self, name: str, by: str, cases: dict[str, str], otherwise: str, **more: object) -> None:
        self.all[name] = {"rule": {"by": by, "cases": cases, "otherwise": otherwise, **more}}

    def to(self, given: Destination) -> str:
        """The hook of a destination."""
        destination = self.plan.sound(given)
        match destination.kind:
            case "node":
                return f"/node-{destination.target}"
            case "extension":
                return f"/ext-{destination.target}"
            case "mailbox":
                return f"/mailbox-{destination.target}"
            case "number":
                name = f"/call-{destination.target[1:]}"
                if name not in self.all:
                    self.all[name] = {"verbs": [{"verb": "dial", "target": [_phone(destination.target, None)]}]}
                return name
            case "hangup":
                return self._ends(destination.target)

    def _ends(self, cause: str) -> str:
        if cause == "normal":
            return _END
        self.all[f"/end-{cause}"] = {"verbs": [{"verb": "sip:decline", "status": _ANSWERS[cause]}, {"verb": "hangup"}]}
        return f"/end-{cause}"

    def _says(self, prompt: str | None) -> list[Verb]:
        words = self.plan.words(prompt)
        return [{"verb": "say", "text": words}] if words else []

    def _dials(
        self, name: str, rounds: list[tuple[list[Verb], int]], after: tuple[str, str, str], *first: Verb
    ) -> None:
        """Rings round after round; then on by the last answer: busy, offline, anything else."""
        busy, offline, otherwise = after
        if not rounds:
            self.rule(name, "none", {}, otherwise)
            return
        for at, (targets, seconds) in enumerate(rounds):
            here = name if at == 0 else f"{name}-round-{at + 1}"
            last = at == len(rounds) - 1
            dial = {"verb": "dial", "target": targets, "timeout": seconds, "answerOnBridge": False,
                    "actionHook": f"{here}-after"}  # fmt: skip
            self.all[here] = {"verbs": [*(first if at == 0 else ()), dial]}
            cases = {"200": _END}
            if last:
                cases |= dict.fromkeys(_BUSY, busy) | dict.fromkeys(_OFFLINE, offline)
            self.rule(f"{here}-after", "dial", cases, otherwise if last else f"{name}-round-{at + 2}")

    def extension(self, extension: Extension) -> None:
        targets = [] if extension.device == "none" else [_user(extension.number)]
        targets += [_phone(other.number, None, other.confirm) for other in extension.follow_me]
        after = self.plan.graph.after
        ways = (self.to(after(extension, "busy")), self.to(after(extension, "offline")),
                self.to(after(extension, "no_answer")))  # fmt: skip
        self._dials(f"/ext-{extension.number}", [(targets, extension.ring_s)] if targets else [], ways)

    def mailbox(self, number: str) -> None:
        box = self.plan.graph.mailboxes[number]
        listens = {"verb": "listen", "url": f"wss://recorder.invalid/{number}", "playBeep": True, "finishOnKey": "#",
                   "maxLength": box.max_s, "actionHook": _END}  # fmt: skip
        self.all[f"/mailbox-{number}"] = {"verbs": [*self._says(box.unavailable_greeting), listens]}

    def node(self, node: Node) -> None:  # noqa: PLR0912 - a branch for each kind
        name = f"/node-{node.id}"
        match node:
            case TimeSwitch():
                cases = {"open": self.to(node.open), "holiday": self.to(node.holiday or node.closed)}
                self.rule(name, "hours", cases, self.to(node.closed), schedule=node.schedule)
            case Menu():
                self._menu(name, node)
            case RingGroup():
                self._group(name, node)
            case Queue():
                self._queue(name, node)
            case External():
                ways = (self.to(node.busy or node.no_answer), self.to(node.no_answer), self.to(node.no_answer))
                self._dials(name, [([_phone(node.number, node.trunk, node.confirm)], node.ring_s)], ways)
            case Announcement():
                self.all[name] = {"verbs": [*self._says(node.prompt),
                                            {"verb": "redirect", "actionHook": self.to(node.then)}]}  # fmt: skip
            case Voicemail():
                self.rule(name, "none", {}, self.to(Destination(mailbox=node.mailbox)))
            case Directory():
                self.rule(name, "none", {}, self.to(node.operator or node.failed))
            case CallerMatch():
                found = []
                for rule in node.rules:
                    wanted = [*([""] if rule.anonymous else []), *([rule.prefix] if rule.prefix else [])]
                    found += [{"prefix": prefix, "hook": self.to(rule.then)} for prefix in wanted]
                self.rule(name, "from", {}, self.to(node.otherwise), prefixes=found)
            case Toggle():
                self.rule(name, "none", {}, self.to(node.on if node.default == "on" else node.off))
            case Conference():
                self.all[name] = {"verbs": [{"verb": "conference", "name": f"room-{node.room}", "beep": node.announce}]}
            case Hangup():
                ends = self._ends(node.cause)
                self.all[name] = {"verbs": [*self._says(node.prompt), {"verb": "redirect", "actionHook": ends}]}
            case Page():
                self.rule(name, "none", {}, _END)

    def _menu(self, name: str, node: Menu) -> None:
        dialled = self.plan.dialled_directly(node)
        longest = max(map(len, [*node.keys, *dialled, node.replay_key or ""]), default=1)
        for attempt in range(1, node.max_tries + 1):
            here = name if attempt == 1 else f"{name}-try-{attempt}"
            last, again = attempt == node.max_tries, f"{name}-try-{attempt + 1}"
            gathers: Verb = {
                "verb": "gather", "actionHook": f"{here}-keys", "input": ["digits"], "minDigits": 1,
                "maxDigits": max(1, longest), "timeout": node.timeout_s, "interDigitTimeout": node.digit_timeout_s,
                "dtmfBargein": True, "listenDuringPrompt": True,
            }  # fmt: skip
            if words := self.plan.words(node.prompt):
                gathers["say"] = {"text": words}
            self.all[here] = {"verbs": [gathers]}
            cases = {key: self.to(destination) for key, destination in node.keys.items()}
            cases |= {number: f"/ext-{number}" for number in dialled}
            if node.replay_key and node.replay_key not in node.keys:
                cases[node.replay_key] = here
            cases[""] = self.to(node.no_input) if last else again
            wrong = self.to(node.invalid) if last else again
            if says := self._says(node.invalid_prompt):
                self.all[f"{here}-wrong"] = {"verbs": [*says, {"verb": "redirect", "actionHook": wrong}]}
                wrong = f"{here}-wrong"
            self.rule(f"{here}-keys", "digits", cases, wrong)

    def _group(self, name: str, node: RingGroup) -> None:
        targets = []
        for member in self.plan.members(node.members):
            outside = _phone(str(member.number), None, member.confirm)
            targets.append(_user(member.extension) if member.extension else outside)
        at_once = node.strategy == "simultaneous"
        rounds = [(targets, node.ring_s)] if at_once else [([target], node.ring_s) for target in targets]
        ways = (self.to(node.busy or node.no_answer), self.to(node.offline or node.no_answer), self.to(node.no_answer))
        self._dials(name, rounds if targets else [], ways, *self._says(node.greeting))

    def _queue(self, name: str, node: Queue) -> None:
        agents = sorted(self.plan.agents(node.agents), key=lambda agent: agent.penalty)
        targets = [_user(str(agent.extension)) if agent.extension else _phone(str(agent.number), None)
                   for agent in agents]  # fmt: skip
        number = min(_ROUNDS, max(1, node.max_wait_s // (node.ring_s + node.retry_s)))
        in_turn = node.strategy != "ringall"
        rounds = [
            ([targets[at % len(targets)]] if in_turn else targets, node.ring_s) for at in range(number) if targets
        ]
        timeout = self.to(node.timeout)
        offline = self.to(node.no_agents or node.timeout)
        self._dials(name, rounds, (timeout, offline, timeout if targets else offline), *self._says(node.greeting))


def _user(number: str) -> Verb:
    return {"type": "user", "name": number}


def _phone(number: str, trunk: str | None, confirm: bool = False) -> Verb:
    found: Verb = {"type": "phone", "number": number}
    if trunk is not None:
        found["trunk"] = trunk
    return found | ({"confirmHook": {"url": "/confirm"}} if confirm else {})
