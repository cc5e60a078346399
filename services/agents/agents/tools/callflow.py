"""Tools of call-flow: telephone systems from a customer's wish to a proof by calls.

Approving a flow is not among them: a person signs what they saw.
"""

from agents.tools import callflow_checks, callflow_flows, callflow_output
from agents.tools.contract import Tool
from agents.tools.platform import Service
from oberaconnect.settings import Settings


def tools(settings: Settings) -> list[Tool]:
    """The tools, by what they are about. Nothing is called before a tool is."""
    service = Service(settings, "call-flow", settings.callflow_url, "callflow")
    return [*callflow_flows.tools(service), *callflow_checks.tools(service), *callflow_output.tools(service)]
