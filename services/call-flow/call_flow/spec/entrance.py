"""What callers of the main number meet: languages, hours, menu, and what they hear when it is closed."""

from pydantic import JsonValue

from call_flow.spec import people
from call_flow.spec.draft import Draft, Plain
from call_flow.spec.opening import Opening
from call_flow.spec.script import Line, Script, names_every_key
from call_flow.spec.ways import Way, Ways
from call_flow.spec.words import folded

_SHORT = ("greeting", "during_hours", "menu", "after_hours", "on_holidays")
_FEW = 2
#: Keys for groups, so that some are left for the directory and the front desk.
_MOST = 8
_WORTH_A_DIRECTORY = 4
_REPEAT = ("repeat", "replay", "again")


def beginning(draft: Draft, ways: Ways) -> str | None:
    """The first of the nodes that are given at which calls may begin.

    Not rooms and loudspeakers, which are for those inside, nor what something else leads to, as a group may.
    """
    inside = ("page", "conference")
    return next((node.id for node in draft.spec.nodes if node.kind not in inside and node.id not in ways.used), None)


class Entrance:
    """Makes the nodes between a number and the people."""

    def __init__(self, draft: Draft, script: Script, ways: Ways, opening: Opening) -> None:
        """All that it is made of."""
        self._draft, self._script, self._ways, self._opening = draft, script, ways, opening
        self._is_menu_made = False

    def is_wanted(self, first: str | None) -> bool:
        """Whether it is told in short, or numbers lead nowhere without it: no node is the `first`."""
        spec = self._draft.spec
        is_told = any(getattr(spec, name) is not None for name in _SHORT)
        lacks_entry = not spec.numbers or any(number.entry is None for number in spec.numbers)
        return is_told or bool(self._ways.awaited) or (lacks_entry and first is None)

    def make(self, groups: dict[str, str]) -> Plain:
        """Make it and return where it begins. `groups` are the ids of groups and queues by name."""
        self._draft.require_understood()
        after, holiday = self._after_hours()
        opened = self._open(groups)
        if self._draft.spec.menu is not None and not self._is_menu_made:
            self._menu()
        if self._opening.never_closes():
            for name in ("after_hours", "on_holidays"):
                if getattr(self._draft.spec, name) is not None:
                    self._draft.refuse(f"/{name}", "By its hours it never closes. Leave this out, or give other hours.")
            entry = opened
        else:
            entry = self._hours(opened, after, holiday)
        return self._languages(entry)

    def _hours(self, opened: Plain, after: Plain | None, holiday: Plain | None) -> Plain:
        self._opening.make()
        plain: Plain = {
            "id": "hours",
            "kind": "time_switch",
            "name": "Opening hours",
            "schedule": "office",
            "open": opened,
        }
        node = self._draft.make(plain, rank=-1)
        node.note("", "default", "During hours calls are answered; otherwise callers hear that it is closed.")
        if after is None:
            plain["closed"] = self._closed("closed")
        else:
            plain["closed"] = after
            node.note("/closed", "stated")
        if self._opening.has_holidays():
            if holiday is not None:
                plain["holiday"] = holiday
                node.note("/holiday", "stated")
            elif after is None:
                plain["holiday"] = self._closed("holiday")
        elif holiday is not None:
            self._draft.refuse("/on_holidays", "There are no holidays. Give holidays, or leave this out.")
        return {"node": "hours"}

    def _after_hours(self) -> tuple[Plain | None, Plain | None]:
        found = []
        for name in ("after_hours", "on_holidays"):
            told: JsonValue = getattr(self._draft.spec, name)
            way = None
            if told is not None:
                way = self._ways.read(f"/{name}", told, name.replace("_", "-"), self._ways.general)
            found.append(None if way is None else way.destination)
        return found[0], found[1]

    def _closed(self, name: str) -> Plain:
        """An announcement, then the general mailbox."""
        onward = self._ways.general()
        lines: list[Line] = [(name, {}), ("leave" if "mailbox" in onward else "again", {})]
        if "hangup" in onward:
            onward = {"hangup": "normal"}
        self._script.made(name, lines)
        plain = {"id": name, "kind": "announcement", "name": name.title(), "prompt": name, "then": onward}
        node = self._draft.make(plain, rank=5)
        when = "When it is closed" if name == "closed" else "On holidays"
        does = "can leave a message" if "mailbox" in onward else "are asked to call again"
        node.note("", "default", f"{when}, callers are told so and {does}.", f"{when}, what shall happen to calls?")
        return {"node": name}

    def _open(self, groups: dict[str, str]) -> Plain:
        spec = self._draft.spec
        if spec.during_hours is not None:
            way = self._ways.read("/during_hours", spec.during_hours, "during-hours", self._ways.general)
            return self._greeted(way.destination if way else self._ways.general())
        if spec.menu is not None:
            return self._menu()
        voices = people.voices(self._draft)
        free = [node for node in groups.values() if node not in self._ways.used]
        if len(free) == 1 and len(voices) <= self._ringing(free[0]):
            self._ways.used.add(free[0])
            return self._greeted({"node": free[0]})
        if not voices and not free:
            return self._nobody()
        if not free and len(voices) <= _FEW:
            return self._greeted(self._everyone(voices) if spec.operator is None else self._ways.operator())
        return self._usual_menu({name: node for name, node in groups.items() if node in free}, voices)

    def _ringing(self, group: str) -> int:
        piece = next(p for p in self._draft.sections["nodes"] if p.plain["id"] == group)
        return len(piece.plain.get("members") or piece.plain.get("agents") or [])

    def _everyone(self, voices: list[str]) -> Plain:
        members = [{"extension": number} for number in voices]
        plain = {
            "id": "everyone", "kind": "ring_group", "name": "Everyone", "members": members,
            "no_answer": self._ways.general(),
        }  # fmt: skip
        reason = f"During hours all telephones ring ({', '.join(voices)}); unanswered calls go to the general mailbox."
        self._draft.make(plain, rank=1).note("", "assumed", reason, "Who answers calls?")
        return {"node": "everyone"}

    def _nobody(self) -> Plain:
        onward = self._ways.general()
        if self._draft.spec.greeting is not None:
            return self._greeted(onward)
        self._script.made("welcome", [("leave", {})] if "mailbox" in onward else [("again", {})])
        plain = {"id": "welcome", "kind": "announcement", "name": "Welcome", "prompt": "welcome", "then": onward}
        reason = "There are no extensions yet, so callers are greeted and can leave a message."
        self._draft.make(plain, rank=1).note("", "assumed", reason, "Who answers calls, on which extensions?")
        return {"node": "welcome"}

    def _greeted(self, onward: Plain) -> Plain:
        """After the customer's greeting, if there is one."""
        if self._draft.spec.greeting is None:
            return onward
        with self._draft.reading("/greeting"):
            self._script.stated("greeting", self._draft.spec.greeting)
            self._draft.sections["prompts"][-1].said[""] = "/greeting"
        plain = {"id": "greeting", "kind": "announcement", "name": "Greeting", "prompt": "greeting", "then": onward}
        self._draft.make(plain, rank=1)
        return {"node": "greeting"}

    def _menu(self) -> Plain:
        """The menu that the customer told."""
        self._is_menu_made = True
        keys: dict[str, Way] = {}
        replay = None
        for key, told in (self._draft.spec.menu or {}).items():
            if isinstance(told, str) and folded(told) in _REPEAT:
                replay = key
            elif way := self._ways.read(f"/menu/{key}", told, f"menu-{key}", lambda: {"node": "menu"}):
                keys[key] = way
        lines: list[Line] = [_line(key, way) for key, way in keys.items()]
        dialled = self._draft.spec.direct_dial
        plain = self._add_menu(
            keys, [("dial", {}), *lines] if dialled else lines, replay, "extensions" if dialled else "none"
        )
        node = self._draft.sections["nodes"][-1]
        node.said["/keys"] = "/menu"
        node.note("/name", "default", "The menu is called so.")
        if dialled is None:
            node.note("/direct_dial", "default", "Callers cannot dial extensions in the menu.",
                      "May callers dial an extension while they hear the menu?")  # fmt: skip
        reason = "Callers who press nothing, or no key that there is, come to the front desk."
        for name in ("no_input", "invalid"):
            node.note(f"/{name}", "default", reason, "Who takes callers who press nothing?")
        return plain

    def _usual_menu(self, groups: dict[str, str], voices: list[str]) -> Plain:
        keys = {
            str(number): Way({"node": node}, name)
            for number, (name, node) in enumerate(groups.items(), 1)
            if number < 9
        }
        begun = {number[0] for number in voices}
        can_dial = bool(voices) and self._draft.spec.direct_dial is not False
        lines: list[Line] = [("dial", {})] if can_dial else []
        lines += [_line(key, way) for key, way in keys.items()]
        if len(people.named(self._draft)) >= _WORTH_A_DIRECTORY:
            key = next((key for key in "987654321" if key not in keys and key not in begun), "#")
            keys[key] = Way(self._ways.directory(), phrase="names")
            lines.append(("names", {"key": key}))
        desk = "0" if "0" not in begun else "*"
        keys[desk] = Way(self._ways.operator(), phrase="operator")
        lines.append(("operator", {"key": desk}))
        plain = self._add_menu(keys, lines, None, "extensions" if can_dial else "none")
        said = "they dial an extension, or stay on the line for the front desk"
        reason = f"During hours callers hear a menu: {said}." if not groups else f"Callers choose a group; or {said}."
        self._draft.sections["nodes"][-1].note("", "assumed", reason, "What shall callers be offered during hours?")
        return plain

    def _add_menu(self, keys: dict[str, Way], lines: list[Line], replay: str | None, direct_dial: str) -> Plain:
        operator = self._ways.operator()
        if replay is not None:
            lines = [*lines, ("repeat", {"key": replay})]
        opening = None
        if self._draft.spec.greeting is not None:
            with self._draft.reading("/greeting"):
                opening = self._script.words(self._draft.spec.greeting)
        with self._draft.reading("/menu"):
            if opening and names_every_key(opening.values(), keys):
                self._script.stated("menu", dict(opening))
            else:
                self._script.made("menu", lines, opening)
        self._script.made("invalid", [("invalid", {})])
        plain: Plain = {
            "id": "menu", "kind": "menu", "name": "Menu", "prompt": "menu", "invalid_prompt": "invalid",
            "keys": {key: way.destination for key, way in keys.items()}, "direct_dial": direct_dial,
            "no_input": operator, "invalid": operator,
        }  # fmt: skip
        if replay is not None:
            plain["replay_key"] = replay
        self._draft.make(plain, rank=0).note("/invalid_prompt", "default", "After a wrong key, callers are told so.")
        self._is_menu_made = True
        return {"node": "menu"}

    def _languages(self, entry: Plain) -> Plain:
        languages = self._script.languages
        numbers = self._draft.spec.numbers
        if len(languages) == 1 or any(number.language for number in numbers):
            return entry
        keys = [(str(number), language) for number, language in enumerate(languages, 1)]
        self._script.choice_of_language(keys)
        plain = {
            "id": "language", "kind": "menu", "name": "Language", "prompt": "language",
            "keys": {key: entry | {"set": {"language": language}} for key, language in keys},
            "max_tries": 2, "no_input": entry, "invalid": entry,
        }  # fmt: skip
        node = self._draft.make(plain, rank=-2)
        reason = f"Callers choose their language first; without a choice they hear {languages[0]}."
        node.note("", "assumed", reason, "Shall callers choose their language by a key?")
        return {"node": "language"}


def _line(key: str, way: Way) -> Line:
    return way.phrase, {"key": key} | ({"label": way.label} if way.label else {})
