"""All that the sitemaps of a site name: which files there are, and what of their content is meant."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from data_processing.connectors import sitemap_file
from data_processing.connectors.sitemap_file import NoSitemap, SitemapFile
from data_processing.connectors.visitor import Gone, Visitor
from data_processing.pages import canonical
from oberaconnect.http import FetchFailed, FetchRefused, FetchUnreachable
from oberaconnect.problems import NotFound, Problem, Unavailable, Unprocessable

MAX_DEPTH = 3
MAX_FILES = 500
_HINT = "Give the address of a sitemap, or that of the site alone (https://host/) to have it looked for."


@dataclass
class Named:
    """Addresses of pages, with when each was changed last if that is told; and why which files could not be read."""

    pages: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


class Sitemaps:
    """The sitemaps of one site."""

    def __init__(self, visitor: Visitor, url: str, *, max_pages: int, is_wanted: Callable[[str], bool]) -> None:
        """`url` is that of a sitemap, or of a site, which is one without a path."""
        self._visitor = visitor
        self._url = url
        self._max_pages = max_pages
        self._is_wanted = is_wanted
        self._hosts = {urlsplit(url).netloc.lower()}
        self._n_own = self._n_read = 0

    def read(self) -> Named:
        """The first `max_pages` pages that are wanted, on the host of the site or of its sitemap.

        Raises:
            Unavailable: when no sitemap or no robots.txt can be had at the moment.
            NotFound: when there is none.
            Unprocessable: when none can be read, or none names a page of this host.
        """
        try:
            waiting = [(address, 1) for address in self._roots()]
            named, problem = self._walk(waiting)
        except FetchUnreachable as silence:  # robots.txt
            raise Unavailable(silence.detail) from None
        if problem and not self._n_read:
            raise problem
        if not self._n_own and not named.failures:
            raise Unprocessable(f"The sitemap names no page of {', '.join(sorted(self._hosts))}. {_HINT}")
        return named

    def _walk(self, waiting: list[tuple[str, int]]) -> tuple[Named, Problem | None]:
        named, problem = Named(), None
        seen = {address for address, _ in waiting}
        while waiting and len(named.pages) < self._max_pages:
            address, depth = waiting.pop(0)
            if self._n_read == MAX_FILES:
                named.failures[address] = f"The sitemap has more than {MAX_FILES} files. Name parts of it as sources."
                break
            file = self._file(address, depth)
            if isinstance(file, Problem):
                problem = file
                named.failures[address] = file.detail
                continue
            self._n_read += 1
            self._take(file, named)
            for part in self._beside(file.parts):
                if depth == MAX_DEPTH:
                    named.failures[part] = f"The file {address} is nested too deeply: {MAX_DEPTH} levels are read."
                    break
                if part not in seen:
                    seen.add(part)
                    waiting.append((part, depth + 1))
        return named, problem

    def _roots(self) -> list[str]:
        if urlsplit(self._url).path not in ("", "/"):
            return [self._url]
        told = dict.fromkeys(_addresses(self._visitor.rules(self._url).sitemaps))
        return list(told)[:MAX_FILES] or [urljoin(self._url, "/sitemap.xml")]

    def _file(self, address: str, depth: int) -> SitemapFile | Problem:
        """One file, or why it cannot be read. A file that was given, or robots.txt names, vouches for its own host."""
        try:
            found = self._visitor.get(address, lambda target: True)
            file = sitemap_file.read(found.content)
        except NoSitemap as reason:
            return Unprocessable(f"{address} is not read as a sitemap: {reason}. {_HINT}")
        except Gone:
            return NotFound(f"There is no sitemap at {address}. {_HINT}")
        except FetchRefused as refusal:
            is_passing = isinstance(refusal, FetchUnreachable) or (
                isinstance(refusal, FetchFailed) and refusal.answered >= 500
            )
            kind = Unavailable if is_passing else Unprocessable
            return kind(f"The sitemap {address} cannot be fetched. {refusal.detail}")
        if depth == 1:
            self._hosts |= {urlsplit(address).netloc.lower(), urlsplit(found.url).netloc.lower()}
        return file

    def _take(self, file: SitemapFile, named: Named) -> None:
        for place, changed in file.pages.items():
            for address in self._beside([place]):
                self._n_own += 1
                is_new = address not in named.pages and len(named.pages) < self._max_pages
                if is_new and self._is_wanted(address) and self._visitor.may_fetch(address):
                    named.pages[address] = changed

    def _beside(self, addresses: Iterable[str]) -> Iterator[str]:
        """Those that lie on the site."""
        return (address for address in _addresses(addresses) if urlsplit(address).netloc in self._hosts)


def _addresses(texts: Iterable[str]) -> Iterator[str]:
    """Those that are addresses of the web, in one spelling."""
    for text in texts:
        with suppress(ValueError):
            address = canonical(text)
            if urlsplit(address).scheme in ("http", "https"):
                yield address
