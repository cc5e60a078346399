"""What a call shows besides its way: the caller's name and number to whoever answers, the greeting of a mailbox, that
somebody outside is asked to take the call, and to emergency services where the telephone stands.
"""

from collections.abc import Callable
from html import unescape

from call_flow.export.asterisk import emergency
from call_flow.export.asterisk.escape import words
from call_flow.export.asterisk.system import System
from call_flow.flow.destination import Destination
from call_flow.flow.graph import Graph, Vertex, VertexKind
from call_flow.flow.nodes import External, Queue, RingGroup
from call_flow.flow.scenario import Case, Step
from call_flow.pbx import sip
from call_flow.pbx.record import CallRecord, LegRecord

#: What the name of every caller from outside begins with.
NAMED = "case"
_GREETINGS = {"en/vm-isonphone": "busy", "en/vm-isunavail": "unavailable"}
#: What the steps of a path are of, as far as they are of no node.
_KINDS: dict[str, VertexKind] = {"number": "number", "extension": "extension", "mailbox": "mailbox"}
_QUESTION = "en/followme/options"


def difference(case: Case, record: CallRecord, graph: Graph) -> str:
    """In a sentence what was shown otherwise than the flow says; empty if nothing was."""
    checks: tuple[Callable[[Case, CallRecord, Graph], str], ...] = (_name, _greeting, _outside, _from_inside, _help)
    return next((found for check in checks if (found := check(case, record, graph))), "")


def _name(case: Case, record: CallRecord, graph: Graph) -> str:
    """Words that the flow puts before the name of a caller from outside."""
    leg = _connected(record)
    if leg is None or leg.number not in graph.extensions or record.caller in graph.extensions:
        return ""
    if case.scenario.from_ == "anonymous":
        return ""
    prefix = ""
    for step in case.expect.path:
        node = graph.nodes.get(step.node)
        if step.kind == "number":
            prefix = graph.numbers[step.node].caller_prefix or prefix
        elif isinstance(node, Queue | RingGroup):
            prefix = node.caller_prefix or prefix
        there = _destination(step, graph)
        prefix = (there and there.set and there.set.caller_prefix) or prefix
    wanted = words(prefix).replace("\\;", ";")
    if leg.caller_name.partition(NAMED)[0].strip() == wanted:
        return ""
    return f"{leg.number} should be shown '{wanted}' before the caller's name, and was shown '{leg.caller_name}'."


def _greeting(case: Case, record: CallRecord, graph: Graph) -> str:
    """The system's own greeting of a mailbox."""
    if case.expect.terminal.type != "message_left" or len(case.expect.path) < 2:
        return ""
    there = _destination(case.expect.path[-2], graph)
    mailbox = graph.mailboxes.get(case.expect.terminal.target)
    if there is None or mailbox is None or there.mailbox != mailbox.number:
        return ""
    wanted = there.greeting or "unavailable"
    own = {"busy": mailbox.busy_greeting, "unavailable": mailbox.unavailable_greeting}
    if own.get(wanted) is not None:
        return ""  # is one of the flow's prompts
    heard = next((_GREETINGS[name] for name in reversed(record.heard) if name in _GREETINGS), "none")
    if heard == wanted:
        return ""
    return f"Mailbox {mailbox.number} should be begun with the greeting '{wanted}', and was with '{heard}'."


def _outside(case: Case, record: CallRecord, graph: Graph) -> str:
    """What somebody outside is shown and asked to whom a node of the flow leads."""
    node = next((node for step in reversed(case.expect.path) if (node := graph.nodes.get(step.node))), None)
    leg = _connected(record)
    if leg is None or not isinstance(node, External) or case.expect.terminal.target != node.number:
        return ""
    if node.confirm != (_QUESTION in leg.heard):
        return f"{leg.number} should {'' if node.confirm else 'not '}be asked to take the call."
    own = next((step.node for step in case.expect.path if step.kind == "number"), None)
    if node.caller_id == "own" and own is not None and leg.caller != own:
        return f"{leg.number} should be shown {own}, and was shown {leg.caller}."
    return ""


def _from_inside(case: Case, record: CallRecord, graph: Graph) -> str:
    """The number with which the customer's telephones call outside."""
    caller, leg = graph.extensions.get(record.caller), _connected(record)
    if caller is None or leg is None or not any(step.kind == "outbound" for step in case.expect.path):
        return ""
    own = (caller.caller_id and caller.caller_id.external) or _system(graph).own_number(caller.site)
    return (
        "" if own is None or leg.caller == own else f"{leg.number} should be shown {own}, and was shown {leg.caller}."
    )


def _help(case: Case, record: CallRecord, graph: Graph) -> str:
    """What a dispatcher is shown."""
    caller, number = graph.extensions.get(record.caller), case.expect.terminal.target
    leg = next((leg for leg in reversed(record.legs) if leg.number == number), None)
    if case.expect.terminal.type != "emergency" or caller is None or leg is None:
        return ""
    system = _system(graph)
    back = emergency.callback(system, caller)
    if back is not None and leg.caller != back:
        return f"{number} should be shown {back} to call back, and was shown {leg.caller}."
    site = next((site for site in graph.flow.sites if site.id == caller.site), None)
    place = unescape(dict(sip.parts(leg.invite)).get("application/pidf+xml", b"").decode(errors="replace"))
    if emergency.place_of(system, caller) and site and site.address:
        for value in (site.address.street, site.address.house_number, site.address.city):
            if words(value or "") not in place:
                return f"{number} should be told the address of {site.name}: {value} is missing."
    return ""


def _connected(record: CallRecord) -> LegRecord | None:
    """The last leg to which the caller was put through."""
    through = [leg for leg in record.legs if leg.connected_seconds is not None]
    return max(through, key=lambda leg: leg.connected_seconds or 0.0, default=None)


def _destination(step: Step, graph: Graph) -> Destination | None:
    """Where a place of a path leads by its outcome."""
    kind = _KINDS.get(step.kind, "node")
    edges = graph.outgoing.get(Vertex(kind, step.node), ())
    return next((edge.destination for edge in edges if edge.outcome == step.outcome), None)


def _system(graph: Graph) -> System:
    return System(graph.flow, lambda name: name)
