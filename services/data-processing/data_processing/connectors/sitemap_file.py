"""Reading the files of a sitemap (sitemaps.org/protocol.html), which may be hostile. Pure."""

import gzip
import io
import zlib
from dataclasses import dataclass

from lxml import etree

from data_processing.elements import ParseFailed
from data_processing.extract.archive import refuse_declarations
from data_processing.extract.xml import children, local

#: The protocol allows no more to a file, unpacked.
MAX_BYTES = 50 * 2**20
MAX_ENTRIES = 50_000
_MAX_ADDRESS = 2000
_MAX_LASTMOD = 64


class NoSitemap(Exception):
    """The file is no sitemap; the message says why."""


@dataclass(frozen=True)
class SitemapFile:
    """`pages`: addresses with when they were changed last, as it stands there (may be empty). `parts`: more files."""

    pages: dict[str, str]
    parts: list[str]


def read(data: bytes) -> SitemapFile:
    """What a file names: a list of pages or a list of sitemaps, plain or packed with gzip.

    Raises:
        NoSitemap: when it is damaged, is something else, or exceeds what the protocol allows.
    """
    content = _unpacked(data)
    found = SitemapFile({}, [])
    try:
        refuse_declarations(content)
        events = etree.iterparse(
            io.BytesIO(content), events=("end",), resolve_entities=False, no_network=True, load_dtd=False,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        for _, node in events:
            name = local(node)
            if name not in ("url", "sitemap"):
                continue
            place = _text(node, "loc")
            if 0 < len(place) <= _MAX_ADDRESS and name == "sitemap":
                found.parts.append(place)
            elif 0 < len(place) <= _MAX_ADDRESS:
                found.pages[place] = _text(node, "lastmod")[:_MAX_LASTMOD]
            if len(found.pages) + len(found.parts) > MAX_ENTRIES:
                raise NoSitemap(f"it names more than {MAX_ENTRIES:,} addresses")
            node.clear()
            while node.getprevious() is not None:  # what was read need not be kept
                del node.getparent()[0]
    except ParseFailed:
        raise NoSitemap("it declares a document type or entities, as web pages do") from None
    except (etree.XMLSyntaxError, ValueError):
        raise NoSitemap("it is not well-formed XML") from None
    if local(events.root) not in ("urlset", "sitemapindex"):
        raise NoSitemap(f"it begins with <{local(events.root)}> instead of <urlset> or <sitemapindex>")
    return found


def _unpacked(data: bytes) -> bytes:
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            raise NoSitemap("its gzip packing is damaged") from None
    if len(data) > MAX_BYTES:
        raise NoSitemap(f"it is larger than {MAX_BYTES >> 20} MB")
    return data


def _text(node: object, name: str) -> str:
    return "".join(child.text or "" for child in children(node, name)).strip()
