"""What becomes of each aspect of a flow in FreePBX."""

from call_flow.export.fidelity import EXACT, approximated, exact, unsupported

_GROUP = approximated("A ring group has one way on: busy and unreachable go where no answer goes.")
_PREFIX = approximated("Signs other than letters, digits, spaces and .-_ are left out.")
_QUEUE = approximated("A queue has one way on, where a timeout leads.")
_CARRY = unsupported("Use the modules Languages, Set CallerID or Queue Priorities before the destination.")

VERDICTS = {
    **exact(
        "customer site number extension extension.no_device extension.caller_id extension.emergency_caller_id",
        "extension.ring_s extension.on_no_answer extension.on_busy extension.on_offline mailbox mailbox.email",
        "mailbox.no_attach mailbox.delete schedule schedule.exceptions prompt time_switch time_switch.holiday menu",
        "menu.long_keys menu.star_hash menu.direct_dial menu.invalid_prompt menu.timeout menu.tries menu.two_ends",
        "ring_group.simultaneous ring_group.sequential ring_group.random ring_group.outside ring_group.greeting",
        "queue queue.ringall queue.leastrecent queue.fewestcalls queue.random queue.rrmemory queue.linear",
        "queue.outside queue.penalty queue.wrapup queue.max_wait queue.retry queue.max_callers queue.greeting",
        "queue.join_empty announcement voicemail voicemail.greeting directory directory.list external",
        "external.confirm page page.duplex conference conference.announce hangup hangup.prompt to.greeting",
        "numbering feature_codes feature.voicemail feature.voicemail_any feature.echo_test",
    ),
    "queue.music": approximated("The class of music must be made under Music on Hold."),
    "customer.languages": approximated(
        "Recordings are one for all languages; use the module Languages and a recording each."
    ),
    "site.address": unsupported("FreePBX sends no address; register it with the carrier."),
    "site.locations": unsupported("FreePBX sends no place; give telephones an emergency caller id of their place."),
    "number.fax": approximated("It is routed like a voice number; turn on fax detection or a fax destination."),
    "number.language": unsupported("Use the module Languages before the destination."),
    "number.caller_prefix": _PREFIX,
    "number.emergency_registered": unsupported("It is a matter between customer and carrier; keep it in your papers."),
    "extension.follow_me": approximated("All outside numbers begin when the first does; if one asks for 1, all do."),
    "extension.unlisted": approximated("It is left out of the directories that list everybody."),
    "extension.outbound": unsupported("Use the module Class of Service, or passwords of outbound routes."),
    "extension.location": unsupported("A telephone has no place; its emergency caller id stands for it."),
    "extension.mobile": unsupported("It is not rung; add it as follow-me where it should be."),
    "mailbox.emails": approximated("Mail goes to the first address; forward it to the others by your mail system."),
    "mailbox.transcribe": unsupported("Transcription needs a commercial module."),
    "mailbox.operator": unsupported("Set VmX Locater of the extension; the Bulk Handler takes numbers only."),
    "mailbox.max_s": unsupported("The longest message is set for all mailboxes (maxsecs)."),
    "mailbox.greetings": unsupported("Record the greeting at the mailbox, or copy the file into its folder."),
    "schedule.override": approximated(
        "The code is FreePBX's own for the time condition of the hours, *27 and its id; it turns between open and "
        "closed."
    ),
    "holiday_set": approximated(
        "A date is kept with its weekday, without a year: it comes again after 5, 6 or 11 years. Export again before"
        " the horizon ends."
    ),
    "prompt.languages": approximated("A recording is one for all languages; upload one in each language's folder."),
    "prompt.file": EXACT,
    "menu.direct_dial_list": approximated("Callers may dial every extension; make a directory to choose among them."),
    "menu.digit_timeout": approximated("FreePBX waits as long as after the prompt."),
    "menu.replay_key": approximated("The key enters the menu anew, so tries are counted from the beginning."),
    "ring_group.rotating": approximated("Members ring one after the other, always from the first."),
    "ring_group.delay": unsupported("All members begin at the same time."),
    "ring_group.confirm": approximated("Outside numbers are asked to press 1; telephones inside are not."),
    "ring_group.caller_prefix": _PREFIX,
    "ring_group.busy": _GROUP,
    "ring_group.offline": _GROUP,
    "queue.announce": approximated("Position and waiting time are told; an own prompt needs a break-out IVR."),
    "queue.exit_keys": unsupported("Make an IVR and choose it as the queue's break-out menu."),
    "queue.caller_prefix": _PREFIX,
    "queue.full": _QUEUE,
    "queue.no_agents": _QUEUE,
    "directory.by": approximated("Callers spell as the directory asks them; entries are full names."),
    "directory.operator": unsupported("0 leads nowhere; offer the operator in the menu before."),
    "external.trunk": unsupported("The trunk follows from the outbound routes."),
    "external.caller": approximated(
        "The number shown follows from the ring group's fixed or passed caller id and the trunk."
    ),
    "external.busy": _GROUP,
    "caller_match.prefix": unsupported(
        "Callers are not sorted inside a flow: all go on as others do. Make inbound routes with a caller id pattern "
        "where the choice may come first."
    ),
    "caller_match.anonymous": unsupported(
        "Callers are not sorted inside a flow: all go on as others do. Make an inbound route with the caller id "
        "Anonymous."
    ),
    "toggle": approximated(
        "The code is FreePBX's own for call flow control, *28 and its number; day is as it is by default."
    ),
    "hangup.cause": approximated("Rejected is told as busy, and unallocated as a hang-up."),
    "to.language": _CARRY,
    "to.caller_prefix": _CARRY,
    "to.priority": _CARRY,
    "to.cause": approximated("Rejected is told as busy, and unallocated as a hang-up."),
    "trunk": unsupported("Make it under Connectivity, Trunks; its password is no part of a flow."),
    "trunk.registers": unsupported("Set it at the trunk."),
    "trunk.channels": unsupported("Set the maximum of channels at the trunk."),
    "outbound": unsupported("Make it under Connectivity, Outbound Routes."),
    "outbound.prefix": unsupported("Write it into the dial patterns of the route."),
    "emergency": unsupported(
        "Make an outbound route of type Emergency that takes the numbers, before all others, and test it with the "
        "test number."
    ),
    "emergency.callback": approximated("It is the emergency caller id of each extension."),
    "emergency.notify": unsupported("Use the notification of outbound routes, which sends mail."),
    "emergency.test_numbers": unsupported("Add them to the emergency route."),
    "emergency.accept_prefixes": unsupported("Add them to the dial patterns of the emergency route."),
    "numbering.parking": approximated("Parking is FreePBX's own lot, 70; change it under Parking."),
    "numbering.outbound_prefix": unsupported("Write it into the dial patterns of the routes."),
    "feature.pickup": approximated("The code for pickup is FreePBX's, *8; change it under Feature Codes."),
    "feature.directory": approximated("The code for the directory is FreePBX's, #; change it under Feature Codes."),
}
