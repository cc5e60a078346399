"""A kind of question that is recognised by its words."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from engineering_api.ask.found import Findings
from engineering_api.ask.question import Question
from engineering_api.ask.world import World

#: Answers a question, or says that it is none of its kind after all.
Run = Callable[[Question, World], Findings | None]


@dataclass(frozen=True)
class Kind:
    """What it is called, how it is recognised in the folded text, and who answers it."""

    name: str
    title: str
    pattern: re.Pattern[str]
    run: Run
    needs_configurations: bool = True


def kind(name: str, title: str, run: Run, *patterns: str, needs_configurations: bool = True) -> Kind:
    """A kind of question by regular expressions, of which one must be in the folded text."""
    return Kind(name, title, re.compile("|".join(patterns)), run, needs_configurations)
