"""What is remembered of pages from run to run, so that one that has not changed need not be sent again. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: How much is remembered of links, in characters of addresses and in links: a cursor is no place for a web's map.
MAX_CHARACTERS = 1_000_000
MAX_LINKS = 300_000


@dataclass(frozen=True)
class Visit:
    """What a page said when it was fetched last. Without a tag: it could not be fetched yet.

    `tag` is the digest of its content, `modified` when the content changed (ISO 8601, if told). `canonical` is the
    address it wants to be known by. `links`: where it leads; None when that is not remembered.
    """

    tag: str = ""
    etag: str = ""
    last_modified: str = ""
    modified: str = ""
    canonical: str = ""
    links: Sequence[str] | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers of a request that is to be answered only if the page has changed."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


def from_json(found: Mapping[str, Any]) -> dict[str, Visit]:
    """The visits by address, as `to_json` wrote them."""
    table: list[str] = found.get("links", [])
    visits: dict[str, Visit] = {}
    for address, (tag, etag, last_modified, modified, canonical, numbers) in found.get("pages", {}).items():
        links = None if numbers is None else [table[number] for number in numbers]
        visits[address] = Visit(tag, etag, last_modified, modified, canonical, links)
    return visits


def to_json(visits: Mapping[str, Visit], only: Collection[str] | None = None) -> dict[str, Any]:
    """The visits (those in `only`, if given) as JSON. An address that many pages link to is written once.

    Links that find no room are left out: who needs them has to fetch their page again.
    """
    numbers: dict[str, int] = {}
    pages: dict[str, Any] = {}
    characters = count = 0
    for address, visit in visits.items():
        if only is not None and address not in only:
            continue
        links = visit.links
        if links is not None:
            new = [link for link in dict.fromkeys(links) if link not in numbers]
            characters += sum(map(len, new))
            count += len(links)
            if characters > MAX_CHARACTERS or count > MAX_LINKS:
                characters -= sum(map(len, new))
                count -= len(links)
                links = None
            else:
                for link in new:
                    numbers[link] = len(numbers)
        said = [visit.tag, visit.etag, visit.last_modified, visit.modified, visit.canonical]
        pages[address] = [*said, None if links is None else [numbers[link] for link in links]]
    return {"links": list(numbers), "pages": pages}
