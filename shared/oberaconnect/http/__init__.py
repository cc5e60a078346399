"""Outgoing HTTP. The only room that knows the HTTP client.

`Client` talks to services we were configured with; `fetch_public`, `open_public` and `post_public` to addresses that
somebody typed.
"""

from oberaconnect.http.client import Client, TimedOut, TransportFailed, sdk_client
from oberaconnect.http.public import (
    Download,
    FetchBroken,
    FetchFailed,
    FetchRefused,
    FetchUnreachable,
    PublicAnswer,
    PublicHead,
    check_address,
    fetch_public,
    is_public,
    open_public,
    post_public,
)

__all__ = [
    "Client",
    "Download",
    "FetchBroken",
    "FetchFailed",
    "FetchRefused",
    "FetchUnreachable",
    "PublicAnswer",
    "PublicHead",
    "TimedOut",
    "TransportFailed",
    "check_address",
    "fetch_public",
    "is_public",
    "open_public",
    "post_public",
    "sdk_client",
]
