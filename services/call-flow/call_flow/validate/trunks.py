"""Rules about the ways to the telephone network."""

from collections.abc import Iterator
from typing import Literal

from call_flow.flow.nodes import External
from call_flow.validate.context import Context
from call_flow.validate.naming import extensions, listed, quoted
from call_flow.validate.numbers import called
from call_flow.validate.rule import Found, Subject

TRUNKS = Subject()
#: Names that RFC 2606 and RFC 6761 keep for examples.
_EXAMPLES = (".example", ".test", ".invalid", ".localhost", "example.com", "example.net", "example.org")


@TRUNKS.rule(
    "trunk.none", "warning",
    title="No way to the telephone network",
    why="No call comes in or goes out without one, not even an emergency call.",
    fix="Which carrier does the customer have? Add a trunk with its host.",
)  # fmt: skip
def none(context: Context) -> Iterator[Found]:
    """The flow has no trunk."""
    if not context.flow.trunks and (context.flow.numbers or context.flow.extensions):
        yield Found("/trunks", "The flow has no trunk to the telephone network.")


@TRUNKS.rule(
    "trunk.example-host", "warning",
    title="A host that is an example",
    why="No such host exists on the internet.",
    fix="What is the host of the carrier? Enter its name or address.",
    reference="RFC 2606, RFC 6761",
)  # fmt: skip
def example_host(context: Context) -> Iterator[Found]:
    """The host of a trunk is a name kept for examples."""
    for position, trunk in enumerate(context.flow.trunks):
        if trunk.host.lower().endswith(_EXAMPLES):
            message = f"The trunk {quoted(trunk.name or trunk.id)} has the host {trunk.host}, an example."
            yield Found(f"/trunks/{position}/host", message)


@TRUNKS.rule(
    "trunk.no-username", "error",
    title="A trunk that registers without a name",
    why="The carrier does not know who registers, and refuses.",
    fix="Enter the user name that the carrier gave, or turn registration off.",
)  # fmt: skip
def no_username(context: Context) -> Iterator[Found]:
    """A trunk registers and has no user name."""
    for position, trunk in enumerate(context.flow.trunks):
        if trunk.registers and trunk.username is None:
            message = f"The trunk {quoted(trunk.name or trunk.id)} registers, but has no user name."
            yield Found(f"/trunks/{position}/registers", message)


@TRUNKS.rule(
    "trunk.few-channels", "warning",
    title="Too few channels to forward calls",
    why="A call that is sent on to an outside number takes two channels.",
    fix="Order at least two channels, or do not send calls outside.",
)  # fmt: skip
def few_channels(context: Context) -> Iterator[Found]:
    """All trunks together have one channel, and calls are sent outside."""
    channels = [trunk.channels for trunk in context.flow.trunks]
    if channels == [1] and any(True for _ in called(context)):
        yield Found("/trunks/0/channels", "The trunk carries one call at a time, but calls are sent outside.")


@TRUNKS.rule(
    "trunk.unused", "info",
    title="A trunk by which no call leaves",
    why="It may be left over, or missing from the routes.",
    fix="Use it in an outbound route, or leave it if calls only come in by it.",
)  # fmt: skip
def unused(context: Context) -> Iterator[Found]:
    """No route, outside call or emergency list names a trunk."""
    flow = context.flow
    used = {trunk for route in flow.outbound for trunk in route.trunks} | set(flow.emergency.trunks)
    used |= {node.trunk for node in flow.nodes if isinstance(node, External) and node.trunk}
    for position, trunk in enumerate(flow.trunks):
        if trunk.id not in used:
            yield Found(f"/trunks/{position}", f"No call leaves by the trunk {quoted(trunk.name or trunk.id)}.")


@TRUNKS.rule(
    "outbound.no-trunk", "error",
    title="An outbound route without a trunk",
    why="Calls that take it go nowhere.",
    fix="Name a trunk, or remove the route.",
)  # fmt: skip
def no_trunk(context: Context) -> Iterator[Found]:
    """The list of trunks of a route is empty."""
    for position, route in enumerate(context.flow.outbound):
        if not route.trunks:
            message = f"The outbound route {quoted(route.name or route.id)} has no trunk."
            yield Found(f"/outbound/{position}/trunks", message)


@TRUNKS.rule(
    "outbound.class-without-route", "warning",
    title="Calls that no route takes",
    why="Extensions that may make them hear that the number cannot be reached.",
    fix="Add the class to a route, or do not allow it to the extensions.",
)  # fmt: skip
def class_without_route(context: Context) -> Iterator[Found]:
    """Extensions may call nationally or internationally, there are trunks, and no route has the class."""
    if not context.flow.trunks:
        return
    routed = {item for route in context.flow.outbound for item in route.classes}
    wanted: dict[Literal["national", "international"], list[str]] = {"national": [], "international": []}
    for extension in context.flow.extensions:
        if extension.outbound in ("national", "international"):
            wanted["national"].append(extension.number)
        if extension.outbound == "international":
            wanted["international"].append(extension.number)
    for kind, numbers in wanted.items():
        if numbers and kind not in routed:
            yield Found("/outbound", f"{extensions(numbers)} may make {kind} calls, but no route takes them.")


@TRUNKS.rule(
    "outbound.shadowed", "warning",
    title="A route that is never taken",
    why="An earlier route takes the same calls.",
    fix="Put its trunks into that route, or give it another prefix.",
)  # fmt: skip
def shadowed(context: Context) -> Iterator[Found]:
    """Earlier routes of the same prefix have all classes of a route."""
    taken: dict[str, set[str]] = {}
    for position, route in enumerate(context.flow.outbound):
        before = taken.setdefault(route.prefix or "", set())
        if before.issuperset(route.classes):
            message = f"No call takes the outbound route {quoted(route.name or route.id)}."
            yield Found(f"/outbound/{position}", message)
        before.update(route.classes)


@TRUNKS.rule(
    "outbound.prefix-differs", "error",
    title="Two prefixes to get outside",
    why="Staff dial the one they were told, and get no line.",
    fix="Use the same prefix in the numbering and in the routes.",
)  # fmt: skip
def prefix_differs(context: Context) -> Iterator[Found]:
    """The numbering has a prefix, and no route has it."""
    stated = context.flow.numbering.outbound_prefix
    prefixes = {route.prefix for route in context.flow.outbound}
    if stated is not None and prefixes and stated not in prefixes:
        others = listed(sorted(prefix or "none" for prefix in prefixes))
        message = f"The prefix to get outside is {stated}, but the outbound routes have {others}."
        yield Found("/numbering/outbound_prefix", message)


@TRUNKS.rule(
    "outbound.trunk-twice", "warning",
    title="A trunk twice in a route",
    why="When it fails it is tried again instead of another.",
    fix="Name it once, and another one after it.",
)  # fmt: skip
def trunk_twice(context: Context) -> Iterator[Found]:
    """A route names a trunk more than once."""
    for position, route in enumerate(context.flow.outbound):
        for place, trunk in enumerate(route.trunks):
            if trunk in route.trunks[:place]:
                message = f'The outbound route {quoted(route.name or route.id)} names the trunk "{trunk}" twice.'
                yield Found(f"/outbound/{position}/trunks/{place}", message)
