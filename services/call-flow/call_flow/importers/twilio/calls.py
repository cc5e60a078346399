"""Calls on their way through a Studio flow, widget by widget."""

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from call_flow.export.labels import shown
from call_flow.importers.draft import END, Draft, Piece, Plain
from call_flow.importers.element import Element
from call_flow.importers.twilio import menus, places
from call_flow.importers.twilio.states import Studio, Widget

_PASSES = {
    "send-message": "Messages are not sent.",
    "make-http-request": "No program is asked; calls go on as if it had answered.",
    "run-function": "No program is asked; calls go on as if it had answered.", "set-variables": "",
    "send-and-wait-for-reply": "Messages are not sent.", "run-subflow": "The other flow is not among the files.",
    "capture-payments": "Payments are not taken.", "fork-stream": "Calls are not streamed.",
    "record-call": "Whether calls are recorded is no part of a flow.",
}  # fmt: skip
_ON = ("success", "sent", "next", "complete", "completed", "captured", "incomingMessage", "audioComplete")
_FROM = re.compile(r"\{\{\s*(?:trigger\.call\.From|contact\.channel\.address)\s*\}\}")
_HIDDEN = re.compile(r"anonymous|restricted|unknown|unavailable|266696687", re.IGNORECASE)
#: Widgets of our own export that are the same in every flow.
_SHARED = re.compile(r"(?:node|ext|mailbox|call)_")
_MOST_PASSED = 200
_FIRST_MAILBOX = 900


class Calls:
    """Turns widgets into destinations, each once."""

    def __init__(self, draft: Draft, data: Element | None) -> None:
        """`data` is what the Functions of our own export know."""
        self.draft = draft
        self.data = data
        self.language = draft.language
        self._studio: Studio | None = None
        self._waiting: deque[Callable[[], None]] = deque()
        self._made: dict[str, Plain] = {}
        self._prompts: dict[str, str] = {}

    @property
    def studio(self) -> Studio:
        """The flow that is being read."""
        assert self._studio is not None  # noqa: S101 - set by `enter`
        return self._studio

    def telephones(self, credentials: Element) -> None:
        """Extensions that have a telephone."""
        for number in credentials.value:
            if re.fullmatch(r"\d{1,12}", number):
                self.draft.add("extensions", {"number": number}, credentials.at(number))
        credentials.was_read = True

    def enter(self, studio: Studio) -> Plain | None:
        """Where calls to a flow go."""
        self._studio = studio
        self.language = studio.language or self.draft.language
        first = studio.widgets.get(studio.initial)
        to = first.to("incomingCall", "incomingRequest") if first else None
        if first is None or to is None:
            studio.root.approximated("No widget takes calls; calls to it end.")
            return None
        found = self.to(to)
        while self._waiting:
            self._waiting.popleft()()
        self._read_again(studio)
        return found

    def _read_again(self, studio: Studio) -> None:
        """Widgets that nothing leads to, and those of another number's flow that were read there."""
        for widget in studio.widgets.values():
            if self._key(widget.name) in self._made or (widget.properties.was_read and widget.kind != "say-play"):
                if self.data is not None:
                    self._in_another_language(widget)
                continue
            widget.element.ignored("Nothing that was read leads to this widget.")

    def _in_another_language(self, widget: Widget) -> None:
        words = shown(widget.properties.text("say"), 4000)
        widget.properties.get("language")
        known = self._prompts.get(f"{widget.name}#")
        piece = self.draft.find("prompts", known) if known else None
        if piece is not None and words:
            piece.plain["texts"].setdefault(self.language, words)

    def finish(self) -> None:
        """What extensions do that nothing leads to is not known."""
        for piece in self.draft.sections["extensions"]:
            if self.data is not None and "ring_s" not in piece.plain:
                places.extension(self, str(piece.plain["number"]), None)

    def later(self, complete: Callable[[], None]) -> None:
        """Something to be done once the widget that is being read is made."""
        self._waiting.append(complete)

    def understand(self, widget: Widget) -> None:
        """A widget that is a part of another one."""
        self._made.setdefault(self._key(widget.name), {})

    def _key(self, name: str) -> str:
        """Of our own export a widget is the same in every flow; of others each flow has its own."""
        return name if self.data is not None and _SHARED.match(name) else f"{self.studio.file}#{name}"

    def widget(self, name: str | None) -> Widget | None:
        """A widget by its name."""
        return self.studio.widgets.get(name or "")

    def to(self, name: str | None) -> Plain:
        """The destination that a widget is; the end of the call when there is none."""
        passed: list[str] = []
        found = dict(END)
        while len(passed) < _MOST_PASSED and (widget := self.widget(name)) is not None:
            if self._key(widget.name) in self._made:
                found = self._made[self._key(widget.name)]
                break
            made = self._of(widget)
            if not isinstance(made, Passed):
                found = self._made[self._key(widget.name)] = made
                break
            passed.append(self._key(widget.name))
            name = made.to
        self._made |= dict.fromkeys(passed, found)
        return dict(found)

    def _of(self, widget: Widget) -> "Plain | Passed":  # noqa: PLR0911 - a branch for each kind of widget
        match widget.kind:
            case "say-play":
                return self._says(widget)
            case "gather-input-on-call":
                return menus.gathers(self, widget)
            case "record-voicemail":
                return self.mailbox(widget, widget, None)
            case "connect-call-to":
                return self._connects(widget)
            case "add-twiml-redirect":
                return self._redirects(widget)
            case "split-based-on":
                return self._splits(widget)
            case "enqueue-call":
                return self._queues(widget)
            case "run-function" if _path(widget).endswith("ask_hours") and self.data is not None:
                return places.hours(self, widget)
        told = _PASSES.get(widget.kind, f"'{shown(widget.kind, 40)}' is not known; calls go on after it.")
        if told:
            widget.element.approximated(told)
        return Passed(widget.to(*_ON))

    def node(self, widget: Widget, plain: Plain, fill: Callable[[Piece], None]) -> Plain:
        """A node for a widget, completed later."""
        name = widget.name
        wanted = name.removeprefix("node_") if self.data is not None else name
        identity = self.draft.free_id("nodes", wanted)
        piece = self.draft.add("nodes", {"id": identity, **plain}, widget.element.source)
        self._made[self._key(name)] = {"node": identity}
        self.later(lambda: fill(piece))
        return {"node": identity}

    def prompt(self, widget: Widget) -> str | None:
        """The prompt that a widget says or plays; None when it is silent."""
        words = shown(widget.properties.text("say"), 4000)
        played = widget.properties.text("play") or widget.properties.text("source")
        for key in ("language", "loop", "voice", "digits"):
            widget.properties.get(key)
        if not words and not played:
            return None
        name = widget.name.removeprefix("node_") if self.data is not None else widget.name
        key = f"{self.language}\n{words or played}"
        if words:
            self._prompts[key] = self.words(words, self.language, name, widget.element)
        elif key not in self._prompts:
            identity = self.draft.free_id("prompts", name)
            piece = self.draft.add("prompts", {"id": identity, "texts": {self.language: ""}}, widget.element.source)
            file = re.sub(r"[^A-Za-z0-9._-]", "", urlsplit(played).path.rsplit("/", 1)[-1])[:90].lstrip("._-")
            piece.plain |= {"file": file or f"{identity}.wav", "state": "recorded"}
            reason = f"The recording {shown(played, 120)} was not listened to."
            piece.assume("texts", piece.plain["texts"], reason, f"What does {shown(played, 80)} say?")
            self._prompts[key] = identity
        self._prompts[f"{widget.name}#"] = self._prompts[key]
        return self._prompts[key]

    def words(self, words: str, language: str, name: str, element: Element) -> str:
        """The prompt with these words in a language."""
        key = f"{language}\n{words}"
        if key not in self._prompts:
            identity = self.draft.free_id("prompts", name)
            self.draft.add("prompts", {"id": identity, "texts": {language: words}}, element.source)
            self._prompts[key] = identity
        return self._prompts[key]

    def _says(self, widget: Widget) -> "Plain | Passed":
        following = widget.to("audioComplete")
        there = self.widget(following)
        if there is not None and there.kind == "record-voicemail":
            return self.mailbox(widget, there, self.prompt(widget))
        prompt = self.prompt(widget)
        if prompt is None:
            return Passed(following)
        if self._ends(following):
            return self.node(widget, {"kind": "hangup", "prompt": prompt}, lambda _: None)
        plain: Plain = {"kind": "announcement", "prompt": prompt, "then": dict(END)}
        return self.node(widget, plain, lambda piece: piece.plain.update(then=self.to(following)))

    def _ends(self, name: str | None) -> bool:
        """Whether nothing more is heard after a widget."""
        for _ in range(_MOST_PASSED):
            widget = self.widget(name)
            if widget is None:
                return True
            says = widget.properties.peek("say") or widget.properties.peek("play")
            if widget.kind != "say-play" or str(says or "").strip():
                return False
            name = widget.to("audioComplete")
        return True

    def mailbox(self, begin: Widget, records: Widget, prompt: str | None) -> Plain:
        """A widget that takes a message, after a greeting: a mailbox."""
        longest = records.properties.number("max_length")
        transcribes = records.properties.flag("transcribe")
        for key in ("timeout", "play_beep", "finish_on_key", "trim"):
            records.properties.get(key)
        self._made[self._key(records.name)] = {}
        match = re.fullmatch(r"mailbox_(\d{1,12})", begin.name)
        number = match[1] if match and self.data is not None else self._free_mailbox()
        piece = self.draft.add("mailboxes", {"number": number}, begin.element.source)
        if match is None or self.data is None:
            question = f"Which number has the mailbox of the widget {shown(begin.name, 60)}?"
            piece.assume("number", number, "Studio gives mailboxes no numbers; this one was free.", question)
            begin.element.approximated(f"Studio gives mailboxes no numbers; this one is {number}.")
        if longest is not None and 10 <= longest <= 3600:
            piece.plain["max_s"] = longest
        piece.plain["transcribe"] = transcribes
        if prompt is not None:
            piece.plain["unavailable_greeting"] = prompt
        found = {"mailbox": number}
        self._made[self._key(records.name)] = found
        return found

    def _free_mailbox(self) -> str:
        at = _FIRST_MAILBOX
        while self.draft.find("mailboxes", str(at)) or self.draft.find("extensions", str(at)):
            at += 1
        return str(at)

    def _connects(self, widget: Widget) -> "Plain | Passed":
        properties = widget.properties
        noun, to = properties.text("noun") or "number", properties.text("to")
        seconds = properties.number("timeout")
        shows = properties.text("caller_id")
        for key in ("record", "sip_endpoint"):
            properties.get(key)
        following = widget.to("callCompleted")
        inside = re.fullmatch(r"(?:sip:)?(\d{1,12})@.*", to or properties.text("sip_endpoint"))
        if noun in ("sip", "client", "sim") or inside:
            if inside is None:
                widget.element.approximated("Whom it calls has no number of an extension; calls go on.")
                return Passed(following)
            places.extension(self, inside[1], None)
            return self._one(widget, {"extension": inside[1]}, seconds, following)
        numbers = [number for part in to.split(",") if (number := self.draft.e164(part)) is not None]
        if not numbers:
            widget.element.approximated("Which number it calls is decided during the call; calls go on.")
            return Passed(following)
        if len(numbers) > 1:
            members = [{"number": number} for number in numbers]
            plain: Plain = {"kind": "ring_group", "members": members, "ring_s": _ring(seconds), "no_answer": dict(END)}
            return self.node(widget, plain, lambda piece: piece.plain.update(no_answer=self.to(following)))
        own = bool(shows) and _FROM.fullmatch(shows) is None
        return self._one(widget, {"number": numbers[0], "caller_id": "own" if own else "caller"}, seconds, following)

    def _one(self, widget: Widget, target: Plain, seconds: int | None, following: str | None) -> Plain:
        if following is None:
            return {key: value for key, value in target.items() if key != "caller_id"}
        if "number" in target:
            plain: Plain = {"kind": "external", **target, "ring_s": _ring(seconds), "no_answer": dict(END)}
        else:
            plain = {"kind": "ring_group", "members": [target], "ring_s": _ring(seconds), "no_answer": dict(END)}
        return self.node(widget, plain, lambda piece: piece.plain.update(no_answer=self.to(following)))

    def _redirects(self, widget: Widget) -> "Plain | Passed":
        place = parse_qs(urlsplit(widget.properties.text("url")).query).get("place", [""])[0]
        for key in ("method", "timeout"):
            widget.properties.get(key)
        if place and self.data is not None:
            return places.place(self, widget, place)
        widget.element.approximated("No program is asked; calls go on as if it had returned.")
        return Passed(widget.to("return", "timeout", "fail"))

    def _splits(self, widget: Widget) -> "Plain | Passed":
        asked = widget.properties.text("input")
        rest = widget.to("noMatch")
        if not _FROM.fullmatch(asked):
            widget.element.approximated(
                "What it compares is known only during the call; calls go on as if nothing matched."
            )
            return Passed(rest)
        rules = [(rule, case.to) for case in widget.cases for rule in self._rules(widget, case.kind, case.value)]
        if not rules:
            return Passed(rest)

        def fill(piece: Piece) -> None:
            piece.plain["rules"] = [{**rule, "then": self.to(to)} for rule, to in rules]
            piece.plain["otherwise"] = self.to(rest)

        return self.node(widget, {"kind": "caller_match", "rules": [], "otherwise": dict(END)}, fill)

    def _rules(self, widget: Widget, kind: str, value: str) -> list[Plain]:
        if _HIDDEN.search(value):
            return [{"anonymous": True}]
        if kind in ("starts_with", "equal_to", "matches_any_of"):
            parts = [part.strip() for part in value.split(",")]
            rules: list[Plain] = [{"prefix": part} for part in parts if re.fullmatch(r"\+[0-9]{1,15}", part)]
            if len(rules) == len(parts):
                return rules
        widget.element.approximated("A comparison of the caller's number is not kept.")
        return []

    def _queues(self, widget: Widget) -> Plain:
        widget.element.approximated("Who takes calls of the queue is set in TaskRouter; add its agents.")
        widget.properties.read_all()
        plain: Plain = {"kind": "queue", "agents": [], "timeout": dict(END)}
        following = widget.to("callComplete", "failedToEnqueue", "callFailure")
        return self.node(widget, plain, lambda piece: piece.plain.update(timeout=self.to(following)))


class Passed:
    """A widget that is no place of a flow: calls go on to the next one."""

    def __init__(self, to: str | None) -> None:
        """`to` is the name of the next one."""
        self.to = to


def _ring(seconds: int | None) -> int:
    return seconds if seconds is not None and 1 <= seconds <= 600 else 30


def _path(widget: Widget) -> str:
    url = widget.properties.text("url")
    return urlsplit(url.replace("{{flow.variables.domain}}", "example.net")).path
