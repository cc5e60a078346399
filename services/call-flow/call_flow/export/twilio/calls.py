"""What the Functions know: who rings in which round, and the names of each directory as keys."""

from typing import Any

from call_flow.export.plan import Plan
from call_flow.flow.model import Extension
from call_flow.flow.nodes import Conference, Directory, External, Queue, RingGroup

_KEYS = {letter: str(key) for key, letters in enumerate(
    ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), start=2) for letter in letters}  # fmt: skip
Leg = dict[str, Any]
#: Twilio rings for ten minutes at most, and a document of rounds should stay readable.
_LONGEST, _ROUNDS = 600, 100


def calls(plan: Plan) -> dict[str, Any]:
    """`places` by their names, and `directories` by the ids of their nodes."""
    places = {f"ext-{extension.number}": _place([_round([*_legs(extension)], extension.ring_s)])
              for extension in plan.extensions}  # fmt: skip
    for node in plan.nodes:
        match node:
            case RingGroup():
                places[node.id] = _group(plan, node)
            case Queue():
                places[node.id] = _queue(plan, node)
            case External():
                places[node.id] = _place([_round([_outside(node.number, node.confirm)], node.ring_s,
                                                 _shows(plan, node.caller_id == "own"))])  # fmt: skip
            case Conference():
                places[node.id] = _place([{"room": f"room-{node.room}", "beep": node.announce}])
            case _:
                continue
    found = {node.id: _names(plan, node) for node in plan.nodes if isinstance(node, Directory)}
    return {"places": places, "directories": found}


def _place(rounds: list[dict[str, Any]], *says: dict[str, str]) -> dict[str, Any]:
    return {"rounds": [one for one in rounds if one.get("legs") or one.get("room")], "says": list(says)}


def _round(legs: list[Leg], timeout: int, caller_id: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"legs": legs, "timeout": min(_LONGEST, max(5, timeout))}
    return found | ({"caller_id": caller_id} if caller_id else {})


def _legs(extension: Extension) -> list[Leg]:
    inside: list[Leg] = [] if extension.device == "none" else [{"sip": extension.number, "confirm": False}]
    return inside + [_outside(other.number, other.confirm) for other in extension.follow_me]


def _outside(number: str, confirm: bool) -> Leg:
    return {"number": number, "confirm": confirm}


def _shows(plan: Plan, own: bool) -> str | None:
    return plan.numbers[0].e164 if own and plan.numbers else None


def _member(target: str, inside: bool, confirm: bool) -> Leg:
    return {"sip": target, "confirm": confirm} if inside else _outside(target, confirm)


def _group(plan: Plan, node: RingGroup) -> dict[str, Any]:
    legs = [_member(member.target, member.extension is not None, member.confirm)
            for member in plan.members(node.members)]  # fmt: skip
    at_once = node.strategy == "simultaneous"
    rounds = [_round(legs, node.ring_s)] if at_once else [_round([leg], node.ring_s) for leg in legs]
    return _place(rounds, *_says(plan, node.greeting))


def _queue(plan: Plan, node: Queue) -> dict[str, Any]:
    """Rounds until the longest wait is over."""
    agents = sorted(plan.agents(node.agents), key=lambda agent: agent.penalty)
    legs = [_member(agent.target, agent.extension is not None, False) for agent in agents]
    number = min(_ROUNDS, max(1, node.max_wait_s // (node.ring_s + node.retry_s)))
    if node.strategy == "ringall" or not legs:
        rounds = [_round(legs, node.ring_s)] * number
    else:
        rounds = [_round([legs[at % len(legs)]], node.ring_s) for at in range(number)]
    return _place(rounds, *_says(plan, node.greeting))


def _says(plan: Plan, prompt: str | None) -> list[dict[str, str]]:
    words = plan.words(prompt)
    return [{"language": plan.flow.customer.languages[0], "text": words}] if words else []


def _names(plan: Plan, node: Directory) -> list[dict[str, str]]:
    found = []
    for extension in plan.graph.listed(node):
        given = {"first": [extension.first], "last": [extension.last or extension.display],
                 "both": [extension.last, extension.first]}[node.by]  # fmt: skip
        keys = ["".join(_KEYS.get(letter, "") for letter in (name or "").lower()) for name in given]
        found += [{"extension": extension.number, "keys": dialled} for dialled in keys if dialled]
    return found
