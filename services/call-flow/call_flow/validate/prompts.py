"""Rules about the words that callers hear."""

from collections.abc import Iterator

from call_flow.flow.model import Prompt
from call_flow.flow.nodes import Announcement, Menu, Queue, RingGroup
from call_flow.validate.context import Context
from call_flow.validate.naming import listed
from call_flow.validate.references import prompts_used
from call_flow.validate.rule import Found, Subject

PROMPTS = Subject()
_SOUNDS = ("wav", "gsm", "ulaw", "alaw", "ul", "al", "sln", "sln16", "g722", "g729", "mp3", "ogg", "flac")
#: Words a second of clear, unhurried speech, about 150 a minute; and what nobody understands any more.
_UNHURRIED, _HURRIED = 2.5, 5.0


def seconds(prompt: Prompt) -> float:
    """How long a prompt takes: as recorded, or by the number of its words."""
    return prompt.seconds or max(len(text.split()) for text in prompt.texts.values()) / _UNHURRIED


@PROMPTS.rule(
    "prompt.long-greeting", "warning",
    title="A long greeting before it rings",
    why="Callers wait for it each time they call.",
    fix="Shorten it to 8 seconds or less.",
)  # fmt: skip
def long_greeting(context: Context) -> Iterator[Found]:
    """The greeting of a group takes more than 8 seconds, that of a queue or an announcement more than 60."""
    for position, node in enumerate(context.flow.nodes):
        match node:
            case RingGroup():
                name, most, field = node.greeting, 8, "greeting"
            case Queue():
                name, most, field = node.greeting, 60, "greeting"
            case Announcement():
                name, most, field = node.prompt, 60, "prompt"
            case _:
                continue
        prompt = context.graph.prompts.get(name or "")
        if prompt and (length := seconds(prompt)) > most:
            message = f"What {context.name(node.id)} says first takes about {length:.0f} s."
            yield Found(f"/nodes/{position}/{field}", message)


@PROMPTS.rule(
    "prompt.empty", "error",
    title="A prompt without words",
    why="The caller hears silence and hangs up.",
    fix="Write what is to be said, or remove the prompt where it is not needed.",
)  # fmt: skip
def empty(context: Context) -> Iterator[Found]:
    """A text of a prompt is blank, and there is no recording."""
    for position, prompt in enumerate(context.flow.prompts):
        for language, text in prompt.texts.items():
            if not text.strip() and prompt.file is None:
                message = f'The prompt "{prompt.id}" has no words in {language}.'
                yield Found(f"/prompts/{position}/texts/{language}", message)


@PROMPTS.rule(
    "prompt.language-missing", "warning",
    title="A prompt lacks a language",
    why="Callers who chose the language hear another one in between.",
    fix="Add its words in this language.",
)  # fmt: skip
def language_missing(context: Context) -> Iterator[Found]:
    """A prompt that is played lacks a language of the customer; a menu in which languages are chosen says them all."""
    used = {name for _, name, _ in prompts_used(context)}
    for node in context.flow.nodes:
        if isinstance(node, Menu) and any(to.set and to.set.language for to in node.keys.values()):
            used.discard(node.prompt)
    for position, prompt in enumerate(context.flow.prompts):
        spoken = {language.split("-")[0] for language in prompt.texts}
        missing = [language for language in context.flow.customer.languages if language.split("-")[0] not in spoken]
        if prompt.id in used and missing:
            message = f'The prompt "{prompt.id}" has no words in {listed(missing)}.'
            yield Found(f"/prompts/{position}/texts", message)


@PROMPTS.rule(
    "prompt.language-not-offered", "warning",
    title="A language that the customer does not have",
    why="No prompt has to exist in it, so callers hear another one.",
    fix="Add it to the languages of the customer, or choose one of them.",
)  # fmt: skip
def language_not_offered(context: Context) -> Iterator[Found]:
    """A number or an outcome sets a language that is not among the customer's."""
    offered = {language.split("-")[0] for language in context.flow.customer.languages}
    for position, number in enumerate(context.flow.numbers):
        if number.language and number.language.split("-")[0] not in offered:
            message = f"Calls to {number.e164} are in {number.language}, which the customer does not have."
            yield Found(f"/numbers/{position}/language", message)
    for edge in context.explicit():
        settings = edge.destination.set
        if settings and settings.language and settings.language.split("-")[0] not in offered:
            message = f"{context.name(edge.source)} sets the language {settings.language}, "
            yield Found(f"{edge.pointer}/set/language", f"{message}which the customer does not have.")


@PROMPTS.rule(
    "prompt.unused", "info",
    title="A prompt that is never played",
    why="It would be recorded for nothing.",
    fix="Play it somewhere, or remove it.",
)  # fmt: skip
def unused(context: Context) -> Iterator[Found]:
    """No part of the flow names a prompt."""
    used = {name for _, name, _ in prompts_used(context)}
    for position, prompt in enumerate(context.flow.prompts):
        if prompt.id not in used:
            yield Found(f"/prompts/{position}", f'Nothing plays the prompt "{prompt.id}".')


@PROMPTS.rule(
    "prompt.too-fast", "warning",
    title="A recording that is too short for its words",
    why="Either the words or the length belong to another recording.",
    fix="Measure the recording again, or correct the words.",
)  # fmt: skip
def too_fast(context: Context) -> Iterator[Found]:
    """More than five words a second."""
    for position, prompt in enumerate(context.flow.prompts):
        words = max(len(text.split()) for text in prompt.texts.values())
        if prompt.seconds is not None and words > 5 and words > _HURRIED * prompt.seconds:
            message = f'The prompt "{prompt.id}" has {words} words in {prompt.seconds:g} s.'
            yield Found(f"/prompts/{position}/seconds", message)


@PROMPTS.rule(
    "prompt.file-format", "error",
    title="A file that is no recording",
    why="The telephone system cannot play it.",
    fix="Give a sound file, for instance a WAV of 8 or 16 kHz, 16 bit, one channel.",
)  # fmt: skip
def file_format(context: Context) -> Iterator[Found]:
    """The file of a prompt has no ending that telephone systems play."""
    for position, prompt in enumerate(context.flow.prompts):
        if prompt.file is not None and not prompt.file.lower().endswith(tuple(f".{kind}" for kind in _SOUNDS)):
            message = f'The file "{prompt.file}" of the prompt "{prompt.id}" is no sound file.'
            yield Found(f"/prompts/{position}/file", message)


@PROMPTS.rule(
    "prompt.file-twice", "warning",
    title="One file for two prompts",
    why="Callers hear the same words at both places, though different ones are written.",
    fix="Give each prompt its own file.",
)  # fmt: skip
def file_twice(context: Context) -> Iterator[Found]:
    """Two prompts with different words have the same file."""
    first: dict[str, Prompt] = {}
    for position, prompt in enumerate(context.flow.prompts):
        other = first.setdefault(prompt.file, prompt) if prompt.file is not None else prompt
        if other.texts != prompt.texts:
            message = f'The prompts "{other.id}" and "{prompt.id}" say different things but share a file.'
            yield Found(f"/prompts/{position}/file", message)


@PROMPTS.rule(
    "prompt.recording-missing", "warning",
    title="A recorded prompt without a file",
    why="It is said to be recorded, but there is nothing to play.",
    fix="Name the file, or set the state to draft.",
)  # fmt: skip
def recording_missing(context: Context) -> Iterator[Found]:
    """The state of a prompt is recorded or approved, and it has no file."""
    for position, prompt in enumerate(context.flow.prompts):
        if prompt.state in ("recorded", "approved") and prompt.file is None:
            message = f'The prompt "{prompt.id}" is {prompt.state}, but has no file.'
            yield Found(f"/prompts/{position}/state", message)


@PROMPTS.rule(
    "prompt.draft", "info",
    title="Prompts that are not recorded yet",
    why="Callers hear a computer's voice, or nothing, until they are.",
    fix="Record them, or have them spoken by the computer and approved.",
)  # fmt: skip
def draft(context: Context) -> Iterator[Found]:
    """Prompts in the state draft; one finding for all."""
    drafts = [prompt.id for prompt in context.flow.prompts if prompt.state == "draft" and prompt.file is None]
    if drafts:
        count = "1 prompt is" if len(drafts) == 1 else f"{len(drafts)} prompts are"
        yield Found("/prompts", f"{count} not recorded yet: {listed(drafts)}.")
