"""What becomes of each aspect of a flow in Twilio."""

from call_flow.export.fidelity import EXACT, approximated, exact, unsupported

_STATUS = approximated("What decides is the status of the last round: busy, failed or no answer.")
_TURN = approximated("Agents ring one after the other, from the first.")
_CARRY = unsupported("Nothing is carried along with a call.")
_PHONE = unsupported("Twilio has no codes of its own; telephones dial into the voice URL of the SIP domain.")

VERDICTS = {
    **exact(
        "customer site number number.language extension extension.no_device extension.ring_s",
        "extension.on_no_answer extension.on_busy extension.on_offline extension.unlisted schedule",
        "schedule.exceptions prompt prompt.languages customer.languages time_switch time_switch.holiday menu",
        "menu.long_keys menu.star_hash menu.direct_dial menu.direct_dial_list menu.invalid_prompt menu.timeout",
        "menu.two_ends menu.replay_key ring_group.simultaneous ring_group.sequential ring_group.outside",
        "ring_group.confirm queue.outside announcement directory.list directory.by directory.operator",
        "external external.confirm external.busy external.caller caller_match.prefix conference",
        "conference.announce hangup hangup.prompt numbering mailbox.max_s mailbox.transcribe mailbox.greetings",
    ),
    "site.address": unsupported("Make an emergency address for the number in Twilio."),
    "site.locations": unsupported("Make an emergency address for the number in Twilio."),
    "number.fax": unsupported("Twilio takes no faxes; it rings like a voice number."),
    "number.caller_prefix": unsupported("Names of callers are not changed."),
    "number.emergency_registered": unsupported("Register the emergency address of the number in Twilio."),
    "extension.caller_id": unsupported("What telephones show is up to the voice URL of the SIP domain."),
    "extension.emergency_caller_id": unsupported("Emergency calls go by the SIP domain's emergency settings."),
    "extension.follow_me": approximated("The outside numbers ring together with the telephone, at once."),
    "extension.outbound": unsupported(
        "Calls outside are up to the voice URL of the SIP domain and its geographic permissions."
    ),
    "extension.location": unsupported("A telephone has no place; register an address for its number."),
    "extension.mobile": unsupported("It is not rung; add it as follow-me where it should be."),
    "mailbox": approximated("The message is kept as a recording in the account; nobody listens to it by telephone."),
    "mailbox.email": unsupported("Mail needs a service of its own; let a recording status callback send it."),
    "mailbox.emails": unsupported("Mail needs a service of its own; let a recording status callback send it."),
    "mailbox.no_attach": unsupported("No mail is sent."),
    "mailbox.delete": unsupported("Recordings stay until they are deleted."),
    "mailbox.operator": unsupported("A key during the greeting leads nowhere; put a menu before the mailbox."),
    "schedule.override": unsupported("No code changes the hours; change assets/callflow.private.json and deploy it."),
    "holiday_set": approximated("Its days are dates for the years of its horizon. Export again before they end."),
    "prompt.file": approximated("Spoken by text-to-speech; put the address of the recording into the widget instead."),
    "menu.digit_timeout": approximated("One time counts for the first key and for those after it."),
    "menu.tries": EXACT,
    "ring_group.greeting": approximated("Spoken in the customer's first language."),
    "queue.greeting": approximated("Spoken in the customer's first language."),
    "ring_group.rotating": approximated("Members ring one after the other, always from the first."),
    "ring_group.random": approximated("Members ring one after the other, always from the first."),
    "ring_group.delay": unsupported("All members begin at the same time."),
    "ring_group.caller_prefix": unsupported("Names of callers are not changed."),
    "ring_group.busy": _STATUS,
    "ring_group.offline": _STATUS,
    "queue": approximated(
        "Agents are rung in rounds until the longest wait is over; callers hear ringing and keep no order among each"
        " other. Use TaskRouter for a real queue."
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
    "queue.music": unsupported("Callers hear ringing."),
    "queue.exit_keys": unsupported("Keys do nothing while agents ring; offer the choice in a menu before."),
    "queue.join_empty": approximated("Whether anybody is reachable shows only in the first round."),
    "queue.caller_prefix": unsupported("Names of callers are not changed."),
    "queue.full": unsupported("Callers are not counted, so it is never full."),
    "queue.no_agents": approximated("Calls go there when the last round failed because nobody was reachable."),
    "voicemail": approximated("The message is kept as a recording in the account."),
    "voicemail.greeting": approximated("The mailbox plays the greeting it has."),
    "directory": approximated(
        "Three keys are asked for, in English, and the first name that begins with them is called: of names that are "
        "alike, or shorter, some are not found."
    ),
    "external.trunk": unsupported("Twilio is the carrier."),
    "caller_match.anonymous": approximated(
        "Callers without a number are recognised by the words and numbers that Twilio gives them."
    ),
    "toggle": unsupported("There is no switch: calls go as they do by default."),
    "page": unsupported("Twilio has no paging; calls that lead there end."),
    "page.duplex": unsupported("Twilio has no paging."),
    "hangup.cause": approximated("The call is ended; the cause is Twilio's."),
    "to.language": _CARRY,
    "to.caller_prefix": _CARRY,
    "to.priority": _CARRY,
    "to.greeting": approximated("The mailbox plays the greeting it has."),
    "to.cause": approximated("The call is ended; the cause is Twilio's."),
    "trunk": unsupported("Twilio is the carrier; port the numbers to it."),
    "trunk.registers": unsupported("Twilio is the carrier."),
    "trunk.channels": unsupported("Limits are set for the account."),
    "outbound": unsupported("What telephones dial is answered by the voice URL of the SIP domain; write one."),
    "outbound.prefix": unsupported("What telephones dial is answered by the voice URL of the SIP domain."),
    "emergency": unsupported(
        "Turn on emergency calling for the SIP domain and register an address for each number. Until then telephones"
        " cannot call for help."
    ),
    "emergency.callback": unsupported("It follows from the number of the telephone."),
    "emergency.notify": unsupported("Nobody is told."),
    "emergency.test_numbers": unsupported("Dial 933 once emergency calling is on."),
    "emergency.accept_prefixes": unsupported("Write them into the voice URL of the SIP domain."),
    "numbering.parking": unsupported("Calls cannot be parked."),
    "numbering.outbound_prefix": unsupported("What telephones dial is answered by the voice URL of the SIP domain."),
    "feature_codes": _PHONE,
    "feature.voicemail": _PHONE,
    "feature.voicemail_any": _PHONE,
    "feature.pickup": _PHONE,
    "feature.directory": _PHONE,
    "feature.echo_test": _PHONE,
}
