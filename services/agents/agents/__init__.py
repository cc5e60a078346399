"""Durable agent runs with MCP tools."""
