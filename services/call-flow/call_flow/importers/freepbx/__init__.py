"""FreePBX: a backup, or the tables of the Bulk Handler, or both."""

from call_flow.importers.freepbx.read import read

__all__ = ["read"]
