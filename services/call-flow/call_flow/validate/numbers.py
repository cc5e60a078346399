"""Rules about telephone numbers of the public network, by its number plans."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import External
from call_flow.validate.context import Context
from call_flow.validate.naming import listed
from call_flow.validate.people import people
from call_flow.validate.rule import Found, Subject
from call_flow.validate.telephony import known_country, plan

NUMBERS = Subject()
PLANS = "ITU-T E.164 and the national number plans, as the phonenumbers library knows them"


@dataclass(frozen=True)
class Use:
    """A telephone number in the flow. The customer's are `ours`, calls are sent to `called`; `known` is any other."""

    e164: str
    pointer: str
    role: Literal["ours", "called", "known"]
    user: str


def uses(context: Context) -> Iterator[Use]:
    """Every telephone number that stands in the flow; of those shown to others the ones that are not the customer's."""
    flow = context.flow
    for position, number in enumerate(flow.numbers):
        yield Use(number.e164, f"/numbers/{position}/e164", "ours", "of the customer")
    yield from called(context)
    for position, extension in enumerate(flow.extensions):
        where, user = f"/extensions/{position}", context.of(extension)
        if extension.mobile:
            yield Use(extension.mobile, f"{where}/mobile", "known", user)
        for field in ("external", "emergency"):
            shown = getattr(extension.caller_id, field) if extension.caller_id else None
            if shown and shown not in context.graph.numbers:
                yield Use(shown, f"{where}/caller_id/{field}", "known", user)
    if flow.emergency.callback and flow.emergency.callback not in context.graph.numbers:
        yield Use(flow.emergency.callback, "/emergency/callback", "known", "to call back")
    for position, notice in enumerate(flow.emergency.notify):
        if notice.number:
            yield Use(notice.number, f"/emergency/notify/{position}/number", "known", "emergency notice")


def called(context: Context) -> Iterator[Use]:
    """Every telephone number that calls are sent to."""
    for edge in context.explicit():
        if edge.destination.number is not None:
            yield Use(edge.destination.number, f"{edge.pointer}/number", "called", context.name(edge.source))
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, External):
            yield Use(node.number, f"/nodes/{position}/number", "called", context.name(node.id))
    for person in people(context):
        if person.number is not None:
            yield Use(person.number, f"{person.pointer}/number", "called", context.name(person.group))
    for position, extension in enumerate(context.flow.extensions):
        for place, other in enumerate(extension.follow_me):
            where = f"/extensions/{position}/follow_me/{place}/number"
            yield Use(other.number, where, "called", context.of(extension))


@NUMBERS.rule(
    "number.impossible", "error",
    title="A number that cannot exist",
    why="It has too few or too many digits, or no country has its code.",
    fix="Write it with + and the country code, and check every digit.",
    reference=PLANS,
)  # fmt: skip
def impossible(context: Context) -> Iterator[Found]:
    """The length or the country code of a number fits no plan."""
    for use in uses(context):
        if not plan(use.e164).possible:
            yield Found(use.pointer, f"The number {use.e164} ({use.user}) cannot exist.")


@NUMBERS.rule(
    "number.not-in-plan", "warning",
    title="A number that the number plan does not have",
    why="Often two digits are exchanged, or an area code is old.",
    fix="Call it, or ask the customer again.",
    reference=PLANS,
)  # fmt: skip
def not_in_plan(context: Context) -> Iterator[Found]:
    """The length fits, but the plan of the country has no such number."""
    for use in uses(context):
        known = plan(use.e164)
        if known.possible and not known.valid:
            yield Found(use.pointer, f"The plan of its country does not have the number {use.e164} ({use.user}).")


@NUMBERS.rule(
    "number.twice", "error",
    title="A telephone number that is listed twice",
    why="Its calls can begin in one place only.",
    fix="Keep one of the two entries.",
)  # fmt: skip
def twice(context: Context) -> Iterator[Found]:
    """Two entries have the same number."""
    seen: set[str] = set()
    for position, number in enumerate(context.flow.numbers):
        if number.e164 in seen:
            yield Found(f"/numbers/{position}/e164", f"{number.e164} is listed more than once.")
        seen.add(number.e164)


@NUMBERS.rule(
    "number.other-country", "warning",
    title="A number of another country",
    why="Callers pay for a call abroad, and emergency services there cannot help here.",
    fix="Is it right? Check the country code.",
    reference=PLANS,
)  # fmt: skip
def other_country(context: Context) -> Iterator[Found]:
    """A number of the customer belongs to a country where neither customer nor sites are."""
    for use in uses(context):
        known = plan(use.e164)
        if use.role == "ours" and known.country and not known.toll_free and known.country not in context.countries:
            message = f"{use.e164} belongs to {known.country}, but the customer is in {listed(context.countries)}."
            yield Found(use.pointer, message)


@NUMBERS.rule(
    "number.kind-differs", "warning",
    title="A number that is not of the kind it is said to be",
    why="Who pays for the call, and whether it can be called from abroad, depend on it.",
    fix="Correct the kind, or the number.",
    reference=PLANS,
)  # fmt: skip
def kind_differs(context: Context) -> Iterator[Found]:
    """A number is toll-free by its plan and not by its kind, or the other way round."""
    for position, number in enumerate(context.flow.numbers):
        known = plan(number.e164)
        if known.valid and known.toll_free != (number.kind == "toll_free"):
            what = "toll-free" if known.toll_free else "not toll-free"
            where = f"/numbers/{position}/kind"
            yield Found(where, f"{number.e164} is {what} by its plan, but its kind is {number.kind.replace('_', '-')}.")


@NUMBERS.rule(
    "number.fax", "warning",
    title="A fax number that comes to no fax",
    why="Fax machines whistle at people, and no page arrives.",
    fix="Lead it to the extension of the fax, or set its kind to voice.",
)  # fmt: skip
def fax(context: Context) -> Iterator[Found]:
    """A number for fax reaches no extension that is a fax; one for voice begins at one."""
    machines = {extension.number for extension in context.flow.extensions if extension.device in ("fax", "analog")}
    for position, number in enumerate(context.flow.numbers):
        start, where = Vertex("number", number.e164), f"/numbers/{position}/entry"
        if number.kind == "fax" and not any(context.paths.rings(start, machine) for machine in machines):
            yield Found(where, f"{context.name(start)} is for fax, but comes to no fax.")
        extension = context.graph.extensions.get(number.entry.extension or "")
        if number.kind != "fax" and extension and extension.device == "fax":
            message = f"{context.name(start)} is for calls, but comes to the fax {context.of(extension)}."
            yield Found(where, message)


@NUMBERS.rule(
    "number.unknown-country", "warning",
    title="A country without a known number plan",
    why="Neither its numbers nor its emergency numbers can be checked.",
    fix="Write the country as ISO 3166-1 does, in two letters, for instance US or DE.",
    reference="ISO 3166-1",
)  # fmt: skip
def unknown_country(context: Context) -> Iterator[Found]:
    """The country of the customer or of a site's address is not known."""
    named = [("/customer/country", context.flow.customer.country)]
    for position, site in enumerate(context.flow.sites):
        if site.address:
            named.append((f"/sites/{position}/address/country", site.address.country))
    for where, country in named:
        if not known_country(country):
            yield Found(where, f"No number plan is known for the country {country}.")
