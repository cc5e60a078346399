"""Mailboxes: their contexts, and voicemail.conf.

A greeting of the flow is played by `Background`, so that 0 is heard during it as during one that was recorded by
telephone; `VoiceMail` then begins with the tone.
"""

from call_flow.export.asterisk import names
from call_flow.export.asterisk.dialplan import Dialplan, Step, labelled, when_equal
from call_flow.export.asterisk.escape import address
from call_flow.export.asterisk.system import System
from call_flow.export.plan import pin
from call_flow.flow.destination import Greeting
from call_flow.flow.graph import Vertex
from call_flow.flow.model import Mailbox

_OPTIONS: dict[Greeting, str] = {"unavailable": "u", "busy": "b", "none": "s"}
_GENERAL = """[general]
format=wav49|wav
serveremail=asterisk
attach=yes
minsecs=1
maxsecs=180
maxsilence=0
maxlogins=3
maxmsg=200
charset=UTF-8
pbxskip=yes
fromstring=Voicemail
emailsubject=New message from ${VM_CALLERID} in mailbox ${VM_MAILBOX}
emailbody=A message of ${VM_DUR} was left by ${VM_CALLERID} in mailbox ${VM_MAILBOX} (${VM_NAME}) on ${VM_DATE}.\\n
emaildateformat=%Y-%m-%d %H:%M
"""


def mailboxes(system: System, dialplan: Dialplan) -> None:
    """A context for each."""
    for mailbox in system.plan.mailboxes:
        greetings = {
            "busy": system.sound(mailbox.busy_greeting),
            "unavailable": system.sound(mailbox.unavailable_greeting),
        }
        steps: list[Step] = [when_equal("GREETING", greeting, greeting) for greeting in ("busy", "none")]
        steps += labelled("unavailable", _record(mailbox, "unavailable", greetings["unavailable"]))
        steps += labelled("busy", _record(mailbox, "busy", greetings["busy"]))
        steps += labelled("none", _record(mailbox, "none", None))
        context = dialplan.place(names.context(Vertex("mailbox", mailbox.number)), steps)
        operator = system.go(mailbox.operator) if mailbox.operator else None
        if any(greetings.values()):
            begin = _record(mailbox, "none", None)
            context.extension("i", begin)
            context.extension("#", begin)
            if operator:
                context.extension("0", operator)
        if operator:
            context.extension("o", operator)


def _record(mailbox: Mailbox, greeting: Greeting, sound: str | None) -> list[Step]:
    played: list[Step] = [f"Background({sound})"] if sound else []
    return [*played, f"VoiceMail({mailbox.number}@default,{_OPTIONS['none' if sound else greeting]})", "Hangup()"]


def voicemail_conf(system: System) -> str:
    """voicemail.conf."""
    zones = {zone: f"zone{at}" for at, zone in enumerate(sorted({_zone(system, box) for box in system.plan.mailboxes}))}
    lines = [_GENERAL, "[zonemessages]"]
    lines += [f"{name}={zone}|'vm-received' Q 'digits/at' IMp" for zone, name in zones.items()]
    lines += ["", "; number => PIN,name,addresses,,options", "[default]"]
    lines += [_line(system, mailbox, zones[_zone(system, mailbox)]) for mailbox in system.plan.mailboxes]
    return "\n".join([*lines, *_notices(system), ""])


def _line(system: System, mailbox: Mailbox, zone: str) -> str:
    pointer = system.plan.pointer(mailbox)
    name = system.shown_as(mailbox.name, pointer) if mailbox.name else ""
    addresses = [found for found in map(address, mailbox.email) if found]
    if len(addresses) < len(mailbox.email):
        system.plan.notes.approximated(pointer, "An address with unusual signs was left out. Enter it by hand.")
    options = [f"tz={zone}", f"attach={_yes(mailbox.attach)}", f"delete={_yes(mailbox.delete_after_send)}"]
    options += [f"maxsecs={mailbox.max_s}", f"operator={_yes(mailbox.operator is not None)}"]
    options.append(f"exitcontext={names.context(Vertex('mailbox', mailbox.number))}")
    fields = [pin(system.secret, mailbox.number), name, "|".join(addresses), "", "|".join(options)]
    return f"{mailbox.number} => {','.join(fields)}"


def _notices(system: System) -> list[str]:
    """Mailboxes by which mails about calls for help are sent; nobody can listen to them."""
    notices = enumerate(system.flow.emergency.notify, 1)
    found = [(at, address(notice.email)) for at, notice in notices if notice.email]
    lines = [
        f"{at} => {pin(system.secret, f'notice-{at}')},Call for help,{mail},,attach=yes|delete=yes"
        for at, mail in found if mail
    ]  # fmt: skip
    return ["", "[emergency]", *lines] if lines else []


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _zone(system: System, mailbox: Mailbox) -> str:
    """The zone of the extension whose mailbox it is, else the customer's."""
    owner = next((item for item in system.plan.extensions if item.mailbox == mailbox.number), None)
    site = next((site for site in system.flow.sites if owner is not None and site.id == owner.site), None)
    return system.plan.valid_zone((site and site.time_zone) or system.flow.customer.time_zone)
