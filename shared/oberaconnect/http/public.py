"""Fetching addresses that people typed, without becoming their way into this network (OWASP API7, SSRF).

The host is resolved once, every address must be public, and the connection goes to the address that was checked, so
that a name cannot change its mind in between. Redirects are followed by hand through the same gate. Whatever spelling
of an address the resolver understands (decimal, octal, hexadecimal) is covered: the check sees what it resolved to.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

from oberaconnect.http.deadline import Deadline
from oberaconnect.problems import Unprocessable

MAX_REDIRECTS = 3
_PIECE_BYTES = 65_536
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


class FetchUnreachable(FetchRefused):
    """The address cannot be reached."""


class FetchBroken(FetchUnreachable):
    """The address broke off the answer."""


class FetchFailed(FetchRefused):
    """The address answered with an error. `answered` is its status, `answer_headers` came with it."""

    def __init__(self, answered: int, headers: Mapping[str, str]) -> None:
        """The status becomes the message."""
        super().__init__(f"The address answered with status {answered}.")
        self.answered = answered
        self.answer_headers = headers


@dataclass(frozen=True)
class Download:
    """What came back. `url` is the address after redirects.

    `is_unchanged`: a conditional request was answered with 304, and `content` is empty.
    """

    url: str
    content: bytes
    media_type: str
    etag: str | None
    last_modified: str | None
    is_unchanged: bool = False


@dataclass(frozen=True)
class PublicHead:
    """How an address answered: any status, and the headers with their names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class PublicAnswer(PublicHead):
    """An answer whose body is still to come."""

    _response: httpx2.Response
    _deadline: Deadline

    def pieces(self) -> Iterator[bytes]:
        """The body, once, in pieces of 64 kB. It is unpacked if the server packed it although nobody asked for that.

        Raises:
            FetchBroken: when the transfer breaks off, or a piece takes longer than the time-out.
        """
        with _translated(self._deadline, FetchBroken):
            self._deadline.renew()
            for piece in self._response.iter_bytes(_PIECE_BYTES):
                self._deadline.hold()
                yield piece
                self._deadline.renew()
        if self._deadline.has_passed:  # a body without a length ends with the connection, whoever shut it
            raise FetchBroken("The address did not send everything in time.")


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
        raise FetchUnreachable(f"The host '{host}' cannot be found.") from error
    return [str(item[4][0]) for item in found]


def fetch_public(
    url: str,
    *,
    max_bytes: int,
    headers: Mapping[str, str] | None = None,
    may_follow: Callable[[str], bool] = lambda target: True,
    timeout_seconds: float = 20.0,
    allowed_hosts: Collection[str] = (),
    resolver: Resolver = resolve,
) -> Download:
    """Fetch a page or file from the public internet, within `timeout_seconds` for each address on the way.

    `allowed_hosts` names hosts of an intranet that may be fetched although their addresses are private, on any port.
    `headers` go to the host of the address alone. With `If-None-Match` or `If-Modified-Since` among them the download
    may come back as unchanged. `may_follow` is asked before a redirect is followed.

    Raises:
        FetchRefused: for anything but http(s) to a public address on port 80 or 443, for credentials in the address,
            too many redirects or one that may not be followed, or too many bytes.
        FetchFailed: for an error status.
        FetchUnreachable: for a host that is not found, does not answer in time, or breaks off (`FetchBroken`).
    """
    for _ in range(MAX_REDIRECTS + 1):
        with open_public(
            url,
            headers=headers,
            timeout_seconds=timeout_seconds,
            deadline_seconds=timeout_seconds,
            allowed_hosts=allowed_hosts,
            resolver=resolver,
        ) as answer:
            if answer.status >= 400:
                raise FetchFailed(answer.status, answer.headers)
            is_unchanged = answer.status == 304 and bool(headers)
            if is_unchanged or not 300 <= answer.status < 400:
                return Download(
                    url=url,
                    content=b"" if is_unchanged else _content(answer, max_bytes),
                    media_type=answer.headers.get("content-type", "").split(";")[0].strip().lower(),
                    etag=answer.headers.get("etag"),
                    last_modified=answer.headers.get("last-modified"),
                    is_unchanged=is_unchanged,
                )
            target = _joined(url, answer.headers.get("location", ""))
        if not may_follow(target):
            raise FetchRefused("The address redirects to a place that is not fetched here.")
        if not _is_same_origin(url, target):
            headers = None
        url = target
    raise FetchRefused(f"The address redirects more than {MAX_REDIRECTS} times.")


@contextmanager
def open_public(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = 20.0,
    deadline_seconds: float | None = None,
    allowed_hosts: Collection[str] = (),
    resolver: Resolver = resolve,
) -> Iterator[PublicAnswer]:
    """One GET through the same gate as `fetch_public`, whatever the status; redirects are not followed.

    The head, and then each 64 kB of the body, have to arrive within `timeout_seconds`; all of it within
    `deadline_seconds`, if given. `headers` cannot replace Host, User-Agent and Accept-Encoding.

    Raises:
        FetchRefused: when the gate refuses the address.
        FetchUnreachable: when the host is not found or does not answer in time.
    """
    target = look_up(url, allowed_hosts, resolver)
    with _exchange("GET", target, None, headers or {}, (timeout_seconds, deadline_seconds)) as answer:
        yield answer


def post_public(
    url: str,
    content: bytes,
    *,
    headers: Mapping[str, str],
    timeout_seconds: float = 20.0,
    allowed_hosts: Collection[str] = (),
    resolver: Resolver = resolve,
) -> PublicHead:
    """One POST through the same gate: whatever the status, and without the body of the answer.

    Raises:
        FetchRefused, FetchUnreachable: as `open_public`.
    """
    target = look_up(url, allowed_hosts, resolver)
    with _exchange("POST", target, content, headers, (timeout_seconds, timeout_seconds)) as answer:
        return PublicHead(answer.url, answer.status, answer.headers)


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


def _joined(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
        urlsplit(target)
    except ValueError:
        raise FetchRefused("The address redirects to something that is no address.") from None
    return target


def _is_same_origin(before: str, after: str) -> bool:
    """Whether a redirect stays with the host it came from; that it changes to TLS is welcome."""
    old, new = urlsplit(before), urlsplit(after)
    return old.netloc == new.netloc and new.scheme in (old.scheme, "https")


def _content(answer: PublicAnswer, max_bytes: int) -> bytes:
    content = bytearray()
    for piece in answer.pieces():
        content += piece
        if len(content) > max_bytes:
            raise FetchRefused(f"The address holds more than {max_bytes // 2**20} MB.")
    return bytes(content)


@dataclass(frozen=True)
class Target:
    """An address whose host was looked up and found to be allowed. `connect` is the address to connect to."""

    url: str
    host: str
    netloc: str
    connect: str


def look_up(url: str, allowed_hosts: Collection[str], resolver: Resolver) -> Target:
    """The gate: what of an address is connected to. Raises `FetchRefused` and `FetchUnreachable`."""
    parts = check_address(url, allowed_hosts)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = resolver(host, port)
    if not addresses:
        raise FetchUnreachable(f"The host '{host}' cannot be found.")
    if host not in allowed_hosts and not all(is_public(address) for address in addresses):
        raise FetchRefused(f"The host '{host}' is not on the public internet, so it is not fetched.")
    try:
        name = host.encode("ascii" if ":" in host else "idna").decode()
    except UnicodeError:
        raise FetchRefused("This is not an address that can be fetched.") from None
    ip = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    netloc = (f"[{name}]" if ":" in name else name) + (f":{parts.port}" if parts.port else "")
    return Target(parts.geturl(), name, netloc, f"{parts.scheme}://{ip}:{port}{path}")


@contextmanager
def _exchange(
    method: str,
    target: Target,
    content: bytes | None,
    headers: Mapping[str, str],
    seconds: tuple[float, float | None],
) -> Iterator[PublicAnswer]:
    """One request. `seconds`: for each step, and for everything."""
    own = {"Host": target.netloc, "User-Agent": "OberaConnect/0.1", "Accept-Encoding": "identity"}
    with (
        Deadline(*seconds) as deadline,
        httpx2.Client(trust_env=False, verify=trusted(), timeout=seconds[0], follow_redirects=False) as client,
        ExitStack() as stack,
    ):
        with _translated(deadline, FetchUnreachable):
            sent = httpx2.Headers(headers)
            sent.update(own)
            response = stack.enter_context(
                client.stream(
                    method,
                    target.connect,
                    content=content,
                    headers=sent,
                    extensions={"sni_hostname": target.host, "trace": deadline.trace},
                )
            )
        deadline.hold()
        yield PublicAnswer(target.url, response.status_code, dict(response.headers), response, deadline)


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Whom to trust. Reading that anew for each request would take longer than most of them."""
    return httpx2.create_ssl_context(trust_env=False)


@contextmanager
def _translated(deadline: Deadline, kind: type[FetchUnreachable]) -> Iterator[None]:
    """What the client says, in our words."""
    try:
        yield
    except httpx2.DecodingError as error:
        raise FetchRefused("The address sent an answer that cannot be unpacked.") from error
    except httpx2.TimeoutException as error:
        raise kind("The address did not answer in time.") from error
    except httpx2.RequestError as error:
        raise kind("The address did not answer in time." if deadline.has_passed else None) from error
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise FetchRefused("This address, or a header for it, cannot be sent.") from error
