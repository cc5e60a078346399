"""Rules about what happens besides a call for help: who is told, and who is called back."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.flow.model import Extension
from call_flow.validate.context import Context
from call_flow.validate.naming import listed
from call_flow.validate.rule import Found, Subject
from call_flow.validate.telephony import plan

CALLBACKS = Subject()


@CALLBACKS.rule(
    "emergency.notice-empty", "error",
    title="A notice to nobody",
    why="It reaches nobody, or it is not known whom.",
    fix="Give each notice one of extension, email and number.",
)  # fmt: skip
def notice_empty(context: Context) -> Iterator[Found]:
    """A notice names none of extension, email and number, or several."""
    for position, notice in enumerate(context.flow.emergency.notify):
        given = [item for item in (notice.extension, notice.email, notice.number) if item is not None]
        if len(given) != 1:
            what = "nobody" if not given else listed(given)
            yield Found(f"/emergency/notify/{position}", f"Notice {position + 1} of emergency calls names {what}.")


@CALLBACKS.rule(
    "emergency.notice-missing", "error",
    title="A notice to an extension that does not exist",
    why="Nobody is told that somebody called for help.",
    fix="Name an extension that exists.",
)  # fmt: skip
def notice_missing(context: Context) -> Iterator[Found]:
    """The extension of a notice is not in the flow."""
    for position, notice in enumerate(context.flow.emergency.notify):
        if notice.extension is not None and notice.extension not in context.graph.extensions:
            message = f"Extension {notice.extension}, which is told of emergency calls, does not exist."
            yield Found(f"/emergency/notify/{position}/extension", message)


@CALLBACKS.rule(
    "emergency.notice-unheard", "warning",
    title="A notice where nobody hears it",
    why="A fax, a door station or an extension without a telephone tells nobody.",
    fix="Name an extension where somebody sits.",
)  # fmt: skip
def notice_unheard(context: Context) -> Iterator[Found]:
    """The device of a notified extension is fax, door or none."""
    for position, notice in enumerate(context.flow.emergency.notify):
        extension = context.graph.extensions.get(notice.extension or "")
        if extension and extension.device in ("fax", "door", "none"):
            message = f"{context.of(extension)} is told of emergency calls, but its device is {extension.device}."
            yield Found(f"/emergency/notify/{position}/extension", message)


@CALLBACKS.rule(
    "emergency.no-callback", "warning",
    title="No number to call back",
    why="When the call breaks off, emergency services cannot call back.",
    fix="Which number shall emergency services call back? Enter it as callback.",
)  # fmt: skip
def no_callback(context: Context) -> Iterator[Found]:
    """There are extensions and no callback number."""
    emergency = context.flow.emergency
    own = all(item.caller_id and item.caller_id.emergency for item in context.flow.extensions)
    if context.flow.extensions and emergency.callback is None and not own:
        yield Found("/emergency", "No number is given for emergency services to call back.")


def _callbacks(context: Context) -> Iterator[tuple[str, str, Extension | None]]:
    """Pointer, number, and the extension it is for."""
    if context.flow.emergency.callback:
        yield "/emergency/callback", context.flow.emergency.callback, None
    for position, extension in enumerate(context.flow.extensions):
        if extension.caller_id and extension.caller_id.emergency:
            yield f"/extensions/{position}/caller_id/emergency", extension.caller_id.emergency, extension


@CALLBACKS.rule(
    "emergency.callback-not-ours", "error",
    title="A number to call back that is not the customer's",
    why="Emergency services would reach somebody else, or the carrier refuses the call.",
    fix="Use one of the customer's numbers that leads to the site.",
)  # fmt: skip
def callback_not_ours(context: Context) -> Iterator[Found]:
    """A callback number is not among the numbers of the flow."""
    for where, number, extension in _callbacks(context):
        if context.graph.numbers and number not in context.graph.numbers:
            who = context.of(extension) if extension else "emergency calls"
            yield Found(where, f"The number to call back of {who}, {number}, is not among the customer's numbers.")


@CALLBACKS.rule(
    "emergency.callback-kind", "warning",
    title="A number to call back that does not suit",
    why="Toll-free numbers tell emergency services nothing about the place, and a fax cannot answer them.",
    fix="Use a local number of the site that people answer.",
)  # fmt: skip
def callback_kind(context: Context) -> Iterator[Found]:
    """A callback number is toll-free, or for fax."""
    for where, number, _ in _callbacks(context):
        listing = context.graph.numbers.get(number)
        if plan(number).toll_free or (listing and listing.kind == "fax"):
            what = "toll-free" if plan(number).toll_free else "for fax"
            yield Found(where, f"The number to call back, {number}, is {what}.")


@CALLBACKS.rule(
    "emergency.callback-other-site", "warning",
    title="A number to call back of another site",
    why="Emergency services would be sent to, or reach, another building.",
    fix="Set caller_id.emergency of the extension to a number of its own site.",
)  # fmt: skip
def callback_other_site(context: Context) -> Iterator[Found]:
    """The callback number of an extension belongs to another site, although its site has numbers."""
    local = {number.site for number in context.flow.numbers if number.kind != "fax"}
    for position, extension in enumerate(context.flow.extensions):
        own = extension.caller_id.emergency if extension.caller_id else None
        number = context.graph.numbers.get(own or context.flow.emergency.callback or "")
        if number is None or number.site is None or extension.site is None or extension.site not in local:
            continue
        if number.site != extension.site:
            message = f'{context.of(extension)} stands at "{extension.site}", but emergency services call back '
            where = f"/extensions/{position}" + ("/caller_id/emergency" if own else "")
            yield Found(where, f'{message}{number.e164} of "{number.site}".')


@CALLBACKS.rule(
    "emergency.nobody-calls-back", "warning",
    title="A number to call back that no person answers",
    why="When the call breaks off, emergency services reach a machine.",
    fix="Lead this number to people, or name another one.",
)  # fmt: skip
def nobody_calls_back(context: Context) -> Iterator[Found]:
    """The callback number of all comes to no human being while open."""
    number = context.flow.emergency.callback
    place = Vertex("number", number or "")
    if number in context.graph.numbers and place not in context.paths.decisions_in_hours:
        yield Found("/emergency/callback", f"The number to call back, {number}, leads to no person.")
