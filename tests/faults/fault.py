"""What a seeded fault is, and the parts that faults are built from."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Plain = dict[str, Any]
_FREE_NUMBERS = [f"+121255501{number}" for number in range(80, 100)]


class Unfit(Exception):
    """The flow has no part that this fault could spoil."""


@dataclass(frozen=True)
class Fault:
    """A way to spoil a flow: what has to be found, and which other errors come of it.

    `change` spoils the plain form of a flow, and says where the fault is, as a JSON pointer.
    """

    code: str
    name: str
    change: Callable[[Plain], str]
    also: frozenset[str]

    def seeded(self, base: Plain) -> tuple[Plain, str]:
        """A spoilt copy of a flow, and where the fault is.

        Raises:
            Unfit: the flow has nothing to spoil.
        """
        plain = copy.deepcopy(base)
        return plain, self.change(plain)


class Faults:
    """The faults of a subject, in the order in which they are declared."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def fault(self, code: str, *also: str) -> Callable[[Callable[[Plain], str]], Callable[[Plain], str]]:
        """Declares the decorated function; its name is the fault's."""

        def declare(change: Callable[[Plain], str]) -> Callable[[Plain], str]:
            self.all.append(Fault(code, change.__name__, change, frozenset(also)))
            return change

        return declare


def add(plain: Plain, where: str, **item: Any) -> str:
    """Adds a part; gives its pointer."""
    plain[where].append(item)
    return f"/{where}/{len(plain[where]) - 1}"


def first(plain: Plain, where: str, **wanted: Any) -> tuple[Plain, str]:
    """The first part that has these values, and its pointer."""
    for position, item in enumerate(plain[where]):
        if all(item.get(field) == value for field, value in wanted.items()):
            return item, f"/{where}/{position}"
    raise Unfit


def box(plain: Plain) -> str:
    """The number of a mailbox."""
    return str(first(plain, "mailboxes")[0]["number"])


def person(plain: Plain) -> Plain:
    """An extension that stands on a desk."""
    return first(plain, "extensions", device="desk")[0]


def phone(plain: Plain, **values: Any) -> tuple[str, str]:
    """Adds an extension that offends no rule; gives its number and pointer."""
    digits = plain["numbering"]["extension_digits"]
    taken = [item["number"] for field in ("extensions", "mailboxes") for item in plain[field]]
    number = next(
        name
        for start in "87654"
        for name in (f"{start}{rest:0{digits - 1}}" for rest in range(10 ** (digits - 1)))
        if not any(name.startswith(other) or other.startswith(name) for other in [*taken, "811", "711", "611", "511"])
        and name[0] != (plain["numbering"].get("parking") or "x")[0]
    )
    place = add(plain, "extensions", **{"number": number, "last": f"Fault {number}", "outbound": "internal"} | values)
    return number, place


def say(plain: Plain, words: str, **values: Any) -> tuple[str, str]:
    """Adds a prompt in every language of the customer; gives its id and pointer."""
    name = f"fault-{len(plain['prompts'])}"
    texts = dict.fromkeys(plain["customer"]["languages"], words)
    return name, add(plain, "prompts", **{"id": name, "texts": texts} | values)


def enter(plain: Plain, destination: Plain, **values: Any) -> str:
    """Adds a number of the customer that leads there; gives its pointer."""
    taken = {number["e164"] for number in plain["numbers"]}
    free = next(number for number in _FREE_NUMBERS if number not in taken)
    return add(plain, "numbers", **{"e164": free, "entry": destination} | values)


def node(plain: Plain, kind: str, **values: Any) -> tuple[str, str]:
    """Adds a node that a number leads to; gives its id and pointer."""
    name = f"fault-{len(plain['nodes'])}"
    place = add(plain, "nodes", **{"id": name, "kind": kind} | values)
    enter(plain, {"node": name})
    return name, place


def menu(plain: Plain, keys: dict[str, Plain], **values: Any) -> tuple[str, str]:
    """Adds a menu that a number leads to, with a prompt that says its keys; gives its id and pointer."""
    words = " ".join(f"For choice {name}, press {key}." for name, key in zip("abcdefghijkl", keys, strict=False))
    prompt = values.pop("prompt", None) or say(plain, words or "Please dial.")[0]
    ends = {"no_input": leave(plain), "invalid": leave(plain)}
    return node(plain, "menu", **{"prompt": prompt, "keys": keys} | ends | values)


def leave(plain: Plain) -> Plain:
    """A destination: a mailbox."""
    return {"mailbox": box(plain)}


def group(plain: Plain, *members: Plain, **values: Any) -> tuple[str, str]:
    """Adds a ring group that a number leads to; gives its id and pointer."""
    people = list(members) or [{"extension": person(plain)["number"]}]
    return node(plain, "ring_group", **{"members": people, "no_answer": leave(plain)} | values)


def queue(plain: Plain, *agents: Plain, **values: Any) -> tuple[str, str]:
    """Adds a queue that a number leads to; gives its id and pointer."""
    people = list(agents) or [{"extension": person(plain)["number"]}]
    return node(plain, "queue", **{"agents": people, "timeout": leave(plain)} | values)


def schedule(plain: Plain, **values: Any) -> tuple[str, str]:
    """Adds a schedule that a time switch asks; gives its id and pointer."""
    name = f"fault-{len(plain['schedules'])}"
    hours = {"weekly": {"mon": [{"start": "08:00", "end": "17:00"}]}, "time_zone": plain["customer"]["time_zone"]}
    place = add(plain, "schedules", **{"id": name} | hours | values)
    node(plain, "time_switch", schedule=name, open={"extension": person(plain)["number"]}, closed=leave(plain))
    return name, place


def holiday_set(plain: Plain, **values: Any) -> str:
    """Adds a holiday set that a schedule uses; gives its pointer."""
    name = f"fault-{len(plain['holiday_sets'])}"
    source = {"source": {"country": plain["customer"]["country"]}}
    place = add(plain, "holiday_sets", **{"id": name} | source | values)
    schedule(plain, holiday_set=name)
    return place
