"""Pages of the web as documents: their names, and where they lead. Pure."""

from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from oberaconnect.http import Download

_HTML = {"text/html", "application/xhtml+xml"}
_MAX_ADDRESS = 2000


def page_name(address: str) -> str:
    """What people would call a page: the last part of its path, else its host."""
    parts = urlsplit(address)
    return (parts.path.rstrip("/").rsplit("/", 1)[-1] or parts.netloc or address)[:300]


def canonical(address: str) -> str:
    """One spelling of the spellings that are one address everywhere (RFC 3986, 6.2.2.1 and 6.2.3); no fragment.

    Raises:
        ValueError: when it is no address.
    """
    parts = urlsplit(urldefrag(address)[0])
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def links(page: Download) -> Iterator[str]:
    """The addresses on the same host that an HTML page links to, in order, without fragments; some come twice."""
    if page.media_type in _HTML:
        for node in LexborHTMLParser(page.content).css("a[href]"):
            if link := _beside(page.url, node.attributes.get("href")):
                yield link


def canonical_link(page: Download) -> str:
    """The address on the same host under which an HTML page wants to be known (RFC 6596); empty: none."""
    if page.media_type not in _HTML:
        return ""
    node = LexborHTMLParser(page.content).css_first('link[rel~="canonical" i][href]')
    return _beside(page.url, node.attributes.get("href")) if node else ""


def _beside(base: str, target: str | None) -> str:
    """The address that a page means by a target; empty when it is none, too long, or on another host."""
    try:
        link = urldefrag(urljoin(base, target or ""))[0]
        parts = urlsplit(link)
        is_beside = parts.scheme in ("http", "https") and parts.netloc == urlsplit(base).netloc
    except ValueError:
        return ""
    return link if is_beside and len(link) <= _MAX_ADDRESS else ""
