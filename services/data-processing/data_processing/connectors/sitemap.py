"""Pages that a site names in its sitemap."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import IO

from pydantic import Field

from data_processing.connectors import visits
from data_processing.connectors.contract import Connector, Context, Cursor, Fetched, Item, Page, Wanted
from data_processing.connectors.keys import key_of
from data_processing.connectors.sitemaps import Named, Sitemaps
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
from data_processing.pages import page_name
from oberaconnect.endpoint import Model
from oberaconnect.http import FetchRefused
from oberaconnect.problems import TooMany

PAGE_ADDRESSES = 500
#: Pages whose change the sitemap does not tell have to be asked for; so many are in one page of the listing.
PAGE_VISITS = 50
#: The profile of ISO 8601 that sitemaps use (w3.org/TR/NOTE-datetime), from the day on.
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?")


class SitemapConfig(Model):
    """A sitemap, or a site whose robots.txt names its sitemaps."""

    url: Address = Field(description="Of a sitemap, or of a site: https://host/")
    max_pages: int = Field(default=1000, ge=1, le=10_000)
    include: Patterns = []
    exclude: Patterns = []


class SitemapConnector(Connector[SitemapConfig]):
    """A page has changed when the sitemap says so; where it does not say, the page itself is asked."""

    kind = "sitemap"
    Config = SitemapConfig
    is_web = True

    def __init__(self, config: SitemapConfig, secrets: Mapping[str, str], context: Context) -> None:
        """The sitemap is read once. A run that goes on elsewhere reads it again, and goes on by order of address."""
        super().__init__(config, secrets, context)
        self._visitor = Visitor(context, delay_seconds=DEFAULT_DELAY_SECONDS)
        self._named: Named | None = None

    def changes(self, cursor: Cursor | None) -> Page:
        """The next pages by address. Files of the sitemap that cannot be read are problems; nothing is gone then.

        Raises:
            Unavailable: when the sitemap cannot be had at the moment.
            NotFound, Unprocessable: when there is none, or none that can be read.
            TooMany: when the site asks to wait.
        """
        self._visitor.ask_again()
        known = cursor or {}
        after = str(known.get("after", ""))
        if self._named is None or not after:
            self._named = self._read()
        named, remembered = self._named, visits.from_json(known.get("visits", {}))
        addresses = sorted(named.pages)
        begin = place = bisect_right(addresses, after)
        items = [] if after else [_failure(address, reason) for address, reason in named.failures.items()]
        load, n_visits = Load(), 0
        for address in addresses[begin : begin + PAGE_ADDRESSES]:
            try:
                item = self._item(address, named.pages[address], remembered, load)
            except TooMany:
                if place == begin:
                    raise
                break
            place += 1
            n_visits += not named.pages[address]
            items += [item] if item else []
            if n_visits == PAGE_VISITS:
                break
        if place < len(addresses):
            state = {"after": addresses[place - 1], "visits": visits.to_json(remembered)}
            return Page(items, state, more=True)
        state = {"visits": visits.to_json(remembered, named.pages)}
        return Page(items, state, more=False, complete=() if named.failures else ("",))

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Fetch a page."""
        address = item.url or item.key
        return self._visitor.fetch(item, into, lambda target: self._may_follow(address, target))

    def check(self) -> Sequence[str]:
        """Read the sitemap."""
        named = self._read()
        return [f"The sitemap names {len(named.pages):,} such pages.", *named.failures.values()]

    def _read(self) -> Named:
        return Sitemaps(
            self._visitor,
            self.config.url,
            max_pages=self.config.max_pages,
            is_wanted=lambda address: is_wanted(address, self.config.include, self.config.exclude),
        ).read()

    def _item(self, address: str, changed: str, remembered: dict[str, Visit], load: Load) -> Item | None:
        """None: the page is gone."""
        if changed:
            remembered.pop(address, None)
            return page_item(address, Visit(tag=changed, modified=changed if _DATE.fullmatch(changed) else ""))
        known = remembered.get(address)
        try:
            found = self._visitor.visit(address, known, lambda target: self._may_follow(address, target))
        except Gone:
            remembered.pop(address, None)
            return None
        except FetchRefused as refusal:
            return page_item(address, known or Visit(), problem="" if known else refusal.detail)
        remembered[address] = found.visit
        has_changed = not known or known.tag != found.visit.tag
        return page_item(address, found.visit, content=load.take(found.page if has_changed else None))

    def _may_follow(self, address: str, target: str) -> bool:
        return is_same_host(address, target) and self._visitor.may_fetch(target)


def _failure(address: str, reason: str) -> Item:
    return Item(key=key_of(address), name=page_name(address), url=address, problem=reason)
