"""What phones can dial inside: numbers for help first, then extensions, rooms, mailboxes and codes."""

from call_flow.export.asterisk import directories
from call_flow.export.asterisk.dialplan import Context, Dialplan, Step
from call_flow.export.asterisk.system import System
from call_flow.flow.destination import Destination
from call_flow.flow.nodes import Conference, Directory, Toggle

#: Park and take back; `res_parking` makes its extensions.
PARKING = "parkedcalls"
_MOST_DIGITS = 10


def inside(system: System, dialplan: Dialplan) -> None:
    """Their contexts. Of two that have the same number the first counts, as in this order."""
    dialplan.context("internal").include(
        "emergency", "extensions", "services", *([PARKING] if can_park(system) else [])
    )
    people = dialplan.context("extensions")
    taken: set[str] = set()
    for extension in system.plan.extensions:
        taken.add(extension.number)
        if system.has_phone(extension.number):
            people.hint(extension.number, f"PJSIP/{extension.number}")
        people.extension(extension.number, system.go(Destination(extension=extension.number)))
    services = dialplan.context("services")
    for node in system.plan.nodes:
        if isinstance(node, Conference) and node.room not in taken:
            taken.add(node.room)
            services.extension(node.room, system.go(Destination(node=node.id)))
    for mailbox in system.plan.mailboxes:
        if mailbox.number not in taken:
            taken.add(mailbox.number)
            services.extension(mailbox.number, system.go(Destination(mailbox=mailbox.number)))
    _codes(system, services, taken)
    found = dialplan.context("staff")
    for extension in directories.staff(system):
        found.extension(extension.number, system.go(Destination(extension=extension.number)))
    for exit_key in ("o", "a"):
        found.extension(exit_key, ["Hangup()"])


def can_park(system: System) -> bool:
    """Whether calls can be parked: Asterisk counts parking places as whole numbers."""
    parking = system.flow.numbering.parking
    return parking is not None and not parking.startswith("0") and len(parking) < _MOST_DIGITS


def _codes(system: System, services: Context, taken: set[str]) -> None:
    codes = system.flow.feature_codes
    names = directories.step("staff", directories.STAFF_FILE, Directory(id="staff", by="both", failed=_END))
    features: list[tuple[str | None, list[Step]]] = [
        (codes.voicemail, ["Answer()", "VoiceMailMain(${MAILBOX}@default)", "Hangup()"]),
        (codes.voicemail_any, ["Answer()", "VoiceMailMain(@default)", "Hangup()"]),
        (codes.pickup, ["Pickup()", "Hangup()"]),
        (codes.directory, ["Answer()", names, "Hangup()"]),
        (codes.echo_test, ["Answer()", "Playback(demo-echotest)", "Echo()", "Hangup()"]),
    ]
    lamps: dict[str, str] = {}
    for schedule in system.plan.schedules:
        if schedule.override is not None:
            lamps.setdefault(schedule.override.code, f"override-{schedule.id}")
            features.append((schedule.override.code, [f"Goto(override-{schedule.id},s,1)"]))
    for node in system.plan.nodes:
        if isinstance(node, Toggle):
            lamps.setdefault(node.code, f"toggle-{node.id}")
            features.append((node.code, [f"Goto(switch-{node.id},s,1)"]))
    for code, steps in features:
        if code is not None and code not in taken:
            taken.add(code)
            if code in lamps:
                services.hint(code, f"Custom:{lamps[code]}")
            services.extension(code, steps)


_END = Destination(hangup="normal")
