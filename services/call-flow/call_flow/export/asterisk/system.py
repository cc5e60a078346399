"""A flow on its way into Asterisk: where destinations lead, what is played, which way calls take outside."""

from call_flow.export.asterisk import names
from call_flow.export.asterisk.dialplan import Step
from call_flow.export.asterisk.escape import is_changed, words
from call_flow.export.plan import Plan, Secret
from call_flow.flow.destination import CallSettings, Destination
from call_flow.flow.graph import vertex
from call_flow.flow.model import Extension, Flow, OutboundRoute
from call_flow.flow.values import E164, Id
from call_flow.simulate.outbound import CallClass, classify, parse

#: Causes of a hang-up, by the numbers of Q.850.
CAUSES = {"normal": 16, "busy": 17, "no_answer": 19, "congestion": 34, "rejected": 21, "unallocated": 1}


class System:
    """A flow with what all files need."""

    def __init__(self, flow: Flow, secret: Secret) -> None:
        """`secret` gives passwords by their name."""
        self.plan = Plan(flow)
        self.flow = flow
        self.graph = self.plan.graph
        self.secret = secret
        #: Of two routes with the same name the first counts.
        self.outbound = list({route.id: route for route in reversed(flow.outbound)}.values())[::-1]
        self._labels: dict[str, int] = {}

    def go(self, destination: Destination) -> list[Step]:
        """The steps that lead to a destination; one that does not exist ends the call."""
        there = self.plan.sound(destination)
        steps = self.settings(destination.set)
        if there.kind == "mailbox":
            steps.append(f"Set(GREETING={there.greeting or 'unavailable'})")
        return [*steps, f"Goto({names.context(vertex(there))},s,1)"]

    def settings(self, carried: CallSettings | None) -> list[Step]:
        """The steps that give a call what it carries along."""
        if carried is None:
            return []
        steps: list[Step] = []
        if carried.language is not None:
            steps.append(f"Set(CHANNEL(language)={names.language(carried.language)})")
        steps += self.prefix(carried.caller_prefix)
        if carried.priority is not None:
            steps.append(f"Set(QUEUE_PRIO={carried.priority})")
        return steps

    def prefix(self, text: str | None) -> list[Step]:
        """The step that shows words before the caller's name. The words themselves stand in the file of labels."""
        if text is None or not words(text):
            return []
        number = self._labels.setdefault(text, len(self._labels) + 1)
        return [f"Gosub(prefix,s,1(LABEL_{number}))"]

    def labels(self) -> str:
        """The file with the words that the dialplan shows."""
        lines = [f"LABEL_{number} = {words(text)}" for text, number in self._labels.items()]
        return "\n".join(["; Words shown before callers' names.", "[globals]", *lines, ""])

    def sound(self, prompt: Id | None) -> str | None:
        """A prompt as a file of the dialplan, if there is such a prompt."""
        return f"custom/{prompt}" if self.plan.prompt(prompt) else None

    def play(self, prompt: Id | None) -> list[Step]:
        """The step that plays a prompt to its end."""
        sound = self.sound(prompt)
        return [f"Playback({sound})"] if sound else []

    def has_phone(self, number: str | None) -> bool:
        """Whether an extension can ring."""
        found = self.graph.extensions.get(number or "")
        return found is not None and found.device != "none"

    def phones(self) -> list[Extension]:
        """The extensions that can ring."""
        return [extension for extension in self.plan.extensions if self.has_phone(extension.number)]

    def routes(self, call_class: CallClass) -> list[OutboundRoute]:
        """The outbound routes for calls of a class that have a trunk."""
        return [route for route in self.outbound if call_class in route.classes and self.trunks_of(route)]

    def trunks_of(self, route: OutboundRoute) -> list[Id]:
        """The trunks of a route that exist."""
        known = {trunk.id for trunk in self.plan.trunks}
        return [name for name in dict.fromkeys(route.trunks) if name in known]

    def way_outside(self, number: E164) -> str:
        """The subroutine that calls a number of the flow: its outbound route, or all trunks in their order."""
        parsed = parse(number, self.flow.customer.country)
        routes = self.routes("national" if parsed is None else classify(parsed, self.flow.customer.country))
        return f"route-{routes[0].id}" if routes else "outside"

    def own_number(self, site: Id | None = None) -> E164 | None:
        """What called parties are shown: the first number of a site, or of the customer."""
        of_site = [number.e164 for number in self.plan.numbers if site is not None and number.site == site]
        return next(iter([*of_site, *(number.e164 for number in self.plan.numbers)]), None)

    def shown_as(self, text: str, pointer: str) -> str:
        """Words as they are shown, with a note when that is not how they were written."""
        if is_changed(text):
            how = f"Its name is shown as '{words(text).replace(chr(92), '')}': Asterisk gives some signs a meaning."
            self.plan.notes.approximated(pointer, how)
        return words(text)
