"""From what a customer says to a complete flow."""

from call_flow.spec.assumption import assumptions
from call_flow.spec.completion import Completed, complete
from call_flow.spec.reading import read

__all__ = ["Completed", "assumptions", "complete", "read"]
