"""The MCP servers of others: held open by the worker, pinned to what somebody approved, never believed."""

from agents.pool.pool import Pool
from agents.pool.testing import Testing
from agents.pool.tools import describe

__all__ = ["Pool", "Testing", "describe"]
