"""A telephone system that has one of everything, and ways to change it."""

import copy
from collections.abc import Callable
from typing import Any

from call_flow.flow.model import Flow

MAIN = "+12125550123"
SUPPORT = "+12125550150"
MOBILE = "+12125550177"

ACME: dict[str, Any] = {
    "schema": "callflow/1",
    "customer": {"name": "Acme Corp", "country": "US", "subdivision": "NY", "time_zone": "America/New_York"},
    "sites": [
        {
            "id": "hq",
            "name": "Headquarters",
            "address": {
                "country": "US", "state": "NY", "city": "New York", "postal_code": "10118", "house_number": "350",
                "street": "5th Ave",
            },
            "locations": [{"id": "front", "name": "Front desk", "floor": "3", "unit": "Suite 310"}],
        }
    ],
    "numbers": [
        {"e164": MAIN, "label": "Main line", "site": "hq", "entry": {"node": "hours"}, "emergency_registered": True},
        {"e164": SUPPORT, "label": "Support", "site": "hq", "entry": {"node": "support"}, "caller_prefix": "SUP: "},
    ],
    "extensions": [
        {"number": "101", "first": "Ann", "last": "Archer", "site": "hq", "location": "front", "mailbox": "101"},
        {"number": "102", "first": "Ben", "last": "Baker", "site": "hq", "location": "front", "mailbox": "102"},
        {"number": "103", "first": "Cleo", "last": "Carter", "site": "hq", "location": "front"},
        {"number": "104", "first": "Dan", "last": "Dyer", "site": "hq", "location": "front", "mailbox": "104"},
    ],
    "mailboxes": [
        {"number": "101", "name": "Ann Archer", "email": ["ann@acme.example"]},
        {"number": "102", "name": "Ben Baker", "email": ["ben@acme.example"]},
        {"number": "104", "name": "Dan Dyer", "email": ["dan@acme.example"]},
        {"number": "600", "name": "General", "email": ["office@acme.example"], "operator": {"extension": "101"}},
    ],
    "schedules": [
        {
            "id": "office",
            "time_zone": "America/New_York",
            "weekly": {
                day: [{"start": "08:00", "end": "17:00"}] for day in ("mon", "tue", "wed", "thu", "fri")
            },
            "exceptions": [{"date": "2026-12-24", "ranges": [{"start": "08:00", "end": "12:00"}], "name": "Eve"}],
            "holiday_set": "us",
            "override": {"code": "*28", "states": ["closed", "open"]},
        }
    ],
    "holiday_sets": [
        {
            "id": "us",
            "source": {"country": "US"},
            "custom": [{"name": "Founders' Day", "month_day": "10-05"}],
        }
    ],
    "prompts": [
        {"id": "welcome", "texts": {"en-US": "Thank you for calling Acme. For sales, press 1. For support, press 2. "
         "For our directory, press 3. For the address, press 4. For the front desk, press 0."}, "seconds": 9},
        {"id": "invalid", "texts": {"en-US": "That is not a choice."}, "seconds": 2},
        {"id": "closed", "texts": {"en-US": "We are closed."}, "seconds": 2},
        {"id": "holiday", "texts": {"en-US": "We are closed for the holiday."}, "seconds": 2},
        {"id": "address", "texts": {"en-US": "We are at 350 Fifth Avenue, third floor."}, "seconds": 4},
    ],
    "nodes": [
        {"id": "hours", "kind": "time_switch", "schedule": "office", "open": {"node": "vip"},
         "closed": {"node": "closed"}, "holiday": {"node": "holiday"}},
        {"id": "vip", "kind": "caller_match", "rules": [{"prefix": "+1415", "then": {"extension": "101"}},
         {"anonymous": True, "then": {"mailbox": "600"}}], "otherwise": {"node": "menu"}},
        {"id": "menu", "kind": "menu", "prompt": "welcome", "invalid_prompt": "invalid", "direct_dial": "extensions",
         "keys": {"1": {"node": "sales"}, "2": {"node": "support"}, "3": {"node": "names"}, "4": {"node": "address"},
                  "0": {"extension": "101"}},
         "no_input": {"extension": "101"}, "invalid": {"node": "bye"}},
        {"id": "sales", "kind": "ring_group", "strategy": "simultaneous",
         "members": [{"extension": "102"}, {"extension": "103"}], "ring_s": 20, "no_answer": {"mailbox": "600"},
         "busy": {"node": "oncall"}},
        {"id": "support", "kind": "queue", "agents": [{"extension": "103"}, {"extension": "104"}],
         "max_wait_s": 60, "exit_keys": {"9": {"mailbox": "600"}}, "timeout": {"mailbox": "600"},
         "no_agents": {"node": "oncall"}},
        {"id": "names", "kind": "directory", "operator": {"extension": "101"}, "failed": {"node": "bye"}},
        {"id": "address", "kind": "announcement", "prompt": "address", "then": {"node": "bye"}},
        {"id": "closed", "kind": "announcement", "prompt": "closed", "then": {"node": "emergency-line"}},
        {"id": "emergency-line", "kind": "toggle", "code": "*29", "on": {"node": "oncall"}, "off": {"mailbox": "600"}},
        {"id": "holiday", "kind": "announcement", "prompt": "holiday", "then": {"node": "general"}},
        {"id": "general", "kind": "voicemail", "mailbox": "600"},
        {"id": "oncall", "kind": "external", "number": MOBILE, "ring_s": 20, "confirm": True,
         "no_answer": {"mailbox": "600"}},
        {"id": "bye", "kind": "hangup", "cause": "normal"},
    ],
    "trunks": [{"id": "carrier", "host": "sip.carrier.example", "registers": True, "username": "acme"}],
    "outbound": [{"id": "out", "classes": ["national", "international"], "trunks": ["carrier"]}],
    "emergency": {"callback": MAIN, "notify": [{"extension": "101"}, {"email": "office@acme.example"}]},
}  # fmt: skip


def acme(change: Callable[[dict[str, Any]], None] | None = None) -> Flow:
    """Acme's system, after `change` has changed its JSON."""
    plain = copy.deepcopy(ACME)
    if change is not None:
        change(plain)
    return Flow.model_validate(plain)
