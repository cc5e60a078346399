"""Questions to S3: signed if there is a key, through the gate for addresses that people typed, and patient."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from data_processing.connectors.s3_answers import Listed, Refused, Unreadable, error, listing
from data_processing.connectors.s3_signature import Credentials, encoded, query_string, signed
from oberaconnect.http import FetchBroken, FetchUnreachable, PublicAnswer, open_public
from oberaconnect.problems import Unavailable, Unprocessable

ATTEMPTS = 4
_TIMEOUT_SECONDS = 60.0
_MAX_LISTING_BYTES = 32 << 20
_MAX_ERROR_BYTES = 1 << 16


@dataclass(frozen=True)
class Place:
    """Where a bucket is reached: the address that keys are put behind, without '/' at its end."""

    url: str
    region: str


class S3Client:
    """One bucket. Safe under threads."""

    def __init__(
        self,
        place: Place,
        credentials: Credentials | None,
        *,
        allowed_hosts: Collection[str],
        pause: Callable[[float], None],
    ) -> None:
        """Without credentials nothing is signed, which public buckets answer."""
        self._place = place
        self._credentials = credentials
        self._allowed_hosts = allowed_hosts
        self._pause = pause

    def objects(self, prefix: str, after: bytes, *, at_most: int) -> tuple[list[Listed], bool]:
        """The next objects behind a key, in the order of the keys' bytes, and whether there are more.

        Raises:
            Refused: when S3 answers with an error, after a few more tries if it asked for a pause.
            Unavailable, Unprocessable: when it cannot be reached, or what answers is not S3.
        """
        query: dict[str, str | bytes] = {
            "list-type": "2", "encoding-type": "url", "max-keys": str(at_most), "prefix": prefix,
        }  # fmt: skip
        if after:
            query["start-after"] = after
        for attempt in range(ATTEMPTS):
            try:
                with self.open(b"", query=query) as answer:
                    found, is_more = listing(_bounded(answer, _MAX_LISTING_BYTES))
                break
            except FetchBroken as reason:
                self.wait(attempt, reason)
            except Unreadable as reason:
                raise Unprocessable("What answers there is not S3. Check 'endpoint' of the source.") from reason
        if found and found[0].key <= after:
            raise Unprocessable("This server does not list from a key on ('start-after'), which reading it needs.")
        return found, is_more

    @contextmanager
    def open(
        self, key: bytes, *, query: Mapping[str, str | bytes] | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[PublicAnswer]:
        """An answer of 2xx to a GET of an object; of the bucket itself for an empty key. Errors as in `objects`."""
        attempt = 0
        while True:
            try:
                with self._asked(key, query or {}, headers or {}) as answer:
                    if answer.status < 300:
                        yield answer
                        return
                    refused = _refusal(answer)
            except FetchBroken:
                raise
            except FetchUnreachable as reason:
                self.wait(attempt, reason)
            else:
                if not refused.is_busy or attempt == ATTEMPTS - 1:
                    raise refused
                self.wait(attempt, refused)
            attempt += 1

    def wait(self, attempt: int, reason: Exception) -> None:
        """Wait before the next attempt. Raises `Unavailable` after the last one."""
        if attempt >= ATTEMPTS - 1:
            raise Unavailable("S3 cannot be reached or broke off. The next run tries again.") from reason
        self._pause(2.0**attempt)

    @contextmanager
    def _asked(
        self, key: bytes, query: Mapping[str, str | bytes], headers: Mapping[str, str]
    ) -> Iterator[PublicAnswer]:
        base = urlsplit(self._place.url)
        path = f"{base.path}/{encoded(key, safe='/')}"
        question = query_string(query)
        if self._credentials:
            headers = signed(
                self._credentials,
                self._place.region,
                datetime.now(UTC),
                host=base.netloc,
                path=path,
                query=question,
                headers=headers,
            )
        # Between slashes, one or two dots would be taken for a way up; encoded they are the same key.
        sent = "/".join(part.replace(".", "%2E") if part in (".", "..") else part for part in path.split("/"))
        with open_public(
            f"{base.scheme}://{base.netloc}{sent}{'?' + question if question else ''}",
            headers=headers,
            timeout_seconds=_TIMEOUT_SECONDS,
            allowed_hosts=self._allowed_hosts,
        ) as answer:
            yield answer


def _refusal(answer: PublicAnswer) -> Refused:
    try:
        content = _bounded(answer, _MAX_ERROR_BYTES)
    except (FetchBroken, Unreadable):
        content = b""
    return error(answer.status, answer.headers.get("x-amz-bucket-region", ""), content)


def _bounded(answer: PublicAnswer, at_most: int) -> bytes:
    content = bytearray()
    for piece in answer.pieces():
        content += piece
        if len(content) > at_most:
            raise Unreadable
    return bytes(content)
