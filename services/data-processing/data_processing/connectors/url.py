"""Pages of the web: the addresses given and, up to three links away, pages of their hosts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import IO, Self

from pydantic import Field, model_validator

from data_processing.connectors.contract import Connector, Context, Cursor, Fetched, Item, Page, Wanted
from data_processing.connectors.crawl import Crawl
from data_processing.connectors.visitor import (
    DEFAULT_DELAY_SECONDS,
    Address,
    Gone,
    Load,
    Patterns,
    Visitor,
    is_same_host,
    is_wanted,
    page_item,
)
from data_processing.connectors.visits import Visit
from data_processing.pages import canonical, canonical_link, links
from oberaconnect.endpoint import Model
from oberaconnect.http import Download, FetchRefused, FetchUnreachable
from oberaconnect.problems import NotFound, TooMany, Unavailable

PAGE_ADDRESSES = 20
_DISALLOWED = "The robots.txt of the site does not allow this page to be fetched."


class UrlConfig(Model):
    """One address or several, and how far to follow their links."""

    url: Address | None = None
    urls: list[Address] = Field(default=[], max_length=100)
    depth: int = Field(default=0, ge=0, le=3, description="How many links away a page of the same host may be")
    max_pages: int = Field(default=50, ge=1, le=1000)
    include: Patterns = []
    exclude: Patterns = []
    respect_robots: bool = True
    delay_seconds: float = Field(default=DEFAULT_DELAY_SECONDS, ge=0, le=60)

    @property
    def starts(self) -> list[str]:
        """The addresses given, each once."""
        return list(dict.fromkeys([*([self.url] if self.url else []), *self.urls]))

    @model_validator(mode="after")
    def _has_starts(self) -> Self:
        if not self.starts:
            raise ValueError("give 'url' or 'urls'")
        return self


class UrlConnector(Connector[UrlConfig]):
    """Lists everything each time, but asks for a page only if it has changed. The key is the address asked."""

    kind = "url"
    Config = UrlConfig
    is_web = True

    def __init__(self, config: UrlConfig, secrets: Mapping[str, str], context: Context) -> None:
        """Nothing is fetched yet."""
        super().__init__(config, secrets, context)
        self._visitor = Visitor(context, respects_robots=config.respect_robots, delay_seconds=config.delay_seconds)
        self._starts = config.starts

    def changes(self, cursor: Cursor | None) -> Page:
        """The next pages of the walk, at most 20. What is gone is left out; what fails stays as it was.

        Raises:
            Unavailable: when no site of the given addresses can be reached.
            NotFound: when links are to be followed, but all given addresses are gone.
            TooMany: when the site asks to wait.
        """
        self._visitor.ask_again()
        crawl = Crawl.from_json(cursor or {}, self._starts, self.config.max_pages)
        items: list[Item] = []
        load = Load()
        for number in range(PAGE_ADDRESSES):
            if crawl.is_done:
                break
            address, level = crawl.current
            try:
                item = self._look(crawl, address, level, load)
            except TooMany:
                if not number:
                    raise
                break
            crawl.advance()
            items += [item] if item else []
            self._require_a_beginning(crawl)
        if crawl.is_done:
            return Page(items, crawl.end(), more=False, complete=("",) if crawl.is_whole else ())
        return Page(items, crawl.to_json(), more=True)

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Fetch a page once more."""
        address = item.url or item.key
        return self._visitor.fetch(item, into, lambda target: self._may_follow(address, target))

    def check(self) -> Sequence[str]:
        """Fetch the first address."""
        address = self._starts[0]
        try:
            if not self._visitor.may_fetch(address):
                return [_DISALLOWED]
            self._visitor.get(address, lambda target: self._may_follow(address, target))
        except Gone:
            raise NotFound(f"There is no page at {address}. Check the address.") from None
        except FetchUnreachable as silence:
            raise Unavailable(silence.detail) from None
        return [f"{address} can be fetched."]

    def _look(self, crawl: Crawl, address: str, level: int, load: Load) -> Item | None:
        """Visit an address and go on from there. None: it is not to be listed."""
        known = crawl.visits.get(address)
        needs_links = level < self.config.depth
        try:
            if not self._visitor.may_fetch(address):
                crawl.visits.pop(address, None)
                return page_item(address, Visit(), problem=_DISALLOWED) if level == 0 else None
            asked = known
            if known and needs_links and known.links is None:
                asked = replace(known, etag="", last_modified="")
            found = self._visitor.visit(address, asked, lambda target: self._may_follow(address, target))
            visit, page, problem = found.visit, found.page, ""
        except Gone:
            crawl.miss(None)
            crawl.visits.pop(address, None)
            return None
        except FetchRefused as refusal:
            # It is not gone, and neither is what it leads to. If that is not known, nothing can be said to be gone.
            crawl.miss(refusal.detail, is_silent=isinstance(refusal, FetchUnreachable))
            visit, page, problem = known or Visit(), None, "" if known and known.tag else refusal.detail
            if needs_links and visit.links is None and (visit.tag or not known):
                crawl.is_whole = False
        if page:
            onward = self._links(page) if needs_links else None
            visit = replace(visit, links=onward, canonical=self._canonical(page))
        crawl.visits[address] = visit
        if needs_links:
            crawl.add(visit.links or (), level + 1)
        if level and visit.canonical and crawl.is_alias(address, visit.canonical, level):
            return None
        has_changed = not known or known.tag != visit.tag
        return page_item(address, visit, content=load.take(page if has_changed else None), problem=problem)

    def _links(self, page: Download) -> list[str]:
        """Where a page leads. More than can be visited need not be known."""
        found: dict[str, None] = {}
        for link in map(canonical, links(page)):
            if link not in found and self._is_wanted(link):
                found[link] = None
                if len(found) == self.config.max_pages:
                    break
        return list(found)

    def _canonical(self, page: Download) -> str:
        link = canonical_link(page)
        address = canonical(link) if link else ""
        return address if address and self._is_wanted(address) and self._visitor.may_fetch(address) else ""

    def _is_wanted(self, address: str) -> bool:
        return is_wanted(address, self.config.include, self.config.exclude)

    def _may_follow(self, address: str, target: str) -> bool:
        """A redirect may lead off the host only from an address that was given."""
        is_near = is_same_host(address, target) or address in self._starts
        return is_near and self._visitor.may_fetch(target)

    def _require_a_beginning(self, crawl: Crawl) -> None:
        """Without its first pages a walk finds nothing, and nothing found must not count as gone."""
        if crawl.at != crawl.n_starts or crawl.missed < crawl.n_starts:
            return
        if crawl.silence:
            raise Unavailable(f"{crawl.silence} Check the address; the next run tries again.")
        if crawl.refused == 0 and self.config.depth:
            raise NotFound("None of the addresses exists any more. Correct the source, or delete it.")
