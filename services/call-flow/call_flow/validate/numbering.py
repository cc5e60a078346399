"""Rules about the numbers of extensions."""

from collections.abc import Iterator

from call_flow.validate.codes import staff_codes
from call_flow.validate.context import Context
from call_flow.validate.emergency_numbers import dialled_for_help
from call_flow.validate.naming import extensions
from call_flow.validate.rule import Found, Subject
from call_flow.validate.telephony import in_north_america

NUMBERING = Subject()
#: Numbers of three digits with a meaning throughout North America, besides 911: N11 codes, and the lifeline 988.
_SERVICES = frozenset({"211", "311", "411", "511", "611", "711", "811", "988"})
#: Emergency numbers of so many digits are dialled without a thought; an extension must not begin them.
_SHORT = 3


@NUMBERING.rule(
    "numbering.extension-twice", "error",
    title="An extension number that is used twice",
    why="Only one of the two telephones can have it.",
    fix="Give one of them another number.",
)  # fmt: skip
def extension_twice(context: Context) -> Iterator[Found]:
    """Two extensions have the same number."""
    seen: set[str] = set()
    for position, extension in enumerate(context.flow.extensions):
        if extension.number in seen:
            yield Found(f"/extensions/{position}/number", f"Another extension has the number {extension.number} too.")
        seen.add(extension.number)


@NUMBERING.rule(
    "numbering.extension-is-emergency", "error",
    title="An extension in the way of an emergency number",
    why="Who dials for help rings a colleague instead.",
    fix="Give the extension a number that does not begin an emergency number.",
)  # fmt: skip
def extension_is_emergency(context: Context) -> Iterator[Found]:
    """An extension is an emergency or test number, or the beginning of one of three digits."""
    numbers = [*dialled_for_help(context.flow, context.countries), *context.flow.emergency.test_numbers]
    for position, extension in enumerate(context.flow.extensions):
        for number in numbers:
            if number == extension.number or (number.startswith(extension.number) and len(number) <= _SHORT):
                message = f"{context.of(extension)} is in the way of {number}, which is dialled for help."
                yield Found(f"/extensions/{position}/number", message)
                break


@NUMBERING.rule(
    "numbering.extension-delays-emergency", "warning",
    title="An extension that delays calls for help",
    why="After 911 the system waits for the rest of 9115; and who dials 9911 out of habit rings extension 991.",
    fix="Give the extension a number that begins otherwise.",
)  # fmt: skip
def extension_delays_emergency(context: Context) -> Iterator[Found]:
    """An extension begins with an emergency number, or is the beginning of a long one or of one with its prefix."""
    emergency = context.flow.emergency
    plain = dialled_for_help(context.flow, context.countries)
    prefixed = [prefix + number for prefix in emergency.accept_prefixes for number in emergency.numbers]
    for position, extension in enumerate(context.flow.extensions):
        for number in [*plain, *prefixed]:
            longer = extension.number.startswith(number) and extension.number != number
            begins = number.startswith(extension.number)
            if longer or (begins and (number in prefixed or len(number) > max(_SHORT, len(extension.number)))):
                message = f"{context.of(extension)} delays or catches calls to {number}."
                yield Found(f"/extensions/{position}/number", message)
                break


@NUMBERING.rule(
    "numbering.extension-is-service", "warning",
    title="An extension that is a public service code",
    why="In North America it reaches a service, such as 411 for directory assistance or 988 for people in crisis.",
    fix="Give the extension another number.",
    reference="47 CFR 52.200 (988); N11 codes of the North American Numbering Plan",
)  # fmt: skip
def extension_is_service(context: Context) -> Iterator[Found]:
    """In North America, an extension is an N11 code or 988."""
    if any(in_north_america(country) for country in context.countries):
        for position, extension in enumerate(context.flow.extensions):
            if extension.number in _SERVICES:
                message = f"{context.of(extension)} has the number of a public service."
                yield Found(f"/extensions/{position}/number", message)


@NUMBERING.rule(
    "numbering.extension-prefix", "error",
    title="An extension that others begin with",
    why="Telephones that dial at once never reach the longer ones; others wait each time.",
    fix="Give all extensions the same number of digits.",
)  # fmt: skip
def extension_prefix(context: Context) -> Iterator[Found]:
    """The number of an extension is the beginning of another's."""
    begun: dict[str, list[str]] = {}
    for number in context.graph.extensions:
        for length in range(1, len(number)):
            begun.setdefault(number[:length], []).append(number)
    for position, extension in enumerate(context.flow.extensions):
        if extension.number in begun:
            message = f"{context.of(extension)} is the beginning of {extensions(begun[extension.number])}."
            yield Found(f"/extensions/{position}/number", message)


@NUMBERING.rule(
    "numbering.length", "warning",
    title="An extension of another length",
    why="Plans of one length are dialled without waiting, and leave room to grow.",
    fix="Renumber the extension, or correct extension_digits.",
)  # fmt: skip
def length(context: Context) -> Iterator[Found]:
    """An extension has not the number of digits that the plan says."""
    digits = context.flow.numbering.extension_digits
    for position, extension in enumerate(context.flow.extensions):
        if len(extension.number) != digits:
            message = f"{context.of(extension)} has {len(extension.number)} digits; the plan has {digits}."
            yield Found(f"/extensions/{position}/number", message)


@NUMBERING.rule(
    "numbering.leading-zero", "warning",
    title="An extension that begins with 0",
    why="Callers press 0 for the front desk, and many countries dial it to get outside.",
    fix="Begin extensions with 1 to 8.",
)  # fmt: skip
def leading_zero(context: Context) -> Iterator[Found]:
    """The number of an extension begins with 0."""
    for position, extension in enumerate(context.flow.extensions):
        if extension.number.startswith("0"):
            yield Found(f"/extensions/{position}/number", f"{context.of(extension)} begins with 0.")


@NUMBERING.rule(
    "numbering.outbound-prefix", "warning",
    title="An extension that begins with the digit for outside",
    why="Dialling it begins a call outside.",
    fix="Give the extension another number, or choose another prefix.",
)  # fmt: skip
def outbound_prefix(context: Context) -> Iterator[Found]:
    """An extension begins with the prefix of the plan or of an outbound route."""
    prefixes = {context.flow.numbering.outbound_prefix, *(route.prefix for route in context.flow.outbound)}
    for position, extension in enumerate(context.flow.extensions):
        for prefix in sorted(prefix for prefix in prefixes if prefix and extension.number.startswith(prefix)):
            message = f"{context.of(extension)} begins with {prefix}, which is dialled to get outside."
            yield Found(f"/extensions/{position}/number", message)
            break


@NUMBERING.rule(
    "numbering.extension-code", "warning",
    title="An extension that begins with a code",
    why="Telephones that dial at once turn a switch instead of ringing.",
    fix="Use codes that begin with a star.",
)  # fmt: skip
def extension_code(context: Context) -> Iterator[Found]:
    """An extension begins with the digits of a code."""
    codes = {code.dialled: code for code in staff_codes(context) if code.dialled.isdigit()}
    for position, extension in enumerate(context.flow.extensions):
        for end in range(1, len(extension.number)):
            if code := codes.get(extension.number[:end]):
                message = f"{context.of(extension)} begins with {code.dialled}, {code.what}."
                yield Found(f"/extensions/{position}/number", message)
