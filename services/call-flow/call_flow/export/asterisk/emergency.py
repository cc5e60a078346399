"""Calls for help: they come before everything that a phone can dial, and nothing restricts them.

Who is told rings at the same time, by calls of their own that the call does not wait for. The trunk is told where the
telephone stands by an endpoint of its own, so that no other call carries an address.
"""

from collections.abc import Iterator

from call_flow.export.asterisk import names
from call_flow.export.asterisk.dialplan import Context, Dialplan, Step
from call_flow.export.asterisk.escape import address, words
from call_flow.export.asterisk.ringing import calls
from call_flow.export.asterisk.system import System
from call_flow.flow.model import Extension, Notice
from call_flow.flow.places import Address, Location, Site
from call_flow.flow.values import E164, Id

_NOTICE_SECONDS = 120
_TOLD = "ac(${EXTENSION})n(EMERGENCY ${EXTENSION})v(EXTENSION=${EXTENSION}^HELP=${HELP}^OWN=${EMERGENCY_ID})"


def emergency(system: System, dialplan: Dialplan) -> None:
    """The numbers, the calls and the notices."""
    told = system.flow.emergency
    help_numbers = dict.fromkeys([*told.numbers, *told.test_numbers])
    context = dialplan.context("emergency")
    for dialled, number in _dialled(system).items():
        is_test = number not in told.numbers
        there = names.EMERGENCY_CALL if is_test else "emergency-notices"
        context.extension(dialled, [f"Set(HELP={number})", f"Goto({there},s,1)"])
    if not help_numbers:
        return
    notices = list(_notices(system))
    dialplan.place("emergency-notices", [*(step for step, _ in notices), f"Goto({names.EMERGENCY_CALL},s,1)"])
    legs = dialplan.context("emergency-notice")
    for position, (_, steps) in enumerate(notices, 1):
        legs.extension(str(position), steps)
    _message(legs)
    dialplan.place(names.EMERGENCY_CALL, _call(system))


def _dialled(system: System) -> dict[str, str]:
    """What is dialled, with the number it means. A number itself comes before one behind a prefix."""
    told = system.flow.emergency
    numbers = dict.fromkeys([*told.numbers, *told.test_numbers])
    found = {number: number for number in numbers}
    for number in numbers:
        for prefix in told.accept_prefixes:
            found.setdefault(prefix + number, number)
    return found


def _call(system: System) -> list[Step]:
    steps: list[Step] = [
        "ExecIf($[${LEN(${EMERGENCY_ID})} > 0]?Set(CALLERID(num)=${EMERGENCY_ID}))",
        "Set(CALLERID(pres)=allowed_passed_screen)",
    ]
    steps += [f"Dial(PJSIP/${{HELP}}@{names.emergency_trunk(name)})" for name in trunks(system)]
    return [*steps, "Playback(all-circuits-busy-now)", "Goto(hangup-congestion,s,1)"]


def trunks(system: System) -> list[Id]:
    """The trunks for calls for help, in their order."""
    known = [trunk.id for trunk in system.plan.trunks]
    return [name for name in dict.fromkeys(system.flow.emergency.trunks) if name in known] or known


def _notices(system: System) -> Iterator[tuple[str, list[Step]]]:
    """For each notice the step that begins its call, and what that call does."""
    for position, notice in enumerate(system.flow.emergency.notify, 1):
        steps = _tells(system, notice, position)
        if steps:
            local = f"Local/{position}@emergency-notice"
            yield f"Originate({local},exten,emergency-notice,s,1,{_NOTICE_SECONDS},{_TOLD})", steps


def _tells(system: System, notice: Notice, position: int) -> list[Step]:
    if system.has_phone(notice.extension):
        return [f"Dial(PJSIP/{notice.extension},{_NOTICE_SECONDS})", "Hangup()"]
    if notice.number is not None:
        return [calls(system, notice.number, _NOTICE_SECONDS), "Hangup()"]
    if notice.email is not None and address(notice.email):
        return ["Wait(1)", f"VoiceMail({position}@emergency,s)", "Hangup()"]
    return []


def _message(context: Context) -> None:
    """What whoever answers hears: where the call came from, three times."""
    context.extension(
        "s",
        [
            "Answer()",
            "Set(TIMES=0)",
            ("again", "Playback(extension)"),
            "SayDigits(${EXTENSION})",
            "Playback(calling)",
            "SayDigits(${HELP})",
            "Set(TIMES=$[${TIMES} + 1])",
            "GotoIf($[${TIMES} < 3]?again)",
            "Hangup()",
        ],
    )


def callback(system: System, extension: Extension) -> E164 | None:
    """The number at which emergency services call back."""
    own = extension.caller_id.emergency if extension.caller_id else None
    return own or system.flow.emergency.callback or _registered(system, extension) or system.own_number(extension.site)


def _registered(system: System, extension: Extension) -> E164 | None:
    """A number of the extension's site that the carrier knows the address of."""
    fitting = (n.e164 for n in system.plan.numbers if n.emergency_registered and n.site == extension.site)
    return next(fitting, None)


def place_of(system: System, extension: Extension) -> str | None:
    """The profile that tells where an extension is, if that is known."""
    site = next((site for site in system.flow.sites if site.id == extension.site), None)
    if site is None or site.address is None:
        return None
    known = any(location.id == extension.location for location in site.locations)
    return names.place(site.id, extension.location if known else None)


def geolocation_conf(system: System) -> str:
    """geolocation.conf: where each place is, in the civic elements of RFC 5139."""
    lines = ["; Where telephones stand. Sent with calls for help alone."]
    done: set[str] = set()
    for site in system.flow.sites:
        if site.address is None:
            continue
        for location in (None, *site.locations):
            name = names.place(site.id, location.id if location else None)
            if name in done:
                continue
            done.add(name)
            info = ",".join(f'{key}="{value}"' for key, value in _elements(site, site.address, location) if value)
            lines += ["", f"[{name.replace('place', 'address', 1)}]", "type=location", "format=civicAddress"]
            lines += ["method=Manual", f"location_info={info}"]
            lines += ["", f"[{name}]", "type=profile", f"location_reference={name.replace('place', 'address', 1)}"]
            lines += ["pidf_element=device", "profile_precedence=prefer_config", "allow_routing_use=yes"]
    return "\n".join([*lines, ""])


def _elements(site: Site, address: Address, location: Location | None) -> Iterator[tuple[str, str]]:
    given = {
        "country": address.country, "A1": address.state, "A3": address.city, "RD": address.street,
        "HNO": address.house_number, "PC": address.postal_code, "BLD": address.building, "NAM": site.name,
    }  # fmt: skip
    if location is not None:
        given |= {"LOC": location.name, "FLR": location.floor, "UNIT": location.unit, "ROOM": location.room}
    yield from ((key, words(value or "")) for key, value in given.items())
