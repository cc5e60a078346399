"""What is to be recorded, and where the recordings go.

A recording in the customer's first language lies in `custom/`, others in `<language>/custom/`: Asterisk looks in the
folder of the caller's language first, then in that without a language. So a prompt that lacks a language is heard in
the first one.
"""

from collections.abc import Iterator

from call_flow.export.asterisk import names
from call_flow.export.asterisk.system import System
from call_flow.export.written import as_csv
from call_flow.flow.model import Prompt
from call_flow.flow.values import Language

_COLUMNS = ("id", "language", "file", "words", "recording")


def prompts_csv(system: System) -> bytes:
    """prompts.csv: each recording with its file below the folder of sounds, and its words."""
    rows = [
        {"id": prompt.id, "language": language, "file": f"{sound}.wav", "words": words, "recording": prompt.file or ""}
        for prompt in system.plan.prompts for language, words, sound in _recordings(system, prompt)
    ]  # fmt: skip
    return as_csv(_COLUMNS, rows)


def sounds(system: System) -> list[str]:
    """Every recording as a file below the folder of sounds, without its ending."""
    return [sound for prompt in system.plan.prompts for _, _, sound in _recordings(system, prompt)]


def _recordings(system: System, prompt: Prompt) -> Iterator[tuple[Language, str, str]]:
    first = system.flow.customer.languages[0]
    usual = first if first in prompt.texts else next(iter(prompt.texts))
    for language, words in prompt.texts.items():
        folder = "" if language == usual else f"{names.language(language)}/"
        yield language, words, f"{folder}custom/{prompt.id}"
