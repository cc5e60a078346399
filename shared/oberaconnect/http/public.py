"""Fetching addresses that people typed, without becoming their way into this network (OWASP API7, SSRF).

The host is resolved once, every address must be public, and the connection goes to the address that was checked, so
that a name cannot change its mind in between. Redirects are followed by hand through the same gate. Whatever spelling
of an address the resolver understands (decimal, octal, hexadecimal) is covered: the check sees what it resolved to.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

from oberaconnect.problems import Unprocessable

MAX_REDIRECTS = 3
#: Ranges that Python calls global although they lead inside: Azure's host, IETF protocol assignments, IPv4 written as
#: IPv6, NAT64, 6to4, Teredo and the old site-local block.
_INSIDE = [
    ipaddress.ip_network(net)
    for net in (
        "168.63.129.16/32", "192.0.0.0/24", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32",
        "fec0::/10",
    )
]  # fmt: skip

Resolver = Callable[[str, int], list[str]]


class FetchRefused(Unprocessable):
    """This address cannot be fetched."""


@dataclass(frozen=True)
class Download:
    """What came back. `url` is the address after redirects."""

    url: str
    content: bytes
    media_type: str
    etag: str | None
    last_modified: str | None


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _INSIDE if net.version == ip.version)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system resolver gives them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefused(f"The host '{host}' cannot be found.") from error
    return [str(item[4][0]) for item in found]


def fetch_public(
    url: str,
    *,
    max_bytes: int,
    timeout_seconds: float = 20.0,
    allowed_hosts: Collection[str] = (),
    resolver: Resolver = resolve,
) -> Download:
    """Fetch a page or file from the public internet.

    `allowed_hosts` names hosts of an intranet that may be fetched although their addresses are private, on any port.

    Raises:
        FetchRefused: for anything but http(s) to a public address on port 80 or 443, for credentials in the address,
            too many redirects, too many bytes, an error status, or a host that does not answer in time.
    """
    for _ in range(MAX_REDIRECTS + 1):
        parts = check_address(url, allowed_hosts)
        answer = _get(parts, max_bytes, timeout_seconds, allowed_hosts, resolver)
        if isinstance(answer, Download):
            return answer
        url = urljoin(url, answer)
    raise FetchRefused(f"The address redirects more than {MAX_REDIRECTS} times.")


def check_address(url: str, allowed_hosts: Collection[str]) -> SplitResult:
    """What can be said of an address before its host is looked up. Raises `FetchRefused`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchRefused("This is not an address that can be fetched.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchRefused("Only http:// and https:// addresses can be fetched.")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("Addresses with a user name or password are not fetched.")
    if port not in (None, 80, 443) and parts.hostname not in allowed_hosts:
        raise FetchRefused("Only the ports 80 and 443 can be fetched.")
    if _is_private_literal(parts.hostname) and parts.hostname not in allowed_hosts:
        raise FetchRefused(f"The host '{parts.hostname}' is not on the public internet, so it is not fetched.")
    return parts


def _is_private_literal(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:  # a name
        return host == "localhost" or host.endswith(".localhost")


class _Deadline:
    """Ends a transfer when its time is up. The client's own time-outs are for each read: a drip would never end."""

    def __init__(self, seconds: float) -> None:
        self.has_passed = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Told by the client what it does: keeps the socket of the connection, which is a new one once it has TLS."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
            if self.has_passed:
                self._end()

    def _end(self) -> None:
        self.has_passed = True
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()


def _get(
    parts: SplitResult,
    max_bytes: int,
    timeout_seconds: float,
    allowed_hosts: Collection[str],
    resolver: Resolver,
) -> Download | str:
    """One request to a checked address: the download, or where it redirects to."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = resolver(host, port)
    if not addresses:
        raise FetchRefused(f"The host '{host}' cannot be found.")
    if host not in allowed_hosts and not all(is_public(address) for address in addresses):
        raise FetchRefused(f"The host '{host}' is not on the public internet, so it is not fetched.")
    target = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    deadline = _Deadline(timeout_seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        name = host.encode("ascii" if ":" in host else "idna").decode()
        netloc = (f"[{name}]" if ":" in name else name) + (f":{parts.port}" if parts.port else "")
        headers = {"Host": netloc, "User-Agent": "OberaConnect/0.1", "Accept-Encoding": "identity"}
        with (
            deadline,
            httpx2.Client(trust_env=False, timeout=timeout_seconds, follow_redirects=False) as client,
            client.stream(
                "GET",
                f"{parts.scheme}://{target}:{port}{path}",
                headers=headers,
                extensions={"sni_hostname": name, "trace": deadline.trace},
            ) as response,
        ):
            if response.is_redirect:
                return response.headers.get("location", "")
            if response.is_error:
                raise FetchRefused(f"The address answered with status {response.status_code}.")
            content = bytearray()
            for piece in response.iter_bytes(65_536):
                content += piece
                if len(content) > max_bytes:
                    raise FetchRefused(f"The address holds more than {max_bytes // 2**20} MB.")
    except httpx2.TimeoutException as error:
        raise FetchRefused("The address did not answer in time.") from error
    except (httpx2.RequestError, httpx2.InvalidURL, UnicodeError) as error:
        if deadline.has_passed:
            raise FetchRefused("The address did not answer in time.") from error
        raise FetchRefused("The address cannot be reached.") from error
    return Download(
        url=parts.geturl(),
        content=bytes(content),
        media_type=response.headers.get("content-type", "").split(";")[0].strip().lower(),
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
    )
