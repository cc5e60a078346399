"""What staff dial to the outside: emergency numbers first, then the classes of the outbound routes."""

import phonenumbers

from call_flow.export.labels import shown
from call_flow.export.plan import Plan

_LENGTHS = {"national": "7-12", "international": "8-18"}


def dialling(plan: Plan) -> list[dict[str, object]]:
    """The outbound rules and the notification of emergency calls."""
    bodies: list[dict[str, object]] = []
    abroad = "011" if phonenumbers.country_code_for_region(plan.flow.customer.country) == 1 else "00"
    calls, trunks = plan.flow.emergency, [trunk.id for trunk in plan.trunks]
    for number in (*calls.numbers, *calls.test_numbers):
        for taken_off in ("", *calls.accept_prefixes):
            bodies.append({
                "Name": f"Emergency {taken_off}{number}", "Prefix": f"{taken_off}{number}", "EmergencyRule": True,
                "Routes": _routes(calls.trunks or trunks, len(taken_off)),
            })  # fmt: skip
    for route in plan.flow.outbound:
        for kind in route.classes:
            before = f"{route.prefix or ''}{abroad if kind == 'international' else ''}"
            bodies.append({
                "Name": shown(f"{route.name or route.id} {kind}", 100), "Prefix": before, "EmergencyRule": False,
                "NumberLengthRanges": _LENGTHS[kind], "Routes": _routes(route.trunks, len(route.prefix or "")),
            })  # fmt: skip
    found: list[dict[str, object]] = [
        {"method": "POST", "path": "/OutboundRules", "body": {**body, "Priority": at + 1}}
        for at, body in enumerate(bodies)
    ]
    if calls.notify:
        told = [str(notice.extension or notice.email or notice.number) for notice in calls.notify]
        settings = {"ChatRecipients": "None", "SpecifiedList": ",".join(shown(name, 254) for name in told)}
        found.append({"method": "PATCH", "path": "/EmergencyNotificationsSettings", "body": settings})
    return found


def _routes(trunks: list[str], strip: int) -> list[dict[str, object]]:
    return [{"TrunkName": f"{{{{trunk:{trunk}}}}}", "StripDigits": strip} for trunk in trunks]
