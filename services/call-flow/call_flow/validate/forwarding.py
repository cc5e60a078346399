"""Rules about calls that are sent outside at the customer's cost."""

from collections.abc import Iterator

from call_flow.flow.nodes import External
from call_flow.validate.context import Context
from call_flow.validate.numbers import called
from call_flow.validate.paths import chosen
from call_flow.validate.rule import Found, Subject
from call_flow.validate.telephony import plan

FORWARDING = Subject()


@FORWARDING.rule(
    "security.forward-unlimited", "warning",
    title="Calls are sent outside without a way back",
    why="The caller stays there, at the customer's cost, whatever answers; busy and no answer lead nowhere.",
    fix="Use an outside call (kind external) with a ring time, confirm and a destination when nobody answers.",
    reference="toll fraud",
)  # fmt: skip
def forward_unlimited(context: Context) -> Iterator[Found]:
    """An outcome leads to an outside number itself."""
    for edge in context.explicit():
        if edge.target.kind == "external" and edge.source in context.from_outside:
            message = f"{context.name(edge.source)} sends callers to {edge.target.name}, and there the call stays."
            yield Found(edge.pointer, message)


@FORWARDING.rule(
    "security.chosen-outside", "warning",
    title="Callers can choose to be sent outside",
    why="Strangers who try keys find it, and call at the customer's cost as often as they like.",
    fix="Lead the key to an extension or group; let it go outside only when nobody answers, with confirm.",
    reference="toll fraud",
)  # fmt: skip
def chosen_outside(context: Context) -> Iterator[Found]:
    """A key of a menu, queue, mailbox or directory leads to a number, or to an outside call without confirm."""
    for edge in context.explicit():
        if not chosen(edge) or edge.source not in context.from_outside:
            continue
        node = context.graph.nodes.get(edge.target.name) if edge.target.kind == "node" else None
        if edge.target.kind == "external" or (isinstance(node, External) and not node.confirm):
            yield Found(edge.pointer, f"Callers of {context.name(edge.source)} can choose to be sent outside.")


@FORWARDING.rule(
    "security.international-forward", "warning",
    title="Calls are sent abroad",
    why="Each call costs the customer money, and it is what toll fraud looks for.",
    fix="Is it right? Ask the carrier for a limit.",
    reference="toll fraud",
)  # fmt: skip
def international_forward(context: Context) -> Iterator[Found]:
    """A number that calls are sent to belongs to a country where neither customer nor sites are."""
    for use in called(context):
        country = plan(use.e164).country
        if country and country not in context.countries:
            yield Found(use.pointer, f"{use.user} sends calls to {use.e164} in {country}.")


@FORWARDING.rule(
    "security.premium-forward", "error",
    title="Calls are sent to a premium number",
    why="Strangers earn money with every call to it.",
    fix="Remove the number.",
    reference="toll fraud; the number plans as the phonenumbers library knows them",
)  # fmt: skip
def premium_forward(context: Context) -> Iterator[Found]:
    """A number that calls are sent to is at premium rate."""
    for use in called(context):
        if plan(use.e164).premium:
            yield Found(use.pointer, f"{use.user} sends calls to the premium number {use.e164}.")


@FORWARDING.rule(
    "security.caller-id-passed", "warning",
    title="The caller's number is shown as the customer's",
    why="Many carriers refuse calls with a number that is not the customer's, or mark them as doubtful.",
    fix="Ask the carrier, or use own as caller_id.",
    reference="in the United States 47 CFR 64.6301, caller ID authentication",
)  # fmt: skip
def caller_id_passed(context: Context) -> Iterator[Found]:
    """An outside call shows the number of the caller."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, External) and node.caller_id == "caller":
            yield Found(f"/nodes/{position}/caller_id", f"{context.name(node.id)} shows the number of the caller.")
