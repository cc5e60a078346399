"""Outgoing HTTP. The only room that knows the HTTP client.

`Client` talks to services we were configured with; `fetch_public` to addresses that somebody typed.
"""

from oberaconnect.http.client import Client, TimedOut, TransportFailed, sdk_client
from oberaconnect.http.public import Download, FetchRefused, check_address, fetch_public, is_public

__all__ = [
    "Client",
    "Download",
    "FetchRefused",
    "TimedOut",
    "TransportFailed",
    "check_address",
    "fetch_public",
    "is_public",
    "sdk_client",
]
