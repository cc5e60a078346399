"""What becomes of each aspect of a flow in jambonz."""

from call_flow.export.fidelity import EXACT, approximated, exact, unsupported

_LAST = approximated("What decides is the SIP answer of the last round.")
_TURN = approximated("Agents ring one after the other, from the first.")
_CARRY = unsupported("Nothing is carried along with a call.")
_OWN = unsupported("jambonz has no codes of its own; write a hook for calls from the clients.")

VERDICTS = {
    **exact(
        "customer site number extension extension.no_device extension.ring_s extension.on_no_answer",
        "extension.on_busy extension.on_offline extension.unlisted schedule schedule.exceptions prompt time_switch",
        "time_switch.holiday menu menu.long_keys menu.star_hash menu.direct_dial menu.direct_dial_list",
        "menu.invalid_prompt menu.digit_timeout menu.timeout menu.tries menu.two_ends menu.replay_key",
        "ring_group.simultaneous ring_group.sequential ring_group.outside ring_group.greeting queue.outside",
        "queue.greeting queue.join_empty announcement external external.trunk external.confirm external.busy",
        "caller_match.prefix caller_match.anonymous conference conference.announce hangup hangup.cause",
        "hangup.prompt to.cause numbering",
    ),
    "customer.languages": approximated(
        "Spoken with the application's own language; make an application for each other one."
    ),
    "site.address": unsupported("jambonz sends no address; register it with the carrier."),
    "site.locations": unsupported("jambonz sends no place; register numbers for each place."),
    "number.fax": unsupported("jambonz takes no faxes; it rings like a voice number."),
    "number.language": unsupported("The language is the application's; make one for the number."),
    "number.caller_prefix": unsupported("Names of callers are not changed."),
    "number.emergency_registered": unsupported("It is a matter between customer and carrier; keep it in your papers."),
    "extension.caller_id": unsupported("What clients show is up to the hook for their calls."),
    "extension.emergency_caller_id": unsupported("Calls for help are up to the hook for calls of clients."),
    "extension.follow_me": approximated("The outside numbers ring together with the telephone, at once."),
    "extension.outbound": unsupported("Calls outside are up to the hook for calls of clients."),
    "extension.location": unsupported("A client has no place; register a number for it."),
    "extension.mobile": unsupported("It is not rung; add it as follow-me where it should be."),
    "mailbox": approximated("The audio of the message goes to a recorder of yours, which must be there."),
    "mailbox.email": unsupported("The recorder must send it."),
    "mailbox.emails": unsupported("The recorder must send it."),
    "mailbox.no_attach": unsupported("The recorder must decide."),
    "mailbox.delete": unsupported("The recorder must decide."),
    "mailbox.transcribe": unsupported("Use the transcribe verb in the hook of the mailbox."),
    "mailbox.operator": unsupported("A key during the greeting leads nowhere; put a menu before the mailbox."),
    "mailbox.max_s": EXACT,
    "mailbox.greetings": approximated("The greeting for unavailable is spoken."),
    "schedule.override": unsupported("No code changes the hours; change schedules.json and start the server again."),
    "holiday_set": approximated("Its days are dates for the years of its horizon. Export again before they end."),
    "prompt.languages": approximated("Spoken in the customer's first language."),
    "prompt.file": approximated("Spoken by text-to-speech; put a play verb with the recording in its place."),
    "ring_group.rotating": approximated("Members ring one after the other, always from the first."),
    "ring_group.random": approximated("Members ring one after the other, always from the first."),
    "ring_group.delay": unsupported("All members begin at the same time."),
    "ring_group.confirm": approximated("Outside numbers are asked to press 1; telephones inside are not."),
    "ring_group.caller_prefix": unsupported("Names of callers are not changed."),
    "ring_group.busy": _LAST,
    "ring_group.offline": _LAST,
    "queue": approximated(
        "Agents are rung in rounds until the longest wait is over; callers hear ringing and keep no order among each"
        " other."
    ),
    "queue.ringall": EXACT,
    "queue.leastrecent": _TURN,
    "queue.fewestcalls": _TURN,
    "queue.random": _TURN,
    "queue.rrmemory": _TURN,
    "queue.linear": EXACT,
    "queue.penalty": approximated("Agents ring in the order of their penalties."),
    "queue.wrapup": unsupported("Agents are rung again at once."),
    "queue.max_wait": approximated("Whole rounds are counted, a hundred at most."),
    "queue.retry": approximated("It counts as time waited; the next round begins at once."),
    "queue.max_callers": unsupported("Callers are not counted."),
    "queue.announce": unsupported("Nothing is told while agents ring."),
    "queue.music": unsupported("Callers hear ringing; add dialMusic to the dial verbs."),
    "queue.exit_keys": unsupported("Keys do nothing while agents ring; offer the choice in a menu before."),
    "queue.caller_prefix": unsupported("Names of callers are not changed."),
    "queue.full": unsupported("Callers are not counted, so it is never full."),
    "queue.no_agents": approximated("Calls go there when the last round failed because nobody was reachable."),
    "voicemail": EXACT,
    "voicemail.greeting": approximated("The mailbox plays the greeting it has."),
    "directory": unsupported(
        "Names are not found by keys; calls go to the operator of the directory, or where failing leads. Use gather "
        "with speech."
    ),
    "directory.list": unsupported("Names are not found by keys."),
    "directory.by": unsupported("Names are not found by keys."),
    "directory.operator": EXACT,
    "external.caller": approximated("The caller's number is shown when the carrier allows it."),
    "toggle": unsupported("There is no switch: calls go as they do by default."),
    "page": unsupported("jambonz has no paging; calls that lead there end."),
    "page.duplex": unsupported("jambonz has no paging."),
    "to.language": _CARRY,
    "to.caller_prefix": _CARRY,
    "to.priority": _CARRY,
    "to.greeting": approximated("The mailbox plays the greeting it has."),
    "trunk": unsupported("Make a carrier of this name in jambonz."),
    "trunk.registers": unsupported("Set it at the carrier."),
    "trunk.channels": unsupported("Set it at the carrier."),
    "outbound": unsupported("Write a hook for calls of clients."),
    "outbound.prefix": unsupported("Write a hook for calls of clients."),
    "emergency": unsupported(
        "Write a hook for calls of clients that takes these numbers first. Until then clients cannot call for help."
    ),
    "emergency.callback": unsupported("See the hook for calls of clients."),
    "emergency.notify": unsupported("Nobody is told."),
    "emergency.test_numbers": unsupported("See the hook for calls of clients."),
    "emergency.accept_prefixes": unsupported("See the hook for calls of clients."),
    "numbering.parking": unsupported("Calls cannot be parked."),
    "numbering.outbound_prefix": unsupported("See the hook for calls of clients."),
    "feature_codes": _OWN,
    "feature.voicemail": _OWN,
    "feature.voicemail_any": _OWN,
    "feature.pickup": _OWN,
    "feature.directory": _OWN,
    "feature.echo_test": _OWN,
}
