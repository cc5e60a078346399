"""What becomes of each aspect of a flow in KAZOO."""

from call_flow.export.fidelity import EXACT, approximated, exact, unsupported

_ONE_WAY = approximated("Busy and unreachable go where no answer goes: a callflow has one branch for a failed call.")
_ROUND = approximated("The queue takes its agents in turn: KAZOO knows round_robin and most_idle.")
_LEAVES = approximated("It leaves the queue as a timeout does: the callflow goes on at one place.")

VERDICTS = {
    **exact(
        "customer site number number.language number.caller_prefix extension extension.no_device",
        "extension.caller_id extension.emergency_caller_id extension.ring_s extension.on_no_answer",
        "extension.unlisted mailbox mailbox.email mailbox.emails mailbox.delete mailbox.max_s schedule",
        "schedule.exceptions prompt time_switch time_switch.holiday menu menu.long_keys menu.star_hash",
        "menu.direct_dial menu.direct_dial_list menu.invalid_prompt menu.digit_timeout menu.timeout menu.tries",
        "ring_group.simultaneous ring_group.sequential ring_group.outside ring_group.delay ring_group.greeting",
        "ring_group.caller_prefix queue queue.ringall queue.leastrecent queue.rrmemory queue.wrapup queue.max_wait",
        "queue.max_callers queue.greeting queue.join_empty queue.caller_prefix announcement voicemail directory",
        "directory.list external external.trunk caller_match.prefix page page.duplex conference",
        "conference.announce hangup hangup.prompt to.language to.caller_prefix numbering",
        "feature_codes feature.voicemail feature.voicemail_any emergency.callback emergency.test_numbers",
        "emergency.accept_prefixes",
    ),
    "queue.outside": unsupported("Agents are users of the account; make one whose calls are forwarded to the number."),
    "customer.languages": approximated("Prompts are kept in the first language; upload the others as further media."),
    "site.address": unsupported("KAZOO keeps addresses with its numbers: enter it as e911 of each number."),
    "site.locations": unsupported("Rooms and floors have no place; enter them in the e911 address of the number."),
    "number.fax": approximated("It rings like a voice number. Create a faxbox for it where faxes should be mail."),
    "number.emergency_registered": unsupported("Enter the address as e911 of the number."),
    "extension.on_busy": _ONE_WAY,
    "extension.on_offline": _ONE_WAY,
    "extension.follow_me": approximated(
        "The outside numbers ring as devices of the user, together with the telephone; how much later they begin is "
        "not kept."
    ),
    "extension.outbound": approximated(
        "Calls abroad are denied by call_restriction; the classes are those of the system's number classifiers."
    ),
    "extension.location": unsupported("A device has no place of its own; enter it in the e911 address."),
    "extension.mobile": unsupported("It is not rung; add it as follow-me where it should be."),
    "mailbox.no_attach": unsupported("Whether messages are attached is set in the system's voicemail_to_email notice."),
    "mailbox.transcribe": unsupported("Transcription is switched on for the whole system."),
    "mailbox.operator": unsupported("A key during the greeting leads nowhere; put a menu before the mailbox."),
    "mailbox.greetings": approximated("One greeting is kept, that for unavailable."),
    "schedule.override": approximated(
        "The code asks what to do (1 on, 2 off, 3 by the clock) for each state, and the state stays until somebody "
        "resets it."
    ),
    "holiday_set": approximated("Its days are dated rules for the years of its horizon. Export again before they end."),
    "prompt.languages": approximated("Kept in the customer's first language; upload the others as further media."),
    "prompt.file": approximated("Spoken by the text-to-speech engine until the recording is uploaded in its place."),
    "menu.two_ends": approximated("Silence leads on after the first time, wrong keys after the last try."),
    "menu.replay_key": approximated("The key enters the menu anew, so tries are counted from the beginning."),
    "ring_group.rotating": approximated("A weighted random order stands for the rotating one."),
    "ring_group.random": approximated("A weighted random order with equal weights."),
    "ring_group.confirm": approximated("Outside numbers are asked to press 1; telephones inside are not."),
    "ring_group.busy": _ONE_WAY,
    "ring_group.offline": _ONE_WAY,
    "queue.fewestcalls": _ROUND,
    "queue.random": _ROUND,
    "queue.linear": _ROUND,
    "queue.penalty": unsupported("Agents of a queue have no order; make a second queue for those who come later."),
    "queue.retry": unsupported("How long a queue waits between its attempts is not set."),
    "queue.announce": approximated("Position and waiting time are told with the system's words; an own prompt is not."),
    "queue.music": approximated("The class of music is written as the id of a media file, which must be uploaded."),
    "queue.exit_keys": approximated("One key leaves the queue, to where a timeout leads."),
    "queue.full": _LEAVES,
    "queue.no_agents": _LEAVES,
    "voicemail.greeting": approximated("The mailbox plays the greeting it has, or none; there is no choice per call."),
    "directory.by": EXACT,
    "directory.operator": unsupported("0 leads nowhere; name another way in the prompt before it."),
    "external.caller": approximated("The caller's number is shown only when the carrier lets it through."),
    "external.confirm": approximated("The number rings as a device that asks whoever answers to press 1."),
    "external.busy": _ONE_WAY,
    "caller_match.anonymous": approximated(
        "Callers without a number are recognised by the words anonymous, restricted, unknown and unavailable."
    ),
    "toggle": approximated("The code asks what to do (1 on, 2 off, 3 as it was) instead of turning it at once."),
    "hangup.cause": approximated(
        "The cause is the SIP response of the same meaning; callers already answered hear it as a hang-up."
    ),
    "to.priority": unsupported("A place in the queue is not carried along; set it where the queue is entered."),
    "to.greeting": approximated("The mailbox plays the greeting it has; there is no choice per call."),
    "to.cause": approximated("The cause is the SIP response of the same meaning."),
    "trunk": approximated("The password that the carrier gave is to be entered in resources.json."),
    "trunk.registers": unsupported("A resource does not register; have the carrier send calls to the cluster."),
    "trunk.channels": unsupported("Limits are set for the account, not for a resource."),
    "outbound": approximated("The classes are patterns on the number as KAZOO normalises it."),
    "outbound.prefix": unsupported("No prefix is dialled to get outside."),
    "emergency": approximated(
        "An emergency resource for each trunk takes the numbers, without any restriction. Test it with the test "
        "number before the system is used."
    ),
    "emergency.notify": unsupported("Set a notification for emergency calls in the account; nobody is rung."),
    "numbering.parking": approximated("The parking number parks and retrieves by itself; slots are not limited."),
    "numbering.outbound_prefix": unsupported("No prefix is dialled to get outside."),
    "feature.pickup": unsupported("Pickup needs a group; create one and a group_pickup callflow."),
    "feature.directory": approximated("The code reaches the first directory; without one there is no code."),
    "feature.echo_test": unsupported("There is no echo test."),
}
