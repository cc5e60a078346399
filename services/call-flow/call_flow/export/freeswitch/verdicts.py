"""What becomes of each aspect of a flow in FreeSWITCH."""

from call_flow.export.fidelity import approximated, exact, unsupported

VERDICTS = {
    **exact(
        "customer customer.languages site number number.language extension extension.no_device extension.caller_id",
        "extension.emergency_caller_id extension.ring_s extension.on_no_answer extension.on_busy",
        "extension.on_offline extension.unlisted extension.outbound mailbox mailbox.email mailbox.no_attach",
        "mailbox.delete schedule schedule.exceptions prompt prompt.languages time_switch time_switch.holiday menu",
        "menu.long_keys menu.star_hash menu.direct_dial menu.direct_dial_list menu.invalid_prompt",
        "menu.digit_timeout menu.timeout menu.two_ends menu.replay_key ring_group.simultaneous",
        "ring_group.sequential ring_group.outside ring_group.delay ring_group.greeting queue queue.ringall",
        "queue.leastrecent queue.fewestcalls queue.random queue.rrmemory queue.linear queue.outside queue.penalty",
        "queue.wrapup queue.max_wait queue.greeting queue.join_empty queue.no_agents announcement voicemail",
        "directory external external.trunk external.caller external.confirm external.busy caller_match.prefix",
        "page.duplex conference conference.announce hangup hangup.cause hangup.prompt to.language to.cause",
        "trunk.registers outbound.prefix emergency.callback emergency.test_numbers",
        "emergency.accept_prefixes numbering numbering.parking feature_codes feature.voicemail",
        "feature.voicemail_any feature.echo_test toggle",
    ),
    "feature.pickup": approximated("The code takes the call that began to ring last, whoever it rings for."),
    "queue.music": approximated("The class of music must be a stream of mod_local_stream with this name."),
    "site.address": unsupported("FreeSWITCH sends no address with a call; register it with the carrier."),
    "site.locations": unsupported("FreeSWITCH sends no place with a call; register numbers for each place."),
    "number.fax": approximated("It rings like a voice number; use rxfax where faxes should be kept."),
    "number.caller_prefix": approximated("Signs other than letters, digits, spaces and .-_ are left out."),
    "number.emergency_registered": unsupported("It is a matter between customer and carrier; keep it in your papers."),
    "extension.follow_me": approximated(
        "The outside numbers ring later in the same call; whoever answers there must press 1 if one of them asks for"
        " it."
    ),
    "extension.location": unsupported("A telephone has no place; register a number for it."),
    "extension.mobile": unsupported("It is not rung; add it as follow-me where it should be."),
    "mailbox.emails": approximated("Mail goes to the first address; forward it to the others by your mail system."),
    "mailbox.transcribe": unsupported("There is no transcription."),
    "mailbox.operator": unsupported(
        "The key and where it leads are set for the whole voicemail profile (operator-key and operator-extension)."
    ),
    "mailbox.max_s": unsupported("The longest message is set for the whole voicemail profile (max-record-len)."),
    "mailbox.greetings": unsupported("Record the greeting at the mailbox, or copy the file into its folder."),
    "schedule.override": approximated("The state stays until the code is dialled again; it does not reset by itself."),
    "holiday_set": approximated("Its days are dates for the years of its horizon. Export again before they end."),
    "prompt.file": approximated("Recordings are found by the id of the prompt; rename the file."),
    "menu.tries": approximated("Wrong entries and silence are counted apart, each up to the number of tries."),
    "ring_group.rotating": approximated("Members ring one after the other, always from the first."),
    "ring_group.random": approximated("Members ring one after the other, always from the first."),
    "ring_group.confirm": approximated("If one member must press 1, all must."),
    "ring_group.caller_prefix": approximated("Signs other than letters, digits, spaces and .-_ are left out."),
    "ring_group.busy": approximated(
        "What decides is the last reason that FreeSWITCH got, not that every member was busy."
    ),
    "ring_group.offline": approximated(
        "What decides is the last reason that FreeSWITCH got, not that no member was reachable."
    ),
    "queue.retry": approximated("How long an agent is left alone after not answering stands for it."),
    "queue.max_callers": unsupported("mod_callcenter has no limit of waiting callers."),
    "queue.announce": approximated("A prompt is repeated while callers wait; position and waiting time are not told."),
    "queue.exit_keys": approximated("Which key was pressed is read from cc_exit_key; check it on your version."),
    "queue.caller_prefix": approximated("Signs other than letters, digits, spaces and .-_ are left out."),
    "queue.full": unsupported("mod_callcenter has no limit of waiting callers, so a queue is never full."),
    "voicemail.greeting": approximated(
        "Without a greeting the mailbox is silent; the busy greeting is the one it has."
    ),
    "directory.list": approximated("mod_directory knows everybody who is visible in it."),
    "directory.by": approximated("The first search is by the name asked for; callers may switch to the other."),
    "directory.operator": unsupported("0 leads nowhere; offer the operator in the menu before."),
    "caller_match.anonymous": approximated(
        "Callers without a number are those whose number is anonymous, restricted, unknown or missing."
    ),
    "page": approximated("A conference that calls its members stands for it; telephones must answer by themselves."),
    "to.caller_prefix": approximated("Signs other than letters, digits, spaces and .-_ are left out."),
    "to.priority": approximated("It is carried along as the base score of mod_callcenter."),
    "to.greeting": approximated("Without a greeting the mailbox is silent; the busy greeting is the one it has."),
    "trunk": approximated("The password that the carrier gave is to be set in vars.xml."),
    "outbound": approximated("The classes are patterns of the country's numbers; they do not know every number."),
    "trunk.channels": unsupported("Limit calls with the limit application or at the carrier."),
    "emergency": approximated(
        "Every telephone reaches the trunks directly, in their order. Test it with the test number."
    ),
    "emergency.notify": approximated("The extensions ring at the same time; mail is not sent."),
    "numbering.outbound_prefix": approximated("The prefix is part of the outbound routes."),
    "feature.directory": approximated("The code reaches the first directory; without one there is no code."),
}
