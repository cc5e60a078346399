"""Rules about the numbers and trunks of calls for help, in every country."""

from collections.abc import Iterator

from call_flow.flow.emergency_numbers import UNITED_STATES, emergency_numbers
from call_flow.validate.context import Context
from call_flow.validate.naming import listed
from call_flow.validate.rule import Found, Subject

EMERGENCY = Subject()
_PLANS = "the national number plans, as the phonenumbers library knows them"


@EMERGENCY.rule(
    "emergency.no-numbers", "error",
    title="No emergency number",
    why="Nobody can call for help.",
    fix="List the emergency numbers of the country, for instance 911 in the United States or 112 in Europe.",
)  # fmt: skip
def no_numbers(context: Context) -> Iterator[Found]:
    """The list of emergency numbers is empty."""
    if not context.flow.emergency.numbers:
        yield Found("/emergency/numbers", "No emergency number is listed.")


@EMERGENCY.rule(
    "emergency.not-of-country", "error",
    title="The emergency numbers are those of another country",
    why="People dial the number they learnt as children, and it would not work.",
    fix="List the emergency numbers of the country.",
    reference=_PLANS,
)  # fmt: skip
def not_of_country(context: Context) -> Iterator[Found]:
    """None of the emergency numbers is one where customer or site are; the United States have a rule of their own."""
    stated = context.flow.emergency.numbers
    for country in context.countries:
        known = emergency_numbers(country)
        if stated and known and country not in UNITED_STATES and not set(known) & set(stated):
            message = f"In {country} help is called by {listed(known)}, but the flow has {listed(stated)}."
            yield Found("/emergency/numbers", message, f"List {listed(known)}.")


@EMERGENCY.rule(
    "emergency.number-missing", "warning",
    title="An emergency number of the country is missing",
    why="Who dials it does not get help.",
    fix="Add it, unless the customer's carrier does not offer it.",
    reference=_PLANS,
)  # fmt: skip
def number_missing(context: Context) -> Iterator[Found]:
    """Some of the emergency numbers where the customer or a site is are listed, and others not."""
    stated = set(context.flow.emergency.numbers)
    for country in context.countries:
        known = emergency_numbers(country)
        missing = [number for number in known if number not in stated]
        if missing and len(missing) < len(known):
            yield Found("/emergency/numbers", f"In {country} help is called by {listed(missing)} too.")


@EMERGENCY.rule(
    "emergency.number-unknown", "info",
    title="A number that is not known as an emergency number",
    why="The carrier may not put the call through.",
    fix="Ask the carrier whether it puts calls to this number through.",
    reference=_PLANS,
)  # fmt: skip
def number_unknown(context: Context) -> Iterator[Found]:
    """An emergency number of the flow is none in the countries where customer and sites are."""
    known = {number for country in context.countries for number in emergency_numbers(country)} | {"112"}
    for position, number in enumerate(context.flow.emergency.numbers):
        if len(known) > 1 and number not in known:
            message = f"{number} is not among the emergency numbers known for {listed(context.countries)}."
            yield Found(f"/emergency/numbers/{position}", message)


@EMERGENCY.rule(
    "emergency.test-is-help", "error",
    title="A test number that is an emergency number",
    why="Tests would call the emergency services.",
    fix="Remove it from test_numbers.",
)  # fmt: skip
def test_is_help(context: Context) -> Iterator[Found]:
    """A test number is an emergency number of the flow or the country."""
    known = {number for country in context.countries for number in emergency_numbers(country)}
    for position, number in enumerate(context.flow.emergency.test_numbers):
        if number in known or number in context.flow.emergency.numbers:
            yield Found(f"/emergency/test_numbers/{position}", f"{number} is for tests and calls for help.")


@EMERGENCY.rule(
    "emergency.prefix-not-accepted", "warning",
    title="The digit for outside before an emergency number",
    why="Out of habit people dial it first, and the call fails.",
    fix="Add it to accept_prefixes; the emergency number works without it as well.",
)  # fmt: skip
def prefix_not_accepted(context: Context) -> Iterator[Found]:
    """A prefix to get outside is not accepted before emergency numbers."""
    flow = context.flow
    prefixes = {flow.numbering.outbound_prefix, *(route.prefix for route in flow.outbound)}
    for prefix in sorted(prefix for prefix in prefixes if prefix):
        if prefix not in flow.emergency.accept_prefixes:
            message = f"{prefix} is dialled to get outside, but is not accepted before an emergency number."
            yield Found("/emergency/accept_prefixes", message)


@EMERGENCY.rule(
    "emergency.single-trunk", "warning",
    title="One way for emergency calls",
    why="When this trunk fails, nobody can call for help.",
    fix="Add a second trunk, or make sure that everybody has a mobile telephone at hand.",
)  # fmt: skip
def single_trunk(context: Context) -> Iterator[Found]:
    """Emergency calls can take one trunk only."""
    listing = context.flow.emergency.trunks
    trunks = {trunk for trunk in listing if trunk in context.trunks} if listing else context.trunks
    if len(trunks) == 1:
        where = "/emergency/trunks" if listing else "/trunks"
        yield Found(where, f'Emergency calls can take the trunk "{min(trunks)}" only.')
