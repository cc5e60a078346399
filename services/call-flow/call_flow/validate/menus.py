"""Rules about menus: what callers may press, and what happens when they do not."""

from collections.abc import Iterator

from call_flow.flow.graph import vertex
from call_flow.flow.nodes import Hangup, Menu
from call_flow.validate.context import Context
from call_flow.validate.rule import Found, Subject

MENUS = Subject()
_MOST_KEYS = 5
#: Keys that are not counted as choices.
SPECIAL = frozenset("0*#")


def menus(context: Context) -> Iterator[tuple[str, Menu]]:
    """Every menu with its pointer."""
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Menu):
            yield f"/nodes/{position}", node


@MENUS.rule(
    "menu.no-keys", "error",
    title="A menu in which nothing can be pressed",
    why="Every entry is wrong, whatever the caller presses.",
    fix="Wire its keys, or play an announcement instead.",
)  # fmt: skip
def no_keys(context: Context) -> Iterator[Found]:
    """Neither keys nor extensions to dial."""
    for where, menu in menus(context):
        if not menu.keys and menu.direct_dial == "none":
            yield Found(f"{where}/keys", f"{context.name(menu.id)} has no keys.")


@MENUS.rule(
    "menu.direct-dial-empty", "warning",
    title="Callers may dial extensions, but there are none",
    why="Whatever number a caller knows, the menu calls it wrong.",
    fix="Add the extensions, or set direct_dial to none.",
)  # fmt: skip
def direct_dial_empty(context: Context) -> Iterator[Found]:
    """Direct dial is on and has no extension."""
    for where, menu in menus(context):
        if menu.direct_dial != "none" and not context.dialable[menu.id]:
            message = f"{context.name(menu.id)} lets callers dial extensions, but there is none that they could dial."
            yield Found(f"{where}/direct_dial", message)


@MENUS.rule(
    "menu.no-zero", "warning",
    title="No key 0",
    why="Callers who are lost press 0 and expect a person.",
    fix="Lead key 0 to the front desk or a group.",
)  # fmt: skip
def no_zero(context: Context) -> Iterator[Found]:
    """A menu with keys has no 0, and who presses nothing does not come to a person either."""
    for where, menu in menus(context):
        without_key = context.paths.decisions.get(vertex(menu.no_input))
        if menu.keys and "0" not in menu.keys and without_key != 0:
            yield Found(f"{where}/keys", f"{context.name(menu.id)} has no key 0.")


@MENUS.rule(
    "menu.many-keys", "warning",
    title="More than five choices",
    why="Callers forget the first ones while they hear the last.",
    fix="Bring choices together, or ask in two steps.",
)  # fmt: skip
def many_keys(context: Context) -> Iterator[Found]:
    """More than five keys besides 0, * and #."""
    for where, menu in menus(context):
        if (count := len(menu.keys.keys() - SPECIAL)) > _MOST_KEYS:
            yield Found(f"{where}/keys", f"{context.name(menu.id)} has {count} choices.")


@MENUS.rule(
    "menu.hangs-up", "warning",
    title="Who presses nothing is cut off",
    why="Callers without keys, or who did not understand, have no way to a person.",
    fix="Lead no_input to the front desk, a group or a mailbox.",
)  # fmt: skip
def hangs_up(context: Context) -> Iterator[Found]:
    """No input ends the call."""
    for where, menu in menus(context):
        after = context.graph.nodes.get(menu.no_input.node or "")
        if menu.no_input.hangup or (isinstance(after, Hangup) and after.prompt is None):
            yield Found(f"{where}/no_input", f"{context.name(menu.id)} hangs up on callers who press nothing.")


@MENUS.rule(
    "menu.tries", "warning",
    title="An unusual number of tries",
    why="One try forgives no slip; more than five keep callers from ever reaching a person.",
    fix="Set max_tries to 2 or 3.",
)  # fmt: skip
def tries(context: Context) -> Iterator[Found]:
    """One try, or more than five."""
    for where, menu in menus(context):
        if not 1 < menu.max_tries <= 5:
            count = "1 try" if menu.max_tries == 1 else f"{menu.max_tries} tries"
            yield Found(f"{where}/max_tries", f"{context.name(menu.id)} gives callers {count}.")


@MENUS.rule(
    "menu.timeout", "warning",
    title="An unusual time to press a key",
    why="Under 3 seconds callers are too late; after 15 seconds of silence they think that the line is dead.",
    fix="Set timeout_s between 4 and 10, and digit_timeout_s below it.",
)  # fmt: skip
def timeout(context: Context) -> Iterator[Found]:
    """The time for the first key is short or long, or that for further keys is longer."""
    for where, menu in menus(context):
        if not 3 <= menu.timeout_s <= 15:
            message = f"{context.name(menu.id)} waits {menu.timeout_s} s for a key after its prompt."
            yield Found(f"{where}/timeout_s", message)
        if menu.digit_timeout_s > menu.timeout_s:
            message = f"{context.name(menu.id)} waits longer for a further key ({menu.digit_timeout_s} s) "
            yield Found(f"{where}/digit_timeout_s", f"{message}than for the first ({menu.timeout_s} s).")
