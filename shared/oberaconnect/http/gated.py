"""A client for one address that somebody typed, for protocols that keep a connection: the gate of `public`, asyncio.

The host is resolved once in the life of the client, every address of it must be public, and each connection goes to the
address that was checked. Nothing else than the origin of the address is reachable through the client: a redirect of a
library that leads elsewhere is refused here, whatever the library thinks of it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from urllib.parse import SplitResult, urlsplit

import httpx2

from oberaconnect.http.public import FetchRefused, Resolver, Target, check_address, look_up, resolve, trusted

#: What a client raises when no connection came about: nothing was sent.
NotConnected = (httpx2.ConnectError, httpx2.ConnectTimeout)

_CONNECT_SECONDS = 10.0
_EVENTS = "text/event-stream"


def check_endpoint(url: str, allowed_hosts: Collection[str]) -> SplitResult:
    """What can be said of an address for a gated client before its host is looked up. Raises `FetchRefused`.

    As `check_address`, and it has to be https unless the host is one of the intranet that the operator named.
    """
    parts = check_address(url, allowed_hosts)
    if parts.scheme != "https" and parts.hostname not in allowed_hosts:
        raise FetchRefused(
            "This address must begin with https://. Plain http:// is for hosts of the intranet that the operator named."
        )
    return parts


def gated_client(
    url: str,
    *,
    headers: Mapping[str, str],
    allowed_hosts: Collection[str],
    read_seconds: float,
    max_bytes: int,
    answered: Callable[[int], None] = lambda status: None,
    resolver: Resolver = resolve,
) -> httpx2.AsyncClient:
    """A client that reaches the origin of `url` and nothing else, without proxies or anything of the environment.

    `headers` go with every request. `read_seconds` is the longest silence within an answer, `max_bytes` the largest
    answer that is no stream of events. `answered` is told the status of each answer. Used within one event loop.

    Its requests raise, besides the library's own errors:
        FetchRefused: when the gate refuses the address, or an answer is packed although nobody asked for that.
        FetchUnreachable: when the host is not found.
    """
    check_endpoint(url, allowed_hosts)

    async def told(response: httpx2.Response) -> None:
        answered(response.status_code)

    return httpx2.AsyncClient(
        headers={"User-Agent": "OberaConnect/0.1", **headers, "Accept-Encoding": "identity"},
        transport=_Gate(url, allowed_hosts, max_bytes, resolver),
        timeout=httpx2.Timeout(read_seconds, connect=_CONNECT_SECONDS, pool=_CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
        event_hooks={"response": [told]},
    )


class _Gate(httpx2.AsyncBaseTransport):
    def __init__(self, url: str, allowed_hosts: Collection[str], max_bytes: int, resolver: Resolver) -> None:
        self._url = url
        self._allowed_hosts = allowed_hosts
        self._max_bytes = max_bytes
        self._resolver = resolver
        self._origin = _origin(httpx2.URL(url))
        self._target: Target | None = None
        self._looking = asyncio.Lock()
        self._inner = httpx2.AsyncHTTPTransport(verify=trusted(), trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request to the address that was checked."""
        if _origin(request.url) != self._origin:
            raise FetchRefused(
                "The address leads to another place, which is not followed. Enter that one, if it is meant."
            )
        target = await self._looked_up()
        sent = httpx2.Request(
            request.method,
            request.url.copy_with(host=urlsplit(target.connect).hostname),
            headers=request.headers,  # with the Host that was asked for
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": target.host},
        )
        response = await self._inner.handle_async_request(sent)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.aclose()
            raise FetchRefused("The address sent a packed answer although it was asked for none.")
        if not response.headers.get("content-type", "").lower().startswith(_EVENTS):
            assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101 - what this transport gives
            response.stream = _Capped(response.stream, self._max_bytes)
        return response

    async def aclose(self) -> None:
        """Close the kept connections."""
        await self._inner.aclose()

    async def _looked_up(self) -> Target:
        async with self._looking:
            if self._target is None:
                self._target = await asyncio.to_thread(look_up, self._url, self._allowed_hosts, self._resolver)
            return self._target


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > self._max_bytes:
                # The library's own kind of error: it ends this exchange and leaves the others on the client alone.
                raise httpx2.StreamError(f"The answer has more than {self._max_bytes} bytes.")
            yield piece

    async def aclose(self) -> None:
        """Close the answer."""
        await self._stream.aclose()


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
