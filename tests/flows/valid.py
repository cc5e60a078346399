"""Small telephone systems as they are sold, in which the validator finds no error."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from call_flow.flow.model import Flow
from call_flow.flow.nodes import NODE_KINDS

Plain = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLACES = {
    "US": ("America/New_York", "+1212555", ["911"], ["933"], "en-US"),
    "GB": ("Europe/London", "+442079460", ["999", "112"], [], "en-GB"),
    "DE": ("Europe/Berlin", "+4930231250", ["112", "110"], [], "de-DE"),
}
#: Number of outcomes of each kind, as paths to their destinations. Those after `|` may stay away.
_SLOTS = {
    "time_switch": "open closed | holiday",
    "menu": "keys/1 keys/2 no_input invalid | keys/3 keys/4 keys/0",
    "ring_group": "no_answer | busy offline",
    "queue": "timeout | full no_agents exit_keys/9",
    "announcement": "then",
    "directory": "failed | operator",
    "external": "no_answer | busy",
    "caller_match": "rules/0/then otherwise | rules/1/then",
    "toggle": "on off",
}
_ENDS = ("voicemail", "page", "conference", "hangup")
_WEEKS: list[list[tuple[str, list[tuple[str, str]]]]] = [
    [(day, [("08:00", "17:00")]) for day in DAYS[:5]],
    [(day, [("09:00", "12:30"), ("13:30", "18:00")]) for day in DAYS[:5]] + [("sat", [("09:00", "13:00")])],
    [(day, [("22:00", "06:00")]) for day in DAYS],
    [(day, [("00:00", "24:00")]) for day in DAYS],
    [("mon", [("07:30", "12:00")]), ("thu", [("12:00", "20:15")]), ("sun", [("23:00", "01:00")])],
]


class _System:
    """A telephone system that is being drawn."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.country = draw(st.sampled_from(sorted(_PLACES)))
        self.zone, self.prefix, self.help, self.tests, self.language = _PLACES[self.country]
        self.people = [str(201 + number) for number in range(draw(st.integers(2, 6)))]
        self.boxes = ["600", *self.people[: draw(st.integers(0, len(self.people)))]]
        self.prompts: list[Plain] = []
        self.nodes: list[Plain] = []
        self.free: list[tuple[int, str, bool]] = []

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def e164(self, number: int) -> str:
        return f"{self.prefix}{number:0{4 if self.country == 'US' else 3 if self.country == 'GB' else 2}}"

    def say(self, words: str) -> str:
        name = f"prompt-{len(self.prompts)}"
        self.prompts.append({"id": name, "texts": {self.language: words}, "seconds": max(1.0, len(words.split()) / 4)})
        return name

    def members(self) -> list[Plain]:
        chosen = self.draw(st.lists(st.sampled_from(self.people), min_size=1, max_size=3, unique=True))
        members: list[Plain] = [{"extension": number} for number in chosen]
        if self.one(False, False, True):
            members.append({"number": self.e164(90), "confirm": True})
        return members

    def node(self, number: int, kind: str) -> Plain:
        """A node without its destinations."""
        fields: dict[str, Callable[[], Plain]] = {
            "time_switch": lambda: {"schedule": self.one("hours", "second")},
            "menu": lambda: {"prompt": "", "max_tries": self.one(2, 3), "timeout_s": self.one(3, 5),
                             "direct_dial": self.one("none", "extensions", self.people[:1]), "keys": {},
                             "replay_key": self.one(None, "*", "#")},
            "ring_group": lambda: {"members": self.members(), "ring_s": self.one(15, 20, 30),
                                   "strategy": self.one("simultaneous", "sequential", "rotating", "random")},
            "queue": lambda: {"agents": [{"extension": item} for item in self.people[: self.one(1, 2)]],
                              "max_wait_s": self.one(60, 120), "max_callers": self.one(0, 5), "exit_keys": {},
                              "strategy": self.one("ringall", "linear", "rrmemory")},
            "announcement": lambda: {"prompt": self.say("Thank you for calling.")},
            "directory": lambda: {"by": self.one("last", "first", "both")},
            "external": lambda: {"number": self.e164(91), "confirm": self.one(True, False), "ring_s": self.one(20, 30)},
            "caller_match": lambda: {"rules": [{"prefix": "+1415"}, {"anonymous": True}]},
            "toggle": lambda: {"code": f"*7{number:02}", "default": self.one("on", "off")},
            "voicemail": lambda: {"mailbox": self.one(*self.boxes), "greeting": self.one("unavailable", "busy")},
            "page": lambda: {"members": self.people[: self.one(1, 2)]},
            "conference": lambda: {"room": f"8{number:02}"},
            "hangup": lambda: {"cause": self.one("normal", "busy"), "prompt": self.one(None, self.say("Goodbye."))},
        }  # fmt: skip
        name = f"{kind.replace('_', '-')}-{number}"
        return {"id": name, "kind": kind, "name": self.one(None, f"The {kind} {number}")} | fields[kind]()

    def grow(self, kinds: list[str]) -> None:
        """Adds nodes, each but the first at a free outcome of one before it, so that no way leads back."""
        for number, kind in enumerate(kinds):
            if number and self.free:
                place = self.one(*range(min(len(self.free), 6)))
                parent, slot, _ = self.free.pop(place)
                _put(self.nodes[parent], slot, {"node": f"{kind.replace('_', '-')}-{number}"})
            elif number:
                break
            self.nodes.append(self.node(number, kind))
            must, _, may = _SLOTS.get(kind, "").partition("|")
            self.free += [(number, slot, True) for slot in must.split()]
            self.free += [(number, slot, False) for slot in may.split()]

    def close(self) -> None:
        """Gives the outcomes that are left an end, or a later node."""
        for parent, slot, must in self.free:
            if must or self.one(True, False):
                _put(self.nodes[parent], slot, self.end(parent))
        for node in self.nodes:
            if node["kind"] == "caller_match":
                node["rules"] = [rule for rule in node["rules"] if "then" in rule]
            elif node["kind"] == "menu":
                self.announce(node)

    def end(self, parent: int) -> Plain:
        later = [node["id"] for node in self.nodes[parent + 1 :]]
        end: Plain = self.one(
            {"extension": self.one(*self.people)},
            {"mailbox": self.one(*self.boxes)},
            {"hangup": self.one("normal", "busy")},
            {"node": self.one(*later)} if later else {"mailbox": "600"},
        )
        return end

    def announce(self, menu: Plain) -> None:
        """Words that say every key; key * may lead back to an earlier menu."""
        earlier = [node["id"] for node in self.nodes[: self.nodes.index(menu)] if node["kind"] == "menu"]
        if earlier and menu["replay_key"] != "*" and self.one(True, False):
            menu["keys"]["*"] = {"node": self.one(*earlier)}
        keys = [*menu["keys"], *([menu["replay_key"]] if menu["replay_key"] else [])]
        if self.language == "de-DE":
            words = " ".join(
                f"Für Punkt {name} drücken Sie die {key}." for name, key in zip("abcdefghi", keys, strict=False)
            )
        else:
            words = " ".join(f"For item {name}, press {key}." for name, key in zip("abcdefghi", keys, strict=False))
        menu["prompt"] = self.say(words)
        if self.one(True, False):
            menu["invalid_prompt"] = self.say("Sorry.")

    def extension(self, position: int, number: str) -> Plain:
        item: Plain = {"number": number, "first": ["Ann", "Ben", "Cleo", "Dan", "Eve", "Finn"][position], "site": "hq",
                       "last": ["Archer", "Baker", "Carter", "Dyer", "Evans", "Fox"][position],
                       "device": self.one("desk", "softphone"), "ring_s": self.one(15, 20)}  # fmt: skip
        if number in self.boxes:
            item["mailbox"] = number
        if self.one(False, False, True):
            further = self.people[position + 1 :]
            busy = {"extension": further[0]} if further else {"mailbox": "600"}
            item[self.one("on_busy", "on_no_answer", "on_offline")] = self.one(
                busy, {"hangup": "busy"}, {"mailbox": "600"}
            )
        if self.one(False, False, False, True):
            item["follow_me"] = [{"number": self.e164(92), "delay_s": 5}]
        return item

    def schedule(self, name: str) -> Plain:
        week = {day: [{"start": start, "end": end} for start, end in spans] for day, spans in self.one(*_WEEKS)}
        schedule: Plain = {"id": name, "time_zone": self.zone, "weekly": week, "holiday_set": self.one(None, "days")}
        dates = self.draw(
            st.lists(st.sampled_from(["2026-12-24", "2026-12-31", "2027-02-28"]), max_size=2, unique=True)
        )
        schedule["exceptions"] = [
            {"date": date, "ranges": self.one([], [{"start": "09:00", "end": "12:00"}])} for date in dates
        ]
        if self.one(False, True):
            schedule["override"] = {"code": "*61" if name == "hours" else "*62", "states": ["closed", "open"]}
        return schedule

    def plain(self) -> Plain:
        lines = [self.e164(number) for number in range(self.draw(st.integers(1, 3)))]
        entries = [{"node": self.nodes[0]["id"]}, {"node": self.one(*(node["id"] for node in self.nodes))},
                   {"extension": self.people[0]}]  # fmt: skip
        address = {"country": self.country, "state": "NY", "city": "Town", "postal_code": "10118", "house_number": "1",
                   "street": "High St"}  # fmt: skip
        own_day = self.one({"name": "Founders' Day", "month_day": "10-05"}, {"name": "Leap", "month_day": "02-29"},
                           {"name": "Break", "month_day": "12-24", "until": "01-02"})  # fmt: skip
        return {
            "customer": {"name": self.one("Acme", "Bäckerei Müller", "O'Neil & Sons"), "country": self.country,
                         "time_zone": self.zone, "languages": [self.language]},
            "sites": [{"id": "hq", "name": "Headquarters", "address": address}],
            "numbers": [{"e164": line, "entry": entry} for line, entry in zip(lines, entries, strict=False)],
            "extensions": [self.extension(*item) for item in enumerate(self.people)],
            "mailboxes": [{"number": number, "email": ["a@b.example"]} for number in self.boxes],
            "schedules": [self.schedule("hours"), self.schedule("second")],
            "holiday_sets": [{"id": "days", "source": {"country": self.country}, "custom": [own_day]}],
            "prompts": self.prompts,
            "nodes": self.nodes,
            "trunks": [{"id": "carrier", "host": "sip.carrier.example", "registers": True, "username": "acme"}],
            "outbound": [{"id": "out", "classes": ["national", "international"], "trunks": ["carrier"]}],
            "emergency": {"numbers": self.help, "test_numbers": self.tests, "callback": lines[0],
                          "notify": [{"extension": self.people[0]}]},
        }  # fmt: skip


def _put(node: Plain, slot: str, destination: Plain) -> None:
    *way, last = slot.split("/")
    holder: Any = node
    for step in way:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    holder[last] = destination


@st.composite
def valid_flows(draw: Draw) -> Flow:
    """A small telephone system of 3 to 15 nodes, of any kinds, in which the validator finds no error."""
    system = _System(draw)
    first = draw(st.sampled_from([kind for kind in _SLOTS if kind != "announcement"]))
    others = draw(st.lists(st.sampled_from(NODE_KINDS), min_size=2, max_size=14))
    system.grow([first, *sorted(others, key=lambda kind: kind in _ENDS)])
    system.close()
    return Flow.model_validate(system.plain())
