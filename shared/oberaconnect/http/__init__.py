"""Outgoing HTTP. The only room that knows the HTTP client.

`Client` talks to services we were configured with; `fetch_public`, `open_public` and `post_public` to addresses that
somebody typed; `gated_client` is for such an address whose protocol keeps the connection, in asyncio.
"""

from oberaconnect.http.client import Client, TimedOut, TransportFailed, sdk_client
from oberaconnect.http.gated import NotConnected, check_endpoint, gated_client
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
    "NotConnected",
    "PublicAnswer",
    "PublicHead",
    "TimedOut",
    "TransportFailed",
    "check_address",
    "check_endpoint",
    "fetch_public",
    "gated_client",
    "is_public",
    "open_public",
    "post_public",
    "sdk_client",
]
