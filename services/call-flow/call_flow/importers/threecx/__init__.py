"""3CX: objects of its XAPI, as a list of requests or as the lists that it answers."""

from call_flow.importers.threecx.read import read

__all__ = ["read"]
