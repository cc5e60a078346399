"""All files of a package."""

from call_flow.export.asterisk import directories, emergency, services
from call_flow.export.asterisk.dialplan import Dialplan
from call_flow.export.asterisk.extensions import extensions
from call_flow.export.asterisk.hours import schedules
from call_flow.export.asterisk.inside import inside
from call_flow.export.asterisk.mailboxes import mailboxes, voicemail_conf
from call_flow.export.asterisk.nodes import ends, nodes, numbers
from call_flow.export.asterisk.outbound import phone_contexts
from call_flow.export.asterisk.pjsip import CARRIERS_FILE, Reach, carriers_conf, pjsip_conf
from call_flow.export.asterisk.queues import queues_conf
from call_flow.export.asterisk.ringing import subroutines
from call_flow.export.asterisk.switches import callers
from call_flow.export.asterisk.system import System
from call_flow.export.asterisk.trunks import ways_outside

LABELS_FILE = "extensions_labels.conf"
CUSTOM_FILE = "extensions_custom.conf"
_HEAD = f"""; The dialplan of one telephone system. Callers from outside begin at from-trunk, phones at phones-<class>.
; node-<id>, dial-<extension>, mailbox-<number> and external-<number> are where calls go; the rest helps them there.
[general]
static=yes
writeprotect=yes
autofallthrough=yes
clearglobalvars=yes

#include {LABELS_FILE}
"""


def configuration(system: System, reach: Reach) -> dict[str, str]:
    """Every file that Asterisk reads, by its name."""
    _note_dead_ends(system)
    dialplan = Dialplan()
    numbers(system, dialplan)
    nodes(system, dialplan)
    extensions(system, dialplan)
    mailboxes(system, dialplan)
    ends(system, dialplan)
    schedules(system, dialplan)
    callers(system, dialplan)
    subroutines(system, dialplan)
    ways_outside(system, dialplan)
    emergency.emergency(system, dialplan)
    inside(system, dialplan)
    phone_contexts(system, dialplan)
    return {
        "confbridge.conf": services.confbridge_conf(system),
        "extensions.conf": "\n".join([_HEAD, dialplan.text(), f"#tryinclude {CUSTOM_FILE}", ""]),
        LABELS_FILE: system.labels(),
        "features.conf": services.features_conf(system),
        "geolocation.conf": emergency.geolocation_conf(system),
        "musiconhold.conf": services.musiconhold_conf(system),
        "pjsip.conf": pjsip_conf(system, reach),
        CARRIERS_FILE: carriers_conf(system),
        "queues.conf": queues_conf(system),
        "res_parking.conf": services.parking_conf(system),
        "voicemail.conf": voicemail_conf(system),
        **directories.files(system),
    }


def _note_dead_ends(system: System) -> None:
    for edge in system.graph.edges:
        if not system.graph.exists(edge.target):
            element = "/".join(edge.pointer.split("/")[:3])
            instead = "it is not rung" if edge.answers else f"on '{edge.outcome}' the call ends"
            how = f"There is no {edge.target.kind} {edge.target.name}: {instead}."
            system.plan.notes.approximated(element, how)
