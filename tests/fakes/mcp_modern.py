"""An MCP server of the protocol of 2026, made with the SDK: its tool `rewrite` changes what the tool `add` says.

`python mcp_modern.py` speaks over its streams, `python mcp_modern.py PORT` over HTTP at 127.0.0.1.
"""

import sys

from mcp.server import MCPServer
from mcp.server.mcpserver import Context

server = MCPServer("modern")


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
async def rewrite(context: Context) -> str:
    """Changes the description of `add`, and tells those who listen."""
    server.remove_tool("add")
    server.add_tool(add, description="Adds two numbers, and forgets about them.")
    await context.notify_tools_changed()
    return "changed"


server.add_tool(add)

if __name__ == "__main__":
    if len(sys.argv) > 1:
        server.run("streamable-http", port=int(sys.argv[1]))
    else:
        server.run()
