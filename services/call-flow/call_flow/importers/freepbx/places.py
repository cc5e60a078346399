"""Destinations of FreePBX: `context,extension,priority`."""

import datetime as dt
import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace

from call_flow.export.agenda import Span
from call_flow.export.labels import shown
from call_flow.flow.calendar import zone
from call_flow.importers.asterisk.times import timing
from call_flow.importers.draft import END, Draft, Piece, Plain, slug
from call_flow.importers.element import Element
from call_flow.importers.freepbx import modules
from call_flow.importers.freepbx.tables import Tables
from call_flow.importers.timing import Rule, Switch, Timing, complete
from call_flow.importers.week import Day, Hours, add_schedule

_BOX = re.compile(r"vm([ubsi]?)(\d{1,12})")
_ENDS = {"hangup": "normal", "busy": "busy", "congestion": "congestion", "no-service": "unallocated"}
_PARTS = ("open dates", "closed dates", "holidays", "hours")
_CONDITION = re.compile(r"\btimeconditions,(\d+),")
_MOST_CONDITIONS = 60


class Places:
    """Where destinations lead."""

    def __init__(self, tables: Tables, draft: Draft) -> None:
        """Nothing is read yet."""
        self.tables = tables
        self.draft = draft
        self._waiting: deque[Callable[[], None]] = deque()
        self._made: dict[str, Plain] = {}
        self._conditions = tables.by("timeconditions", "timeconditions_id")
        #: Conditions that only another one leads to, when it does not fit.
        self._followed = _followed(tables, self._conditions)
        self._groups = tables.by("timegroups", "id")
        self._rows = tables.where("times", "timegroupid")
        self._schedules: dict[str, str] = {}
        self._outside = tables.by("outside", "id")
        self._languages = tables.by("languages", "language_id")
        self._priorities = tables.by("priorities", "queueprio_id")
        self.modules = modules.Modules(self)

    def node(self, key: str, name: str, row: Element, fill: Callable[[Piece], None]) -> Plain:
        """A node for a row, completed later."""
        words = shown(name)
        identity = self.draft.free_id("nodes", words or key)
        begun: Plain = {"id": identity, "kind": "hangup"}
        if words and slug(words) == identity and words != identity:
            begun["name"] = words
        piece = self.draft.add("nodes", begun, row.source)
        self._made[key] = {"node": identity}
        self._waiting.append(lambda: fill(piece))
        return {"node": identity}

    def finish(self) -> None:
        """Complete every node."""
        while self._waiting:
            self._waiting.popleft()()

    def to(self, told: str, row: Element) -> Plain:
        """Where a destination leads; the end of the call when it is not known."""
        context, _, rest = told.strip().partition(",")
        number = rest.partition(",")[0].strip()
        key = f"{context},{number}"
        if key in self._made:
            return dict(self._made[key])
        found = self._of(context, number, key)
        if found is None:
            if told.strip():
                row.approximated(f"Where '{shown(told, 60)}' leads is not known; calls that go there end.")
            return dict(END)
        self._made[key] = found
        return dict(found)

    def _of(self, context: str, number: str, key: str) -> Plain | None:  # noqa: PLR0911 - a branch for each context
        if context in ("from-did-direct", "ext-local", "from-internal") and not number.startswith("vm"):
            return {"extension": number} if self.draft.find("extensions", number) else None
        if context == "ext-local" and (match := _BOX.fullmatch(number)):
            if not self.draft.find("mailboxes", match[2]):
                return None
            greeting = {"b": "busy", "s": "none"}.get(match[1])
            return {"mailbox": match[2]} | ({"greeting": greeting} if greeting else {})
        if context == "app-blackhole":
            return {"hangup": _ENDS.get(number, "normal")}
        if context == "ext-miscdests" and number in self._outside:
            return self._misc(self._outside[number])
        if context == "timeconditions" and number in self._conditions:
            return self._hours(key, self._conditions[number])
        for prefix, carried, column, known in (
            ("app-languages", "language", "lang_code", self._languages),
            ("ext-queueprio", "priority", "queue_priority", self._priorities),
            ("app-queueprio", "priority", "queue_priority", self._priorities),
        ):
            if context.startswith(prefix) and (number in known or context.removeprefix(f"{prefix}-") in known):
                row = known.get(number) or known[context.removeprefix(f"{prefix}-")]
                return self._carried(row, carried, column)
        return self.modules.to(context, number, key)

    def _misc(self, row: Element) -> Plain | None:
        row.get("id")
        row.get("description")
        dialled = row.text("destdial")
        number = self.draft.e164(dialled)
        if number is not None:
            return {"number": number}
        return {"extension": dialled} if self.draft.find("extensions", dialled) else None

    def _carried(self, row: Element, name: str, column: str) -> Plain:
        told = row.text(column)
        value: str | int | None = told if re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", told.replace("_", "-")) else None
        if name == "priority":
            value = int(told) if told.isdecimal() and int(told[:4]) <= 20 else None
        row.get("description")
        found = self.to(row.text("dest"), row)
        return found if value is None else {**found, "set": {name: value, **found.get("set", {})}}

    def _hours(self, key: str, first: Element) -> Plain:
        """A chain of time conditions, each of which asks the next one when it does not fit."""
        chain = [first]
        # The hours themselves are the last of our own; what they lead to is another switch.
        while len(chain) < _MOST_CONDITIONS and _title(self._group(chain[-1]))[1] != "hours":
            match = re.fullmatch(r"timeconditions,(\d+),\d+", chain[-1].text("falsegoto"))
            following = self._conditions.get(match[1]) if match else None
            if match is None or following is None or following in chain or match[1] not in self._followed:
                break
            chain.append(following)
        name, part = _title(first.text("displayname"), _title(self._group(first))[1])
        return self.node(
            key, name if part else first.text("displayname"), first, lambda piece: self._switch(piece, chain)
        )

    def _switch(self, piece: Piece, chain: list[Element]) -> None:
        named = ""
        for row in chain:
            for key in ("displayname", "generate_hint", "invert_hint", "deptname", "fcc_password", "priority",
                        "calendar_id", "calendar_group_id", "falsegoto"):  # fmt: skip
                row.get(key)
            where = row.text("timezone")
            named = named or (where if zone(where) is not None else "")
            if row.text("mode") not in ("", "time-group"):
                row.approximated("Calendars are not read; it is taken never to fit.")
        named = named or self.draft.time_zone
        asked = [(self.to(row.text("truegoto"), row), self._times(row)) for row in chain]
        otherwise = self.to(chain[-1].text("falsegoto"), chain[-1])
        titles = [_title(self._group(row)) for row in chain]
        piece.plain |= {"kind": "time_switch", "schedule": "", "open": otherwise, "closed": otherwise}
        if _is_whole(titles):
            parts = [part for _, part in titles]
            by_part = dict(zip(parts, asked, strict=True))
            piece.plain["open"] = by_part["hours"][0]
            if "holidays" in by_part and by_part["holidays"][0] != otherwise:
                piece.plain["holiday"] = by_part["holidays"][0]
            rules = {part: found for part, (_, found) in by_part.items()}
            piece.plain["schedule"] = self._schedule(titles[0][0], rules, named, chain[0])
            return
        # A group without times never fits, and yet says where calls would go.
        rules_in_turn = [(rule, to) for row, (to, found) in zip(chain, asked, strict=True)
                         for rule in found or [Rule(Timing(spans=()), row.source)]]  # fmt: skip
        switch = Switch([rule for rule, _ in rules_in_turn], [to for _, to in rules_in_turn], otherwise, named,
                        called=titles[0][0])  # fmt: skip
        self._complete(piece, switch)

    def _complete(self, piece: Piece, switch: Switch) -> None:
        def rest(count: int) -> Plain:
            if count >= len(switch.rules):
                return switch.otherwise
            identity = self.draft.free_id("nodes", f"{piece.plain['id']}-rest")
            further = self.draft.add("nodes", {"id": identity, "kind": "time_switch"}, switch.rules[0].source)
            self._complete(further, replace(switch, rules=switch.rules[count:], goes=switch.goes[count:]))
            return {"node": identity}

        complete(self.draft, piece, switch, rest)

    def _schedule(self, name: str, rules: dict[str, list[Rule]], where: str, row: Element) -> str:
        """The schedule whose hours and dates our own export keeps in groups of their own."""
        if name not in self._schedules:
            weekly: list[list[Span]] = [[] for _ in range(7)]
            for rule in rules["hours"]:
                for weekday in rule.timing.weekdays:
                    weekly[weekday] += rule.timing.spans
            opened: dict[dt.date, list[Span]] = {}
            for rule in rules.get("open dates", []):
                for date in rule.timing.in_years(self.draft.today.year):
                    opened.setdefault(date, []).extend(rule.timing.spans)
            year = self.draft.today.year
            days = {date: part == "holidays" for part in ("closed dates", "holidays")
                    for rule in rules.get(part, []) for date in rule.timing.in_years(year)}  # fmt: skip
            dated = {date: Day(tuple(opened.get(date, ())), "holiday" if is_holiday else "closed")
                     for date, is_holiday in days.items()}  # fmt: skip
            hours = Hours(where, weekly, dated)
            self._schedules[name] = add_schedule(self.draft, hours, name, row.source, always=True)
        return self._schedules[name]

    def _group(self, condition: Element) -> str:
        """What the time group of a condition is called."""
        known = self._groups.get(condition.text("time"))
        return known.text("description") if known is not None else shown(condition.text("displayname"))

    def _times(self, condition: Element) -> list[Rule]:
        found: list[Rule] = []
        for row in self._rows.get(condition.text("time"), []):
            row.get("id")
            read = timing(row.text("time"))
            if read is None:
                row.approximated("Its times cannot be read; they are taken never to fit.")
            else:
                found.append(Rule(read[0], row.source))
        return found

    def begin(self) -> None:
        """Begin every node, in the order of the tables, also those that nothing leads to."""
        for number, row in self._conditions.items():
            if number not in self._followed:
                self.to(f"timeconditions,{number},1", row)
        self.modules.begin()


def _followed(tables: Tables, conditions: dict[str, Element]) -> set[str]:
    told = Counter(match for text in tables.texts() for match in _CONDITION.findall(text))
    listed = (_CONDITION.findall(str(row.peek("falsegoto"))) for row in conditions.values())
    return {number for found in listed for number in found if told[number] == 1}


def _is_whole(titles: list[tuple[str, str]]) -> bool:
    """Whether these are the groups of one schedule of our own export, each of which stands for a part of it."""
    names, parts = {name for name, _ in titles}, [part for _, part in titles]
    return len(names) == 1 and "" not in parts and parts[-1] == "hours" and len(set(parts)) == len(parts)


def _title(words: str, cut_off: str = "") -> tuple[str, str]:
    """What a name says besides the part of the hours that it stands for, and that part; its end may be cut off."""
    for part in [*_PARTS, *(cut_off[:length] for length in range(len(cut_off) - 1, 0, -1))]:
        if words.endswith(f" {part}"):
            return words.removesuffix(f" {part}"), part
    return words, ""
