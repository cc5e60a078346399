"""Callflows: where calls to numbers go, action by action."""

import json
import re
from collections import deque
from collections.abc import Callable
from functools import partial

from call_flow.export.labels import shown
from call_flow.importers.draft import END, Draft, Piece, Plain, slug
from call_flow.importers.element import Element
from call_flow.importers.kazoo import codes, hours, nodes, rings
from call_flow.importers.kazoo.actions import child, listed
from call_flow.importers.kazoo.documents import Account
from call_flow.importers.kazoo.people import extension_numbers, prompt

_CAUSES = {480: "no_answer", 486: "busy", 503: "congestion", 603: "rejected", 404: "unallocated", 403: "rejected"}
_LONG = re.compile(r"\+?\d{7,16}")
_PASSES = ("set_cid", "set_variable", "set_variables", "set_alert_info", "pivot", "record_call", "sleep",
    "response_only",
           "audio_level", "lookupcidname", "privacy", "branch_variable", "flush_dtmf", "tts_only", "fax_detect",
           "webhook", "missed_call_alert", "hotdesk", "do_not_disturb", "call_forward", "record_caller",
           "manual_presence", "prepend")  # fmt: skip


def numbers(element: Element) -> list[str]:
    """The telephone numbers of a callflow."""
    listed = element.peek("numbers")
    return [str(item) for item in listed if _LONG.fullmatch(str(item))] if isinstance(listed, list) else []


def read(account: Account, draft: Draft) -> None:
    """Put numbers, nodes, and what extensions do with calls that they do not take, into the draft."""
    Calls(account, draft).read()


class Calls:
    """The callflows of an account on their way into a flow."""

    def __init__(self, account: Account, draft: Draft) -> None:
        """Nothing is read yet."""
        self.account = account
        self.draft = draft
        self.extensions = extension_numbers(account)
        self._waiting: deque[Callable[[], None]] = deque()
        self._made: dict[str, Plain] = {}
        self._open: set[str] = set()

    def read(self) -> None:
        """Every callflow."""
        flows = self.account.all("callflows")
        rest: list[Element] = []
        for element in flows.values():
            element.get("id")
            if (number := self._own_number(element)) is not None:
                self._extension(element, number)
            elif numbers(element):
                self._numbers(element)
            elif any(codes.is_code(text) for text in listed(element)):
                codes.staff_code(self, element)
            elif codes.is_parking(element):
                codes.parking(self, element)
            else:
                rest.append(element)
        for element in rest:
            self._lead(element)
        while self._waiting:
            self._waiting.popleft()()
        self.draft.numbering.plain.setdefault("parking", None)
        for name in ("voicemail", "voicemail_any", "pickup", "directory", "echo_test"):
            self.draft.feature_codes.plain.setdefault(name, None)

    def _lead(self, element: Element) -> None:
        """A callflow that other callflows lead to, or that telephones dial."""
        self.callflow(element)
        dialled = [text for text in element.texts("numbers") if text]
        room = next((piece for piece in self.draft.sections["nodes"] if piece.plain.get("room") in dialled), None)
        if dialled and room is None:
            element.approximated(f"That telephones dial {', '.join(dialled)[:80]} for it is not kept.")

    def _own_number(self, element: Element) -> str | None:
        flow = element.child("flow")
        data = flow.child("data") if flow else None
        number = self.extensions.get(data.text("id")) if data else None
        is_own = flow is not None and flow.peek("module") in ("user", "device") and number in listed(element)
        if is_own:
            return number
        alone = [text for text in listed(element) if self.draft.find("extensions", text)]
        return alone[0] if alone else None

    def _extension(self, element: Element, number: str) -> None:
        piece = self.draft.find("extensions", number)
        flow = element.child("flow")
        if piece is None or flow is None:
            return
        element.get("numbers")
        element.get("name")
        name = shown(element.text("name"))
        if name and name != number and not {"first", "last", "display"} & piece.plain.keys():
            piece.put("display", name, element.at("name"))
        if flow.text("module") in ("user", "device"):
            data = flow.child("data")
            seconds = data.number("timeout") if data else None
            if seconds is not None and 1 <= seconds <= 600 and data is not None:
                piece.put("ring_s", seconds, data.at("timeout"))
            after = child(flow, "_")
        else:
            after = flow
        self._waiting.append(lambda: self._settle(piece, after))

    def _settle(self, piece: Piece, after: Element | None) -> None:
        to = {"hangup": "no_answer"} if after is None else self.to(after, str(piece.plain["number"]))
        box = piece.plain.get("mailbox")
        if box is None and set(to) == {"mailbox"}:
            piece.plain["mailbox"] = to["mailbox"]
        elif to != ({"mailbox": box} if box is not None else {"hangup": "no_answer"}):
            piece.plain["on_no_answer"] = to

    def _numbers(self, element: Element) -> None:
        flow = element.child("flow")
        element.get("numbers")
        label = shown(element.text("name"))
        for text in numbers(element):
            e164 = self.draft.e164(text)
            if e164 is None:
                element.approximated(f"{text} is no telephone number of {self.draft.country}; it is left out.")
                continue
            piece = self.draft.add("numbers", {"e164": e164, "entry": dict(END)}, element.source)
            if label and label != e164:
                piece.plain["label"] = label
            self._waiting.append(partial(self._entry, piece, flow, label))

    def _entry(self, piece: Piece, flow: Element | None, label: str) -> None:
        entry = dict(END) if flow is None else self.to(flow, label)
        carried = dict(entry.get("set", {}))
        for name in ("language", "caller_prefix"):
            if name in carried:
                piece.plain[name] = carried.pop(name)
        entry.pop("set", None)
        piece.plain["entry"] = entry | ({"set": carried} if carried else {})

    def callflow(self, element: Element) -> Plain:
        """Where a callflow leads."""
        flow = element.child("flow")
        number = self._own_number(element)
        if number is not None:
            return {"extension": number}
        if flow is None or element.pointer in self._open:
            element.approximated("It leads nowhere, or in a circle of callflows; calls that come here end.")
            return dict(END)
        self._open.add(element.pointer)
        try:
            return self.to(flow, shown(element.text("name")))
        finally:
            self._open.discard(element.pointer)

    def to(self, action: Element, name: str) -> Plain:
        """The destination that an action is."""
        key = _key(action)
        if key not in self._made:
            self._made[key] = self._action(action, name)
        else:
            action.read_whole()
        return dict(self._made[key])

    def _action(self, action: Element, name: str) -> Plain:
        current, settings = action, dict[str, str]()
        for _ in range(100):
            current.get("children")
            module = current.text("module")
            data = current.child("data")
            following = child(current, "_")
            if module in ("prepend_cid", "language") and following is not None:
                if module == "language":
                    code = data.text("language") if data else ""
                    if re.fullmatch(r"[a-zA-Z]{2,3}(-[a-zA-Z]{2})?", code):
                        settings["language"] = code[:2].lower() + (f"-{code[3:].upper()}" if "-" in code else "")
                else:
                    self._prepended(data, settings)
                current = following
                continue
            if module in _PASSES and following is not None:
                current.approximated(f"What '{module}' does is no part of a flow; calls go on after it.")
                current = following
                continue
            break
        found = self._of(current, name, settings)
        if settings:
            found = {**found, "set": {**settings, **found.get("set", {})}}
        return found

    @staticmethod
    def _prepended(data: Element | None, settings: dict[str, str]) -> None:
        words = shown(data.text("caller_id_name_prefix")) if data else ""
        if data is not None:
            for key in ("action", "apply_to", "caller_id_number_prefix"):
                data.get(key)
        if words:
            settings["caller_prefix"] = words

    def _of(self, action: Element, name: str, settings: dict[str, str]) -> Plain:  # noqa: PLR0911
        module, data = action.text("module"), action.child("data")
        if data is None:
            data = action.document.element(f"{action.pointer}/data", {})
        match module:
            case "callflow":
                there = self.account.find("callflows", data.text("id"))
                if there is not None:
                    return self.callflow(there)
                action.approximated("The callflow it leads to is not among the documents; calls that come here end.")
                return dict(END)
            case "voicemail":
                return self._voicemail(action, data)
            case "hangup":
                return {"hangup": "normal"}
            case "response":
                return {"hangup": _CAUSES.get(data.number("code") or 0, "normal")}
            case "resources" | "offnet":
                return rings.outside(self, action, data, name)
            case "user" | "device":
                return rings.rings(self, action, data, name)
            case "ring_group" | "acdc_member" | "play" | "tts":
                return self._played(action, name, settings)
        makes: dict[str, Callable[[Calls, Element, Element, Piece], None]] = {
            "menu": nodes.menu, "temporal_route": hours.fill, "check_cid": nodes.sorts, "directory": nodes.directory,
            "conference": nodes.conference, "page_group": nodes.page,
        }  # fmt: skip
        if module in makes:
            make = makes[module]
            return self.node(action, name, lambda piece: make(self, action, data, piece))
        following = child(action, "_")
        told = f"'{shown(module, 40)}' is not known; " + (
            "calls go on after it." if following else "calls that come here end."
        )
        action.approximated(told)
        return dict(END) if following is None else self.to(following, name)

    def node(self, action: Element, name: str, fill: Callable[[Piece], None], **plain: object) -> Plain:
        """A node for an action, completed later."""
        identity = self.draft.free_id("nodes", name or str(action.peek("module")))
        begun: Plain = {"id": identity, "kind": "hangup", **plain}
        if name and slug(name) == identity and name != identity:
            begun["name"] = name
        piece = self.draft.add("nodes", begun, action.source)
        self._made[_key(action)] = {"node": identity}
        self._waiting.append(lambda: fill(piece))
        return {"node": identity}

    def child_to(self, action: Element, key: str, name: str) -> Plain:
        """Where a branch of an action leads."""
        below = child(action, key)
        return dict(END) if below is None else self.to(below, f"{name}-{key}" if key != "_" else f"{name}-then")

    def _voicemail(self, action: Element, data: Element) -> Plain:
        if data.text("action") not in ("compose", ""):
            action.approximated("Mailboxes are listened to from telephones; calls from outside that come here end.")
            return dict(END)
        element = self.account.find("vmboxes", data.text("id"))
        number = element.text("mailbox") if element else ""
        piece = self.draft.find("mailboxes", number)
        if piece is None:
            action.approximated("The mailbox is not among the documents; calls that come here end.")
            return dict(END)
        longest = data.number("max_message_length")
        if longest is not None and 10 <= longest <= 3600:
            piece.plain.setdefault("max_s", longest)
        return {"mailbox": number}

    def _played(self, action: Element, name: str, settings: dict[str, str]) -> Plain:
        """An announcement; of a group or queue its greeting; before the end of a call what is said then."""
        current: Element | None = action
        prompts: list[str] = []
        if action.peek("module") in ("play", "tts"):
            said = self._said(action)
            prompts = [said] if said is not None else []
            current = child(action, "_")
        if current is not None and current.peek("module") in ("ring_group", "acdc_member"):
            there = current
            plain: Plain = {"kind": "ring_group" if there.text("module") == "ring_group" else "queue"}
            plain |= {"greeting": prompts[0]} if prompts else {}
            if "caller_prefix" in settings:
                plain["caller_prefix"] = settings.pop("caller_prefix")
            fill = rings.group if plain["kind"] == "ring_group" else rings.queue
            return self.node(action, name, lambda piece: fill(self, there, name, piece), **plain)
        if not prompts:
            return dict(END) if current is None else self.to(current, name)
        to = dict(END) if current is None else self._end(current)
        if to is not None:
            return self.node(action, name, lambda _: None, kind="hangup", prompt=prompts[0], cause=to["hangup"])
        plain = {"kind": "announcement", "prompt": prompts[0], "then": dict(END)}
        return self.node(action, name, lambda piece: piece.plain.update(then=self.child_to(action, "_", name)), **plain)

    def _end(self, action: Element) -> Plain | None:
        """The end of a call that an action is, also by way of other callflows; None when it leads anywhere else."""
        current: Element | None = action
        for _ in range(20):
            if current is None:
                return None
            if current.text("module") in ("hangup", "response"):
                data = current.child("data")
                code = data.number("code") if data and current.text("module") == "response" else None
                return {"hangup": "normal" if code is None else _CAUSES.get(code, "normal")}
            data = current.child("data")
            there = self.account.find("callflows", data.text("id")) if data else None
            if current.text("module") != "callflow" or there is None or self._own_number(there) is not None:
                return None
            current = there.child("flow")
        return None

    def _said(self, action: Element) -> str | None:
        data = action.child("data")
        if data is None:
            return None
        if action.text("module") == "tts":
            words = shown(data.text("text"), 4000)
            piece = self.draft.add(
                "prompts",
                {"id": self.draft.free_id("prompts", words[:30] or "words"), "texts": {self.draft.language: words}},
                action.source,
            )
            return str(piece.plain["id"])
        found = prompt(self.account, data.text("id"))
        if found is None:
            action.approximated("The recording is not among the documents; nothing is played.")
        return found

    def _hours(self, action: Element, data: Element, piece: Piece) -> None:
        hours.fill(self, action, data, piece)


def _key(action: Element) -> str:
    """The same for actions that say the same, with the same branches; but a whole callflow is only itself."""
    if action.pointer.endswith("/flow"):
        return f"{action.document.file}#{action.pointer}"
    return json.dumps(action.value, sort_keys=True)
