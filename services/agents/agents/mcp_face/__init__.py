"""The platform as an MCP server: its tools, its agents, its documents and call flows, for clients that speak MCP."""
