"""Rules about what strangers could do, and about words that look like code."""

import re
from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import Conference, Directory, Menu, Page
from call_flow.validate.codes import parking_lot, staff_codes
from call_flow.validate.context import Context
from call_flow.validate.emergency_numbers import dialled_for_help
from call_flow.validate.naming import listed, quoted
from call_flow.validate.pointers import parts
from call_flow.validate.rule import Found, Subject

SECURITY = Subject()
#: What a dialplan, a spreadsheet or a page could take for more than words.
_CODE = re.compile(
    r"\$\{|\$\[|<[/!]?[a-zA-Z]|&\s*(?:PJSIP|SIP|Local|IAX2|DAHDI)/|\bjavascript:|\A\s*[=@]|\A\s*[+-]\s*[^\d\s]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SEPARATES = re.compile(r"[;\t\n\r\u2028\u2029]")
#: Words to be spoken, which may have several lines and semicolons.
_SPOKEN = frozenset({"texts"})
#: Where a value comes from: a line of a configuration that was imported is code, and no system is given it.
_ORIGINS = frozenset({"evidence", "question"})


@SECURITY.rule(
    "security.text-like-code", "warning",
    title="Words that look like code",
    why="A telephone system, a spreadsheet or a page could take them for a command. Here they are shown as plain text.",
    fix="Is this what the customer calls it? If not, correct it; nothing else has to be done.",
    reference="CWE-94, CWE-1236",
)  # fmt: skip
def text_like_code(context: Context) -> Iterator[Found]:
    """A text has an expression, a tag, a formula, a control character or a separator."""
    for where, text in context.texts:
        rooms = parts(where)
        if not _ORIGINS.isdisjoint(rooms):
            continue
        unusual = _CODE.search(text) or _CONTROL.search(text)
        if unusual or (_SEPARATES.search(text) and _SPOKEN.isdisjoint(rooms)):
            yield Found(where, f"{quoted(text)} looks like code; it will be shown as plain text.")


@SECURITY.rule(
    "security.direct-dial-code", "error",
    title="Callers may dial a function of the system",
    why="Strangers could take parked calls, enter rooms or turn switches.",
    fix="List extensions only.",
)  # fmt: skip
def direct_dial_code(context: Context) -> Iterator[Found]:
    """What may be dialled in a menu is a code, a room, in the parking lot, or an emergency number."""
    inside = {code.dialled for code in staff_codes(context)} | set(parking_lot(context))
    inside |= {node.room for node in context.flow.nodes if isinstance(node, Conference)}
    inside |= set(dialled_for_help(context.flow, context.countries))
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Menu) and isinstance(node.direct_dial, list):
            for place, number in enumerate(node.direct_dial):
                if number in inside:
                    message = f"In {context.name(node.id)} callers may dial {number}, which is for staff."
                    yield Found(f"/nodes/{position}/direct_dial/{place}", message)


@SECURITY.rule(
    "security.room-from-outside", "warning",
    title="Strangers can enter a conference room",
    why="A room has no code here; whoever finds the way listens.",
    fix="Give out its number inside only, or lead to it from a number that few know.",
)  # fmt: skip
def room_from_outside(context: Context) -> Iterator[Found]:
    """A call from outside comes to a conference."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Conference) and Vertex("node", node.id) in context.from_outside:
            yield Found(f"/nodes/{position}", f"Callers from outside can come to {context.name(node.id)}.")


@SECURITY.rule(
    "security.page-from-outside", "warning",
    title="Strangers can speak through the loudspeakers",
    why="Whoever finds the way is heard in every room.",
    fix="Lead to it from inside only.",
)  # fmt: skip
def page_from_outside(context: Context) -> Iterator[Found]:
    """A call from outside comes to a paging group."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Page) and Vertex("node", node.id) in context.from_outside:
            yield Found(f"/nodes/{position}", f"Callers from outside can come to {context.name(node.id)}.")


@SECURITY.rule(
    "security.door-from-outside", "warning",
    title="Strangers can call the door",
    why="They hear what is said there, and may open it.",
    fix="Take the door out of what callers may dial and of the directory.",
)  # fmt: skip
def door_from_outside(context: Context) -> Iterator[Found]:
    """A call from outside can be led to an extension that is a door station."""
    for position, extension in enumerate(context.flow.extensions):
        if extension.device == "door" and Vertex("extension", extension.number) in context.sent_to:
            yield Found(f"/extensions/{position}", f"Callers from outside can call the door, {context.of(extension)}.")


@SECURITY.rule(
    "security.open-telephone", "warning",
    title="A telephone that anybody can use may call far",
    why="Door stations and faxes stand where strangers are, or need no calls abroad.",
    fix="Set outbound to internal; emergency numbers can be dialled all the same.",
)  # fmt: skip
def open_telephone(context: Context) -> Iterator[Found]:
    """A door station may call outside, or a fax or an extension without a telephone abroad."""
    for position, extension in enumerate(context.flow.extensions):
        allowed = {"door": ("none", "internal"), "fax": ("none", "internal", "national"),
                   "none": ("none", "internal", "national")}.get(extension.device)  # fmt: skip
        if allowed and extension.outbound not in allowed:
            message = f"{context.of(extension)}, a {extension.device} device, may make {extension.outbound} calls."
            yield Found(f"/extensions/{position}/outbound", message)


@SECURITY.rule(
    "security.everybody-abroad", "info",
    title="Every extension may call abroad",
    why="One stolen password is enough for a bill of thousands.",
    fix="Who needs it? Set outbound to national for the others.",
    reference="toll fraud",
)  # fmt: skip
def everybody_abroad(context: Context) -> Iterator[Found]:
    """More than two extensions, all of which may make international calls."""
    extensions = context.flow.extensions
    if len(extensions) > 2 and all(extension.outbound == "international" for extension in extensions):
        yield Found("/extensions", f"All {len(extensions)} extensions may make international calls.")


@SECURITY.rule(
    "security.directory-tells-all", "info",
    title="Strangers hear the names of all staff",
    why="The directory speaks every name to whoever tries letters.",
    fix="Leave out who shall not be called from outside: set in_directory to false.",
)  # fmt: skip
def directory_tells_all(context: Context) -> Iterator[Found]:
    """A directory reached from outside has more than 20 extensions."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Directory) and Vertex("node", node.id) in context.from_outside:
            known = context.graph.listed(node)
            if len(known) > 20:
                message = f"{context.name(node.id)} names {listed((item.number for item in known), most=3)}."
                yield Found(f"/nodes/{position}", message)
