"""The HTTP face of agents, filled in by the modules named `api_…`."""

from oberaconnect.endpoint import Api

api = Api("agents", title="Agents", description="Durable agent runs with MCP tools.")
