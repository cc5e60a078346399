"""Calls that begin at an extension: what it dials, and what becomes of that."""

from call_flow.flow.graph import Graph
from call_flow.flow.model import Extension, Notice
from call_flow.flow.nodes import Conference, Toggle
from call_flow.simulate import outbound
from call_flow.simulate.call import Call, End, Way

_FORMATTING = str.maketrans("", "", " -./()")
_FEATURES = {
    "voicemail": "opens the extension's own mailbox",
    "voicemail_any": "opens a mailbox that is asked for",
    "pickup": "takes a call that rings elsewhere",
    "directory": "opens the directory",
    "echo_test": "plays back what is said",
}
_ALLOWED = {"none": (), "internal": (), "national": ("national",), "international": ("national", "international")}


def dialled(text: str) -> str:
    """What is dialled, without the signs that only make it readable."""
    return text.translate(_FORMATTING)


class Inside:
    """Where calls of extensions go."""

    def __init__(self, graph: Graph) -> None:
        """Reads the numbers and codes of the flow."""
        self._graph = graph
        emergency = graph.flow.emergency
        self.emergency: dict[str, str] = {}
        for number in [*emergency.numbers, *emergency.test_numbers]:
            for prefix in emergency.accept_prefixes:
                self.emergency.setdefault(prefix + number, number)
        self.emergency |= {number: number for number in [*emergency.numbers, *emergency.test_numbers]}
        self.codes = _codes(graph)
        self.rooms = {node.room: node.id for node in reversed(graph.flow.nodes) if isinstance(node, Conference)}

    def begin(self, call: Call, caller: Extension, text: str) -> Way | End:
        """Dial. Emergency numbers come before everything else."""
        number = dialled(text)
        if found := self.emergency.get(number):
            return self._emergency(call, caller, number, found)
        call.passes("", caller.number, "caller", "dial", f"extension {caller.number} dialled {number}")
        if number in self._graph.extensions:
            return Way("extension", number)
        if number in self.rooms:
            return Way("node", self.rooms[number])
        if number in self._graph.mailboxes:
            return Way("mailbox", number)
        if said := self.codes.get(number):
            call.passes("", number, "code", "done", said)
            return End("answered", number)
        return self._outside(call, caller, number)

    def _outside(self, call: Call, caller: Extension, number: str) -> Way | End:
        found = outbound.read(number, self._graph)
        if found is None:
            call.passes("", number, "outbound", "unallocated", f"{number} is no number of this system or outside it")
            return End("hangup", "unallocated")
        if found.call_class not in _ALLOWED[caller.outbound]:
            may = {"none": "nobody outside", "internal": "nobody outside"}.get(caller.outbound, "national numbers only")
            reason = f"{found.number} is {found.said}, and extension {caller.number} may call {may}"
            call.passes("", number, "outbound", "rejected", reason)
            return End("hangup", "rejected")
        if found.route is None:
            reason = f"there is no outbound route for {found.call_class} calls"
            call.passes("", number, "outbound", "unallocated", reason)
            return End("hangup", "unallocated")
        call.passes("", number, "outbound", "route", f"{found.said}, by route '{found.route.id}'")
        return Way("external", found.number)

    def _emergency(self, call: Call, caller: Extension, number: str, meant: str) -> End:
        emergency = self._graph.flow.emergency
        prefix = number.removesuffix(meant)
        without = f"the {prefix} before it is taken off, " if prefix else ""
        call.passes("", caller.number, "caller", "dial", f"extension {caller.number} dialled {number}")
        told = f"the location told is {self.location(caller)}"
        back = caller.caller_id.emergency if caller.caller_id else None
        called_back = f", called back at {back or emergency.callback}" if back or emergency.callback else ""
        test = "a test call, " if meant in emergency.test_numbers and meant not in emergency.numbers else ""
        call.passes("", meant, "emergency", "call", f"{test}{without}no restriction applies, {told}{called_back}")
        if not test:
            for notice in emergency.notify:
                target, how = _told(notice)
                call.passes("", target, "notice", how, f"told at the same time that {caller.number} called {meant}")
        return End("emergency", meant)

    def location(self, caller: Extension) -> str:
        """Where an extension is, as a dispatcher is told it."""
        site = next((site for site in self._graph.flow.sites if site.id == caller.site), None)
        if site is None:
            return "unknown"
        place = next((place for place in site.locations if place.id == caller.location), None)
        address = site.address
        parts: list[str | None] = [site.name]
        if address:
            street = " ".join(part for part in (address.house_number, address.street) if part)
            parts += [street, address.building, address.city, address.state, address.postal_code, address.country]
        if place:
            floor = f"floor {place.floor}" if place.floor else None
            parts += [place.name, floor, place.unit, place.room]
        return ", ".join(part for part in parts if part)


def _told(notice: Notice) -> tuple[str, str]:
    if notice.extension:
        return notice.extension, "ring"
    return (notice.number, "call") if notice.number else (notice.email or "nobody", "mail")


def _codes(graph: Graph) -> dict[str, str]:
    """What each code does, in words."""
    features = graph.flow.feature_codes
    found: dict[str, str] = {}
    for name, said in _FEATURES.items():
        if code := getattr(features, name):
            found.setdefault(code, said)
    for schedule in graph.flow.schedules:
        if schedule.override:
            states = ", ".join(schedule.override.states)
            found.setdefault(schedule.override.code, f"sets '{schedule.id}' to {states}, or back to the clock")
    for node in graph.flow.nodes:
        if isinstance(node, Toggle):
            found.setdefault(node.code, f"switches '{node.id}' on or off")
    numbering = graph.flow.numbering
    if numbering.parking:
        first = int(numbering.parking)
        found.setdefault(numbering.parking, "parks a call")
        for slot in range(first + 1, first + numbering.parking_slots + 1):
            found.setdefault(str(slot).zfill(len(numbering.parking)), "takes a parked call")
    return found
