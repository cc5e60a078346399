"""A telephone system of any size, as `POST /api/callflow/generate` takes it: an entrance, and departments alike."""

from typing import Any

Plain = dict[str, Any]

ENTRANCE_NODES = 6
DEPARTMENT_NODES = 6
#: Each department has a key of its own in the menu.
MOST_DEPARTMENTS = 9
_MAIN = "+12125550100"
_BOX = {"mailbox": "600"}
_WORKDAYS = "Mon-Fri"


def company(nodes: int, name: str = "Bench Company", *, longer: int = 0) -> Plain:
    """A system of so many nodes: 12, 18, 24 … 60. Raises `ValueError` for other numbers.

    The menu of the department `longer` has a key more, so that no two of these systems have the same picture.
    """
    departments, rest = divmod(nodes - ENTRANCE_NODES, DEPARTMENT_NODES)
    if rest or not 1 <= departments <= MOST_DEPARTMENTS:
        raise ValueError(f"a company has {ENTRANCE_NODES} nodes and {DEPARTMENT_NODES} for each of its departments")
    made = [_department(number, is_longer=number == longer) for number in range(1, departments + 1)]
    entrance = _entrance(departments)
    return {
        "customer": {"name": name, "country": "US", "subdivision": "NY", "time_zone": "America/New_York"},
        "address": "350 5th Ave, New York, NY 10118",
        "numbers": [
            {"number": _MAIN, "entry": {"node": "hours"}, "emergency_registered": True},
            *(
                {"number": f"+121255501{number:02}", "entry": {"node": f"hours-{number}"}}
                for number in range(1, departments + 1)
            ),
        ],
        "extensions": [item for part in made for item in part["extensions"]],
        "mailboxes": [{"number": "600", "name": "General", "email": ["office@company.example"]}],
        "schedules": [
            {"id": "main", "time_zone": "America/New_York", "weekly": f"{_WORKDAYS} 08:00-18:00", "holiday_set": "us"},
            *(part["schedule"] for part in made),
        ],
        "holiday_sets": [{"id": "us", "source": {"country": "US", "subdivision": "NY"}}],
        "prompts": [*entrance["prompts"], *(item for part in made for item in part["prompts"])],
        "nodes": [*entrance["nodes"], *(item for part in made for item in part["nodes"])],
        "trunk": "sip.carrier.example",
    }


def _prompt(name: str, words: str) -> Plain:
    return {"id": name, "texts": {"en-US": words}, "seconds": max(1.0, len(words.split()) / 2.5)}


def _entrance(departments: int) -> Plain:
    keys: Plain = {str(number): {"node": f"hours-{number}"} for number in range(1, departments + 1)}
    offers = " ".join(f"For department {number}, press {number}." for number in range(1, departments + 1))
    nodes: list[Plain] = [
        {"id": "hours", "kind": "time_switch", "name": "Opening hours", "schedule": "main", "open": {"node": "menu"},
         "closed": {"node": "closed"}, "holiday": {"node": "holiday"}},
        {"id": "menu", "kind": "menu", "name": "Main menu", "prompt": "welcome",
         "keys": {**keys, "*": {"node": "names"}, "0": {"extension": "211"}},
         "no_input": {"extension": "211"}, "invalid": {"node": "bye"}},
        {"id": "names", "kind": "directory", "name": "Directory", "operator": {"extension": "211"},
         "failed": {"node": "bye"}},
        {"id": "closed", "kind": "announcement", "name": "Closed", "prompt": "closed", "then": _BOX},
        {"id": "holiday", "kind": "announcement", "name": "Holiday", "prompt": "holiday", "then": _BOX},
        {"id": "bye", "kind": "hangup", "name": "Goodbye", "prompt": "bye"},
    ]  # fmt: skip
    prompts = [
        _prompt("welcome", f"Welcome. {offers} For our directory, press star. For the front desk, press 0."),
        _prompt("closed", "We are closed. Please leave a message after the tone."),
        _prompt("holiday", "We are closed for the holiday. Please leave a message after the tone."),
        _prompt("bye", "Thank you for calling. Goodbye."),
    ]
    return {"nodes": nodes, "prompts": prompts}


def _department(number: int, *, is_longer: bool) -> Plain:
    first, second = f"2{number}1", f"2{number}2"
    team, queue, mobile = {"node": f"team-{number}"}, {"node": f"queue-{number}"}, {"node": f"mobile-{number}"}
    keys: Plain = {"1": team, "2": queue, "0": {"extension": first}} | ({"3": mobile} if is_longer else {})
    nodes: list[Plain] = [
        {"id": f"hours-{number}", "kind": "time_switch", "name": f"Hours of department {number}",
         "schedule": f"department-{number}", "open": {"node": f"menu-{number}"}, "closed": {"node": f"late-{number}"}},
        {"id": f"menu-{number}", "kind": "menu", "name": f"Menu of department {number}", "prompt": f"menu-{number}",
         "keys": keys, "no_input": queue, "invalid": _BOX},
        {"id": f"team-{number}", "kind": "ring_group", "name": f"Team {number}", "ring_s": 20,
         "members": [{"extension": first}, {"extension": second}], "no_answer": queue, "busy": mobile},
        {"id": f"queue-{number}", "kind": "queue", "name": f"Queue {number}", "max_wait_s": 120,
         "agents": [{"extension": first}, {"extension": second}], "exit_keys": {"9": _BOX}, "timeout": _BOX,
         "no_agents": mobile},
        {"id": f"late-{number}", "kind": "announcement", "name": f"Department {number} is closed",
         "prompt": f"late-{number}", "then": mobile},
        {"id": f"mobile-{number}", "kind": "external", "name": f"On call {number}",
         "number": f"+121255502{number:02}", "confirm": True, "ring_s": 20, "no_answer": _BOX},
    ]  # fmt: skip
    return {
        "nodes": nodes,
        "extensions": [
            {"number": first, "name": f"Ann Department{number}"}, {"number": second, "name": f"Ben Department{number}"},
        ],
        "schedule": {
            "id": f"department-{number}", "time_zone": "America/New_York",
            "weekly": f"{_WORKDAYS} {7 + number % 3:02}:30-17:00",
        },
        "prompts": [
            _prompt(f"menu-{number}", "For a person, press 1. To wait for the next one free, press 2. For the head of "
                    "the department, press 0."),
            _prompt(f"late-{number}", "This department is closed. We are putting you through to the one on call."),
        ],
    }  # fmt: skip
