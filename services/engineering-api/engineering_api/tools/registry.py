"""All tools by their names."""

from engineering_api.tools import (
    bandwidths,
    configs,
    interfaces,
    ipv6,
    macs,
    masks,
    mtus,
    plans,
    poe,
    show,
    subnets,
    traffic,
    vlans,
)
from engineering_api.tools.tool import Tool
from oberaconnect.problems import NotFound

TOOLS: dict[str, Tool] = {
    one.name: one
    for module in (
        subnets, plans, masks, vlans, interfaces, macs, mtus, bandwidths, poe, ipv6, traffic, configs, show
    )
    for one in module.TOOLS
}  # fmt: skip


def named(name: str) -> Tool:
    """A tool by its name. Raises `NotFound`."""
    found = TOOLS.get(name.strip().casefold().replace("_", "-"))
    if found is None:
        raise NotFound(f"There is no tool '{name[:60]}'. GET /tools lists them: {', '.join(sorted(TOOLS))}.")
    return found
