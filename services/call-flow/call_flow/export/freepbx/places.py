"""The ids and numbers that FreePBX gives its parts, and its destinations: `context,extension,priority`."""

from collections.abc import Iterator

import phonenumbers

from call_flow.export.plan import Plan
from call_flow.flow.destination import Destination
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

_ENDS = {"normal": "hangup", "busy": "busy", "no_answer": "hangup", "congestion": "congestion", "rejected": "busy",
         "unallocated": "hangup"}  # fmt: skip
_BOXES = {"unavailable": "vmu", "busy": "vmb", "none": "vms"}


class Places:
    """Ids count within each module; ring groups, queues and page groups have numbers that nobody else has."""

    def __init__(self, plan: Plan) -> None:
        """Gives ids and numbers in the order of the flow."""
        self.plan = plan
        taken = {item.number for item in plan.extensions} | {item.number for item in plan.mailboxes}
        taken |= {node.room for node in plan.nodes if isinstance(node, Conference)}
        self._free: Iterator[str] = (str(number) for number in range(6000, 100_000) if str(number) not in taken)
        self.recording = {prompt.id: at for at, prompt in enumerate(plan.prompts, 1)}
        self.id = {node.id: at for kind in (Menu, Directory, Toggle, Announcement, Hangup)
                   for at, node in enumerate((node for node in plan.nodes if isinstance(node, kind)), 1)}  # fmt: skip
        self._after_announcements = sum(isinstance(node, Announcement) for node in plan.nodes)
        self.number = {node.id: next(self._free) for node in plan.nodes
                       if isinstance(node, RingGroup | Queue | Page | External)}  # fmt: skip
        self.outside: dict[str, int] = {}
        self.conditions: dict[str, int] = {}
        self._next_condition = 1

    def condition(self, switch: str, parts: int) -> int:
        """The id of the first of the time conditions that stand for a switch."""
        if switch not in self.conditions:
            self.conditions[switch] = self._next_condition
            self._next_condition += parts
        return self.conditions[switch]

    def announcement(self, node: Announcement | Hangup) -> int:
        """The id of an announcement; those before a hang-up come after the others."""
        return self.id[node.id] + (self._after_announcements if isinstance(node, Hangup) else 0)

    def to(self, given: Destination) -> str:
        """A destination as FreePBX writes it."""
        destination = self.plan.sound(given)
        match destination.kind:
            case "extension":
                return f"from-did-direct,{destination.target},1"
            case "mailbox":
                return f"ext-local,{_BOXES[destination.greeting or 'unavailable']}{destination.target},1"
            case "number":
                return f"ext-miscdests,{self.outside.setdefault(destination.target, len(self.outside) + 1)},1"
            case "hangup":
                return f"app-blackhole,{_ENDS[destination.target]},1"
            case "node":
                return self._node(self.plan.graph.nodes[destination.target], set())

    def _node(self, node: Node, seen: set[str]) -> str:  # noqa: PLR0911, PLR0912 - a branch for each kind
        match node:
            case TimeSwitch():
                return f"timeconditions,{self.condition(node.id, switches(self.plan, node))},1"
            case Menu():
                return f"ivr-{self.id[node.id]},s,1"
            case RingGroup() | External():
                return f"ext-group,{self.number[node.id]},1"
            case Queue():
                return f"ext-queues,{self.number[node.id]},1"
            case Page():
                return f"app-pagegroups,{self.number[node.id]},1"
            case Announcement():
                return f"app-announcement-{self.announcement(node)},s,1"
            case Hangup():
                if node.prompt is None:
                    return f"app-blackhole,{_ENDS[node.cause]},1"
                return f"app-announcement-{self.announcement(node)},s,1"
            case Voicemail():
                return self.to(Destination(mailbox=node.mailbox, greeting=node.greeting))
            case Directory():
                return f"directory,{self.id[node.id]},1"
            case Conference():
                return f"ext-meetme,{node.room},1"
            case Toggle():
                return f"app-daynight,{self.id[node.id] - 1},1"
            case CallerMatch():
                following = self.plan.sound(node.otherwise)
                if following.kind != "node":
                    return self.to(following)
                if following.target in seen:
                    return "app-blackhole,hangup,1"
                return self._node(self.plan.graph.nodes[following.target], seen | {node.id})


def switches(plan: Plan, node: TimeSwitch) -> int:
    """How many time conditions stand for a switch: one for the week, and one for each kind of dates there is."""
    agenda = plan.agenda(node.schedule)
    kinds = {day.otherwise for day in agenda.dated}
    return 1 + len(kinds) + any(day.open for day in agenda.dated)


def dialled(plan: Plan, number: str) -> str:
    """What is dialled in the customer's country to reach a number."""
    parsed = phonenumbers.parse(number)
    region = plan.flow.customer.country
    if parsed.country_code == phonenumbers.country_code_for_region(region):
        return number[1:] if parsed.country_code == 1 else f"0{parsed.national_number}"
    text = phonenumbers.format_out_of_country_calling_number(parsed, region)
    return "".join(sign for sign in text if sign.isdigit())
