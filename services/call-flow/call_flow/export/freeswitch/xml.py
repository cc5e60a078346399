"""XML as FreeSWITCH reads it."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from call_flow.export.labels import bare


def add(parent: Element, tag: str, **attributes: str) -> Element:
    """A child element. Underscores in names of attributes stand for dashes."""
    return SubElement(parent, tag, {name.replace("_", "-"): value for name, value in attributes.items()})


def written(root: Element) -> bytes:
    """The file."""
    indent(root)
    return f"{tostring(root, encoding='unicode')}\n".encode()


def label(text: str | None, otherwise: str) -> str:
    """Words of the customer: nothing of them is a variable, a function or a separator to FreeSWITCH."""
    return bare(text or "", 80, otherwise)


class Dialplan:
    """One context: extensions that are known by what is dialled."""

    def __init__(self, include: Element, name: str) -> None:
        """Adds an empty context."""
        self.context = add(include, "context", name=name)

    def extension(self, name: str, pattern: str | None = None) -> "Extension":
        """What happens when `name`, or what matches `pattern`, is dialled."""
        element = add(self.context, "extension", name=name)
        return Extension(element, pattern or f"^{escaped(name)}$")


class Extension:
    """Conditions and actions. Without `when`, actions belong to what was dialled."""

    def __init__(self, element: Element, pattern: str) -> None:
        """Begins with the condition on what was dialled."""
        self._element, self._pattern = element, pattern
        self._condition = add(element, "condition", field="destination_number", expression=pattern)

    def do(self, application: str, data: str = "", *, at_once: bool = False) -> "Extension":
        """Another action; `at_once` while the dialplan is still read, so that conditions after it see it."""
        action = add(self._condition, "action", application=application)
        if data:
            action.set("data", data)
        if at_once:
            action.set("inline", "true")
        return self

    def when(self, **attributes: str) -> "Extension":
        """Actions that follow are for this alone; when it holds, no later condition is asked."""
        self._condition = add(self._element, "condition", **attributes)
        self._condition.set("break", "on-true")
        return self

    def otherwise(self) -> "Extension":
        """Actions that follow are for whatever no condition took."""
        self._condition = add(self._element, "condition", field="destination_number", expression=self._pattern)
        return self


def escaped(dialled: str) -> str:
    """What is dialled, as a regular expression that takes it alone."""
    return "".join(f"\\{sign}" if sign in ".*+?^$()[]{}|\\#" else sign for sign in dialled)
