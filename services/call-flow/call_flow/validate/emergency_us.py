"""Rules about calls for help in the United States, as facts with their source. They are no legal advice.

The rules for multi-line telephone systems hold for systems that were made, sold, leased or installed after 16 February
2020: Kari's Law (47 U.S.C. 623), section 506 of RAY BAUM'S Act (47 U.S.C. 615 note), and 47 CFR 9.16 and 9.3.
"""

from collections.abc import Iterator

from call_flow.flow.emergency_numbers import UNITED_STATES
from call_flow.validate.context import Context
from call_flow.validate.locations import FIXED, MOVING
from call_flow.validate.naming import extensions, listed, quoted
from call_flow.validate.rule import Found, Subject

EMERGENCY_US = Subject()


def _applies(context: Context) -> bool:
    return not UNITED_STATES.isdisjoint(context.countries) and bool(context.flow.extensions)


@EMERGENCY_US.rule(
    "emergency.direct-dial", "error",
    title="911 cannot be dialled directly",
    why="A user must be able to call 911 from every station without any other digit, code, prefix or suffix.",
    fix="List 911 among the emergency numbers.",
    reference="47 CFR 9.16(b)(1); Kari's Law, 47 U.S.C. 623",
)  # fmt: skip
def direct_dial(context: Context) -> Iterator[Found]:
    """There are extensions in the United States, and 911 is not an emergency number of the flow."""
    stated = context.flow.emergency.numbers
    if _applies(context) and stated and "911" not in stated:
        yield Found("/emergency/numbers", f"911 is not among the emergency numbers ({listed(stated)}).")


@EMERGENCY_US.rule(
    "emergency.no-notification", "warning",
    title="Nobody is told of a call to 911",
    why="A notice that 911 was called, with a number to call back and the place, goes to where somebody sees or hears "
    "it, at the time of the call and without delaying it.",
    fix="Who shall be told? Enter an extension that rings, or an address for a mail, under notify.",
    reference="47 CFR 9.16(b)(2); Kari's Law, 47 U.S.C. 623",
)  # fmt: skip
def no_notification(context: Context) -> Iterator[Found]:
    """There are extensions in the United States, and no notices."""
    if _applies(context) and not context.flow.emergency.notify:
        yield Found("/emergency/notify", "Nobody at the customer is told when somebody calls 911.")


@EMERGENCY_US.rule(
    "emergency.no-site", "warning",
    title="It is not known where a telephone stands",
    why="A call to 911 conveys the validated street address and the floor, suite or room of a telephone that stays in "
    "its place.",
    fix="Where does it stand? Add the site with its address, and set the site of the extension.",
    reference="47 CFR 9.16(b)(3)(i), 47 CFR 9.3; RAY BAUM'S Act, section 506",
)  # fmt: skip
def no_site(context: Context) -> Iterator[Found]:
    """Telephones that stay in their place have no site; one finding if the flow has no site at all."""
    if not _applies(context):
        return
    without = [(position, extension) for position, extension in enumerate(context.flow.extensions)
               if extension.device in FIXED and extension.site is None]  # fmt: skip
    if without and not context.flow.sites:
        numbers = extensions(extension.number for _, extension in without)
        yield Found("/sites", f"It is not known where {numbers} can be found: the flow has no site.")
        return
    for position, extension in without:
        yield Found(f"/extensions/{position}", f"It is not known where {context.of(extension)} stands.")


@EMERGENCY_US.rule(
    "emergency.no-address", "warning",
    title="A site without an address",
    why="A call to 911 conveys the validated street address of the caller.",
    fix="What is the address of the site? Enter it with street, house number, city, state and postal code.",
    reference="47 CFR 9.16(b)(3), 47 CFR 9.3; RAY BAUM'S Act, section 506",
)  # fmt: skip
def no_address(context: Context) -> Iterator[Found]:
    """A site has no address, the customer being in the United States."""
    if _applies(context):
        for position, site in enumerate(context.flow.sites):
            if site.address is None:
                yield Found(f"/sites/{position}", f"The site {quoted(site.name)} has no address.")


@EMERGENCY_US.rule(
    "emergency.moving-device", "warning",
    title="Telephones that move",
    why="The place conveyed with a call to 911 is that of the telephone at the time: found automatically where that is "
    "technically feasible, else entered by the user, or the best that can be had.",
    fix="How do users tell the system where they are? Agree on it with the customer, and try it with the test number.",
    reference="47 CFR 9.16(b)(3)(ii) on the premises, 47 CFR 9.16(b)(3)(iii) off them",
)  # fmt: skip
def moving_device(context: Context) -> Iterator[Found]:
    """Softphones or cordless telephones; one finding for all."""
    numbers = [extension.number for extension in context.flow.extensions if extension.device in MOVING]
    if _applies(context) and numbers:
        yield Found("/extensions", f"{extensions(numbers)} may be carried to another place.")


@EMERGENCY_US.rule(
    "emergency.not-registered", "warning",
    title="A number whose address the carrier does not know",
    why="The call centre looks the address up by the number that it is shown.",
    fix="Has the customer registered the address of this number with the carrier? Then set emergency_registered.",
    reference="47 CFR 9.11(b)(4), registered location of interconnected voice over IP",
)  # fmt: skip
def not_registered(context: Context) -> Iterator[Found]:
    """A callback number of the customer's is not registered."""
    if not _applies(context):
        return
    shown = {extension.caller_id.emergency for extension in context.flow.extensions if extension.caller_id}
    shown.add(context.flow.emergency.callback)
    seen: set[str] = set()
    for position, number in enumerate(context.flow.numbers):
        if number.e164 in shown and number.e164 not in seen and not number.emergency_registered:
            message = f"{number.e164} is shown to 911, but its address is not registered with the carrier."
            yield Found(f"/numbers/{position}/emergency_registered", message)
        seen.add(number.e164)


@EMERGENCY_US.rule(
    "emergency.no-test-number", "warning",
    title="No number to test emergency calls",
    why="Without one nobody knows what place and number 911 is shown until somebody needs help.",
    fix="Many carriers read the address back at 933; enter the number that this carrier offers.",
)  # fmt: skip
def no_test_number(context: Context) -> Iterator[Found]:
    """There are extensions in the United States, and no test number."""
    if _applies(context) and not context.flow.emergency.test_numbers:
        yield Found("/emergency/test_numbers", "There is no number to test emergency calls with.")


@EMERGENCY_US.rule(
    "emergency.us-rules", "info",
    title="Federal rules for telephone systems",
    why="Systems made, sold or installed after 16 February 2020 must let users dial 911 directly, give notice of the "
    "call, and convey the caller's place: of telephones that stay where they are since 6 January 2021, of all others "
    "since 6 January 2022. States may have rules of their own.",
    fix="Have somebody check who knows the rules of the place. These findings state facts and are no legal advice.",
    reference="47 CFR 9.16; Kari's Law, 47 U.S.C. 623; RAY BAUM'S Act, section 506, 47 U.S.C. 615 note",
)  # fmt: skip
def us_rules(context: Context) -> Iterator[Found]:
    """There are extensions in the United States."""
    if _applies(context):
        message = "Federal rules for calls to 911 apply to telephone systems in the United States. "
        yield Found("/emergency", f"{message}What is found here are facts, no legal advice.")
