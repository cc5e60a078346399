"""From steps of a dialplan to nodes of a flow: every place that calls come to is turned into what happens there."""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from call_flow.export.labels import shown
from call_flow.importers.asterisk import decisions, menus, ringing, times
from call_flow.importers.asterisk.applications import DEAD, ENDS, SPEAKS
from call_flow.importers.asterisk.dialplan import Dialplan, Step
from call_flow.importers.asterisk.expressions import is_known
from call_flow.importers.asterisk.mailboxes import Mailboxes
from call_flow.importers.asterisk.queues import Queues
from call_flow.importers.asterisk.recordings import Recordings
from call_flow.importers.asterisk.runner import TIMED, Runner
from call_flow.importers.asterisk.state import State
from call_flow.importers.asterisk.targets import Target, Targets, options
from call_flow.importers.asterisk.telephones import Telephones
from call_flow.importers.draft import END, Draft, Piece, Plain
from call_flow.importers.ledger import Ledger, Source

_CAUSES = {"16": "normal", "17": "busy", "18": "no_answer", "19": "no_answer", "20": "no_answer", "21": "rejected",
           "34": "congestion", "38": "congestion", "42": "congestion", "1": "unallocated",
           "28": "unallocated"}  # fmt: skip
_MOST_NODES = 900


class Walker:
    """Turns places into destinations, each place once."""

    def __init__(
        self, dialplan: Dialplan, draft: Draft, telephones: Telephones, mailboxes: Mailboxes, queues: Queues
    ) -> None:
        """Works on one dialplan; what it makes goes into the draft."""
        self.dialplan = dialplan
        self.draft = draft
        self.ledger: Ledger = draft.ledger
        self.telephones = telephones
        self.mailboxes = mailboxes
        self.queues = queues
        self.recordings = Recordings(draft)
        self.runner = Runner(dialplan, draft.ledger)
        self.targets = Targets(telephones, draft)
        self._waiting: deque[Callable[[], None]] = deque()
        self._made: dict[State, str] = {}
        self._reached: dict[State, Plain] = {}
        self._homes: set[str] = set()
        self._locals: set[tuple[str, str]] = set()

    def goes(self, state: State | None) -> Plain:
        """Where a call goes from a state: a destination of the flow. Nodes are completed by `finish`."""
        if state is None:
            return {**END}
        if state in self._reached:
            return dict(self._reached[state])
        current, found = state, {**END}
        while True:
            passed: list[Source] = []
            there, step = self.runner.run(current, passed)
            self.ledger.understood(*passed)
            carried = there.carried
            if step is None:
                break
            made = self._at(replace(there, carried=()), step)
            if not isinstance(made, State):
                found = made
                break
            current = replace(made, carried=carried)
        if carried:
            found = {**found, "set": {**dict(carried), **found.get("set", {})}}
        self._reached[state] = found
        return dict(found)

    def finish(self) -> None:
        """Complete the nodes that were begun, and those that these lead to."""
        while self._waiting:
            self._waiting.popleft()()

    def later(self, complete: Callable[[], None]) -> None:
        """Something to be done once the place that is being read is made."""
        self._waiting.append(complete)

    def _at(self, state: State, step: Step) -> Plain | State:  # noqa: PLR0911, PLR0912 - a branch for each step
        if state in self._made:
            return {"node": self._made[state]}
        name = step.application
        if name == TIMED:
            return times.included(self, state)
        if times.is_timed(step):
            return times.switch(self, state)
        if name in ENDS:
            return self.ends(state, step)
        if name in ("voicemail", "vm"):
            return self._records(state, step)
        if menus.is_menu(self, state, step):
            return menus.menu(self, state, step)
        if name in SPEAKS:
            return self._speaks(state, step)
        if name == "dial":
            return ringing.rings(self, state, step)
        if name == "queue":
            return self.queues.waits(self, state, step)
        if name == "directory":
            return self._finds(state, step)
        if name in ("confbridge", "meetme", "conference"):
            return self._meets(state, step)
        if name in ("page", "paging"):
            return self._pages(state, step)
        if name in ("gotoif", "execif", "gosubif", "macroif"):
            return decisions.decides(self, state, step)
        if name in DEAD:
            self.ledger.approximated(step.source, f"{DEAD[name]} Calls that come here end.")
            return {**END}
        self.ledger.approximated(step.source, f"'{shown(name, 40)}' is not known; calls go on after it.")
        return self.runner.after(state)

    def node(
        self, state: State, source: Source, plain: Plain, complete: Callable[[Piece], None] | None = None
    ) -> Plain:
        """A new node for a state, completed later, and the destination that leads to it."""
        if len(self._made) >= _MOST_NODES:
            self.ledger.approximated(source, f"The dialplan has more than {_MOST_NODES} places; calls end here.")
            return {**END}
        place = state.place
        wanted = place.context if place.extension == "s" else f"{place.context}-{state.number}"
        identity = self.draft.free_id("nodes", wanted)
        piece = self.draft.add("nodes", {"id": identity, **plain}, source)
        self._made[state] = identity
        self.ledger.understood(source)
        if complete is not None:
            self.later(lambda: complete(piece))
        return {"node": identity}

    def ends(self, state: State, step: Step) -> Plain:
        """The end of a call."""
        self.ledger.understood(step.source)
        words = self.runner.words(step, state)
        if step.application == "hangup":
            return {"hangup": _CAUSES.get(words[0] if words else "16", "normal")}
        return {"hangup": step.application}

    def _records(self, state: State, step: Step) -> Plain:
        words = self.runner.words(step, state)
        boxes = [box.strip() for box in (words[0] if words else "").split("&") if box.strip()]
        letters = words[1] if len(words) > 1 else ""
        # Before 1.4 options were letters before the number.
        if boxes and (match := re.fullmatch(r"([sub])(\d+)(@.*)?", boxes[0])):
            letters, boxes[0] = letters + match[1], match[2]
        numbers = [box.partition("@")[0] for box in boxes]
        numbers = [number for number in numbers if number.isascii() and number.isdecimal() and len(number) <= 12]
        if not numbers:
            self.ledger.approximated(step.source, "Which mailbox it is cannot be told; calls end here instead.")
            return {**END}
        if len(numbers) > 1:
            self.ledger.approximated(step.source, "A message is left in the first of its mailboxes alone.")
        letters = letters if is_known(letters) else "u"
        self.mailboxes.ensure(numbers[0], step.source)
        self.ledger.understood(step.source)
        greeting = "busy" if "b" in letters else "none" if "s" in letters and "u" not in letters else "unavailable"
        found: Plain = {"mailbox": numbers[0]} | ({"greeting": greeting} if greeting != "unavailable" else {})
        self._operator(state, numbers[0], letters)
        passed: list[Source] = []
        _, following = self.runner.run(self.runner.after(state), passed)
        self.ledger.understood(*passed)
        while following is not None:
            if following.application in ("hangup", "playback"):
                self.ledger.understood(following.source)
            else:
                self.ledger.ignored(following.source, "After a message the call ends.")
            break
        return found

    def _operator(self, state: State, number: str, letters: str) -> None:
        """Where 0 leads during the greeting: the extension `o` of the place where the mailbox is entered."""
        piece = self.draft.find("mailboxes", number)
        if piece is None or "operator" in piece.plain or not self.mailboxes.has_operator(number, letters):
            return
        context = self.mailboxes.exit_context(number) or state.place.context
        there = self.runner.enter(context, "o")
        if there is not None:
            piece.plain["operator"] = {**END}
            self.later(lambda: piece.plain.update(operator=self.goes(there)))

    def _speaks(self, state: State, step: Step) -> Plain | State:
        prompt = self.recordings.prompt(self.runner.words(step, state), step)
        after = self.runner.after(state)
        if prompt is None:
            return after
        plain: Plain = {"kind": "announcement", "prompt": prompt, "then": END}
        return self.node(state, step.source, plain, lambda piece: piece.plain.update(then=self.goes(after)))

    def _finds(self, state: State, step: Step) -> Plain:
        words = [*self.runner.words(step, state), "", "", ""]
        letters = options(words[2])
        by = "both" if "b" in letters else "first" if "f" in letters else "last"

        def complete(piece: Piece) -> None:
            operator = self.runner.enter(words[1] or state.place.context, "o")
            if operator is not None:
                piece.plain["operator"] = self.goes(operator)
            piece.plain["failed"] = self.goes(self.runner.after(state))

        return self.node(state, step.source, {"kind": "directory", "by": by, "failed": END}, complete)

    def _meets(self, state: State, step: Step) -> Plain:
        words = self.runner.words(step, state)
        room = words[0] if words else ""
        if not (room.isascii() and room.isdecimal() and len(room) <= 12):
            self.ledger.approximated(step.source, "Which conference room it is cannot be told; calls end here instead.")
            return {**END}
        known = next((piece for piece in self.draft.sections["nodes"]
                      if piece.plain["kind"] == "conference" and piece.plain["room"] == room), None)  # fmt: skip
        self.ledger.understood(step.source)
        if known is not None:
            return {"node": known.plain["id"]}
        return self.node(state, step.source, {"kind": "conference", "room": room})

    def _pages(self, state: State, step: Step) -> Plain:
        words = [*self.runner.words(step, state), ""]
        members = [target.extension for target in self.targets.read(words[0], self) if target and target.extension]
        plain: Plain = {"kind": "page", "members": list(dict.fromkeys(members)), "duplex": "d" in options(words[1])}
        if not members:
            self.ledger.approximated(step.source, "Which telephones it speaks through cannot be told; it has none.")
        return self.node(state, step.source, plain)

    def local(self, number: str, context: str) -> Target | None:
        """What is rung at an extension: one telephone or outside number."""
        if (number, context) in self._locals or len(self._locals) > 20:
            return None
        self._locals.add((number, context))
        try:
            there = self.runner.enter(context or "default", number)
            if there is None:
                return Target(extension=number) if self.draft.find("extensions", number) else None
            passed: list[Source] = []
            state, step = self.runner.run(there, passed)
            if step is None or step.application != "dial":
                return Target(extension=number) if self.draft.find("extensions", number) else None
            self.ledger.understood(*passed, step.source)
            words = self.runner.words(step, state)
            found = self.targets.read(words[0] if words else "", self)
            return found[0] if len(found) == 1 else None
        finally:
            self._locals.discard((number, context))

    def is_home(self, number: str) -> bool:
        """Whether what an extension does when it does not answer is known already."""
        return number in self._homes

    def settle_home(self, number: str) -> None:
        """From now on it is."""
        self._homes.add(number)
