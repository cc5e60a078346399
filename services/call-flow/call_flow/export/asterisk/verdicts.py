"""What becomes of each aspect of a flow in Asterisk."""

from call_flow.export.asterisk.pjsip import CARRIERS_FILE
from call_flow.export.fidelity import approximated, exact, unsupported

VERDICTS = {
    **exact(
        "customer customer.languages site site.address site.locations number number.language number.caller_prefix",
        "extension extension.no_device extension.caller_id extension.emergency_caller_id extension.ring_s",
        "extension.on_no_answer extension.on_busy extension.on_offline extension.follow_me extension.unlisted",
        "extension.outbound extension.location mailbox mailbox.email mailbox.emails mailbox.no_attach mailbox.delete",
        "mailbox.operator mailbox.max_s mailbox.greetings schedule schedule.exceptions prompt prompt.languages",
        "time_switch time_switch.holiday menu menu.long_keys menu.star_hash menu.direct_dial menu.direct_dial_list",
        "menu.invalid_prompt menu.digit_timeout menu.timeout menu.tries menu.two_ends menu.replay_key",
        "ring_group.simultaneous ring_group.sequential ring_group.rotating ring_group.random ring_group.outside",
        "ring_group.confirm ring_group.greeting ring_group.caller_prefix ring_group.busy ring_group.offline",
        "queue queue.ringall queue.leastrecent queue.fewestcalls queue.random queue.rrmemory queue.linear",
        "queue.penalty queue.wrapup queue.max_wait queue.retry queue.max_callers queue.greeting queue.announce",
        "queue.exit_keys queue.join_empty queue.caller_prefix queue.full queue.no_agents announcement voicemail",
        "voicemail.greeting directory.list directory.by directory.operator external external.trunk external.caller",
        "external.confirm external.busy caller_match.prefix caller_match.anonymous toggle page page.duplex conference",
        "conference.announce hangup hangup.cause hangup.prompt to.language to.caller_prefix to.priority to.greeting",
        "to.cause trunk.channels emergency emergency.callback emergency.test_numbers emergency.accept_prefixes",
        "numbering numbering.parking numbering.outbound_prefix feature_codes feature.voicemail feature.voicemail_any",
        "feature.pickup feature.directory feature.echo_test ring_group.delay outbound.prefix queue.music",
        "number.emergency_registered schedule.override",
    ),
    "number.fax": approximated("A fax is a call like any other: where it leads, a fax machine or its adapter answers."),
    "extension.mobile": unsupported("A mobile number is only kept here. It rings where it is named as follow-me."),
    "mailbox.transcribe": unsupported("Asterisk does not turn messages into text. Have the mail program do it."),
    "holiday_set": approximated("Its days are written out for the years of its horizon. Export again before they end."),
    "prompt.file": approximated("Rename the recording to what prompts.csv says."),
    "queue.outside": approximated("A number outside counts as reachable until it is called."),
    "directory": approximated(
        "Callers who spell a name that nobody has may try again; silence, # or * leads on. A name is spelled out until "
        "its owner has recorded it."
    ),
    "trunk": approximated(f"Its password and the addresses of the carrier are to be filled in ({CARRIERS_FILE})."),
    "trunk.registers": approximated(f"The registration is to be switched on ({CARRIERS_FILE})."),
    "outbound": approximated("The classes are patterns of the country's numbers; Asterisk does not know every number."),
    "emergency.notify": approximated(
        "Telephones ring at the same time. A mail comes as that of a mailbox, about ten seconds later."
    ),
}  # fmt: skip
