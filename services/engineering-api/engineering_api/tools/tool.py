"""What a tool is: a typed function with a name, of which a person, a program and a language model can make use."""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from engineering_api.tools.configuration import Configurations, Nowhere
from oberaconnect.endpoint import View
from oberaconnect.problems import FieldError, Unprocessable


class Answer(View):
    """What a tool found, and how: `steps` are sentences with the figures, a record of the calculation."""

    steps: list[str]


@dataclass(frozen=True)
class Tool:
    """A tool.

    Attributes:
        name: by which it is asked for, in small letters with hyphens.
        title: by which people know it.
        description: what it does and when to use it, in a sentence or two.
        arguments: what it takes.
        result: what it gives.
        run: does the work. Raises `Unprocessable` with a sentence that says what to do.
    """

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    result: type[Answer]
    run: Callable[[Any, Configurations], Answer]

    def call(self, arguments: Mapping[str, Any], configurations: Configurations | None = None) -> Answer:
        """Run it with arguments as they came. Raises `Unprocessable`, also for arguments that are not as they should.

        Without `configurations` only tools that need none can be run.
        """
        try:
            read = self.arguments.model_validate(arguments)
        except ValidationError as error:
            raise Unprocessable(f"The arguments of {self.name} are not valid.", errors=_errors(error)) from None
        return self.run(read, configurations or Nowhere())


def tool(name: str, title: str, run: Callable[..., Answer]) -> Tool:
    """A tool from a function, whose annotations say what it takes and gives and whose docstring what it does.

    A function with a second parameter is given the configurations that its arguments name.
    """
    hints = typing.get_type_hints(run)
    first, *others = inspect.signature(run).parameters
    described = " ".join((inspect.getdoc(run) or "").partition("Raises")[0].split())

    def started(arguments: Any, configurations: Configurations) -> Answer:
        return run(arguments, configurations) if others else run(arguments)

    return Tool(name, title, described, hints[first], hints["return"], started)


def _errors(error: ValidationError) -> list[FieldError]:
    return [
        FieldError(pointer="/" + "/".join(str(part) for part in one["loc"]), detail=one["msg"])
        for one in error.errors(include_url=False, include_context=False, include_input=False)[:20]
    ]
