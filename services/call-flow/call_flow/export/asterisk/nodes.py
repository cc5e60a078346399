"""A context for every node, mailbox, extension, number and end."""

from call_flow.export.asterisk import names
from call_flow.export.asterisk.dialplan import Dialplan, Step, when_equal
from call_flow.export.asterisk.directories import directory
from call_flow.export.asterisk.groups import ring_group
from call_flow.export.asterisk.hours import time_switch
from call_flow.export.asterisk.menus import menu
from call_flow.export.asterisk.queues import queue
from call_flow.export.asterisk.ringing import CONFIRM, OWN, branches
from call_flow.export.asterisk.services import user_profile
from call_flow.export.asterisk.switches import caller_match, toggle
from call_flow.export.asterisk.system import CAUSES, System
from call_flow.flow.destination import Destination
from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import (
    Announcement,
    CallerMatch,
    Conference,
    Directory,
    External,
    Hangup,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
    Toggle,
    Voicemail,
)  # fmt: skip

_RING_SECONDS = 60


def nodes(system: System, dialplan: Dialplan) -> None:
    """The contexts of all nodes."""
    for node in system.plan.nodes:
        _node(system, dialplan, names.context(Vertex("node", node.id)), node)


def _node(system: System, dialplan: Dialplan, name: str, node: Node) -> None:  # noqa: PLR0912 - a branch for each kind
    match node:
        case TimeSwitch():
            time_switch(system, dialplan, name, node)
        case Menu():
            menu(system, dialplan, name, node)
        case RingGroup():
            ring_group(system, dialplan, name, node)
        case Queue():
            queue(system, dialplan, name, node)
        case Directory():
            directory(system, dialplan, name, node)
        case CallerMatch():
            caller_match(system, dialplan, name, node)
        case Toggle():
            toggle(system, dialplan, name, node)
        case External():
            dialplan.place(name, _external(system, node))
        case Announcement():
            dialplan.place(name, [*system.play(node.prompt), *system.go(node.then)])
        case Voicemail():
            there = Destination(mailbox=node.mailbox, greeting=node.greeting)
            dialplan.place(name, system.go(there))
        case Page():
            _page(system, dialplan, name, node)
        case Conference():
            dialplan.place(
                name, ["Answer()", f"ConfBridge({node.room},default_bridge,{user_profile(node)})", "Hangup()"]
            )
        case Hangup():
            dialplan.place(name, [*system.play(node.prompt), *system.go(Destination(hangup=node.cause))])


def _external(system: System, node: External) -> list[Step]:
    trunks = {trunk.id for trunk in system.plan.trunks}
    way = names.trunk(node.trunk) if node.trunk in trunks and node.trunk else system.way_outside(node.number)
    options = (OWN if node.caller_id == "own" else "") + (CONFIRM if node.confirm else "")
    no_answer = system.go(node.no_answer)
    busy = system.go(node.busy) if node.busy else no_answer
    return [f"Gosub({way},s,1({node.number},{node.ring_s},{options}))", *branches({"busy": busy}, no_answer)]


def _page(system: System, dialplan: Dialplan, name: str, node: Page) -> None:
    """Phones that are not registered are left out; the others are told to answer by themselves."""
    reachable: list[Step] = [
        f"ExecIf($[${{LEN(${{PJSIP_DIAL_CONTACTS({number})}})}} > 0]?Set(PAGED=${{PAGED}}&PJSIP/{number}))"
        for number in dict.fromkeys(node.members) if system.has_phone(number)
    ]  # fmt: skip
    options = f"b(answer-at-once^s^1){'d' if node.duplex else ''}"
    dialplan.place(name, ["Answer()", "Set(PAGED=)", *reachable, f"Page(${{PAGED:1}},{options},30)", "Hangup()"])


def numbers(system: System, dialplan: Dialplan) -> None:
    """Where calls from outside come in: the customer's numbers, each as carriers write it, and nothing else."""
    entry = dialplan.context("from-trunk")
    known = {number.e164.removeprefix("+") for number in system.plan.numbers}
    for number in system.plan.numbers:
        name = names.context(Vertex("number", number.e164))
        digits = number.e164.removeprefix("+")
        written = [number.e164, digits]
        if digits.startswith("1") and len(digits) == 11 and digits[1:] not in known:
            written.append(digits[1:])
        for dialled in written:
            entry.extension(dialled, [f"Goto({name},s,1)"])
        language = names.language(number.language or system.flow.customer.languages[0])
        steps: list[Step] = [f"Set(CHANNEL(language)={language})", f"Set(__OWN={number.e164})"]
        dialplan.place(name, [*steps, *system.prefix(number.caller_prefix), *system.go(number.entry)])


def ends(system: System, dialplan: Dialplan) -> None:
    """Numbers outside that destinations name, the causes of a hang-up, and what is sent to phones that are paged."""
    for number in sorted({e.target.name for e in system.graph.edges if e.target.kind == "external" and not e.answers}):
        dialplan.place(
            names.context(Vertex("external", number)),
            [
                f"Gosub({system.way_outside(number)},s,1({number},{_RING_SECONDS},{OWN}))",
                when_equal("GOSUB_RETVAL", "busy", "busy"),
                "Goto(hangup-no_answer,s,1)",
                ("busy", "Goto(hangup-busy,s,1)"),
            ],
        )
    for cause, code in CAUSES.items():
        dialplan.place(names.context(Vertex("hangup", cause)), [f"Hangup({code})"])
    dialplan.place(
        "answer-at-once",
        [
            "Set(PJSIP_HEADER(add,Call-Info)=<sip:page>\\;answer-after=0)",
            "Set(PJSIP_HEADER(add,Alert-Info)=<http://page>\\;info=alert-autoanswer)",
            "Return()",
        ],
    )
