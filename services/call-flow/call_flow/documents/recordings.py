"""What callers hear and press: the menus, and the texts to record."""

import re
from collections.abc import Iterator

from call_flow.documents.material import Material
from call_flow.flow.graph import Vertex
from call_flow.flow.model import Prompt
from call_flow.flow.nodes import Announcement, Hangup, Menu, Queue, RingGroup
from call_flow.render.rows import ANYONE, Row, rows
from call_flow.render.words import duration, human, several
from oberaconnect.typeset import Block, Cell, Column, Heading, Paragraph, Table

#: How fast announcements are read: about 150 words a minute, or 4 signs a second where words are not set apart.
_WORDS_A_SECOND = 2.5
_SIGNS_A_SECOND = 4.0
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]")
_STATES = {"draft": "to record", "tts": "computer voice", "recorded": "recorded", "approved": "approved"}


def menus(material: Material) -> Iterator[Block]:
    """The keys of each menu."""
    found = [node for node in material.flow.nodes if isinstance(node, Menu)]
    if not found:
        return
    yield Heading("Menus")
    for menu in found:
        yield Heading(material.names.node(menu), 2)
        said = material.names.prompt(menu.prompt)
        yield Paragraph(f"The caller hears: “{said}”" if said else f"The text “{menu.prompt}” is still missing.")
        keys = tuple(_key(material, row) for row in rows(material.graph, Vertex("node", menu.id)))
        again = f" Key {menu.replay_key} plays the text again." if menu.replay_key else ""
        yield Table(f"Keys of {material.names.node(menu)}", (Column("Key", 1), Column("Leads to", 3)), keys)
        yield Paragraph(
            f"After the text there are {duration(menu.timeout_s)} to press a key, and "
            f"{several(menu.max_tries, 'try', 'tries')} in all.{again}",
            soft=True,
        )


def _key(material: Material, row: Row) -> tuple[Cell, str]:
    target = "The call ends" if row.target is None else material.names.vertex(row.target)
    if row.target == ANYONE:
        return Cell("101, 102 …", "chip"), "The telephone with this number"
    if row.id.startswith("key:"):
        return Cell(row.chip, "chip"), target
    return Cell(row.label.removesuffix(": call ends"), "soft"), target


def scripts(material: Material) -> Iterator[Block]:
    """The words of each text, in each language, with who hears it and how long it takes."""
    if not material.flow.prompts:
        return
    users = _users(material)
    yield Heading("Texts to record")
    yield Paragraph("Please check every word: it is recorded as it stands here. Lengths marked “about” are estimates.")
    columns = (
        Column("Text", 1.2),
        Column("Language", 1.1),
        Column("Words", 4),
        Column("Who hears it", 1.7),
        Column("Length", 1),
    )
    yield Table(
        "Texts to record",
        columns,
        tuple(
            (
                Cell(human(prompt.id), "strong"),
                language,
                Cell(words, language=language),
                "\n".join(users.get(prompt.id, ["nobody: it is not used"])),
                f"{_length(prompt, words)}\n{_STATES[prompt.state]}",
            )
            for prompt in material.flow.prompts
            for language, words in prompt.texts.items()
        ),
    )


def _length(prompt: Prompt, words: str) -> str:
    if prompt.seconds is not None:
        return duration(prompt.seconds)
    signs = len(_SIGNS.findall(words))
    seconds = signs / _SIGNS_A_SECOND + len(_SIGNS.sub(" ", words).split()) / _WORDS_A_SECOND
    return f"about {duration(max(1, seconds))}"


def _users(material: Material) -> dict[str, list[str]]:
    """By prompt: the places where it is heard."""
    found: dict[str, list[str]] = {}

    def heard(prompt: str | None, where: str) -> None:
        if prompt is not None:
            found.setdefault(prompt, []).append(where)

    for node in material.flow.nodes:
        name = material.names.node(node)
        match node:
            case Menu():
                heard(node.prompt, f"callers in the menu “{name}”")
                heard(node.invalid_prompt, f"after a wrong key in “{name}”")
            case RingGroup():
                heard(node.greeting, f"before “{name}” rings")
            case Queue():
                heard(node.greeting, f"callers who come into “{name}”")
                heard(node.announce.prompt if node.announce else None, f"callers who wait in “{name}”")
            case Announcement() | Hangup():
                heard(node.prompt, f"callers at “{name}”")
            case _:
                pass
    for mailbox in material.flow.mailboxes:
        heard(mailbox.unavailable_greeting, f"callers of {material.names.mailbox(mailbox.number)}")
        heard(mailbox.busy_greeting, f"callers of {material.names.mailbox(mailbox.number)} while it is busy")
    return found
