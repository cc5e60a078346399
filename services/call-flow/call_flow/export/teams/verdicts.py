"""What becomes of each aspect of a flow in Teams."""

from call_flow.export.fidelity import EXACT, approximated, exact, unsupported

_LIKE = approximated("Teams knows one way on for calls that nobody takes: busy goes where no answer goes.")
_PEOPLE = unsupported("Only users of the tenant are rung; give the person a Teams account.")
_TURN = approximated("Agents are asked in turn.")
_CARRY = unsupported("Nothing is carried along with a call.")

VERDICTS = {
    **exact(
        "customer site.locations number extension extension.ring_s extension.on_no_answer schedule",
        "schedule.exceptions holiday_set prompt time_switch time_switch.holiday menu menu.star_hash",
        "ring_group.simultaneous ring_group.sequential ring_group.rotating ring_group.greeting queue queue.ringall",
        "queue.leastrecent queue.rrmemory queue.linear queue.max_wait queue.max_callers queue.greeting",
        "queue.join_empty queue.full queue.no_agents announcement hangup hangup.prompt numbering feature_codes",
        "emergency.test_numbers emergency.accept_prefixes",
    ),
    "ring_group.offline": approximated("Calls go there when no member is signed in to the queue."),
    "customer.languages": approximated(
        "Attendants speak the customer's first language; make further ones for the others."
    ),
    "site": approximated("A building is an emergency address; users have no site."),
    "site.address": approximated(
        "Coordinates must be filled in at the top of the script; Teams refuses an address without them."
    ),
    "number.fax": unsupported("Teams takes no faxes; it rings like a voice number."),
    "number.language": _CARRY,
    "number.caller_prefix": unsupported(
        "Names of callers are not changed; people see which attendant or queue it came by."
    ),
    "number.emergency_registered": unsupported("Assign the emergency address to the number in the admin center."),
    "extension.no_device": approximated("It is a user all the same."),
    "extension.caller_id": unsupported("Make a calling line identity policy (New-CsCallingLineIdentity) and grant it."),
    "extension.emergency_caller_id": unsupported(
        "The number that is called back follows from the user's number and address."
    ),
    "extension.on_busy": unsupported("What happens while a user is busy is set with the policy BusyOnBusyEnabledType."),
    "extension.on_offline": approximated("Teams does not tell unreachable from unanswered."),
    "extension.follow_me": approximated(
        "The first number rings together with the user, at once; nobody is asked to press 1."
    ),
    "extension.unlisted": approximated("Exclude the user with an exclusion scope of the attendant."),
    "extension.outbound": unsupported("Grant an online voice routing policy or a calling restriction."),
    "extension.location": unsupported("The place of a user follows from the network; assign it in the admin center."),
    "extension.mobile": unsupported("It is not rung; add it as follow-me where it should be."),
    "mailbox": approximated(
        "The mailbox of a person is the user's own, which is reached by ringing the user; a shared one is that of a "
        "Microsoft 365 group."
    ),
    "mailbox.email": approximated("Messages come to the user's or the group's own mailbox."),
    "mailbox.emails": approximated("Add the others as members of the group."),
    "mailbox.no_attach": unsupported("Messages are always attached."),
    "mailbox.delete": unsupported("Messages stay in the mailbox."),
    "mailbox.transcribe": approximated("Transcription is a policy (Set-CsOnlineVoicemailPolicy)."),
    "mailbox.operator": unsupported("A key during the greeting leads nowhere; put a menu before the mailbox."),
    "mailbox.max_s": approximated("The longest message is a policy (Set-CsOnlineVoicemailPolicy)."),
    "mailbox.greetings": unsupported("Set the greeting of the user or of the shared voicemail in the admin center."),
    "schedule.override": unsupported("No code changes the hours; authorised users may do so in Teams."),
    "prompt.languages": approximated("Spoken in the customer's first language."),
    "prompt.file": approximated(
        "Spoken by text-to-speech; upload the recording with Import-CsOnlineAudioFile instead."
    ),
    "menu.long_keys": unsupported("Keys are single tones; longer entries are left out."),
    "menu.direct_dial": approximated(
        "Callers may enter the extension in the users' profiles, after which Teams asks for #."
    ),
    "menu.direct_dial_list": approximated("Everybody can be dialled; restrict it with an inclusion scope."),
    "menu.invalid_prompt": unsupported("Teams uses its own words after a wrong key."),
    "menu.digit_timeout": unsupported("How long Teams waits is fixed."),
    "menu.timeout": unsupported("How long Teams waits is fixed."),
    "menu.tries": unsupported(
        "Teams repeats the menu on its own terms and then ends the call, or offers the operator; the way for no "
        "input is the operator."
    ),
    "menu.two_ends": approximated("The way for no input is the operator; the way for wrong keys is not kept."),
    "menu.replay_key": unsupported("No key repeats the menu."),
    "ring_group.random": _TURN,
    "ring_group.outside": _PEOPLE,
    "ring_group.delay": unsupported("All members begin at the same time."),
    "ring_group.confirm": approximated("Only users of the tenant are rung, who take the call in Teams."),
    "ring_group.caller_prefix": unsupported("Names of callers are not changed; people see the name of the queue."),
    "ring_group.busy": _LIKE,
    "queue.fewestcalls": _TURN,
    "queue.random": _TURN,
    "queue.outside": _PEOPLE,
    "queue.penalty": approximated("Agents stand in the order of their penalties, which counts for serial routing."),
    "queue.wrapup": unsupported("Agents have no time after a call; they set their presence."),
    "queue.retry": unsupported("How long a queue waits between its attempts is fixed."),
    "queue.announce": unsupported("Position and waiting time are not told."),
    "queue.music": approximated("The default music is played; upload a file with Import-CsOnlineAudioFile instead."),
    "queue.exit_keys": unsupported("Keys do not leave a queue; offer the choice in a menu before."),
    "queue.caller_prefix": unsupported("Names of callers are not changed; people see the name of the queue."),
    "voicemail": approximated("The mailbox of a person is reached by ringing the user."),
    "voicemail.greeting": approximated("The greeting is the mailbox's own."),
    "directory": approximated("An attendant with dial by name; who fails is offered the operator."),
    "directory.list": approximated("Everybody is found; restrict it with an inclusion scope."),
    "directory.by": approximated("Teams searches first and last names."),
    "directory.operator": EXACT,
    "external": approximated(
        "The call is transferred to the number; what happens when it is not answered is up to the network."
    ),
    "external.trunk": unsupported("The trunk follows from voice routing."),
    "external.caller": approximated("Which number is shown follows from the resource account and the network."),
    "external.confirm": unsupported("Nobody is asked to press 1."),
    "external.busy": approximated("What happens when it is busy is up to the network."),
    "caller_match.prefix": unsupported("Callers are not sorted: all go on as others do."),
    "caller_match.anonymous": unsupported(
        "Callers are not sorted: all go on as others do. Block anonymous callers with Set-CsCallingLineIdentity or "
        "in the session border controller."
    ),
    "toggle": unsupported("There is no switch: calls go as they do by default."),
    "page": unsupported("Teams has no paging; calls that lead there end."),
    "page.duplex": unsupported("Teams has no paging."),
    "conference": unsupported("Use a meeting with audio conferencing; calls that lead there end."),
    "conference.announce": unsupported("Use a meeting with audio conferencing."),
    "hangup.cause": approximated("The call is ended; the cause is Teams's."),
    "to.language": _CARRY,
    "to.caller_prefix": _CARRY,
    "to.priority": _CARRY,
    "to.greeting": approximated("The greeting is the mailbox's own."),
    "to.cause": approximated("The call is ended; the cause is Teams's."),
    "trunk": unsupported(
        "Connect the carrier by Direct Routing (New-CsOnlinePSTNGateway), Operator Connect or Calling Plans."
    ),
    "trunk.registers": unsupported("A session border controller does so."),
    "trunk.channels": unsupported("Set MaxConcurrentSessions at the gateway."),
    "outbound": unsupported("Make voice routes and a voice routing policy, or use Calling Plans."),
    "outbound.prefix": unsupported("Make a dial plan with a normalization rule."),
    "emergency": approximated(
        "A routing policy with the PSTN usage Emergency, which must exist; grant it to everybody. Test it with the "
        "test number."
    ),
    "emergency.callback": unsupported("The number that is called back follows from the user's number and address."),
    "emergency.notify": unsupported("Make an emergency calling policy with NotificationGroup and grant it."),
    "numbering.parking": approximated("Calls are parked with a code that Teams gives."),
    "numbering.outbound_prefix": unsupported("Make a dial plan with an access prefix."),
    "feature.voicemail": unsupported("Messages are heard in Teams."),
    "feature.voicemail_any": unsupported("Messages are heard in Teams."),
    "feature.pickup": unsupported("Use group call pickup in the users' settings."),
    "feature.directory": unsupported("People are found in Teams."),
    "feature.echo_test": unsupported("Use the test call in Teams."),
}
