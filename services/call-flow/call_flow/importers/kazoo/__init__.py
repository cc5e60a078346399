"""2600Hz KAZOO: callflows with the documents they refer to, as Crossbar gives them."""

from call_flow.importers.kazoo.read import read

__all__ = ["read"]
