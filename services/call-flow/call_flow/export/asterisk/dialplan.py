"""A dialplan: contexts with explicit extensions and their steps."""

from collections.abc import Sequence

#: An application with its arguments; with a name before it where other steps go on to it.
Step = str | tuple[str, str]


class Context:
    """A context of extensions.conf."""

    def __init__(self, name: str) -> None:
        """An empty one."""
        self.name = name
        self._lines: list[str] = []

    def include(self, *names: str) -> None:
        """What is not found here is looked for in these, in their order."""
        self._lines += [f"include => {name}" for name in names]

    def extension(self, number: str, steps: Sequence[Step]) -> None:
        """What happens to a call that comes to an extension."""
        for position, step in enumerate(steps):
            label, application = ("", step) if isinstance(step, str) else (f"({step[0]})", step[1])
            begin = f"exten => {number},1{label}" if position == 0 else f" same => n{label}"
            self._lines.append(f"{begin},{application}")

    def hint(self, number: str, device: str) -> None:
        """A lamp: what phones that watch an extension are shown."""
        self._lines.append(f"exten => {number},hint,{device}")

    def text(self) -> str:
        """As it stands in the file."""
        return "\n".join([f"[{self.name}]", *self._lines, ""])


class Dialplan:
    """The contexts of a system, in their order."""

    def __init__(self) -> None:
        """Without any."""
        self._contexts: list[Context] = []

    def context(self, name: str) -> Context:
        """Begin a context."""
        made = Context(name)
        self._contexts.append(made)
        return made

    def place(self, name: str, steps: Sequence[Step]) -> Context:
        """Begin a context whose extension `s` has these steps."""
        made = self.context(name)
        made.extension("s", steps)
        return made

    def text(self) -> str:
        """All contexts."""
        return "\n".join(context.text() for context in self._contexts)


def when(condition: str, label: str) -> str:
    """Go on at a step if an expression is true."""
    return f"GotoIf($[{condition}]?{label})"


def when_equal(variable: str, value: str, label: str) -> str:
    """Go on at a step if a variable has a value. The letter before both keeps Asterisk from comparing numbers."""
    return when(f'"x${{{variable}}}" = "x{value}"', label)


def labelled(label: str, steps: Sequence[Step]) -> list[Step]:
    """Steps whose first has a name."""
    first, *rest = steps
    return [(label, first if isinstance(first, str) else first[1]), *rest]
