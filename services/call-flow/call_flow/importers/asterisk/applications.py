"""Applications of the dialplan that lead nowhere else, and why a flow does not say what they do."""

#: Steps that change nothing of where a call goes.
PASSED = frozenset(
    [
        "answer",
        "cdr",
        "clearhash",
        "continuewhile",
        "dbdel",
        "dbdeltree",
        "dbput",
        "dumpchan",
        "echocancel",
        "forkcdr",
        "log",
        "nocdr",
        "noop",
        "playtones",
        "proceeding",
        "progress",
        "raiseexception",
        "resetcdr",
        "ringing",
        "senddtmf",
        "setamaflags",
        "setcallerpres",
        "setlanguage",
        "setmusiconhold",
        "sipaddheader",
        "sipdtmfmode",
        "sipremoveheader",
        "stackpop",
        "stopmixmonitor",
        "stopmonitor",
        "stopplaytones",
        "userevent",
        "verbose",
        "wait",
        "waitforsilence",
    ]
)
#: Steps that end a call.
ENDS = frozenset(["hangup", "busy", "congestion"])
#: Steps that play or say something.
SPEAKS = frozenset(
    [
        "playback",
        "background",
        "controlplayback",
        "saydigits",
        "saynumber",
        "sayalpha",
        "sayphonetic",
        "sayunixtime",
        "datetime",
        "sayanytime",
        "festival",
        "swift",
        "backgrounddetect",
    ]
)
#: Steps that do something besides; calls go on after them.
BESIDES = {
    "mixmonitor": "Whether calls are recorded is no part of a flow.",
    "monitor": "Whether calls are recorded is no part of a flow.",
    "record": "Recording a caller outside a mailbox is no part of a flow.",
    "system": "It runs a program. Calls go on after it.",
    "trysystem": "It runs a program. Calls go on after it.",
    "agi": "It asks a program, which is not run. Calls go on after it as if it had said nothing.",
    "fastagi": "It asks a program, which is not run. Calls go on after it as if it had said nothing.",
    "deadagi": "It asks a program, which is not run. Calls go on after it as if it had said nothing.",
    "lookupblacklist": "Blocked callers are not kept.",
    "lookupcidname": "Names of callers are not looked up.",
    "privacymanager": "Callers without a number are not asked for one.",
    "zapateller": "It keeps out calls of machines.",
    "sendtext": "Texts are not sent.",
    "musiconhold": "Music that is played to nobody in a queue is not kept.",
    "wait4digit": "Keys are not waited for here.",
    "chanisavail": "Whether a telephone is free is asked only by ringing it.",
    "setcdruserfield": "Accounting is no part of a flow.",
    "originate": "Calls that a call begins are no part of a flow.",
}
#: Steps where calls end, as far as a flow goes.
DEAD = {
    "disa": "It lets callers dial out. That is never imported.",
    "voicemailmain": "Mailboxes are listened to from telephones; callers from outside do not come there.",
    "park": "Callers are not parked by the dialplan of a flow.",
    "parkedcall": "Parked calls are taken back from telephones.",
    "transfer": "A flow does not hand calls back to the carrier.",
    "chanspy": "Listening to calls of others is no part of a flow.",
    "followme": "followme.conf is not read; give the extension its further numbers.",
    "stasis": "A program decides where calls go.",
    "externalivr": "A program decides where calls go.",
    "meetmeadmin": "Conferences are not administered by a flow.",
    "agentlogin": "Agents of a flow are always there.",
    "dictate": "There is no dictation in a flow.",
    "echo": "It is a test for telephones; callers from outside do not come there.",
    "milliwatt": "It is a test for telephones; callers from outside do not come there.",
    "pickup": "Calls are picked up from telephones.",
    "faxreceive": "Fax machines are no part of a flow.",
    "receivefax": "Fax machines are no part of a flow.",
}
