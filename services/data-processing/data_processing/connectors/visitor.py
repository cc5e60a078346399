"""A guest of web sites: asks what robots.txt allows, waits between two requests, and fetches only what has changed."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import IO, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from data_processing.connectors.contract import Context, Fetched, Item, Unfetchable, Wanted
from data_processing.connectors.keys import key_of
from data_processing.connectors.patterns import wanted
from data_processing.connectors.robots import MAX_BYTES, Rules
from data_processing.connectors.visits import Visit
from data_processing.pages import canonical, page_name
from oberaconnect.endpoint import Text
from oberaconnect.http import Download, FetchFailed, FetchRefused, FetchUnreachable, fetch_public
from oberaconnect.problems import TooMany

DEFAULT_DELAY_SECONDS = 0.2
MAX_CARRIED_BYTES = 16 * 2**20
_GONE = (404, 410)
_MAX_VALIDATOR = 300
_MAX_ROBOTS_BYTES = 10 * MAX_BYTES
_DEFAULT_WAIT_SECONDS, _MAX_WAIT_SECONDS = 60, 600

#: An address in one spelling. Whether it may be fetched is told when it is.
Address = Annotated[Text, Field(min_length=1, max_length=2000), AfterValidator(canonical)]
Patterns = Annotated[
    list[Annotated[Text, Field(min_length=1, max_length=500)]],
    Field(max_length=100, description="Patterns on the path of an address, such as 'docs' or '/blog/*'"),
]


class Gone(Exception):
    """There is no such page (any more): 404 or 410."""


@dataclass(frozen=True)
class Found:
    """What a visit found. `page` is None when it has not changed since the visit before."""

    visit: Visit
    page: Download | None


class Load:
    """The bytes that a page of a listing carries along. What is more is fetched again when its turn has come."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._left = MAX_CARRIED_BYTES

    def take(self, page: Download | None) -> bytes | None:
        """The content of a page, if there is one and room for it."""
        if page is None or len(page.content) > self._left:
            return None
        self._left -= len(page.content)
        return page.content


class Visitor:
    """For one run. What robots.txt says is asked once for each site. Safe under threads."""

    def __init__(self, context: Context, *, respects_robots: bool = True, delay_seconds: float) -> None:
        """Nothing is asked yet."""
        self._context = context
        self._respects_robots = respects_robots
        self._delay_seconds = delay_seconds
        self._lock = threading.Lock()
        self._rules: dict[str, Rules | str] = {}
        self._next: dict[str, float] = {}

    def may_fetch(self, address: str) -> bool:
        """Whether robots.txt allows it.

        Raises:
            FetchUnreachable: when the site does not tell; then nothing of it may be fetched (RFC 9309, 2.3.1.4).
        """
        return not self._respects_robots or self.rules(address).allows(address)

    def rules(self, address: str) -> Rules:
        """The rules of the site of an address. Raises `FetchUnreachable`."""
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if site not in self._rules:
                self._rules[site] = self._ask(site)
            found = self._rules[site]
        if isinstance(found, str):
            raise FetchUnreachable(found)
        return found

    def ask_again(self) -> None:
        """Ask sites whose robots.txt could not be had once more."""
        with self._lock:
            self._rules = {site: rules for site, rules in self._rules.items() if isinstance(rules, Rules)}

    def visit(self, address: str, known: Visit | None, may_follow: Callable[[str], bool]) -> Found:
        """Fetch a page unless it is what it was. The new visit tells no links.

        Raises:
            Gone: when there is no such page.
            TooMany: when the site asks to wait.
            FetchRefused: when it cannot be fetched for another reason.
        """
        page = self.get(address, may_follow, known.conditions if known else {})
        if page.is_unchanged and known:
            return Found(known, None)
        tag = hashlib.sha256(page.content).hexdigest()
        # Many servers give the time of the request. It is not when the page was changed if its content is the same.
        modified = known.modified if known and known.tag == tag else _iso(page.last_modified)
        return Found(Visit(tag, _validator(page.etag), _validator(page.last_modified), modified), page)

    def get(
        self, address: str, may_follow: Callable[[str], bool], headers: Mapping[str, str] | None = None
    ) -> Download:
        """One page, when it is its site's turn. Raises as `visit`."""
        self._wait(address)
        try:
            return fetch_public(
                address,
                max_bytes=self._context.max_bytes,
                headers=headers,
                may_follow=may_follow,
                allowed_hosts=self._context.settings.allowed_hosts,
            )
        except FetchFailed as failure:
            if failure.answered in _GONE:
                raise Gone() from None
            if failure.answered == 429:
                raise _asked_to_wait(failure) from None
            raise

    def fetch(self, item: Wanted, into: IO[bytes], may_follow: Callable[[str], bool]) -> Fetched:
        """What `Connector.fetch` does for a page."""
        try:
            into.write(self.get(item.url or item.key, may_follow).content)
        except Gone:
            raise Unfetchable("There is no such page any more.") from None
        except FetchRefused as refusal:
            raise Unfetchable(refusal.detail) from None
        return Fetched()

    def _ask(self, site: str) -> Rules | str:
        """The rules of a site, or why they are not known."""
        try:
            found = fetch_public(
                f"{site}/robots.txt",
                max_bytes=_MAX_ROBOTS_BYTES,
                allowed_hosts=self._context.settings.allowed_hosts,
            )
        except FetchFailed as failure:
            if failure.answered < 500 and failure.answered != 429:
                return Rules()
            return f"The robots.txt of {site} cannot be had: status {failure.answered}."
        except FetchUnreachable as silence:
            return f"The robots.txt of {site} cannot be had. {silence.detail}"
        except FetchRefused:  # it leads nowhere, or the gate is shut: then it is for the pages, too
            return Rules()
        return Rules(found.content)

    def _wait(self, address: str) -> None:
        site = urlsplit(address).netloc
        delay = self._delay_seconds
        if self._respects_robots:
            delay = max(delay, self.rules(address).delay_seconds)
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(site, now))
            self._next[site] = turn + delay
        if turn > now:
            self._context.pause(turn - now)


def is_same_host(address: str, target: str) -> bool:
    """Whether two addresses are of one host and port."""
    return urlsplit(address).netloc.lower() == urlsplit(target).netloc.lower()


def is_wanted(address: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether the path of an address, with its query, is meant by patterns."""
    parts = urlsplit(address)
    return wanted(f"{parts.path}?{parts.query}" if parts.query else parts.path, include, exclude)


def page_item(address: str, visit: Visit, *, content: bytes | None = None, problem: str = "") -> Item:
    """A page as an item of a listing."""
    return Item(
        key=key_of(address),
        name=page_name(address),
        tag=visit.tag,
        url=address,
        size=len(content or b""),
        metadata={"modified": visit.modified} if visit.modified else {},
        content=content,
        problem=problem,
    )


def _validator(value: str | None) -> str:
    """A header to be sent back later; empty when it cannot be."""
    return value if value and len(value) <= _MAX_VALIDATOR and value.isascii() and value.isprintable() else ""


def _iso(date: str | None) -> str:
    try:
        return parsedate_to_datetime(date).isoformat() if date else ""
    except (ValueError, OverflowError):
        return ""


def _asked_to_wait(failure: FetchFailed) -> TooMany:
    asked = failure.answer_headers.get("retry-after", "")
    seconds = int(asked) if asked.isdecimal() and len(asked) < 10 else _DEFAULT_WAIT_SECONDS
    return TooMany("The site asks for a pause (429).", retry_after_seconds=min(seconds, _MAX_WAIT_SECONDS))
