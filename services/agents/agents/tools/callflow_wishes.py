"""What a customer may say of their telephones, as models are told of it: the short fields of a specification."""

from agents.tools.making import Schema, several, text

_BOUNDS: dict[str, Schema] = {
    "string": {"maxLength": 4_000},
    "integer": {"minimum": 0, "maximum": 10**15},
    "array": {"maxItems": 400},
    "object": {"maxProperties": 100},
}


def _told(description: str, *types: str) -> Schema:
    """A field that may be said in several ways; call-flow reads it, and says at which pointer it cannot."""
    found: Schema = {"type": list(types), "description": description}
    for name in types:
        found |= _BOUNDS.get(name, {})
    return found


def _list_of(description: str, most: int) -> Schema:
    return several(_told("One of them.", "string", "integer", "object"), description, most=most)


#: The short fields of a specification; docs/call-flow.md describes them.
WISHES: dict[str, Schema] = {
    "customer": _told("The customer's name.", "string", "object"),
    "country": text("Such as US.", longest=2, shortest=2),
    "subdivision": text("State or province, such as NY.", longest=3, shortest=1),
    "time_zone": text("Such as America/New_York.", longest=60, shortest=1),
    "language": text("Such as en-US.", longest=10, shortest=2),
    "languages": several(text(longest=10, shortest=2), "Several: callers choose.", least=1, most=8),
    "address": _told("'350 5th Ave, New York, NY 10118', or its parts.", "string", "object"),
    "numbers": _list_of("Telephone numbers, the main one first: '+1 212 555 0123', or {number, label, entry}.", 2_000),
    "extensions": _list_of("Telephones: '101 Ann Archer', 'Ann Archer', 101, or {number, name, email, mobile}.", 5_000),
    "mailbox": _told("The general mailbox: its number, or {number, name, email}.", "string", "integer", "object"),
    "hours": _told("'Mon-Fri 08:00-17:00, Sat 9-12', '24/7', a list, or times by days.", "string", "array", "object"),
    "holidays": _told(
        "true, 'US-NY', or a list: 'US', '12-24..01-01', 'not Columbus Day'.", "boolean", "string", "array", "object"
    ),
    "greeting": _told("What callers hear first, as text.", "string", "object"),
    "during_hours": _told("Where calls go in hours; to the menu where absent.", "string", "object"),
    "menu": {
        "type": "object",
        "maxProperties": 20,
        "description": "What each key does: {'1': 'Sales', '2': '102', '3': 'say: Our address is …', '0': 'operator'}.",
    },
    "after_hours": _told("Where calls go when it is closed: 'voicemail', '102', a group …", "string", "object"),
    "on_holidays": _told("Where calls go on holidays; as after hours where absent.", "string", "object"),
    "operator": _told("Who takes callers that press 0.", "string", "object"),
    "groups": {
        "type": "object",
        "maxProperties": 100,
        "description": "Ring groups by name: {'Sales': {'members': [101, 102], 'ring_s': 20, 'no_answer': '101'}}.",
    },
    "queues": {
        "type": "object",
        "maxProperties": 100,
        "description": "Queues by name: {'Support': {'agents': [103, 104]}}.",
    },
    "trunk": _told("The carrier's name or host.", "string", "object"),
}
