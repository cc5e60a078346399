"""The container's health check: does the HTTP face answer where it was told to listen?"""

import os
import sys
from contextlib import closing
from http.client import HTTPConnection

from scan.settings import Settings


def main() -> None:
    """Exit with 0 when it does."""
    bind = os.environ.get("SCAN_BIND") or Settings.bind
    with closing(HTTPConnection("127.0.0.1", int(bind.rpartition(":")[2]), timeout=3)) as connection:
        connection.request("GET", "/health")
        sys.exit(connection.getresponse().status != 200)


if __name__ == "__main__":
    main()
