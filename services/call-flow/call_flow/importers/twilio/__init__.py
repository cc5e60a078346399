"""Twilio Studio: flow definitions, and the data of the Functions that our own export adds."""

from call_flow.importers.twilio.read import read

__all__ = ["read"]
