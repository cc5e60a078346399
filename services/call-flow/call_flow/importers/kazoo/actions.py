"""The tree of a callflow: actions with their branches."""

from call_flow.importers.element import Element


def listed(element: Element) -> list[str]:
    """The numbers of a callflow, as they are written."""
    found = element.peek("numbers")
    return [str(item) for item in found] if isinstance(found, list) else []


def children(action: Element) -> list[tuple[str, Element]]:
    """The branches of an action by their keys."""
    return action.named("children")


def child(action: Element, key: str) -> Element | None:
    """A branch of an action."""
    return dict(children(action)).get(key)


def forwarded(device: Element, forward: Element) -> None:
    """Take note of a device that only stands for a number outside."""
    for key in ("id", "name", "device_type", "owner_id"):
        device.get(key)
    for key in ("enabled", "keep_caller_id", "substitute"):
        forward.get(key)
