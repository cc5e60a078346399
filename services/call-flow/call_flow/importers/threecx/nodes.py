"""Receptionists, ring groups and queues as nodes."""

import re

from call_flow.export.labels import shown
from call_flow.importers.draft import END, Draft, Piece, Plain, slug
from call_flow.importers.element import Element
from call_flow.importers.threecx.hours import Departments
from call_flow.importers.threecx.objects import Objects
from call_flow.importers.threecx.places import Places

_POLLING = {
    "RingAll": "ringall", "LongestWaiting": "leastrecent", "FewestAnswered": "fewestcalls",
    "LeastTalkTime": "fewestcalls",
    "HuntRandomStart": "random", "HuntBy3sRandom": "random", "NextAgent": "rrmemory", "RoundRobin": "rrmemory",
    "Hunt": "linear", "HuntBy3s": "linear", "HuntByThreesPrioritized": "linear",
}  # fmt: skip
_EXACT = ("RingAll", "LongestWaiting", "FewestAnswered", "HuntRandomStart", "NextAgent", "Hunt")


class Nodes:
    """Every node, first with its id alone, so that others can lead to it."""

    def __init__(self, objects: Objects, draft: Draft, places: Places, departments: Departments) -> None:
        """Nothing is read yet."""
        self.objects = objects
        self.draft = draft
        self.places = places
        self.departments = departments
        self._begun: list[tuple[str, Element, Piece]] = []

    def begin(self) -> None:
        """Give every node its id."""
        for collection in ("Receptionists", "RingGroups", "Queues"):
            for element in self.objects.all(collection):
                dn, name = element.text("Number"), shown(element.text("Name"))
                identity = self.draft.free_id("nodes", name or dn or collection)
                plain: Plain = {"id": identity, "kind": "hangup"}
                if name and slug(name) == identity and name != identity:
                    plain["name"] = name
                piece = self.draft.add("nodes", plain, element.source)
                if dn:
                    self.places.nodes.setdefault(dn, identity)
                self._begun.append((collection, element, piece))

    def complete(self) -> None:
        """What each of them does."""
        for collection, element, piece in self._begun:
            match collection:
                case "Receptionists":
                    self._receptionist(element, piece)
                case "RingGroups":
                    self._group(element, piece)
                case _:
                    self._queue(element, piece)

    def _receptionist(self, element: Element, piece: Piece) -> None:
        dn = element.text("Number")
        element.get("IVRType")
        routes = {
            name: self._route(element, key)
            for name, key in (("closed", "OutOfOfficeRoute"), ("holiday", "HolidaysRoute"))
        }
        schedule = self.departments.of(dn)
        if schedule is None or not any(routes.values()):
            self._choice(element, piece)
            return
        inner: Piece = piece
        opened: Plain
        if element.children("Forwards") or element.text("PromptFilename"):
            identity = self.draft.free_id("nodes", f"{piece.plain['id']}-open")
            inner = self.draft.add("nodes", {"id": identity, "kind": "hangup"}, element.source)
            self._choice(element, inner)
            opened = {"node": identity}
        else:
            opened = self._silent(element)
        closed = routes["closed"] or opened
        piece.plain |= {"kind": "time_switch", "schedule": schedule, "open": opened, "closed": closed}
        holiday = routes["holiday"] or closed
        if holiday != closed:
            piece.plain["holiday"] = holiday

    def _route(self, element: Element, key: str) -> Plain | None:
        route = element.child(key)
        where = route.child("Route") if route else None
        if route is None or where is None:
            return None
        to = self.places.to(where)
        prompt = self._prompt(route, "Prompt") if route.flag("IsPromptEnabled") else None
        if prompt is None:
            return to
        identity = self.draft.free_id("nodes", f"{shown(element.text('Name'))} {key.removesuffix('Route')}")
        plain: Plain = {"id": identity, "kind": "announcement", "prompt": prompt, "then": to}
        self.draft.add("nodes", plain, route.source)
        return {"node": identity}

    def _silent(self, element: Element) -> Plain:
        """Where calls go in which nothing was pressed."""
        element.get("Timeout")
        return self.places.kind(element, element.text("TimeoutForwardType"), element.text("TimeoutForwardDN"))

    def _choice(self, element: Element, piece: Piece) -> None:
        prompt = self._prompt(element, "PromptFilename")
        if element.text("TimeoutForwardType") == "CallByName":
            element.get("Timeout")
            piece.plain |= {"kind": "directory", "failed": dict(END)}
            return
        if "Forwards" in element.value:
            self._menu(element, piece, prompt)
            return
        to = self._silent(element)
        if "hangup" in to:
            piece.plain |= {"kind": "hangup"} | ({"prompt": prompt} if prompt else {})
        else:
            piece.plain |= {"kind": "announcement", "prompt": prompt or self._silence(element), "then": to}

    def _menu(self, element: Element, piece: Piece, prompt: str | None) -> None:
        keys: Plain = {}
        for forward in element.children("Forwards"):
            pressed, kind, dn = forward.text("Input"), forward.text("ForwardType"), forward.text("ForwardDN")
            for key in ("Id", "CustomData", "PeerType"):
                forward.get(key)
            if not re.fullmatch(r"[0-9*#]{1,4}", pressed):
                forward.approximated("It is no key; it is left out.")
            elif kind == "RepeatPrompt":
                piece.plain["replay_key"] = pressed
            elif kind == "CallByName":
                keys[pressed] = self._names(forward)
            else:
                keys[pressed] = self.places.kind(forward, kind, dn)
        seconds = element.number("Timeout")
        invalid = element.text("InvalidKeyForwardDN")
        to = self.places.number(invalid) if invalid else dict(END)
        piece.plain |= {
            "kind": "menu", "prompt": prompt or self._silence(element), "keys": keys, "no_input": self._silent(element),
            "invalid": to or dict(END), "direct_dial": "extensions" if element.flag("TransferEnable") else "none",
        }  # fmt: skip
        if seconds is not None:
            piece.plain["timeout_s"] = max(1, min(60, seconds))

    def _names(self, forward: Element) -> Plain:
        known = next((piece for piece in self.draft.sections["nodes"] if piece.plain["kind"] == "directory"), None)
        if known is None:
            identity = self.draft.free_id("nodes", "names")
            known = self.draft.add("nodes", {"id": identity, "kind": "directory", "failed": dict(END)}, forward.source)
        return {"node": known.plain["id"]}

    def _prompt(self, element: Element, key: str) -> str | None:
        """The prompt of a recording."""
        file = element.text(key)
        if not file:
            return None
        known = next(
            (
                piece
                for piece in self.draft.sections["prompts"]
                if piece.plain.get("file", f"{piece.plain['id']}.wav") == file
            ),
            None,
        )
        if known is not None:
            return str(known.plain["id"])
        identity = self.draft.free_id("prompts", file.rsplit(".", 1)[0])
        texts = {self.draft.language: ""}
        piece = self.draft.add("prompts", {"id": identity, "texts": texts, "state": "recorded"}, element.at(key))
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", file):
            piece.plain["file"] = file
        reason = f"The recording {shown(file, 120)} was not listened to."
        piece.assume("texts", texts, reason, f"What does the recording {shown(file, 80)} say?")
        return identity

    def _silence(self, element: Element) -> str:
        if self.draft.find("prompts", "silence") is None:
            texts = {self.draft.language: ""}
            piece = self.draft.add("prompts", {"id": "silence", "texts": texts}, element.source)
            piece.assume("texts", texts, "Nothing is played here.", "What do callers hear here?")
        return "silence"

    def _members(self, element: Element, key: str) -> list[Plain]:
        members: list[Plain] = []
        for member in element.children(key):
            dn = member.text("Number")
            for name in ("Id", "Name", "SkillGroup", "Tags"):
                member.get(name)
            found = self.places.number(dn)
            if found is None or not {"extension", "number"} & found.keys():
                member.approximated("It is neither an extension nor a number outside; it is left out.")
            else:
                members.append(found)
        return members

    def _group(self, element: Element, piece: Piece) -> None:
        strategy = element.text("RingStrategy")
        members = self._members(element, "Members")
        if strategy == "Paging":
            listed = [member["extension"] for member in members if "extension" in member]
            piece.plain |= {"kind": "page", "members": listed[:200]}
            return
        kind = "sequential" if strategy.startswith("Hunt") else "simultaneous"
        piece.plain |= {"kind": "ring_group", "strategy": kind, "members": members[:200]}
        seconds = element.number("RingTime")
        if seconds is not None and 1 <= seconds <= 600:
            piece.plain["ring_s"] = seconds
        if (greeting := self._prompt(element, "GreetingFile")) is not None:
            piece.plain["greeting"] = greeting
        piece.plain["no_answer"] = self.places.to(element.child("ForwardNoAnswer"))

    def _queue(self, element: Element, piece: Piece) -> None:
        polling = element.text("PollingStrategy")
        if polling not in _EXACT:
            element.approximated(f"Agents are asked as {_POLLING.get(polling, 'ringall')} does.")
        piece.plain |= {
            "kind": "queue",
            "strategy": _POLLING.get(polling, "ringall"),
            "agents": self._members(element, "Agents")[:500],
        }
        for key, told, least, most in (
            ("ring_s", "RingTimeout", 1, 600), ("max_wait_s", "MasterTimeout", 1, 86_400),
            ("max_callers", "MaxCallersInQueue", 0, 10_000), ("wrapup_s", "WrapUpTime", 0, 86_400),
        ):  # fmt: skip
            value = element.number(told)
            if value is not None and least <= value <= most:
                piece.plain[key] = value
        for key in ("EnableIntro", "PlayFullPrompt"):
            element.get(key)
        if (greeting := self._prompt(element, "IntroFile")) is not None:
            piece.plain["greeting"] = greeting
        if "AnnouncementInterval" in element.value:
            piece.plain["announce"] = {
                "every_s": min(3600, max(10, element.number("AnnouncementInterval") or 60)),
                "position": element.flag("AnnounceQueuePosition"),
                "hold_time": element.flag("AnnounceEstimatedWaitTime"),
            }  # fmt: skip
        if music := element.text("OnHoldFile"):
            piece.plain["music"] = slug(music.rsplit(".", 1)[0])
        piece.plain["timeout"] = self.places.to(element.child("ForwardNoAnswer"))
