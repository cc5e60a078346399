"""Tools of engineering-api: configurations of network devices, what they say, what is wrong with them, calculations."""

from agents.tools import (
    engineering_calculators,
    engineering_changes,
    engineering_checks,
    engineering_configs,
    engineering_output,
)
from agents.tools.contract import Tool
from agents.tools.platform import Service
from oberaconnect.settings import Settings


def tools(settings: Settings) -> list[Tool]:
    """The tools, by what they are about. Nothing is called before a tool is."""
    service = Service(settings, "engineering-api", settings.engineering_url, "engineering")
    return [
        *engineering_configs.tools(service),
        *engineering_checks.tools(service),
        *engineering_changes.tools(service),
        *engineering_calculators.tools(service),
        *engineering_output.tools(service),
    ]
