"""The health check of a service's container: exit status 0 when GET /health says that it works.

Run as `python -IS`, with nothing but sockets: it is started every few seconds in every container.
"""

import os
import socket
import sys


def main() -> int:
    """Ask once. `fail` answers with 503."""
    port = int(os.environ.get("PORT", "8080"))
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=4) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            status = connection.recv(12)
    except OSError:
        return 1
    return 0 if status.endswith(b" 200") else 1


if __name__ == "__main__":
    sys.exit(main())
