"""What phones may dial: a context for each class. Only here are there patterns, and only phones come here.

Whatever a pattern matched, `FILTER` leaves nothing but digits of it.
"""

from collections.abc import Iterator
from typing import get_args

from call_flow.export.asterisk.dialplan import Dialplan, Step, when_equal
from call_flow.export.asterisk.system import System
from call_flow.export.numberplan import NumberPlan
from call_flow.simulate.outbound import CallClass

_ALLOWED: dict[str, tuple[CallClass, ...]] = {
    "none": (), "internal": (), "national": ("national",), "international": ("national", "international"),
}  # fmt: skip
_RING_SECONDS = 120


def phone_classes(system: System) -> list[str]:
    """What phones may call, as far as there are such phones: each has its context `phones-<class>`."""
    return sorted({phone.outbound for phone in system.phones()})


def phone_contexts(system: System, dialplan: Dialplan) -> None:
    """The context of each class of phones, and what calls outside do."""
    plan = NumberPlan(system.flow.customer.country)
    for phone_class in phone_classes(system):
        context = dialplan.context(f"phones-{phone_class}")
        context.include("internal")
        for pattern, steps in _dialled(system, plan, phone_class).items():
            context.extension(pattern, steps)
    for route in system.outbound:
        if system.trunks_of(route):
            dialplan.place(
                f"call-{route.id}",
                [
                    "ExecIf($[${LEN(${EXTERNAL_ID})} > 0]?Set(CALLERID(num)=${EXTERNAL_ID}))",
                    f"Gosub(route-{route.id},s,1(${{NUMBER}},{_RING_SECONDS}))",
                    when_equal("GOSUB_RETVAL", "busy", "busy"),
                    "Goto(hangup-no_answer,s,1)",
                    ("busy", "Goto(hangup-busy,s,1)"),
                ],
            )


def _dialled(system: System, plan: NumberPlan, phone_class: str) -> dict[str, list[Step]]:
    """The steps for each pattern. Of two routes with the same prefix the first counts."""
    found: dict[str, list[Step]] = {}
    exceptions: dict[str, str] = {}
    for prefix, routes in _prefixes(system):
        for pattern in plan.patterns(prefix):
            exceptions.setdefault(pattern.pattern, pattern.general)
            if pattern.call_class not in _ALLOWED[phone_class]:
                found.setdefault(pattern.pattern, ["Goto(hangup-rejected,s,1)"])
            elif pattern.call_class in routes:
                number = f"{pattern.instead}${{FILTER(0-9,${{EXTEN:{pattern.taken_off}}})}}"
                steps: list[Step] = [f"Set(NUMBER={number})", f"Goto(call-{routes[pattern.call_class]},s,1)"]
                found.setdefault(pattern.pattern, steps)
    return {
        pattern: steps
        for pattern, steps in found.items()
        if exceptions[pattern] in ("", pattern) or steps != found.get(exceptions[pattern])
    }


def _prefixes(system: System) -> Iterator[tuple[str, dict[CallClass, str]]]:
    """What is dialled first to get outside, and by which route calls of each class then go."""
    usual = system.flow.numbering.outbound_prefix or ""
    given = dict.fromkeys([*(route.prefix or usual for route in system.outbound), usual])
    for prefix in given:
        routes: dict[CallClass, str] = {}
        for call_class in get_args(CallClass):
            for route in system.routes(call_class):
                if (route.prefix or usual) == prefix:
                    routes.setdefault(call_class, route.id)
        yield prefix, routes
