"""Rules about names: what is named twice, and what is named but not there."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from call_flow.flow.graph import Vertex
from call_flow.flow.nodes import Directory, External, Menu, Page, Queue, RingGroup, TimeSwitch, Voicemail
from call_flow.validate.context import Context
from call_flow.validate.naming import quoted
from call_flow.validate.rule import Found, Subject

REFERENCES = Subject()


class _Named(Protocol):
    @property
    def id(self) -> str: ...


@REFERENCES.rule(
    "graph.duplicate-id", "error",
    title="An id that is used twice",
    why="Whoever names it means one of the two, and nobody knows which.",
    fix="Give one of them another id, and correct the places that mean it.",
)  # fmt: skip
def duplicate_id(context: Context) -> Iterator[Found]:
    """Two parts of a kind have the same id."""
    flow = context.flow
    lists: list[tuple[str, str, Sequence[_Named]]] = [
        ("node", "nodes", flow.nodes), ("site", "sites", flow.sites), ("schedule", "schedules", flow.schedules),
        ("holiday set", "holiday_sets", flow.holiday_sets), ("prompt", "prompts", flow.prompts),
        ("trunk", "trunks", flow.trunks), ("outbound route", "outbound", flow.outbound),
    ]  # fmt: skip
    lists += [("location", f"sites/{position}/locations", site.locations) for position, site in enumerate(flow.sites)]
    for kind, where, items in lists:
        seen: set[str] = set()
        for position, item in enumerate(items):
            if item.id in seen:
                yield Found(f"/{where}/{position}/id", f'Another {kind} has the id "{item.id}" too.')
            seen.add(item.id)


@REFERENCES.rule(
    "prompt.missing", "error",
    title="A prompt that does not exist",
    why="The caller would hear nothing, or the system would refuse to start the call.",
    fix="Add the prompt with its words, or name one that exists.",
)  # fmt: skip
def prompt_missing(context: Context) -> Iterator[Found]:
    """A prompt is named that the flow does not have."""
    for where, prompt, user in prompts_used(context):
        if prompt not in context.graph.prompts:
            yield Found(where, f'{user} plays the prompt "{prompt}", which does not exist.')


def prompts_used(context: Context) -> Iterator[tuple[str, str, str]]:
    """Pointer and id of every prompt that is named, and the name of the part that plays it."""
    for position, node in enumerate(context.flow.nodes):
        user = context.name(node.id)
        for field in ("prompt", "invalid_prompt", "greeting"):
            named = getattr(node, field, None)
            if named is not None and not (field == "greeting" and isinstance(node, Voicemail)):
                yield f"/nodes/{position}/{field}", str(named), user
        if isinstance(node, Queue) and node.announce and node.announce.prompt:
            yield f"/nodes/{position}/announce/prompt", node.announce.prompt, user
    for position, mailbox in enumerate(context.flow.mailboxes):
        user = context.name(Vertex("mailbox", mailbox.number))
        for field in ("unavailable_greeting", "busy_greeting"):
            if (named := getattr(mailbox, field)) is not None:
                yield f"/mailboxes/{position}/{field}", str(named), user


@REFERENCES.rule(
    "hours.schedule-missing", "error",
    title="A schedule that does not exist",
    why="Nobody knows when it is open.",
    fix="Add the schedule with its hours, or name one that exists.",
)  # fmt: skip
def schedule_missing(context: Context) -> Iterator[Found]:
    """A time switch asks a schedule that the flow does not have."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, TimeSwitch) and node.schedule not in context.graph.schedules:
            message = f'{context.name(node.id)} asks the schedule "{node.schedule}", which does not exist.'
            yield Found(f"/nodes/{position}/schedule", message)


@REFERENCES.rule(
    "holidays.set-missing", "error",
    title="A holiday set that does not exist",
    why="The system would be open on every holiday.",
    fix="Add the holiday set, or name one that exists.",
)  # fmt: skip
def holiday_set_missing(context: Context) -> Iterator[Found]:
    """A schedule names a holiday set that the flow does not have."""
    for position, schedule in enumerate(context.flow.schedules):
        if schedule.holiday_set is not None and schedule.holiday_set not in context.graph.holiday_sets:
            message = f"The schedule {quoted(schedule.name or schedule.id)} uses the holiday set "
            yield Found(
                f"/schedules/{position}/holiday_set", f'{message}"{schedule.holiday_set}", which does not exist.'
            )


@REFERENCES.rule(
    "place.site-missing", "error",
    title="A site that does not exist",
    why="Dispatchers could not be told where the telephone stands.",
    fix="Add the site with its address, or name one that exists.",
)  # fmt: skip
def site_missing(context: Context) -> Iterator[Found]:
    """A number or extension names a site that the flow does not have."""
    for position, number in enumerate(context.flow.numbers):
        if number.site is not None and number.site not in context.sites:
            who = context.name(Vertex("number", number.e164))
            yield Found(f"/numbers/{position}/site", f'{who} names the site "{number.site}", which does not exist.')
    for position, extension in enumerate(context.flow.extensions):
        if extension.site is not None and extension.site not in context.sites:
            message = f'{context.of(extension)} stands at the site "{extension.site}", which does not exist.'
            yield Found(f"/extensions/{position}/site", message)


@REFERENCES.rule(
    "place.location-missing", "error",
    title="A location that does not exist",
    why="Dispatchers could not be told on which floor or in which room the telephone stands.",
    fix="Add the location to the site of this extension, or name one that it has.",
)  # fmt: skip
def location_missing(context: Context) -> Iterator[Found]:
    """An extension names a location that its site does not have."""
    known = {site.id: {location.id for location in site.locations} for site in context.flow.sites}
    for position, extension in enumerate(context.flow.extensions):
        if extension.location is None or (extension.site is not None and extension.site not in known):
            continue
        if extension.site is None or extension.location not in known[extension.site]:
            place = f'the site "{extension.site}" does not have' if extension.site else "belongs to no site"
            message = f'{context.of(extension)} stands at the location "{extension.location}", which {place}.'
            yield Found(f"/extensions/{position}/location", message)


@REFERENCES.rule(
    "trunk.missing", "error",
    title="A trunk that does not exist",
    why="Calls that should leave by it cannot.",
    fix="Add the trunk, or name one that exists.",
)  # fmt: skip
def trunk_missing(context: Context) -> Iterator[Found]:
    """A trunk is named that the flow does not have."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, External) and node.trunk is not None and node.trunk not in context.trunks:
            message = f'{context.name(node.id)} goes out by the trunk "{node.trunk}", which does not exist.'
            yield Found(f"/nodes/{position}/trunk", message)
    for position, route in enumerate(context.flow.outbound):
        for place, trunk in enumerate(route.trunks):
            if trunk not in context.trunks:
                message = f'The outbound route {quoted(route.name or route.id)} takes the trunk "{trunk}"'
                yield Found(f"/outbound/{position}/trunks/{place}", f"{message}, which does not exist.")
    for place, trunk in enumerate(context.flow.emergency.trunks):
        if trunk not in context.trunks:
            message = f'Emergency calls take the trunk "{trunk}", which does not exist.'
            yield Found(f"/emergency/trunks/{place}", message)


@REFERENCES.rule(
    "voicemail.mailbox-missing", "error",
    title="A mailbox that does not exist",
    why="The caller is asked for a message that nobody keeps.",
    fix="Add the mailbox, or name one that exists.",
)  # fmt: skip
def mailbox_missing(context: Context) -> Iterator[Found]:
    """A voicemail node or an extension names a mailbox that the flow does not have."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Voicemail) and node.mailbox not in context.graph.mailboxes:
            message = f"{context.name(node.id)} takes messages for mailbox {node.mailbox}, which does not exist."
            yield Found(f"/nodes/{position}/mailbox", message)
    for position, extension in enumerate(context.flow.extensions):
        if extension.mailbox is not None and extension.mailbox not in context.graph.mailboxes:
            message = f"{context.of(extension)} has the mailbox {extension.mailbox}, which does not exist."
            yield Found(f"/extensions/{position}/mailbox", message)


@REFERENCES.rule(
    "group.member-missing", "error",
    title="A member that does not exist",
    why="It never rings there.",
    fix="Add the extension, or take it out of the list.",
)  # fmt: skip
def member_missing(context: Context) -> Iterator[Found]:
    """A group, queue, paging group or directory lists an extension that the flow does not have."""
    for position, node in enumerate(context.flow.nodes):
        match node:
            case RingGroup():
                listed = [(f"members/{at}/extension", item.extension) for at, item in enumerate(node.members)]
            case Queue():
                listed = [(f"agents/{at}/extension", item.extension) for at, item in enumerate(node.agents)]
            case Page():
                listed = [(f"members/{at}", item) for at, item in enumerate(node.members)]
            case Directory() if node.extensions != "listed":
                listed = [(f"extensions/{at}", item) for at, item in enumerate(node.extensions)]
            case _:
                continue
        for where, number in listed:
            if number is not None and number not in context.graph.extensions:
                message = f"{context.name(node.id)} lists extension {number}, which does not exist."
                yield Found(f"/nodes/{position}/{where}", message)


@REFERENCES.rule(
    "menu.direct-dial-missing", "error",
    title="Callers may dial an extension that does not exist",
    why="Who dials it is told that the entry is wrong.",
    fix="Add the extension, or take it out of the list.",
)  # fmt: skip
def direct_dial_missing(context: Context) -> Iterator[Found]:
    """The list of extensions that may be dialled in a menu has one that the flow does not have."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Menu) and isinstance(node.direct_dial, list):
            for place, number in enumerate(node.direct_dial):
                if number not in context.graph.extensions:
                    message = f"In {context.name(node.id)} callers may dial {number}, which is no extension."
                    yield Found(f"/nodes/{position}/direct_dial/{place}", message)
