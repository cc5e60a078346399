"""Articles of a JSON feed (jsonfeed.org, version 1.1): the feed says which there are, each is fetched where it lies."""

import hashlib
from typing import IO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data_processing.connectors.contract import Connector, Cursor, Fetched, Item, Page, Unfetchable, Wanted
from data_processing.connectors.keys import key_of
from data_processing.pages import page_name
from oberaconnect.endpoint import Model
from oberaconnect.http import Download, FetchFailed, FetchRefused, FetchUnreachable, fetch_public
from oberaconnect.problems import Unavailable, Unprocessable

_LATER = (408, 429, 500, 502, 503, 504)


class FeedConfig(Model):
    """Which feed. Without `is_whole`, articles that it does not name any more stay."""

    url: str = Field(max_length=2000)
    is_whole: bool = True


class _Article(BaseModel):
    model_config = ConfigDict(extra="allow")  # all of it is part of the tag

    id: str
    url: str | None = None
    title: str = ""
    date_modified: str | None = None


class _Feed(BaseModel):
    items: list[_Article]


class FeedConnector(Connector[FeedConfig]):
    """Asks for the feed with the ETag of the last run, so that a feed that has not changed costs one request."""

    kind = "feed"
    Config = FeedConfig
    is_web = True

    def changes(self, cursor: Cursor | None) -> Page:
        """All articles in one page, or none when the feed is the one of the last run."""
        known = cursor["etag"] if cursor else None
        feed = self._feed(known)
        if feed.is_unchanged:
            return Page(items=[], cursor={"etag": known}, more=False)
        try:
            articles = _Feed.model_validate_json(feed.content).items
        except ValidationError:
            raise Unprocessable(f"{self.config.url} is not a JSON feed. Check the address.") from None
        return Page(
            items=[_item(article) for article in articles],
            cursor={"etag": feed.etag},
            more=False,
            complete=[""] if self.config.is_whole else [],
        )

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """The page of an article."""
        try:
            into.write(self._get(item.url or "").content)
        except FetchRefused as refusal:
            raise Unfetchable(refusal.detail) from None
        return Fetched()

    def _feed(self, etag: str | None) -> Download:
        try:
            return self._get(self.config.url, {"If-None-Match": etag} if etag else {})
        except FetchUnreachable as silence:
            raise Unavailable(f"{self.config.url}: {silence.detail}") from None
        except FetchFailed as failure:
            kind = Unavailable if failure.answered in _LATER else Unprocessable
            raise kind(f"{self.config.url}: {failure.detail} Check the address.") from None

    def _get(self, address: str, headers: dict[str, str] | None = None) -> Download:
        allowed = self.context.settings.allowed_hosts
        return fetch_public(address, max_bytes=self.context.max_bytes, headers=headers, allowed_hosts=allowed)


def _item(article: _Article) -> Item:
    return Item(
        key=key_of(article.id),
        name=page_name(article.url or article.id),
        title=article.title,
        tag=hashlib.sha256(article.model_dump_json().encode()).hexdigest(),
        url=article.url,
        metadata={"modified": article.date_modified} if article.date_modified else {},
        problem="" if article.url else "The feed does not say where this article lies.",
    )
