"""All tools of the platform, by name."""

from agents.tools import callflow, data, engineering, fetch, n8n, rag, scan
from agents.tools.contract import Tool
from oberaconnect.settings import Settings

_ROOMS = (rag, data, engineering, callflow, fetch, n8n, scan)


def platform_tools(settings: Settings) -> dict[str, Tool]:
    """The built-in tools, in an order that stays. Cheap: nothing is called before a tool is.

    Raises:
        ValueError: for two tools of one name.
    """
    found: dict[str, Tool] = {}
    for room in _ROOMS:
        for tool in room.tools(settings):
            if tool.spec.name in found:
                raise ValueError(f"there are two tools named '{tool.spec.name}'")
            found[tool.spec.name] = tool
    return found
