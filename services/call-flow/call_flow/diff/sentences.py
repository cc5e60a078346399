"""Changes in sentences."""

from collections.abc import Callable, Mapping, Set

from pydantic import JsonValue

from call_flow.diff.values import Differing
from call_flow.flow.destination import Destination
from call_flow.flow.graph import Graph
from call_flow.flow.values import WEEKDAYS
from call_flow.render.words import DAYS, Names, phone

_LISTS = {
    "sites": "Site", "numbers": "Number", "extensions": "Extension", "mailboxes": "Mailbox", "schedules": "Schedule",
    "holiday_sets": "Holiday set", "prompts": "Prompt", "nodes": "Node", "trunks": "Trunk",
    "outbound": "Outbound route",
}  # fmt: skip
_PARTS = {
    "customer": "Customer", "emergency": "Emergency calls", "numbering": "Numbering", "feature_codes": "Feature codes",
}  # fmt: skip
#: What a field is called, where its name alone says too little.
_FIELDS = {
    "ring_s": "the time it rings",
    "delay_s": "the delay",
    "timeout_s": "the time it waits for a key",
    "digit_timeout_s": "the pause that ends an entry",
    "max_tries": "the number of tries",
    "max_wait_s": "the longest wait",
    "max_callers": "how many callers may wait",
    "max_s": "the longest message",
    "retry_s": "the pause between rounds",
    "wrapup_s": "the rest after a call",
    "entry": "where its calls begin",
    "open": "where it goes when open",
    "closed": "where it goes when closed",
    "holiday": "where it goes on holidays",
    "no_input": "where silence leads",
    "invalid": "where wrong keys lead",
    "no_answer": "where it goes if nobody answers",
    "busy": "where it goes if busy",
    "offline": "where it goes if nobody is reachable",
    "on_no_answer": "where it goes if nobody answers",
    "on_busy": "where it goes if busy",
    "on_offline": "where it goes if not reachable",
    "timeout": "where it goes after the longest wait",
    "full": "where it goes when full",
    "no_agents": "where it goes without agents",
    "then": "where it goes then",
    "failed": "where it goes when nobody is found",
    "operator": "where 0 leads",
    "otherwise": "where others go",
    "on": "where it goes when on",
    "off": "where it goes when off",
    "direct_dial": "who may be dialled",
    "outbound": "what it may call",
    "notify": "who is told",
    "callback": "the number to call back",
}
_MOST_CHARACTERS = 120


class Sentences:
    """Sentences about the changes between two flows."""

    def __init__(self, before: Graph, after: Graph) -> None:
        """What is gone is called as it was, everything else as it is."""
        self._before, self._after = Names(before), Names(after)
        self._nodes = {**before.nodes, **after.nodes}

    def of(self, change: Differing) -> str:
        """One change."""
        names = change.names
        subject, rest = self._subject(names)
        if not rest:
            verb = {"added": "is new", "removed": "is gone", "changed": "has changed"}[change.kind]
            return f"{subject} {verb}{self._detail(change)}."
        for special in (self._hours, self._key, self._people, self._exception):
            if said := special(subject, rest, change):
                return said
        what = _field(rest)
        if change.kind == "added":
            return f"{subject}: {what} is now {self._value(change.after, self._after)}; it was not given."
        if change.kind == "removed":
            return f"{subject}: {what} is not given any more; it was {self._value(change.before, self._before)}."
        old, new = self._value(change.before, self._before), self._value(change.after, self._after)
        return f"{subject}: {what} is now {new}, was {old}."

    def _subject(self, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """What a change is about, and the names below it."""
        if names[0] in _LISTS and len(names) > 1:
            kind, name = _LISTS[names[0]], names[1]
            if names[0] == "nodes" and name in self._nodes:
                kind = self._nodes[name].kind.replace("_", " ").capitalize()
            shown = phone(name) if names[0] == "numbers" else name
            return f"{kind} {shown}" if shown.isdigit() or shown.startswith("+") else f"{kind} '{shown}'", names[2:]
        return _PARTS.get(names[0], names[0].replace("_", " ").capitalize()), names[1:]

    def _detail(self, change: Differing) -> str:
        item = change.after if change.kind == "added" else change.before
        if change.names[0] == "extensions" and isinstance(item, dict):
            name = " ".join(str(item[part]) for part in ("first", "last") if item.get(part)) or str(
                item.get("display") or ""
            )
            return f", {_short(name)}" if name else ""
        if change.names[0] == "numbers" and isinstance(item, dict) and item.get("label"):
            return f", {_short(str(item['label']))}"
        return ""

    def _hours(self, subject: str, rest: tuple[str, ...], change: Differing) -> str:
        if rest[0] != "weekly" or len(rest) < 2 or rest[1] not in WEEKDAYS:
            return ""
        day = DAYS[rest[1]]
        return f"{subject}: {day} is now {_spans(change.after)}, was {_spans(change.before)}."

    def _exception(self, subject: str, rest: tuple[str, ...], change: Differing) -> str:
        if rest[0] != "exceptions" or len(rest) < 2:
            return ""
        date = rest[1]
        if change.kind == "removed" and len(rest) == 2:
            return f"{subject}: {date} is no exception any more."
        hours = change.after.get("ranges") if isinstance(change.after, dict) else change.after
        if len(rest) == 2 or rest[2] == "ranges":
            return f"{subject}: {date} is {'now ' if change.kind != 'added' else ''}{_spans(hours)}."
        return ""

    def _key(self, subject: str, rest: tuple[str, ...], change: Differing) -> str:
        if rest[0] not in ("keys", "exit_keys") or len(rest) != 2:
            return ""
        key = rest[1]
        if change.kind == "added":
            return f"{subject}: key {key} is new and leads to {self._value(change.after, self._after)}."
        if change.kind == "removed":
            return f"{subject}: key {key} is gone; it led to {self._value(change.before, self._before)}."
        old, new = self._value(change.before, self._before), self._value(change.after, self._after)
        return f"{subject}: key {key} now leads to {new}, before to {old}."

    def _people(self, subject: str, rest: tuple[str, ...], change: Differing) -> str:
        if rest[0] not in ("members", "agents") or len(rest) != 1:
            return ""
        old, new = _targets(change.before), _targets(change.after)
        said = []
        if joined := [name for name in new if name not in old]:
            said.append(f"{', '.join(map(self._who_now, joined))} joined")
        if left := [name for name in old if name not in new]:
            said.append(f"{', '.join(map(self._who_was, left))} left")
        if not said:
            said.append(f"the order is now {', '.join(new)}" if old != new else "its members ring differently")
        return f"{subject}: {'; '.join(said)}."

    def _who_now(self, target: str) -> str:
        return phone(target) if target.startswith("+") else self._after.extension(target)

    def _who_was(self, target: str) -> str:
        return phone(target) if target.startswith("+") else self._before.extension(target)

    def _value(self, value: JsonValue, names: Names) -> str:
        """A value in words: a destination by its name, anything else as it stands, if it is not too long."""
        if isinstance(value, dict) and len(kinds := _DESTINATIONS & value.keys()) == 1 and not value.keys() - _ALLOWED:
            return _quoted(names.destination(Destination.model_validate({**value})), kinds)
        return _short(_plain(value))


_DESTINATIONS = frozenset({"node", "extension", "mailbox", "number", "hangup"})
_ALLOWED = _DESTINATIONS | {"greeting", "set"}


def _quoted(name: str, kinds: Set[str]) -> str:
    if "node" in kinds:
        return f"'{_short(name)}'"
    return _short(name if kinds & {"extension", "number"} else f"{name[:1].lower()}{name[1:]}")


def _field(rest: tuple[str, ...]) -> str:
    name = _FIELDS.get(rest[-1], rest[-1].replace("_", " "))
    above = [part for part in rest[:-1] if part not in ("texts",)]
    return f"{name} ({' '.join(above).replace('_', ' ')})" if above else name


def _targets(value: JsonValue) -> list[str]:
    items = value if isinstance(value, list) else []
    return [str(item.get("extension") or item.get("number")) if isinstance(item, dict) else str(item) for item in items]


def _spans(value: JsonValue) -> str:
    if not isinstance(value, list) or not value:
        return "closed"
    return ", ".join(f"{span.get('start')}–{span.get('end')}" for span in value if isinstance(span, dict))


def _plain(value: JsonValue) -> str:
    say: Mapping[type, Callable[[JsonValue], str]] = {
        bool: lambda given: "yes" if given else "no",
        str: lambda given: f"'{given}'",
    }
    if type(value) in say:
        return say[type(value)](value)
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items()) or "nothing"
    return str(value)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
