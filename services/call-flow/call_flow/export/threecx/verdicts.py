"""What becomes of each aspect of a flow in 3CX."""

from call_flow.export.fidelity import EXACT, approximated, exact, unsupported

_ONE_WAY = approximated(
    "3CX has one way on for a call that nobody takes: busy and unreachable go where no answer goes."
)
_NO_ASK = approximated("Whoever answers is not asked to press a key, so a voicemail outside may take the call.")
_SETTING = unsupported("Nothing is carried along with a call.")

VERDICTS = {
    **exact(
        "customer number extension extension.caller_id extension.ring_s extension.on_no_answer extension.on_busy",
        "extension.on_offline extension.unlisted extension.mobile mailbox mailbox.email mailbox.no_attach",
        "mailbox.delete schedule prompt prompt.file time_switch.holiday menu menu.timeout menu.direct_dial",
        "ring_group.simultaneous ring_group.sequential ring_group.greeting queue queue.ringall queue.leastrecent",
        "queue.fewestcalls queue.linear queue.wrapup queue.max_wait queue.max_callers queue.greeting",
        "voicemail page hangup numbering feature_codes",
    ),
    "outbound": approximated("Rules go by the beginning and the length of what is dialled."),
    "outbound.prefix": approximated("The prefix is part of the rule, and is taken off."),
    "customer.languages": approximated("Each prompt is one recording; prompt sets of other languages are uploaded."),
    "site": approximated("A department is made for each schedule, not for each site."),
    "site.address": unsupported("Enter it under Emergency geolocations; the XAPI takes no civic address."),
    "site.locations": unsupported("Enter them under Emergency geolocations."),
    "number.fax": approximated("It is routed like a voice number; route it to a fax extension where faxes are wanted."),
    "number.language": unsupported("The language is that of the department; nothing is carried along with a call."),
    "number.caller_prefix": unsupported("Caller names are changed on the trunk (CID reformatting), not by number."),
    "number.emergency_registered": unsupported("It is a matter between customer and carrier; keep it in your papers."),
    "extension.no_device": approximated("It is a user without a telephone."),
    "extension.emergency_caller_id": unsupported("Set the outbound caller id in the emergency rule's trunk."),
    "extension.follow_me": approximated("The first number rings as the user's mobile, together with the telephone."),
    "extension.outbound": approximated("Outbound rules are made for all; restrict departments by their rules."),
    "extension.location": unsupported("Choose the emergency geolocation of the user in the Admin Console."),
    "mailbox.emails": approximated("Mail goes to the first address; forward it to the others by your mail system."),
    "mailbox.transcribe": unsupported("Transcription is switched on for the department."),
    "mailbox.operator": unsupported("A key during the greeting leads nowhere; put a receptionist before the mailbox."),
    "mailbox.max_s": unsupported("The longest message is set for the whole system."),
    "mailbox.greetings": unsupported("Upload the recording as the greeting of the user."),
    "schedule.exceptions": approximated(
        "Hours that a date lacks are a holiday of that date; more hours than the weekday has are not kept."
    ),
    "schedule.override": approximated(
        "Staff force a department open or closed in the web client or with 3CX's own dial codes; the code asked for "
        "is not kept."
    ),
    "holiday_set": approximated(
        "Its days are dated holidays for the years of its horizon. Send them again before they end."
    ),
    "prompt.languages": approximated("Each prompt is one recording; upload one for each language's prompt set."),
    "time_switch": approximated("A receptionist that goes on at once stands for it, with the hours of its department."),
    "menu.long_keys": unsupported("Keys are single digits; the longer entries are left out."),
    "menu.star_hash": unsupported("Keys are digits; * and # are left out."),
    "menu.direct_dial_list": approximated("Callers may dial every extension: 3CX does not choose among them."),
    "menu.invalid_prompt": unsupported("3CX plays its own words after a wrong key."),
    "menu.digit_timeout": approximated("How long the system waits for another digit is fixed."),
    "menu.tries": approximated("The prompt is repeated as often as 3CX does; the number of tries is not set."),
    "menu.two_ends": approximated(
        "Wrong keys lead to a number: a mailbox rings its extension first, and where the call should end the prompt "
        "is repeated."
    ),
    "menu.replay_key": approximated("The key repeats the prompt."),
    "ring_group.rotating": approximated("Members ring one after the other, always from the first."),
    "ring_group.random": approximated("Members ring one after the other, always from the first."),
    "ring_group.outside": approximated("An extension that forwards every call stands for each outside number."),
    "ring_group.delay": unsupported("All members begin at the same time."),
    "ring_group.confirm": _NO_ASK,
    "ring_group.caller_prefix": unsupported("Names of callers are not changed for a group."),
    "ring_group.busy": _ONE_WAY,
    "ring_group.offline": _ONE_WAY,
    "queue.random": approximated("Agents ring one after the other from a random one on."),
    "queue.rrmemory": approximated("The next agent in turn is asked."),
    "queue.outside": approximated("An extension that forwards every call stands for each outside number."),
    "queue.penalty": approximated("Agents stand in the order of their penalties; a skill group would keep them apart."),
    "queue.retry": unsupported("How long a queue waits between its attempts is fixed."),
    "queue.announce": approximated("The position is told with the system's words; an own prompt is not."),
    "queue.exit_keys": unsupported(
        "Keys do not leave a queue, except for a callback; offer the choice in a menu before."
    ),
    "queue.join_empty": approximated("Callers wait also when nobody is logged in."),
    "queue.caller_prefix": unsupported("Names of callers are not changed for a queue."),
    "queue.music": approximated("The music is named as a file, which must be uploaded."),
    "queue.full": _ONE_WAY,
    "queue.no_agents": _ONE_WAY,
    "announcement": approximated("A receptionist that plays the prompt and goes on stands for it."),
    "voicemail.greeting": approximated("The mailbox plays the greeting of the user's status."),
    "directory": approximated("A receptionist that leads to Call By Name stands for it; who fails stays there."),
    "directory.list": approximated("Call By Name knows everybody in the phonebook."),
    "directory.by": approximated("Call By Name asks for last names."),
    "directory.operator": unsupported("0 leads nowhere during Call By Name."),
    "external": approximated(
        "An extension that forwards every call stands for the outside number; what happens when it is not answered "
        "is up to the network."
    ),
    "external.trunk": unsupported("The trunk follows from the outbound rules."),
    "external.caller": approximated("The caller's number is shown when the trunk allows it."),
    "external.confirm": _NO_ASK,
    "external.busy": _ONE_WAY,
    "caller_match.prefix": unsupported(
        "Callers are not sorted inside a flow: all go on as others do. Add inbound rules by caller id where the "
        "choice may come first."
    ),
    "caller_match.anonymous": unsupported(
        "Callers are not sorted inside a flow: all go on as others do. Block anonymous callers in the trunk."
    ),
    "toggle": unsupported(
        "There is no switch: calls go as they do by default. Force the department open or closed instead."
    ),
    "page.duplex": unsupported("Paging is one way; use the intercom of a telephone."),
    "conference": unsupported("3CX has its own conference extension and rooms; calls that lead there end."),
    "conference.announce": unsupported("See the conference of 3CX."),
    "hangup.cause": approximated("The call is ended; the cause is 3CX's."),
    "hangup.prompt": approximated("A receptionist that plays the prompt and ends the call stands for it."),
    "to.language": _SETTING,
    "to.caller_prefix": _SETTING,
    "to.priority": _SETTING,
    "to.greeting": approximated("The mailbox plays the greeting of the user's status."),
    "to.cause": approximated("The call is ended; the cause is 3CX's."),
    "trunk": unsupported(
        "Trunks are made from 3CX's templates of providers: make it in the Admin Console and put its number into the"
        " requests."
    ),
    "trunk.registers": unsupported("It follows from the provider's template."),
    "trunk.channels": unsupported("Set the number of simultaneous calls at the trunk."),
    "emergency": approximated("A rule for each number goes before all others. Test it with the test number."),
    "emergency.callback": unsupported("Set the caller id of the emergency rule's route at the trunk."),
    "emergency.notify": approximated("The extensions and mail addresses are listed for notification."),
    "emergency.test_numbers": EXACT,
    "emergency.accept_prefixes": approximated("A further rule takes the number with the prefix."),
    "numbering.parking": approximated("Calls are parked with 3CX's own numbers, SP0 to SP9."),
    "numbering.outbound_prefix": approximated("The prefix is part of the outbound rules."),
    "feature.voicemail": approximated("The code for one's own mailbox is 3CX's, 999."),
    "feature.voicemail_any": approximated("Any mailbox is reached through 3CX's own menu at 999."),
    "feature.pickup": approximated("The code for pickup is 3CX's, *20*."),
    "feature.directory": unsupported("There is no code for the directory; people are found in the client."),
    "feature.echo_test": approximated("The code for the echo test is 3CX's, *777."),
}
