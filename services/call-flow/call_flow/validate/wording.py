"""Rules about whether what callers hear agrees with what they can press."""

from collections.abc import Iterator

from call_flow.flow.emergency_numbers import emergency_numbers
from call_flow.flow.model import Prompt
from call_flow.flow.nodes import Queue
from call_flow.validate.announced import LANGUAGES, announced
from call_flow.validate.context import Context
from call_flow.validate.keys import key_pointer
from call_flow.validate.menus import menus
from call_flow.validate.naming import listed
from call_flow.validate.pointers import pointer
from call_flow.validate.prompts import seconds
from call_flow.validate.rule import Found, Subject

WORDING = Subject()


def _understood(prompt: Prompt) -> dict[str, str]:
    return {language: text for language, text in prompt.texts.items() if language.split("-")[0] in LANGUAGES}


@WORDING.rule(
    "menu.key-not-wired", "error",
    title="A key is announced that leads nowhere",
    why="Who presses it is told that the entry is wrong.",
    fix="Wire the key, or take it out of the words of the prompt.",
)  # fmt: skip
def key_not_wired(context: Context) -> Iterator[Found]:
    """The prompt of a menu says a key that the menu does not have."""
    for where, menu in menus(context):
        if (prompt := context.graph.prompts.get(menu.prompt)) is None:
            continue
        known = {*menu.keys, menu.replay_key, *context.dialable[menu.id], *_for_help(context)}
        missing: dict[str, list[str]] = {}
        for language, text in _understood(prompt).items():
            for item in announced(text):
                if item.key not in known and len(item.key) <= 2:
                    missing.setdefault(item.key, []).append(language)
        for key, languages in missing.items():
            message = f"The prompt of {context.name(menu.id)} announces key {key} in {listed(languages)}, "
            yield Found(
                f"{where}/keys", f"{message}which leads nowhere.", f"Wire key {key}, or take it out of the words."
            )


def _for_help(context: Context) -> set[str]:
    return {number for country in context.countries for number in emergency_numbers(country)}


@WORDING.rule(
    "menu.key-never-announced", "warning",
    title="A key that no prompt announces",
    why="Callers do not know of it.",
    fix="Say it in the words of the prompt; leave it if only those shall use it who know it.",
)  # fmt: skip
def key_never_announced(context: Context) -> Iterator[Found]:
    """A menu has a key that its prompt does not say in some language."""
    for where, menu in menus(context):
        prompt = context.graph.prompts.get(menu.prompt)
        said = {language: announced(text) for language, text in _understood(prompt).items()} if prompt else {}
        for key in menu.keys:
            silent = [language for language, items in said.items() if key not in {item.key for item in items}]
            if silent:
                message = f"Key {key} of {context.name(menu.id)} is not announced in {listed(silent)}."
                yield Found(key_pointer(where, key), message)


@WORDING.rule(
    "queue.key-never-announced", "warning",
    title="Waiting callers are not told of a key",
    why="They could leave the queue, but do not know how.",
    fix="Say it in the greeting or in the announcement of the queue.",
)  # fmt: skip
def queue_key_never_announced(context: Context) -> Iterator[Found]:
    """A queue has an exit key that neither greeting nor announcement says."""
    for position, node in enumerate(context.flow.nodes):
        if not isinstance(node, Queue) or not node.exit_keys:
            continue
        names = [node.greeting or "", (node.announce.prompt or "") if node.announce else ""]
        heard = [context.graph.prompts[name] for name in names if name in context.graph.prompts]
        said = {item.key for prompt in heard for text in prompt.texts.values() for item in announced(text)}
        if any(len(_understood(prompt)) < len(prompt.texts) for prompt in heard):
            continue
        for key in node.exit_keys:
            if key not in said:
                message = f"Callers who wait in {context.name(node.id)} are not told of key {key}."
                yield Found(f"/nodes/{position}" + pointer("exit_keys", key), message)


@WORDING.rule(
    "menu.key-before-action", "info",
    title="The key is said before what it is for",
    why="Callers listen for what they want and have forgotten the key by then.",
    fix='Say "for sales, press 1", not "press 1 for sales".',
)  # fmt: skip
def key_before_action(context: Context) -> Iterator[Found]:
    """The prompt of a menu says `press 1 for sales`."""
    for where, menu in menus(context):
        prompt = context.graph.prompts.get(menu.prompt)
        for language, text in _understood(prompt).items() if prompt else ():
            if keys := [item.key for item in announced(text) if item.before]:
                message = f"The prompt of {context.name(menu.id)} says key {listed(keys)} before what it is for"
                yield Found(f"{where}/prompt", f"{message} ({language}).")
                break


@WORDING.rule(
    "menu.long-prompt", "warning",
    title="A long menu",
    why="Callers do not listen to a menu for more than half a minute.",
    fix="Shorten the words, and leave what is not a choice to an announcement.",
)  # fmt: skip
def long_menu(context: Context) -> Iterator[Found]:
    """The prompt of a menu takes more than 30 seconds."""
    for where, menu in menus(context):
        prompt = context.graph.prompts.get(menu.prompt)
        if prompt and (length := seconds(prompt)) > 30:
            yield Found(f"{where}/prompt", f"The prompt of {context.name(menu.id)} takes about {length:.0f} s.")
