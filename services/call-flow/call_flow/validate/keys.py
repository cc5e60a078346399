"""Rules about the keys of menus."""

from bisect import bisect
from collections.abc import Iterator
from itertools import pairwise

from call_flow.flow.destination import Destination
from call_flow.flow.nodes import Menu
from call_flow.validate.codes import staff_codes
from call_flow.validate.context import Context
from call_flow.validate.menus import SPECIAL, menus
from call_flow.validate.naming import listed
from call_flow.validate.pointers import pointer
from call_flow.validate.rule import Found, Subject

KEYS = Subject()


def key_pointer(where: str, key: str) -> str:
    """The pointer of a key of a menu."""
    return where + pointer("keys", key)


@KEYS.rule(
    "menu.key-is-extension", "error",
    title="A key that is an extension too",
    why="Whoever presses it means one or the other.",
    fix="Use another key, or do not let callers dial this extension here.",
)  # fmt: skip
def key_is_extension(context: Context) -> Iterator[Found]:
    """A key of several digits is the number of an extension that callers may dial."""
    for where, menu in menus(context):
        dialable = set(context.dialable[menu.id])
        for key, destination in menu.keys.items():
            if key in dialable and destination != Destination(extension=key):
                message = f"Key {key} of {context.name(menu.id)} is also an extension that callers may dial there."
                yield Found(key_pointer(where, key), message)


@KEYS.rule(
    "menu.key-prefix-of-extension", "warning",
    title="Extensions begin with this key",
    why="After the key the system waits for another, so whoever wants the key waits each time.",
    fix="Use a key that no extension begins with, number the extensions otherwise, or turn direct dial off.",
)  # fmt: skip
def key_prefix_of_extension(context: Context) -> Iterator[Found]:
    """A key is the beginning of an extension that callers may dial in the menu."""
    for where, menu in menus(context):
        dialable = context.dialable[menu.id]
        for key in menu.keys:
            first = bisect(dialable, key)
            after = bisect(dialable, f"{key}:")  # the colon comes after the digits
            if begun := dialable[first:after]:
                message = f"Key {key} of {context.name(menu.id)} waits {menu.digit_timeout_s} s for more, as "
                yield Found(
                    key_pointer(where, key), f"{message}callers may dial {listed(begun)} there.")  # fmt: skip


@KEYS.rule(
    "menu.key-prefix-of-key", "warning",
    title="Another key begins with this one",
    why="After the key the system waits for another, so whoever wants the shorter one waits each time.",
    fix="Use keys of one digit, or keys that do not begin alike.",
)  # fmt: skip
def key_prefix_of_key(context: Context) -> Iterator[Found]:
    """A key is the beginning of another key of the menu."""
    for where, menu in menus(context):
        ordered = sorted(menu.keys)
        for key, following in pairwise(ordered):
            if following.startswith(key):
                message = f"Key {key} of {context.name(menu.id)} waits {menu.digit_timeout_s} s for {following}."
                yield Found(key_pointer(where, key), message)


@KEYS.rule(
    "menu.replay-key-taken", "error",
    title="The key that repeats the menu has another meaning",
    why="Whoever presses it gets one or the other.",
    fix="Choose another key for repeating, or remove the other meaning.",
)  # fmt: skip
def replay_key_taken(context: Context) -> Iterator[Found]:
    """The replay key is among the keys, or an extension that callers may dial."""
    for where, menu in menus(context):
        if menu.replay_key and (menu.replay_key in menu.keys or menu.replay_key in context.dialable[menu.id]):
            message = f"Key {menu.replay_key} of {context.name(menu.id)} repeats the menu and leads elsewhere too."
            yield Found(f"{where}/replay_key", message)


@KEYS.rule(
    "menu.key-to-itself", "warning",
    title="A key that leads to its own menu",
    why="It begins the menu anew and forgets how often the caller has failed.",
    fix="Use replay_key, which repeats the prompt.",
)  # fmt: skip
def key_to_itself(context: Context) -> Iterator[Found]:
    """A key's destination is the menu."""
    for where, menu in menus(context):
        for key, destination in menu.keys.items():
            if destination.node == menu.id:
                message = f"Key {key} of {context.name(menu.id)} leads to the menu itself."
                yield Found(key_pointer(where, key), message)


@KEYS.rule(
    "menu.zero-differs", "warning",
    title="Key 0 means different things",
    why="Callers learn a key once and use it everywhere.",
    fix="Lead 0 to the same place in menus that follow each other.",
)  # fmt: skip
def zero_differs(context: Context) -> Iterator[Found]:
    """Of two menus of which one leads to the other, key 0 leads to different places."""
    for where, menu in menus(context):
        for destination in menu.keys.values():
            below = context.graph.nodes.get(destination.node or "")
            if not isinstance(below, Menu) or below.id == menu.id:
                continue
            above, here = menu.keys.get("0"), below.keys.get("0")
            back = Destination(node=menu.id)
            if above and here and here not in (above, back) and above.node != below.id:
                message = f"Key 0 of {context.name(menu.id)} leads to {context.name(above)}, "
                place = key_pointer(where, "0")
                yield Found(place, f"{message}but in {context.name(below.id)} below it to {context.name(here)}.")


@KEYS.rule(
    "menu.keys-alike", "info",
    title="Two keys that lead to the same place",
    why="One of them may have been meant for something else.",
    fix="Check both; leave it if callers may press either.",
)  # fmt: skip
def keys_alike(context: Context) -> Iterator[Found]:
    """Two digits of a menu have the same destination."""
    for where, menu in menus(context):
        seen: dict[str, str] = {}
        for key, destination in menu.keys.items():
            first = seen.setdefault(destination.model_dump_json(), key)
            if first != key and not {first, key} & SPECIAL:
                message = f"Keys {first} and {key} of {context.name(menu.id)} both lead to {context.name(destination)}."
                yield Found(key_pointer(where, key), message)


@KEYS.rule(
    "menu.key-is-code", "warning",
    title="A key that staff know as a code",
    why="Staff who call in press it and expect the function they know.",
    fix="Use digits for the keys of menus.",
)  # fmt: skip
def key_is_code(context: Context) -> Iterator[Found]:
    """A key with star or hash is a feature code."""
    codes = {code.dialled for code in staff_codes(context) if code.dialled[:1] in "*#"}
    for where, menu in menus(context):
        for key in menu.keys:
            if key in codes:
                message = f"Key {key} of {context.name(menu.id)} is also a code that staff dial."
                yield Found(key_pointer(where, key), message)
