"""Rules about mailboxes."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex
from call_flow.flow.model import Mailbox
from call_flow.validate.context import Context
from call_flow.validate.naming import extensions
from call_flow.validate.rule import Found, Subject

VOICEMAIL = Subject()
_SHORT, _LONG = 30, 600


def mailboxes(context: Context) -> Iterator[tuple[str, Mailbox, str]]:
    """Every mailbox with its pointer and its name."""
    for position, mailbox in enumerate(context.flow.mailboxes):
        yield f"/mailboxes/{position}", mailbox, context.name(Vertex("mailbox", mailbox.number))


def _owners(context: Context) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for extension in context.flow.extensions:
        if extension.mailbox is not None:
            owners.setdefault(extension.mailbox, []).append(extension.number)
    return owners


@VOICEMAIL.rule(
    "voicemail.mailbox-twice", "error",
    title="A mailbox number that is used twice",
    why="Messages of two people come together, or one of the boxes is lost.",
    fix="Give one of them another number.",
)  # fmt: skip
def mailbox_twice(context: Context) -> Iterator[Found]:
    """Two mailboxes have the same number."""
    seen: set[str] = set()
    for where, mailbox, _ in mailboxes(context):
        if mailbox.number in seen:
            yield Found(f"{where}/number", f"Another mailbox has the number {mailbox.number} too.")
        seen.add(mailbox.number)


@VOICEMAIL.rule(
    "voicemail.message-lost", "error",
    title="Messages are deleted before anybody has them",
    why="They are deleted once a mail is sent, but the mail carries no recording, or nobody gets one.",
    fix="Enter an address and attach the recording, or do not delete messages.",
)  # fmt: skip
def message_lost(context: Context) -> Iterator[Found]:
    """Messages are deleted after sending, without an address or without the recording."""
    for where, mailbox, name in mailboxes(context):
        if mailbox.delete_after_send and not (mailbox.email and mailbox.attach):
            lack = "has no address" if not mailbox.email else "does not attach the recording"
            yield Found(f"{where}/delete_after_send", f"{name} deletes messages after sending, but {lack}.")


@VOICEMAIL.rule(
    "voicemail.unmonitored", "warning",
    title="A mailbox that nobody listens to",
    why="It belongs to no telephone, so no lamp lights up, and no mail is sent.",
    fix="Who shall get the messages? Enter their addresses, or give the mailbox to an extension.",
)  # fmt: skip
def unmonitored(context: Context) -> Iterator[Found]:
    """A mailbox has neither an address nor an extension."""
    owners = _owners(context)
    for where, mailbox, name in mailboxes(context):
        if not mailbox.email and mailbox.number not in owners:
            yield Found(where, f"Nobody is told of messages in {name}.")


@VOICEMAIL.rule(
    "voicemail.unused", "warning",
    title="A mailbox that no call comes to",
    why="It was meant to be used, or it is left over.",
    fix="Lead to it, or remove it.",
)  # fmt: skip
def unused(context: Context) -> Iterator[Found]:
    """No call comes to a mailbox, and no extension has it."""
    owners = _owners(context)
    for where, mailbox, name in mailboxes(context):
        if mailbox.number not in owners and Vertex("mailbox", mailbox.number) not in context.from_anywhere:
            yield Found(where, f"No call comes to {name}.")


@VOICEMAIL.rule(
    "voicemail.no-greeting", "info",
    title="A shared mailbox without a greeting",
    why="Callers hear the telephone system's own words and doubt that they are right.",
    fix="Write and record a greeting, and name it under unavailable_greeting.",
)  # fmt: skip
def no_greeting(context: Context) -> Iterator[Found]:
    """A mailbox that belongs to no extension has no greeting."""
    owners = _owners(context)
    for where, mailbox, name in mailboxes(context):
        if mailbox.number not in owners and mailbox.unavailable_greeting is None:
            yield Found(where, f"{name} has no greeting of its own.")


@VOICEMAIL.rule(
    "voicemail.length", "warning",
    title="An unusual length of messages",
    why="Short ones cut callers off; very long ones are recordings of empty lines.",
    fix="Set max_s between 60 and 300.",
)  # fmt: skip
def length(context: Context) -> Iterator[Found]:
    """Messages may take less than 30 seconds, or more than 10 minutes."""
    for where, mailbox, name in mailboxes(context):
        if not _SHORT <= mailbox.max_s <= _LONG:
            yield Found(f"{where}/max_s", f"{name} takes messages of up to {mailbox.max_s} s.")


@VOICEMAIL.rule(
    "voicemail.transcribed", "info",
    title="Messages are written down by a computer",
    why="Callers' words go through another service, and in some places they have to be told.",
    fix="Check with the customer that this is wanted, and say so in the greeting where needed.",
)  # fmt: skip
def transcribed(context: Context) -> Iterator[Found]:
    """A mailbox transcribes its messages."""
    for where, mailbox, name in mailboxes(context):
        if mailbox.transcribe:
            yield Found(f"{where}/transcribe", f"Messages in {name} are written down by a computer.")


@VOICEMAIL.rule(
    "voicemail.number-of-another", "warning",
    title="A mailbox with the number of an extension that uses another",
    why="Messages for one person are looked for in the mailbox of another.",
    fix="Give the extension the mailbox of its number, or renumber the mailbox.",
)  # fmt: skip
def number_of_another(context: Context) -> Iterator[Found]:
    """An extension has a mailbox, and the mailbox of its own number is another one."""
    for position, extension in enumerate(context.flow.extensions):
        uses_other = extension.mailbox is not None and extension.mailbox != extension.number
        if uses_other and extension.number in context.graph.mailboxes and extension.mailbox in context.graph.mailboxes:
            message = f"{context.of(extension)} uses mailbox {extension.mailbox}, though there is one of its number."
            yield Found(f"/extensions/{position}/mailbox", message)


@VOICEMAIL.rule(
    "voicemail.shared", "info",
    title="A mailbox of several extensions",
    why="Each of them hears, and may delete, the messages of the others.",
    fix="Leave it if they work together; else give each its own.",
)  # fmt: skip
def shared(context: Context) -> Iterator[Found]:
    """More than one extension has a mailbox."""
    owners = _owners(context)
    for where, mailbox, name in mailboxes(context):
        numbers = owners.get(mailbox.number, [])
        if len(set(numbers)) > 1:
            yield Found(where, f"{name} belongs to {extensions(numbers)}.")
